//! Rows of the download button's table, today's and the classic site's.
//!
//! People choose the columns and their order, spreadsheets add empty ones.
//! What a cell says less than API v2 would (`18 Years and older (Adult, Older
//! Adult)`) is taken apart only where one reading is possible.

mod cell_values;
mod location;
mod registry_columns;
mod relational_columns;

use std::borrow::Cow;
use std::collections::BTreeMap;

use ::csv::ByteRecord;
use serde_json::{Map, Value};

use super::{ConversionNotes, literal, text_of};
use crate::study::clean::uncell;
use crate::study::pieces::{self, Piece, PieceKind, fold};
use crate::study::{Age, NctId, Study, place, put, typed, typed_list, written_list};
use cell_values::{structure, value_at};
use location::location;
use registry_columns::{ColumnRule, is_row_number, lacks, reading, said_empty};
use relational_columns::ColumnMeaning;

/// Columns that can name the study's number, the surest first.
const NUMBERED: [&str; 5] = ["nctnumber", "nctid", "studyurl", "url", "studydocuments"];

/// Most bytes of the name of a part of a design; more is running text.
const LONGEST_NAME: usize = 40;

/// Parts of a study design cell: folded name, piece.
const DESIGN: &[(&str, &str)] = &[
    ("allocation", "DesignAllocation"),
    ("interventionmodel", "DesignInterventionModel"),
    ("masking", "DesignMasking"),
    ("primarypurpose", "DesignPrimaryPurpose"),
    ("observationalmodel", "DesignObservationalModel"),
    ("timeperspective", "DesignTimePerspective"),
];

/// Kinds of expanded access by the first word of their labels.
const EXPANDED_ACCESS: &[(&str, &str)] = &[
    ("individual", "ExpAccTypeIndividual"),
    ("intermediate", "ExpAccTypeIntermediate"),
    ("treatment", "ExpAccTypeTreatment"),
];

/// Reads one row.
///
/// Cells beyond the header and columns that mean nothing known are named in
/// the notes where they hold something. `null`, which the classic site wrote
/// for dates and counts that lack, is nothing.
///
/// A row of a table of a set (`part`) becomes one element of the lists of that
/// table.
pub(super) fn convert(
    header: &ByteRecord,
    row: &ByteRecord,
    part: Option<&str>,
    notes: &mut ConversionNotes,
) -> Study {
    let cells = decoded(row, notes);
    let columns: Vec<String> = (0..cells.len()).map(|at| column_name(header, at)).collect();
    if part.is_none() {
        notes.empty = empty(&columns, &cells);
    }
    let filled = filled(&columns, &cells);
    let mut reader = CsvRowReader {
        root: Map::new(),
        notes: std::mem::take(notes),
        column: String::new(),
        funders: Vec::new(),
        elements: BTreeMap::new(),
    };
    reader.number(&filled);
    let beside = |wanted: &str| {
        let found = filled.iter().find(|(column, _)| fold(column) == wanted);
        found.map(|(_, cell)| *cell)
    };
    for (column, cell) in &filled {
        (*column).clone_into(&mut reader.column);
        match part.and_then(|table| relational_columns::meaning(table, column, &beside)) {
            Some(meaning) => reader.take(meaning, cell),
            None => reader.read(cell),
        }
    }
    reader.place_elements();
    reader.place_funders();
    *notes = reader.notes;
    Study::from_map(reader.root)
}

/// The cells that say something, with their columns.
fn filled<'a>(columns: &'a [String], cells: &'a [String]) -> Vec<(&'a str, &'a str)> {
    let cells = columns.iter().zip(cells).map(|(column, cell)| (column.as_str(), cell.trim()));
    let says = |(column, cell): &(&str, &str)| {
        let number = *column == "column 1" && is_row_number(cell);
        !cell.is_empty() && !lacks(column, cell) && !number
    };
    cells.filter(says).collect()
}

/// The paths of the pieces whose columns have an empty cell. A column beside
/// that has a value for the same piece is the one that counts.
fn empty(columns: &[String], cells: &[String]) -> Vec<String> {
    let is_empty = |column: &str, cell: &str| cell.is_empty() || lacks(column, cell);
    let each = || columns.iter().zip(cells).map(|(column, cell)| (column.as_str(), cell.trim()));
    let paths = |filled: bool| {
        let of_kind = each().filter(move |(column, cell)| is_empty(column, cell) != filled);
        of_kind.filter_map(|(column, _)| said_empty(column).map(|piece| piece.path))
    };
    let filled: Vec<&str> = paths(true).collect();
    paths(false).filter(|path| !filled.contains(path)).map(str::to_owned).collect()
}

/// The cells as text, without the apostrophe that keeps spreadsheets from
/// running one; a row that is not UTF-8 is decoded as a whole, for one guess to
/// hold for all of its cells.
pub(super) fn decoded(row: &ByteRecord, notes: &mut ConversionNotes) -> Vec<String> {
    const SEPARATOR: &str = "\u{1f}";
    let clean: Result<Vec<&str>, _> = row.iter().map(std::str::from_utf8).collect();
    if let Ok(cells) = clean {
        return cells.into_iter().map(uncell).map(str::to_owned).collect();
    }
    let cells: Vec<&[u8]> = row.iter().collect();
    let joined = cells.join(SEPARATOR.as_bytes());
    text_of(&joined, notes).split(SEPARATOR).map(uncell).map(str::to_owned).collect()
}

pub(super) fn column_name(header: &ByteRecord, at: usize) -> String {
    let name = header.get(at).map_or(Cow::Borrowed(""), String::from_utf8_lossy);
    let name = name.trim_start_matches('\u{feff}').trim();
    if name.is_empty() { format!("column {}", at + 1) } else { name.to_owned() }
}

/// Names the numbers of other studies in the cell with the number: the row is
/// read as one study.
pub(super) fn other_numbers(number: NctId, cell: &str, notes: &mut ConversionNotes) {
    let words = cell.split(|c: char| !c.is_ascii_alphanumeric());
    for other in words.filter_map(NctId::parse).filter(|other| *other != number) {
        notes.lost(format!(
            "a row with two numbers, `{number}` and `{other}`; it is read as of `{number}`"
        ));
    }
}

/// The array at that path.
fn list_at<'a>(root: &'a mut Map<String, Value>, path: &str) -> Option<&'a mut Vec<Value>> {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    match root.get_mut(step)? {
        Value::Array(there) if rest.is_empty() => Some(there),
        Value::Object(below) => list_at(below, rest),
        _ => None,
    }
}

fn elements(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').map(str::trim).filter(|element| !element.is_empty())
}

/// The values of a list in a cell: `A|B`, and `['A', 'B']` as programs write it.
fn listed(cell: &str) -> Vec<String> {
    let texts = written_list(cell).unwrap_or_else(|| cell.split('|').map(str::to_owned).collect());
    texts.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

/// The constants in `text` when each of its parts is one.
fn constants(piece: &Piece, text: &str, separator: char) -> Option<Vec<Value>> {
    let PieceKind::Enum(known) = piece.kind else {
        return None;
    };
    text.split(separator).map(|part| known.constant(part).map(Value::from)).collect()
}

struct CsvRowReader {
    root: Map<String, Value>,
    notes: ConversionNotes,
    /// Heading of the column that is being read.
    column: String,
    /// The elements of lists that a row of a set of tables is, by the path of
    /// the list.
    elements: BTreeMap<&'static str, Map<String, Value>>,
    /// Classes of the sponsors, which need not come after the sponsors.
    funders: Vec<String>,
}

impl CsvRowReader {
    fn number(&mut self, filled: &[(&str, &str)]) {
        let cell = |wanted: &str| {
            let found = filled.iter().find(|(column, _)| fold(column) == wanted);
            found.map(|(_, cell)| *cell)
        };
        let number = |text| NctId::parse_written(text).or_else(|| NctId::find(text));
        let found = NUMBERED.iter().filter_map(|column| cell(column)).find_map(number);
        let own = cell("nctnumber").or_else(|| cell("nctid"));
        match (found, own) {
            (Some(number), _) => {
                for column in &NUMBERED[..3] {
                    other_numbers(number, cell(column).unwrap_or_default(), &mut self.notes);
                }
                self.put("NCTId", &number.to_string());
            }
            (None, Some(text)) => self.put("NCTId", text),
            (None, None) => {}
        }
    }

    fn read(&mut self, cell: &str) {
        match reading(&self.column) {
            Some(ColumnRule::Piece(name)) => self.put_all(name, cell),
            Some(ColumnRule::Cell(read)) => read(self, cell),
            Some(ColumnRule::Implied) => {}
            None => self.unplaced(),
        }
    }

    /// Reads a cell of a table of a set.
    fn take(&mut self, meaning: ColumnMeaning, cell: &str) {
        match meaning {
            ColumnMeaning::Piece(name) => self.put_part(name, cell),
            ColumnMeaning::File(name) => {
                self.put_part(name, cell.rsplit('/').next().unwrap_or(cell))
            }
            ColumnMeaning::Point(axis) => self.point(axis, cell),
            ColumnMeaning::Member(name, who) => {
                if matches!(cell.to_ascii_lowercase().as_str(), "t" | "true" | "1" | "yes") {
                    self.put_part(name, who);
                }
            }
            ColumnMeaning::Implied => {}
        }
    }

    /// Puts a degree of the place of a site.
    fn point(&mut self, axis: &str, cell: &str) {
        let Ok(degrees) = cell.parse::<f64>() else { return self.unplaced() };
        if let Some(list) = pieces::named("Location") {
            let element = self.elements.entry(list.path).or_default();
            put(element, &format!("geoPoint.{axis}"), false, degrees.into());
        }
    }

    /// Puts a cell as one value, whatever signs it has in it.
    fn put_part(&mut self, name: &'static str, cell: &str) {
        let Some(piece) = pieces::named(name) else { return };
        let mut above =
            piece.path.match_indices('.').filter_map(|(dot, _)| pieces::at(&piece.path[..dot]));
        let list = above.rfind(|above| above.list);
        let values = typed_list(piece, cell);
        match (list, piece.list) {
            (None, true) => self.place_all(piece, values),
            (None, false) => self.put(name, cell),
            (Some(list), inner) => {
                let path = &piece.path[list.path.len() + 1..];
                let element = self.elements.entry(list.path).or_default();
                let values = if inner { values } else { typed(piece, cell).into_iter().collect() };
                for value in values {
                    put(element, path, inner, value);
                }
            }
        }
    }

    fn place_elements(&mut self) {
        for (path, element) in std::mem::take(&mut self.elements) {
            if let Some(list) = pieces::at(path).filter(|_| !element.is_empty()) {
                self.place(list, Value::Object(element));
            }
        }
    }

    /// Names the column that is being read.
    fn unplaced(&mut self) {
        self.notes.unplaced(&self.column);
    }

    /// Puts a value at its piece; where another column gave another value, the
    /// column is named.
    fn place(&mut self, piece: &Piece, value: Value) {
        if !place(&mut self.root, piece.path, piece.list, value) {
            self.unplaced();
        }
    }

    fn place_all(&mut self, piece: &Piece, values: Vec<Value>) {
        for value in values {
            self.place(piece, value);
        }
    }

    fn put(&mut self, name: &str, text: &str) {
        let alone = written_list(text).filter(|texts| texts.len() == 1);
        let text = alone.as_ref().map_or(text, |texts| texts[0].as_str());
        if let Some((piece, value)) = value_at(name, text) {
            self.place(piece, value);
        }
    }

    fn put_element(&mut self, name: &str, element: Value) {
        if let Some(piece) = pieces::named(name)
            && element.as_object().is_some_and(|object| !object.is_empty())
        {
            self.place(piece, element);
        }
    }

    fn put_all(&mut self, name: &str, cell: &str) {
        let Some(piece) = pieces::named(name) else {
            return;
        };
        let above =
            piece.path.match_indices('.').filter_map(|(dot, _)| pieces::at(&piece.path[..dot]));
        let lists: Vec<&Piece> = above.filter(|above| above.list).collect();
        match lists.as_slice() {
            _ if matches!(piece.kind, PieceKind::Structure | PieceKind::GeoPoint) => {
                self.structured(piece, cell)
            }
            [] if piece.list => self.put_list(piece, cell),
            [] => self.put(name, cell),
            [list] if !piece.list => self.put_column(list, piece, cell),
            _ => self.unplaced(),
        }
    }

    /// A structure, or a list of some, as programs write it.
    fn structured(&mut self, piece: &'static Piece, cell: &str) {
        let above =
            piece.path.match_indices('.').filter_map(|(dot, _)| pieces::at(&piece.path[..dot]));
        let in_list = above.filter(|above| above.list).count() > 0;
        match literal::structure(cell) {
            Some(Value::Array(elements)) if piece.list && !in_list => {
                self.place_all(piece, elements)
            }
            Some(value @ Value::Object(_)) if !in_list => self.place(piece, value),
            _ => self.unplaced(),
        }
    }

    /// `Phase 2|Phase 3`, `Phase 2/Phase 3`, `ADULT, OLDER_ADULT`.
    fn put_list(&mut self, piece: &'static Piece, cell: &str) {
        if matches!(piece.kind, PieceKind::Enum(_)) && written_list(cell).is_none() {
            for element in elements(cell) {
                self.place_all(piece, typed_list(piece, element));
            }
            return;
        }
        for element in listed(cell) {
            self.place_all(piece, typed_list(piece, &element));
        }
    }

    /// A column of values inside the elements of a list: they go to the
    /// elements there if they are as many, else each to an element of its
    /// own, since it is not known whose they are.
    fn put_column(&mut self, list: &Piece, piece: &Piece, cell: &str) {
        let path = &piece.path[list.path.len() + 1..];
        let values: Vec<Value> =
            listed(cell).iter().filter_map(|text| typed(piece, text)).collect();
        if let Some(there) = list_at(&mut self.root, list.path)
            && there.len() == values.len()
        {
            for (element, value) in there.iter_mut().zip(values) {
                if let Value::Object(object) = element {
                    put(object, path, false, value);
                }
            }
            return;
        }
        for value in values {
            let mut object = Map::new();
            put(&mut object, path, false, value);
            self.place(list, Value::Object(object));
        }
    }

    fn results(&mut self, cell: &str) {
        let has_results = match fold(cell).as_str() {
            "yes" | "true" | "t" | "1" | "hasresults" => "true",
            "no" | "false" | "f" | "0" | "noresultsavailable" => "false",
            _ => return self.unplaced(),
        };
        self.put("HasResults", has_results);
    }

    /// The day of a version of the study is the one on which it was submitted.
    fn version(&mut self, cell: &str) {
        self.put("LastUpdateSubmitDate", cell);
        self.notes.version = Some(self.column.clone());
    }

    fn interventions(&mut self, cell: &str) {
        let types = pieces::named("InterventionType").map(|piece| piece.kind);
        for element in &listed(cell) {
            let split = element.split_once(':').filter(|(kind, _)| {
                matches!(types, Some(PieceKind::Enum(known)) if known.constant(kind).is_some())
            });
            let (kind, name) = split.unwrap_or(("", element.as_str()));
            let made = structure(&[("InterventionType", kind), ("InterventionName", name)]);
            self.put_element("Intervention", made);
        }
    }

    /// Measure, description and time frame are joined by commas, which they
    /// hold themselves: the whole is kept as the measure.
    fn outcomes(&mut self, list: &str, cell: &str) {
        for element in elements(cell) {
            let made = structure(&[(format!("{list}Measure").as_str(), element)]);
            self.put_element(list, made);
        }
    }

    fn sponsors(&mut self, cell: &str) {
        let (lead, others) = cell.split_once('|').unwrap_or((cell, ""));
        self.put("LeadSponsorName", lead);
        self.collaborators(others);
    }

    fn collaborators(&mut self, cell: &str) {
        for name in elements(cell) {
            self.put_element("Collaborator", structure(&[("CollaboratorName", name)]));
        }
    }

    fn funders(&mut self, cell: &str) {
        self.funders = elements(cell).map(str::to_owned).collect();
    }

    /// Each sponsor gets its class when there are as many classes; the
    /// classic site gave each class once, so else only the lead sponsor's is
    /// known.
    fn place_funders(&mut self) {
        let funders = std::mem::take(&mut self.funders);
        let Some((lead, others)) = funders.split_first() else {
            return;
        };
        self.put("LeadSponsorClass", lead);
        let named = pieces::named("Collaborator")
            .and_then(|collaborators| list_at(&mut self.root, collaborators.path))
            .map_or(0, |collaborators| collaborators.len());
        if named == others.len() && named > 0 {
            self.put_all("CollaboratorClass", &others.join("|"));
        }
    }

    fn ages(&mut self, cell: &str) {
        let Some(groups) = pieces::named("StdAge") else {
            return;
        };
        let cell = cell.replace('\u{a0}', " ");
        let listed = ['|', ','].iter().find_map(|separator| constants(groups, &cell, *separator));
        if let Some(values) = listed {
            return self.place_all(groups, values);
        }
        let (limits, rest) = cell.split_once('(').unwrap_or((&cell, ""));
        match constants(groups, rest.trim_end().trim_end_matches(')'), ',') {
            Some(values) => self.place_all(groups, values),
            None if rest.is_empty() => {}
            None => self.unplaced(),
        }
        let (minimum, maximum) = age_limits(limits.trim());
        if Age::parse(minimum).is_none() && Age::parse(maximum).is_none() {
            if !limits.trim().is_empty() {
                self.unplaced();
            }
            return;
        }
        self.put("MinimumAge", minimum);
        self.put("MaximumAge", maximum);
    }

    /// `Interventional`, `Observational [Patient Registry]`, `Expanded
    /// Access:Treatment IND/Protocol`.
    fn study_type(&mut self, cell: &str) {
        let (kind, access) = cell.split_once(':').unwrap_or((cell, ""));
        self.put("StudyType", kind);
        if kind.to_lowercase().contains("[patient registry]") {
            self.put("PatientRegistry", "true");
        }
        for part in access.split(':').map(fold).filter(|part| !part.is_empty()) {
            match EXPANDED_ACCESS.iter().find(|(word, _)| part.starts_with(word)) {
                Some((_, name)) => self.put(name, "true"),
                None => self.unplaced(),
            }
        }
    }

    fn design(&mut self, cell: &str) {
        for element in elements(cell) {
            match element.split_once(':') {
                Some((name, value)) if !value.trim().is_empty() => {
                    self.design_part(name.trim(), value.trim());
                }
                Some(_) => {}
                None => self.unplaced(),
            }
        }
    }

    fn design_part(&mut self, name: &str, value: &str) {
        let folded = fold(name);
        match DESIGN.iter().find(|(known, _)| *known == folded) {
            Some((_, "DesignMasking")) => self.masking(value),
            // Today's download cuts `Time Perspective` to its first letter.
            Some((_, piece)) if value.chars().count() > 1 => self.put(piece, value),
            _ if name.len() <= LONGEST_NAME => {
                self.notes.unplaced(&format!("{}: {name}", self.column));
            }
            _ => self.unplaced(),
        }
    }

    /// `TRIPLE (PARTICIPANT, INVESTIGATOR)`; but `None (Open Label)` is one
    /// label.
    fn masking(&mut self, text: &str) {
        let Some(piece) = pieces::named("DesignMasking") else {
            return;
        };
        let whole = constants(piece, text, '|').is_some();
        let (masking, masked) = match text.split_once('(') {
            Some((masking, masked)) if !whole => (masking, masked.trim_end_matches(')')),
            _ => (text, ""),
        };
        self.put("DesignMasking", masking);
        for who in masked.split(',') {
            self.put("DesignWhoMasked", who);
        }
    }

    fn other_ids(&mut self, cell: &str) {
        let mut ids = elements(cell);
        self.put("OrgStudyId", ids.next().unwrap_or_default());
        for id in ids {
            self.put_element("SecondaryIdInfo", structure(&[("SecondaryId", id)]));
        }
    }

    fn locations(&mut self, cell: &str) {
        for element in elements(cell) {
            self.put_element("Location", location(element));
        }
    }

    /// `Study Protocol, https://…/Prot_000.pdf`, the label in quotes on the
    /// classic site, or the address alone.
    fn documents(&mut self, cell: &str) {
        for element in elements(cell) {
            let address = element.rfind("http").unwrap_or(element.len());
            let (label, address) = element.split_at(address);
            let label = label.trim().trim_end_matches(',').trim_matches('"');
            let file = address.rsplit('/').next().unwrap_or_default();
            let made = structure(&[("LargeDocLabel", label), ("LargeDocFilename", file)]);
            self.put_element("LargeDoc", made);
        }
    }
}

/// Least and greatest age: `18 Years and older`, `up to 17 Years`, `18 Years
/// to 65 Years`.
fn age_limits(text: &str) -> (&str, &str) {
    if let Some(minimum) = text.strip_suffix("and older") {
        return (minimum.trim(), "");
    }
    if let Some(maximum) = text.strip_suffix("and younger") {
        return ("", maximum.trim());
    }
    if let Some(maximum) = text.strip_prefix("up to").or_else(|| text.strip_prefix("Up to")) {
        return ("", maximum.trim());
    }
    let (minimum, maximum) = text.split_once(" to ").unwrap_or((text, ""));
    (minimum.trim(), maximum.trim())
}

#[cfg(test)]
mod tests;
