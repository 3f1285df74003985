use proptest::prelude::*;
use tantivy::Score;

use super::super::small::{Draft, Small, assert_walks, only};
use tantivy::Executor;

use super::*;

fn one_segment(texts: &[&str]) -> Small {
    Small::new(&[texts.iter().map(|text| Draft::of(text)).collect()])
}

fn slots(words: &[&str]) -> Vec<Slot> {
    words.iter().map(|word| vec![(*word).to_owned()]).collect()
}

fn term(word: &str) -> Pattern {
    Pattern::Term(word.to_owned())
}

/// Documents with a pattern in the one segment, and how often.
fn all(small: &Small, field: Field, pattern: &Pattern) -> Vec<(DocId, u32)> {
    let searcher = small.searcher();
    let found = Occurrences::new(only(&searcher), field, pattern).expect("read");
    let Some(mut occurrences) = found else { return Vec::new() };
    let mut all = Vec::new();
    while occurrences.doc() != TERMINATED {
        all.push((occurrences.doc(), occurrences.frequency()));
        occurrences.advance();
    }
    all
}

#[test]
fn each_pattern_counts_what_it_is_found_at() {
    let small = one_segment(&["a b a b", "b a", "c", "a a a"]);
    let found = |pattern: &Pattern| all(&small, small.text, pattern);
    assert_eq!(found(&term("a")), [(0, 2), (1, 1), (3, 3)]);
    let any = Pattern::AnyOf(vec!["a".to_owned(), "c".to_owned(), "z".to_owned()]);
    assert_eq!(found(&any), [(0, 2), (1, 1), (2, 1), (3, 3)]);
    assert_eq!(found(&Pattern::Phrase(slots(&["a", "b"]))), [(0, 2)]);
    // A phrase may begin within itself.
    assert_eq!(found(&Pattern::Phrase(slots(&["a", "a"]))), [(3, 2)]);
    let near =
        Stretch::Near(vec![Stretch::Phrase(slots(&["b"])), Stretch::Phrase(slots(&["a"]))], 0);
    // In either order, counted by its last part: both places of `a`.
    assert_eq!(found(&Pattern::Near(near)), [(0, 2), (1, 1)]);
    for nowhere in
        [term("z"), Pattern::AnyOf(vec!["z".to_owned()]), Pattern::Phrase(slots(&["a", "z"]))]
    {
        assert_eq!(found(&nowhere), []);
    }
}

#[test]
fn terms_of_one_place_are_looked_for_side_by_side() {
    let small = one_segment(&["red cell", "white cells", "red blood cell", "cell red"]);
    let either = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Slot>();
    let phrase = Pattern::Phrase(vec![either(&["red", "white"]), either(&["cell", "cells"])]);
    assert_eq!(all(&small, small.text, &phrase), [(0, 1), (1, 1)]);
}

#[test]
fn a_word_that_counts_several_times_at_a_place_counts_so_in_a_phrase() {
    // A title counts four times: its words are there four times each.
    let title: Vec<(usize, &str)> = [(0, "red"); 4].into_iter().chain([(1, "cell"); 4]).collect();
    let summary = [(0, "red"), (1, "cell")];
    let small = Small::new(&[vec![Draft::placed(&title), Draft::placed(&summary)]]);
    let phrase = Pattern::Phrase(slots(&["red", "cell"]));
    assert_eq!(all(&small, small.placed, &phrase), [(0, 4), (1, 1)]);
}

#[test]
fn the_name_of_everything_else_is_not_the_name() {
    let texts = ["small cell", "non small cell", "non small cell small cell", "cell"];
    let small = one_segment(&texts);
    let searcher = small.searcher();
    let named = StudyList::named(
        &Executor::single_thread(),
        &searcher,
        small.text,
        &[],
        &Pattern::of(slots(&["small", "cell"])),
    );
    assert_eq!(named.expect("looked up").docs(only(&searcher)), [(0, 1), (2, 1)]);
    // One word alone is no name that has a `non` before it.
    let named =
        StudyList::named(&Executor::single_thread(), &searcher, small.text, &[], &term("small"));
    assert_eq!(named.expect("looked up").docs(only(&searcher)), [(0, 1), (1, 1), (2, 2)]);
}

#[test]
fn what_a_piece_has_can_be_left_out_by_how_often_it_counts() {
    let draft = |text: &str, other: &str| Draft { other: other.to_owned(), ..Draft::of(text) };
    // The field has all; of the piece each occurrence counts twice in it.
    let small = Small::new(&[vec![draft("a a a", "a"), draft("a a", "a"), draft("a", "")]]);
    let searcher = small.searcher();
    let without = [(small.other, 2)];
    let named =
        StudyList::named(&Executor::single_thread(), &searcher, small.text, &without, &term("a"))
            .expect("looked up");
    assert_eq!(named.docs(only(&searcher)), [(0, 1), (2, 1)]);
}

#[test]
fn studies_are_counted_without_those_that_were_deleted() {
    let drafts = |texts: &[&str]| texts.iter().map(|text| Draft::of(text)).collect::<Vec<_>>();
    let segments = [drafts(&["a", "a b", "b"]), drafts(&["c"]), drafts(&["a b", "a"])];
    let small = Small::new(&segments).without(&[0, 4]);
    let searcher = small.searcher();
    let found = |word: &str| {
        StudyList::new(&Executor::single_thread(), &searcher, small.text, &term(word))
            .expect("looked up")
    };
    let (a, b) = (found("a"), found("b"));
    assert_eq!((a.studies(), b.studies(), found("z").studies()), (2, 2, 0));
    assert_eq!((a.shared(&b), b.shared(&a), a.shared(&found("z"))), (1, 1, 0));
    let any = StudyList::any(&[a.clone(), b]);
    assert_eq!(any.studies(), 3);
    let [first, second, third] = [0, 3, 4].map(|number| small.segment_of(&searcher, number));
    assert_eq!(any.docs(first), [(1, 2), (2, 1)]);
    assert!(a.has(first, 1) && !a.has(first, 0) && !a.has(first, 2));
    assert_eq!(a.docs(third), [(1, 1)]);
    assert_eq!(a.docs(second), []);
    let mut walk = a.occurrences(third).expect("listed");
    assert_eq!((walk.doc(), walk.advance()), (1, TERMINATED));
    assert!(a.occurrences(second).is_none());
}

#[test]
fn what_is_listed_is_gone_through_like_what_is_read() {
    let small = one_segment(&["a", "b a", "b", "a a", "b b"]);
    let searcher = small.searcher();
    let found = StudyList::new(&Executor::single_thread(), &searcher, small.text, &term("a"))
        .expect("looked up");
    let open = || found.occurrences(only(&searcher)).expect("listed");
    assert_walks(open, &[(0, 1.0), (1, 1.0), (3, 2.0)]);
}

/// Words of small documents.
const WORDS: [&str; 3] = ["a", "b", "c"];

fn texts() -> impl Strategy<Value = Vec<Vec<&'static str>>> {
    let word = prop::sample::select(&WORDS[..]);
    prop::collection::vec(prop::collection::vec(word, 0..7), 1..20)
}

/// How often words follow one another in a text.
fn times(text: &[&str], phrase: &[&[&str]]) -> usize {
    let fits = |window: &&[&str]| window.iter().zip(phrase).all(|(word, any)| any.contains(word));
    text.windows(phrase.len()).filter(fits).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_documents_are_gone_through_as_a_plain_look_does(texts in texts()) {
        let joined: Vec<String> = texts.iter().map(|words| words.join(" ")).collect();
        let small = one_segment(&joined.iter().map(String::as_str).collect::<Vec<_>>());
        let searcher = small.searcher();
        let either = vec!["b".to_owned(), "c".to_owned()];
        let patterns: [(Pattern, &[&[&str]]); 5] = [
            (term("a"), &[&["a"]]),
            (Pattern::AnyOf(either.clone()), &[&["b", "c"]]),
            (Pattern::Phrase(slots(&["a", "b"])), &[&["a"], &["b"]]),
            (Pattern::Phrase(slots(&["a", "a"])), &[&["a"], &["a"]]),
            (Pattern::Phrase(vec![either, vec!["a".to_owned()]]), &[&["b", "c"], &["a"]]),
        ];
        for (pattern, phrase) in patterns {
            let counted = (0..).zip(&texts).map(|(doc, text)| (doc, times(text, phrase) as Score));
            let expected: Vec<(DocId, Score)> = counted.filter(|(_, times)| *times > 0.0).collect();
            let open = || Occurrences::new(only(&searcher), small.text, &pattern).expect("read");
            match open() {
                Some(occurrences) => {
                    prop_assert!(occurrences.size_hint() as usize >= expected.len());
                    assert_walks(|| open().expect("the same"), &expected);
                }
                None => prop_assert_eq!(expected, []),
            }
        }
    }
}

#[test]
fn a_look_at_one_document_leaves_the_walk_where_it_is() {
    let small = one_segment(&["a b", "b", "a b a b"]);
    let searcher = small.searcher();
    let phrase = Pattern::Phrase(slots(&["a", "b"]));
    let mut walk =
        Occurrences::new(only(&searcher), small.text, &phrase).expect("read").expect("it");
    assert_eq!((walk.frequency(), walk.frequency()), (1, 1));
    assert_eq!((walk.seek(0), walk.seek(1), walk.seek(2)), (0, 2, 2));
    assert_eq!(walk.frequency(), 2);
}
