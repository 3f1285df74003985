use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use tantivy::query::{BooleanQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Executor, Score, SegmentOrdinal, Term};

use super::list_blocks::{BlockBounds, ListBlocks};
use super::span::{Span, WINDOW};
use super::walked::Walked;
use super::*;
use crate::index::{FieldTerms, schema};
use crate::search::evidence::{Evidence, Lengths, Source, norms};
use crate::search::rank::{HitRanking, RankKey};
use crate::search::search_options::HitWindow;
use crate::search::small::{Draft, Small, scorer, scores};
use crate::study_lists::StudyList;
use trialdex_plan::{Model, Pattern, Slot, Stretch};

/// Words, each in one of so many documents.
const WORDS: [(&str, u32); 5] = [("a", 2), ("b", 5), ("c", 30), ("d", 700), ("e", 4_000)];

/// Documents of each segment: of more than two windows, and of a few.
const SEGMENTS: [u32; 2] = [9_000, 300];

/// A number that follows from another one, as if at random.
fn scattered(number: u32) -> u32 {
    let mixed = number.wrapping_mul(0x9E37_79B1) ^ 0x5bd1_e995;
    (mixed ^ mixed >> 15).wrapping_mul(0x85EB_CA6B) >> 7
}

fn text(document: u32, field: u32) -> String {
    let mut words = Vec::new();
    for (at, (word, one_in)) in (0..).zip(WORDS) {
        let chance = scattered(document * 64 + field * 8 + at);
        if chance.is_multiple_of(one_in) {
            words.extend(std::iter::repeat_n(word, 1 + (chance / one_in % 3) as usize));
        }
    }
    if scattered(document).is_multiple_of(2) {
        words.reverse();
    }
    // Texts are long and short, and not so evenly.
    let filling = scattered(document * 64 + field * 8 + 7) % 12;
    words.extend(std::iter::repeat_n("filling", (filling * filling * filling / 30) as usize));
    words.join(" ")
}

/// An index of two segments, without a few of its documents.
static INDEX: LazyLock<Small> = LazyLock::new(|| {
    let draft = |document| Draft {
        other: text(document, 1),
        nct: u64::from(document),
        ..Draft::of(&text(document, 0))
    };
    let large = (0..SEGMENTS[0]).map(draft).collect();
    let small = (SEGMENTS[0]..SEGMENTS[0] + SEGMENTS[1]).map(draft).collect();
    Small::new(&[large, small]).without(&[0, 17, 4_096, 8_999, 9_100])
});

/// One thread, and one for each segment.
static EXECUTORS: LazyLock<[Executor; 2]> = LazyLock::new(|| {
    let threads = Executor::multi_thread(SEGMENTS.len(), "segment-").expect("threads");
    [Executor::single_thread(), threads]
});

/// What documents score.
type Scores = BTreeMap<DocAddress, Score>;

/// A plan, and what it means.
#[derive(Debug, Clone)]
enum Tree {
    Everything,
    Word(usize, usize),
    Evidence(Vec<TestSource>),
    Every(Vec<Tree>, Vec<Tree>),
    Any(Vec<Tree>, usize),
    Best(Vec<Tree>),
    Constant(Box<Tree>, u8),
}

/// A source of evidence.
#[derive(Debug, Clone)]
struct TestSource {
    pattern: Pattern,
    other_field: bool,
    synonym: Option<usize>,
    beforehand: bool,
    lengths: bool,
}

fn field(is_other: bool) -> Field {
    if is_other { INDEX.other } else { INDEX.text }
}

/// A word of the first field as it is typed.
fn evidence_source(word: &str) -> Source {
    Source {
        pattern: Pattern::Term(word.to_owned()),
        field: INDEX.text,
        pieces: Arc::new([]),
        weight: 1.0,
        norms: None,
        synonym: None,
        found: None,
    }
}

impl Tree {
    fn evidence(sources: &[TestSource], searcher: &Searcher) -> Evidence {
        let model = Model { k1: 1.2, b: 0.6, ..Model::default() };
        let sources = sources.iter().map(|source| {
            let field = field(source.other_field);
            let found = source.beforehand.then(|| {
                StudyList::new(&Executor::single_thread(), searcher, field, &source.pattern)
                    .expect("what is looked up")
            });
            Source {
                pattern: source.pattern.clone(),
                field,
                weight: if source.synonym.is_some() { 0.7 } else { 1.0 },
                norms: source.lengths.then(|| norms(&model, 2.0)),
                synonym: source.synonym,
                found,
                ..evidence_source("")
            }
        });
        let (sources, fields) = (Arc::new(sources.collect()), Arc::new(schema().1));
        Evidence { label: String::new(), worth: 1.7, sources, model, fields }
    }

    fn prepared(&self, searcher: &Searcher, scored: bool) -> Prepared {
        let all =
            |trees: &[Self]| trees.iter().map(|tree| tree.prepared(searcher, scored)).collect();
        match self {
            Self::Everything => Prepared::Everything,
            Self::Word(word, is_other) => {
                let scoring = match scored {
                    true => EnableScoring::enabled_from_searcher(searcher),
                    false => EnableScoring::disabled_from_searcher(searcher),
                };
                let query = Self::word(*word, *is_other == 1);
                Prepared::Walked(query.weight(scoring).expect("a weight"))
            }
            Self::Evidence(sources) => Prepared::Evidence(Self::evidence(sources, searcher)),
            Self::Every(had, lacked) => {
                let lacked = lacked.iter().map(|tree| tree.prepared(searcher, false));
                Prepared::Every(all(had), lacked.collect())
            }
            Self::Any(trees, least) => Prepared::Any(all(trees), *least),
            Self::Best(trees) => Prepared::Best(all(trees), 0.2),
            Self::Constant(tree, score) => {
                Prepared::Constant(Box::new(tree.prepared(searcher, false)), Score::from(*score))
            }
        }
    }

    fn word(word: usize, is_other: bool) -> TermQuery {
        let term = Term::from_field_text(field(is_other), WORDS[word].0);
        TermQuery::new(term, IndexRecordOption::WithFreqs)
    }

    /// What it finds, by what tantivy gives for its words.
    fn meant(&self, searcher: &Searcher) -> Scores {
        let of_words = |query: &dyn Query| {
            let mut found = Scores::new();
            for (segment, reader) in (0..).zip(searcher.segment_readers()) {
                for (doc, score) in scores(searcher, reader, query) {
                    if reader.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                        found.insert(DocAddress::new(segment, doc), score);
                    }
                }
            }
            found
        };
        let all = |trees: &[Self]| trees.iter().map(|tree| tree.meant(searcher)).collect();
        match self {
            Self::Everything => everything(searcher),
            Self::Word(word, is_other) => of_words(&Self::word(*word, *is_other == 1)),
            Self::Evidence(sources) => of_words(&Self::evidence(sources, searcher)),
            Self::Every(had, lacked) => {
                let (had, lacked): (Vec<Scores>, Vec<Scores>) = (all(had), all(lacked));
                let mut found = everything(searcher);
                found.retain(|doc, _| {
                    had.iter().all(|one| one.contains_key(doc))
                        && !lacked.iter().any(|one| one.contains_key(doc))
                });
                for (doc, score) in &mut found {
                    *score = had.iter().fold(0.0, |sum, one| sum + one[doc]);
                }
                found
            }
            Self::Any(trees, least) => joined(&all(trees), |scores| {
                (scores.len() >= *least).then(|| scores.iter().fold(0.0, |sum, one| sum + one))
            }),
            Self::Best(trees) => joined(&all(trees), |scores| {
                let most = scores.iter().copied().fold(0.0, Score::max);
                let sum = scores.iter().fold(0.0, |sum, one| sum + one);
                Some(most + (sum - most) * 0.2)
            }),
            Self::Constant(tree, score) => {
                let found = tree.meant(searcher).into_keys();
                found.map(|doc| (doc, Score::from(*score))).collect()
            }
        }
    }
}

fn everything(searcher: &Searcher) -> Scores {
    let mut found = Scores::new();
    for (segment, reader) in (0..).zip(searcher.segment_readers()) {
        found.extend(reader.doc_ids_alive().map(|doc| (DocAddress::new(segment, doc), 0.0)));
    }
    found
}

/// The documents of any part, by what those that have it give them.
fn joined(all: &[Scores], score: impl Fn(&[Score]) -> Option<Score>) -> Scores {
    let mut by_document: BTreeMap<DocAddress, Vec<Score>> = BTreeMap::new();
    for (doc, score) in all.iter().flatten() {
        by_document.entry(*doc).or_default().push(*score);
    }
    by_document.into_iter().filter_map(|(doc, scores)| Some((doc, score(&scores)?))).collect()
}

/// Gathers documents with their scores.
struct Gathered {
    scored: bool,
}

struct SegmentGathered(SegmentOrdinal, Vec<(DocAddress, Score)>);

impl Collector for Gathered {
    type Fruit = Vec<(DocAddress, Score)>;
    type Child = SegmentGathered;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<SegmentGathered> {
        Ok(SegmentGathered(segment, Vec::new()))
    }

    fn requires_scoring(&self) -> bool {
        self.scored
    }

    fn merge_fruits(&self, fruits: Vec<Self::Fruit>) -> tantivy::Result<Self::Fruit> {
        Ok(fruits.concat())
    }
}

impl SegmentCollector for SegmentGathered {
    type Fruit = Vec<(DocAddress, Score)>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.1.push((DocAddress::new(self.0, doc), score));
    }

    fn harvest(self) -> Self::Fruit {
        self.1
    }
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let word = || (0..WORDS.len()).prop_map(|at| WORDS[at].0.to_owned());
    let slot = prop::collection::vec(word(), 1..3).prop_map(|mut slot: Slot| {
        slot.sort_unstable();
        slot.dedup();
        slot
    });
    let near = (word(), word(), 0..3_u32).prop_map(|(one, other, distance)| {
        let phrase = |word| Stretch::Phrase(vec![vec![word]]);
        Pattern::Near(Stretch::Near(vec![phrase(one), phrase(other)], distance))
    });
    prop_oneof![
        4 => word().prop_map(Pattern::Term),
        1 => prop::collection::btree_set(word(), 2..4).prop_map(|terms| Pattern::AnyOf(terms.into_iter().collect())),
        2 => prop::collection::vec(slot, 2..4).prop_map(Pattern::Phrase),
        1 => near,
    ]
}

fn source() -> impl Strategy<Value = TestSource> {
    let synonym = prop::option::of(0..2_usize);
    (pattern(), any::<bool>(), synonym, any::<bool>(), any::<bool>()).prop_map(
        |(pattern, other_field, synonym, beforehand, lengths)| TestSource {
            pattern,
            other_field,
            synonym,
            beforehand,
            lengths,
        },
    )
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        1 => Just(Tree::Everything),
        2 => (0..WORDS.len(), 0..2_usize).prop_map(|(word, field)| Tree::Word(word, field)),
        6 => prop::collection::vec(source(), 0..4).prop_map(Tree::Evidence),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let some = |least| prop::collection::vec(inner.clone(), least..4);
        prop_oneof![
            3 => (some(1), prop::collection::vec(inner.clone(), 0..3))
                .prop_map(|(had, lacked)| Tree::Every(had, lacked)),
            2 => (some(1), 1..3_usize).prop_map(|(trees, least)| {
                let least = least.min(trees.len());
                Tree::Any(trees, least)
            }),
            2 => some(1).prop_map(Tree::Best),
            1 => (inner.clone(), 0..3_u8)
                .prop_map(|(tree, score)| Tree::Constant(Box::new(tree), score)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What is found by windows is what the parts mean, and scores the same
    /// to the last bit.
    #[test]
    fn windows_find_what_a_plan_means(tree in tree(), parallel: bool) {
        let searcher = INDEX.searcher();
        let (unscored, meant) = (tree.prepared(&searcher, false), tree.meant(&searcher));
        let executor = &EXECUTORS[usize::from(parallel)];
        let gather = |scored| {
            let prepared = tree.prepared(&searcher, scored);
            collect(&prepared, &searcher, executor, &Gathered { scored }, None).expect("found")
        };
        let found = gather(true);
        let expected: Vec<(DocAddress, Score)> = meant.into_iter().collect();
        prop_assert_eq!(&found, &expected);
        let found_unscored = gather(false);
        let docs = |all: &[(DocAddress, Score)]| all.iter().map(|(doc, _)| *doc).collect::<Vec<_>>();
        prop_assert_eq!(docs(&found_unscored), docs(&expected));
        prop_assert_eq!(count(&unscored, &searcher, executor, None).expect("counted"), expected.len() as u64);
        prop_assert_eq!(finds(&unscored, &searcher).expect("sought"), !expected.is_empty());
        let stop = AtomicBool::new(true);
        let stopped = count(&unscored, &searcher, executor, Some(&stop));
        prop_assert!(stopped.is_err() || expected.is_empty(), "not stopped");
    }
}

/// The best hits of a plan, each with the bits of its score, and how many there are.
fn best(tree: &Tree, limit: Option<usize>, executor: &Executor) -> (Vec<(u32, u32)>, usize) {
    let searcher = INDEX.searcher();
    let (keys, window) =
        (vec![RankKey::Score { descending: true }], HitWindow { offset: 0, limit });
    let ranking = HitRanking::new(Small::numbers(&searcher), keys, window, 0);
    let plan = tree.prepared(&searcher, true);
    let ranked = rank(&plan, &searcher, executor, &ranking, None).expect("ranked");
    let best = ranked.best.iter().map(|best| (best.nct, best.score.to_bits()));
    (best.collect(), ranked.total)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What cannot be one of the best hits is not scored; the best hits and their number are the
    /// same as where everything is.
    #[test]
    fn the_best_hits_are_the_same_whatever_is_passed_over(
        tree in tree(),
        limit in 1..40_usize,
        parallel: bool,
    ) {
        let executor = &EXECUTORS[usize::from(parallel)];
        let (all, total) = best(&tree, None, executor);
        let (first, counted) = best(&tree, Some(limit), executor);
        prop_assert_eq!(counted, total);
        prop_assert_eq!(&first[..], &all[..limit.min(all.len())]);
    }
}

/// A word of the first field, by its number of occurrences and the length of the text.
fn by_length(word: &str) -> Tree {
    let pattern = Pattern::Term(word.to_owned());
    let (other_field, synonym, beforehand, lengths) = (false, None, false, true);
    Tree::Evidence(vec![TestSource { pattern, other_field, synonym, beforehand, lengths }])
}

#[test]
fn what_cannot_score_enough_by_its_words_and_blocks_is_not_promising() {
    let searcher = INDEX.searcher();
    let tree = Tree::Any(["a", "b", "c"].map(by_length).to_vec(), 1);
    let reader = INDEX.segment_of(&searcher, 0);
    let part = tree.prepared(&searcher, true).open(reader, true).expect("opened");
    let mut windows = SegmentWindows::new(part, true);
    windows.next().expect("a window");
    let found = windows.window.found.clone();
    let (base, scores) = (windows.window.base as usize, windows.score().scores.clone());
    let words_in = |at: usize| {
        let text = text(u32::try_from(base + at).expect("a document"), 0);
        ["a", "b", "c"].iter().filter(|word| text.split(' ').any(|one| one == **word)).count()
    };
    let best = found.iter().map(|at| scores[at]).fold(0.0, Score::max);
    let mut counts = Vec::new();
    for bar in [0.0, 1.0, 2.0, best, 11.3] {
        let (window, promising) = windows.score_promising(bar);
        for at in promising.iter() {
            assert_eq!(window.scores[at].to_bits(), scores[at].to_bits(), "{at} of {bar}");
        }
        for at in found.iter() {
            assert!(promising.contains(at) || scores[at] < bar, "{at} scores {}", scores[at]);
            // Each of the words gives less than 1.7 times 2.2.
            let gives = 3.74 * words_in(at) as Score;
            assert!(!promising.contains(at) || gives >= bar, "{at} of {bar}");
        }
        counts.push(promising.count());
    }
    assert_eq!(counts[0], found.count());
    assert!(counts.windows(2).all(|pair| pair[0] >= pair[1]), "{counts:?}");
    assert_eq!(counts[4], 0);
}

/// Of documents with the same words, those that have them too seldom are passed over.
#[test]
fn what_has_its_words_too_seldom_is_not_promising() {
    let searcher = INDEX.searcher();
    let both = Tree::Every(["a", "b"].map(by_length).to_vec(), Vec::new());
    for tree in [by_length("a"), Tree::Best(vec![by_length("a")]), both] {
        let reader = INDEX.segment_of(&searcher, 0);
        let part = tree.prepared(&searcher, true).open(reader, true).expect("opened");
        let mut windows = SegmentWindows::new(part, true);
        windows.next().expect("a window");
        let found = windows.window.found.clone();
        let scores = windows.score().scores.clone();
        let best = found.iter().map(|at| scores[at]).fold(0.0, Score::max);
        let (_, promising) = windows.score_promising(best);
        let (promising, found) = (promising.count(), found.count());
        assert!(promising > 0 && promising * 3 < found * 2, "{promising} of {found}: {tree:?}");
    }
}

#[test]
fn no_document_of_a_block_has_more_than_its_bound() {
    let searcher = INDEX.searcher();
    let reader = INDEX.segment_of(&searcher, 0);
    let terms = FieldTerms::open(reader, INDEX.text).expect("terms");
    // Bounds are near where the average is about that of the segment.
    let near = [(0.0, 1.0), (0.3, 14.0), (0.6, 14.0), (0.6, 30.0), (0.7, 20.0)];
    let far = [(0.6, 0.5), (0.75, 1.0), (0.9, 14.0), (1.0, 300.0)];
    for (b, average) in near.into_iter().chain(far) {
        let model = Model { b, ..Model::default() };
        let source = Source { norms: Some(norms(&model, average)), ..evidence_source("a") };
        let lengths = Lengths::of(&source, reader).expect("read").expect("lengths");
        let bounds = BlockBounds::new(&terms, lengths.clone(), reader);
        let lists = terms.lists("a").expect("lists");
        let option = IndexRecordOption::WithFreqs;
        let mut list = ListBlocks::open(&terms, &lists[0], option, reader).expect("a list");
        let (mut blocks, mut documents) = (0, 0);
        for base in (0..SEGMENTS[0]).step_by(WINDOW) {
            let span = Span::from(base);
            list.each_slice(span, Bits::all(), Some(&bounds), |docs, times, most| {
                let all = docs.iter().zip(times);
                let has = all.map(|(doc, times)| *times as Score / lengths.norm(*doc));
                let greatest = has.fold(0.0, Score::max);
                assert!(greatest <= most, "{greatest} of {most} at most, {b} {average}");
                documents += docs.len();
                // A bound that is far off would let nothing be passed over. Where windows cut a
                // block, its best document may be in the other one.
                blocks += usize::from(docs.len() == 128 && most < 2.0 * greatest);
            });
        }
        assert_eq!(documents, lists[0].doc_freq as usize);
        assert!(blocks > 20 || far.contains(&(b, average)), "{blocks} blocks, {b} {average}");
    }
}

/// A list of which few documents are wanted is sought in; what it gives of them is the same.
#[test]
fn a_few_wanted_documents_of_a_common_word_are_sought() {
    let searcher = INDEX.searcher();
    let reader = INDEX.segment_of(&searcher, 0);
    let terms = FieldTerms::open(reader, INDEX.text).expect("terms");
    let lists = terms.lists("a").expect("lists");
    let option = IndexRecordOption::WithFreqs;
    let open = || ListBlocks::open(&terms, &lists[0], option, reader).expect("a list");
    let (mut all, mut few) = (open(), open());
    assert!(all.in_window() > 1_000, "{}", all.in_window());
    for base in (0..SEGMENTS[0]).step_by(WINDOW) {
        let span = Span::from(base);
        let mut within = Bits::none();
        [3, 4, 900, 901, 902, 903, 4_095].into_iter().for_each(|at| within.insert(at));
        let (mut expected, mut found, mut seen) = (Vec::new(), Vec::new(), 0);
        all.each(span, Bits::all(), |doc, times| expected.push((doc, times)));
        expected.retain(|(doc, _)| within.contains(span.at(*doc)));
        few.each(span, &within, |doc, times| {
            seen += 1;
            if within.contains(span.at(doc)) {
                found.push((doc, times));
            }
        });
        assert_eq!(found, expected);
        assert!(seen <= 7, "{seen}");
    }
}

/// Looks at a few documents of each other window, and goes through the rest.
#[test]
fn what_was_looked_at_alone_is_gone_through_in_a_later_window() {
    let searcher = INDEX.searcher();
    let reader = INDEX.segment_of(&searcher, 0);
    let mut few = Bits::none();
    [10, 11, 700, 2_900, 4_095].into_iter().for_each(|at| few.insert(at));
    let word = |word, is_other| -> Box<dyn Query> { Box::new(Tree::word(word, is_other)) };
    let words = || (0..WORDS.len()).flat_map(|one| [(one, false), (one, true)]);
    let single = words().map(|(one, is_other)| word(one, is_other));
    let both = words().map(|(one, is_other)| -> Box<dyn Query> {
        let parts = vec![word(one, is_other), word(0, !is_other), word(1, false)];
        Box::new(BooleanQuery::intersection(parts))
    });
    for query in single.chain(both) {
        for looks_first in [true, false] {
            let mut walked = Walked::new(scorer(&searcher, reader, &*query), true);
            let (mut window, mut found, mut looks) = (Window::new(true), Vec::new(), looks_first);
            let mut expected = scores(&searcher, reader, &*query);
            for base in (0..SEGMENTS[0]).step_by(WINDOW) {
                let within = if looks { &few } else { Bits::all() };
                window.begin(base);
                walked.mark(&mut window, within);
                let of_window =
                    window.found.iter().map(|at| (doc_at(&window, at), window.scores[at]));
                found.extend(of_window);
                let is_within = |doc: DocId| within.contains((doc - base) as usize);
                let end = window.end();
                expected.retain(|(doc, _)| !(base..end).contains(doc) || is_within(*doc));
                looks = !looks;
            }
            assert_eq!(found, expected, "{query:?}");
        }
    }
}
