//! Every message that a user meets when something is wrong.

use std::fs;

use insta::assert_snapshot;

use super::harness::{Sandbox, files_below};
use super::invented::{record, zip};

/// Exit code and standard error of a run that prints nothing else.
fn complaint(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let run = sandbox.run(arguments);
    assert_eq!(run.out, "", "data is not mixed with complaints");
    format!("exit {}\n{}", run.code.expect("an exit code"), run.err)
}

/// A sandbox with an index of one study.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::with(&[("a.json", record(1, "One").as_bytes())]);
    sandbox.index(&["a.json"]);
    sandbox
}

fn query_complaint(typed: &str) -> String {
    complaint(&Sandbox::new(), &["search", typed])
}

#[test]
fn fields_that_are_none() {
    let unknown = |fields| complaint(&Sandbox::new(), &["search", "x", "--fields", fields]);
    assert_snapshot!(unknown("BriefTitel"), @"
    exit 2
    error: `BriefTitel` is not a field
    hint: the nearest names are `BriefTitle`
    ");
    assert_snapshot!(unknown("NCTId,Contition"), @"
    exit 2
    error: `Contition` is not a field
    hint: the nearest names are `Condition`, `ConditionMeshId`, `LocationCountry`
    ");
    assert_snapshot!(unknown("xyzzy"), @"
    exit 2
    error: `xyzzy` is not a field
    hint: fields have the names of the registry's data model, such as `BriefTitle`
    ");
}

#[test]
fn an_index_that_is_not_there() {
    let sandbox = Sandbox::new();
    assert_snapshot!(complaint(&sandbox, &["search", "x"]), @"
    exit 2
    error: index: no index here
    hint: build one with `trialdex index PATH --index index`
    ");
    assert_snapshot!(complaint(&sandbox, &["show", "NCT90000001", "--index", "my/trials"]), @"
    exit 2
    error: my/trials: no index here
    hint: build one with `trialdex index PATH --index my/trials`
    ");
    assert_snapshot!(complaint(&sandbox, &["status"]), @"
    exit 2
    error: index: no index here
    hint: build one with `trialdex index PATH --index index`
    ");
    assert_eq!(files_below(&sandbox.root()), Vec::<String>::new(), "nothing was made");
}

#[test]
fn an_input_that_is_not_there() {
    let sandbox = Sandbox::new();
    assert_snapshot!(complaint(&sandbox, &["index", "nowhere.zip"]), @"
    exit 2
    error: nowhere.zip: No such file or directory (os error 2)
    hint: name a file, a directory or an archive, or `-` for standard input
    ");
    assert_snapshot!(complaint(&sandbox, &["index"]), @"
    exit 2
    error: no input named, and there is no `./corpus`
    hint: name files, directories or archives: `trialdex index PATH...`
    ");
    assert_eq!(files_below(&sandbox.root()), Vec::<String>::new(), "nothing was made");
}

#[test]
fn numbers_that_are_none() {
    let sandbox = indexed();
    assert_snapshot!(complaint(&sandbox, &["show", "NCT1234567890"]), @"
    exit 2
    error: `NCT1234567890` is not an NCT number
    hint: type `NCT` and up to eight digits, such as `NCT01305694`
    ");
    assert_snapshot!(complaint(&sandbox, &["show", "NCT90000001", "aspirin"]), @"
    exit 2
    error: `aspirin` is not an NCT number
    hint: type `NCT` and up to eight digits, such as `NCT01305694`
    ");
}

#[test]
fn a_study_that_is_not_in_the_index() {
    assert_snapshot!(complaint(&indexed(), &["show", "NCT90000002"]), @"
    exit 1
    NCT90000002 is not in the index
    ");
}

#[test]
fn a_quote_that_is_not_closed() {
    assert_snapshot!(query_complaint("anemia \"bone marrow"), @r#"
    exit 2
    error: the query cannot be understood
      anemia "bone marrow
             ^^^^^^^^^^^^ the quote is not closed
    hint: type `"` after the last word of the phrase
    "#);
    assert_snapshot!(query_complaint("żółć \"µ"), @r#"
    exit 2
    error: the query cannot be understood
      żółć "µ
           ^^ the quote is not closed
    hint: type `"` after the last word of the phrase
    "#);
}

#[test]
fn operators_of_other_tools() {
    assert_snapshot!(query_complaint("anemia[ti]"), @"
    exit 2
    error: the query cannot be understood
      anemia[ti]
            ^^^^ this is written for PubMed
    hint: type `AREA[TitleSearch]anemia`, or add `--from pubmed`
    ");
    assert_snapshot!(query_complaint("DISTANCE(42.3,-71,50mi)"), @r"
    exit 2
    error: the query cannot be understood
      DISTANCE(42.3,-71,50mi)
      ^^^^^^^^ `DISTANCE` takes brackets after it
    hint: type it as in `AREA[LocationGeoPoint]DISTANCE[39.0, -77.1, 50mi]`, or `\DISTANCE` for the word
    ");
    assert_snapshot!(query_complaint("AREA[Phase]PHASE5"), @"
    exit 2
    error: the query cannot be understood
      AREA[Phase]PHASE5
                 ^^^^^^ allowed values for enum field `Phase` are `NA`, `EARLY_PHASE1`, `PHASE1`, `PHASE2`, `PHASE3`, `PHASE4`
    hint: the nearest is `AREA[Phase]PHASE1`
    ");
    assert_snapshot!(query_complaint("AREA[BriefTitel]x"), @"
    exit 2
    error: the query cannot be understood
      AREA[BriefTitel]x
           ^^^^^^^^^^ unknown area name: `BriefTitel`
    hint: the nearest names are `BriefTitle`
    ");
    assert_snapshot!(complaint(&indexed(), &["search", "--cond", "a OR", "--phase", "7"]), @r"
    exit 2
    error: the query cannot be understood
      --cond a OR
               ^^ there is nothing after `OR`
    hint: type what to look for after it, or `\OR` for the word
      --phase 7
              ^ `7` is no phase that the registry has
    hint: type `1`, `2`, `3`, `4`, `1/2`, `early 1` or `NA`, or several with commas between
    ");
    assert_snapshot!(complaint(&indexed(), &["search", "x", "--sort", "BriefTitle"]), @"
    exit 2
    error: the hits cannot be sorted so
      --sort BriefTitle
             ^^^^^^^^^^ unsupported sort field type: text
    hint: `BriefTitle` has no order; sort by a date, a number or an age, such as `StartDate`
    ");
    assert_snapshot!(complaint(&indexed(), &["facets", "phse", "x"]), @"
    exit 2
    error: `phse` is not a field
    hint: fields come first, with commas between, and the query after them; the nearest names are `phase`, `Phase`
    ");
}

#[test]
fn several_things_wrong_at_once() {
    assert_snapshot!(query_complaint("a OR b* \"c"), @r#"
    exit 2
    error: the query cannot be understood
      a OR b* "c
           ^^ `b*` would match too many words
    hint: type at least 3 letters before `*`, or `\*` for the character
      a OR b* "c
              ^^ the quote is not closed
    hint: type `"` after the last word of the phrase
    "#);
}

#[test]
fn nothing_to_look_for() {
    assert_snapshot!(query_complaint("+ \"\""), @r#"
    exit 2
    error: the query cannot be understood
      + ""
      ^ `+` has no letter or digit to look for
    hint: leave it out; `ALL` means every study
      + ""
        ^^ there are no words between the quotes
    hint: type a phrase between them, or leave them out
    "#);
    assert!(query_complaint("").contains("^ no words to look for"));
}

#[test]
fn lines_of_a_batch_without_a_tab() {
    let sandbox = indexed();
    sandbox.write("queries.tsv", "1\tinvented\n2 invented\n");
    let run = sandbox.run(&["batch", "queries.tsv"]).ended(2);
    assert_snapshot!(run.err, @"
    error: queries.tsv:2: no tab between id and query
    hint: write a line as `id<TAB>query`, or number every line of a strategy, the first one, too, as `1. words`
    ");
    assert_snapshot!(complaint(&sandbox, &["batch", "nowhere.tsv"]), @"
    exit 2
    error: nowhere.tsv: No such file or directory (os error 2)
    ");
}

#[test]
fn an_index_of_another_format() {
    let sandbox = indexed();
    let meta = sandbox.path("index/tantivy/meta.json");
    let text = fs::read_to_string(&meta).expect("an index");
    let other = text.replace("\\\"format\\\":7,", "\\\"format\\\":77,");
    assert_ne!(other, text, "the format stands in the payload");
    fs::write(&meta, other).expect("written");
    assert_snapshot!(complaint(&sandbox, &["search", "invented"]), @"
    exit 2
    error: index: the index was made by another version of trialdex (format 77, this one reads 7)
    hint: a newer trialdex reads it; for this one, index the sources into another directory: `trialdex index PATH --index index-7`
    ");
    assert_snapshot!(complaint(&sandbox, &["index", "a.json"]), @"
    exit 2
    error: index: the index was made by another version of trialdex (format 77, this one reads 7)
    hint: a newer trialdex reads it; for this one, index the sources into another directory: `trialdex index PATH --index index-7`
    ");
}

#[test]
fn a_damaged_ledger() {
    let sandbox = indexed();
    let ledger = sandbox.path("index/ledger-1.zst");
    let bytes = fs::read(&ledger).expect("a ledger");
    fs::write(&ledger, &bytes[..bytes.len() / 2]).expect("written");
    assert_snapshot!(complaint(&sandbox, &["index", "a.json"]), @"
    exit 2
    error: index/ledger-1.zst: incomplete frame
    hint: run `trialdex check --index index`: it shows what is damaged; `trialdex check --repair --index index` restores what it can
    ");
    assert_snapshot!(complaint(&sandbox, &["status"]), @"
    exit 2
    error: index/ledger-1.zst: incomplete frame
    hint: run `trialdex check --index index`: it shows what is damaged; `trialdex check --repair --index index` restores what it can
    ");
    assert_eq!(sandbox.run(&["search", "invented"]).code, Some(0), "searching needs no ledger");
    fs::remove_file(&ledger).expect("removed");
    assert_snapshot!(complaint(&sandbox, &["index", "a.json"]), @"
    exit 2
    error: index/ledger-1.zst: No such file or directory (os error 2)
    hint: run `trialdex check --index index`: it shows what is damaged; `trialdex check --repair --index index` restores what it can
    ");
}

#[test]
fn a_damaged_search_index() {
    let sandbox = indexed();
    fs::write(sandbox.path("index/tantivy/meta.json"), "{").expect("written");
    let complaint = complaint(&sandbox, &["search", "invented"]);
    assert!(complaint.starts_with("exit 2\nerror: index: "), "{complaint}");
    assert!(complaint.contains("the index is damaged"), "{complaint}");
    assert!(complaint.contains("run `trialdex check --index index`"), "{complaint}");
}

#[test]
fn the_hints_for_a_useless_index_work() {
    let sandbox = indexed();
    fs::write(sandbox.path("index/tantivy/meta.json"), "{").expect("written");
    fs::remove_dir_all(sandbox.path("index/tantivy")).expect("removed, as hinted");
    assert_eq!(sandbox.index(&["a.json"]).count("added"), 1);
    assert!(sandbox.holds("NCT90000001"));
}

#[test]
fn an_index_where_none_can_be() {
    let sandbox = indexed();
    assert_snapshot!(complaint(&sandbox, &["index", "a.json", "--index", "a.json"]), @"
    exit 2
    error: a.json/tantivy: Not a directory (os error 20)
    hint: see whether the path is right and its disk has room; `--index DIR` names another index
    ");
    assert_snapshot!(complaint(&sandbox, &["search", "x", "--index", "a.json"]), @"
    exit 2
    error: a.json: no index here
    hint: build one with `trialdex index PATH --index a.json`
    ");
}

#[test]
fn the_audit_of_a_run_with_everything_in_it() {
    let archive = zip(&[("a.json", record(2, "Two").as_bytes()), ("b.txt", b"x"), ("c.xml", b"")]);
    let sandbox = Sandbox::with(&[
        ("in/a.json", (record(1, "One") + "\n" + &record(1, "One too")).as_bytes()),
        ("in/b.zip", &archive),
        ("in/c.ndjson", b"{\"protocolSection\":{}}\n{\"protocolSection\":{oops}}\n"),
    ]);
    let run = sandbox.run(&["index", "in"]).success();
    let told = run.err.rsplit_once("; ").expect("a time at the end").0;
    assert_snapshot!(told, @"
    saw 3 files with 3 members in archives
    found 3 records (3 json-v2)
    studies: 2 added, 0 updated, 0 unchanged, 0 removed
    set aside 1 older or less full record
    without a study: 1
      in/b.zip!/b.txt: text without study records
    rejected: 3
      in/b.zip!/c.xml: empty
      in/c.ndjson: no NCT number
      in/c.ndjson:2: not valid JSON: key must be a string
    index holds 2 studies
    ");
    assert_snapshot!(sandbox.run(&["index", "in", "--quiet"]).success().err, @"");
    assert_snapshot!(sandbox.run(&["status", "--rejects"]).success().out, @"
    in/b.zip!/b.txt: text without study records
    in/b.zip!/c.xml: empty
    in/c.ndjson: no NCT number
    in/c.ndjson:2: not valid JSON: key must be a string
    ");
}

#[test]
fn flags_that_are_none() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["search", "x", "--format", "xml"][..],
        &["search"],
        &["index", "--threads", "0"],
        &["index", "--max-record", "0"],
        &["frobnicate"],
    ] {
        assert!(complaint(&sandbox, arguments).starts_with("exit 2\nerror: "), "{arguments:?}");
    }
}
