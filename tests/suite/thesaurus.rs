//! `trialdex thesaurus`: what is shown, and headings of another year.

use std::fs;

use insta::assert_snapshot;

use super::harness::Sandbox;
use super::invented::record;

/// Two invented descriptors as NLM writes them in ASCII.
const HEADINGS: &str = "\
*NEWRECORD
RECTYPE = D
MH = Fever, Tea
ENTRY = Tea Fever|T047|NON|EQV|NLM (2026)|250101|abbcdef
ENTRY = Biscuit Ague
MN = C99.100
UI = D990001

*NEWRECORD
RECTYPE = D
MH = Scone Fever
MN = C99.100.200
UI = D990002
";

#[test]
fn what_is_built_in_is_shown_without_an_index() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(&["thesaurus", "Heart", "attacks"]).success();
    assert!(run.out.starts_with("Myocardial Infarction  D009203\n"), "{}", run.out);
    assert!(run.out.contains("Heart Attack;") || run.out.contains("; Heart Attack\n"));
    let json = sandbox.run(&["thesaurus", "heart attack", "--format", "json"]).success().json();
    assert_eq!(json["schema"], "trialdex.thesaurus.v1");
    let concept = &json["concepts"][0];
    assert_eq!(concept["preferred"], "Myocardial Infarction");
    let narrower = concept["narrower"].as_array().expect("a list");
    assert!(
        narrower.iter().any(|below| below["preferred"] == "Shock, Cardiogenic"),
        "{narrower:?}"
    );
}

#[test]
fn imported_headings_take_the_place_of_those_built_in() {
    let sandbox = Sandbox::with(&[("d2026.bin", HEADINGS.as_bytes())]);
    let run = sandbox.run(&["thesaurus", "import", "d2026.bin"]).success();
    assert_eq!(run.out, "");
    assert_snapshot!(run.err, @"
    2 concepts with 4 names
    left out: 0 with the words of another name, 0 inverted, 0 without a letter or too long
    written to index/thesaurus.bin
    ");
    assert_snapshot!(sandbox.run(&["thesaurus", "tea fevers"]).success().out, @"
    Fever, Tea  D990001
      names     Tea Fever; Biscuit Ague
      trees     C99.100
      narrower  1 concept
    from d2026.bin
    ");
    sandbox.run(&["thesaurus", "heart attack"]).ended(1);
    let names: Vec<_> = fs::read_dir(sandbox.path("index")).expect("a directory").collect();
    assert_eq!(names.len(), 1, "nothing unfinished is left: {names:?}");
}

#[test]
fn imported_headings_outlive_a_run_of_index() {
    let sandbox = Sandbox::with(&[
        ("d2026.bin", HEADINGS.as_bytes()),
        ("a.json", record(1, "One").as_bytes()),
    ]);
    sandbox.run(&["thesaurus", "import", "d2026.bin", "--source", "Invented"]).success();
    let before = fs::read(sandbox.path("index/thesaurus.bin")).expect("a file");
    sandbox.index(&["a.json"]);
    sandbox.write("a.json", record(1, "Another"));
    sandbox.index(&["a.json", "--prune"]);
    assert_eq!(fs::read(sandbox.path("index/thesaurus.bin")).expect("a file"), before);
    let run = sandbox.run(&["thesaurus", "scone fever"]).success();
    assert!(run.out.ends_with("from Invented\n"), "{}", run.out);
}

#[test]
fn of_a_concept_in_several_files_the_last_one_counts() {
    let later = HEADINGS.replace("Biscuit Ague", "Crumpet Ague");
    let sandbox = Sandbox::with(&[("a", HEADINGS.as_bytes()), ("b", later.as_bytes())]);
    let run = sandbox.run(&["thesaurus", "import", "a", "b"]).success();
    assert!(run.err.contains("2 concepts given more than once; the last counts"), "{}", run.err);
    sandbox.run(&["thesaurus", "crumpet ague"]).success();
    sandbox.run(&["thesaurus", "biscuit ague"]).ended(1);
}

#[test]
fn a_failed_import_leaves_what_was_there() {
    let wrong = HEADINGS.replace("UI = D990002\n", "");
    let sandbox =
        Sandbox::with(&[("a", HEADINGS.as_bytes()), ("b", wrong.as_bytes()), ("c", b"hello")]);
    sandbox.run(&["thesaurus", "import", "a"]).success();
    assert_snapshot!(sandbox.run(&["thesaurus", "import", "b"]).ended(2).err, @"error: b:9: a record without an identifier");
    assert_snapshot!(sandbox.run(&["thesaurus", "import", "c"]).ended(2).err, @"error: c:1: neither MeSH in XML or ASCII, nor a table of concepts with tabs");
    sandbox.run(&["thesaurus", "import", "nowhere"]).ended(2);
    sandbox.run(&["thesaurus", "biscuit ague"]).success();
}

#[test]
fn a_damaged_thesaurus_is_no_panic() {
    let sandbox = Sandbox::with(&[("index/thesaurus.bin", b"trialdex vocabulary 1\nxxxxxxxx")]);
    assert_snapshot!(sandbox.run(&["thesaurus", "fever"]).ended(2).err, @"
    error: index/thesaurus.bin: the vocabulary is damaged
    hint: make it again with `trialdex thesaurus import`, or remove it to use the headings that are built in
    ");
}

#[test]
fn own_synonyms_stand_beside_the_headings() {
    let own = "# ours\nheart attack = MI\nMI => infarct # one way\n";
    let sandbox = Sandbox::with(&[("own.txt", own.as_bytes()), ("bad", b"alone\na = a\na = b")]);
    assert_snapshot!(sandbox.run(&["thesaurus", "MI", "--synonyms", "own.txt"]).success().out, @"
    heart attack  line 2 of your own synonyms
    infarct  line 3 of your own synonyms
    ");
    let json = sandbox.run(&["thesaurus", "infarct", "--synonyms", "own.txt", "--format", "json"]);
    assert_eq!(json.success().json()["own"].as_array().map(Vec::len), Some(0), "not back");
    let json = sandbox.run(&["thesaurus", "mi", "--synonyms", "own.txt", "--format", "json"]);
    assert_eq!(json.success().json()["own"][1]["line"], 3);
    assert_snapshot!(sandbox.run(&["thesaurus", "a", "--synonyms", "bad"]).ended(2).err, @"
    error: bad:1: a single name; write the names with `=` between
    error: bad:2: all names have the same words
    hint: write a line as `heart attack = MI`, or as `MI => infarction`
    ");
}
