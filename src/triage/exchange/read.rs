//! A file of records, of any program.

use std::borrow::Cow;
use std::collections::HashMap;

use super::combine::combine;
use super::fields::Fields;
use super::{Imported, Problem, decode, foreign, json, ris, table};
use crate::study::NctId;

/// Why nothing can be read from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is none of the formats.
    #[error("no RIS, no JSON, and no table with a title among its headings")]
    Format,
    /// It is of a format, but there is nothing in it.
    #[error("no record")]
    Empty,
}

/// What a file has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Its name, as it is reported.
    pub name: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub digest: String,
    /// Its format: `RIS`, `CSV`, `TSV` or `JSON`.
    pub format: &'static str,
    /// Its encoding.
    pub encoding: &'static str,
    /// Records in it, whatever became of them.
    pub total: usize,
    /// Studies, each once, in the file's order.
    pub studies: Vec<Imported>,
    /// Records that were joined with one before them of the same number.
    pub repeated: usize,
    /// Records without a registry number.
    pub unnumbered: Vec<Imported>,
    /// What could not be taken over as it is, in the order of lines.
    pub problems: Vec<Problem>,
}

/// Reads a file. Its format is told by what is in it; `name` is for reports.
///
/// # Errors
///
/// Where there is no record in it.
pub fn read(bytes: &[u8], name: &str) -> Result<Import, ImportError> {
    let file = fields(bytes)?;
    let mut import = Import {
        name: name.to_owned(),
        digest: blake3::hash(bytes).to_hex().to_string(),
        format: file.format,
        encoding: file.encoding,
        total: file.records.len(),
        studies: Vec::new(),
        repeated: 0,
        unnumbered: Vec::new(),
        problems: file.problems,
    };
    let mut places: HashMap<NctId, usize> = HashMap::new();
    for fields in &file.records {
        let (record, problems) = foreign::imported(fields);
        import.problems.extend(problems);
        let Some(nct) = record.nct else {
            let what = format!("no registry number: {}", shown(&record.title));
            import.problems.push(Problem::new(record.line, what));
            import.unnumbered.push(record);
            continue;
        };
        if let Some(at) = places.get(&nct) {
            import.repeated += 1;
            import.problems.extend(combine(&mut import.studies[*at], record));
        } else {
            places.insert(nct, import.studies.len());
            import.studies.push(record);
        }
    }
    import.problems.sort_by_key(|problem| problem.line);
    Ok(import)
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

/// The records of a file, as they stand in it.
pub(super) struct File {
    pub(super) format: &'static str,
    pub(super) encoding: &'static str,
    pub(super) records: Vec<Fields>,
    pub(super) problems: Vec<Problem>,
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
pub(super) fn fields(bytes: &[u8]) -> Result<File, ImportError> {
    let (text, encoding) = decode::decode(bytes);
    let text = with_line_feeds(text);
    let begins = text.trim_start().chars().next().ok_or(ImportError::Empty)?;
    let layout = table::layout(&text);
    // What comes first tells: either can stand in a text of the other.
    let tagged = ris::first_record(&text);
    let is_ris = tagged.is_some_and(|at| layout.is_none_or(|layout| at < layout.above));
    let (format, (records, problems)) = if ['{', '['].contains(&begins) {
        ("JSON", json::records(&text))
    } else if is_ris {
        ("RIS", ris::records(&text))
    } else if let Some(layout) = layout {
        let format = if layout.delimiter == '\t' { "TSV" } else { "CSV" };
        (format, table::records(&text, layout))
    } else {
        return Err(ImportError::Format);
    };
    if records.is_empty() && problems.is_empty() {
        return Err(ImportError::Empty);
    }
    Ok(File { format, encoding, records, problems })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_end_in_carriage_returns() {
        let references =
            "TY  - JOUR\rTI  - A\rAN  - NCT90000001\rER  - \rTY  - JOUR\rTI  - B\rER  - \r";
        let import = read(references.as_bytes(), "a.ris").expect("records");
        let problem = Problem::new(5, "no registry number: `B`");
        assert_eq!((import.total, import.problems), (2, vec![problem]));
        assert_eq!(read(b"title,nct\rA,NCT90000001\r", "a.csv").expect("records").studies.len(), 1);
    }

    #[test]
    fn a_long_title_is_named_by_its_beginning() {
        let import = read(format!("title\n{}\n", "ß".repeat(5000)).as_bytes(), "a.csv");
        let problems = import.expect("a record").problems;
        let expected = format!("no registry number: `{}…`", "ß".repeat(NAMED));
        assert_eq!(problems, [Problem::new(2, expected)]);
    }
}
