//! How much of an index a query looks at.
//!
//! A few letters before `*` stand for a thousand words, and a name for
//! hundreds of narrower ones. Some hundreds of such parts would keep a machine
//! busy for minutes and fill its memory, so what each part of a query looks at
//! is counted while it is planned, and a query that looks at too much is
//! refused. It is never cut in silence.

use std::cell::Cell;

use tantivy::schema::Field;
use tantivy::{InvertedIndexReader, Searcher, Term};

use super::occurrences::Pattern;
use crate::index::TooMuch;

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

/// How a pattern is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looking {
    /// While studies are gone through: lists of words in sequence stay open.
    Along,
    /// Beforehand: what was found is kept.
    Beforehand,
}

/// What a query looks at, as far as it has been planned.
#[derive(Debug)]
pub(super) struct Effort {
    /// Entries that are left.
    left: Cell<u64>,
    /// Bytes that are held, by segment: these are gone through one by one.
    held: Vec<Cell<u64>>,
}

impl Effort {
    /// What a query may look at in an index.
    pub(super) fn within(searcher: &Searcher) -> Self {
        let left = LEAST + searcher.num_docs().saturating_mul(MOST_A_STUDY);
        let held = searcher.segment_readers().iter().map(|_| Cell::default()).collect();
        Self { left: Cell::new(left), held }
    }

    /// Counts what it takes to look for a pattern in a field; `part` is what
    /// was typed for it.
    ///
    /// # Errors
    ///
    /// Where that is too much, with all that was counted before.
    pub(super) fn look_for(
        &self,
        searcher: &Searcher,
        (field, pattern): (Field, &Pattern),
        looking: Looking,
        part: &str,
    ) -> tantivy::Result<()> {
        let open = match pattern {
            Pattern::Term(_) | Pattern::AnyOf(_) => false,
            Pattern::Phrase(_) | Pattern::Near(_) => looking == Looking::Along,
        };
        let terms: Vec<Term> =
            pattern.terms().iter().map(|term| Term::from_field_text(field, term)).collect();
        for (reader, held) in searcher.segment_readers().iter().zip(&self.held) {
            let (lists, entries) = lists(&*reader.inverted_index(field)?, &terms)?;
            self.take(lists * LIST + entries, part)?;
            let more =
                if open { lists * OPEN } else { entries.min(reader.max_doc().into()) * ENTRY };
            held.set(held.get() + more);
            if held.get() > MOST_HELD {
                return Err(TooMuch::at(part));
            }
        }
        Ok(())
    }

    /// Counts stored studies that are read.
    ///
    /// # Errors
    ///
    /// As [`Self::look_for`].
    pub(super) fn read(&self, studies: u64, part: &str) -> tantivy::Result<()> {
        self.take(studies.saturating_mul(STUDY), part)
    }

    fn take(&self, entries: u64, part: &str) -> tantivy::Result<()> {
        let left = self.left.get().checked_sub(entries);
        self.left.set(left.ok_or_else(|| TooMuch::at(part))?);
        Ok(())
    }
}

/// How many of the terms occur in a segment, and the entries of their lists.
fn lists(inverted: &InvertedIndexReader, terms: &[Term]) -> tantivy::Result<(u64, u64)> {
    let mut counted = (0, 0);
    for term in terms {
        if let Some(info) = inverted.get_term_info(term)? {
            counted.0 += 1;
            counted.1 += u64::from(info.doc_freq);
        }
    }
    Ok(counted)
}

#[cfg(test)]
mod tests {
    use tantivy::schema::{Schema, TEXT};
    use tantivy::{Index, TantivyDocument, doc};

    use super::*;

    #[test]
    fn what_is_too_much_is_refused_by_its_name() {
        let mut schema = Schema::builder();
        let text = schema.add_text_field("text", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer =
            index.writer_with_num_threads::<TantivyDocument>(1, 15_000_000).expect("a writer");
        for words in ["heart attack", "heart failure", "asthma"] {
            writer.add_document(doc!(text => words)).expect("added");
        }
        writer.commit().expect("committed");
        let searcher = index.reader().expect("a reader").searcher();
        let effort = Effort { left: Cell::new(2 * LIST + 3), ..Effort::within(&searcher) };
        let slots = vec![vec!["heart".to_owned()], vec!["attack".to_owned()]];
        let phrase = Pattern::Phrase(slots);
        let look = |looking| effort.look_for(&searcher, (text, &phrase), looking, "heart attack");
        look(Looking::Along).expect("two lists of two studies and of one");
        assert_eq!((effort.left.get(), effort.held[0].get()), (0, 2 * OPEN));
        let refused = look(Looking::Beforehand).expect_err("too much");
        assert!(refused.to_string().contains("at `heart attack`"), "{refused}");
        let full = Effort::within(&searcher);
        full.held[0].set(MOST_HELD);
        assert!(full.look_for(&searcher, (text, &phrase), Looking::Along, "").is_err());
        assert!(full.read(u64::MAX, "").is_err());
    }
}
