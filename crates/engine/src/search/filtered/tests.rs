use tantivy::Term;
use tantivy::collector::Count;
use tantivy::query::{AllQuery, BooleanQuery, Occur, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::super::small::{Draft, Small, assert_walks, only, scorer, scores};
use super::*;

/// Passes documents whose number is a multiple.
#[derive(Debug)]
struct MultipleOf(DocId);

impl StudyCheck for MultipleOf {
    fn looker(&self, _: &SegmentReader) -> tantivy::Result<DocumentCheck> {
        let (of, mut before) = (self.0, None);
        Ok(Box::new(move |doc| {
            assert!(before.is_none_or(|before| before <= doc), "documents come in rising order");
            before = Some(doc);
            doc % of == 0
        }))
    }
}

/// Twelve documents, all of which but 3 and 6 have `a`.
fn small() -> Small {
    let text = |doc| if [3, 6].contains(&doc) { "b" } else { "a" };
    Small::new(&[(0..12).map(|doc| Draft::of(text(doc))).collect()])
}

fn candidates(small: &Small) -> Box<dyn Query> {
    let term = Term::from_field_text(small.text, "a");
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

fn filtered(small: &Small, of: DocId) -> Filtered {
    Filtered { candidates: candidates(small), check: Arc::new(MultipleOf(of)) }
}

#[test]
fn candidates_that_pass_keep_their_scores() {
    let small = small();
    let searcher = small.searcher();
    let all = scores(&searcher, only(&searcher), &*candidates(&small));
    let expected: Vec<(DocId, Score)> = all.into_iter().filter(|(doc, _)| doc % 3 == 0).collect();
    assert_eq!(expected.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), [0, 9]);
    let query = filtered(&small, 3);
    assert_walks(|| scorer(&searcher, only(&searcher), &query), &expected);
}

#[test]
fn the_first_candidate_is_looked_at_too() {
    let small = Small::new(&[vec![Draft::of("b"), Draft::of("a"), Draft::of("a")]]);
    let searcher = small.searcher();
    let found = scores(&searcher, only(&searcher), &filtered(&small, 2));
    assert_eq!(found.iter().map(|(doc, _)| *doc).collect::<Vec<_>>(), [2]);
}

#[test]
fn an_explanation_is_that_of_the_candidate() {
    let small = small();
    let searcher = small.searcher();
    let scoring = EnableScoring::enabled_from_searcher(&searcher);
    let weight = filtered(&small, 3).weight(scoring).expect("a weight");
    assert!(weight.explain(only(&searcher), 9).is_ok());
    // No multiple, no candidate, and behind the last one.
    for doc in [1, 3, 11] {
        assert!(weight.explain(only(&searcher), doc).is_err(), "{doc} is no hit");
    }
}

#[test]
fn a_look_at_single_documents_finds_the_same() {
    let small = small();
    let searcher = small.searcher();
    let expected = [0, 9];
    // From every document on, each of the rest is asked for once.
    for first in 0..12 {
        let mut scorer = scorer(&searcher, only(&searcher), &filtered(&small, 3));
        for target in first..12 {
            match scorer.seek_danger(target) {
                SeekDangerResult::Found => {
                    assert!(expected.contains(&target), "{target}");
                    assert_eq!(scorer.doc(), target);
                }
                SeekDangerResult::SeekLowerBound(bound) => {
                    assert!(!expected.contains(&target), "{target}");
                    let next = expected.into_iter().find(|doc| *doc > target);
                    assert!(target < bound && bound <= next.unwrap_or(TERMINATED), "{bound}");
                }
            }
        }
    }
    // After a look that found nothing, a walk goes on to the next that passes.
    let mut walk = scorer(&searcher, only(&searcher), &filtered(&small, 3));
    assert!(matches!(walk.seek_danger(4), SeekDangerResult::SeekLowerBound(_)));
    assert_eq!((walk.seek(5), walk.advance()), (9, TERMINATED));
}

#[test]
fn it_can_be_asked_for_beside_others() {
    let small = small();
    let searcher = small.searcher();
    let both = |occur, of| {
        let parts: Vec<(Occur, Box<dyn Query>)> =
            vec![(Occur::Must, Box::new(AllQuery)), (occur, Box::new(filtered(&small, of)))];
        searcher.search(&BooleanQuery::new(parts), &Count).expect("counted")
    };
    assert_eq!((both(Occur::Must, 3), both(Occur::MustNot, 3)), (2, 10));
    assert_eq!((both(Occur::Must, 5), both(Occur::Should, 5)), (3, 12));
}
