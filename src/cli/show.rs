//! `trialdex show`

use std::io::Write;

use trialdex::output::write_study;

use super::args::{Global, ReportFormat, ShowArgs};
use super::disclosure::Absent;
use super::numbers::numbers;
use super::search::open_or_build;
use super::{Console, Outcome};

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &ShowArgs) -> super::Result {
    let numbers = numbers(&arguments.numbers)?;
    let store = open_or_build(console, &global.index)?;
    let reading = store.reading()?;
    if arguments.format == ReportFormat::Text {
        console.page();
    }
    let mut missing = Vec::new();
    for (at, nct) in numbers.iter().copied().enumerate() {
        let Some(place) = reading.find(nct)? else {
            missing.push(nct);
            continue;
        };
        let study = reading.study(place)?;
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
    // Not before the reader of a pager is through: it would be written across
    // the text.
    console.close();
    let missing = Absent::known(&missing, &numbers);
    missing.say(console);
    Ok(if missing.numbers.is_empty() { Outcome::Done } else { Outcome::NothingFound })
}
