//! What several commands and several people come to: settings, decisions in
//! bulk, and what one undo takes back.

use super::exchange::decided;
use super::harness::{ProgramRun, Sandbox};

fn review(sandbox: &Sandbox, line: &str) -> ProgramRun {
    sandbox.run(&[&["review"], &line.split(' ').collect::<Vec<_>>()[..]].concat())
}

fn ids(sandbox: &Sandbox, line: &str) -> Vec<String> {
    review(sandbox, line).out.lines().map(str::to_owned).collect()
}

fn counts(sandbox: &Sandbox) -> [u64; 6] {
    let report = review(sandbox, "report tea --format json --reviewer ann").json();
    ["unread", "waiting", "excluded", "included", "maybe", "conflicts"]
        .map(|name| report["counts"][name].as_u64().expect("a number"))
}

#[test]
fn a_study_counts_when_all_who_must_have_read_it() {
    let sandbox = decided();
    let shown = review(&sandbox, "settings tea --reviewer ann").success();
    assert_eq!(shown.out, "readers                1\ninclude-against-maybe  conflict\n");
    assert_eq!(counts(&sandbox), [1, 0, 0, 1, 0, 1]);
    review(&sandbox, "settings tea --readers 2 --reviewer ann").success();
    assert_eq!(counts(&sandbox), [1, 1, 0, 0, 0, 1]);
    let waiting = "list tea --verdict waiting --format ids --reviewer ann";
    assert!(review(&sandbox, waiting).ended(2).err.contains("--unblind"));
    assert_eq!(ids(&sandbox, &format!("{waiting} --unblind")), ["NCT90000001"]);
    for (format, said) in [
        ("text", "read by fewer people than must"),
        ("text", "Each study must be read by 2 people."),
        ("markdown", "1 is still to be read by another person"),
        ("svg", "than must (n = 1)"),
    ] {
        let report = review(&sandbox, &format!("report tea --reviewer ann --format {format}"));
        assert!(report.out.contains(said), "{report:?}");
    }
    let status = review(&sandbox, "status tea --reviewer ann").success();
    assert!(status.out.contains("settings Each study must be read by 2 people."), "{status:?}");
    review(&sandbox, "decide tea NCT90000001 --maybe --reviewer bo").success();
    assert_eq!(counts(&sandbox), [1, 0, 0, 0, 0, 2]);
    review(&sandbox, "settings tea --include-against-maybe include --reviewer ann").success();
    assert_eq!(counts(&sandbox), [1, 0, 0, 1, 0, 1]);
    assert_eq!(review(&sandbox, "conflicts tea").out.lines().count(), 3);
    review(&sandbox, "settings tea --readers 3 --reviewer ann").success();
    assert_eq!(counts(&sandbox), [1, 1, 0, 0, 0, 1]);
    let json = review(&sandbox, "settings tea --format json --reviewer ann").json();
    assert_eq!(json["includeAgainstMaybe"], "include");
    let history = review(&sandbox, "history tea --reviewer ann").success();
    assert!(history.out.contains("set include against maybe: include"), "{history:?}");
}

/// What the first study of the report is in each export: the label of
/// ASReview, then the verdict.
fn exported(sandbox: &Sandbox) -> (String, String) {
    let line = "export tea --unblind --reviewer ann";
    let ris = review(sandbox, &format!("{line} --for asreview --format ris")).success().out;
    let record = ris.split("ER  -").find(|it| it.contains("AN  - NCT90000001"));
    let label = record.and_then(|it| it.lines().find(|it| it.contains("ASReview_")));
    let label = label.map(|it| it.trim().trim_start_matches("N1  - ").to_owned());
    let json = review(sandbox, &format!("{line} --format jsonl")).success().out;
    let study = json.lines().find(|line| line.contains("\"NCT90000001\"")).expect("the study");
    let study: serde_json::Value = serde_json::from_str(study).expect("JSON");
    (label.expect("a label"), study["verdict"].as_str().expect("a verdict").to_owned())
}

#[test]
fn exports_follow_the_settings_and_come_back() {
    let sandbox = decided();
    let is = |label: &str, verdict: &str| {
        assert_eq!(exported(&sandbox), (label.to_owned(), verdict.to_owned()));
    };
    is("ASReview_relevant", "include");
    review(&sandbox, "settings tea --readers 2 --reviewer ann").success();
    is("ASReview_not_seen", "waiting");
    review(&sandbox, "decide tea NCT90000001 --maybe --reviewer bo").success();
    is("ASReview_not_seen", "conflict");
    review(&sandbox, "settings tea --include-against-maybe include --reviewer ann").success();
    is("ASReview_relevant", "include");
    review(&sandbox, "settings tea --readers 3 --reviewer ann").success();
    for format in ["csv", "ris", "jsonl"] {
        let line = format!("export tea --unblind --reviewer ann --format {format}");
        sandbox.write("out", &review(&sandbox, &line).success().out);
        let run = review(&sandbox, "import tea out --reviewer ann").success();
        assert!(run.err.contains("0 verdicts, 0 labels, 0 notes and 0 reasons"), "{run:?}");
        assert!(!run.err.contains("no known decision"), "{run:?}");
    }
}

#[test]
fn a_review_may_begin_with_its_settings() {
    let sandbox = decided();
    review(&sandbox, "new two --query tea --readers 2").success();
    let shown = review(&sandbox, "settings two").success();
    assert!(shown.out.starts_with("readers                2\n"), "{shown:?}");
}

#[test]
fn many_decisions_are_not_turned_round_unasked() {
    let sandbox = decided();
    let line = "decide tea NCT90000001 NCT90000003 --exclude --reviewer ann";
    let refused = review(&sandbox, line).ended(2);
    assert!(
        refused.err.contains(
            "1 of 2 studies has another verdict of ann already, NCT90000001 the first: nothing \
             was decided"
        ) && refused.err.contains("hint: add `--again`"),
        "{refused:?}"
    );
    let include = "list tea --verdict include --format ids --reviewer ann";
    assert_eq!(ids(&sandbox, include), ["NCT90000001"]);
    review(&sandbox, "decide tea NCT90000001 --exclude --reviewer ann").success();
    review(&sandbox, "decide tea NCT90000001 --include --reviewer ann").success();
    review(&sandbox, &format!("{line} --again")).success();
    let exclude = "list tea --verdict exclude --format ids --reviewer ann";
    assert_eq!(ids(&sandbox, exclude).len(), 3);
    // One undo takes back one command.
    let undone = review(&sandbox, "undo tea --reviewer ann").success();
    assert!(undone.err.ends_with(", and 1 more of the same command\n"), "{undone:?}");
    assert_eq!(ids(&sandbox, include), ["NCT90000001"]);
    assert_eq!(ids(&sandbox, exclude), ["NCT90000002"]);
}

#[test]
fn one_undo_takes_back_an_import() {
    let sandbox = decided();
    let before = review(&sandbox, "list tea --unblind --reviewer ann").out;
    sandbox.write(
        "one.csv",
        "nct,title,decision,reviewer\nNCT90000001,A,exclude,di\nNCT90000007,B,include,\n",
    );
    sandbox.write("two.csv", "nct,title,decision\nNCT90000003,C,include\n");
    let import = "import tea one.csv two.csv --add --reviewer cy";
    review(&sandbox, import).success();
    let after = review(&sandbox, "list tea --unblind --reviewer ann").out;
    assert!(after.contains("NCT90000007  include"), "{after}");
    let undone = review(&sandbox, "undo tea --reviewer cy").success();
    assert!(undone.err.contains("and 4 more of the same command"), "{undone:?}");
    assert_eq!(review(&sandbox, "list tea --unblind --reviewer ann").out, before);
    assert_eq!(counts(&sandbox), [1, 0, 0, 1, 0, 1]);
    // What was taken back can be taken over again.
    review(&sandbox, import).success();
    assert_eq!(review(&sandbox, "list tea --unblind --reviewer ann").out, after);
}
