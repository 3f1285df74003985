//! A file of records, of any program.

use std::borrow::Cow;
use std::collections::HashMap;

use super::combined_records::combine;
use super::import_fields::ImportFields;
use super::record_sheet::RecordSheet;
use super::{
    ColumnChoice, ColumnUse, ImportError, ImportProblem, ImportedRecord, decision_columns,
    delimited_table, eppi, file_kind, foreign_record, json_files, number_list, reference_xml,
    registry_numbers, ris_reader, tagged, xlsx, zipped,
};
use trialdex_records::encoding::{DecodedText, decode};
use trialdex_records::study::NctId;

/// What a file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedFile {
    /// Its name, as it is reported.
    pub name: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub digest: String,
    /// Its format: `RIS`, `CSV`, `JSON` and others.
    pub format: &'static str,
    /// Its encoding.
    pub encoding: &'static str,
    /// What each of its columns, tags or keys was used for.
    pub columns: Vec<ColumnUse>,
    /// Records in it, whatever became of them.
    pub total: usize,
    /// Records with a verdict that was read.
    pub decided: usize,
    /// Records with a decision that cannot be read; none of their decisions are
    /// taken.
    pub unread: usize,
    /// Studies, each once, in the file's order.
    pub studies: Vec<ImportedRecord>,
    /// Studies beyond the first of reports of several.
    pub shared: usize,
    /// Studies of records that were joined with one before them of the same
    /// number.
    pub repeated: usize,
    /// Records without a registry number.
    pub unnumbered: Vec<ImportedRecord>,
    /// Those among them that have a number of another registry.
    pub elsewhere: usize,
    /// What could not be taken over as it is, in the order of lines.
    pub problems: Vec<ImportProblem>,
}

/// Reads a file. Its format is recognised by its content; `name` is for reports.
///
/// # Errors
///
/// Where there is no record in it, or nothing says which of its columns counts.
pub fn read(bytes: &[u8], name: &str) -> Result<ImportedFile, ImportError> {
    read_with(bytes, name, &ColumnChoice::default())
}

/// The same, with the known use of its columns.
///
/// # Errors
///
/// See [`read`].
pub fn read_with(
    bytes: &[u8],
    name: &str,
    choice: &ColumnChoice,
) -> Result<ImportedFile, ImportError> {
    let file = fields(bytes, choice)?;
    let mut import = ImportedFile {
        name: name.to_owned(),
        digest: blake3::hash(bytes).to_hex().to_string(),
        format: file.format,
        encoding: file.encoding,
        columns: file.columns,
        total: file.records.len(),
        decided: 0,
        unread: 0,
        studies: Vec::new(),
        shared: 0,
        repeated: 0,
        unnumbered: Vec::new(),
        elsewhere: 0,
        problems: file.problems,
    };
    let mut places = HashMap::new();
    for fields in &file.records {
        import.take(fields, &mut places);
    }
    import.problems.sort_by_key(|problem| problem.line);
    Ok(import)
}

impl ImportedFile {
    /// Takes a record; problems of one in a sheet of several name it.
    fn take(&mut self, fields: &ImportFields, places: &mut HashMap<NctId, usize>) {
        let before = self.problems.len();
        self.take_record(fields, places);
        if let Some(sheet) = &fields.sheet {
            for problem in &mut self.problems[before..] {
                problem.what = format!("sheet `{sheet}`: {}", problem.what);
            }
        }
    }

    fn take_record(&mut self, fields: &ImportFields, places: &mut HashMap<NctId, usize>) {
        let foreign = foreign_record::imported(fields);
        self.problems.extend(foreign.problems);
        self.unread += usize::from(foreign.is_unread);
        self.decided += usize::from(foreign.record.decisions.is_decided());
        self.shared += foreign.others.len();
        if foreign.record.nct.is_none() {
            let elsewhere = registry_numbers::of_another_registry(fields);
            self.elsewhere += usize::from(elsewhere.is_some());
            self.problems.push(unnumbered(fields, &foreign.record, elsewhere));
            self.unnumbered.push(foreign.record);
            return;
        }
        let others = foreign.others.into_iter();
        let others: Vec<ImportedRecord> =
            others.map(|nct| ImportedRecord { nct: Some(nct), ..foreign.record.clone() }).collect();
        if !others.is_empty() {
            let all = std::iter::once(&foreign.record).chain(&others).filter_map(|it| it.nct);
            let all: Vec<String> = all.map(|nct| nct.to_string()).collect();
            let what = format!("a report of {}: it counts for each", all.join(" and "));
            self.problems.push(ImportProblem::new(fields.line, what));
        }
        for record in std::iter::once(foreign.record).chain(others) {
            let Some(nct) = record.nct else { continue };
            if let Some(at) = places.get(&nct) {
                self.repeated += 1;
                self.problems.extend(combine(&mut self.studies[*at], record));
            } else {
                places.insert(nct, self.studies.len());
                self.studies.push(record);
            }
        }
    }
}

/// The remark about a record without a number.
fn unnumbered(
    fields: &ImportFields,
    record: &ImportedRecord,
    elsewhere: Option<String>,
) -> ImportProblem {
    let title = shown(&record.title);
    let what = match (registry_numbers::malformed(fields), elsewhere) {
        (_, Some(number)) => format!("`{number}` is of another registry: {title}"),
        (Some((text, digits)), None) => {
            format!("`{text}` has {digits} digits, a registry number has 8: {title}")
        }
        (None, None) => format!("no registry number: {title}"),
    };
    ImportProblem::new(record.line, what)
}

/// Characters of a title that name it.
const NAMED: usize = 120;

/// A title as it is named in a message.
fn shown(title: &str) -> String {
    match title.char_indices().nth(NAMED) {
        _ if title.is_empty() => "without a title".to_owned(),
        Some((end, _)) => format!("`{}…`", &title[..end]),
        None => format!("`{title}`"),
    }
}

/// The records of a file, as they are in it.
pub(super) struct ParsedFile {
    pub(super) format: &'static str,
    pub(super) encoding: &'static str,
    pub(super) columns: Vec<ColumnUse>,
    pub(super) records: Vec<ImportFields>,
    pub(super) problems: Vec<ImportProblem>,
}

/// Lines end in carriage returns alone where old programs for the Mac wrote
/// them.
fn with_line_feeds(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\n') || !text.contains('\r') {
        return text;
    }
    Cow::Owned(text.replace('\r', "\n"))
}

/// Tells the format and reads the records.
pub(super) fn fields(bytes: &[u8], choice: &ColumnChoice) -> Result<ParsedFile, ImportError> {
    if let Some((what, instead)) = file_kind::refused(bytes) {
        return Err(ImportError::Refused { what, instead });
    }
    if let Some(zipped::ZipContent::Workbook) = zipped::what(bytes) {
        let (sheets, problems) = xlsx::sheets(bytes, choice)?;
        return of_sheets("an Excel workbook", "UTF-8", &sheets, problems, choice);
    }
    let DecodedText { text, encoding, .. } = decode(bytes);
    let text = with_line_feeds(text);
    let text = ris_reader::in_capitals(&text);
    let (format, (sheet, problems)) = of_text(&text)?;
    of_sheets(format, encoding.name(), &[sheet], problems, choice)
}

fn of_sheets(
    format: &'static str,
    encoding: &'static str,
    sheets: &[RecordSheet],
    problems: Vec<ImportProblem>,
    choice: &ColumnChoice,
) -> Result<ParsedFile, ImportError> {
    if sheets.iter().all(|sheet| sheet.rows.is_empty()) && problems.is_empty() {
        return Err(ImportError::Empty);
    }
    let mut file =
        ParsedFile { format, encoding, columns: Vec::new(), records: Vec::new(), problems };
    for sheet in sheets {
        let (records, columns) = decision_columns::understand(sheet, choice)?;
        file.records.extend(records);
        file.columns.extend(columns);
    }
    Ok(file)
}

/// Tells the format of a text and reads its records.
fn of_text(text: &str) -> Result<(&'static str, (RecordSheet, Vec<ImportProblem>)), ImportError> {
    let begins = text.trim_start().chars().next().ok_or(ImportError::Empty)?;
    let layout = delimited_table::layout(text);
    // The first characters decide: either format can be inside a text of the
    // other.
    let tagged = ris_reader::first_record(text);
    let is_ris = tagged.is_some_and(|at| layout.is_none_or(|layout| at < layout.above));
    if let Some(read) = tagged::sheet(text).or_else(|| reference_xml::sheet(text)) {
        return Ok(read);
    }
    if begins == '{'
        && let Some(sheet) = eppi::sheet(text)
    {
        return Ok(("EPPI-Reviewer's JSON", (sheet, Vec::new())));
    }
    Ok(if ['{', '['].contains(&begins) {
        ("JSON", json_files::sheet(text))
    } else if is_ris {
        ("RIS", ris_reader::sheet(text))
    } else if let Some(layout) = layout {
        (if layout.delimiter == '\t' { "TSV" } else { "CSV" }, delimited_table::sheet(text, layout))
    } else if number_list::is_one(text) {
        if number_list::has_cells(text) {
            return Err(ImportError::Headless);
        }
        ("a list of numbers", number_list::sheet(text))
    } else if let Some((what, instead)) = file_kind::refused_text(text) {
        return Err(ImportError::Refused { what, instead });
    } else {
        return Err(ImportError::Format);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_end_in_carriage_returns() {
        let references =
            "TY  - JOUR\rTI  - A\rAN  - NCT90000001\rER  - \rTY  - JOUR\rTI  - B\rER  - \r";
        let import = read(references.as_bytes(), "a.ris").expect("records");
        let problem = ImportProblem::new(5, "no registry number: `B`");
        assert_eq!((import.total, import.problems), (2, vec![problem]));
        assert_eq!(read(b"title,nct\rA,NCT90000001\r", "a.csv").expect("records").studies.len(), 1);
    }

    #[test]
    fn a_long_title_is_named_by_its_beginning() {
        let import = read(format!("title\n{}\n", "ß".repeat(5000)).as_bytes(), "a.csv");
        let problems = import.expect("a record").problems;
        let expected = format!("no registry number: `{}…`", "ß".repeat(NAMED));
        assert_eq!(problems, [ImportProblem::new(2, expected)]);
    }
}
