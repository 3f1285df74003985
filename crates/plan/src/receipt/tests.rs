use std::sync::Arc;

use super::*;
use crate::search::ClauseMatching;
use crate::strategy::UnderstoodStrategy;
use trialdex_query::{LanguageVersion, Request};

/// The receipt of a search that found nothing.
pub(crate) fn receipt(typed: &[(&str, &str)], understood: &str) -> Receipt {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Receipt {
        schema: SCHEMA.to_owned(),
        program: "0.1.0".to_owned(),
        date: "2025-01-02T03:04:05Z".to_owned(),
        typed: typed.iter().map(pair).collect(),
        strategy: None,
        understood: understood.to_owned(),
        index: Contents { digest: String::new(), studies: 0, latest_update: None },
        vocabulary: None,
        synonyms: None,
        ranking: None,
        disclosure: None,
        required: 1,
        clauses: 1,
        total: 0,
        hits: Vec::new(),
    }
}

/// The expression that is run, and the change.
fn replayed(receipt: &Receipt) -> (String, Option<ReadingChange>) {
    let ReplayedSearch { search, change, .. } = receipt.replay().expect("a search");
    (search.understood.text, change)
}

#[test]
fn a_receipt_is_run_as_it_was_recorded() {
    let typed = [("", "tea"), ("--phase", "2"), ("--sort", "StartDate")];
    let understood = "AREA[Words]tea AND AREA[Phase]PHASE2";
    let receipt = receipt(&typed, understood);
    assert_eq!(replayed(&receipt), (understood.to_owned(), None));
    let ReplayedSearch { search, order, .. } = receipt.replay().expect("a search");
    assert_eq!((search.request.pairs(), order.len()), (receipt.typed, 1));
    assert_eq!(search.matching, ClauseMatching::Closest);
}

#[test]
fn parameters_have_the_meaning_that_fits_the_recorded_expression() {
    let both = "AREA[Sex](FEMALE OR \"ALL\")";
    let typed = [("--sex", "female")];
    assert_eq!(replayed(&receipt(&typed, both)), (both.to_owned(), None));
    let change = ReadingChange::AsAtFirst(Some(both.to_owned()));
    assert!(change.to_string().contains("run in its old sense"));
    let first = receipt(&typed, "AREA[Sex]FEMALE");
    assert_eq!(replayed(&first), ("AREA[Sex]FEMALE".to_owned(), Some(change)));
    let sense = first.replay().expect("a search").search.request.request.sense;
    assert_eq!(sense, LanguageVersion::First);
    let change = Some(ReadingChange::AsToday(both.to_owned()));
    assert_eq!(replayed(&receipt(&typed, "AREA[Sex]MALE")), (both.to_owned(), change));
}

#[test]
fn the_recorded_expression_is_run_where_what_was_typed_is_refused() {
    let recorded = receipt(&[("", "(tea"), ("--any", ""), ("--no-feedback", "")], "AREA[Words]tea");
    let ReplayedSearch { search, change, .. } = recorded.replay().expect("a search");
    assert_eq!(change, Some(ReadingChange::AsRecorded));
    assert_eq!(
        (search.understood.text.as_str(), search.matching),
        ("AREA[Words]tea", ClauseMatching::All)
    );
    assert_eq!(search.understood.remarks.len(), 1);
    let pairs = search.request.pairs();
    assert_eq!(pairs, receipt(&[("", "AREA[Words]tea"), ("--no-feedback", "")], "").typed);
    // Not where that is refused, too.
    let refused = receipt(&[("", "(tea")], "(tea").replay().expect_err("refused");
    assert!(refused.to_string().contains("the parenthesis is not closed"));
}

#[test]
fn lines_of_a_strategy_are_those_of_the_receipt() {
    let text = "1. tea\n2. milk\n3. #1 OR #2\n";
    let read = UnderstoodStrategy::read("gone.txt".into(), text, "0".into(), &Request::default());
    let strategy = Arc::new(read.expect("lines"));
    strategy.counted(vec![4, 5, 6]);
    let receipt = receipt(&[("--strategy", "gone.txt#3"), ("--phase", "2")], "");
    let search = receipt.request().expect("pairs").understand_line(&strategy, 3).expect("a line");
    let used = strategy.used(3);
    assert_eq!(used.lines.iter().map(|line| line.found).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!((used.text().as_str(), search.matching), (text, ClauseMatching::All));
    let understood = search.understood.text;
    let kept = Receipt { understood, strategy: Some(Box::new(used)), ..receipt };
    assert_eq!(replayed(&kept), (kept.understood.clone(), None));
    // Without its lines, only the recorded expression is left.
    let lost = Receipt { strategy: None, ..kept.clone() };
    assert_eq!(replayed(&lost), (kept.understood, Some(ReadingChange::AsRecorded)));
}

#[test]
fn receipts_of_one_search_may_name_its_parts_in_another_order() {
    let one = receipt(&[("--any", ""), ("--expand", "term"), ("--cond", "tea")], "");
    let other = receipt(&[("--cond", "tea"), ("--any", ""), ("--expand", "term")], "");
    assert!(one.is_of_search(&other));
    assert!(!one.is_of_search(&receipt(&[("--cond", "tea"), ("--any", "")], "")));
    assert_eq!((one.typed_for("expand"), one.typed_for("area")), (Some("term"), None));
}

#[test]
fn what_is_no_receipt_is_said() {
    let receipt = receipt(&[("", "tea")], "AREA[Words]tea");
    let json = serde_json::to_string(&receipt).expect("JSON");
    assert_eq!(Receipt::from_json(&json).expect("a receipt"), receipt);
    let said = |json: &str| Receipt::from_json(json).expect_err(json).to_string();
    assert!(said("[]").starts_with("not a receipt: "));
    let newer = json.replace("receipt.v1", "receipt.v2");
    assert_eq!(said(&newer), "a receipt of the kind `trialdex.receipt.v2`");
}
