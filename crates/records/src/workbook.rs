//! Excel workbooks (`.xlsx`): the cells of their sheets as text.
//!
//! ECMA-376, Office Open XML. A workbook is a zip archive: `xl/workbook.xml`
//! names the sheets, `xl/_rels/workbook.xml.rels` says where they are,
//! `xl/sharedStrings.xml` has texts that cells refer to by number, and
//! `xl/styles.xml` says which numbers are dates.

pub mod elements;
mod serial_dates;

use std::collections::HashMap;
use std::io::{Cursor, Read};

use quick_xml::events::BytesStart;
use zip::ZipArchive;

use self::elements::{XmlNode, attribute, walk};
use self::serial_dates::{DateFormats, date};

/// Why a workbook cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum WorkbookError {
    /// It is damaged, in that way.
    Damaged(String),
    /// It is larger than can be read.
    TooLarge,
}

/// Bytes that the parts of a workbook may have in all, unpacked, and the text
/// of all cells: a file that was made to fill the memory has more.
const LARGEST: u64 = 256 << 20;

/// Cells that a workbook may have.
const MOST_CELLS: usize = 4_000_000;

/// Columns that a sheet can have.
const COLUMNS: usize = 16_384;

/// A row: its number, from 1, and its cells by column, from 0.
pub type GridRow = (u64, Vec<(usize, String)>);

/// A sheet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SheetGrid {
    /// What its tab is called.
    pub title: String,
    /// Its rows that have cells.
    pub rows: Vec<GridRow>,
}

/// The sheets of a workbook, in its order.
///
/// # Errors
///
/// Where it is damaged or larger than can be read.
pub fn grids(bytes: &[u8]) -> Result<Vec<SheetGrid>, WorkbookError> {
    let archive = ZipArchive::new(Cursor::new(bytes));
    let archive = archive.map_err(|error| WorkbookError::Damaged(error.to_string()))?;
    let mut book = WorkbookReader { archive, left: LARGEST, cells: MOST_CELLS, text: LARGEST };
    let main = book.part("xl/workbook.xml")?;
    let targets = book.part("xl/_rels/workbook.xml.rels").map(|text| targets(&text))?;
    let texts = match book.has("xl/sharedStrings.xml") {
        true => texts(&book.part("xl/sharedStrings.xml")?)?,
        false => Vec::new(),
    };
    let formats = match book.has("xl/styles.xml") {
        true => DateFormats::of(&book.part("xl/styles.xml")?),
        false => DateFormats::default(),
    };
    let (sheets, since_1904) = sheets(&main)?;
    let mut grids = Vec::new();
    for (title, id) in sheets {
        let Some(place) = targets.get(&id).filter(|place| book.has(place)).cloned() else {
            continue;
        };
        let text = book.part(&place)?;
        let reading = SheetReader { book: &mut book, texts: &texts, formats: &formats, since_1904 };
        grids.push(SheetGrid { title, rows: reading.rows(&text)? });
    }
    Ok(grids)
}

struct WorkbookReader<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Bytes that may still be unpacked.
    left: u64,
    /// Cells that may still come.
    cells: usize,
    /// Bytes of text that cells may still have.
    text: u64,
}

impl WorkbookReader<'_> {
    fn has(&self, name: &str) -> bool {
        self.archive.index_for_name(name).is_some()
    }

    fn part(&mut self, name: &str) -> Result<String, WorkbookError> {
        let damaged = |what: String| WorkbookError::Damaged(format!("{name}: {what}"));
        let part = self.archive.by_name(name).map_err(|error| damaged(error.to_string()))?;
        let mut bytes = Vec::new();
        let read = part.take(self.left + 1).read_to_end(&mut bytes);
        read.map_err(|error| damaged(error.to_string()))?;
        let length = bytes.len() as u64;
        self.left = self.left.checked_sub(length).ok_or(WorkbookError::TooLarge)?;
        Ok(encoding_rs::UTF_8.decode(&bytes).0.into_owned())
    }
}

/// Names and references of the sheets, and whether days are counted from 1904.
type SheetList = (Vec<(String, String)>, bool);

fn sheets(text: &str) -> Result<SheetList, WorkbookError> {
    let (mut found, mut since_1904) = (Vec::new(), false);
    over(text, &mut |node| {
        if let XmlNode::Start(tag) = node {
            match tag.name().local_name().as_ref() {
                "sheet" => {
                    let title = attribute(tag, "name").unwrap_or_default();
                    found.extend(attribute(tag, "r:id").map(|id| (title, id)));
                }
                "workbookPr" => {
                    let value = attribute(tag, "date1904");
                    since_1904 = value.is_some_and(|value| value == "1" || value == "true");
                }
                _ => {}
            }
        }
    })?;
    Ok((found, since_1904))
}

/// Where the parts of a workbook are, by their references.
fn targets(text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    // What is broken here is missing later.
    let _ = walk(text, &mut |node, _| {
        if let XmlNode::Start(tag) = node
            && let (Some(id), Some(target)) = (attribute(tag, "Id"), attribute(tag, "Target"))
        {
            let below = format!("xl/{}", target.trim_start_matches("./"));
            let whole = target.strip_prefix('/').map(str::to_owned);
            found.insert(id, whole.unwrap_or(below));
        }
    });
    found
}

/// The texts that cells refer to, each put together of its runs.
fn texts(text: &str) -> Result<Vec<String>, WorkbookError> {
    let mut found: Vec<String> = Vec::new();
    // Readings of Japanese texts are beside them.
    let (mut open, mut names) = (Vec::new(), 0usize);
    over(text, &mut |node| match node {
        XmlNode::Start(tag) => {
            let name = tag.name().local_name().as_ref().to_owned();
            match name.as_str() {
                "si" => found.push(String::new()),
                "rPh" => names += 1,
                _ => {}
            }
            open.push(name);
        }
        XmlNode::Text(text) if names == 0 && open.last().is_some_and(|name| name == "t") => {
            if let Some(last) = found.last_mut() {
                last.push_str(text);
            }
        }
        XmlNode::Text(_) => {}
        XmlNode::End => names -= usize::from(open.pop().is_some_and(|name| name == "rPh")),
    })?;
    Ok(found)
}

fn over(text: &str, take: &mut dyn FnMut(&XmlNode<'_>)) -> Result<(), WorkbookError> {
    walk(text, &mut |node, _| take(node)).map_err(|(_, what)| WorkbookError::Damaged(what))
}

/// A sheet while it is read.
struct SheetReader<'a, 'b> {
    book: &'a mut WorkbookReader<'b>,
    texts: &'a [String],
    formats: &'a DateFormats,
    since_1904: bool,
}

/// A cell while it is read.
#[derive(Default)]
struct OpenCell {
    column: usize,
    kind: String,
    style: usize,
    value: String,
    /// Whether what comes is its value.
    open: bool,
}

impl OpenCell {
    /// The cell that an element begins; without a place it is the `next` one.
    fn begun(tag: &BytesStart<'_>, next: usize) -> Self {
        let place = attribute(tag, "r").and_then(|place| column(&place));
        let style = attribute(tag, "s").and_then(|it| it.parse().ok());
        Self {
            column: place.unwrap_or(next),
            kind: attribute(tag, "t").unwrap_or_default(),
            style: style.unwrap_or_default(),
            ..Self::default()
        }
    }
}

impl SheetReader<'_, '_> {
    fn rows(mut self, text: &str) -> Result<Vec<GridRow>, WorkbookError> {
        let mut rows: Vec<GridRow> = Vec::new();
        let (mut cell, mut next, mut path) = (OpenCell::default(), 0, Vec::new());
        let mut failure = None;
        over(text, &mut |node| match node {
            XmlNode::Start(tag) => {
                let name = tag.name().local_name().as_ref().to_owned();
                match name.as_str() {
                    "row" => {
                        let before = rows.last().map_or(0, |(number, _)| *number);
                        let number = attribute(tag, "r").and_then(|it| it.parse().ok());
                        rows.push((number.unwrap_or(before + 1), Vec::new()));
                        next = 0;
                    }
                    "c" => {
                        cell = OpenCell::begun(tag, next);
                        next = cell.column + 1;
                    }
                    "v" | "t" => cell.open = true,
                    _ => {}
                }
                path.push(name);
            }
            XmlNode::Text(text) if cell.open => cell.value.push_str(text),
            XmlNode::Text(_) => {}
            XmlNode::End => match path.pop().as_deref() {
                Some("v" | "t") => cell.open = false,
                Some("c") if failure.is_none() => {
                    let done = std::mem::take(&mut cell);
                    match (self.take(done), rows.last_mut()) {
                        (Ok(Some(read)), Some((_, cells))) => cells.push(read),
                        (Ok(_), _) => {}
                        (Err(error), _) => failure = Some(error),
                    }
                }
                _ => {}
            },
        })?;
        failure.map_or(Ok(rows), Err)
    }

    /// The text of a cell, if it has any.
    fn take(&mut self, cell: OpenCell) -> Result<Option<(usize, String)>, WorkbookError> {
        let text = match cell.kind.as_str() {
            "s" => {
                let at: Option<usize> = cell.value.trim().parse().ok();
                at.and_then(|at| self.texts.get(at)).cloned().unwrap_or_default()
            }
            "b" => if cell.value.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "" | "n" => self.number(cell.value.trim(), cell.style),
            _ => cell.value,
        };
        if text.trim().is_empty() || cell.column >= COLUMNS {
            return Ok(None);
        }
        let book = &mut self.book;
        book.cells = book.cells.checked_sub(1).ok_or(WorkbookError::TooLarge)?;
        book.text = book.text.checked_sub(text.len() as u64).ok_or(WorkbookError::TooLarge)?;
        Ok(Some((cell.column, text)))
    }

    /// A number as a sheet shows it: a date as one, and no point behind whole
    /// numbers.
    fn number(&self, value: &str, style: usize) -> String {
        let Ok(number) = value.parse::<f64>() else { return value.to_owned() };
        if self.formats.is_date(style)
            && let Some(date) = date(number, self.since_1904)
        {
            return date;
        }
        let whole = number.fract() == 0.0 && number.abs() < 1e15;
        if whole { format!("{number:.0}") } else { value.to_owned() }
    }
}

/// The column of a place such as `AB12`.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    let mut column = 0usize;
    for letter in letters.take(4) {
        column = column * 26 + usize::from(letter - b'A') + 1;
    }
    column.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_in_letters() {
        let columns = ["A1", "Z9", "AA10", "XFD1048576", "7"].map(column);
        assert_eq!(columns, [Some(0), Some(25), Some(26), Some(16_383), None]);
    }
}
