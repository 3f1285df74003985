//! How freely words match, put into a tree.

use serde::{Deserialize, Serialize};

use super::meaning::{Expansion, QueryWord};
use super::parameter::stored_by_name;
use super::syntax::{Expr, ExprKind, ExprPrefix, Hierarchy, TermExpr};
use super::word_syntax::holds_words;

/// How words match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MatchOptions {
    /// Any of them will do.
    #[serde(skip_serializing_if = "is_default")]
    pub any: bool,
    /// How freely each matches, where an expression does not say; `None` is as
    /// [`WordExpansion::Concept`].
    #[serde(skip_serializing_if = "is_default")]
    pub expand: Option<WordExpansion>,
    /// Names of all that is narrower are looked for, too.
    #[serde(skip_serializing_if = "is_default")]
    pub explode: bool,
}

/// How freely a word matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum WordExpansion {
    /// The same characters.
    None,
    /// The same word in any form and spelling.
    Term,
    /// That, or another name for the same.
    #[default]
    Concept,
}

impl WordExpansion {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Term, Self::Concept];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Term => "term",
            Self::Concept => "concept",
        }
    }
}

stored_by_name!(WordExpansion, name, "level");

/// What is not stored, since it is so where nothing is said.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A tree whose words match in a manner: any of them will do, or they match
/// less or more freely than usual.
pub(super) fn in_manner(expr: Expr, manner: MatchOptions) -> Expr {
    let span = expr.span.clone();
    let expand = manner.expand.unwrap_or_default();
    let level = match expand {
        WordExpansion::Concept => manner.any.then_some(Expansion::Lossy),
        WordExpansion::Term => Some(Expansion::Term),
        WordExpansion::None => Some(Expansion::None),
    };
    let expr = if expand == WordExpansion::Concept { expr } else { apart(expr) };
    let expr = if manner.any { loosened(expr) } else { expr };
    let explode = manner.explode.then_some(ExprPrefix::Explode(Hierarchy::Mesh));
    let prefixes = level.map(ExprPrefix::Expansion).into_iter().chain(explode);
    prefixes.fold(expr, |inner, prefix| Expr {
        kind: ExprKind::Within(prefix, Box::new(inner)),
        span: span.clone(),
    })
}

/// The same where any of the words will do.
fn loosened(expr: Expr) -> Expr {
    match expr.kind {
        ExprKind::And(parts) => {
            // One list, as it is read again once it is printed.
            let parts = parts.into_iter().map(loosened).flat_map(|part| match part.kind {
                ExprKind::Or(inner) => inner,
                _ => vec![part],
            });
            Expr { kind: ExprKind::Or(parts.collect()), span: expr.span }
        }
        kind => Expr { kind, ..expr },
    }
}

/// Whether these are words side by side that can be taken apart.
fn is_run(term: &TermExpr) -> bool {
    !term.quoted && term.words.len() > 1 && term.words.iter().any(|word| holds_words(&word.text))
}

/// The same with each word by itself, since levels below `Relaxation` keep
/// words together.
fn apart(expr: Expr) -> Expr {
    let kind = match expr.kind {
        ExprKind::And(parts) => {
            // One list, as it is read again once it is printed.
            let parts = parts.into_iter().map(apart).flat_map(|part| match part.kind {
                ExprKind::And(inner) => inner,
                _ => vec![part],
            });
            ExprKind::And(parts.collect())
        }
        ExprKind::Or(parts) => ExprKind::Or(parts.into_iter().map(apart).collect()),
        ExprKind::Not(inner) => ExprKind::Not(Box::new(apart(*inner))),
        ExprKind::Within(prefix, inner) => ExprKind::Within(prefix, Box::new(apart(*inner))),
        ExprKind::Term(term) if is_run(&term) => {
            let one = |word: QueryWord| {
                let span = word.span.clone();
                Expr { kind: ExprKind::Term(TermExpr { words: vec![word], quoted: false }), span }
            };
            // What has no letter is skipped among words, and wrong alone.
            let words = term.words.into_iter().filter(|word| holds_words(&word.text));
            let mut words: Vec<Expr> = words.map(one).collect();
            if words.len() == 1 {
                return words.remove(0);
            }
            ExprKind::And(words)
        }
        kind => kind,
    };
    Expr { kind, ..expr }
}
