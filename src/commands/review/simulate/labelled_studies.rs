//! Reads labelled studies from a file or a review.

use std::path::Path;

use trialdex_output::clean_line;
use trialdex_review::exchange::labelled;
use trialdex_review::learning::text_of;
use trialdex_review::{Review, Verdict};

use super::simulate_args::SimulateArgs;
use crate::cli::input::{InputPurpose, read_bytes};
use crate::cli::{Console, Failure};
use crate::commands::review::reviewer::reviewer;
use crate::commands::review::session::file;

/// A study whose label is known.
pub(super) struct LabelledStudy {
    /// Row of the source, from 0.
    pub(super) row: usize,
    pub(super) id: Option<String>,
    pub(super) title: String,
    pub(super) text: String,
    pub(super) included: bool,
}

/// The labelled studies of a source, and how many others it has.
pub(super) fn read(
    console: &Console,
    arguments: &SimulateArgs,
) -> Result<(Vec<LabelledStudy>, usize), Failure> {
    let source = arguments.source.as_str();
    let path = file(source.as_ref());
    let review = path.is_file() && Review::is_one(&path);
    let (labelled, total) =
        if review { of_review(&path, arguments)? } else { of_file(console, Path::new(source))? };
    if labelled.is_empty() {
        return Err(Failure::new(format!("{source}: nothing says what is included"))
            .hint("name a column `included`, with 1 and 0"));
    }
    let others = total - labelled.len();
    Ok((labelled, others))
}

/// The studies of a review that are included or excluded, with all the text
/// that is learned from.
fn of_review(
    path: &Path,
    arguments: &SimulateArgs,
) -> Result<(Vec<LabelledStudy>, usize), Failure> {
    let review = Review::open(path)?;
    let who = if arguments.unblind { None } else { Some(reviewer(&arguments.who)?) };
    let mut labelled = Vec::new();
    for (row, study) in review.state().studies().into_iter().enumerate() {
        let standing = match &who {
            None => study.standing(),
            Some(who) => study.verdict_of(review.state().called(who)),
        };
        let included = match standing.map(|standing| standing.decision.verdict) {
            Some(Verdict::Include) => true,
            Some(Verdict::Exclude) => false,
            Some(Verdict::Maybe) | None => continue,
        };
        let Some(record) = review.study(study.nct)? else { continue };
        labelled.push(LabelledStudy {
            row,
            id: Some(study.nct.to_string()),
            title: record.text("BriefTitle").unwrap_or_default().to_owned(),
            text: text_of(&record),
            included,
        });
    }
    Ok((labelled, review.state().len()))
}

fn of_file(console: &Console, path: &Path) -> Result<(Vec<LabelledStudy>, usize), Failure> {
    let name = path.display();
    let (records, problems) =
        labelled(&read_bytes(path, InputPurpose::Records)?).map_err(|error| {
            Failure::new(format!("{name}: {error}")).hint(
                "a review, or a table with the columns `title`, `abstract` and `included`, RIS or \
             JSON is read",
            )
        })?;
    for problem in &problems {
        console.say(&clean_line(&format!("{name}:{}: {}", problem.line, problem.what)));
    }
    let total = records.len();
    let labelled = records.into_iter().enumerate().filter_map(|(row, record)| {
        let text = [record.title.as_str(), &record.summary, &record.keywords.join("; ")].join("\n");
        Some(LabelledStudy {
            row,
            id: record.nct.map(|nct| nct.to_string()).or(record.key),
            title: record.title,
            text,
            included: record.included?,
        })
    });
    Ok((labelled.collect(), total))
}
