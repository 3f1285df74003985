//! The measures of `eval` for rankings of the sample corpus, and its messages
//! for wrong files.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;
use serde_json::Value;

use super::harness::{ProgramRun, Sandbox, copy_directory};
use super::real_data::judged;

/// Queries for the topics 1 and 2, and one for a topic that nobody judged.
const TOPICS: &str =
    "1-A\taplastic anemia mesenchymal\n1-B\txyzzy\n2\tknee osteoarthritis\n9\tsepsis\n";

/// Topic 3 has nothing relevant; nobody asks for topic 4.
const QRELS: &str = "1 0 NCT90000001 2\n1 0 NCT90000008 1\n1 0 NCT90000006 0\n\
                     2 0 NCT90000004 1\n3 0 NCT90000004 0\n4 0 NCT90000004 1\n";

fn judged_corpus() -> Sandbox {
    let sandbox =
        Sandbox::with(&[("topics.tsv", TOPICS.as_bytes()), ("qrels.txt", QRELS.as_bytes())]);
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    sandbox
}

fn eval(sandbox: &Sandbox, more: &[&str]) -> ProgramRun {
    sandbox.run(&[&["eval", "--qrels", "qrels.txt"], more].concat())
}

fn fresh(sandbox: &Sandbox, more: &[&str]) -> ProgramRun {
    eval(sandbox, &[&["--topics", "topics.tsv"], more].concat())
}

#[test]
fn the_sample_corpus_is_measured() {
    let sandbox = judged_corpus();
    let run = fresh(&sandbox, &["--per-topic", "--run", "run.txt"]).success();
    // 1-A finds NCT90000002, 1, 8 first: (2/log2(3) + 1/log2(4)) / (2 + 1/log2(3))
    // is 0.6697, and P@10 0.2; 1-B finds nothing. 2 finds its study first.
    assert_snapshot!(run.out, @"
    2 topics, 3 queries
          nDCG@10    P@10     MAP  recall@100  recall@1000  nDCG@10 among judged
    mean   0.6550  0.1000  0.6458      0.7500       0.7500                0.7149
    1      0.3100  0.1000  0.2917      0.5000       0.5000                0.4299
    2      1.0000  0.1000  1.0000      1.0000       1.0000                1.0000
    ");
    assert_snapshot!(run.err, @"
    note: 1 query of no judged topic, left out: 9
    note: 1 judged topic without a query, left out (`--complete` counts 0): 4
    note: 1 judged topic without relevant studies, left out: 3
    ");
    let written = fs::read_to_string(sandbox.path("run.txt")).expect("a run");
    let first = written.lines().next().expect("a line");
    assert!(first.starts_with("1-A Q0 NCT90000002 1 "), "{first}");
    assert!(!written.contains("1-B"), "what finds nothing has no line");
}

#[test]
fn a_run_can_be_evaluated_without_an_index() {
    let sandbox = judged_corpus();
    let before: Value = fresh(&sandbox, &["--run", "run.txt", "--format", "json"]).success().json();
    fs::remove_dir_all(sandbox.path("index")).expect("the index removed");
    fs::remove_dir_all(sandbox.path("corpus")).expect("the corpus removed");
    let from = |more: &[&str]| {
        eval(&sandbox, &[&["--from", "run.txt", "--format", "json"], more].concat())
            .success()
            .json()
    };
    assert_eq!(from(&["--topics", "topics.tsv"])["mean"], before["mean"]);
    let precision = |json: &Value| json["mean"]["precision10"].as_f64().expect("a number");
    // Without the topics nobody knows that 1-B found nothing.
    let without = from(&[]);
    assert_eq!(without["queries"], 2);
    assert!((precision(&without) - 0.15).abs() < 1e-12);
    // A topic that nobody asks for counts 0: (0.2 + 0.1 + 0) / 3.
    let complete = from(&["--complete"]);
    assert!((precision(&complete) - 0.1).abs() < 1e-12);
    assert_eq!(complete["topics"], 3);
}

#[test]
fn fewer_words_are_found_by_all_of_them() {
    let sandbox = judged_corpus();
    fresh(&sandbox, &["--run", "any.txt"]).success();
    fresh(&sandbox, &["--run", "all.txt", "--all-words", "--tag", "all"]).success();
    fresh(&sandbox, &["--run", "one.txt", "--limit", "1"]).success();
    let lines = |name| fs::read_to_string(sandbox.path(name)).expect("a run").lines().count();
    assert!(lines("all.txt") < lines("any.txt"));
    assert_eq!(lines("one.txt"), 3, "1-B finds nothing");
    let all = fs::read_to_string(sandbox.path("all.txt")).expect("a run");
    assert!(all.lines().all(|line| line.ends_with(" all")));
}

#[test]
fn runs_are_compared_topic_by_topic() {
    let sandbox = judged_corpus();
    sandbox.write("mine.txt", "1 Q0 NCT90000001 1 1 x\n2 Q0 NCT90000004 1 1 x\n4 Q0 A 1 1 x\n");
    sandbox.write("theirs.txt", "1-A Q0 NCT90000006 1 1 x\n2 Q0 NCT90000004 1 1 x\n");
    let compared = |format: &str| {
        let run =
            eval(&sandbox, &["--from", "mine.txt", "--baseline", "theirs.txt", "--format", format]);
        run.success()
    };
    let run = compared("text");
    // P@10 differs by 0.1 and 0: t is 1, and p with one degree of freedom 1/2.
    assert_snapshot!(run.out, @"
    3 topics, 3 queries
          nDCG@10    P@10     MAP  recall@100  recall@1000  nDCG@10 among judged
    mean   0.5867  0.0667  0.5000      0.5000       0.5000                0.5867

    compared on 2 topics
                             run  baseline  difference  p (t test)  p (random)  better  same  worse
    nDCG@10               0.8801    0.5000     +0.3801      0.5000      1.0000       1     1      0
    P@10                  0.1000    0.0500     +0.0500      0.5000      1.0000       1     1      0
    MAP                   0.7500    0.5000     +0.2500      0.5000      1.0000       1     1      0
    recall@100            0.7500    0.5000     +0.2500      0.5000      1.0000       1     1      0
    recall@1000           0.7500    0.5000     +0.2500      0.5000      1.0000       1     1      0
    nDCG@10 among judged  0.8801    0.5000     +0.3801      0.5000      1.0000       1     1      0
    ");
    assert!(run.err.ends_with("note: 1 topic of one of the two runs alone, not compared: 4\n"));
    let csv = compared("csv").out;
    let row = |start: &str| csv.lines().find(|line| line.starts_with(start)).unwrap_or_default();
    assert!(row("compared,,recall100,0.75,0.5,0.25,").ends_with(",1,1,1,0"), "{csv}");
    assert_eq!(row("topic,4,map"), "topic,4,map,0,,,,,,,,");
    let json = compared("json").json();
    assert_eq!(json["comparison"]["measures"]["map"]["difference"], 0.25);
    assert_eq!(json["comparison"]["leftOut"][0], "4");
}

#[test]
fn a_baseline_that_found_nothing_for_a_query_has_0_for_it() {
    let sandbox = judged_corpus();
    fresh(&sandbox, &["--run", "run.txt"]).success();
    let more = ["--from", "run.txt", "--baseline", "run.txt", "--topics", "topics.tsv"];
    let json = eval(&sandbox, &[&more[..], &["--format", "json"]].concat()).success().json();
    let paired = &json["comparison"]["measures"]["ndcg10"];
    assert_eq!((&paired["difference"], &paired["ties"]), (&0.0.into(), &2.into()));
    assert_eq!(paired["pRandomization"], 1.0);
}

#[test]
fn topics_of_trec_are_read() {
    let sandbox = judged_corpus();
    let expected = fresh(&sandbox, &["--format", "json"]).success().json();
    let xml = "<?xml version=\"1.0\"?>\r\n<topics task=\"made up\">\r\n\
        <topic number=\"1-A\">\r\naplastic anemia\r\nmesenchymal</topic>\r\n\
        <topic number=\"1-B\">xyzzy</topic><topic number=\"2\">knee osteoarthritis</topic>\r\n\
        <topic number=\"9\">sepsis &amp; more</topic></topics>\r\n";
    let older = "<top>\n<num> Number: 1-A\n<title> aplastic anemia\n<desc> Description:\nmesenchymal\n\
        <narr> Narrative:\nknee\n</top>\n<top>\n<num> Number: 1-B\n<title> xyzzy\n</top>\n\
        <top>\n<num>2</num>\n<title>knee osteoarthritis</title>\n</top>\n";
    for text in [xml, older] {
        sandbox.write("topics.tsv", text);
        let json = fresh(&sandbox, &["--format", "json"]).success().json();
        assert_eq!(json["perTopic"], expected["perTopic"], "{text}");
    }
}

/// The message for a file, with the others correct.
fn complaint(name: &str, text: impl AsRef<[u8]>) -> String {
    let sandbox = Sandbox::with(&[
        ("topics.tsv", b"1\tsepsis\n"),
        ("qrels.txt", b"1 0 NCT90000001 1\n"),
        ("run.txt", b"1 Q0 NCT90000001 1 1 x\n"),
    ]);
    sandbox.write(name, text);
    let more = ["--from", "run.txt", "--baseline", "run.txt", "--topics", "topics.tsv"];
    let run = eval(&sandbox, &more).ended(2);
    assert_eq!(run.out, "");
    run.err
}

#[test]
fn files_that_are_wrong_are_said_to_be_with_the_line() {
    assert_snapshot!(complaint("qrels.txt", "1 0 NCT90000001 1\r\n1 NCT90000002 1\r\n"), @"
    error: qrels.txt:2: 3 columns where a judgment has 4
    hint: write a judgment as `topic 0 document grade`, such as `7 0 NCT90000001 1`
    ");
    assert_snapshot!(complaint("qrels.txt", "1 0 NCT90000001 yes\n"), @"
    error: qrels.txt:1: the grade `yes` is not a whole number
    hint: write a judgment as `topic 0 document grade`, such as `7 0 NCT90000001 1`
    ");
    assert_snapshot!(complaint("qrels.txt", "1 0 NCT90000001 1\n1 0 NCT90000001 0\n"), @"
    error: qrels.txt:2: `NCT90000001` is judged 0 for topic `1`, and 1 further up
    hint: leave one of the two judgments
    ");
    assert_snapshot!(complaint("qrels.txt", ""), @"
    error: qrels.txt: no judgments in it
    hint: write a judgment as `topic 0 document grade`, such as `7 0 NCT90000001 1`
    ");
    assert_snapshot!(complaint("run.txt", "1 Q0 NCT90000001 1 NaN x\n"), @"
    error: run.txt:1: the score `NaN` is not a number
    hint: write a result as `query Q0 document rank score run`, such as `7 Q0 NCT90000001 1 12.5 mine`
    ");
    assert_snapshot!(complaint("run.txt", "1 Q0 A 1 2 x\n1 Q0 A 2 1 x\n"), @"
    error: run.txt:2: `A` is listed twice for query `1`
    hint: a run has a document once for each query
    ");
    assert_snapshot!(complaint("topics.tsv", "1 sepsis\n"), @"
    error: topics.tsv:1: no tab between id and words
    hint: write a topic as `id<TAB>words`, or give a topic file of TREC
    ");
    assert_snapshot!(complaint("topics.tsv", "<topics>\n<topic>sepsis</topic>\n</topics>"), @"
    error: topics.tsv:2: a topic without a number
    hint: a topic file of TREC has `<topic number=\"1\">text</topic>` elements
    ");
    assert_snapshot!(complaint("qrels.txt", "7 0 NCT90000001 1\n"), @"
    note: 1 query of no judged topic, left out: 1
    note: 1 judged topic without a query, left out (`--complete` counts 0): 7
    error: qrels.txt: no query belongs to a topic with relevant studies
    hint: a query is named like its topic, or like `topic-1`
    ");
}

#[test]
fn nothing_that_is_read_makes_it_panic() {
    let texts: [&[u8]; 9] = [
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf",
        b"<",
        b"<top>",
        b"<top><num>\xc3",
        b"<topics><topic number=",
        b"<topic number='1'/>",
        b"1\t\n",
        b"\0 0 \0 -9223372036854775808\n",
    ];
    for text in texts {
        for name in ["topics.tsv", "qrels.txt", "run.txt"] {
            let said = complaint(name, text);
            assert!(said.contains("error: ") && !said.contains("panicked"), "{said}");
        }
    }
}

#[test]
fn flags_that_do_not_go_together_are_refused() {
    let sandbox = Sandbox::with(&[("qrels.txt", QRELS.as_bytes()), ("run.txt", b"")]);
    for more in [
        &[][..],
        &["--from", "run.txt", "--run", "other.txt"],
        &["--from", "run.txt", "--all-words"],
        &["--from", "run.txt", "--limit", "5"],
        &["--topics", "topics.tsv", "--tag", "two words"],
        &["--topics", "nowhere.tsv"],
    ] {
        let run = eval(&sandbox, more).ended(2);
        assert!(run.err.starts_with("error: "), "{}", run.err);
    }
}

#[test]
fn a_judged_collection_is_ranked_as_it_was() {
    let Some(documents) = judged("koopman-docs.ndjson.zst") else { return };
    let [topics, qrels] = ["koopman-2014-queries.tsv", "koopman-2014-qrels.txt"].map(judged);
    let (topics, qrels) = (topics.expect("queries"), qrels.expect("judgments"));
    let sandbox = Sandbox::new();
    sandbox.index(&[&documents]);
    let run = sandbox.run(&["eval", "--topics", &topics, "--qrels", &qrels, "--format", "json"]);
    let json = run.success().json();
    assert_eq!((&json["topics"], &json["queries"]), (&29.into(), &259.into()));
    assert_eq!(json["leftOut"]["queriesOfNoTopic"].as_array().map(Vec::len), Some(8));
    // What ranking has reached; see docs/benchmarks.md.
    for (key, least) in
        [("ndcg10", 0.17), ("precision10", 0.19), ("map", 0.125), ("recall100", 0.32)]
    {
        let value = json["mean"][key].as_f64().expect("a number");
        assert!(value >= least, "{key}: {value}");
    }
}
