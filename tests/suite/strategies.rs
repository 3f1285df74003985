//! Strategies: their lines shown, written down, added up, and made reviews of.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::harness::{ProgramRun, Sandbox, copy_directory};

/// Lines that name one another by `OR`, `AND` and `NOT`, over two levels.
const LINES: &str = "\
// cells for anemia, and others
1. anemia OR AREA[Condition]sepsis
2. \"stem cells\" OR MSC
3. transplant* OR #2
4. NCT90000029, NCT90000002
5. #1 AND #3
6. AREA[OverallStatus]COMPLETED
7. (#5 OR #4) NOT #6
";

/// A sandbox with an index of the sample corpus and a strategy.
fn prepared() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    sandbox.write("cells.txt", LINES);
    sandbox
}

fn ids(run: &ProgramRun) -> BTreeSet<String> {
    run.out.lines().map(str::to_owned).collect()
}

/// What an expression finds, all of it.
fn found(sandbox: &Sandbox, arguments: &[&str]) -> BTreeSet<String> {
    let all = ["search", "--format", "ids", "--limit", "0"];
    let run = sandbox.run(&[&all[..], arguments].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    ids(&run)
}

fn names(value: &Value) -> BTreeSet<String> {
    let names = value.as_array().expect("a list").iter();
    names.map(|name| name.as_str().expect("a text").to_owned()).collect()
}

/// The sets of the lines by their own expressions, joined by hand.
fn by_hand(sandbox: &Sandbox, without: u32) -> BTreeSet<String> {
    let line = |number: u32, typed: &str| match number == without {
        true => None,
        false => Some(found(sandbox, &[typed])),
    };
    let any = |one: Option<BTreeSet<String>>, other: Option<BTreeSet<String>>| match (one, other) {
        (Some(one), Some(other)) => Some(one.union(&other).cloned().collect()),
        (one, other) => one.or(other),
    };
    let all = |one: Option<BTreeSet<String>>, other: Option<BTreeSet<String>>| match (one, other) {
        (Some(one), Some(other)) => Some(one.intersection(&other).cloned().collect()),
        (one, other) => one.or(other),
    };
    let named = |number: u32, set: Option<BTreeSet<String>>| set.filter(|_| number != without);
    let third = any(line(3, "transplant*"), line(2, "\"stem cells\" OR MSC"));
    let third = named(3, third);
    let fifth = named(5, all(line(1, "anemia OR AREA[Condition]sepsis"), third));
    let fourth = named(4, line(4, "NCT90000029, NCT90000002"));
    let either = any(fifth, fourth).unwrap_or_default();
    let sixth = line(6, "AREA[OverallStatus]COMPLETED").unwrap_or_default();
    either.difference(&sixth).cloned().collect()
}

#[test]
fn a_line_is_searched_as_batch_counts_it() {
    let sandbox = prepared();
    let counts = sandbox.run(&["batch", "cells.txt"]).success().out;
    assert_eq!(counts.lines().count(), 7);
    for line in counts.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let chosen = format!("cells.txt{}", cells[0]);
        let studies = found(&sandbox, &["--strategy", &chosen]);
        assert_eq!(cells[1], studies.len().to_string(), "{line}");
        let count = sandbox.run(&["search", "--strategy", &chosen, "--count"]);
        assert_eq!(count.out.trim(), cells[1], "{line}");
    }
    let last = found(&sandbox, &["--strategy", "cells.txt"]);
    assert_eq!(last, found(&sandbox, &["--strategy", "cells.txt#7"]));
    assert_eq!(last, by_hand(&sandbox, 0));
    // Flags hold besides.
    let narrowed = found(&sandbox, &["--strategy", "cells.txt#1", "--phase", "3", "shock"]);
    let shock = found(&sandbox, &["(anemia OR AREA[Condition]sepsis) AND shock", "--phase", "3"]);
    assert!(!narrowed.is_empty());
    assert_eq!(narrowed, shock);
    let facets = sandbox.run(&["facets", "phase", "--strategy", "cells.txt", "--format", "json"]);
    assert_eq!(facets.success().json()["facets"][0]["studies"], last.len());
}

#[test]
fn lines_that_are_not_there_are_named() {
    let sandbox = prepared();
    let run = sandbox.run(&["search", "--strategy", "cells.txt#12"]).ended(2);
    assert!(
        run.err.starts_with("error: cells.txt: there is no line `#12`\nhint: its lines are #1,")
    );
    sandbox.write("empty.txt", "// nothing\n");
    let run = sandbox.run(&["search", "--strategy", "empty.txt"]).ended(2);
    assert!(run.err.contains("empty.txt: no line of a strategy"), "{}", run.err);
    let run = sandbox.run(&["search", "--strategy", "cells.txt", "--area", "Nowhere"]).ended(2);
    assert!(run.err.contains("--area Nowhere"), "{}", run.err);
    // A file may be called like a line.
    sandbox.write("cells.txt#12", "1. sepsis\n");
    assert_eq!(found(&sandbox, &["--strategy", "cells.txt#12"]), found(&sandbox, &["sepsis"]));
}

#[test]
fn a_receipt_keeps_the_strategy_and_is_run_again() {
    let sandbox = prepared();
    let typed = ["search", "--strategy", "cells.txt#5", "--phase", "2", "--receipt", "r.json"];
    sandbox.run(&typed).success();
    let receipt: Value =
        serde_json::from_str(&std::fs::read_to_string(sandbox.path("r.json")).expect("a receipt"))
            .expect("JSON");
    assert_eq!(receipt["typed"][0][1], "cells.txt#5");
    let strategy = &receipt["strategy"];
    assert_eq!((&strategy["file"], &strategy["line"]), (&"cells.txt".into(), &5.into()));
    let lines = strategy["lines"].as_array().expect("lines");
    assert_eq!(lines[4]["typed"], "#1 AND #3");
    assert_eq!(lines[5]["found"], found(&sandbox, &["AREA[OverallStatus]COMPLETED"]).len());
    // For another index, the lines with other counts are named.
    sandbox.write("more/a.json", super::invented::record(900, "Stem cells for anemia").as_bytes());
    sandbox.run(&["index", "corpus", "more", "--index", "later", "-q"]);
    let run = sandbox.run(&["verify", "r.json", "--index", "later"]);
    assert!(run.out.contains("\nline #1  "), "{}", run.out);
    assert!(!run.out.contains("line #4  "), "{}", run.out);
    // What the file says later is another strategy.
    sandbox.write("cells.txt", "5. nothing\n");
    let run = sandbox.run(&["verify", "r.json"]).success();
    assert!(run.out.contains("strategy line #5 of cells.txt"), "{}", run.out);
    sandbox.remove("cells.txt");
    sandbox.run(&["verify", "r.json"]).success();
}

#[test]
fn a_batch_writes_a_receipt_of_each_query() {
    let sandbox = prepared();
    sandbox.run(&["batch", "cells.txt", "--receipts", "lines", "--expand", "term"]).success();
    sandbox.write("q.tsv", "a/1\tanemia (severe) zzz\nb\tcells\n");
    sandbox.run(&["batch", "q.tsv", "--any", "--receipts", "words"]).success();
    sandbox.write("e.tsv", "or\tanemia OR sepsis\nboth\tanemia zzz\n");
    let kind = ["--as", "expressions"];
    sandbox.run(&[&["batch", "e.tsv", "--receipts", "expr"], &kind[..]].concat()).success();
    let names = ["words/a_1", "words/b", "expr/or", "expr/both", "lines/line-7", "lines/line-1"];
    for name in names {
        let run = sandbox.run(&["verify", &format!("{name}.json")]).success();
        assert!(run.out.contains("the same studies in the same order"), "{name}: {}", run.out);
    }
    sandbox.write("twice.tsv", "a 1\tanemia\na_1\tcells\n");
    let run = sandbox.run(&["batch", "twice.tsv", "--receipts", "twice"]).ended(2);
    assert!(run.err.contains("the receipts of `a 1` and `a_1` would be one file"), "{}", run.err);
    for flags in [&[][..], &["--format", "trec"], &["--receipts", "ids"]] {
        sandbox.write("ids.tsv", "a\tanemia\nb\tcells\n\na\tmarrow\n");
        let run = sandbox.run(&[&["batch", "ids.tsv"], flags].concat()).ended(2);
        assert!(run.err.contains("ids.tsv:4: line 1 has the id `a`, too"), "{}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn queries_are_words_or_expressions_and_never_one_for_the_other() {
    let sandbox = prepared();
    sandbox.write("e.tsv", "one\tanemia\ntwo\tanemia OR sepsis\nthree\t\"stem cells\"\n");
    let run = sandbox.run(&["batch", "e.tsv"]).ended(2);
    assert!(run.out.is_empty());
    assert!(run.err.contains("2: anemia OR sepsis\n            ^^"), "{}", run.err);
    assert!(run.err.contains("`--as expressions`"), "{}", run.err);
    let count = |query: &str| found(&sandbox, &[query]).len();
    let run = sandbox.run(&["batch", "e.tsv", "--as", "expressions"]).success();
    let either = count("anemia OR sepsis");
    let phrase = count("\"stem cells\"");
    assert_eq!(run.out, format!("one\t{}\ntwo\t{either}\nthree\t{phrase}\n", count("anemia")));
    let json = ["batch", "e.tsv", "--as", "expressions", "--format", "json", "--studies"];
    let json = sandbox.run(&json).success().json();
    let two = &json["queries"][1];
    assert_eq!((&two["id"], &two["hits"]), (&"two".into(), &either.into()));
    assert_eq!(names(&two["studies"]), found(&sandbox, &["anemia OR sepsis"]));
    assert_eq!(two["understood"], "AREA[Words](anemia OR sepsis)");
    let words = sandbox.run(&["batch", "e.tsv", "--as", "words"]).success().out;
    assert!(words.contains("two\t0\n"), "{words}");
    let trec = ["batch", "e.tsv", "--as", "expressions", "--format", "trec", "--limit", "0"];
    let trec = sandbox.run(&trec).success().out;
    assert_eq!(trec.lines().filter(|line| line.starts_with("two Q0 ")).count(), either);
    // If nothing is reported and nothing can be meant, queries are words.
    sandbox.write("w.tsv", "one\tanemia (severe), and/or not in 60-year-olds\n");
    sandbox.run(&["batch", "w.tsv"]).success();
    sandbox.write("wrong.tsv", "one\tanemia AND (\n");
    let run = sandbox.run(&["batch", "wrong.tsv", "--as", "expressions"]).ended(2);
    assert!(run.err.starts_with("error: wrong.tsv:1: `one` cannot be understood\n"), "{}", run.err);
}

#[test]
fn a_strategy_makes_a_run() {
    let sandbox = prepared();
    let run = sandbox.run(&["batch", "cells.txt", "--format", "trec", "-n", "0"]).success();
    let mut by_line: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for line in run.out.lines() {
        let cells: Vec<&str> = line.split(' ').collect();
        by_line.entry(cells[0]).or_default().insert(cells[2].to_owned());
    }
    assert_eq!(by_line["7"], found(&sandbox, &["--strategy", "cells.txt#7"]));
    assert_eq!(by_line["2"], found(&sandbox, &["\"stem cells\" OR MSC"]));
    // A file in which a number lacks is no file of queries without tabs.
    sandbox.write("gap.txt", "1. anemia\nsepsis\n");
    let run = sandbox.run(&["batch", "gap.txt", "--format", "trec"]).ended(2);
    assert!(run.err.contains("the line has no number") && !run.err.contains("tab"), "{}", run.err);
}

#[test]
fn what_a_line_gives_is_what_is_lost_without_it() {
    let sandbox = prepared();
    let typed = ["batch", "cells.txt", "--yield", "--format", "json", "--studies"];
    let json = sandbox.run(&typed).success().json();
    assert_eq!(json["of"], 7);
    let whole = by_hand(&sandbox, 0);
    assert_eq!(names(&json["lines"][6]["studies"]), whole);
    let (mut losses, mut restrictions) = (0, 0);
    for line in &json["lines"].as_array().expect("lines")[..6] {
        let number = u32::try_from(line["line"].as_u64().expect("a number")).expect("a number");
        let without = by_hand(&sandbox, number);
        let lost: BTreeSet<String> = whole.difference(&without).cloned().collect();
        assert_eq!(names(&line["lost"]), lost, "#{number}");
        assert_eq!(line["keptOut"], without.difference(&whole).count(), "#{number}");
        losses += usize::from(!lost.is_empty());
        restrictions += usize::from(line["keptOut"] != 0);
    }
    assert!(losses >= 2 && restrictions >= 2, "{json}");
    assert!(json["lines"][6].get("lost").is_none());
    // Of another line.
    let table = sandbox.run(&["batch", "cells.txt", "--yield", "--of", "#3"]).success();
    let rows: Vec<Vec<&str>> = table.out.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows[0][4..6], ["lost", "kept out"]);
    let third = found(&sandbox, &["--strategy", "cells.txt#3"]);
    let second = third.difference(&found(&sandbox, &["transplant*"])).count();
    assert_eq!(rows[2][4..6], [second.to_string().as_str(), "0"]);
    assert_eq!(rows[1][4..6], ["-", "-"]);
    sandbox.run(&["batch", "cells.txt", "--yield", "--of", "9"]).ended(2);
}

/// Sources of a review: name and number of records identified.
fn sources(sandbox: &Sandbox, review: &str) -> Vec<(String, usize)> {
    let status = sandbox.run(&["review", "status", review, "--format", "json"]).success().json();
    let sources = status["sources"].as_array().expect("sources").iter().map(|source| {
        let identified = source["identified"].as_u64().expect("a number") as usize;
        (source["name"].as_str().expect("a name").to_owned(), identified)
    });
    sources.collect()
}

#[test]
fn a_review_keeps_the_strategies_of_its_searches() {
    let sandbox = prepared();
    let new = ["review", "new", "cells", "--strategy", "cells.txt", "--strategy", "cells.txt#4"];
    sandbox.run(&[&new[..], &["--status", "completed,recruiting"]].concat());
    let flags = ["--status", "completed,recruiting"];
    let count = |line: &str| found(&sandbox, &[&["--strategy", line], &flags[..]].concat()).len();
    let expected = [("search 1", count("cells.txt")), ("search 2", count("cells.txt#4"))];
    assert_eq!(sources(&sandbox, "cells"), expected.map(|(name, n)| (name.to_owned(), n)));
    let report = |format: &str| {
        sandbox.run(&["review", "report", "cells", "--format", format]).success().out
    };
    let all = found(&sandbox, &["anemia OR AREA[Condition]sepsis"]).len();
    let text = report("text");
    let row = format!("    #1  {all}  anemia OR AREA[Condition]sepsis\n");
    assert_eq!(text.matches(&row).count(), 1, "{text}");
    assert!(text.contains("found by line #7 of cells.txt\n"), "{text}");
    assert!(text.contains("with lines and counts as for search 1\n"), "{text}");
    let markdown = report("markdown");
    let row = format!("| #1 | anemia OR AREA\\[Condition\\]sepsis | {all} |\n");
    assert_eq!(markdown.matches(&row).count(), 1, "{markdown}");
    assert!(markdown.contains("| #7 | (\\#5 OR \\#4) NOT \\#6 |"), "{markdown}");
    let json: Value = serde_json::from_str(&report("json")).expect("JSON");
    assert_eq!(json["searches"][0]["strategy"]["lines"][0]["found"], all);
    assert_eq!(json["searches"][0]["expand"], "concept");
    // It is run again as it was, whatever became of the file.
    sandbox.remove("cells.txt");
    let update = sandbox.run(&["review", "update", "cells"]).success();
    assert_eq!(update.out, "nothing is new, nothing has changed\n");
}

#[test]
fn searches_have_names() {
    let sandbox = prepared();
    let first = "ClinicalTrials.gov, 1 May";
    let new = ["review", "new", "cells", "--name", first, "--query", "anemia", "--query", "sepsis"];
    sandbox.run(&[&new[..], &["--name", "Cells & <more>", "--strategy", "cells.txt"]].concat());
    let names = |sandbox: &Sandbox| -> Vec<String> {
        sources(sandbox, "cells").into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(&sandbox), [first, "search 2", "Cells & <more>"]);
    // A search of flags has no place; its name may stand anywhere.
    let more = ["review", "search", "cells", "--cond", "asthma", "--name", "search 5"];
    sandbox.run(&more);
    sandbox.run(&["review", "search", "cells", "asthma", "--expand", "term"]);
    assert_eq!(names(&sandbox)[3..], ["search 5", "search 6"]);
    let svg = sandbox.run(&["review", "report", "cells", "--format", "svg"]).success().out;
    assert!(
        svg.contains("ClinicalTrials.gov, 1 May (n") && svg.contains("Cells &amp; &lt;more&gt;")
    );
    let report = sandbox.run(&["review", "report", "cells"]).success().out;
    assert!(report.contains("    ClinicalTrials.gov, 1 May\n"), "{report}");
    assert!(report.contains("without other names (--expand term)"), "{report}");
    let history = sandbox.run(&["review", "history", "cells"]).success().out;
    assert!(history.contains("Cells & <more>: "), "{history}");
    let refused = |arguments: &[&str], message: &str| {
        let run = sandbox.run(&[&["review", "search", "cells"], arguments].concat()).ended(2);
        assert!(run.err.contains(message), "{}", run.err);
    };
    refused(&["--name", "a", "--name", "b", "--query", "x"], "no search follows `--name a`");
    refused(&["--query", "x", "--query", "y", "--name", "b"], "no search follows `--name b`");
    refused(&["--name", first, "--query", "x"], "two searches cannot be called");
    refused(&["--name", " ", "--query", "x"], "is no name");
    refused(&["--name", "a"], "no search follows `--name a`");
    refused(&[], "no words to look for");
    assert_eq!(names(&sandbox).len(), 5, "nothing refused is added");
}

#[test]
fn new_and_search_take_the_same() {
    let sandbox = prepared();
    sandbox.run(&["search", "anemia", "--phase", "2", "--receipt", "r.json"]).success();
    let flags = ["sepsis", "--query", "anemia", "--receipt", "r.json"];
    sandbox.run(&[&["review", "new", "one"], &flags[..]].concat()).success();
    sandbox.run(&["review", "new", "two", "--cond", "anemia", "--phase", "2"]).success();
    sandbox.run(&[&["review", "search", "two"], &flags[..]].concat());
    let counts = |review: &str| -> Vec<usize> {
        sources(&sandbox, review).into_iter().map(|(_, found)| found).collect()
    };
    assert_eq!(counts("one"), counts("two")[1..]);
    let both = found(&sandbox, &["--cond", "anemia", "--phase", "2"]).len();
    assert_eq!(counts("two")[0], both);
    let both = ["review", "new", "three", "--receipt", "r.json", "--status", "completed"];
    let run = sandbox.run(&both).ended(2);
    assert!(run.err.contains("`--status` and `--receipt` do not go together"), "{}", run.err);
}

#[cfg(unix)]
#[test]
fn the_system_knows_who_reviews() {
    let sandbox = prepared();
    sandbox.run(&["review", "new", "cells", "--query", "anemia"]).success();
    let mut command = sandbox.command(&["review", "status", "cells", "--format", "json"]);
    for variable in ["USER", "LOGNAME", "USERNAME"] {
        command.env_remove(variable);
    }
    let status = ProgramRun::of(command.output().expect("the program runs")).success().json();
    let name = std::process::Command::new("id").arg("-un").output().expect("a name");
    assert_eq!(status["reviewer"], String::from_utf8_lossy(&name.stdout).trim());
}

#[test]
fn reviews_and_receipts_of_earlier_versions_open() {
    let sandbox = prepared();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept");
    for name in ["early.review", "early.json"] {
        std::fs::copy(kept.join(name), sandbox.path(name)).expect("a copy");
    }
    let expected = [("search 1", 2), ("search 2", 11), ("search 3", 1), ("search 4", 3)];
    assert_eq!(sources(&sandbox, "early"), expected.map(|(name, n)| (name.to_owned(), n)));
    let status = sandbox.run(&["review", "status", "early", "--format", "json"]).success().json();
    assert_eq!(status["progress"]["include"], 1);
    let version = || -> u32 {
        let bytes = std::fs::read(sandbox.path("early.review")).expect("a review");
        // https://www.sqlite.org/fileformat.html, 1.3: the user version.
        u32::from_be_bytes(bytes[60..64].try_into().expect("four bytes"))
    };
    sandbox.run(&["review", "decide", "early", "NCT90000039", "--include"]).success();
    sandbox.run(&["review", "report", "early", "--format", "markdown"]).success();
    assert_eq!(version(), 1, "earlier programs still read it");
    sandbox.run(&["review", "update", "early"]).success();
    assert_eq!(version(), 2, "they do not any longer: receipts say more now");
    sandbox.run(&["review", "search", "early", "--strategy", "cells.txt#1"]);
    assert_eq!(sources(&sandbox, "early").len(), 5);
    sandbox.run(&["verify", "early.json"]).success();
    // A copy that is merged with it is not readable for them, either.
    std::fs::rename(sandbox.path("early.review"), sandbox.path("later.review")).expect("renamed");
    std::fs::copy(kept.join("early.review"), sandbox.path("early.review")).expect("a copy");
    sandbox.run(&["review", "merge", "early", "later"]).success();
    assert_eq!((version(), sources(&sandbox, "early").len()), (2, 5));
}

#[test]
fn a_search_is_run_again_with_the_flags_that_it_had() {
    let sandbox = prepared();
    let count = |flags: &[&str]| found(&sandbox, &[&["MK-3475"], flags].concat()).len();
    let (concept, term) = (count(&[]), count(&["--expand", "term"]));
    assert!(concept > term, "{concept} {term}");
    sandbox.run(&["review", "new", "names", "--query", "MK-3475"]).success();
    sandbox.run(&["review", "search", "names", "MK-3475", "--expand", "term"]);
    let expected = [("search 1", concept), ("search 2", term)];
    let expected = expected.map(|(name, found)| (name.to_owned(), found));
    assert_eq!(sources(&sandbox, "names"), expected);
    let update = sandbox.run(&["review", "update", "names"]).success();
    assert_eq!(update.out, "nothing is new, nothing has changed\n");
    assert!(update.err.contains(&format!("search 2: {term} stud")), "{}", update.err);
    let report = ["review", "report", "names", "--format", "json"];
    let searches = &sandbox.run(&report).success().json()["searches"];
    assert_eq!(
        (&searches[0]["expand"], &searches[1]["expand"]),
        (&"concept".into(), &"term".into())
    );
}

#[test]
fn hints_name_the_review() {
    let sandbox = prepared();
    sandbox.run(&["review", "new", "my cells", "--query", "anemia"]).success();
    let hint = |arguments: &[&str], expected: &str| {
        let run = sandbox.run(arguments);
        assert!(run.err.contains(expected), "{}", run.err);
    };
    hint(&["review", "stopping", "my cells"], "`trialdex review sample 'my cells'` draws one");
    hint(&["review", "new", "my cells", "--query", "x"], "by `trialdex review 'my cells'`, add");
    hint(&["review", "my cells"], "use `trialdex review next 'my cells'` and");
    hint(&["review", "list", "none"], "`trialdex review new none --query ...`");
    hint(&["review", "search", "my cells"], "`trialdex review search 'my cells' --query");
}

#[test]
fn a_review_keeps_what_was_published_and_what_was_run() {
    let sandbox = prepared();
    let published =
        "1. exp Anemia/\n2. (stem adj3 (cell* or marrow)).tw.\n3. english.la.\n4. 1 and 2\n";
    sandbox.write("ovid.txt", published);
    let new = ["review", "new", "cells", "--strategy", "ovid.txt", "--from", "ovid"];
    sandbox.run(&new).success();
    let both = found(&sandbox, &["EXPLODE[MeSH]Anemia AND stem NEAR/2 (cell* OR marrow)"]).len();
    assert_eq!(sources(&sandbox, "cells"), [("search 1".to_owned(), both)]);
    let report = ["review", "report", "cells", "--format", "json"];
    let strategy = sandbox.run(&report).success().json()["searches"][0]["strategy"].clone();
    assert_eq!((&strategy["from"], &strategy["line"]), (&"ovid".into(), &4.into()));
    let line = &strategy["lines"][0];
    let count = found(&sandbox, &["EXPLODE[MeSH]Anemia"]).len();
    assert_eq!((&line["typed"], &line["found"]), (&"exp Anemia/".into(), &count.into()));
    assert_eq!(line["translated"], "EXPLODE[MeSH]Anemia");
    assert_eq!(strategy["leftOut"][0]["typed"], "english.la.");
    let markdown = ["review", "report", "cells", "--format", "markdown"];
    let markdown = sandbox.run(&markdown).success().out;
    assert!(markdown.contains("| #3 | english.la. |  | not run |\n"), "{markdown}");
    let row = format!("| #1 | exp Anemia/ | EXPLODE\\[MeSH\\]Anemia | {count} |\n");
    assert!(markdown.contains(&row), "{markdown}");
    // What was run is run again, not what is made of the lines today.
    sandbox.remove("ovid.txt");
    let update = sandbox.run(&["review", "update", "cells"]).success();
    assert_eq!(update.out, "nothing is new, nothing has changed\n");
    sandbox.write("ovid.txt", published);
    let receipt = ["search", "--strategy", "ovid.txt", "--from", "ovid", "--receipt", "r.json"];
    sandbox.run(&receipt).success();
    sandbox.remove("ovid.txt");
    let verify = sandbox.run(&["verify", "r.json"]).success().out;
    assert!(!verify.contains("line #1  "), "{verify}");
    // What a line gives is worked out in our language.
    sandbox.write("ovid.txt", published);
    let batch = ["batch", "ovid.txt", "--from", "ovid", "--yield", "--format", "json"];
    let json = sandbox.run(&batch).success().json();
    assert_eq!(
        json["lines"][0]["keptOut"],
        found(&sandbox, &["stem NEAR/2 (cell* OR marrow)"]).len() - both
    );
}
