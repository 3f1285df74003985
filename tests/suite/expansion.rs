//! The names that a search adds to the typed words, and that it reports them.

use std::collections::BTreeSet;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;
use trialdex_engine::index::Store;
use trialdex_engine::search::{NameVerdict, SearchOptions, look_up, search};
use trialdex_query::{Parameter, Request};

use super::harness::{ProgramRun, Sandbox};
use super::invented::study;
use super::real_data::real;

/// An invented study with that summary.
fn saying(number: u32, title: &str, summary: &str) -> String {
    let mut study = study(number, title);
    study["protocolSection"]["descriptionModule"]["briefSummary"] = Value::from(summary);
    study.to_string()
}

fn indexed(studies: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    for (number, (title, summary)) in (1..).zip(studies) {
        sandbox.write(&format!("in/{number}.json"), saying(number, title, summary));
    }
    sandbox.index(&["in"]);
    sandbox
}

/// Studies about infarctions under several names, and some that are not.
fn infarctions() -> Sandbox {
    indexed(&[
        ("Tea after a Heart Attack", "People with a heart attack drink tea."),
        ("Tea after Myocardial Infarction", "Of myocardial infarction, and of the heart."),
        ("Scones", "Scones for the heart. An attack on scones."),
        ("Cardiogenic Shock and Tea", "An invented study."),
        ("Knees", "An invented study."),
    ])
}

/// Two senses of one short form, each in as many studies.
fn ambiguous() -> Sandbox {
    indexed(&[
        ("Stems", "Patients get mesenchymal stem cells (MSC) into the marrow."),
        ("More Stems", "Again mesenchymal stem cells (MSC) for the marrow."),
        ("Skills", "The manual skill course (MSC) is taught to surgeons."),
        ("More Skills", "Again the manual skill course (MSC) for surgeons."),
        ("Third", "The medical student council (MSC) votes."),
        ("More of the Third", "The medical student council (MSC) votes again."),
        ("Long Form", "Mesenchymal stem cells without the short form."),
    ])
}

fn ids(run: &ProgramRun) -> BTreeSet<String> {
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    run.out.lines().map(str::to_owned).collect()
}

fn found(sandbox: &Sandbox, arguments: &[&str]) -> BTreeSet<String> {
    let search = ["search", "--format", "ids", "--limit", "0"];
    ids(&sandbox.run(&[&search, arguments].concat()))
}

fn sample() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").display().to_string();
    sandbox.index(&[&corpus]);
    sandbox
}

/// Names that are looked up are those of a search, for words that are one name.
fn looked_up_as_searched(sandbox: &Sandbox, names: &[&str]) -> usize {
    let store = Store::open(&sandbox.path("index")).expect("an index");
    let mut taken = 0;
    for typed in names {
        let queries = vec![(Parameter::Words, (*typed).to_owned())];
        let understood = Request { queries, ..Request::default() }.understand().expect("words");
        let hits = search(&store, &SearchOptions::new(&understood.question)).expect("hits");
        let looked_up = look_up(&store, None, typed, "", false).expect("names");
        let names = looked_up.names.iter().filter(|name| name.verdict == NameVerdict::Taken);
        let names: Vec<_> = names.map(|name| (&name.terms, Some(name.studies))).collect();
        let searched = hits.understood()[0].synonyms.iter();
        let searched: Vec<_> = searched.map(|synonym| (&synonym.terms, synonym.found)).collect();
        assert_eq!(names, searched, "{typed}");
        taken += names.len();
    }
    taken
}

#[test]
fn a_look_up_shows_what_a_search_looks_for() {
    let names = ["MK-3475", "pembrolizumab", "MSC", "anemia", "COVID-19", "GVHD", "xyzzy", "the"];
    assert_eq!(looked_up_as_searched(&sample(), &names), 2);
    assert_eq!(looked_up_as_searched(&infarctions(), &["heart attack"]), 1);
    assert_eq!(looked_up_as_searched(&ambiguous(), &["MSC", "mesenchymal stem cells"]), 0);
}

#[test]
fn names_are_told_with_why_they_are_not_searched() {
    let sandbox = infarctions();
    let run = sandbox.run(&["thesaurus", "heart attack"]).success();
    let (names, concept) = run.out.split_once("\n\n").expect("two parts");
    assert_snapshot!(names, @"
    heart attack  1 study
    also searched
      Myocardial Infarction  1 study  MeSH
    not searched
      Cardiovascular Stroke  0 studies  MeSH: in no study
      Myocardial Infarct     0 studies  MeSH: in no study
    ");
    assert!(concept.starts_with("Myocardial Infarction  D009203\n"), "{concept}");
    let run = sandbox.run(&["thesaurus", "heart attack", "--explode"]).success();
    assert!(run.out.contains("\n    Shock, Cardiogenic  D012770\n"), "{}", run.out);
    assert!(run.out.contains("searched with --explode\n  Cardiogenic Shock"), "{}", run.out);
    let json = sandbox.run(&["thesaurus", "scones", "--format", "json"]).ended(1).json();
    assert_eq!((&json["studies"], json["names"].as_array().map(Vec::len)), (&1.into(), Some(0)));
    let json = sandbox.run(&["thesaurus", "heart attack", "--format", "json"]).success().json();
    assert_eq!(json["names"][0]["name"], "Myocardial Infarction");
    assert_eq!(json["names"][0]["searched"], true);
    assert_eq!(json["names"][1]["why"], "in no study");
    assert_eq!(json["concepts"][0]["searched"], true);
}

#[test]
fn an_ambiguous_short_form_waits_for_other_words() {
    let sandbox = ambiguous();
    let alone = sandbox.run(&["thesaurus", "MSC"]).success().out;
    assert_snapshot!(alone, @"
    MSC  6 studies

    short for several things, none of which is searched: other words may tell, see --with
       33 %  manual skill course  2 studies
       33 %  medical student council  2 studies
       33 %  mesenchymal stem cells  2 studies
    ");
    let with = sandbox.run(&["thesaurus", "MSC", "--with", "marrow"]).success().out;
    assert!(with.contains("\nshort for mesenchymal stem cells, which goes with the other words\n"));
    let long_form = "NCT90000007".to_owned();
    assert!(!found(&sandbox, &["MSC"]).contains(&long_form));
    let told = sandbox.run(&["search", "MSC", "marrow"]).success().out;
    assert!(
        told.contains("also searched: MSC = mesenchymal stem cells (abbreviation, 3 studies)"),
        "{told}"
    );
}

#[test]
fn hits_tell_by_which_name_they_were_found() {
    let sandbox = infarctions();
    let run = sandbox.run(&["search", "heart attack"]).success();
    assert!(run.out.contains("NCT90000002  Completed · matched: Myocardial Infarction\n"));
    assert!(run.out.contains("NCT90000001  Completed\n"), "{}", run.out);
    assert!(run.out.contains("NCT90000003  Completed\n"), "it has both words: {}", run.out);
    let also =
        "also searched: heart attack = Myocardial Infarction (MeSH, 1 study, 1 hit only by it)";
    assert!(run.out.contains(also), "{}", run.out);
    let json = sandbox.run(&["search", "heart attack", "--format", "json"]).success().json();
    let by = |nct: &str| {
        let hits = json["hits"].as_array().expect("hits").iter();
        let hit = hits.into_iter().find(|hit| hit["nctId"] == nct).expect("a hit");
        assert_eq!(hit["matched"][0]["typed"], "heart attack");
        hit["matched"][0]["by"].to_string()
    };
    assert_eq!(by("NCT90000001"), r#"["heart attack"]"#);
    assert_eq!(by("NCT90000002"), r#"["Myocardial Infarction"]"#);
    assert_eq!(by("NCT90000003"), r#"["heart attack"]"#);
    let quoted = sandbox.run(&["search", "\"heart attack\"", "--format", "jsonl"]).success();
    assert!(quoted.out.contains(r#""by":["Myocardial Infarction"]"#), "{}", quoted.out);
}

#[test]
fn names_of_several_words_are_marked_where_they_stand_whole() {
    let sandbox = infarctions();
    let search = ["search", "myocardial infarction", "--color", "always"];
    let run = sandbox.run(&search).success();
    assert!(run.out.contains("\u{1b}[33mHeart\u{1b}[0m"), "{:?}", run.out);
    assert!(run.out.contains(", and of the heart."), "{:?}", run.out);
}

#[test]
fn an_explanation_counts_hits_that_a_name_alone_brings() {
    let sandbox = infarctions();
    let run = sandbox.run(&["search", "\"heart attack\"", "--explain"]).success();
    assert!(
        run.out.contains("= Myocardial Infarction 1 study, MeSH, 1 hit only by it"),
        "{}",
        run.out
    );
    assert!(run.out.contains("\nvocabulary MeSH "), "{}", run.out);
    let explain = ["search", "\"heart attack\"", "--explain", "--format", "json"];
    let json = sandbox.run(&explain).success().json();
    let words = &json["query"]["words"][0]["matched"];
    assert_eq!(words[1]["onlyHits"], 1);
    assert_eq!(words[0]["onlyHits"], Value::Null);
    assert!(json["query"]["learned"].is_array());
    // An alternative whose first study lies behind a hit is no panic.
    sandbox.run(&["search", "(heart AND attack) OR knees", "--explain"]).success();
}

#[test]
fn less_expansion_finds_less_and_narrower_names_find_more() {
    let sandbox = infarctions();
    let concept = found(&sandbox, &["\"heart attack\""]);
    let term = found(&sandbox, &["\"heart attack\"", "--expand", "term"]);
    assert!(term.is_subset(&concept) && term.len() < concept.len(), "{term:?} {concept:?}");
    let exploded = found(&sandbox, &["\"heart attack\"", "--explode"]);
    assert!(concept.is_subset(&exploded) && concept.len() < exploded.len(), "{exploded:?}");
}

#[test]
fn a_misspelt_word_is_asked_about_and_not_replaced() {
    let studies: Vec<(String, &str)> =
        (0..12).map(|number| (format!("Pneumonia {number}"), "An invented study.")).collect();
    let studies: Vec<(&str, &str)> =
        studies.iter().map(|(title, summary)| (title.as_str(), *summary)).collect();
    let sandbox = indexed(&studies);
    let run = sandbox.run(&["search", "pnuemonia"]).ended(1);
    assert_eq!(run.err, "no study has `pnuemonia`: did you mean `pneumonia` (12 studies)?\n");
    let run = sandbox.run(&["search", "pnuemonia", "invented", "--format", "ids"]).success();
    assert!(run.err.contains("did you mean `pneumonia`"), "{}", run.err);
    assert_eq!(sandbox.run(&["search", "pnuemonia", "--format", "json"]).ended(1).err, "");
    assert_eq!(sandbox.run(&["search", "qwertyuiop"]).ended(1).err, "");
    let run = sandbox.run(&["search", "pnuemonia", "--any"]).success();
    let told = "also searched: pneumonia (spelling, 12 studies, 12 hits only by it) for `pnuemonia`, which no study has\n";
    assert!(run.out.contains(told), "{}", run.out);
}

#[test]
fn a_receipt_tells_which_synonyms_there_were() {
    let sandbox = infarctions();
    sandbox.write("own.txt", "tea = scones\n");
    let search = ["search", "tea", "--synonyms", "own.txt", "--receipt", "tea.json"];
    sandbox.run(&search).success();
    let same = sandbox.run(&["verify", "tea.json"]).success();
    assert!(!same.out.contains("note:"), "{}", same.out);
    sandbox.write("own.txt", "tea = knees\n");
    let differs = sandbox.run(&["verify", "tea.json"]).ended(1);
    assert!(differs.out.contains("note: the list of your own synonyms was another one\n"));
    let headings = "*NEWRECORD\nRECTYPE = D\nMH = Tea Fever\nMN = C99.1\nUI = D990001\n";
    sandbox.write("d.bin", headings);
    sandbox.run(&["thesaurus", "import", "d.bin"]).success();
    let differs = sandbox.run(&["verify", "tea.json"]).ended(1);
    assert!(differs.out.contains("note: the vocabulary was different: MeSH"), "{}", differs.out);
}

#[test]
fn a_receipt_of_before_is_still_read() {
    let sandbox = infarctions();
    sandbox.run(&["search", "tea", "--receipt", "tea.json"]).success();
    let text = std::fs::read_to_string(sandbox.path("tea.json")).expect("a receipt");
    let mut receipt: Value = serde_json::from_str(&text).expect("JSON");
    assert!(receipt["synonyms"].is_null() && receipt["vocabulary"]["digest"].is_string());
    receipt.as_object_mut().expect("an object").remove("vocabulary");
    sandbox.write("tea.json", receipt.to_string());
    let json = sandbox.run(&["verify", "tea.json", "--format", "json"]).success().json();
    assert_eq!((&json["sameVocabulary"], &json["sameSynonyms"]), (&Value::Null, &Value::Null));
}

#[test]
fn own_synonyms_can_be_set() {
    let sandbox = infarctions();
    sandbox.write("own.txt", "tea = scones\n");
    let own = sandbox.path("own.txt").display().to_string();
    sandbox.write("set.toml", format!("synonyms = {own:?}\n"));
    let set = |name: &str, value: &str, arguments: &[&str]| {
        let search = ["search", "tea", "--count"];
        let mut command = sandbox.command(&[&search, arguments].concat());
        ProgramRun::of(command.env(name, value).output().expect("the program runs")).success().out
    };
    let file = sandbox.path("set.toml").display().to_string();
    assert_eq!(set("TRIALDEX_CONFIG", "", &[]), "3\n");
    assert_eq!(set("TRIALDEX_SYNONYMS", &own, &[]), "4\n");
    assert_eq!(set("TRIALDEX_CONFIG", &file, &[]), "4\n");
    assert_eq!(set("TRIALDEX_CONFIG", &file, &["--synonyms", ""]), "3\n");
}

/// The directions of what the registry's own site finds, in records of it.
#[test]
fn real_names_are_found_as_on_the_site() {
    let archives = ["ctg-studies-635.json.zip", "json-v2-files.tar.gz", "csv-v2.zip"];
    let Some(paths) = archives.iter().map(|name| real(name)).collect::<Option<Vec<_>>>() else {
        return;
    };
    let sandbox = Sandbox::new();
    sandbox.index(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let found = |arguments: &[&str]| found(&sandbox, arguments);
    let drug = found(&["--intr", "pembrolizumab"]);
    assert!(drug.len() > 20, "{}", drug.len());
    for name in ["Keytruda", "MK-3475"] {
        assert_eq!(found(&["--intr", name]), drug, "{name}");
    }
    assert!(found(&["--intr", "pembrolizumb"]).len() * 100 <= drug.len());
    let (short, long) =
        (found(&["--cond", "NSCLC"]), found(&["--cond", "\"non-small cell lung cancer\""]));
    let (both, either) = (short.intersection(&long).count(), short.union(&long).count());
    assert!(both * 10 >= either * 9, "{both} of {either}");
    let (plain, heading) = (found(&["\"heart attack\""]), found(&["\"myocardial infarction\""]));
    let both = plain.intersection(&heading).count();
    // Studies that have the short form alone are found by the long form, not
    // by its synonym.
    assert!(both * 100 >= heading.len() * 85, "{both} of {}", heading.len());
    let term = found(&["heart attack", "--expand", "term"]);
    assert!(term.is_subset(&found(&["heart attack"])));
    let exploded = found(&["--cond", "EXPLODE[MeSH]neoplasms"]);
    assert!(found(&["--cond", "neoplasms"]).is_subset(&exploded));
    assert!(looked_up_as_searched(&sandbox, &["NSCLC", "heart attack", "Keytruda", "MI"]) > 5);
}
