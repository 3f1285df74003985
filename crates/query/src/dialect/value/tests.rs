//! Every combination of parts that are true of all studies, of none, or cannot
//! be translated, compared with a table of three truth values.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::{Dialect, translate};
use crate::expression::expression;
use crate::syntax::{Expr, ExprKind};

/// A line as a tree of its possible parts.
#[derive(Debug, Clone)]
enum LineTree {
    /// `humans/`
    True,
    /// `animals/`
    False,
    /// `english.la.`
    Unknown,
    /// A word that is looked for.
    Word(&'static str),
    All(Vec<LineTree>),
    Any(Vec<LineTree>),
    Except(Box<LineTree>, Box<LineTree>),
}

const WORDS: [&str; 3] = ["gout", "flare", "knee"];

fn trees() -> impl Strategy<Value = LineTree> {
    let leaf = prop_oneof![
        Just(LineTree::True),
        Just(LineTree::False),
        Just(LineTree::Unknown),
        prop::sample::select(WORDS.to_vec()).prop_map(LineTree::Word),
    ];
    leaf.prop_recursive(5, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(LineTree::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(LineTree::Any),
            (inner.clone(), inner)
                .prop_map(|(kept, without)| LineTree::Except(Box::new(kept), Box::new(without))),
        ]
    })
}

impl LineTree {
    /// As Ovid has it on one line.
    fn typed(&self) -> String {
        let joined = |parts: &[Self], operator: &str| {
            let parts: Vec<String> = parts.iter().map(Self::typed).collect();
            format!("({})", parts.join(operator))
        };
        match self {
            Self::True => "humans/".to_owned(),
            Self::False => "animals/".to_owned(),
            Self::Unknown => "english.la.".to_owned(),
            Self::Word(word) => format!("{word}.tw."),
            Self::All(parts) => joined(parts, " and "),
            Self::Any(parts) => joined(parts, " or "),
            Self::Except(kept, without) => format!("({} not {})", kept.typed(), without.typed()),
        }
    }

    /// As Ovid has it on lines that name those above; the number of the last.
    fn lines(&self, lines: &mut Vec<String>) -> usize {
        let text = match self {
            Self::All(parts) | Self::Any(parts) => {
                let operator = if matches!(self, Self::All(_)) { " and " } else { " or " };
                let parts: Vec<String> =
                    parts.iter().map(|part| part.lines(lines).to_string()).collect();
                parts.join(operator)
            }
            Self::Except(kept, without) => {
                format!("{} not {}", kept.lines(lines), without.lines(lines))
            }
            leaf => leaf.typed(),
        };
        lines.push(text);
        lines.len()
    }

    /// Whether it holds of a study that has some words; `None` is unknown.
    fn holds(&self, words: &BTreeMap<&str, bool>) -> Option<bool> {
        let not = |value: Option<bool>| value.map(|value| !value);
        let all = |values: Vec<Option<bool>>| {
            if values.contains(&Some(false)) {
                Some(false)
            } else if values.contains(&None) {
                None
            } else {
                Some(true)
            }
        };
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Unknown => None,
            Self::Word(word) => words.get(word).copied(),
            Self::All(parts) => all(parts.iter().map(|part| part.holds(words)).collect()),
            Self::Any(parts) => not(all(parts.iter().map(|part| not(part.holds(words))).collect())),
            Self::Except(kept, without) => all(vec![kept.holds(words), not(without.holds(words))]),
        }
    }
}

/// Whether an expression of ours finds a study that has some words.
fn finds(expr: &Expr, words: &BTreeMap<&str, bool>) -> bool {
    match &expr.kind {
        ExprKind::And(parts) => parts.iter().all(|part| finds(part, words)),
        ExprKind::Or(parts) => parts.iter().any(|part| finds(part, words)),
        ExprKind::Not(inner) => !finds(inner, words),
        ExprKind::Term(term) => words[term.words[0].text.as_str()],
        ExprKind::All => true,
        other => panic!("no such part was typed: {other:?}"),
    }
}

/// Every study, by the words that it has.
fn studies() -> Vec<BTreeMap<&'static str, bool>> {
    (0..1_usize << WORDS.len())
        .map(|study| {
            WORDS.iter().enumerate().map(|(at, word)| (*word, study >> at & 1 == 1)).collect()
        })
        .collect()
}

fn agrees(tree: &LineTree, typed: &str, said: Option<&str>) -> Result<(), TestCaseError> {
    let Some(said) = said else {
        // Left out as a whole: nothing may decide it.
        for study in studies() {
            prop_assert_ne!(tree.holds(&study), Some(true), "{} is left out", typed);
        }
        return Ok(());
    };
    let parsed = expression(said).map_err(|wrong| TestCaseError::fail(format!("{wrong:?}")))?;
    for study in studies() {
        let Some(holds) = tree.holds(&study) else { continue };
        let found = finds(&parsed.expr, &study);
        prop_assert_eq!(found, holds, "{} is {}, of {:?}", typed, said, study);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_is_known_decides_what_a_line_finds(tree in trees()) {
        let typed = tree.typed();
        let translation = translate(&typed, Dialect::Ovid);
        agrees(&tree, &typed, translation.lines[0].translated.as_deref())?;
    }

    #[test]
    fn and_so_it_does_over_several_lines(tree in trees()) {
        let mut lines = Vec::new();
        let last = tree.lines(&mut lines);
        let numbered: Vec<String> =
            lines.iter().zip(1..).map(|(line, number)| format!("{number}. {line}")).collect();
        let typed = numbered.join("\n");
        let translation = translate(&typed, Dialect::Ovid);
        prop_assert_eq!(translation.lines.len(), last);
        let said = translation.lines[last - 1].translated.is_some();
        let whole = translation.expression().filter(|_| said);
        agrees(&tree, &typed, whole.as_deref())?;
    }
}
