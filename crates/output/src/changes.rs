//! What changed between two states of an index, as text, JSON Lines and an Atom feed.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use serde_json::json;

use trialdex_engine::search::receipt::Change;
use trialdex_records::study::{FieldDifference, NctId, PartialDate};

use crate::paint::{DisplayOptions, url};
use crate::{clean_line, grouped};

/// The version of the lines of JSON.
const SCHEMA: &str = "trialdex.change.v1";

/// Letters of a value that are shown, unless values are written whole.
const SHOWN: usize = 60;

/// Values that are listed of a field at most, unless all are written.
const LISTED: usize = 5;

/// How changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeFormat {
    /// For people.
    Text,
    /// A JSON object a line and study, with whole values.
    JsonLines,
    /// A feed as readers of news take it (RFC 4287).
    Atom,
}

/// Whether a study came, went, or stayed with another record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is there, or a hit, that was not before.
    Came,
    /// The reverse.
    Went,
    /// Its record differs.
    Changed,
}

impl ChangeKind {
    fn name(self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Went => "went",
            Self::Changed => "changed",
        }
    }
}

/// A study that came, went or changed.
#[derive(Debug)]
pub struct StudyChange {
    /// Its number.
    pub nct_id: NctId,
    /// What it did.
    pub kind: ChangeKind,
    /// What became of its record.
    pub change: Change,
    /// Its title, where there is one.
    pub title: String,
    /// When its record was updated, as the record says it.
    pub updated: Option<String>,
    /// Why it came, went or changed, where more is known than [`Self::change`] says.
    pub reason: Option<String>,
    /// In which fields its records differ, where both are known.
    pub fields: Vec<FieldDifference>,
    /// Fields that differ whose earlier values are not known.
    pub unkept: Vec<String>,
}

impl StudyChange {
    /// Why it came or went; `None` where its fields alone say what changed.
    fn reason(&self) -> Option<&str> {
        if let Some(reason) = &self.reason {
            return Some(reason);
        }
        Some(match (self.kind, self.change) {
            (ChangeKind::Changed, _) => return None,
            (_, Change::New) => "new in the index",
            (_, Change::Vanished) => "no longer in the index",
            (ChangeKind::Came, Change::Changed) => "its record changed, and matches now",
            (ChangeKind::Went, Change::Changed) => "its record changed, and no longer matches",
            (_, Change::Same) => "its record is the same, and the search is understood otherwise",
            (_, Change::Unknown) => "it was not in that index, or did not match",
        })
    }
}

/// How many studies came, went and changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeCounts {
    /// Studies or hits that came.
    pub came: usize,
    /// Those that went.
    pub went: usize,
    /// Those whose record differs.
    pub changed: usize,
}

impl ChangeCounts {
    /// Counts a study.
    pub fn add(&mut self, kind: ChangeKind) {
        *match kind {
            ChangeKind::Came => &mut self.came,
            ChangeKind::Went => &mut self.went,
            ChangeKind::Changed => &mut self.changed,
        } += 1;
    }

    /// The numbers for people.
    fn line(self) -> String {
        let Self { came, went, changed } = self;
        let [came, went, changed] = [came, went, changed].map(|number| grouped(number as u64));
        format!("{came} came, {went} went, {changed} changed")
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What a feed says of itself.
#[derive(Debug, Clone)]
pub struct FeedHeading {
    /// What changes are of.
    pub title: String,
    /// What stays the same in every feed of the same changes: letters, digits and hyphens.
    pub id: String,
    /// When it is made, by RFC 3339.
    pub made: String,
}

/// Writes changes one after another.
pub struct ChangeWriter<W: Write> {
    out: W,
    format: ChangeFormat,
    paint: DisplayOptions,
    /// Whether values are written whole.
    full: bool,
    heading: FeedHeading,
    counts: ChangeCounts,
    section: Option<Section>,
}

/// The changes of one search among several.
struct Section {
    name: String,
    /// What is in the names of its entries.
    id: String,
    counts: ChangeCounts,
}

impl<W: Write> ChangeWriter<W> {
    /// Begins; `full` is whether text has whole values.
    ///
    /// # Errors
    ///
    /// What writing gives; the same holds for the others.
    pub fn begin(
        out: W,
        format: ChangeFormat,
        paint: DisplayOptions,
        full: bool,
        heading: FeedHeading,
    ) -> io::Result<Self> {
        let counts = ChangeCounts::default();
        let mut writer = Self { out, format, paint, full, heading, counts, section: None };
        if format == ChangeFormat::Atom {
            writer.begin_feed()?;
        }
        Ok(writer)
    }

    /// Begins the changes of a search of that name; `id` is as [`FeedHeading::id`], and `about`
    /// says since when they are.
    ///
    /// # Errors
    ///
    /// See [`Self::begin`].
    pub fn section(&mut self, name: &str, id: &str, about: &str) -> io::Result<()> {
        self.end_section()?;
        if self.format == ChangeFormat::Text {
            if self.section.is_some() {
                writeln!(self.out)?;
            }
            writeln!(self.out, "{}", clean_line(&format!("{name}: {about}")))?;
        }
        let counts = ChangeCounts::default();
        self.section = Some(Section { name: name.to_owned(), id: id.to_owned(), counts });
        Ok(())
    }

    fn end_section(&mut self) -> io::Result<()> {
        match self.section.as_ref().filter(|_| self.format == ChangeFormat::Text) {
            Some(section) => writeln!(self.out, "{}", section.counts.line()),
            None => Ok(()),
        }
    }

    /// Writes a study.
    ///
    /// # Errors
    ///
    /// See [`Self::begin`].
    pub fn write(&mut self, change: &StudyChange) -> io::Result<()> {
        self.counts.add(change.kind);
        if let Some(section) = &mut self.section {
            section.counts.add(change.kind);
        }
        match self.format {
            ChangeFormat::Text => self.write_text(change),
            ChangeFormat::JsonLines => self.write_json(change),
            ChangeFormat::Atom => self.write_entry(change),
        }
    }

    /// Ends, and gives how many studies were written.
    ///
    /// # Errors
    ///
    /// See [`Self::begin`].
    pub fn finish(mut self) -> io::Result<ChangeCounts> {
        match self.format {
            ChangeFormat::Text if self.section.is_some() => self.end_section()?,
            ChangeFormat::Text => writeln!(self.out, "{}", self.counts.line())?,
            ChangeFormat::JsonLines => {}
            ChangeFormat::Atom => writeln!(self.out, "</feed>")?,
        }
        self.out.flush()?;
        Ok(self.counts)
    }

    fn write_text(&mut self, change: &StudyChange) -> io::Result<()> {
        let (paint, title) = (self.paint, clean_line(&change.title));
        let number = paint.nct_id(change.nct_id);
        writeln!(self.out, "{:<8} {number}  {}", change.kind.name(), paint.title(&title))?;
        for line in change.reason().map(str::to_owned).into_iter().chain(self.lines(change)) {
            writeln!(self.out, "         {}", clean_line(&line))?;
        }
        Ok(())
    }

    fn lines(&self, change: &StudyChange) -> Vec<String> {
        let fields = change.fields.iter();
        let fields = fields.map(|field| format!("{}: {}", field.name(), said(field, self.full)));
        let unkept = (!change.unkept.is_empty()).then(|| {
            format!("{}: changed; the earlier text is not kept", change.unkept.join(", "))
        });
        fields.chain(unkept).collect()
    }

    fn write_json(&mut self, change: &StudyChange) -> io::Result<()> {
        let fields = change.fields.iter().map(|field| {
            json!({
                "field": field.piece.map(|piece| piece.name),
                "path": field.piece.map(|piece| piece.path),
                "removed": field.removed,
                "added": field.added,
            })
        });
        let mut line = json!({
            "schema": SCHEMA,
            "nctId": change.nct_id,
            "kind": change.kind.name(),
            "record": change.change,
            "title": change.title,
            "updated": change.updated,
            "reason": change.reason(),
            "fields": fields.collect::<Vec<_>>(),
        });
        if let Some(section) = &self.section {
            line["search"] = json!(section.name);
            line["unkept"] = json!(change.unkept);
        }
        writeln!(self.out, "{line}")
    }

    fn begin_feed(&mut self) -> io::Result<()> {
        let FeedHeading { title, id, made } = &self.heading;
        let mut xml = Writer::new_with_indent(&mut self.out, b' ', 2);
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
        write!(xml.get_mut(), "\n<feed xmlns=\"http://www.w3.org/2005/Atom\">")?;
        element(&mut xml, "title", title)?;
        element(&mut xml, "id", &format!("urn:trialdex:changes:{id}"))?;
        element(&mut xml, "updated", made)?;
        xml.create_element("author").write_inner_content(|xml| element(xml, "name", "trialdex"))?;
        writeln!(self.out)
    }

    fn write_entry(&mut self, change: &StudyChange) -> io::Result<()> {
        let kind = change.kind.name();
        let lines: Vec<String> =
            change.reason().map(str::to_owned).into_iter().chain(self.lines(change)).collect();
        let updated = change.updated.as_deref().and_then(moment);
        let updated = updated.unwrap_or_else(|| self.heading.made.clone());
        let feed = self.section.as_ref().map_or(&self.heading.id, |section| &section.id);
        let id = format!("urn:trialdex:changes:{feed}:{}:{kind}:{updated}", change.nct_id);
        let category = self.section.as_ref().map(|section| clean_xml(&section.name));
        let mut xml = Writer::new_with_indent(&mut self.out, b' ', 2);
        xml.create_element("entry").write_inner_content(|xml| {
            element(xml, "title", &format!("{} {kind}: {}", change.nct_id, change.title))?;
            element(xml, "id", &id)?;
            xml.create_element("link")
                .with_attribute(("href", url(change.nct_id).as_str()))
                .write_empty()?;
            if let Some(name) = &category {
                xml.create_element("category")
                    .with_attribute(("term", name.as_str()))
                    .write_empty()?;
            }
            element(xml, "updated", &updated)?;
            element(xml, "summary", &lines.join("\n"))
        })?;
        writeln!(self.out)
    }
}

fn element<W: Write>(xml: &mut Writer<W>, name: &str, text: &str) -> io::Result<()> {
    let text = clean_xml(text);
    xml.create_element(name).write_text_content(BytesText::new(&text)).map(|_| ())
}

/// Without the characters that XML cannot have.
fn clean_xml(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t')).collect()
}

/// The beginning of a day as RFC 3339 writes it; `None` of what is no whole day.
fn moment(date: &str) -> Option<String> {
    PartialDate::parse(date).filter(|_| date.len() == "2026-01-02".len())?;
    Some(format!("{date}T00:00:00Z"))
}

/// What differs in a field, in a line.
fn said(field: &FieldDifference, full: bool) -> String {
    if let ([removed], [added]) = (field.removed.as_slice(), field.added.as_slice()) {
        return match full {
            true => format!("{removed} → {added}"),
            false => replaced(removed, added),
        };
    }
    let listed = |sign: char, values: &[String]| {
        let shown = if full { values.len() } else { LISTED };
        let mut text: Vec<String> = values
            .iter()
            .take(shown)
            .map(|value| if full { value.clone() } else { cut(value) })
            .collect();
        if values.len() > shown {
            text.push(format!("{} more", values.len() - shown));
        }
        (!text.is_empty()).then(|| format!("{sign} {}", text.join("; ")))
    };
    let both: Vec<String> =
        [listed('−', &field.removed), listed('+', &field.added)].into_iter().flatten().collect();
    match both.as_slice() {
        [] if field.piece.is_none() => "differ".to_owned(),
        [] => "the same values in another order".to_owned(),
        both => both.join("  "),
    }
}

/// A value and the one in its place, from where they begin to differ to where they end to.
fn replaced(removed: &str, added: &str) -> String {
    if removed.chars().count().max(added.chars().count()) <= SHOWN {
        return format!("{removed} → {added}");
    }
    let (before, after): (Vec<&str>, Vec<&str>) =
        (removed.split_whitespace().collect(), added.split_whitespace().collect());
    let fewest = before.len().min(after.len());
    let first = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let ends = before.iter().rev().zip(after.iter().rev());
    let last = ends.take(fewest - first).take_while(|(one, other)| one == other).count();
    let part = |words: &[&str]| {
        // A word before and one behind say where it is.
        let (from, to) = (first.saturating_sub(1), (words.len() - last + 1).min(words.len()));
        let (left, right) =
            (if from > 0 { "…" } else { "" }, if to < words.len() { "…" } else { "" });
        format!("{left}{}{right}", cut(&words[from..to].join(" ")))
    };
    format!("{} → {}", part(&before), part(&after))
}

/// The beginning of a value.
fn cut(value: &str) -> String {
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", value[..end].trim_end()),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(removed: &[&str], added: &[&str]) -> FieldDifference {
        let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        FieldDifference {
            piece: trialdex_records::study::pieces::named("LocationCity"),
            removed: owned(removed),
            added: owned(added),
        }
    }

    #[test]
    fn a_line_says_what_took_the_place_of_what() {
        assert_eq!(said(&field(&["A"], &["B"]), false), "A → B");
        assert_eq!(said(&field(&["A"], &[]), false), "− A");
        assert_eq!(said(&field(&["A", "B"], &["C"]), false), "− A; B  + C");
        assert_eq!(said(&field(&[], &[]), false), "the same values in another order");
        let many = ["1", "2", "3", "4", "5", "6", "7"];
        assert_eq!(said(&field(&[], &many), false), "+ 1; 2; 3; 4; 5; 2 more");
        assert_eq!(said(&field(&[], &many), true), "+ 1; 2; 3; 4; 5; 6; 7");
    }

    #[test]
    fn of_a_long_text_the_part_is_shown_that_differs() {
        let text = |age: &str| {
            format!("Inclusion: adults of {age} years or older who can consent, and live near")
        };
        assert_eq!(replaced(&text("18"), &text("21")), "…of 18 years… → …of 21 years…");
        let (short, long) = (text("18"), format!("{} by", text("18")));
        assert_eq!(replaced(&short, &long), "…near → …near by");
        assert_eq!(replaced(&"a ".repeat(50), &"a ".repeat(51)), "…a → …a a");
    }

    #[test]
    fn a_feed_has_whole_days_as_moments() {
        assert_eq!(moment("2026-03-04").as_deref(), Some("2026-03-04T00:00:00Z"));
        assert_eq!(moment("2026-03"), None);
    }
}
