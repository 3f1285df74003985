//! Hits in every format, one after another.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::also::{named_json, named_text};
use super::details::{details_json, details_text};
use super::disclosure::{disclosure_json, disclosure_lines, funnel_lines};
use super::explain::{
    background_text, explained_json, explained_text, learned_json, understood_json, understood_text,
};
use super::hit_values::{StudyHit, readable, shown_pieces};
use super::paint::DisplayOptions;
use super::profile::profile_json;
use super::table_writer::TableWriter;
use super::{HitFormat, clean, grouped, plural, registry_csv, ris};
use trialdex_engine::index::{SequenceText, TextOptions};
use trialdex_engine::search::{
    Disclosure, FoundHits, FunnelStep, HitCounts, HitNames, MissingWords, Passage, Passages,
    ScoreExplanation, SearchOptions, WordNames,
};
use trialdex_records::study::areas::WORDS;
use trialdex_records::study::pieces::{self, Piece};
use trialdex_records::study::{ChosenPieces, NctId, Study};

/// Columns of text that goes elsewhere than to a terminal.
const WIDTH: usize = 100;

/// Column at which the facts about a study begin, after its rank and number.
const FACTS: usize = 18;

/// Writes hits.
pub struct HitWriter<'a> {
    /// How.
    pub format: HitFormat,
    /// What the place that is written to can show.
    pub paint: DisplayOptions,
    /// Pieces to be shown besides, or instead of the usual columns.
    pub fields: &'a [&'static Piece],
    /// What the hits were found by.
    pub wish: &'a SearchOptions<'a>,
    /// What their number takes in and leaves out (text, JSON).
    pub disclosure: &'a Disclosure,
    /// How the query is understood, what each part of it leaves, and why each
    /// hit has its score (text, JSON, JSON Lines); `None` not to tell.
    pub explain: Option<&'a [FunnelStep]>,
    /// Show for each area the words that were looked for and found (text,
    /// JSON).
    pub details: bool,
    /// A directory in which rows can wait that were made before it is their
    /// turn.
    pub scratch: &'a Path,
}

/// What is known of hits besides their studies.
struct HitContext {
    names: HitNames,
    lacking: MissingWords,
}

impl HitContext {
    fn of(hits: &dyn FoundHits) -> io::Result<Self> {
        let (names, lacking) = (hits.names()?, hits.lacking()?);
        Ok(Self { names, lacking })
    }
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub struct SearchHeading<'a> {
    /// As typed.
    pub typed: &'a str,
    /// As one expression.
    pub understood: &'a str,
    /// Where plain words are looked for, where there are any.
    pub area: Option<&'a str>,
}

impl HitWriter<'_> {
    /// Writes all hits.
    ///
    /// # Errors
    ///
    /// Where the hits' studies cannot be read or the place cannot be written
    /// to. All hits before a study that cannot be read are written.
    pub fn write(
        &self,
        out: &mut dyn Write,
        asked: SearchHeading<'_>,
        hits: &dyn FoundHits,
    ) -> io::Result<()> {
        match self.format {
            HitFormat::Ids => {
                hits.hits().iter().try_for_each(|hit| writeln!(out, "{}", hit.nct_id))
            }
            HitFormat::Text => self.write_text(out, asked, hits),
            HitFormat::Json => self.write_json(out, asked, hits),
            HitFormat::JsonLines => self.write_found(out, hits),
            HitFormat::Ris => {
                self.write_plain(out, hits, |text, row| ris::write(text, row.hit.nct_id, row.study))
            }
            HitFormat::Csv | HitFormat::Tsv => {
                let tabs = self.format == HitFormat::Tsv;
                let table = TableWriter { chosen: self.fields, tabs };
                table.write_heading(out)?;
                self.write_plain(out, hits, |text, row| table.write_hit(text, row))
            }
        }
    }

    /// The pieces of studies that hits are written with.
    fn pieces(&self) -> ChosenPieces {
        let chosen = self.fields.iter().map(|piece| piece.name);
        match self.format {
            HitFormat::Csv | HitFormat::Tsv if self.fields.is_empty() => {
                ChosenPieces::new(registry_csv::PIECES)
            }
            HitFormat::Csv | HitFormat::Tsv => ChosenPieces::new(chosen),
            HitFormat::Ris => ChosenPieces::new(ris::pieces()),
            HitFormat::Text | HitFormat::Json | HitFormat::JsonLines | HitFormat::Ids => {
                ChosenPieces::new(shown_pieces().chain(chosen))
            }
        }
    }

    /// Writes hits of which nothing but the study is shown.
    fn write_plain(
        &self,
        out: &mut dyn Write,
        hits: &dyn FoundHits,
        write: impl Fn(&mut Vec<u8>, &StudyHit<'_>) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        let all = hits.hits();
        let maker = || -> SequenceText<'_> {
            Box::new(|at: usize, _: NctId, study: &Study, text: &mut Vec<u8>| {
                write(text, &StudyHit { hit: all[at], study })
            })
        };
        let pieces = &self.pieces();
        let options = TextOptions { pieces: Some(pieces), scratch: self.scratch };
        hits.texts(options, &maker, &mut |text| out.write_all(text))
    }

    /// Writes hits with what of the query they have, as text or JSON.
    fn write_found(&self, out: &mut dyn Write, hits: &dyn FoundHits) -> io::Result<()> {
        let known = HitContext::of(hits)?;
        let mut finder = hits.passages();
        let mut between = "";
        let mut take = |text: &[u8]| {
            out.write_all(between.as_bytes())?;
            between = if self.format == HitFormat::Json { "," } else { "" };
            out.write_all(text)
        };
        if self.explain.is_none() {
            let all = hits.hits();
            let maker = || -> SequenceText<'_> {
                let (known, mut finder) = (&known, finder.clone());
                Box::new(move |at: usize, _: NctId, study: &Study, text: &mut Vec<u8>| {
                    let row = StudyHit { hit: all[at], study };
                    self.write_row(text, &row, known, &mut finder, None)
                })
            };
            let pieces = &self.pieces();
            let options = TextOptions { pieces: Some(pieces), scratch: self.scratch };
            return hits.texts(options, &maker, &mut take);
        }
        let mut text = Vec::new();
        for hit in hits.hits() {
            let study = &hits.study(hit)?;
            let explained = hits.explain(hit)?;
            let row = StudyHit { hit: *hit, study };
            text.clear();
            self.write_row(&mut text, &row, &known, &mut finder, Some(&explained))?;
            take(&text)?;
        }
        Ok(())
    }

    /// Writes a hit as text or JSON.
    fn write_row(
        &self,
        out: &mut Vec<u8>,
        row: &StudyHit<'_>,
        known: &HitContext,
        finder: &mut Passages,
        explained: Option<&ScoreExplanation>,
    ) -> io::Result<()> {
        if self.format == HitFormat::Text {
            self.write_hit(out, row, known, finder)?;
            if let Some(explained) = explained {
                write!(out, "{}", explained_text(self.paint, explained, "     "))?;
            }
            return writeln!(out);
        }
        let mut json = row.json(self.fields, finder);
        json["matched"] = named_json(&known.names.of(&row.hit));
        json["lacks"] = known.lacking.of(&row.hit).into();
        if let Some(explained) = explained {
            json["explanation"] = explained_json(explained);
        }
        serde_json::to_writer(&mut *out, &json)?;
        if self.format == HitFormat::JsonLines { writeln!(out) } else { Ok(()) }
    }

    fn write_json(
        &self,
        out: &mut dyn Write,
        asked: SearchHeading<'_>,
        hits: &dyn FoundHits,
    ) -> io::Result<()> {
        let HitCounts { total, studies, required, clauses, took } = hits.counts();
        let mut head = json!({
            "schema": "trialdex.hits.v1",
            "query": {
                "typed": asked.typed,
                "understood": asked.understood,
                "area": asked.area,
                "clauses": clauses,
                "required": required,
            },
            "total": total,
            "studies": studies,
            "tookMs": (took.as_secs_f64() * 1e5).round() / 100.0,
        });
        if let (Value::Object(query), Value::Object(said)) =
            (&mut head["query"], disclosure_json(self.disclosure))
        {
            query.extend(said);
        }
        if self.explain.is_some() || self.details {
            let matched = hits.matched(self.wish)?;
            if self.details {
                head["query"]["details"] = details_json(hits.understood(), &matched);
            }
            if let Some(funnel) = self.explain {
                head["query"]["funnel"] = json!(funnel);
                head["query"]["words"] = understood_json(hits.understood(), &matched);
                head["query"]["vocabulary"] = hits.vocabulary()?.into();
                head["query"]["learned"] = learned_json(hits.learned());
            }
        }
        // The hits may be many: they are not gathered before they are written.
        let head = head.to_string();
        write!(out, "{},\"hits\":[", head.trim_end_matches('}'))?;
        self.write_found(out, hits)?;
        match self.wish.profile {
            Some(profile) => writeln!(out, "],\"profile\":{}}}", profile_json(profile)),
            None => writeln!(out, "]}}"),
        }
    }

    fn write_text(
        &self,
        out: &mut dyn Write,
        asked: SearchHeading<'_>,
        hits: &dyn FoundHits,
    ) -> io::Result<()> {
        let HitCounts { total, required, clauses, .. } = hits.counts();
        if required < clauses && total > 0 {
            let typed = asked.typed;
            let closest =
                format!("no study has all of `{typed}`; the closest have {}", of_words(hits));
            writeln!(out, "{}\n", self.paint.hint(&clean::line(&closest)))?;
        }
        self.write_query(out, asked, hits)?;
        self.write_found(out, hits)?;
        for line in disclosure_lines(self.disclosure, self.paint.spelling) {
            writeln!(out, "{}", self.paint.faint(&line))?;
        }
        if self.explain.is_none() {
            self.write_lines(out, &funnel_lines(&self.disclosure.funnel))?;
        }
        writeln!(out, "{}", self.paint.faint(&summary(asked, hits)))
    }

    /// How the query is understood, and what it looked for, where asked for.
    fn write_query(
        &self,
        out: &mut dyn Write,
        asked: SearchHeading<'_>,
        hits: &dyn FoundHits,
    ) -> io::Result<()> {
        if self.explain.is_none() && !self.details {
            return Ok(());
        }
        let matched = hits.matched(self.wish)?;
        let (understood, words) = (asked.understood, hits.understood());
        if let Some(funnel) = self.explain {
            write!(out, "{}", understood_text(self.paint, understood, words, &matched))?;
            let vocabulary = hits.vocabulary()?;
            write!(out, "{}", background_text(self.paint, vocabulary, hits.learned()))?;
            self.write_lines(out, &funnel_lines(funnel))?;
            writeln!(out)?;
        }
        if self.details {
            self.write_lines(out, &details_text(self.paint, words, &matched))?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn write_lines(&self, out: &mut dyn Write, lines: &[String]) -> io::Result<()> {
        lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    fn write_hit(
        &self,
        out: &mut dyn Write,
        row: &StudyHit<'_>,
        known: &HitContext,
        finder: &mut Passages,
    ) -> io::Result<()> {
        let rank = format!("{:>3}.", row.hit.rank);
        let title = self.wrapped(&row.title(finder), "     ", true);
        let (rank, number) = (self.paint.faint(&rank), self.paint.nct_id(row.hit.nct_id));
        let width = self.paint.width.unwrap_or(WIDTH).saturating_sub(FACTS).max(20);
        let mut said: Vec<String> =
            Some(facts(row)).filter(|it| !it.is_empty()).into_iter().collect();
        let names: Vec<WordNames<'_>> = known.names.of(&row.hit);
        let more = [named_text(&names), lacks_text(&known.lacking.of(&row.hit))];
        said.extend(more.into_iter().flatten().map(|more| self.paint.faint(&clean::line(&more))));
        let facts = textwrap::wrap(&said.join(" · "), width).join(&format!("\n{:FACTS$}", ""));
        writeln!(out, "{}", format!("{rank} {number}  {facts}").trim_end())?;
        writeln!(out, "{title}")?;
        for (piece, passage) in &row.passages(finder) {
            if !matches!(*piece, "BriefSummary" | "DetailedDescription") {
                writeln!(out, "     {}", self.paint.faint(&format!("{piece}:")))?;
            }
            writeln!(out, "{}", self.wrapped(passage, "       ", false))?;
        }
        for piece in self.fields {
            for value in row.study.values(piece.name) {
                let value = readable(piece, value);
                writeln!(
                    out,
                    "     {} {}",
                    self.paint.faint(&format!("{}:", piece.name)),
                    clean::line(&value)
                )?;
            }
        }
        Ok(())
    }

    /// A passage in lines that fit, the words that were looked for marked.
    fn wrapped(&self, passage: &Passage, indent: &str, title: bool) -> String {
        // Two columns are for the sign that text was left out.
        let width = self.paint.width.unwrap_or(WIDTH).saturating_sub(indent.len() + 2).max(20);
        let text = clean::line(&passage.text);
        let mut lines = Vec::new();
        let mut from = 0;
        let wrapped = textwrap::wrap(&text, width);
        for (number, line) in wrapped.iter().enumerate() {
            let start = from + text[from..].find(line.as_ref()).unwrap_or(0);
            let end = start + line.len();
            from = end;
            // Characters that were cleaned may be of another length.
            let same = text.len() == passage.text.len();
            let spans = passage
                .matches
                .iter()
                .filter(|span| same && span.start >= start && span.end <= end);
            let spans: Vec<_> = spans.map(|span| span.start - start..span.end - start).collect();
            let marked = self.paint.marked(line, &spans, title);
            let before = if number == 0 && passage.cut_before { "… " } else { "" };
            let after = if number + 1 == wrapped.len() && passage.cut_after { " …" } else { "" };
            lines.push(format!("{indent}{before}{marked}{after}"));
        }
        lines.join("\n")
    }
}

/// Status, phases and conditions.
fn facts(row: &StudyHit<'_>) -> String {
    let labels = |piece: &str| -> Vec<String> {
        let piece = pieces::named(piece);
        let values = piece.map(|piece| {
            let values = row.study.values(piece.name).into_iter();
            values.map(|value| readable(piece, value)).collect()
        });
        values.unwrap_or_default()
    };
    let mut conditions = labels("Condition");
    let more = conditions.len().saturating_sub(3);
    conditions.truncate(3);
    if more > 0 {
        conditions.push(format!("{more} more"));
    }
    let facts =
        [labels("OverallStatus").join(", "), labels("Phase").join("/"), conditions.join(", ")];
    let facts: Vec<String> = facts.into_iter().filter(|fact| !fact.is_empty()).collect();
    clean::line(&facts.join(" · ")).into_owned()
}

/// The words that a hit lacks, where it lacks any.
fn lacks_text(words: &[&str]) -> Option<String> {
    (!words.is_empty()).then(|| format!("lacks: {}", words.join(", ")))
}

fn of_words(hits: &dyn FoundHits) -> String {
    let HitCounts { required, clauses, .. } = hits.counts();
    format!("{required} of the {clauses} words")
}

/// `20 of 1,234 studies, 3 ms`, with the area if plain words are looked for in
/// another one than usual.
fn summary(asked: SearchHeading<'_>, hits: &dyn FoundHits) -> String {
    let HitCounts { total, studies, took, .. } = hits.counts();
    let (shown, total) = (hits.hits().len() as u64, total as u64);
    let took = took.as_millis().max(1);
    let elsewhere = asked.area.filter(|area| *area != WORDS.name);
    let area = elsewhere.map(|area| format!(", words in {area}")).unwrap_or_default();
    if total == 0 {
        let all = plural(studies, "study", "studies");
        return format!("none of {all} matches{area}, {took} ms");
    }
    format!("{} of {}{area}, {took} ms", grouped(shown), plural(total, "study", "studies"))
}
