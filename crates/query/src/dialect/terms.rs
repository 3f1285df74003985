//! Words of other systems as ours: signs for other letters and endings.

use super::systems::Dialect;
use crate::meaning::{QueryWord, WordMatching};
use crate::syntax::{Expr, ExprKind, TermExpr};
use crate::word_syntax::{FEWEST_BEFORE_STAR, holds_words, is_pattern};

/// The meaning of a sign within a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WildcardSign {
    /// Any letters or none.
    Any,
    /// One letter.
    One,
    /// One letter or none.
    Perhaps,
}

/// What a sign means in a system.
fn sign(c: char, dialect: Dialect) -> Option<WildcardSign> {
    match (c, dialect) {
        ('*', _) | ('$', Dialect::Ovid | Dialect::Bvs) | (':', Dialect::Ovid) => {
            Some(WildcardSign::Any)
        }
        (_, Dialect::PubMed | Dialect::ClinicalTrials) => None,
        ('#', Dialect::Ovid) => Some(WildcardSign::One),
        ('?', Dialect::Ovid) | ('#', Dialect::Ebsco) => Some(WildcardSign::Perhaps),
        ('$', Dialect::Embase | Dialect::WebOfScience) => Some(WildcardSign::Perhaps),
        // Its help does not say whether it also matches no letter.
        ('?', Dialect::Cochrane) => Some(WildcardSign::Perhaps),
        ('?', _) => Some(WildcardSign::One),
        _ => None,
    }
}

/// A word in our language, and what changed; `None` where it holds nothing to
/// look for.
pub(super) fn word(typed: &str, dialect: Dialect) -> (Option<QueryWord>, Option<String>) {
    let typed = typed.trim_matches(|c: char| matches!(c, ',' | ';' | '.' | '\'' | '{' | '}'));
    // Ovid's colon is a sign for any ending.
    let typed = if dialect == Dialect::Ovid { typed } else { typed.trim_matches(':') };
    let (typed, limited) = without_limit(typed, dialect);
    let mut text = String::new();
    let mut signs = Vec::new();
    for c in typed.chars() {
        match sign(c, dialect) {
            Some(sign) => {
                signs.push((text.len(), sign));
                text.push(match sign {
                    WildcardSign::Any => '*',
                    WildcardSign::One => '#',
                    WildcardSign::Perhaps => '?',
                });
            }
            None => text.push(c),
        }
    }
    if !holds_words(&text) {
        return (None, None);
    }
    let (word, remark) = with_signs(text, &signs);
    let limit = limited.map(|most| {
        format!("`{typed}` ends in {most} letters at most elsewhere; here in any number")
    });
    (Some(word), remark.or(limit))
}

/// A word with signs at given places.
fn with_signs(text: String, signs: &[(usize, WildcardSign)]) -> (QueryWord, Option<String>) {
    let span = 0..0;
    let bare: String = text.chars().filter(|c| !matches!(c, '*' | '#' | '?')).collect();
    let letters = bare.chars().filter(|c| c.is_alphanumeric()).count();
    let Some((last, sign)) = signs.last().copied() else {
        return (QueryWord { text, matching: WordMatching::Whole, span }, None);
    };
    let at_end = last + 1 == text.len();
    let only = signs.len() == 1 && at_end;
    let stem = text[..last].to_owned();
    // A sign for one letter is plain at the end of a word here, where questions
    // have it.
    let more =
        if sign == WildcardSign::One { "one letter more" } else { "one letter more at most" };
    let ending = (at_end && sign != WildcardSign::Any)
        .then(|| format!("`{text}`: any ending is looked for, not {more}"));
    if only && letters >= FEWEST_BEFORE_STAR {
        return (QueryWord { text: stem, matching: WordMatching::Beginning, span }, ending);
    }
    let pattern = if ending.is_some() { stem + "*" } else { text.clone() };
    if is_pattern(&pattern) {
        return (QueryWord { text: pattern, matching: WordMatching::Pattern, span }, ending);
    }
    let remark = format!("`{text}` stands for too much to look for; `{bare}` is looked for");
    (QueryWord { text: bare, matching: WordMatching::Whole, span }, Some(remark))
}

/// A word without the number that limits its endings, as in Ovid's
/// `therap$3` and `therap*3`.
fn without_limit(typed: &str, dialect: Dialect) -> (&str, Option<&str>) {
    let stem = typed.trim_end_matches(|c: char| c.is_ascii_digit());
    let limit = &typed[stem.len()..];
    let limited = dialect == Dialect::Ovid && stem.ends_with(['$', '*']) && !limit.is_empty();
    if limited { (stem, Some(limit)) } else { (typed, None) }
}

/// Words side by side as a term, and what changed.
pub(super) fn term(
    words: &[String],
    quoted: bool,
    dialect: Dialect,
) -> (Option<Expr>, Vec<String>) {
    let (mut kept, mut remarks) = (Vec::new(), Vec::new());
    for typed in words {
        let (word, remark) = word(typed, dialect);
        kept.extend(word);
        remarks.extend(remark);
    }
    if kept.is_empty() {
        return (None, remarks);
    }
    let quoted = quoted && kept.len() > 1;
    let term = TermExpr { words: kept, quoted };
    (Some(Expr::new(ExprKind::Term(term))), remarks)
}
