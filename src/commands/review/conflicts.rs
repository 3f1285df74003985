//! `trialdex review conflicts`: where reviewers differ.

use std::io::Write;

use clap::Args;
use serde_json::json;

use trialdex_output::{clean_line, plural};
use trialdex_review::{CombinedVerdict as Together, Review, ReviewState, StudyState, agreements};

use super::reviewer::say_alike;
use super::session::{open, title};
use super::shared_args::NamedReview;
use crate::cli::args::ReportFormat;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

#[derive(Debug, Args)]
pub(crate) struct ConflictsArgs {
    #[command(flatten)]
    pub(crate) named: NamedReview,
    /// How to write them
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

/// Studies on which readers differ, by verdict or by reason to exclude.
fn disputed(review: &Review) -> Vec<&StudyState> {
    let state = review.state();
    let (conflicts, rest): (Vec<_>, Vec<_>) =
        state.studies().into_iter().partition(|study| study.outcome() == Together::Conflict);
    conflicts.into_iter().chain(rest.into_iter().filter(|it| state.is_disputed(it))).collect()
}

/// `1 conflict and 2 exclusions with different reasons`; `None` for none.
pub(crate) fn disputed_text(review: &Review) -> Option<String> {
    let disputed = disputed(review);
    let conflicts = disputed.iter().filter(|it| it.outcome() == Together::Conflict).count();
    let reasons = disputed.len() - conflicts;
    let exclusions = "exclusion with different reasons";
    let parts = [
        (conflicts, plural(conflicts as u64, "conflict", "conflicts")),
        (reasons, plural(reasons as u64, exclusions, "exclusions with different reasons")),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, part)| part).collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

pub(crate) fn run(console: &mut Console, arguments: &ConflictsArgs) -> CommandResult {
    let review = open(&arguments.named.name)?;
    say_alike(console, review.state());
    let conflicts = disputed(&review);
    match arguments.format {
        ReportFormat::Json => write_json(console, &review, &conflicts)?,
        ReportFormat::Text => write_text(console, &review, &conflicts)?,
    }
    console.out.flush()?;
    Ok(if conflicts.is_empty() { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// How far reviewers agree, a sentence for every two.
pub(crate) fn agreement_lines(state: &ReviewState) -> Vec<String> {
    let agreements = agreements(state).into_iter();
    let lines = agreements.map(|agreement| {
        let (one, other) = &agreement.reviewers;
        let studies = plural(agreement.studies as u64, "study", "studies");
        let kappa = match agreement.kappa {
            Some(kappa) => format!("Cohen's kappa {kappa:.2}"),
            None => "no kappa, since both gave all of them the same verdict".to_owned(),
        };
        format!("{one} and {other}: {} of {studies} alike, {kappa}", agreement.same)
    });
    lines.collect()
}

fn write_text(
    console: &mut Console,
    review: &Review,
    studies: &[&StudyState],
) -> Result<(), Failure> {
    for study in studies {
        let title = title(review, study)?;
        writeln!(console.out, "{}  {}", console.paint.nct_id(study.nct), clean_line(&title))?;
        for (who, standing) in &study.verdicts {
            let decision = &standing.decision;
            let reason = decision.reason.as_deref().map(|reason| format!(" [{reason}]"));
            let note = study.notes.get(who).map(|note| format!(" — {note}"));
            let (reason, note) = (reason.unwrap_or_default(), note.unwrap_or_default());
            let line = format!("  {who}: {}{reason}{note}", decision.verdict);
            writeln!(console.out, "{}", clean_line(&line))?;
        }
    }
    console.out.flush()?;
    for line in agreement_lines(review.state()) {
        console.say(&clean_line(&line));
    }
    if studies.is_empty() {
        console.say("no conflicts");
    }
    Ok(())
}

fn write_json(
    console: &mut Console,
    review: &Review,
    studies: &[&StudyState],
) -> Result<(), Failure> {
    let conflicts = studies.iter().map(|study| {
        let verdicts = study.verdicts.iter().map(|(who, standing)| (who, &standing.decision));
        let verdicts: serde_json::Map<_, _> =
            verdicts.map(|(who, decision)| (who.clone(), json!(decision))).collect();
        let over = if study.outcome() == Together::Conflict { "verdict" } else { "reason" };
        json!({"nctId": study.nct, "over": over, "verdicts": verdicts})
    });
    let json = json!({"conflicts": conflicts.collect::<Vec<_>>(),
        "agreement": agreements(review.state())});
    writeln!(console.out, "{json:#}")?;
    Ok(())
}
