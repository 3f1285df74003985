//! Writing studies with their decisions.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::json;

use super::export_row::{
    ExportRow, covidence_text, labels_text, notes_text, reasons_text, relevance, reviewers_text,
    verdict_text,
};
use super::json_files::escaped;
use super::note_marks::{IRRELEVANT, NOT_SEEN, OWN, RELEVANT};
use super::rayyan;
use trialdex_records::study::clean;

/// The format of a file of decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionFormat {
    /// Comma-separated values.
    Csv,
    /// Reference managers' tagged format.
    Ris,
    /// A JSON object a line and study.
    JsonLines,
}

/// The program that a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetProgram {
    /// As many as possible.
    Any,
    /// ASReview.
    Asreview,
    /// Rayyan.
    Rayyan,
    /// Covidence.
    Covidence,
}

type ExportColumn = (&'static str, fn(&ExportRow) -> String);

const ANY: [ExportColumn; 16] = [
    ("key", number),
    ("title", |it| it.title.clone()),
    ("abstract", |it| it.summary.clone()),
    ("authors", authors),
    ("keywords", keywords),
    ("year", year),
    ("url", url),
    ("included", included),
    ("verdict", |it| verdict_text(&it.decisions).to_owned()),
    ("reason", |it| reasons_text(&it.decisions)),
    ("labels", |it| labels_text(&it.decisions)),
    ("note", |it| notes_text(&it.decisions)),
    ("reviewers", |it| reviewers_text(&it.decisions)),
    ("rank", rank),
    ("notes", rayyan_notes),
    ("trialdex", own),
];

/// What ASReview reads, and what it adds to it when it exports.
const ASREVIEW: [ExportColumn; 12] = [
    ("record_id", number),
    ("title", |it| it.title.clone()),
    ("abstract", |it| it.summary.clone()),
    ("authors", authors),
    ("keywords", keywords),
    ("year", year),
    ("url", url),
    ("included", included),
    ("asreview_label", included),
    ("asreview_tags", asreview_tags),
    ("asreview_note", |it| notes_text(&it.decisions)),
    ("trialdex", own),
];

/// The columns of Rayyan's own export.
const RAYYAN: [ExportColumn; 18] = [
    ("key", number),
    ("title", |it| it.title.clone()),
    ("year", year),
    ("month", nothing),
    ("day", nothing),
    ("journal", nothing),
    ("issn", nothing),
    ("volume", nothing),
    ("issue", nothing),
    ("pages", nothing),
    ("authors", |it| it.authors.join(" and ")),
    ("url", url),
    ("language", nothing),
    ("publisher", nothing),
    ("location", nothing),
    ("abstract", |it| it.summary.clone()),
    ("notes", |it| all_notes(it)),
    ("keywords", keywords),
];

/// The columns of Covidence's own export.
const COVIDENCE: [ExportColumn; 17] = [
    ("Title", |it| it.title.clone()),
    ("Authors", authors),
    ("Abstract", |it| it.summary.clone()),
    ("Published Year", year),
    ("Published Month", nothing),
    ("Journal", nothing),
    ("Volume", nothing),
    ("Issue", nothing),
    ("Pages", nothing),
    ("Accession Number", number),
    ("DOI", nothing),
    ("Ref", nothing),
    ("Covidence #", nothing),
    ("Study", number),
    ("Notes", |it| covidence_text(&it.decisions)),
    ("Tags", |it| labels_text(&it.decisions)),
    ("trialdex", own),
];

fn nothing(_: &ExportRow) -> String {
    String::new()
}

fn number(it: &ExportRow) -> String {
    it.nct.map(|nct| nct.to_string()).unwrap_or_default()
}

fn authors(it: &ExportRow) -> String {
    it.authors.join("; ")
}

fn keywords(it: &ExportRow) -> String {
    it.keywords.join(";")
}

fn year(it: &ExportRow) -> String {
    it.year.map(|year| year.to_string()).unwrap_or_default()
}

fn rank(it: &ExportRow) -> String {
    it.rank.map(|rank| rank.to_string()).unwrap_or_default()
}

fn url(it: &ExportRow) -> String {
    format!("https://clinicaltrials.gov/study/{}", number(it))
}

fn own(it: &ExportRow) -> String {
    escaped(&it.decisions)
}

fn included(it: &ExportRow) -> String {
    relevance(it.decisions.agreed()).map(|it| u8::from(it).to_string()).unwrap_or_default()
}

fn asreview_tags(it: &ExportRow) -> String {
    let labels: Vec<&String> = it.decisions.opinions.iter().flat_map(|it| &it.labels).collect();
    if labels.is_empty() { String::new() } else { escaped(&labels) }
}

/// Rayyan's sections.
fn rayyan_notes(it: &ExportRow) -> String {
    let sections = rayyan::sections_of(&it.decisions);
    let sections = sections.iter().map(|(name, text)| format!("{name} {text}"));
    sections.collect::<Vec<_>>().join(" | ")
}

/// Those and our own, which Rayyan keeps.
fn all_notes(it: &ExportRow) -> String {
    let own = format!("{} {}", rayyan::OWN, own(it));
    let sections = rayyan_notes(it);
    if sections.is_empty() { own } else { format!("{sections} | {own}") }
}

/// Writes studies as they come.
pub struct DecisionWriter<W: Write> {
    shape: ExportShape<W>,
    reader: TargetProgram,
}

enum ExportShape<W: Write> {
    Table(Box<csv::Writer<W>>, &'static [ExportColumn]),
    Ris(W),
    JsonLines(W),
}

impl<W: Write> DecisionWriter<W> {
    /// Writes the text before the first study.
    ///
    /// # Errors
    ///
    /// Where the place cannot be written to; the same holds for the others.
    pub fn new(out: W, format: DecisionFormat, reader: TargetProgram) -> io::Result<Self> {
        let shape = match format {
            DecisionFormat::Ris => ExportShape::Ris(out),
            DecisionFormat::JsonLines => ExportShape::JsonLines(out),
            DecisionFormat::Csv => {
                let columns: &[ExportColumn] = match reader {
                    TargetProgram::Any => &ANY,
                    TargetProgram::Asreview => &ASREVIEW,
                    TargetProgram::Rayyan => &RAYYAN,
                    TargetProgram::Covidence => &COVIDENCE,
                };
                let mut table = csv::Writer::from_writer(out);
                table.write_record(columns.iter().map(|(name, _)| name)).map_err(writing)?;
                ExportShape::Table(Box::new(table), columns)
            }
        };
        Ok(Self { shape, reader })
    }

    /// Writes a study.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn write(&mut self, study: &ExportRow) -> io::Result<()> {
        match &mut self.shape {
            ExportShape::Table(table, columns) => {
                let cells = columns.iter().map(|(_, cell)| cell(study).replace('\0', "\u{fffd}"));
                let cells: Vec<String> =
                    cells.map(|text| clean::cell(&text).into_owned()).collect();
                table.write_record(cells).map_err(writing)
            }
            ExportShape::Ris(out) => write_ris(out, study, self.reader),
            ExportShape::JsonLines(out) => writeln!(out, "{}", escaped(&object(study))),
        }
    }

    /// Writes the text after the last study.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn finish(self) -> io::Result<()> {
        match self.shape {
            ExportShape::Table(mut table, _) => table.flush(),
            ExportShape::Ris(mut out) | ExportShape::JsonLines(mut out) => out.flush(),
        }
    }
}

fn object(study: &ExportRow) -> serde_json::Value {
    json!({
        "nctId": number(study),
        "title": study.title,
        "abstract": study.summary,
        "authors": study.authors,
        "keywords": study.keywords,
        "year": study.year,
        "url": url(study),
        "rank": study.rank,
        "included": relevance(study.decisions.agreed()).map(u8::from),
        "verdict": verdict_text(&study.decisions),
        "decisions": study.decisions,
    })
}

fn write_ris(out: &mut impl Write, study: &ExportRow, reader: TargetProgram) -> io::Result<()> {
    let mut tag = |name: &str, value: &str| write_tag(out, name, value);
    tag("TY", "DBASE")?;
    tag("ID", &number(study))?;
    tag("TI", &study.title)?;
    for author in &study.authors {
        tag("AU", author)?;
    }
    tag("AB", &study.summary)?;
    for note in notes(study, reader) {
        tag("N1", &note)?;
    }
    for keyword in &study.keywords {
        tag("KW", keyword)?;
    }
    tag("PY", &year(study))?;
    tag("DB", "ClinicalTrials.gov")?;
    tag("AN", &number(study))?;
    tag("UR", &url(study))?;
    write!(out, "ER  - \r\n\r\n")
}

/// The notes of a record: ASReview's first, since it takes the first in which
/// it finds its words.
fn notes(study: &ExportRow, reader: TargetProgram) -> Vec<String> {
    let mut notes = Vec::new();
    if matches!(reader, TargetProgram::Any | TargetProgram::Asreview) {
        let label = match relevance(study.decisions.agreed()) {
            Some(true) => RELEVANT,
            Some(false) => IRRELEVANT,
            None => NOT_SEEN,
        };
        notes.push(label.to_owned());
    }
    if reader == TargetProgram::Asreview {
        let note = notes_text(&study.decisions);
        if !note.is_empty() {
            notes.push(format!("asreview_note: {}", escaped(&note)));
        }
        let tags = asreview_tags(study);
        if !tags.is_empty() {
            notes.push(format!("asreview_tags: {}", escaped(&tags)));
        }
    }
    match reader {
        TargetProgram::Any => notes.push(rayyan_notes(study)),
        TargetProgram::Rayyan => notes.push(all_notes(study)),
        TargetProgram::Covidence => notes.push(covidence_text(&study.decisions)),
        TargetProgram::Asreview => {}
    }
    if reader != TargetProgram::Rayyan {
        notes.push(format!("{OWN} {}", own(study)));
    }
    notes
}

/// Writes a value in one line, so that nothing in it can be taken for a tag;
/// nothing where it is blank.
fn write_tag(out: &mut impl Write, name: &str, value: &str) -> io::Result<()> {
    // What is JSON keeps its blanks.
    let plain = !value.contains(['{', '"']);
    let value: Cow<'_, str> = if plain { one_line(value).into() } else { value.into() };
    let value = clean::line(value.trim());
    if value.is_empty() {
        return Ok(());
    }
    write!(out, "{name}  - {value}\r\n")
}

fn one_line(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The error below the writer's, which shows a broken pipe.
fn writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
