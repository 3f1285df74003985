//! The query as understood, and why a hit has its score.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{DisplayOptions, clean, plural};
use trialdex_engine::search::{InterpretedWords, LearnedWord, ScoreExplanation, WordMatches};

/// What the words of a query match, a line each, for people.
#[must_use]
pub fn understood_text(
    paint: DisplayOptions,
    canonical: &str,
    understood: &[InterpretedWords],
    matched: &[Vec<WordMatches>],
) -> String {
    let mut text = format!("{} {}\n", paint.faint("understood"), clean::line(canonical));
    for (words, matched) in understood.iter().zip(matched) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", words_line(paint, words, matched));
    }
    text
}

fn words_line(paint: DisplayOptions, words: &InterpretedWords, matched: &[WordMatches]) -> String {
    let terms: Vec<String> = words.terms.iter().map(|slot| alternatives(slot)).collect();
    let mut line = format!(
        "  {} {}{} {}",
        clean::line(&words.typed),
        paint.faint(&format!("in {}", words.area)),
        as_terms(paint, &terms.join(" ")),
        paint.faint(&studies(matched.iter().find(|matched| matched.source.is_none()))),
    );
    if words.cut {
        line += &paint.faint(", the commonest of more words that fit");
    }
    for synonym in matched.iter().filter(|matched| matched.source.is_some()) {
        let source = synonym.source.unwrap_or_default();
        let _ = write!(
            line,
            "\n    = {} {}",
            clean::line(&synonym.name),
            paint.faint(&format!("{}, {source}{}", studies(Some(synonym)), only(synonym))),
        );
    }
    line
}

/// The terms that words match; none if they are characters or values.
fn as_terms(paint: DisplayOptions, terms: &str) -> String {
    match terms {
        "" => String::new(),
        terms => format!(" {} {}", paint.faint("as"), clean::line(terms)),
    }
}

/// How many hits a synonym alone brought in.
fn only(synonym: &WordMatches) -> String {
    match synonym.only {
        None | Some(0) => String::new(),
        Some(hits) => format!(", {} only by it", plural(hits, "hit", "hits")),
    }
}

/// What a query was understood and ranked by besides, a line each.
pub(super) fn background_text(
    paint: DisplayOptions,
    vocabulary: Option<&str>,
    learned: &[LearnedWord],
) -> String {
    let words = learned.iter().map(|learned| learned.word.as_str()).collect::<Vec<_>>().join(" ");
    let mut text = String::new();
    for (title, value) in
        [("vocabulary", vocabulary), ("learned from the first hits", Some(words.as_str()))]
    {
        let value = value.filter(|value| !value.is_empty());
        if let Some(value) = value {
            let _ = writeln!(text, "{} {}", paint.faint(title), clean::line(value));
        }
    }
    text
}

/// Words that were learned, for programs.
pub(super) fn learned_json(learned: &[LearnedWord]) -> Value {
    learned.iter().map(|learned| json!({"word": learned.word, "weight": learned.weight})).collect()
}

fn studies(matched: Option<&WordMatches>) -> String {
    plural(matched.map_or(0, |matched| matched.studies), "study", "studies")
}

/// Terms at one place; of many the first few.
fn alternatives(slot: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = slot.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("|");
    if slot.len() > SHOWN {
        let _ = write!(text, "|… {} more", slot.len() - SHOWN);
    }
    text
}

/// Why a hit has its score, in lines that begin with `indent`.
#[must_use]
pub fn explained_text(paint: DisplayOptions, explained: &ScoreExplanation, indent: &str) -> String {
    let mut text = String::new();
    add_explained(&mut text, paint, explained, indent);
    text
}

fn add_explained(
    text: &mut String,
    paint: DisplayOptions,
    explained: &ScoreExplanation,
    indent: &str,
) {
    let what = if explained.label.is_empty() {
        let pieces = format!("in {}", clean::line(&explained.pieces));
        format!("{} {}", clean::line(&explained.terms), paint.faint(&pieces))
    } else {
        clean::line(&explained.label).into_owned()
    };
    let _ = writeln!(text, "{indent}{:>8.3}  {what}", explained.score);
    for part in &explained.parts {
        add_explained(text, paint, part, &format!("{indent}  "));
    }
}

/// What the words of a query match, for programs.
#[must_use]
pub fn understood_json(understood: &[InterpretedWords], matched: &[Vec<WordMatches>]) -> Value {
    let words = understood.iter().zip(matched).map(|(words, matched)| {
        let matched = matched.iter().map(|matched| {
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
            "area": words.area,
            "terms": words.terms,
            "cut": words.cut,
            "matched": matched.collect::<Vec<Value>>(),
        })
    });
    words.collect()
}

/// Why a hit has its score, for programs.
#[must_use]
pub fn explained_json(explained: &ScoreExplanation) -> Value {
    json!({
        "score": explained.score,
        "label": explained.label,
        "terms": explained.terms,
        "pieces": explained.pieces,
        "parts": explained.parts.iter().map(explained_json).collect::<Vec<Value>>(),
    })
}
