//! `trialdex show`

use std::io::Write;

use trialdex::output::write_study;
use trialdex::study::NctId;

use super::args::{Global, ReportFormat, ShowArgs};
use super::search::open_or_build;
use super::{Console, Failure, Outcome};

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &ShowArgs) -> super::Result {
    let numbers = arguments.numbers.iter().map(|typed| {
        NctId::parse_typed(typed).or_else(|| NctId::find(typed)).ok_or_else(|| {
            Failure::new(format!("`{typed}` is not an NCT number"))
                .hint("type `NCT` and up to eight digits, such as `NCT01305694`")
        })
    });
    let numbers = numbers.collect::<Result<Vec<NctId>, Failure>>()?;
    let store = open_or_build(console, &global.index)?;
    let mut outcome = Outcome::Done;
    for (at, nct) in numbers.into_iter().enumerate() {
        let Some(study) = store.study(nct)? else {
            console.say(&format!("{nct}: not in the index"));
            outcome = Outcome::NothingFound;
            continue;
        };
        match arguments.format {
            ReportFormat::Json => {
                serde_json::to_writer(&mut console.out, study.as_map())
                    .map_err(std::io::Error::from)?;
                writeln!(console.out)?;
            }
            ReportFormat::Text => {
                if at > 0 {
                    writeln!(console.out, "\n")?;
                }
                let known_as = study.nct_id().unwrap_or(nct);
                write_study(&mut console.out, console.paint, known_as, &study)?;
            }
        }
    }
    console.out.flush()?;
    Ok(outcome)
}
