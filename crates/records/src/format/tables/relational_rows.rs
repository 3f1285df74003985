//! Rows of tables as they wait to be joined, and as they are read then.

use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use serde_json::{Map, Value};

use crate::source::TableRows;
use crate::study::pieces::fold;

use super::super::{ConversionNotes, csv};

/// Where the rows are in what waits.
pub(super) const KEY: &str = "tables";

/// Tables as a JSON value. An empty cell is null, one that is as in the row
/// above is 0.
pub(super) fn written(tables: &[TableRows], notes: &mut ConversionNotes) -> Value {
    let tables = tables.iter().map(|table| {
        let mut above: Vec<String> = Vec::new();
        let rows = table.rows.iter().map(|row| {
            let cells = csv::decoded(row, notes);
            let written = cells.iter().enumerate().map(|(at, cell)| match cell.trim() {
                "" => Value::Null,
                _ if above.get(at) == Some(cell) => 0.into(),
                cell => cell.into(),
            });
            let written: Vec<Value> = written.collect();
            above = cells;
            Value::from(written)
        });
        let rows: Vec<Value> = rows.collect();
        let most = table.rows.iter().map(::csv::ByteRecord::len).max().unwrap_or_default();
        let columns: Vec<String> =
            (0..most).map(|at| csv::column_name(&table.columns, at)).collect();
        let mut written = Map::new();
        written.insert("table".to_owned(), table.table.into());
        written.insert("columns".to_owned(), columns.into());
        written.insert("rows".to_owned(), rows.into());
        Value::Object(written)
    });
    tables.collect()
}

/// The columns of a table.
#[derive(Debug)]
pub(super) struct RelationalColumns {
    pub(super) names: Vec<String>,
    folded: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone)]
pub(super) struct RelationalRow {
    columns: Rc<RelationalColumns>,
    cells: Vec<Option<Rc<str>>>,
}

impl RelationalRow {
    /// The cell below a folded heading, where it is not empty.
    pub(super) fn get(&self, folded: &str) -> Option<&str> {
        let at = self.columns.folded.iter().position(|column| column == folded)?;
        self.cells.get(at)?.as_deref()
    }

    /// Whether there is a column of that folded heading.
    pub(super) fn has(&self, folded: &str) -> bool {
        self.columns.folded.iter().any(|column| column == folded)
    }

    /// The cells that are not empty, by heading and folded heading.
    pub(super) fn filled(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let columns = self.columns.names.iter().zip(&self.columns.folded);
        columns.zip(&self.cells).filter_map(|((name, folded), cell)| {
            cell.as_deref().map(|cell| (name.as_str(), folded.as_str(), cell))
        })
    }

    fn id(&self) -> Option<u64> {
        self.get("id")?.parse().ok()
    }
}

/// The rows of a study, by table; in each in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct StudyTables {
    tables: BTreeMap<String, Vec<RelationalRow>>,
    /// Rows that have come, by their ids or else their cells.
    seen: HashSet<(String, String)>,
}

impl StudyTables {
    /// Adds the waiting rows of a study. Rows that came before are skipped: the
    /// same table can be in two files.
    pub(super) fn add(&mut self, waiting: &Map<String, Value>) {
        for table in waiting.get(KEY).and_then(Value::as_array).into_iter().flatten() {
            let name = table.get("table").and_then(Value::as_str).unwrap_or_default();
            let names: Vec<String> = texts(table.get("columns"));
            let folded = names.iter().map(|name| fold(name)).collect();
            let columns = Rc::new(RelationalColumns { names, folded });
            let mut above: Vec<Option<Rc<str>>> = Vec::new();
            for row in table.get("rows").and_then(Value::as_array).into_iter().flatten() {
                let cells = row.as_array().into_iter().flatten().enumerate();
                let cells = cells.map(|(at, cell)| match cell {
                    Value::String(text) => Some(Rc::from(text.as_str())),
                    Value::Number(_) => above.get(at).cloned().flatten(),
                    _ => None,
                });
                above = cells.collect();
                let row = RelationalRow { columns: columns.clone(), cells: above.clone() };
                let key = match row.id() {
                    Some(id) => id.to_string(),
                    None => {
                        let cells = row.cells.iter().map(|cell| cell.as_deref().unwrap_or(""));
                        cells.collect::<Vec<_>>().join("\u{1f}")
                    }
                };
                if self.seen.insert((name.to_owned(), key)) {
                    self.tables.entry(name.to_owned()).or_default().push(row);
                }
            }
        }
    }

    /// Takes the rows of a table out.
    pub(super) fn take(&mut self, table: &str) -> Vec<RelationalRow> {
        let mut rows = self.tables.remove(table).unwrap_or_default();
        if rows.iter().all(|row| row.id().is_some()) {
            rows.sort_by_key(RelationalRow::id);
        }
        rows
    }

    /// The names of the tables that are left.
    pub(super) fn names(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }
}

fn texts(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}
