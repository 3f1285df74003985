//! The words and names that were looked for in each search area, with their
//! numbers of hits.

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::paint::DisplayOptions;
use super::{clean, grouped};
use trialdex_engine::search::{InterpretedWords, WordMatches};

/// Columns of a name at most.
const WIDEST: usize = 60;

/// A line of the table: a name, and its three numbers.
type DetailLine = (String, [String; 3]);

/// The words looked for in one area, with what of them matched.
type AreaMatches<'a> = (&'a str, Vec<(&'a InterpretedWords, &'a [WordMatches])>);

/// The words by the areas that they were looked for in, each once.
fn areas<'a>(
    understood: &'a [InterpretedWords],
    matched: &'a [Vec<WordMatches>],
) -> Vec<AreaMatches<'a>> {
    let mut areas: Vec<AreaMatches<'a>> = Vec::new();
    for (words, matched) in understood.iter().zip(matched) {
        let at = areas.iter().position(|(area, _)| *area == words.area);
        let at = at.unwrap_or_else(|| {
            areas.push((&words.area, Vec::new()));
            areas.len() - 1
        });
        let known = |(other, _): &(&InterpretedWords, _)| other.typed == words.typed;
        if !areas[at].1.iter().any(known) {
            areas[at].1.push((words, matched));
        }
    }
    areas
}

/// For each area that was asked, its words and their other names: how many
/// studies have each in that area, how many hits, and how many hits there are
/// by a name alone.
#[must_use]
pub fn details_text(
    paint: DisplayOptions,
    understood: &[InterpretedWords],
    matched: &[Vec<WordMatches>],
) -> Vec<String> {
    let mut tables: Vec<(&str, Vec<DetailLine>)> = Vec::new();
    for (area, words) in areas(understood, matched) {
        let lines = words
            .iter()
            .flat_map(|(words, matched)| matched.iter().map(|matched| line(words, matched)));
        tables.push((area, lines.collect()));
    }
    let names = tables.iter().flat_map(|(_, lines)| lines).map(|(name, _)| name.width());
    let headings = tables.iter().map(|(area, _)| heading(area).width());
    let width = names.chain(headings).max().unwrap_or(0).min(WIDEST);
    let row = |name: &str, numbers: [&str; 3]| {
        let [studies, hits, only] = numbers;
        let blanks = " ".repeat(width.saturating_sub(name.width()));
        format!("{name}{blanks}  {studies:>9}  {hits:>9}  {only:>10}").trim_end().to_owned()
    };
    let mut text = Vec::new();
    for (area, lines) in &tables {
        text.push(paint.faint(&row(&heading(area), ["studies", "hits", "only by it"])));
        for (name, [studies, hits, only]) in lines {
            text.push(row(name, [studies, hits, only]));
        }
    }
    text
}

fn heading(area: &str) -> String {
    format!("searched in {area}")
}

fn line(words: &InterpretedWords, matched: &WordMatches) -> DetailLine {
    let name = match matched.source {
        Some(source) => format!("    = {} ({source})", matched.name),
        None if words.negated => format!("  NOT {}", matched.name),
        None => format!("  {}", matched.name),
    };
    let only = matched.only.map(grouped).unwrap_or_default();
    (clean::line(&name).into_owned(), [grouped(matched.studies), grouped(matched.hits), only])
}

/// The same for programs.
pub(super) fn details_json(understood: &[InterpretedWords], matched: &[Vec<WordMatches>]) -> Value {
    let areas = areas(understood, matched).into_iter().map(|(area, words)| {
        let terms = words.iter().map(|(words, matched)| term_json(words, matched));
        json!({"area": area, "terms": terms.collect::<Vec<Value>>()})
    });
    areas.collect()
}

fn term_json(words: &InterpretedWords, matched: &[WordMatches]) -> Value {
    let itself = matched.iter().find(|matched| matched.source.is_none());
    let names = matched.iter().filter(|matched| matched.source.is_some()).map(|matched| {
        json!({
            "name": matched.name,
            "source": matched.source,
            "studies": matched.studies,
            "hits": matched.hits,
            "onlyHits": matched.only,
        })
    });
    json!({
        "typed": words.typed,
        "negated": words.negated,
        "cut": words.cut,
        "studies": itself.map_or(0, |matched| matched.studies),
        "hits": itself.map_or(0, |matched| matched.hits),
        "names": names.collect::<Vec<Value>>(),
    })
}
