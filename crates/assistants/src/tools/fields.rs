//! Names of fields, and their values.

use serde_json::{Value, json};

use trialdex_engine::search::SearchableIndex as _;
use trialdex_output::FieldDescription;
use trialdex_plan::SearchRequest;
use trialdex_records::study::areas::{AREAS, WORDS};
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{computed, nearest_pieces, pieces};
use trialdex_session::countable_field;

use super::ToolRow;
use crate::answer::{Budget, ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::cursor::CursorScope;
use crate::failure::ToolFailure;
use crate::schema::{self, cursor, text, tokens};
use crate::toolbox::Toolbox;

pub(super) fn row() -> ToolRow {
    let properties = vec![
        text("name", "Name, older name or path of a field, such as Phase"),
        text("find", "Words of the names or titles to list"),
        cursor(),
        tokens(),
    ];
    ToolRow {
        name: "fields",
        title: "Fields and their values",
        description: "Says what a field of the records is, how its values are typed in a query, \
            and which values the index has; or lists the names of fields. Use it before an \
            expression with AREA[...], a sort key or a field that you are not sure of.",
        arguments: schema::object(properties, &[]),
        decides: false,
        call,
    }
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let name = arguments.text("name")?;
    let find = arguments.text("find")?.unwrap_or_default();
    let cursor = arguments.text("cursor")?;
    let budget = arguments.budget()?;
    arguments.end()?;
    match name {
        Some(name) => one(tools, name.trim(), cursor.as_deref(), budget),
        None => list(tools, &find.to_lowercase(), cursor.as_deref(), budget),
    }
}

/// A field with its values in the index.
fn one(
    tools: &Toolbox,
    name: &str,
    cursor: Option<&str>,
    budget: Budget,
) -> Result<ToolAnswer, ToolFailure> {
    let field = StudyField::named(name).ok_or_else(|| {
        ToolFailure::new(format!("`{name}` is not a field"))
            .hint("`find` lists names with some words")
            .nearest(nearest_pieces(name))
    })?;
    let index = tools.index();
    let question = format!("field {field}");
    let scope = CursorScope { state: &index.state().digest, question: &question };
    let offset = scope.read(cursor)?;
    let mut value = described(field);
    value["studies"] = index.index().studies_with(&[field])?.into_iter().sum::<u64>().into();
    value["index"] = index.state().digest.clone().into();
    if countable_field(&field.name()).is_err() {
        return Ok(ToolAnswer::new(value, budget));
    }
    let everything = tools.ask(SearchRequest::default())?;
    let facets = index.count(&everything)?.count_by(&[field])?;
    let values = facets.first().map_or(&[][..], |facet| &facet.values);
    value["total"] = values.len().into();
    let mut room = budget.room(&value);
    let rows: Vec<Value> = values
        .iter()
        .skip(offset)
        .map_while(|(value, studies)| room.take(json!([clipped(value, 120), studies])))
        .collect();
    let next = offset + rows.len();
    value["values"] = rows.into();
    if next < values.len() {
        value["cursor"] = scope.write(next).into();
    }
    Ok(ToolAnswer::new(value, budget))
}

/// What the data model says of a field.
fn described(field: StudyField) -> Value {
    let description = FieldDescription::of(field);
    let areas: Vec<&str> = description.areas.iter().map(|(area, _)| *area).collect();
    let mut value = json!({
        "name": description.name,
        "title": description.title,
        "kind": description.kind_in_words(),
        "path": description.path,
        "otherNames": description.other_names,
        "areas": areas,
    });
    let said = description.json();
    for name in ["typed", "sortable"] {
        value[name] = said[name].clone();
    }
    value
}

/// The fields whose names or titles have some words.
fn list(
    tools: &Toolbox,
    find: &str,
    cursor: Option<&str>,
    budget: Budget,
) -> Result<ToolAnswer, ToolFailure> {
    let words: Vec<&str> = find.split_whitespace().collect();
    let pieces = pieces::leaves().map(StudyField::Piece);
    let lists = pieces::all().iter().filter(|piece| piece.list).map(StudyField::Size);
    let computed = computed::all().iter().map(StudyField::Computed);
    let fields: Vec<FieldDescription> = pieces
        .chain(lists)
        .chain(computed)
        .map(FieldDescription::of)
        .filter(|field| {
            let said = format!("{} {} {}", field.name, field.title, field.path).to_lowercase();
            words.iter().all(|word| said.contains(word))
        })
        .collect();
    if fields.is_empty() {
        return Err(ToolFailure::new(format!("no field is called like `{}`", clipped(find, 80)))
            .hint("give fewer words")
            .nearest(nearest_pieces(find)));
    }
    let index = tools.index();
    let question = format!("fields {find}");
    let scope = CursorScope { state: &index.state().digest, question: &question };
    let offset = scope.read(cursor)?;
    let mut value = json!({"total": fields.len(), "index": index.state().digest});
    if words.is_empty() {
        let areas = AREAS.iter().chain([&WORDS]).map(|area| area.name);
        value["areas"] = areas.collect::<Vec<_>>().into();
    }
    let mut room = budget.room(&value);
    let shown: Vec<Value> = fields
        .iter()
        .skip(offset)
        .map(|field| format!("{}: {}", field.name, field.kind_in_words()))
        .map_while(|line| room.take(line.into()))
        .collect();
    let next = offset + shown.len();
    value["fields"] = shown.into();
    if next < fields.len() {
        value["cursor"] = scope.write(next).into();
    }
    Ok(ToolAnswer::new(value, budget))
}
