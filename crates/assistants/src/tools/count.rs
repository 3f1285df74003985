//! Counts studies, also by the values of a field.

use serde_json::{Value, json};

use trialdex_engine::search::FoundHits as _;
use trialdex_output::disclosure_lines;
use trialdex_query::Spelling;
use trialdex_records::study::pieces::PieceKind;
use trialdex_records::study::study_fields::StudyField;
use trialdex_session::{SHORT_FIELD_NAMES, countable_field};

use super::ToolRow;
use crate::answer::{ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::cursor::CursorScope;
use crate::failure::ToolFailure;
use crate::question::{argument_name, question};
use crate::schema::{self, cursor, number, text, tokens};
use crate::toolbox::Toolbox;

/// Values of an answer, unless a call asks for others, and at most.
const VALUES: usize = 20;
const MOST_VALUES: usize = 1_000;

pub(super) fn row() -> ToolRow {
    let short: Vec<&str> = SHORT_FIELD_NAMES.iter().map(|(short, _)| *short).collect();
    let by = format!("Field to count by: {}, or a name that fields gives", short.join(", "));
    let mut properties = vec![text("by", &by)];
    properties.extend(schema::question());
    properties.extend([
        number("limit", 1, MOST_VALUES, "Values, 20 if not given"),
        cursor(),
        tokens(),
    ]);
    ToolRow {
        name: "count",
        title: "Count studies",
        description: "Counts the studies that match a question, and how many of them have each \
            value of a field. Dates are counted by year. Use it for numbers; do not count hits.",
        arguments: schema::object(properties, &[]),
        decides: false,
        call,
    }
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let by = arguments.text("by")?.map(|name| countable_field(name.trim())).transpose()?;
    let request = question(&mut arguments)?;
    let limit = arguments.number("limit", 1..=MOST_VALUES)?.unwrap_or(VALUES);
    let cursor = arguments.text("cursor")?;
    let budget = arguments.budget()?;
    arguments.end()?;
    let index = tools.index();
    let asked = tools.ask(request)?;
    let counted = index.count(&asked)?;
    let mut value = json!({
        "total": counted.hits.total(),
        "studies": counted.hits.counts().studies,
        "index": index.state().digest,
        "understood": budget.eighth(asked.expression()),
    });
    let notes = disclosure_lines(&counted.disclosure()?, Spelling(argument_name));
    if !notes.is_empty() {
        value["notes"] = budget.quarter(&notes).into();
    }
    let Some(field) = by else {
        return Ok(ToolAnswer::new(value, budget));
    };
    let question = format!("count {field} {:?}", asked.search.request.pairs());
    let scope = CursorScope { state: &index.state().digest, question: &question };
    let offset = scope.read(cursor.as_deref())?;
    let facets = counted.count_by(&[field])?;
    let facet = facets.first();
    let values = facet.map_or(&[][..], |facet| &facet.values);
    value["field"] = field.name().into();
    value["withoutValue"] = facet.map_or(0, |facet| facet.missing).into();
    value["distinct"] = values.len().into();
    let mut room = budget.room(&value);
    let rows = values.iter().skip(offset).take(limit);
    let rows: Vec<Value> =
        rows.map_while(|(value, studies)| room.take(row_of(field, value, *studies))).collect();
    let next = offset + rows.len();
    value["values"] = rows.into();
    if next < values.len() {
        value["cursor"] = scope.write(next).into();
    }
    Ok(ToolAnswer::new(value, budget))
}

/// A value with the studies that have it, and what people call it where that is something else.
fn row_of(field: StudyField, value: &str, studies: u64) -> Value {
    let label = match field {
        StudyField::Piece(piece) => match piece.kind {
            PieceKind::Enum(known) => known.label(value),
            _ => None,
        },
        _ => None,
    };
    let mut row = json!({"value": clipped(value, 200), "studies": studies});
    if let Some(label) = label.filter(|label| *label != value) {
        row["label"] = label.into();
    }
    row
}
