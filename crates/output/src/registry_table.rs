//! Studies as the registry's own table, with all of its columns or some.

use std::io::{self, Write};

use super::clean;
use super::registry_csv::{COLUMNS, PIECES};
use super::table_writer::write_line;
use trialdex_records::study::{ChosenPieces, Study};

/// The registry's table. Its columns are always in the registry's order.
#[derive(Debug, Clone)]
pub struct RegistryTable {
    /// Positions in [`COLUMNS`].
    columns: Vec<usize>,
}

impl RegistryTable {
    /// The table with all columns.
    #[must_use]
    pub fn whole() -> Self {
        Self { columns: (0..COLUMNS.len()).collect() }
    }

    /// The table with the columns of these headings.
    ///
    /// # Errors
    ///
    /// The first name that is no heading.
    pub fn with<'n>(names: &[&'n str]) -> Result<Self, &'n str> {
        let known = |name: &&str| COLUMNS.iter().any(|(heading, _)| heading == name);
        if let Some(unknown) = names.iter().find(|name| !known(name)) {
            return Err(unknown);
        }
        let columns = (0..COLUMNS.len()).filter(|at| names.contains(&COLUMNS[*at].0));
        Ok(Self { columns: columns.collect() })
    }

    /// The pieces of a study that the cells are made of.
    #[must_use]
    pub fn pieces() -> ChosenPieces {
        ChosenPieces::new(PIECES)
    }

    /// Writes the line of headings.
    ///
    /// # Errors
    ///
    /// Where the place cannot be written to.
    pub fn write_heading(&self, out: &mut dyn Write) -> io::Result<()> {
        write_line(out, b',', self.columns.iter().map(|at| COLUMNS[*at].0))
    }

    /// Writes the line of a study.
    ///
    /// # Errors
    ///
    /// Where the place cannot be written to.
    pub fn write_study(&self, out: &mut dyn Write, study: &Study) -> io::Result<()> {
        let cells = self.columns.iter().map(|at| clean::cell(&COLUMNS[*at].1(study)).into_owned());
        write_line(out, b',', cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_are_in_the_order_of_the_registry() {
        let study = json!({"protocolSection": {"identificationModule":
            {"nctId": "NCT90000001", "briefTitle": "=1+1, \"or\" so"}}});
        let study = Study::from_map(study.as_object().expect("an object").clone());
        let table = RegistryTable::with(&["Study Title", "NCT Number"]).expect("headings");
        let mut out = Vec::new();
        table.write_heading(&mut out).expect("written");
        table.write_study(&mut out, &study).expect("written");
        let expected = "NCT Number,Study Title\nNCT90000001,\"'=1+1, \"\"or\"\" so\"\n";
        assert_eq!(String::from_utf8(out).expect("UTF-8"), expected);
        assert_eq!(RegistryTable::with(&["NCT Number", "NCTId"]).err(), Some("NCTId"));
    }
}
