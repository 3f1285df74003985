//! Small indexes in memory, and what tantivy asks of a walk over documents:
//! for tests of scorers.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::merge_policy::NoMergePolicy;
use tantivy::query::{EnableScoring, Query, Scorer};
use tantivy::schema::{
    FAST, Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{
    DocId, DocSet, Index, IndexWriter, Score, Searcher, SegmentReader, TERMINATED, TantivyDocument,
    Term,
};

use super::occurrences::Occurrences;
use crate::index::short_digest;

/// Bytes for the thread that indexes: the least that tantivy allows.
const MEMORY: usize = 15_000_000;

/// A document to be.
#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    /// Words of the first field, separated by blanks.
    pub(super) text: String,
    /// Words of the second field.
    pub(super) other: String,
    /// Words of the third field with their positions, which may repeat.
    pub(super) placed: Vec<(usize, String)>,
    /// Values of the column `number`.
    pub(super) numbers: Vec<i64>,
    /// Values of the columns `lat` and `lon`, in steps.
    pub(super) points: Vec<(i64, i64)>,
    /// Values of the column `kind`.
    pub(super) kinds: Vec<String>,
    /// What is stored.
    pub(super) stored: String,
    /// Value of the column `digest`; `None` for the digest of what is stored.
    pub(super) digest: Option<u64>,
    /// Value of the column `nct`.
    pub(super) nct: u64,
}

impl Draft {
    pub(super) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    pub(super) fn numbered(text: &str, numbers: &[i64]) -> Self {
        Self { numbers: numbers.to_vec(), ..Self::of(text) }
    }

    pub(super) fn placed(words: &[(usize, &str)]) -> Self {
        let placed = words.iter().map(|(at, word)| (*at, (*word).to_owned())).collect();
        Self { placed, ..Self::default() }
    }
}

/// An index with one segment for each list of documents.
pub(super) struct Small {
    pub(super) text: Field,
    pub(super) other: Field,
    pub(super) placed: Field,
    pub(super) stored: Field,
    id: Field,
    index: Index,
}

impl Small {
    pub(super) fn new(segments: &[Vec<Draft>]) -> Self {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_fieldnorms(true)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing);
        let text = schema.add_text_field("text", words.clone());
        let other = schema.add_text_field("other", words.clone());
        let placed = schema.add_text_field("placed", words);
        let [number, lat, lon, count] =
            ["number", "lat", "lon", "count"].map(|name| schema.add_i64_field(name, FAST));
        let kind = schema.add_text_field("kind", STRING | FAST);
        let stored = schema.add_text_field("stored", STORED);
        let [digest, nct] = ["digest", "nct"].map(|name| schema.add_u64_field(name, FAST));
        let id = schema.add_text_field("id", STRING);
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY).expect("a writer");
        writer.set_merge_policy(Box::new(NoMergePolicy));
        let mut next = 0;
        for segment in segments {
            for draft in segment {
                let mut document = TantivyDocument::new();
                document.add_text(id, next.to_string());
                document.add_text(text, &draft.text);
                document.add_text(other, &draft.other);
                document.add_pre_tokenized_text(placed, tokens(&draft.placed));
                document.add_i64(count, draft.points.len().try_into().expect("few"));
                draft.numbers.iter().for_each(|value| document.add_i64(number, *value));
                for (north, east) in &draft.points {
                    document.add_i64(lat, *north);
                    document.add_i64(lon, *east);
                }
                draft.kinds.iter().for_each(|value| document.add_text(kind, value));
                document.add_text(stored, &draft.stored);
                document.add_u64(digest, draft.digest.unwrap_or(short_digest(&draft.stored)));
                document.add_u64(nct, draft.nct);
                writer.add_document(document).expect("added");
                next += 1;
            }
            writer.commit().expect("a segment");
        }
        Self { text, other, placed, stored, id, index }
    }

    /// Deletes the documents with these numbers, counted over all segments.
    pub(super) fn without(self, numbers: &[usize]) -> Self {
        let mut writer: IndexWriter =
            self.index.writer_with_num_threads(1, MEMORY).expect("a writer");
        writer.set_merge_policy(Box::new(NoMergePolicy));
        for number in numbers {
            writer.delete_term(Term::from_field_text(self.id, &number.to_string()));
        }
        writer.commit().expect("deleted");
        self
    }

    /// A view of it. Its segments are in an order of their own.
    pub(super) fn searcher(&self) -> Searcher {
        self.index.reader().expect("a reader").searcher()
    }

    /// The columns of the numbers of studies, by segment of a searcher.
    pub(super) fn numbers(searcher: &Searcher) -> Arc<[Column<u64>]> {
        let readers = searcher.segment_readers().iter();
        readers.map(|reader| reader.fast_fields().u64("nct").expect("a column")).collect()
    }

    /// The segment with the document of this number, which may be deleted.
    pub(super) fn segment_of<'s>(
        &self,
        searcher: &'s Searcher,
        number: usize,
    ) -> &'s SegmentReader {
        let term = Term::from_field_text(self.id, &number.to_string());
        let has = |reader: &&SegmentReader| {
            let ids = reader.inverted_index(self.id).expect("numbers");
            ids.get_term_info(&term).expect("a dictionary").is_some()
        };
        searcher.segment_readers().iter().find(has).expect("a document of that number")
    }
}

fn tokens(placed: &[(usize, String)]) -> PreTokenizedString {
    let token = |(position, text): &(usize, String)| Token {
        position: *position,
        text: text.clone(),
        ..Token::default()
    };
    PreTokenizedString { text: String::new(), tokens: placed.iter().map(token).collect() }
}

/// The one segment of an index.
pub(super) fn only(searcher: &Searcher) -> &SegmentReader {
    assert_eq!(searcher.segment_readers().len(), 1);
    searcher.segment_reader(0)
}

/// The scorer of a query in a segment.
pub(super) fn scorer(
    searcher: &Searcher,
    reader: &SegmentReader,
    query: &dyn Query,
) -> Box<dyn Scorer> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher)).expect("a weight");
    weight.scorer(reader, 1.0).expect("a scorer")
}

/// Every document of a query in a segment, deleted ones too, with its score.
pub(super) fn scores(
    searcher: &Searcher,
    reader: &SegmentReader,
    query: &dyn Query,
) -> Vec<(DocId, Score)> {
    let mut scorer = scorer(searcher, reader, query);
    let mut all = Vec::new();
    while scorer.doc() != TERMINATED {
        all.push((scorer.doc(), scorer.score()));
        scorer.advance();
    }
    all
}

/// What goes through documents in rising order, with a value for each.
pub(super) trait Walk {
    fn at(&self) -> DocId;
    fn step(&mut self) -> DocId;
    fn jump(&mut self, target: DocId) -> DocId;
    fn value(&mut self) -> Score;
}

impl Walk for Box<dyn Scorer> {
    fn at(&self) -> DocId {
        self.doc()
    }

    fn step(&mut self) -> DocId {
        self.advance()
    }

    fn jump(&mut self, target: DocId) -> DocId {
        self.seek(target)
    }

    fn value(&mut self) -> Score {
        self.score()
    }
}

impl Walk for Occurrences {
    fn at(&self) -> DocId {
        self.doc()
    }

    fn step(&mut self) -> DocId {
        self.advance()
    }

    fn jump(&mut self, target: DocId) -> DocId {
        self.seek(target)
    }

    fn value(&mut self) -> Score {
        self.frequency() as Score
    }
}

/// Holds a walk to the documents and values that it has to give, however one
/// goes there: by steps, by a jump to the same document, to one between,
/// behind the last, and after the end. After each jump the walk goes on to its
/// end.
pub(super) fn assert_walks<W: Walk>(open: impl Fn() -> W, expected: &[(DocId, Score)]) {
    for steps in 0..=expected.len() {
        let after = || {
            let mut walk = open();
            for (doc, value) in &expected[..steps] {
                assert_eq!(walk.at(), *doc);
                assert_near(walk.value(), *value);
                let next = walk.step();
                assert_eq!(next, walk.at(), "a step gives the document that it went to");
            }
            walk
        };
        let here = expected.get(steps).map_or(TERMINATED, |(doc, _)| *doc);
        assert_eq!(after().at(), here);
        let last = expected.last().map_or(0, |(doc, _)| *doc);
        for target in (here..=last + 2).chain([TERMINATED]) {
            let mut walk = after();
            let at = expected.partition_point(|(doc, _)| *doc < target);
            assert_eq!(walk.jump(target), expected.get(at).map_or(TERMINATED, |(doc, _)| *doc));
            assert_goes_on(&mut walk, &expected[at..]);
        }
    }
}

/// Holds a walk to the rest of its documents, and to its end.
fn assert_goes_on<W: Walk>(walk: &mut W, rest: &[(DocId, Score)]) {
    for (doc, value) in rest {
        assert_eq!(walk.at(), *doc);
        assert_near(walk.value(), *value);
        walk.step();
    }
    assert_eq!((walk.at(), walk.step()), (TERMINATED, TERMINATED));
    assert_eq!((walk.jump(TERMINATED), walk.at()), (TERMINATED, TERMINATED));
}

/// Holds a number to another, within what single precision adds.
pub(super) fn assert_near(value: Score, expected: Score) {
    let apart = (value - expected).abs();
    assert!(apart <= 1e-5 * expected.abs().max(1.0), "{value} is not {expected}");
}
