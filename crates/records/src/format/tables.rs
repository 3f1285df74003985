//! Tables that belong together, AACT's above all, as whole studies.
//!
//! A record is what a source has about a study in such tables. It waits until
//! all inputs are read, since a row can belong to a row of a table that comes
//! later. Then all rows of a study are joined.

mod aact_text;
mod element_tree;
mod linked;
mod relational_rows;
mod result_columns;
mod results;

use serde_json::{Map, Value};

use self::relational_rows::{RelationalRow, StudyTables};
use super::{ConversionNotes, csv, derived, fit};
use crate::source::TableRows;
use crate::study::pieces::{self, Piece, PieceKind};
use crate::study::{NctId, Study, typed};
use result_columns::{COLUMNS, CellRule, KEYS};

/// What a record of rows holds until it is joined: the number of the study,
/// and the rows.
pub(super) fn part(tables: &[TableRows], notes: &mut ConversionNotes) -> Study {
    let mut study = Study::new();
    let rows =
        tables.iter().flat_map(|table| table.rows.iter().map(move |row| (&table.columns, row)));
    let mut number = None;
    for (columns, row) in rows {
        let named = columns.iter().zip(row).filter(|(name, _)| is_number_column(name));
        for (_, cell) in named {
            let text = String::from_utf8_lossy(cell);
            let found = NctId::parse_written(&text).or_else(|| NctId::find(&text));
            number = number.or(found);
            if let Some(found) = found {
                csv::other_numbers(found, &text, notes);
            }
        }
    }
    if let (Some(number), Some(piece)) = (number, pieces::named("NCTId")) {
        study.put(piece, number.to_string().into());
    }
    study
        .as_map_mut()
        .insert(relational_rows::KEY.to_owned(), relational_rows::written(tables, notes));
    study
}

fn is_number_column(name: &[u8]) -> bool {
    let name = pieces::fold(&String::from_utf8_lossy(name));
    ["nctnumber", "nctid", "studyurl"].contains(&name.as_str())
}

/// The study that all rows of it in a set of tables make. `waiting` are the
/// records that were made of them.
///
/// Lists that have a table of their own are taken from there, not from the
/// row of the table of studies.
pub fn joined(waiting: &[Study], notes: &mut ConversionNotes) -> Study {
    let mut tables = StudyTables::default();
    for part in waiting {
        tables.add(part.as_map());
    }
    let main = tables.take("studies");
    let mut study = linked::study(&mut tables, notes);
    results::add(&mut study, &mut tables, notes);
    for table in tables.names() {
        for row in tables.take(&table) {
            study.append(simple(&row, &table, notes));
        }
    }
    let mut of_main = Study::new();
    for row in &main {
        of_main.merge(simple(row, "studies", notes));
    }
    study.merge_lacking(of_main);
    study.drop_bare_sites();
    complete(study.as_map_mut(), &main);
    fit::fit(study.as_map_mut(), notes);
    study
}

/// What a row says by itself.
fn simple(row: &RelationalRow, table: &str, notes: &mut ConversionNotes) -> Study {
    let cells: Vec<(String, String)> = row
        .filled()
        .map(|(name, folded, cell)| {
            (name.to_owned(), aact_text::lines(row, folded, cell).into_owned())
        })
        .collect();
    let header = cells.iter().map(|(name, _)| name.as_str()).collect();
    let values = cells.iter().map(|(_, cell)| cell.as_str()).collect();
    csv::convert(&header, &values, Some(table), notes)
}

/// Lists with a table column for each member: their order is that of the
/// constants, as in API v2.
const OF_COLUMNS: [&str; 2] = ["StdAge", "DesignWhoMasked"];

/// Puts the members of such lists into their order.
fn order_members(root: &mut Map<String, Value>) {
    for piece in OF_COLUMNS.iter().filter_map(|name| pieces::named(name)) {
        let pointer = format!("/{}", piece.path.replace('.', "/"));
        let (section, below) = pointer[1..].split_once('/').unwrap_or((&pointer[1..], ""));
        let list = root.get_mut(section).and_then(|value| value.pointer_mut(&format!("/{below}")));
        if let (PieceKind::Enum(known), Some(Value::Array(members))) = (piece.kind, list) {
            members.sort_by_key(|member| {
                known.values.iter().position(|(constant, _)| member == constant)
            });
        }
    }
}

/// Adds what API v2 derives from the rest.
fn complete(root: &mut Map<String, Value>, main: &[RelationalRow]) {
    order_members(root);
    derived::interventions_of_arms(root);
    let documents = root.get_mut("documentSection").and_then(|section| {
        section.get_mut("largeDocumentModule")?.get_mut("largeDocs")?.as_array_mut()
    });
    for document in documents.into_iter().flatten().filter_map(Value::as_object_mut) {
        derived::letters_of_document(document);
    }
    // Only AACT's table of studies shows that results are missing.
    let tells = main.iter().any(|row| row.has("resultsfirstsubmitteddate"));
    let results = root.contains_key("resultsSection")
        || main.iter().any(|row| row.get("resultsfirstposteddate").is_some());
    if tells || results {
        root.entry("hasResults").or_insert(results.into());
    }
}

/// What the cells of a row are in a table of [`COLUMNS`]. Cells that mean
/// nothing are named.
fn values(
    row: &RelationalRow,
    table: &str,
    notes: &mut ConversionNotes,
) -> Vec<(&'static Piece, Value)> {
    let mut found: Vec<(&'static Piece, Value)> = Vec::new();
    let known = || COLUMNS.iter().filter(|(known, ..)| *known == table);
    for (_, column, cell) in known() {
        let Some(text) = row.get(column) else { continue };
        let Some((piece, value)) = value(*cell, text, row, column) else { continue };
        if !found.iter().any(|(there, _)| there.name == piece.name) {
            found.push((piece, value));
        }
    }
    for (name, folded, _) in row.filled() {
        if !KEYS.contains(&folded) && !known().any(|(_, column, _)| *column == folded) {
            notes.unplaced(&format!("{table}.{name}"));
        }
    }
    found
}

fn value(
    cell: CellRule,
    text: &str,
    row: &RelationalRow,
    column: &str,
) -> Option<(&'static Piece, Value)> {
    match cell {
        CellRule::Implied => None,
        CellRule::Group(name) => Some((pieces::named(name)?, derived::group_id(text)?)),
        CellRule::Number(name) => {
            let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|it| it == b'0'));
            Some((pieces::named(name)?, whole.map_or(text, |(whole, _)| whole).into()))
        }
        CellRule::Piece(name) => {
            let piece = pieces::named(name)?;
            let value = match piece.kind {
                PieceKind::Markup => aact_text::lines(row, column, text).into_owned().into(),
                _ => typed(piece, text)?,
            };
            Some((piece, value))
        }
    }
}

/// The values as an object, by their keys.
fn object(values: Vec<(&'static Piece, Value)>) -> Map<String, Value> {
    values.into_iter().map(|(piece, value)| (piece.key().to_owned(), value)).collect()
}
