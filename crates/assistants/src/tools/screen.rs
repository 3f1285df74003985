//! Screens a review as a named second reviewer.

use serde_json::{Value, json};

use trialdex_output::study_url;
use trialdex_records::study::NctId;
use trialdex_review::Verdict;

use super::ToolRow;
use super::study::overview;
use crate::answer::{Budget, ToolAnswer};
use crate::arguments::Arguments;
use crate::failure::ToolFailure;
use crate::review_desk::{DeskVerdict, ReviewDesk};
use crate::schema::{self, choice, text, tokens};
use crate::study_parts::{parts, section};
use crate::toolbox::Toolbox;

/// What can be decided.
const VERDICTS: [&str; 3] = ["include", "exclude", "maybe"];

pub(super) fn row() -> ToolRow {
    let properties = vec![
        text("id", "NCT number of the study to decide; none to get the next study only"),
        choice("verdict", &VERDICTS, "The verdict"),
        text("reason", "Key of the reason to exclude, one of those that the answer lists"),
        text("note", "Why, in a sentence, with a quotation"),
        tokens(),
    ];
    ToolRow {
        name: "screen",
        title: "Screen a review",
        description: "Hands out the next study of the review to read, and records a verdict first \
            where one is given. You are a second reviewer of your own name: what others decided \
            is not shown. Read the study before you decide; people settle differences.",
        arguments: schema::object(properties, &[]),
        decides: true,
        call,
    }
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let id = arguments.text("id")?;
    let verdict = arguments.choice("verdict", &VERDICTS)?.and_then(Verdict::named);
    let (reason, note) = (arguments.text("reason")?, arguments.text("note")?);
    let budget = arguments.budget()?;
    arguments.end()?;
    let mut desk = tools.desk()?;
    desk.refresh()?;
    let mut value = json!({"review": desk.title(), "reviewer": desk.reviewer()});
    match (id, verdict) {
        (Some(id), Some(verdict)) => {
            let nct = NctId::parse_typed(&id)
                .ok_or_else(|| ToolFailure::new(format!("`{id}` is not an NCT number")))?;
            let decided = DeskVerdict { nct, verdict, reason, note };
            desk.decide(&tools.now(), decided)?;
            value["decided"] = json!({"nctId": nct, "verdict": verdict.name()});
        }
        (None, None) if reason.is_none() && note.is_none() => {}
        _ => {
            return Err(ToolFailure::new("a decision has an `id` and a `verdict`")
                .hint("give both, or neither to get the next study"));
        }
    }
    next(&desk, value, budget)
}

/// The answer with the next study in it.
fn next(desk: &ReviewDesk, mut value: Value, budget: Budget) -> Result<ToolAnswer, ToolFailure> {
    let waiting = desk.waiting();
    value["total"] = desk.total().into();
    value["left"] = waiting.len().into();
    value["reasons"] = budget.quarter(&desk.reasons()).into();
    let Some(nct) = waiting.first().copied() else { return Ok(ToolAnswer::new(value, budget)) };
    let study = desk.study(nct)?.unwrap_or_default();
    let mut room = budget.room(&value);
    let head = json!({"nctId": nct, "url": study_url(nct)});
    value["next"] = overview(head, &study, &mut room);
    let mut room = budget.room(&value);
    let criteria = parts(&study, section("EligibilityCriteria")?);
    let criteria: Vec<Value> = criteria.into_iter().map_while(|part| room.take(part)).collect();
    value["eligibility"] = criteria.into();
    Ok(ToolAnswer::new(value, budget))
}
