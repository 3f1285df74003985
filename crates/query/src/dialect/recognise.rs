//! Recognises text for another system where our own language is expected.

use std::collections::BTreeSet;

use super::earlier_lines::EarlierLines;
use super::guess::{guess, signs, sure_one, typed_span};
use super::line_translation::{LineTranslation, unchecked};
use super::strategy_page::plain_signs;
use super::systems::Dialect;
use super::translation::translate;
use crate::Diagnostic;
use crate::foreign::is_understood;

/// The longest translation, in bytes, that is parsed to check it.
const LONGEST_TRIED: usize = 2_000;

/// A diagnostic for a text that is written for another system, with a
/// replacement; `None` if no sign is sure. `known` are the numbers of the lines
/// above. In a line with a number, signs that may also mean something else
/// count more.
pub(crate) fn recognised(
    typed: &str,
    known: &BTreeSet<u32>,
    in_numbered_line: bool,
) -> Option<Diagnostic> {
    let plain = plain_signs(typed);
    let all = signs(&plain);
    let sure = sure_one(&all, in_numbered_line)?;
    let dialect = guess(&plain).unwrap_or(sure.dialect);
    let (said, remarks) = said(&plain, dialect, known);
    let from = dialect.key();
    let said = said.filter(|said| said.len() > LONGEST_TRIED || is_understood(said));
    let hint = match said.filter(|said| sure_one(&signs(said), false).is_none()) {
        Some(said) => format!("type `{said}`, or add `{{from}} {from}`"),
        None if remarks.is_empty() => format!("add `{{from}} {from}`"),
        None => {
            let why = remarks.first().map_or("no word to look for", String::as_str);
            format!("leave it out: nothing of it can be said here; {why}")
        }
    };
    let span = typed_span(typed, &plain, &sure.span);
    let sign = typed[span.clone()].trim_end_matches(',');
    let hint = match sign.contains(['"', '[', '(', '$', '*']) {
        true => hint,
        false => format!("{hint}; type `\"{sign}\"` for plain words"),
    };
    Some(Diagnostic { span, message: format!("this is written for {}", dialect.name()), hint })
}

/// The text as one expression, and the remarks about it.
fn said(plain: &str, dialect: Dialect, known: &BTreeSet<u32>) -> (Option<String>, Vec<String>) {
    if plain.trim().contains('\n') {
        let translation = translate(plain, dialect);
        let remarks = translation.lines.iter().flat_map(|line| line.remarks.clone());
        return (translation.expression(), remarks.collect());
    }
    let known = EarlierLines { numbers: known.clone(), ..EarlierLines::default() };
    let LineTranslation { said, remarks, .. } = unchecked(plain.trim(), dialect.rules(), &known);
    (said, remarks)
}
