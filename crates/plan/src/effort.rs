//! How much of an index a query looks at.
//!
//! A few letters before `*` stand for a thousand words, and a name for
//! hundreds of narrower ones. Some hundreds of such parts would keep a machine
//! busy for minutes and fill its memory, so what each part of a query looks at
//! is counted while it is planned, and a query that looks at too much is
//! refused. It is never cut in silence.

use std::cell::{Cell, RefCell};

use crate::error::{PlanResult, TooMuch};
use crate::lexicon::{Counting, Lexicon};
use crate::pattern::Pattern;
use crate::tree::Source;

/// What it takes to look up the list of studies that have a word, in entries
/// of such a list.
const LIST: u64 = 200;

/// What it takes to read a stored study, in the same.
const STUDY: u64 = 2_000;

/// Entries that a query may look at for each study of the index, so that a
/// query is refused in a large index only if it is in a small one. The
/// published strategies among the tests need 60 at most.
const MOST_A_STUDY: u64 = 4_000;

/// Entries that a query may look at in any index.
const LEAST: u64 = 20_000_000;

/// Bytes of an open list with positions.
const OPEN: u64 = 3_500;

/// Bytes of an entry that is kept.
const ENTRY: u64 = 8;

/// Bytes that a query may hold at a time.
const MOST_HELD: u64 = 800_000_000;

/// What a query looks at, as far as it has been planned.
#[derive(Debug)]
pub(crate) struct Effort {
    /// Entries that are left.
    left: Cell<u64>,
    /// Bytes that are held, by part of the index: these are gone through one
    /// by one.
    held: RefCell<Vec<u64>>,
}

impl Effort {
    /// What a query may look at in an index of so many studies.
    pub(crate) fn within(studies: u64) -> Self {
        Self::of(LEAST + studies.saturating_mul(MOST_A_STUDY))
    }

    /// So many entries.
    pub(crate) fn of(entries: u64) -> Self {
        Self { left: Cell::new(entries), held: RefCell::default() }
    }

    /// Counts what it takes to look for a source; `part` is what was typed
    /// for it.
    ///
    /// # Errors
    ///
    /// Where that is too much, with all that was counted before.
    pub(crate) fn look_for(
        &self,
        lexicon: &dyn Lexicon,
        source: &Source,
        part: &str,
    ) -> PlanResult<()> {
        // Lists of words in sequence stay open while studies are gone through.
        let open = match source.pattern {
            Pattern::Term(_) | Pattern::AnyOf(_) => false,
            Pattern::Phrase(_) | Pattern::Near(_) => source.counting == Counting::Each,
        };
        let lists = lexicon.costs(source.field, &source.pattern)?;
        let mut held = self.held.borrow_mut();
        let parts = held.len().max(lists.len());
        held.resize(parts, 0);
        for (held, lists) in held.iter_mut().zip(lists) {
            self.take(lists.terms * LIST + lists.entries, part)?;
            let kept = lists.entries.min(lists.studies) * ENTRY;
            *held += if open { lists.terms * OPEN } else { kept };
            if *held > MOST_HELD {
                return Err(TooMuch { part: part.to_owned() }.into());
            }
        }
        Ok(())
    }

    /// Counts stored studies that are read.
    ///
    /// # Errors
    ///
    /// As [`Self::look_for`].
    pub(crate) fn read(&self, studies: u64, part: &str) -> PlanResult<()> {
        self.take(studies.saturating_mul(STUDY), part)
    }

    fn take(&self, entries: u64, part: &str) -> PlanResult<()> {
        let left = self.left.get().checked_sub(entries);
        self.left.set(left.ok_or_else(|| TooMuch { part: part.to_owned() })?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::IndexField;
    use crate::test_index::TestIndex;

    fn source(terms: &[&str], counting: Counting) -> Source {
        let slots = terms.iter().map(|term| vec![(*term).to_owned()]).collect();
        Source {
            pattern: Pattern::Phrase(slots),
            field: IndexField::Zone(0),
            counting,
            pieces: [].into(),
            weight: 1.0,
            average_length: None,
            synonym: None,
        }
    }

    #[test]
    fn what_is_too_much_is_refused_by_its_name() {
        let index = TestIndex::of(&["heart attack", "heart failure", "asthma"]);
        let effort = Effort::of(2 * LIST + 3);
        let along = source(&["heart", "attack"], Counting::Each);
        effort.look_for(&index, &along, "heart attack").expect("two lists of two studies and one");
        assert_eq!((effort.left.get(), effort.held.borrow()[0]), (0, 2 * OPEN));
        let refused = effort.look_for(&index, &along, "heart attack").expect_err("too much");
        assert!(refused.to_string().contains("at `heart attack`"), "{refused}");
    }

    #[test]
    fn what_is_held_is_bounded_too() {
        let index = TestIndex::of(&["heart attack", "heart failure"]);
        let effort = Effort::within(index.studies());
        let kept = source(&["heart", "attack"], Counting::Beforehand);
        effort.look_for(&index, &kept, "").expect("two lists");
        assert_eq!(effort.held.borrow()[0], 2 * ENTRY, "a study once");
        effort.held.borrow_mut()[0] = MOST_HELD;
        assert!(effort.look_for(&index, &kept, "").is_err());
        assert!(effort.read(u64::MAX, "").is_err());
    }
}
