//! Writing studies with what was decided.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::json;

use super::foreign::{IRRELEVANT, NOT_SEEN, OWN, RELEVANT};
use super::json::escaped;
use super::rayyan;
use super::row::{
    Exported, covidence_text, labels_text, notes_text, reasons_text, relevance, reviewers_text,
    verdict_text,
};
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
pub enum Reader {
    /// As many as possible.
    Any,
    /// ASReview.
    Asreview,
    /// Rayyan.
    Rayyan,
    /// Covidence.
    Covidence,
}

type Column = (&'static str, fn(&Exported) -> String);

const ANY: [Column; 16] = [
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
const ASREVIEW: [Column; 12] = [
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
const RAYYAN: [Column; 18] = [
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
const COVIDENCE: [Column; 17] = [
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

fn nothing(_: &Exported) -> String {
    String::new()
}

fn number(it: &Exported) -> String {
    it.nct.map(|nct| nct.to_string()).unwrap_or_default()
}

fn authors(it: &Exported) -> String {
    it.authors.join("; ")
}

fn keywords(it: &Exported) -> String {
    it.keywords.join(";")
}

fn year(it: &Exported) -> String {
    it.year.map(|year| year.to_string()).unwrap_or_default()
}

fn rank(it: &Exported) -> String {
    it.rank.map(|rank| rank.to_string()).unwrap_or_default()
}

fn url(it: &Exported) -> String {
    format!("https://clinicaltrials.gov/study/{}", number(it))
}

fn own(it: &Exported) -> String {
    escaped(&it.decisions)
}

fn included(it: &Exported) -> String {
    relevance(it.decisions.agreed()).map(|it| u8::from(it).to_string()).unwrap_or_default()
}

fn asreview_tags(it: &Exported) -> String {
    let labels: Vec<&String> = it.decisions.opinions.iter().flat_map(|it| &it.labels).collect();
    if labels.is_empty() { String::new() } else { escaped(&labels) }
}

/// Rayyan's sections.
fn rayyan_notes(it: &Exported) -> String {
    let sections = rayyan::sections_of(&it.decisions);
    let sections = sections.iter().map(|(name, text)| format!("{name} {text}"));
    sections.collect::<Vec<_>>().join(" | ")
}

/// Those and our own, which Rayyan keeps.
fn all_notes(it: &Exported) -> String {
    let own = format!("{} {}", rayyan::OWN, own(it));
    let sections = rayyan_notes(it);
    if sections.is_empty() { own } else { format!("{sections} | {own}") }
}

/// Writes studies as they come.
pub struct DecisionWriter<W: Write> {
    shape: Shape<W>,
    reader: Reader,
}

enum Shape<W: Write> {
    Table(Box<csv::Writer<W>>, &'static [Column]),
    Ris(W),
    JsonLines(W),
}

impl<W: Write> DecisionWriter<W> {
    /// Writes what is before the first study.
    ///
    /// # Errors
    ///
    /// Where the place cannot be written to; the same holds for the others.
    pub fn new(out: W, format: DecisionFormat, reader: Reader) -> io::Result<Self> {
        let shape = match format {
            DecisionFormat::Ris => Shape::Ris(out),
            DecisionFormat::JsonLines => Shape::JsonLines(out),
            DecisionFormat::Csv => {
                let columns: &[Column] = match reader {
                    Reader::Any => &ANY,
                    Reader::Asreview => &ASREVIEW,
                    Reader::Rayyan => &RAYYAN,
                    Reader::Covidence => &COVIDENCE,
                };
                let mut table = csv::Writer::from_writer(out);
                table.write_record(columns.iter().map(|(name, _)| name)).map_err(writing)?;
                Shape::Table(Box::new(table), columns)
            }
        };
        Ok(Self { shape, reader })
    }

    /// Writes a study.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn write(&mut self, study: &Exported) -> io::Result<()> {
        match &mut self.shape {
            Shape::Table(table, columns) => {
                let cells = columns.iter().map(|(_, cell)| cell(study).replace('\0', "\u{fffd}"));
                let cells: Vec<String> =
                    cells.map(|text| clean::cell(&text).into_owned()).collect();
                table.write_record(cells).map_err(writing)
            }
            Shape::Ris(out) => write_ris(out, study, self.reader),
            Shape::JsonLines(out) => writeln!(out, "{}", escaped(&object(study))),
        }
    }

    /// Writes what is behind the last study.
    ///
    /// # Errors
    ///
    /// See [`Self::new`].
    pub fn finish(self) -> io::Result<()> {
        match self.shape {
            Shape::Table(mut table, _) => table.flush(),
            Shape::Ris(mut out) | Shape::JsonLines(mut out) => out.flush(),
        }
    }
}

fn object(study: &Exported) -> serde_json::Value {
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

fn write_ris(out: &mut impl Write, study: &Exported, reader: Reader) -> io::Result<()> {
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
fn notes(study: &Exported, reader: Reader) -> Vec<String> {
    let mut notes = Vec::new();
    if matches!(reader, Reader::Any | Reader::Asreview) {
        let label = match relevance(study.decisions.agreed()) {
            Some(true) => RELEVANT,
            Some(false) => IRRELEVANT,
            None => NOT_SEEN,
        };
        notes.push(label.to_owned());
    }
    if reader == Reader::Asreview {
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
        Reader::Any => notes.push(rayyan_notes(study)),
        Reader::Rayyan => notes.push(all_notes(study)),
        Reader::Covidence => notes.push(covidence_text(&study.decisions)),
        Reader::Asreview => {}
    }
    if reader != Reader::Rayyan {
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

/// The error below the writer's, by which a broken pipe is known.
fn writing(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}
