//! A file as names and values, before any of them is understood.

use std::collections::HashMap;

use super::import_fields::ImportColumn;

/// What Abstrackr calls its own numbers.
const ABSTRACKR: &str = "(internal) id";

/// A column, a tag or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetColumn {
    /// As it is in the file.
    pub(super) text: String,
    /// What its format says that it is; `None` where people choose names.
    pub(super) column: Option<ImportColumn>,
    /// Of two names of one column, the lower one counts.
    pub(super) order: usize,
}

/// A record: its line, from 1, and values by the places of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SheetRow {
    pub(super) line: u64,
    pub(super) cells: Vec<(usize, String)>,
}

impl SheetRow {
    pub(super) fn new(line: u64) -> Self {
        Self { line, cells: Vec::new() }
    }

    /// The values of each name.
    pub(super) fn by_name(&self) -> HashMap<usize, Vec<&str>> {
        let mut cells: HashMap<usize, Vec<&str>> = HashMap::new();
        for (at, text) in &self.cells {
            cells.entry(*at).or_default().push(text);
        }
        cells
    }
}

/// A table, or records that can be seen as one.
#[derive(Debug, Default)]
pub(super) struct RecordSheet {
    /// Its name where a file has several.
    pub(super) title: Option<String>,
    pub(super) names: Vec<SheetColumn>,
    pub(super) rows: Vec<SheetRow>,
    /// Whether it is Abstrackr's, by what that calls its own numbers.
    pub(super) is_abstrackr: bool,
    places: HashMap<String, usize>,
}

impl RecordSheet {
    /// The place of a name, which is added where it is not there.
    pub(super) fn place(
        &mut self,
        text: &str,
        column: Option<ImportColumn>,
        order: usize,
    ) -> usize {
        if let Some(at) = self.places.get(text) {
            return *at;
        }
        let at = self.add(text, column);
        self.names[at].order = order;
        self.places.insert(text.to_owned(), at);
        at
    }

    /// Adds a name; the same name may occur again.
    pub(super) fn add(&mut self, text: &str, column: Option<ImportColumn>) -> usize {
        self.is_abstrackr |= text.trim() == ABSTRACKR;
        self.names.push(SheetColumn { text: text.trim().to_owned(), column, order: 0 });
        self.names.len() - 1
    }

    /// Adds a record, unless there is nothing in it.
    pub(super) fn push(&mut self, mut row: SheetRow) {
        row.cells.retain(|(_, text)| !text.trim().is_empty());
        if !row.cells.is_empty() {
            self.rows.push(row);
        }
    }
}
