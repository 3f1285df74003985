//! `trialdex review merge` and `conflicts`: several people on one review.

use std::io::Write;

use serde_json::json;

use trialdex_output::{clean_line, plural};
use trialdex_review::{CombinedVerdict as Together, Review, ReviewState, StudyState, agreements};

use super::super::args::ReportFormat;
use super::list::title;
use super::review_args::{ConflictsArgs, MergeArgs};
use super::{CommandOutcome, Console, Failure, open, typed_name};

pub(crate) fn merge(console: &Console, arguments: &MergeArgs) -> super::super::Result {
    let others = arguments.others.iter().map(|name| open(name)).collect::<Result<Vec<_>, _>>()?;
    let mut review = open(&arguments.named.name)?;
    if !arguments.unrelated {
        check_copies(&review, &others)?;
    }
    for other in &others {
        let merged = review.merge(other)?;
        let path = other.path().display().to_string();
        console.say(&clean_line(&format!(
            "{path}: {} and {} taken over",
            plural(merged.events as u64, "event", "events"),
            plural(merged.records as u64, "record", "records"),
        )));
        if !merged.same_review {
            console.say(&clean_line(&format!(
                "note: {path} was not made as a copy of this review; its searches are added to it"
            )));
        }
    }
    say_alike(console, review.state());
    if let Some(disputed) = disputed_text(&review) {
        let name = typed_name(review.path());
        console.say(&format!("{disputed}: `trialdex review conflicts {name}` lists them"));
    }
    Ok(CommandOutcome::Done)
}

/// Says that a name is read as one that the review has.
pub(super) fn say_called(console: &Console, typed: &str, called: &str) {
    if typed != called {
        console.say(&clean_line(&format!(
            "note: `{typed}` is read as the reviewer `{called}`: the names differ by capitals or \
             blanks alone"
        )));
    }
}

/// Says which names in a review are taken for one reviewer.
pub(super) fn say_alike(console: &Console, state: &ReviewState) {
    for (called, others) in state.alike() {
        others.iter().for_each(|other| say_called(console, other, called));
    }
}

/// Refuses a file that is no copy of the review: a merge cannot be taken back.
fn check_copies(review: &Review, others: &[Review]) -> Result<(), Failure> {
    let unrelated = others.iter().find(|other| !review.is_copy_of(other));
    unrelated.map_or(Ok(()), |other| {
        Err(Failure::new(format!("{}: not a copy of this review", other.path().display())).hint(
            "its searches and decisions would become part of this review for good; \
             `--unrelated` merges it all the same",
        ))
    })
}

/// Studies on which readers differ, by verdict or by reason to exclude.
fn disputed(review: &Review) -> Vec<&StudyState> {
    let state = review.state();
    let (conflicts, rest): (Vec<_>, Vec<_>) =
        state.studies().into_iter().partition(|study| study.outcome() == Together::Conflict);
    conflicts.into_iter().chain(rest.into_iter().filter(|it| state.is_disputed(it))).collect()
}

/// `1 conflict and 2 exclusions with different reasons`; `None` for none.
fn disputed_text(review: &Review) -> Option<String> {
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

pub(crate) fn conflicts(console: &mut Console, arguments: &ConflictsArgs) -> super::super::Result {
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
