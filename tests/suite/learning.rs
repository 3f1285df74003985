//! What `review simulate` reads, measures and says.

use insta::assert_snapshot;
use serde_json::Value;

use super::harness::{ProgramRun, Sandbox};

/// Forty invented studies; those about sepsis in adults are included.
fn table() -> String {
    let mut table = "nct_id,title,abstract,included\n".to_owned();
    for row in 0..40 {
        let (about, who) =
            (["Sepsis", "Knee pain", "Asthma"][row % 3], ["adults", "children"][row % 2]);
        let included = u8::from(row % 3 == 0 && row % 2 == 0);
        let abstract_ = format!("\"A trial of treatment {}, in {who}.\"", row % 7);
        table.push_str(&format!("NCT9000{row:04},{about} of {who},{abstract_},{included}\n"));
    }
    table
}

fn simulate(more: &[&str]) -> ProgramRun {
    let sandbox = Sandbox::with(&[("labelled.csv", table().as_bytes())]);
    sandbox.run(&[&["review", "simulate", "labelled.csv"], more].concat())
}

#[test]
fn a_labelled_table_is_read_again() {
    assert_snapshot!(simulate(&["--prior-rows", "0,1"]).success().out, @r"
    40 studies, 7 included; most certain first, 11 models

      WSS@95                  0.687  work saved over sampling for 95 % of the includes
      WSS@100                 0.737  and for all of them
      recall at 10 % read     0.000  includes found within a tenth of the reading
      ATD                       7.3  studies read until an include is found, on average
      loss                    0.120  from 0, all includes first, to 1, all last

      100 % │             █████████████████████████████████████
            │           ▃▃█████████████████████████████████████
            │           ███████████████████████████████████████
            │          ▅███████████████████████████████████████
            │          ████████████████████████████████████████
       50 % │         █████████████████████████████████████████
            │       ▃▃█████████████████████████████████████████
            │       ███████████████████████████████████████████
            │     ▅▅███████████████████████████████████████████
            │     █████████████████████████████████████████████
        0 % └──────────────────────────────────────────────────
             0 %                                     100 % read
    ");
}

#[test]
fn runs_are_averaged() {
    let run = simulate(&["--runs", "3", "--order", "random"]).success();
    assert!(run.out.contains("in random order, 0 models, mean of 3 runs"), "{}", run.out);
}

#[test]
fn json_has_every_study_in_the_order_of_reading() {
    let run = simulate(&["--prior-rows", "0,1", "--format", "json"]).success();
    let said: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!([&said["studies"], &said["includes"]], [40, 7]);
    let run = &said["runs"][0];
    assert_eq!(run["priorRows"], serde_json::json!([0, 1]));
    let order = run["order"].as_array().expect("an order");
    assert_eq!(order.len(), 38);
    // All that is known is that one of the adults is included.
    assert_eq!(order[0]["title"], "Asthma of adults");
    let last = order.iter().rposition(|read| read["included"] == true).expect("an include") + 1;
    assert_eq!(run["recallCurve"][5], serde_json::json!({"read": last, "recall": 1.0}));
    assert_eq!(run["recallCurve"].as_array().expect("a curve").len(), 6);
    assert_eq!(run["measures"], said["mean"]);
}

#[test]
fn what_cannot_be_simulated_is_named() {
    let sandbox = Sandbox::with(&[
        ("bare.csv", b"title,abstract\na,b\n".as_slice()),
        ("odd.csv", b"title,included\na,1\nb,dunno\n"),
        ("same.csv", b"title,included\na,1\nb,1\nc,0\n"),
        ("part.tsv", b"title\tincluded\na\t1\nb\t0\nc\t\nd\t1\ne\t0\n"),
    ]);
    let say = |arguments: &[&str]| {
        let run = sandbox.run(&[&["review", "simulate"], arguments].concat());
        run.err
    };
    let said = [
        say(&["bare.csv"]),
        say(&["odd.csv"]),
        say(&["same.csv"]),
        say(&["same.csv", "--prior-include", "3"]),
        say(&["part.tsv", "--prior-rows", "2"]),
        say(&["part.tsv"]),
        say(&["absent.csv"]),
    ];
    assert_snapshot!(said.concat(), @"
    error: bare.csv: nothing says what is included
    hint: name a column `included`, with 1 and 0
    odd.csv:3: `dunno` in `included` is no known decision: nothing that was decided is taken from this record
    note: odd.csv: 1 study without a label, left out
    error: odd.csv: 1 excludes cannot be known before: there are 0
    error: same.csv: nothing is left to be found
    hint: a simulation needs includes and excludes beside those that are known before
    error: same.csv: 3 includes cannot be known before: there are 2
    note: part.tsv: 1 study without a label, left out
    error: part.tsv: row 2 has no labelled study
    hint: rows are counted from 0, without the line of names
    note: part.tsv: 1 study without a label, left out
    error: absent.csv: No such file or directory (os error 2)
    ");
}
