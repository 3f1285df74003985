//! `trialdex review update`

use std::io::Write;

use clap::Args;
use serde_json::json;

use trialdex_engine::search::{HitWindow, SearchableIndex as _};
use trialdex_output::{clean_line, plural};
use trialdex_plan::receipt::{Receipt, ReplayedSearch};
use trialdex_records::study::NctId;
use trialdex_review::{ChangedStudy, ReviewUpdate, SourceOrigin, telling, update};
use trialdex_session::SearchAnswer;

use super::added_search::say_found;
use super::session::{ReviewSession, now, title};
use super::shared_args::NamedReview;
use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::asked::with_files;
use crate::cli::named_index::open;
use crate::cli::receipt_file;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write the changes
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

/// Studies that are listed one by one.
const LISTED: usize = 20;

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &UpdateArgs,
) -> CommandResult {
    let mut work = ReviewSession::on(console, &arguments.named)?;
    let index = open(&global.index)?;
    let mut runs = Vec::new();
    for source in &work.review.state().sources {
        let SourceOrigin::Search(before) = &source.latest.origin else { continue };
        let ReplayedSearch { search, change, .. } = before.replay()?;
        let asked = with_files(search)?;
        let all = HitWindow { offset: 0, limit: None };
        let receipt = SearchAnswer::find(&index, &asked, all)?.receipt(receipt_file::now())?;
        say_found(console, &source.name, &receipt);
        if let Some(change) = change {
            console.say(&clean_line(&format!("note: {}: {change}", source.name)));
        }
        say_what_differs(console, &source.name, before, &receipt);
        runs.push((source.latest.name.clone(), receipt));
    }
    let mut find = |nct: NctId| -> Result<_, Failure> { Ok(index.study(nct)?) };
    let updated = update(&work.review, runs, index.contents()?.digest, &mut find)?;
    work.review.append_with(&now(), &work.reviewer, updated.acts(), &updated.studies)?;
    let what = updated.what;
    match arguments.format {
        ReportFormat::Json => writeln!(console.out, "{}", json!(what))?,
        ReportFormat::Text => {
            for line in lines(&work, &what)? {
                writeln!(console.out, "{}", clean_line(&line))?;
            }
        }
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// Says what else than the records may make a difference.
fn say_what_differs(console: &Console, name: &str, before: &Receipt, now: &Receipt) {
    let differs = [
        (
            before.vocabulary.is_some() && before.vocabulary != now.vocabulary,
            "the vocabulary is another one",
        ),
        (
            before.vocabulary.is_some() && before.synonyms != now.synonyms,
            "the list of your own synonyms is another one",
        ),
    ];
    for (_, what) in differs.into_iter().filter(|(differs, _)| *differs) {
        console.say(&clean_line(&format!("note: {name}: {what} than when it was run before")));
    }
}

fn lines(work: &ReviewSession, what: &ReviewUpdate) -> Result<Vec<String>, Failure> {
    let state = work.review.state();
    let titled = |studies: &[NctId]| -> Result<Vec<(NctId, String)>, Failure> {
        let known = studies.iter().filter_map(|nct| state.study(*nct));
        known.map(|study| Ok((study.nct, title(&work.review, study)?))).collect()
    };
    let mut lines = Vec::new();
    let mut listed = |title: &str, studies: Vec<(NctId, String)>| {
        lines.extend(listed(title, &studies));
    };
    listed("new for the searches of the review", titled(&what.new)?);
    let (mut again, mut other) = (Vec::new(), Vec::new());
    let (same, changed): (Vec<&ChangedStudy>, Vec<&ChangedStudy>) =
        what.changed.iter().partition(|changed| changed.from == changed.to);
    let same: Vec<NctId> = same.into_iter().map(|changed| changed.nct).collect();
    listed("in the index again, as before", titled(&same)?);
    for changed in changed {
        let mut told: Vec<&str> = changed.pieces.iter().filter_map(|it| telling(it)).collect();
        told.dedup();
        let decided = state.study(changed.nct).and_then(|it| it.verdict_of(&work.reviewer));
        if decided.is_some() && !told.is_empty() {
            let pieces = changed.pieces.join(", ");
            again.push((changed.nct, format!("{} ({pieces})", told.join(", "))));
        } else {
            other.push((changed.nct, changed.pieces.join(", ")));
        }
    }
    listed("decided before, and changed since: to be read again", again);
    listed("changed, undecided or in what decides nothing", other);
    listed("no longer in the index", titled(&what.vanished)?);
    listed("no longer found by the searches", titled(&what.left)?);
    if lines.is_empty() {
        lines.push("nothing is new, nothing has changed".to_owned());
    }
    Ok(lines)
}

/// Studies with a remark on each, below what they have in common; none where
/// there are none.
fn listed(title: &str, studies: &[(NctId, String)]) -> Vec<String> {
    if studies.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("{}: {title}", plural(studies.len() as u64, "study", "studies"))];
    let shown = studies.iter().take(LISTED);
    lines.extend(shown.map(|(nct, remark)| format!("  {nct}  {remark}").trim_end().to_owned()));
    if studies.len() > LISTED {
        lines.push(format!("  and {} more: `--format json` lists all", studies.len() - LISTED));
    }
    lines
}
