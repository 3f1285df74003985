//! That a name which is searched besides what was typed means the same.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::harness::Sandbox;
use super::invented::study;
use super::real_data::real;

/// An invented study with that title and those interventions, each by its
/// names.
fn giving(number: u32, title: &str, interventions: &[&[&str]]) -> Value {
    let mut study = study(number, title);
    let interventions = interventions
        .iter()
        .map(|names| json!({"type": "DRUG", "name": names[0], "otherNames": &names[1..]}));
    study["protocolSection"]["armsInterventionsModule"] =
        json!({"interventions": interventions.collect::<Vec<Value>>()});
    study
}

/// An invented study of one condition to which the registry gave one term.
fn about(number: u32, condition: &str, term: &str) -> Value {
    let mut study = study(number, "An Invented Study");
    study["protocolSection"]["conditionsModule"] = json!({"conditions": [condition]});
    study["derivedSection"]["conditionBrowseModule"] =
        json!({"meshes": [{"id": "D990001", "term": term}]});
    study
}

fn indexed(studies: &[Value]) -> Sandbox {
    let sandbox = Sandbox::new();
    for (number, study) in studies.iter().enumerate() {
        sandbox.write(&format!("in/{number}.json"), study.to_string());
    }
    sandbox.index(&["in"]);
    sandbox
}

/// The names that are searched besides a name, and those in doubt with the
/// reasons.
fn looked_up(sandbox: &Sandbox, name: &str) -> (Vec<String>, Vec<(String, String)>) {
    let json = sandbox.run(&["thesaurus", name, "--format", "json"]);
    assert!(matches!(json.code, Some(0 | 1)), "{json:?}");
    let json = json.json();
    let names = json["names"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let searched = names.clone().filter(|name| name["searched"] == true);
    let searched = searched.map(|name| text(&name["name"])).collect();
    let doubted = names.filter(|name| name["searched"] == false);
    (searched, doubted.map(|name| (text(&name["name"]), text(&name["why"]))).collect())
}

#[track_caller]
fn assert_doubted(sandbox: &Sandbox, name: &str, other: &str, why: &str) {
    let (searched, doubted) = looked_up(sandbox, name);
    assert!(!searched.contains(&other.to_owned()), "{name}: {searched:?}");
    assert!(doubted.contains(&(other.to_owned(), why.to_owned())), "{name}: {doubted:?}");
    let listed = sandbox.run(&["thesaurus", "--doubtful", name]).success().out;
    assert!(listed.contains(other) && listed.contains(why), "{listed}");
    let all = sandbox.run(&["thesaurus", "--doubtful", "--format", "json"]).success().json();
    let mut all = all["names"].as_array().expect("a list").iter();
    assert!(
        all.any(|one| one["of"] == name && one["name"] == other && one["why"] == why),
        "{other} of {name} is not among all"
    );
}

#[test]
fn a_name_is_taken_if_the_evidence_goes_both_ways() {
    let sandbox = indexed(&[
        giving(1, "One", &[&["Zorbimab", "Zorbitex"]]),
        giving(2, "Two", &[&["Zorbimab", "Zorbitex"]]),
        giving(3, "Three", &[&["Zorbitex", "Zorbimab"]]),
        giving(4, "Four", &[&["Zorbimab"]]),
        giving(5, "Five", &[&["Quivine", "Zorbitex"]]),
        giving(6, "Six", &[&["Scone mix", "XYZ-1234"]]),
        giving(7, "Seven", &[&["Sconium", "XYZ-5678"]]),
    ]);
    assert_eq!(looked_up(&sandbox, "zorbimab").0, ["zorbitex"]);
    assert_eq!(looked_up(&sandbox, "zorbitex").0, ["zorbimab"]);
    assert_doubted(&sandbox, "quivine", "zorbitex", "too few studies say so");
    assert_doubted(&sandbox, "scone mix", "xyz-1234", "too few studies say so");
    assert_eq!(looked_up(&sandbox, "sconium").0, ["xyz-5678"], "a code names one thing");
}

#[test]
fn one_of_many_names_of_a_class_is_not_the_class() {
    let brands: Vec<String> =
        (0..12).map(|number| format!("Brand{}", "xyz".repeat(number + 1))).collect();
    let studies: Vec<Value> = (1..=36)
        .map(|number| giving(number, "Shots", &[&["Fever shot", &brands[number as usize % 12]]]))
        .collect();
    let sandbox = indexed(&studies);
    let brand = brands[0].to_lowercase();
    let why = "studies that have one of the two give it other names";
    assert_doubted(&sandbox, "fever shot", &brand, why);
    assert_doubted(&sandbox, &brand, "fever shot", why);
}

#[test]
fn controls_have_no_other_names() {
    let studies: Vec<Value> =
        (1..=4).map(|number| giving(number, "Salt", &[&["Placebo", "Salt water"]])).collect();
    let sandbox = indexed(&studies);
    let why = "the name of a control, or of nothing";
    assert_doubted(&sandbox, "placebo", "salt water", why);
    assert_doubted(&sandbox, "salt water", "placebo", why);
}

#[test]
fn a_record_of_several_things_says_nothing_of_each() {
    let studies: Vec<Value> = (1..=4)
        .map(|number| giving(number, "Both", &[&["Zorbimab and Quivine", "Zorbitex", "Quivex"]]))
        .collect();
    let sandbox = indexed(&studies);
    assert_doubted(
        &sandbox,
        "zorbitex",
        "zorbimab and quivine",
        "one of the two lists several things",
    );
    let (searched, doubted) = looked_up(&sandbox, "quivex");
    assert!(searched.is_empty() && doubted.len() == 1, "{searched:?} {doubted:?}");
}

#[test]
fn what_mesh_has_as_two_concepts_is_not_one() {
    let studies: Vec<Value> =
        (1..=4).map(|number| about(number, "Lymphoma", "Waldenstrom Macroglobulinemia")).collect();
    let sandbox = indexed(&studies);
    let why = "another concept in MeSH";
    assert_doubted(&sandbox, "lymphoma", "waldenstrom macroglobulinemia", why);
    // A name that MeSH lacks belongs to the concept that it is mostly given.
    let sandbox = indexed(&[
        giving(1, "A", &[&["Enoxaparin", "Zorbitex"]]),
        giving(2, "B", &[&["Enoxaparin", "Zorbitex"]]),
        giving(3, "C", &[&["Enoxaparin", "Zorbitex"]]),
        giving(4, "D", &[&["Enoxaparin", "Zorbitex"]]),
        giving(5, "E", &[&["Heparin", "Zorbitex"]]),
        giving(6, "F", &[&["Heparin", "Zorbitex"]]),
        giving(7, "G", &[&["Heparin", "Zorbitex"]]),
    ]);
    assert_doubted(&sandbox, "heparin", "zorbitex", why);
    assert_eq!(looked_up(&sandbox, "zorbitex").0, ["enoxaparin"]);
}

#[test]
fn a_condition_that_is_mostly_its_own_term_has_no_other() {
    let mut studies: Vec<Value> =
        (1..=9).map(|number| about(number, "Tea Ague", "Tea Ague")).collect();
    studies.extend((10..=12).map(|number| about(number, "Tea Ague", "Infections of Tea")));
    let sandbox = indexed(&studies);
    let why = "studies that have one of the two give it other names";
    assert_doubted(&sandbox, "tea ague", "infections of tea", why);
}

#[test]
fn a_name_does_not_bring_in_more_than_it_has() {
    let mut studies = vec![
        giving(1, "One", &[&["Zorbitex", "Zorbimab"]]),
        giving(2, "Two", &[&["Zorbitex", "Zorbimab"]]),
        giving(3, "Three", &[&["Zorbitex", "Zorbimab"]]),
    ];
    studies.extend((4..=9).map(|number| giving(number, "More", &[&["Zorbimab"]])));
    let sandbox = indexed(&studies);
    let why = "brings in more studies than the name has, and MeSH does not say so";
    assert_doubted(&sandbox, "zorbitex", "zorbimab", why);
    assert_eq!(looked_up(&sandbox, "zorbimab").0, ["zorbitex"], "the other way it brings none");
    // Your own list says so.
    sandbox.write("own.txt", "zorbitex = zorbimab\n");
    let search = ["search", "zorbitex", "--count", "--synonyms", "own.txt"];
    assert_eq!(sandbox.run(&search).success().out, "9\n");
    assert_eq!(sandbox.run(&["search", "zorbitex", "--count"]).success().out, "3\n");
    // So does the registry, which calls the intervention so.
    for study in &mut studies[..3] {
        study["derivedSection"]["interventionBrowseModule"] =
            json!({"meshes": [{"id": "C990001", "term": "Zorbimab"}]});
    }
    let sandbox = indexed(&studies);
    assert_eq!(sandbox.run(&["search", "zorbitex", "--count"]).success().out, "9\n");
}

#[test]
fn a_short_form_that_mostly_means_something_else_is_not_searched() {
    let mut studies: Vec<Value> =
        (1..=3).map(|number| study(number, "Tea Fever (TFV) at Noon")).collect();
    studies.extend((4..=12).map(|number| study(number, "The TFV of Scones")));
    let sandbox = indexed(&studies);
    let why = "most studies with it do not have the name";
    assert_doubted_short(&sandbox, "tea fever", "TFV", why);
}

#[track_caller]
fn assert_doubted_short(sandbox: &Sandbox, name: &str, other: &str, why: &str) {
    let (searched, doubted) = looked_up(sandbox, name);
    assert!(searched.is_empty(), "{searched:?}");
    assert_eq!(doubted, [(other.to_owned(), why.to_owned())]);
}

#[test]
fn a_name_that_mesh_has_under_another_heading_finds_it() {
    let sandbox = indexed(&[
        study(1, "Insomnia and Tea"),
        study(2, "Sleep Initiation and Maintenance Disorders"),
        study(3, "Lung Neoplasms"),
        study(4, "Lung Cancer"),
    ]);
    let count =
        |words: &[&str]| sandbox.run(&[&["search", "--count"], words].concat()).success().out;
    assert_eq!(count(&["insomnia"]), "2\n");
    assert_eq!(count(&["sleep initiation and maintenance disorders"]), "2\n");
    assert_eq!(count(&["lung cancer"]), "2\n");
    assert_eq!(count(&["lung neoplasms"]), "2\n");
}

#[test]
fn a_name_behind_non_is_another_name() {
    let sandbox = indexed(&[
        study(1, "SCLC and Tea"),
        study(2, "Small Cell Lung Cancer"),
        study(3, "Non-Small Cell Lung Cancer"),
        study(4, "Small Cell Lung Cancer and Non-Small Cell Lung Cancer"),
        study(5, "Hodgkin Disease"),
        study(6, "Hodgkin Lymphoma"),
        study(7, "Non-Hodgkin Lymphoma"),
    ]);
    let count = |words: &str| sandbox.run(&["search", "--count", words]).success().out;
    assert_eq!(count("\"small cell lung carcinoma\""), "2\n");
    assert_eq!(count("\"hodgkin disease\""), "2\n");
    assert_eq!(count("\"small cell lung cancer\""), "3\n", "what was typed is found as typed");
}

#[test]
fn an_everyday_word_is_not_searched_for_another_word() {
    let mut studies: Vec<Value> =
        (1..=3).map(|number| study(number, "Tea for Elderly Readers")).collect();
    studies.extend((4..=33).map(|number| study(number, "Readers Aged Nine")));
    studies.push(study(34, "Tea at the End of Life"));
    studies.extend((35..=64).map(|number| study(number, "Time to Death")));
    let sandbox = indexed(&studies);
    let why = "most studies with it do not have the name";
    assert_eq!(looked_up(&sandbox, "elderly"), (vec![], vec![("Aged".to_owned(), why.to_owned())]));
    let count = |words: &str| sandbox.run(&["search", "--count", words]).success().out;
    assert_eq!(count("elderly"), "3\n");
    assert_eq!(count("\"end of life\""), "1\n");
    // The registry says that the two are the same.
    for study in &mut studies[..3] {
        study["derivedSection"]["conditionBrowseModule"] =
            json!({"meshes": [{"id": "D000368", "term": "Aged"}]});
    }
    assert!(count_of(&indexed(&studies), "elderly") > 3);
}

#[test]
fn an_everyday_word_is_searched_where_most_studies_with_the_name_have_it() {
    let mut studies: Vec<Value> = (1..=3)
        .map(|number| study(number, "High Blood Pressure, or Hypertension, and Tea"))
        .collect();
    studies.extend((4..=33).map(|number| study(number, "Hypertension and Tea")));
    assert_eq!(count_of(&indexed(&studies), "\"high blood pressure\""), 33);
}

fn count_of(sandbox: &Sandbox, words: &str) -> u64 {
    let run = sandbox.run(&["search", "--count", words]).success();
    run.out.trim().parse().expect("a number")
}

#[test]
fn an_abbreviation_is_searched_for_its_long_form_if_nearly_all_have_both() {
    let mut studies: Vec<Value> =
        (1..=8).map(|number| study(number, "Tea Fever (TFV) at Noon")).collect();
    let sandbox = indexed(&studies);
    assert_eq!(looked_up(&sandbox, "tea fever").0, ["TFV"]);
    studies.extend((9..=10).map(|number| study(number, "The TFV of Scones")));
    let why = "most studies with it do not have the name";
    assert_doubted_short(&indexed(&studies), "tea fever", "TFV", why);
}

#[test]
fn a_thin_majority_does_not_say_what_an_abbreviation_means() {
    let mut studies: Vec<Value> =
        (1..=6).map(|number| study(number, "Tea Fever (TFV) at Noon")).collect();
    studies.extend((7..=10).map(|number| study(number, "Total Forest View (TFV)")));
    let sandbox = indexed(&studies);
    assert_eq!(looked_up(&sandbox, "tfv").0, Vec::<String>::new());
    studies.drain(7..);
    assert_eq!(looked_up(&indexed(&studies), "tfv").0, ["tea fever"]);
}

#[test]
fn a_neighbouring_word_does_not_make_a_word_an_abbreviation() {
    let mut studies: Vec<Value> =
        (1..=2).map(|number| study(number, "Common Obstructed Lungs (COLD)")).collect();
    studies.extend((3..=30).map(|number| study(number, "Catching a Cold")));
    studies.push(study(31, "Common Obstructed Lungs"));
    let sandbox = indexed(&studies);
    let searched = sandbox.run(&["search", "common cold", "--count"]);
    assert_eq!(searched.success().out, "2\n");
}

/// The studies that an expression finds.
fn found(sandbox: &Sandbox, expression: &str) -> BTreeSet<String> {
    let run = sandbox.run(&["search", expression, "--format", "ids"]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    run.out.lines().map(str::to_owned).collect()
}

#[test]
fn a_line_means_the_same_alone_and_within_another() {
    let mut studies: Vec<Value> =
        (1..=4).map(|number| study(number, "Tea Fever (TFV) at Noon")).collect();
    studies.extend((5..=8).map(|number| study(number, "Total Forest View (TFV)")));
    studies.push(study(9, "Tea Fever in Spring"));
    studies.push(study(10, "A Total Forest View in Spring"));
    studies.extend((11..=13).map(|number| study(number, "Spring at Noon")));
    let sandbox = indexed(&studies);
    assert_eq!(found(&sandbox, "TFV fever").len(), 5, "words side by side tell the sense");
    let lines = ["TFV", "forest", "fever", "TFV noon", "spring", "\"tea fever\"", "TFV OR forest"];
    for one in lines {
        for other in lines {
            let (first, second) = (found(&sandbox, one), found(&sandbox, other));
            let both = found(&sandbox, &format!("({one}) AND ({other})"));
            assert_eq!(both, first.intersection(&second).cloned().collect(), "{one}; {other}");
            let either = found(&sandbox, &format!("({one}) OR ({other})"));
            assert_eq!(either, first.union(&second).cloned().collect(), "{one}; {other}");
            let without = found(&sandbox, &format!("({one}) NOT ({other})"));
            assert_eq!(without, first.difference(&second).cloned().collect(), "{one}; {other}");
        }
    }
}

#[test]
fn an_everyday_word_is_no_abbreviation_unless_other_words_tell() {
    let mut studies: Vec<Value> =
        (1..=6).map(|number| study(number, "Tea Rooms in Parks (TRIP)")).collect();
    studies.push(study(7, "Tea Rooms in Parks"));
    studies.push(study(8, "A Trip by Train"));
    let sandbox = indexed(&studies);
    assert_eq!(count_of(&sandbox, "trip"), 7);
    assert_eq!(count_of(&sandbox, "trip train"), 1);
    assert_eq!(count_of(&sandbox, "trip rooms"), 7, "the words of the long form tell");
    assert_eq!(looked_up(&sandbox, "trip").0, Vec::<String>::new());
}

#[test]
fn long_forms_of_one_concept_are_one_sense() {
    let mut studies: Vec<Value> =
        (1..=3).map(|number| study(number, "Polycystic Ovary Syndrome (PCOS)")).collect();
    studies.extend((4..=5).map(|number| study(number, "Polycystic Ovarian Syndrome (PCOS)")));
    studies.push(study(6, "Polycystic Ovary Syndrome"));
    let sandbox = indexed(&studies);
    assert_eq!(count_of(&sandbox, "pcos"), 6);
}

#[test]
fn a_part_of_a_long_form_has_no_abbreviation() {
    let mut studies: Vec<Value> =
        (1..=20).map(|number| study(number, "Kettle Induced Burns (KIB)")).collect();
    studies.extend((21..=22).map(|number| study(number, "Burns (KIB) by a Kettle")));
    let sandbox = indexed(&studies);
    assert_eq!(looked_up(&sandbox, "kettle induced burns").0, ["KIB"]);
    assert_eq!(looked_up(&sandbox, "burns").0, Vec::<String>::new());
}

#[test]
fn a_short_name_of_mesh_that_means_something_else_is_not_searched() {
    let mut studies = vec![study(1, "Acetaminophen at Noon"), study(2, "Paracetamol and Tea")];
    studies.extend((3..=5).map(|number| study(number, "Air Pressed Against Pipes (APAP)")));
    let sandbox = indexed(&studies);
    assert_eq!(count_of(&sandbox, "acetaminophen"), 2);
    let why = "most studies with it do not have the name";
    assert_doubted_in(&sandbox, "acetaminophen", "APAP", why);
}

#[track_caller]
fn assert_doubted_in(sandbox: &Sandbox, name: &str, other: &str, why: &str) {
    let (searched, doubted) = looked_up(sandbox, name);
    assert!(!searched.contains(&other.to_owned()), "{searched:?}");
    assert!(doubted.contains(&(other.to_owned(), why.to_owned())), "{doubted:?}");
}

#[test]
fn a_heading_of_two_things_does_not_make_them_one() {
    let sandbox = indexed(&[
        study(1, "Lymphoblastic Leukemia and Tea"),
        study(2, "Lymphoblastic Lymphoma and Tea"),
    ]);
    assert_eq!(count_of(&sandbox, "\"lymphoblastic leukemia\""), 1);
    assert_eq!(count_of(&sandbox, "\"lymphoblastic lymphoma\""), 1);
}

#[test]
fn other_names_are_not_looked_for_among_sponsors() {
    let sponsored = |number, title: &str| {
        let mut study = study(number, title);
        study["protocolSection"]["sponsorCollaboratorsModule"] =
            json!({"leadSponsor": {"name": "Institute of Infectious Diseases"}});
        study
    };
    let sandbox = indexed(&[
        study(1, "Communicable Diseases"),
        sponsored(2, "Tea and Scones"),
        sponsored(3, "Infectious Diseases and Tea"),
    ]);
    assert_eq!(count_of(&sandbox, "\"communicable diseases\""), 2);
    assert_eq!(count_of(&sandbox, "\"infectious diseases\""), 3, "what is typed is found there");
    let area = "AREA[BasicSearch]\"communicable diseases\"";
    assert_eq!(found(&sandbox, area).len(), 2);
}

#[test]
fn names_near_each_other_are_counted() {
    let sandbox = indexed(&[
        study(1, "Heart Attack and Tea"),
        study(2, "Myocardial Infarction and Tea"),
        study(3, "Myocardial Infarction and Scones"),
    ]);
    let search = ["search", "\"heart attack\" NEAR/3 tea", "--format", "json"];
    let json = sandbox.run(&search).success().json();
    assert_eq!(json["total"], 2);
    let named = json["query"]["alsoSearched"][0]["names"].as_array().expect("names");
    let counts = |name: &Value| (name["studies"].as_u64(), name["onlyHits"].as_u64());
    let counts: Vec<_> = named.iter().map(counts).collect();
    assert_eq!(counts, [(Some(1), Some(1))], "{json}");
}

#[test]
fn near_looks_in_the_criteria_for_inclusion() {
    let with = |number, criteria: &str| {
        let mut study = study(number, "Scones");
        study["protocolSection"]["eligibilityModule"] = json!({"eligibilityCriteria": criteria});
        study
    };
    let sandbox = indexed(&[
        with(1, "Inclusion Criteria:\n\n* severe tea fever\n\nExclusion Criteria:\n\n* none"),
        with(2, "Inclusion Criteria:\n\n* none\n\nExclusion Criteria:\n\n* severe tea fever"),
        with(3, "Inclusion Criteria:\n\n* severe\n\nExclusion Criteria:\n\n* tea fever"),
    ]);
    let number = |number: u32| format!("NCT{}", 90_000_000 + number);
    assert_eq!(found(&sandbox, "severe NEAR/3 fever"), BTreeSet::from([number(1)]));
    assert_eq!(found(&sandbox, "AREA[EligibilityCriteria](severe NEAR/3 fever)").len(), 3);
    assert!(found(&sandbox, "severe NEAR/0 fever").is_empty());
}

/// Every archive of real records that is at hand.
const ARCHIVES: [&str; 11] = [
    "csv-classic.zip",
    "csv-v2.zip",
    "ctg-studies-100.json.gz",
    "ctg-studies-635.json.zip",
    "json-v1.zip",
    "json-v2-files.tar.gz",
    "module-pages",
    "xml-2018-with-empties.zip",
    "xml-2020-covid.zip",
    "xml-2020.zip",
    "xml-2023.zip",
];

#[test]
fn real_names_bring_in_little_that_was_not_asked_for() {
    let Some(paths) = ARCHIVES.iter().map(|name| real(name)).collect::<Option<Vec<_>>>() else {
        return;
    };
    let sandbox = Sandbox::new();
    sandbox.index(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let count = |arguments: &[&str]| -> u64 {
        let run = sandbox.run(&[&["search", "--count"], arguments].concat()).success();
        run.out.trim().parse().expect("a number")
    };
    let both = |words: &str| (count(&[words]), count(&[words, "--expand", "term"]));
    for (words, hundredths) in [
        ("covid-19", 110),
        ("placebo", 105),
        ("lymphoma", 110),
        ("vaccine", 110),
        ("obesity", 110),
        ("dexamethasone", 110),
        ("cystic fibrosis", 110),
        ("morphine", 110),
        ("surgery", 105),
        ("control", 100),
        ("infection", 100),
    ] {
        let (with, without) = both(words);
        assert!(with * 100 <= without * hundredths, "{words}: {with} of {without}");
    }
    for (words, least) in
        [("heart attack", 1002), ("pembrolizumab", 112), ("NSCLC", 341), ("keytruda", 112)]
    {
        let (with, without) = both(words);
        assert!(with >= least && without < with, "{words}: {with} of {without}");
    }
    let (with, without) = both("insomnia");
    assert!(with > without, "insomnia: {with} of {without}");
}
