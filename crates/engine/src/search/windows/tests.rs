use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use tantivy::query::{BooleanQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, Executor, Score, SegmentOrdinal, Term};

use super::walked::Walked;
use super::*;
use crate::index::schema;
use crate::search::evidence::{Evidence, Source, norms};
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
                pieces: Arc::new([]),
                weight: if source.synonym.is_some() { 0.7 } else { 1.0 },
                norms: source.lengths.then(|| norms(&model, 2.0)),
                synonym: source.synonym,
                found,
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

#[test]
fn what_has_too_few_words_for_the_best_hits_is_not_promising() {
    let searcher = INDEX.searcher();
    let word = |word: &str| {
        let pattern = Pattern::Term(word.to_owned());
        let (other_field, synonym, beforehand, lengths) = (false, None, false, true);
        Tree::Evidence(vec![TestSource { pattern, other_field, synonym, beforehand, lengths }])
    };
    let tree = Tree::Any(vec![word("a"), word("b"), word("c")], 1);
    let reader = INDEX.segment_of(&searcher, 0);
    let part = tree.prepared(&searcher, true).open(reader, true).expect("opened");
    let mut windows = SegmentWindows::new(part, true);
    let window = windows.next().expect("a window");
    let (found, documents) = (window.found.clone(), window.base..window.end());
    // Each of the words gives at most 1.7 times 2.2.
    let promising = |bar| windows.part.promising(&found, bar).count();
    let of_counts = [(0.0, 1), (3.7, 1), (3.8, 2), (7.4, 2), (7.5, 3), (11.2, 3)];
    let words_in = |document: u32| {
        let text = text(document, 0);
        ["a", "b", "c"].iter().filter(|word| text.split(' ').any(|one| one == **word)).count()
    };
    for (bar, least) in of_counts {
        // Deleted documents are told apart later.
        let expected = documents.clone().filter(|document| words_in(*document) >= least).count();
        assert_eq!(promising(bar), expected as u64, "{bar}");
    }
    assert_eq!(promising(11.3), 0);
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
            for base in (0..SEGMENTS[0]).step_by(bits::WINDOW) {
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
