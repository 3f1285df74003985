//! Plans of questions, over a few texts.

use trialdex_query::{Filter, Parameter, Request};
use trialdex_text::vocabulary::Vocabulary;

use super::*;
use crate::error::PlanError;
use crate::lexicon::Counting;
use crate::pattern::{Pattern, Stretch};
use crate::test_index::TestIndex;
use crate::tree::SiteCondition;

/// What is asked with plain words and filters.
fn request(words: &str, filters: &[(Filter, &str)]) -> Request {
    let filters = filters.iter().map(|(filter, typed)| (*filter, (*typed).to_owned()));
    let queries = [(Parameter::Words, words.to_owned())];
    let queries = queries.into_iter().filter(|(_, words)| !words.is_empty());
    Request { queries: queries.collect(), filters: filters.collect(), ..Request::default() }
}

fn plan_of(index: &TestIndex, request: &Request) -> PlanResult<Plan> {
    let question = request.understand().expect("understood").question;
    let thesaurus = Thesaurus::new(index, Vocabulary::built_in(), None);
    Planner::new(thesaurus, Model::default()).plan(&question.ranked, &question.filters)
}

fn planned(index: &TestIndex, words: &str) -> Plan {
    plan_of(index, &request(words, &[])).expect("planned")
}

/// A plan in few signs: `&` all of these, `|` any, `!` not, `=` constant,
/// `~` best; evidence by its words.
fn sketch(node: &Node) -> String {
    let all = |nodes: &[Node], sign: &str| {
        let parts: Vec<String> = nodes.iter().map(sketch).collect();
        format!("({})", parts.join(sign))
    };
    match node {
        Node::All => "all".to_owned(),
        Node::None => "none".to_owned(),
        Node::Every(parts) => all(parts, " & "),
        Node::Any(parts, 1) => all(parts, " | "),
        Node::Any(parts, least) => format!("{least} of {}", all(parts, ", ")),
        Node::Best(parts, _) => all(parts, " ~ "),
        Node::Not(inner) => format!("!{}", sketch(inner)),
        Node::Constant(inner, _) => format!("={}", sketch(inner)),
        Node::Evidence(evidence) => evidence.label.clone(),
        Node::Terms(IndexField::Constants(field), terms) => format!("{field}:{}", terms.join("+")),
        Node::Terms(field, terms) => format!("{field:?}:{}", terms.join("+")),
        Node::Interval(IndexField::Numbers(field), low, high) => format!("{field}:{low}..{high}"),
        Node::Interval(field, ..) => format!("{field:?}"),
        Node::Within(..) => "within".to_owned(),
        Node::AtSite(candidates, _) => format!("site{}", sketch(candidates)),
        Node::AsWritten { candidates, text, .. } => format!("`{text}` of {}", sketch(candidates)),
        Node::Inclusion(candidates, _) => format!("included {}", sketch(candidates)),
        Node::Tilted(inner, _) => format!("tilted {}", sketch(inner)),
        Node::Itself(nct) => nct.to_string(),
    }
}

fn shape(index: &TestIndex, words: &str) -> String {
    let plan = planned(index, words);
    sketch(&plan.node(plan.clauses.len()))
}

#[test]
fn plain_words_are_clauses_of_which_fewer_may_be_asked_for() {
    let index = TestIndex::of(&["tea with scones", "tea"]);
    let plan = planned(&index, "tea scones milk");
    assert_eq!(sketch(&plan.node(3)), "(tea & scones & milk)");
    assert_eq!(sketch(&plan.node(2)), "2 of (tea, scones, milk)");
    assert!(plan.learns);
    let all = planned(&index, "");
    assert_eq!(sketch(&all.node(0)), "all");
    assert!(!all.learns, "nothing ranks");
}

#[test]
fn operators_are_parts_of_the_tree() {
    let index = TestIndex::of(&["tea", "scones", "milk"]);
    assert_eq!(shape(&index, "tea AND NOT milk"), "(!milk & tea)");
    assert_eq!(shape(&index, "NOT milk"), "(!milk & all)");
    assert_eq!(shape(&index, "tea OR scones"), "(tea | scones)");
    let plan = planned(&index, "tea AND NOT milk");
    let negated = plan.understood.iter().map(|words| (words.typed.as_str(), words.negated));
    assert_eq!(negated.collect::<Vec<_>>(), [("tea", false), ("milk", true)]);
    assert!(plan.terms.contains("tea") && !plan.terms.contains("milk"), "only hits are marked");
}

#[test]
fn filters_score_nothing_and_stand_apart() {
    let index = TestIndex::of(&["tea"]);
    let filters = [(Filter::Phase, "3"), (Filter::Sex, "female")];
    let plan = plan_of(&index, &request("tea", &filters)).expect("planned");
    assert_eq!(plan.filters.len(), 2);
    assert_eq!(sketch(&plan.ranked(1)), "tea");
    let whole = sketch(&plan.node(1));
    assert!(whole.starts_with("(tea & =(=Phase:PHASE3 & "), "{whole}");
    assert!(
        matches!(plan.node(1), Node::Every(parts) if matches!(parts[1], Node::Constant(_, 0.0)))
    );
}

#[test]
fn a_word_has_its_rarity_in_its_worth() {
    let index = TestIndex::of(&["tea scone", "tea", "tea", "tea"]);
    let worth = |words: &str| planned(&index, words).understood[0].evidence.worth;
    assert!(worth("scone") > worth("tea"));
    assert_eq!(worth("scones"), worth("scone"), "singular and plural are one");
}

#[test]
fn beginnings_and_misspelt_words_stand_for_the_terms_that_are_there() {
    let index = TestIndex::of(&["tea", "teapot", "teacup teapot", "milk"]);
    let terms = |words: &str| planned(&index, words).understood[0].terms.clone();
    assert_eq!(terms("tea*"), [["tea", "teapot", "teacup"]]);

    assert_eq!(terms("xeapot~"), [["teapot"]]);
    assert_eq!(terms("milkshake*"), [["milkshake"]], "what nobody has is itself");
}

#[test]
fn phrases_are_sequences_and_near_words_are_stretches() {
    let index = TestIndex::of(&["green tea", "tea that is green"]);
    let pattern = |words: &str| {
        let plan = planned(&index, words);
        plan.understood[0].evidence.sources[0].pattern.clone()
    };
    let slot = |term: &str| vec![term.to_owned()];
    let phrase = vec![slot("green"), slot("tea")];
    assert_eq!(pattern("\"green tea\""), Pattern::Phrase(phrase));
    let Pattern::Near(Stretch::Near(parts, distance)) = pattern("tea NEAR/3 green") else {
        panic!("no stretch");
    };
    assert_eq!((parts.len(), distance), (2, 3));
}

#[test]
fn what_is_near_is_looked_for_in_parts_of_criteria_too() {
    let index = TestIndex::of(&["green tea"]);
    let plan = planned(&index, "tea NEAR/3 green");
    let counting: Vec<&Counting> =
        plan.understood[0].evidence.sources.iter().map(|source| &source.counting).collect();
    let (last, others) = counting.split_last().expect("sources");
    assert_eq!(**last, Counting::Inclusion);
    assert!(others.iter().all(|counting| **counting == Counting::Beforehand));
    assert_eq!(index.kept.borrow().len(), 1, "where it is in any part of the criteria");
}

#[test]
fn values_and_numbers_are_looked_for_besides_words() {
    let index = TestIndex::of(&["tea phase 2"]);
    let besides = |words: &str, area: &str| {
        let request = Request { area: Some(area.to_owned()), ..request(words, &[]) };
        let plan = plan_of(&index, &request).expect("planned");
        plan.understood[0].besides.iter().map(sketch).collect::<Vec<_>>()
    };
    assert_eq!(besides("phase 2", "BasicSearch"), ["=Phase:PHASE2"]);
    assert_eq!(besides("NCT90000001", "BasicSearch"), ["=NCT90000001"]);
    assert!(besides("tea", "BasicSearch").is_empty());
}

#[test]
fn text_as_typed_is_looked_at_where_the_index_does_not_say() {
    let index = TestIndex::of(&["Green Tea"]);
    let text = shape(&index, "AREA[BriefTitle]EXPANSION[None]\"Green Tea\"");
    assert!(text.starts_with("=`Green Tea` of "), "{text}");
    let word = shape(&index, "AREA[BriefTitle]EXPANSION[None]Tea");
    assert!(word.ends_with(":tea\u{1}Tea") && word.starts_with('='), "{word}");
    let missing = shape(&index, "AREA[BriefTitle]MISSING");
    assert_eq!(missing, "(!Present:BriefTitle & all)");
}

#[test]
fn conditions_on_one_site_have_candidates_and_a_check() {
    let index = TestIndex::of(&["Oslo Norway"]);
    let typed = "SEARCH[Location](AREA[LocationCity]Oslo AND AREA[LocationCountry]Norway)";
    let plan = planned(&index, typed);
    let Node::AtSite(candidates, condition) = plan.node(0) else { panic!("no site") };
    assert_eq!(sketch(&candidates), "=(Oslo & Norway)");
    assert!(matches!(condition, SiteCondition::And(parts) if parts.len() == 2));
}

#[test]
fn names_that_records_give_are_sources_of_less_weight() {
    let said = "scone\u{1f}i\u{1f}bakewell";
    let studies = ["scone bakewell", "scone bakewell", "scone bakewell", "scone", "milk"];
    let index = TestIndex::of(&studies)
        .with_pair("scone\u{1f}i", &[0, 1, 2])
        .with_pair(said, &[0, 1, 2])
        .with_pair("bakewell\u{1f}i", &[0, 1, 2])
        .with_pair("bakewell\u{1f}i\u{1f}scone", &[0, 1, 2]);
    let plan = planned(&index, "scone");
    let understood = &plan.understood[0];
    let names: Vec<&str> = understood.synonyms.iter().map(|one| one.written.as_str()).collect();
    assert_eq!(names, ["bakewell"]);
    let weight = |synonym: Option<usize>| {
        let mut sources = understood.evidence.sources.iter();
        sources.find(|source| source.synonym == synonym).expect("a source").weight
    };
    assert!(weight(Some(0)) < weight(None));
    let by_name = understood.by_name();
    assert_eq!(by_name.len(), 2);
    let thesaurus = Thesaurus::new(&index, Vocabulary::built_in(), None);
    let question = request("scone", &[]).understand().expect("understood").question;
    let planner = Planner::new(thesaurus, Model::default()).without(&["bakewell".to_owned()]);
    let without = planner.plan(&question.ranked, &[]).expect("planned");
    assert!(without.understood[0].synonyms.is_empty());
}

#[test]
fn a_name_is_one_clause_unless_words_are_taken_one_by_one() {
    let index = TestIndex::of(&["heart attack", "heart", "attack"]);
    let question = request("heart attack", &[]).understand().expect("understood").question;
    let clauses = |word_by_word| {
        let thesaurus = Thesaurus::new(&index, Vocabulary::built_in(), None);
        let planner = Planner::new(thesaurus, Model::default()).word_by_word(word_by_word);
        let plan = planner.plan(&question.ranked, &[]).expect("planned");
        plan.clauses.iter().map(|clause| sketch(&clause.node)).collect::<Vec<_>>()
    };
    assert_eq!(clauses(false), ["((heart & attack) ~ heart attack)"]);
    assert_eq!(clauses(true), ["heart", "attack"]);
}

#[test]
fn what_looks_at_too_much_is_refused_by_its_words() {
    let index = TestIndex::of(&["tea"]);
    let question = request("tea", &[]).understand().expect("understood").question;
    let thesaurus = Thesaurus::new(&index, Vocabulary::built_in(), None);
    let mut planner = Planner::new(thesaurus, Model::default());
    planner.effort = Effort::of(0);
    match planner.plan(&question.ranked, &[]) {
        Err(PlanError::TooMuch(too_much)) => assert_eq!(too_much.part, "tea"),
        other => panic!("{other:?}"),
    }
}
