//! The tables of AACT, as columns and rows, and as files.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// A dump: columns and rows by table.
#[derive(Default)]
pub(super) struct Dump {
    pub(super) tables: BTreeMap<&'static str, (Vec<&'static str>, Vec<Vec<String>>)>,
    ids: usize,
    pub(super) study: String,
}

pub(super) type Cells = Vec<(&'static str, Value)>;

/// A cell as PostgreSQL copies it.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "t".to_owned(),
        Value::Bool(false) => "f".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A number in a column of numbers, which was read as one.
pub(super) fn float(value: &Value) -> Value {
    let number: Option<f64> = value.as_str().and_then(|text| text.parse().ok());
    number.map_or(Value::Null, |number| format!("{number:?}").into())
}

/// A date in a column of days.
pub(super) fn day(value: &Value) -> Value {
    match value.as_str() {
        Some(month) if month.len() == 7 => {
            let days = match &month[5..] {
                "02" => 28,
                "04" | "06" | "09" | "11" => 30,
                _ => 31,
            };
            format!("{month}-{days}").into()
        }
        _ => value.clone(),
    }
}

pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Dump {
    pub(super) fn of(studies: &[Value]) -> Self {
        let mut dump = Self::default();
        for study in studies {
            let protocol = &study["protocolSection"];
            dump.study =
                protocol["identificationModule"]["nctId"].as_str().expect("a number").to_owned();
            dump.studies(study);
            dump.lists(study);
            dump.arms(&protocol["armsInterventionsModule"]);
            dump.sites(&protocol["contactsLocationsModule"]);
            dump.references(&protocol["referencesModule"]);
            if let results @ Value::Object(_) = &study["resultsSection"] {
                dump.flow(&results["participantFlowModule"]);
                dump.baseline(&results["baselineCharacteristicsModule"]);
                dump.outcomes(&results["outcomeMeasuresModule"]);
                dump.events(&results["adverseEventsModule"]);
                dump.more(&results["moreInfoModule"]);
            }
        }
        dump
    }

    /// Adds a row; gives its id.
    pub(super) fn row(&mut self, table: &'static str, cells: Cells) -> usize {
        self.ids += 1;
        let (columns, rows) = self.tables.entry(table).or_insert_with(|| {
            let first: &[&str] = if table == "studies" { &["nct_id"] } else { &["id", "nct_id"] };
            let columns = first.iter().copied().chain(cells.iter().map(|(column, _)| *column));
            (columns.collect(), Vec::new())
        });
        let mut row = vec![String::new(); columns.len()];
        let given = [("id", json!(self.ids)), ("nct_id", json!(self.study))];
        let given =
            given.into_iter().filter(|(column, _)| *column == "nct_id" || table != "studies");
        for (column, value) in given.chain(cells) {
            let at = columns.iter().position(|known| *known == column).expect("a column");
            row[at] = cell(&value);
        }
        rows.push(row);
        self.ids
    }

    /// A row for every element, with columns for keys.
    pub(super) fn each(
        &mut self,
        table: &'static str,
        elements: &[Value],
        given: &[(&'static str, Value)],
        keys: &[(&'static str, &str)],
    ) {
        for element in elements {
            let keyed = keys.iter().map(|(column, key)| {
                (*column, if key.is_empty() { element.clone() } else { element[*key].clone() })
            });
            let cells = given.iter().cloned().chain(keyed).collect();
            self.row(table, cells);
        }
    }

    /// The table as PostgreSQL copies it: rows in another order than that of
    /// their ids.
    pub(super) fn copied(&self, table: &str, delimiter: char) -> Vec<String> {
        let (columns, rows) = &self.tables[table];
        let quoted = |cell: &str| match cell.contains([delimiter, '"', '\n']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.to_owned(),
        };
        let line = |cells: &[String]| {
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            cells.join(&delimiter.to_string()) + "\n"
        };
        let heading: Vec<String> = columns.iter().map(|name| (*name).to_owned()).collect();
        std::iter::once(line(&heading)).chain(rows.iter().rev().map(|row| line(row))).collect()
    }

    /// The files of the dump with commas, and breaks of lines as they are.
    pub(super) fn with_commas(&self) -> Vec<(String, String)> {
        let files = self
            .tables
            .keys()
            .map(|table| (format!("{table}.csv"), self.copied(table, ',').concat()));
        files.collect()
    }

    /// The files of the dump as AACT publishes it: bars between cells, a `~`
    /// for each break of a line and the white space behind it, doubled quotes
    /// left out.
    pub(super) fn with_bars(&self) -> Vec<(String, String)> {
        let file = |table: &&'static str| {
            let rows = self.copied(table, '|').into_iter().map(|row| {
                let row = row.replace("\"\"", "");
                let mut written = String::new();
                let mut signs = row.trim_end_matches('\n').chars().peekable();
                while let Some(sign) = signs.next() {
                    if sign == '\n' {
                        signs.next_if(|next| next.is_whitespace());
                        written.push('~');
                    } else {
                        written.push(sign);
                    }
                }
                written + "\n"
            });
            (format!("{table}.txt"), rows.collect())
        };
        self.tables.keys().map(file).collect()
    }
}
