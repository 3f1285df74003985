//! The lines of a strategy above one that is translated.

use std::collections::{BTreeSet, HashMap};

use super::value::PartValue;
use crate::meaning::{QueryWord, WordMatching};
use crate::syntax::{Expr, ExprKind, TermExpr};
use crate::word_syntax::whole;

/// The lines above one.
#[derive(Debug, Default)]
pub(super) struct EarlierLines {
    /// Which strategy of the text they belong to, from 0.
    pub(super) strategy: usize,
    /// Their numbers as typed.
    pub(super) numbers: BTreeSet<u32>,
    /// All numbers that lines are named by here.
    pub(super) taken: BTreeSet<u32>,
    /// What lines are named by here whose number another one had before.
    pub(super) renamed: HashMap<u32, u32>,
    pub(super) highest: u32,
    /// What they come to; those that are not here find what they say.
    pub(super) values: HashMap<u32, PartValue>,
}

impl EarlierLines {
    /// Forgets the lines of the strategy before.
    pub(super) fn begin(&mut self, strategy: usize) {
        if strategy != self.strategy {
            let (taken, highest) = (std::mem::take(&mut self.taken), self.highest);
            *self = Self { strategy, taken, highest, ..Self::default() };
        }
    }

    /// Adds a line, and gives the number that it is named by here.
    pub(super) fn add(&mut self, typed: u32, value: PartValue) -> u32 {
        self.numbers.insert(typed);
        let again = self.taken.contains(&typed);
        let number = if again { self.highest + 1 } else { typed };
        self.highest = self.highest.max(number);
        self.taken.insert(number);
        if again {
            self.renamed.insert(typed, number);
        }
        let whole = name_of_line(number);
        self.values.insert(typed, value.named(&whole));
        number
    }

    /// What a line is named by here.
    pub(super) fn name(&self, typed: u32) -> u32 {
        self.renamed.get(&typed).copied().unwrap_or(typed)
    }
}

/// A line above as an operand.
pub(super) fn name_of_line(number: u32) -> Expr {
    // Of a whole word, `#` would be a letter.
    let words =
        vec![QueryWord { matching: WordMatching::Pattern, ..whole(&format!("#{number}"), 0..0) }];
    Expr::new(ExprKind::Term(TermExpr { words, quoted: false }))
}
