use std::sync::Arc;

use tantivy::Term;
use tantivy::query::{AllQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::super::filtered::Filtered;
use super::super::small::{Draft, Small, only, scores};
use super::*;
use crate::index::{NOWHERE, steps};

/// A site as a test gives it: its words, its point, its number.
type Site<'a> = (&'a str, Option<(f64, f64)>, i64);

/// No study or site.
const NONE: [DocId; 0] = [];

const LEIPZIG: Option<(f64, f64)> = Some((51.34, 12.37));
const HALLE: Option<(f64, f64)> = Some((51.48, 11.97));
const LYON: Option<(f64, f64)> = Some((45.76, 4.84));

fn study(text: &str, sites: &[Site<'_>]) -> Draft {
    let mut draft = Draft::of(text);
    for (site, (words, point, number)) in sites.iter().enumerate() {
        let placed = words.split_whitespace().enumerate();
        draft.placed.extend(placed.map(|(at, word)| (site * SITE_WIDTH + at, word.to_owned())));
        let point = point.map(|(lat, lon)| (steps(lat), steps(lon)));
        draft.points.push(point.unwrap_or((NOWHERE, NOWHERE)));
        draft.numbers.push(*number);
    }
    draft
}

fn small() -> Small {
    Small::new(&[vec![
        study("a", &[("leipzig recruiting", LEIPZIG, 1), ("lyon completed", LYON, 2)]),
        study("b", &[("leipzig completed", LEIPZIG, 2), ("lyon recruiting", None, 3)]),
        study("a", &[]),
        study("b", &[("halle recruiting", HALLE, 5)]),
    ]])
}

fn words(small: &Small, sequence: &[&str]) -> SiteCheck {
    let slots = sequence.iter().map(|word| vec![(*word).to_owned()]).collect();
    SiteCheck::Words(small.placed, Stretch::Phrase(slots))
}

fn within(circle: Option<Circle>) -> SiteCheck {
    SiteCheck::Within { lat: "lat".to_owned(), lon: "lon".to_owned(), circle }
}

fn between(low: i64, high: i64) -> SiteCheck {
    SiteCheck::Between { column: "number".to_owned(), low, high }
}

/// Studies with a site that fulfils a condition.
fn found(small: &Small, condition: SiteCheck) -> Vec<DocId> {
    let check = Arc::new(AnySite { condition, count: "count".to_owned() });
    let query = Filtered { candidates: Box::new(AllQuery), check };
    let searcher = small.searcher();
    scores(&searcher, only(&searcher), &query).into_iter().map(|(doc, _)| doc).collect()
}

/// The sites of one study that fulfil a condition.
fn sites(small: &Small, condition: &SiteCheck, doc: DocId, count: u32) -> Vec<u32> {
    let searcher = small.searcher();
    SegmentCondition::new(only(&searcher), condition).expect("opened").sites(doc, count)
}

#[test]
fn both_conditions_have_to_be_true_of_one_site() {
    let small = small();
    let both =
        |city, status| SiteCheck::And(vec![words(&small, &[city]), words(&small, &[status])]);
    // Studies 0 and 1 have a site in Leipzig and one that recruits.
    assert_eq!(found(&small, both("leipzig", "recruiting")), [0]);
    assert_eq!(found(&small, both("lyon", "recruiting")), [1]);
    assert_eq!(found(&small, both("halle", "completed")), NONE);
    assert_eq!(found(&small, words(&small, &["lyon", "recruiting"])), [1]);
}

#[test]
fn alternatives_and_negations_are_of_a_site() {
    let small = small();
    let or = SiteCheck::Or(vec![words(&small, &["halle"]), words(&small, &["completed"])]);
    assert_eq!(sites(&small, &or, 0, 2), [1]);
    assert_eq!(found(&small, or), [0, 1, 3]);
    // Some site that is not there, not no site that is there.
    let not = SiteCheck::Not(Box::new(words(&small, &["leipzig"])));
    assert_eq!(sites(&small, &not, 1, 2), [1]);
    assert_eq!(found(&small, not), [0, 1, 3]);
    let nowhere = SiteCheck::And(vec![
        SiteCheck::Not(Box::new(words(&small, &["leipzig"]))),
        SiteCheck::Not(Box::new(words(&small, &["lyon"]))),
    ]);
    assert_eq!(found(&small, nowhere), [3]);
    assert_eq!(found(&small, SiteCheck::Or(Vec::new())), NONE);
}

#[test]
fn a_study_without_sites_has_none_that_fulfils_anything() {
    let small = small();
    assert_eq!(found(&small, SiteCheck::All), [0, 1, 3]);
    assert_eq!(found(&small, SiteCheck::Not(Box::new(words(&small, &["z"])))), [0, 1, 3]);
    assert_eq!(found(&small, SiteCheck::And(Vec::new())), [0, 1, 3]);
}

#[test]
fn a_condition_of_the_study_is_true_of_all_its_sites() {
    let small = small();
    let of_study = || {
        let term = Term::from_field_text(small.text, "b");
        let query = TermQuery::new(term, IndexRecordOption::Basic);
        SiteCheck::OfStudy(Box::new(query))
    };
    assert_eq!(sites(&small, &of_study(), 1, 2), [0, 1]);
    assert_eq!(sites(&small, &of_study(), 0, 2), NONE);
    let both = SiteCheck::And(vec![of_study(), words(&small, &["recruiting"])]);
    assert_eq!(found(&small, both), [1, 3]);
}

#[test]
fn points_and_numbers_belong_to_their_sites() {
    let small = small();
    let circle = Circle { lat: 51.34, lon: 12.37, metres: 40_000.0 };
    assert_eq!(found(&small, within(Some(circle))), [0, 1, 3]);
    let recruits = |of| SiteCheck::And(vec![of, words(&small, &["recruiting"])]);
    assert_eq!(found(&small, recruits(within(Some(circle)))), [0, 3]);
    // Anywhere, as long as there is a point: the second site of 1 has none.
    assert_eq!(sites(&small, &within(None), 1, 2), [0]);
    assert_eq!(found(&small, recruits(within(None))), [0, 3]);
    assert_eq!(sites(&small, &between(2, 3), 1, 2), [0, 1]);
    assert_eq!(sites(&small, &between(3, 9), 1, 2), [1]);
    assert_eq!(found(&small, recruits(between(1, 2))), [0]);
    assert_eq!(found(&small, between(4, 3)), NONE);
}

#[test]
fn the_last_word_of_a_site_belongs_to_it() {
    let full = vec!["x"; SITE_WIDTH - 1].join(" ") + " y";
    let small = Small::new(&[vec![study("a", &[(&full, None, 0), ("z", None, 0)])]]);
    assert_eq!(sites(&small, &words(&small, &["y"]), 0, 2), [0]);
    assert_eq!(sites(&small, &words(&small, &["z"]), 0, 2), [1]);
    assert_eq!(sites(&small, &words(&small, &["x"]), 0, 2), [0]);
}
