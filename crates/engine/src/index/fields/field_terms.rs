//! The terms of a field in a segment, by the words that are asked for.

use std::collections::BTreeSet;
use std::slice;
use std::sync::Arc;

use tantivy::postings::{BlockSegmentPostings, SegmentPostings, TermInfo};
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::{Field, FieldType, IndexRecordOption, Schema};
use tantivy::{InvertedIndexReader, Searcher, SegmentReader, Term};

use tantivy_fst::Automaton;
use trialdex_plan::{Slot, TermRange};
use trialdex_text::indexed_words::{SIGN, term_of_asked, word_and_surface, written_otherwise};
use trialdex_text::{BOUNDARY, WORDS};

use super::followed_word::FollowedWord;

/// The terms of a field in a segment.
///
/// In the field of a piece, a word has a list for each way in which it is written, see
/// [`trialdex_text::indexed_words`]: no document has the same occurrence in two of them.
pub(crate) struct FieldTerms {
    pub(crate) inverted: Arc<InvertedIndexReader>,
    field: Field,
    pub(crate) by_surface: bool,
}

impl FieldTerms {
    pub(crate) fn open(reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let by_surface = is_by_surface(reader.schema(), field);
        Ok(Self { inverted: reader.inverted_index(field)?, field, by_surface })
    }

    /// The lists of a word.
    pub(crate) fn lists(&self, word: &str) -> tantivy::Result<Vec<TermInfo>> {
        let mut lists = Vec::new();
        self.each(word, |_, info| lists.push(info.clone()))?;
        Ok(lists)
    }

    /// The lists of a word that may be right before one of a slot, if there is a slot.
    pub(crate) fn lists_before(
        &self,
        word: &str,
        next: Option<&Slot>,
    ) -> tantivy::Result<Vec<TermInfo>> {
        let number =
            next.and_then(|next| if let [only] = next.as_slice() { Some(only) } else { None });
        let followed = number.filter(|_| self.by_surface);
        let Some(followed) = followed.and_then(|number| FollowedWord::new(word, number)) else {
            return self.lists(word);
        };
        let alone = self.inverted.get_term_info(&Term::from_field_text(self.field, word))?;
        let mut lists = Vec::from_iter(alone);
        let mut stream = self.inverted.terms().search(followed).into_stream()?;
        while stream.advance() {
            lists.push(stream.value().clone());
        }
        Ok(lists)
    }

    /// Shows the terms of a word with their lists.
    pub(crate) fn each(
        &self,
        word: &str,
        mut visitor: impl FnMut(&str, &TermInfo),
    ) -> tantivy::Result<()> {
        let exactly = if self.by_surface { term_of_asked(word) } else { None };
        let term = exactly.unwrap_or(word);
        if let Some(info) = self.inverted.get_term_info(&Term::from_field_text(self.field, term))? {
            visitor(term, &info);
        }
        if self.by_surface && exactly.is_none() {
            let beginning = written_otherwise(word);
            let from = self.inverted.terms().range().ge(beginning.as_bytes());
            let mut stream = from.into_stream()?;
            while stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                if let Ok(term) = str::from_utf8(stream.key()) {
                    visitor(term, stream.value());
                }
            }
        }
        Ok(())
    }

    /// Shows the words of a range with their lists.
    pub(crate) fn each_word(
        &self,
        range: TermRange<'_>,
        visitor: &mut dyn FnMut(&str, &[TermInfo]) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let (mut word, mut lists) = (String::new(), Vec::new());
        self.each_term(range, &mut |term, list| {
            let next = if self.by_surface { word_and_surface(term).0 } else { term };
            if next != word {
                if !lists.is_empty() {
                    visitor(&word, &lists)?;
                }
                lists.clear();
                next.clone_into(&mut word);
            }
            lists.push(list.clone());
            Ok(())
        })?;
        if lists.is_empty() { Ok(()) } else { visitor(&word, &lists) }
    }

    /// Shows how the words of a range are written, with the lists.
    pub(crate) fn each_surface(
        &self,
        range: TermRange<'_>,
        visitor: &mut dyn FnMut(&str, &[TermInfo]) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        self.each_term(range, &mut |term, list| {
            let surface = if self.by_surface { word_and_surface(term).1 } else { Some(term) };
            match surface.filter(|surface| *surface != BOUNDARY) {
                Some(surface) => visitor(surface, slice::from_ref(list)),
                None => Ok(()),
            }
        })
    }

    /// Shows the terms of a range as the index has them.
    pub(crate) fn each_term(
        &self,
        range: TermRange<'_>,
        visitor: &mut dyn FnMut(&str, &TermInfo) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let mut visit = |key: &[u8], list: &TermInfo| match str::from_utf8(key) {
            Ok(term) => visitor(term, list),
            Err(_) => Ok(()),
        };
        let (from, within) = match range {
            TermRange::Beginning(beginning) => (beginning.as_bytes(), beginning.as_bytes()),
            TermRange::BeyondAscii => (&[0x80][..], &[][..]),
            TermRange::All => (&[][..], &[][..]),
            TermRange::Similar(word, distance) => {
                let word = Term::from_field_text(self.field, word);
                let similar = FuzzyTermQuery::new(word, distance, true).automaton()?;
                let mut stream = self.inverted.terms().search(WordAlone(similar)).into_stream()?;
                while stream.advance() {
                    visit(stream.key(), stream.value())?;
                }
                return Ok(());
            }
        };
        let mut stream = self.inverted.terms().range().ge(from).into_stream()?;
        while stream.advance() && stream.key().starts_with(within) {
            visit(stream.key(), stream.value())?;
        }
        Ok(())
    }

    /// The documents of a list.
    pub(crate) fn postings(
        &self,
        list: &TermInfo,
        option: IndexRecordOption,
    ) -> tantivy::Result<SegmentPostings> {
        Ok(self.inverted.read_postings_from_terminfo(list, option)?)
    }

    /// The same by blocks.
    pub(crate) fn blocks(
        &self,
        list: &TermInfo,
        option: IndexRecordOption,
    ) -> tantivy::Result<BlockSegmentPostings> {
        Ok(self.inverted.read_block_postings_from_terminfo(list, option)?)
    }

    /// Documents of a segment that have any of some lists, without those that a refresh took out.
    pub(crate) fn documents(
        &self,
        reader: &SegmentReader,
        lists: &[TermInfo],
    ) -> tantivy::Result<u64> {
        let alive = reader.alive_bitset();
        match lists {
            [] => Ok(0),
            [only] if alive.is_none() => Ok(u64::from(only.doc_freq)),
            [first, ..] => {
                let mut found = Vec::new();
                // One reader goes from list to list: to make one takes longer than a short list.
                let mut blocks = self.blocks(first, IndexRecordOption::Basic)?;
                for list in lists {
                    self.inverted.reset_block_postings_from_terminfo(list, &mut blocks)?;
                    while !blocks.docs().is_empty() {
                        found.extend_from_slice(blocks.docs());
                        blocks.advance();
                    }
                }
                found.retain(|doc| alive.is_none_or(|alive| alive.is_alive(*doc)));
                found.sort_unstable();
                found.dedup();
                Ok(found.len() as u64)
            }
        }
    }
}

/// Accepts terms by their words, however these are written.
struct WordAlone<A>(A);

/// What was read of a term.
#[derive(Clone)]
enum TermState<S> {
    Word(S),
    /// A surface, after a word that is accepted or not.
    Surface(bool),
}

impl<A: Automaton> Automaton for WordAlone<A> {
    type State = TermState<A::State>;

    fn start(&self) -> Self::State {
        TermState::Word(self.0.start())
    }

    fn is_match(&self, state: &Self::State) -> bool {
        match state {
            TermState::Word(state) => self.0.is_match(state),
            TermState::Surface(accepted) => *accepted,
        }
    }

    fn can_match(&self, state: &Self::State) -> bool {
        match state {
            TermState::Word(state) => self.0.can_match(state),
            TermState::Surface(accepted) => *accepted,
        }
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match state {
            TermState::Word(state) if char::from(byte) == SIGN => {
                TermState::Surface(self.0.is_match(state))
            }
            TermState::Word(state) => TermState::Word(self.0.accept(state, byte)),
            TermState::Surface(accepted) => TermState::Surface(*accepted),
        }
    }
}

/// The terms of words in a field of an index, however these are written.
pub(crate) fn terms_of(
    searcher: &Searcher,
    field: Field,
    words: &[String],
) -> tantivy::Result<Vec<Term>> {
    if !is_by_surface(searcher.schema(), field) {
        return Ok(words.iter().map(|word| Term::from_field_text(field, word)).collect());
    }
    let mut found = BTreeSet::new();
    for reader in searcher.segment_readers() {
        let terms = FieldTerms::open(reader, field)?;
        for word in words {
            terms.each(word, |term, _| {
                found.insert(Term::from_field_text(field, term));
            })?;
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether the terms of a field say how words are written.
fn is_by_surface(schema: &Schema, field: Field) -> bool {
    match schema.get_field_entry(field).field_type() {
        FieldType::Str(options) => {
            options.get_indexing_options().is_some_and(|indexing| indexing.tokenizer() == WORDS)
        }
        _ => false,
    }
}
