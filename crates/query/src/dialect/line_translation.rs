//! Translates one line of a strategy into our language.

use super::additions::{self, StrippedLine};
use super::earlier_lines::EarlierLines;
use super::guess::{other_than, signs, sure_one};
use super::line_writer::LineWriter;
use super::strategy_page::{LineRefusal, no_line};
use super::systems::Dialect;
use super::value::PartValue;
use super::{
    field_prefixes, line_lexer, line_notes, line_parser, missing_operators, registry, wos,
};
use crate::expression::expression;
use crate::syntax::Expr;
use crate::{Parameter, Request};

/// What a line says in our language.
pub(super) struct LineTranslation {
    /// `None` where nothing of it can be said.
    pub(super) said: Option<String>,
    pub(super) remarks: Vec<String>,
    pub(super) value: PartValue,
    /// Why it is not read: it names a line that is not there, or has words
    /// whose meaning is unclear.
    pub(super) refused: Option<LineRefusal>,
}

/// A line in our language, and the remarks about it.
pub(super) fn line(typed: &str, dialect: Dialect, known: &EarlierLines) -> LineTranslation {
    let mut whole = unchecked(typed, dialect, known);
    let details = dialect == Dialect::ClinicalTrials && registry::has_parts(typed);
    let wrong = whole.said.as_deref().filter(|_| !details).and_then(not_understood);
    if let Some(wrong) = wrong {
        whole.remarks.push(format!("it cannot be said here: {wrong}"));
        whole.said = None;
        whole.value = PartValue::left_out();
    }
    whole
}

/// The same, where the one who asks looks whether it is understood.
pub(super) fn unchecked(typed: &str, dialect: Dialect, known: &EarlierLines) -> LineTranslation {
    if let Some(said) = of_registry(typed).filter(|_| dialect == Dialect::ClinicalTrials) {
        return said;
    }
    let mut writer = LineWriter::new(dialect, known);
    let StrippedLine { mut text, mut limits } = additions::parted(typed, dialect);
    if dialect == Dialect::WebOfScience {
        let (search, filters) = wos::filters(&text);
        limits.extend(filters);
        text = search;
    }
    text = field_prefixes::prepared(&text, dialect);
    let of = other_than(&text, dialect);
    if let Some(of) = of {
        writer.say(format!("it is written for {}, and read so", of.name()));
        writer = writer.of(of);
    }
    let tokens = line_lexer::tokens(&text, of.unwrap_or(dialect), &known.numbers);
    let prose = line_notes::prose(&tokens, of.unwrap_or(dialect))
        .or_else(|| missing_operators::side_by_side(&tokens, of.unwrap_or(dialect)));
    let (node, wrong) = line_parser::parse(tokens, of.unwrap_or(dialect));
    writer.say_all(wrong);
    let search = node.map(|node| writer.value(&node));
    let values: Vec<PartValue> = limits.iter().map(|limit| writer.limited(limit)).collect();
    let value = match search {
        // Of a line that cannot be said, its limits alone would find too much.
        Some(value) if value.is_left_out() || values.is_empty() => value,
        None if values.is_empty() => PartValue::left_out(),
        search => PartValue::all(search.into_iter().chain(values).collect()),
    };
    if value.is_everything() {
        writer.say("the line finds every study".to_owned());
    } else if value.is_nothing() {
        writer.say("the line finds no study".to_owned());
    }
    let said = value.meant().map(|set| set.clone().expr().to_string());
    let refused = prose.or_else(|| writer.missing().map(no_line));
    LineTranslation { said, remarks: writer.remarks(), value, refused }
}

/// A line of ClinicalTrials.gov that is our own language, or a form with parts.
fn of_registry(typed: &str) -> Option<LineTranslation> {
    if let Some(said) = in_our_language(typed) {
        let (remarks, text) = (Vec::new(), said.to_string());
        return Some(LineTranslation {
            said: Some(text),
            remarks,
            value: PartValue::said(said),
            refused: None,
        });
    }
    registry::has_parts(typed).then(|| {
        let (expr, remarks) = registry::details(typed);
        let said = expr.as_ref().map(ToString::to_string);
        LineTranslation { said, remarks, value: expr.into(), refused: None }
    })
}

/// A line in our own language, which the present site has, too: a part of it
/// names an area.
fn in_our_language(typed: &str) -> Option<Expr> {
    const OURS: [&str; 6] = ["AREA[", "EXPANSION[", "COVERAGE[", "SEARCH[", "RANGE[", "CONCEPT["];
    let ours = OURS.iter().any(|sign| typed.contains(sign));
    // What is written for another system would be translated in turn.
    if !ours || sure_one(&signs(typed), true).is_some() {
        return None;
    }
    expression(typed).ok().map(|parsed| parsed.expr)
}

/// What our own language finds wrong with a line.
fn not_understood(said: &str) -> Option<String> {
    // A word means the lines that it names.
    let filled = crate::strategy::filled(said, |_| Some("a"))?;
    let queries = vec![(Parameter::Words, filled)];
    let wrong = Request { queries, ..Request::default() }.understand().err()?;
    let first = wrong.diagnostics().next();
    Some(first.map_or_else(|| "it is not understood".to_owned(), |found| found.message.clone()))
}
