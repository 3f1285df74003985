//! Reviews from the command line: begun, decided, merged, updated, killed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::harness::{ProgramRun, Sandbox, copy_directory, files_below};
use super::invented::{nct, record};

/// A sandbox with an index of the sample corpus and a review of it.
fn begun() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.index(&["corpus"]);
    let new = ["review", "new", "anemia", "--query", "anemia", "--query", "aplastic marrow"];
    sandbox.run(&new).success();
    sandbox
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// Runs `trialdex review` with words that have no blanks in them.
fn review(sandbox: &Sandbox, line: &str) -> ProgramRun {
    sandbox.run(&words(&format!("review {line}")))
}

fn ids(sandbox: &Sandbox, line: &str) -> Vec<String> {
    review(sandbox, line).out.lines().map(str::to_owned).collect()
}

fn status(sandbox: &Sandbox, flags: &str) -> Value {
    review(sandbox, &format!("status anemia --format json{flags}")).success().json()
}

#[test]
fn a_review_begins_with_the_hits_of_its_searches() {
    let sandbox = begun();
    let status = status(&sandbox, "");
    let found: Vec<u64> = status["sources"]
        .as_array()
        .expect("sources")
        .iter()
        .map(|source| source["identified"].as_u64().expect("a number"))
        .collect();
    let count = |query: &str| -> u64 {
        sandbox.run(&["search", "--count", query]).out.trim().parse().expect("a number")
    };
    assert_eq!(found, [count("anemia"), count("aplastic marrow")]);
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    assert_eq!(status["progress"]["studies"].as_u64(), Some(all.len() as u64));
    assert!(all.len() < found.iter().sum::<u64>() as usize, "some are found by both");
    // A study that both find comes before those that one finds.
    let search = |query| sandbox.run(&["search", query, "--format", "ids", "--limit", "0"]).out;
    let (one, other) = (search("anemia"), search("aplastic marrow"));
    assert!(one.contains(&all[0]) && other.contains(&all[0]), "{all:?}");
}

#[test]
fn decisions_are_listed_taken_back_and_remembered() {
    let sandbox = begun();
    let first = &ids(&sandbox, "next anemia -n 0 --format ids")[..3];
    let [a, b, c] = [&first[0], &first[1], &first[2]];
    review(
        &sandbox,
        &format!("decide anemia {a} --include --label core --note yes --order relevance"),
    )
    .success();
    review(&sandbox, &format!("decide anemia {b} {c} --exclude --reason design")).success();
    assert_eq!(ids(&sandbox, "list anemia --verdict include --format ids"), [a.as_str()]);
    assert_eq!(ids(&sandbox, "list anemia --reason design --format ids").len(), 2);
    assert_eq!(ids(&sandbox, "list anemia --label core --format ids"), [a.as_str()]);
    review(&sandbox, "undo anemia").success();
    assert_eq!(ids(&sandbox, "list anemia --verdict exclude --format ids").len(), 0);
    let history = review(&sandbox, "history anemia --format json").success();
    let events: Vec<Value> =
        history.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let decided = events.iter().filter(|event| event["act"]["kind"] == "decide");
    let undone: Vec<bool> = decided.map(|it| it["undone"].as_bool().expect("a truth")).collect();
    assert_eq!(undone, [false, true, true]);
    let first = events.iter().find(|event| event["act"]["kind"] == "decide").expect("an event");
    assert_eq!(first["act"]["rank"], 1);
    assert_eq!(first["act"]["model"], "relevance");
    // Where it is not said what ordered them, nothing is claimed.
    let last = events.iter().rfind(|event| event["act"]["kind"] == "decide").expect("an event");
    assert_eq!((&last["act"]["rank"], &last["act"]["model"]), (&Value::Null, &Value::Null));
    assert!(first["act"]["record"].as_str().is_some_and(|record| record.len() == 16));
}

#[test]
fn a_copy_is_made_by_name_or_into_a_directory() {
    let sandbox = begun();
    let made = review(&sandbox, "copy anemia bo").success();
    assert!(made.err.contains("bo.review: a copy of anemia.review with"), "{made:?}");
    std::fs::create_dir(sandbox.path("stick")).expect("a directory");
    review(&sandbox, "copy anemia stick").success();
    let merged = review(&sandbox, "merge anemia stick/anemia").success();
    assert!(merged.err.contains("0 events and 0 records"), "{merged:?}");
    let refused = review(&sandbox, "copy anemia bo").ended(2);
    assert!(refused.err.contains("bo.review: exists already"), "{refused:?}");
    review(&sandbox, "copy nowhere bo").ended(2);
}

#[test]
fn a_note_may_begin_with_a_dash() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    let decide = ["review", "decide", "anemia", &all[0], "--include", "--note", "- see protocol"];
    sandbox.run(&decide).success();
    let listed = review(&sandbox, "list anemia --verdict decided").success();
    assert!(listed.out.contains("- see protocol"), "{listed:?}");
}

#[test]
fn a_name_may_stand_before_what_is_done() {
    let sandbox = begun();
    assert_eq!(review(&sandbox, "anemia next").out, review(&sandbox, "next anemia").out);
}

#[cfg(unix)]
#[test]
fn a_name_is_no_address() {
    let sandbox = begun();
    review(&sandbox, "new file:tea?mode=ro --query anemia").success();
    let refused = review(&sandbox, "merge anemia file:tea?mode=ro").ended(2);
    assert!(refused.err.contains("not a copy of this review"), "{refused:?}");
    review(&sandbox, "merge anemia file:tea?mode=ro --unrelated").success();
}

#[test]
fn what_is_wrong_is_said_with_what_to_do() {
    let sandbox = begun();
    let said = |line: &str| {
        let run = review(&sandbox, line).ended(2);
        assert!(run.err.contains("hint:"), "{run:?}");
        run.err
    };
    assert!(said("status nothing").contains("nothing.review: no such review"));
    assert!(said("new list --query x").contains("cannot be called `list`"));
    assert!(said("new sub/ --query x").contains("cannot be called `sub/`"));
    assert!(said("new anemia --query x").contains("exists already"));
    assert!(said("new other").contains("begins with a search"));
    let decide = "decide anemia NCT90000001";
    assert!(said(decide).contains("no decision is given"));
    assert!(said(&format!("{decide} --exclude --reason x")).contains("no reason of this review"));
    assert!(
        said(&format!("{decide} --include --reason design"))
            .contains("a reason is for excluded studies")
    );
    assert!(said(&format!("{decide} --label=")).contains("a label is empty"));
    assert!(said("settle anemia NCT90000001 --include").contains("no conflict"));
    sandbox.write("text.review", "not SQLite");
    assert!(said("status text").contains("not a review"));
    let whole = std::fs::read(sandbox.path("anemia.review")).expect("a review");
    sandbox.write("cut.review", &whole[..whole.len() / 2]);
    assert!(said("status cut").contains("the file is damaged"));
    let run = review(&sandbox, "decide anemia NCT90099999 --maybe").ended(1);
    assert!(run.err.contains("NCT90099999: not in the review"), "{run:?}");
}

#[test]
fn reviewers_are_blind_until_their_copies_are_merged() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    std::fs::copy(sandbox.path("anemia.review"), sandbox.path("bo.review")).expect("copied");
    review(&sandbox, &format!("decide anemia {} {} --include", all[0], all[1])).success();
    review(&sandbox, &format!("decide bo {} --include --reviewer bo", all[0])).success();
    review(&sandbox, &format!("decide bo {} --exclude --reviewer bo", all[1])).success();
    let merged = review(&sandbox, "merge anemia bo").success();
    assert!(merged.err.contains("2 events and 0 records taken over"), "{merged:?}");
    review(&sandbox, "merge bo anemia").success();
    for name in ["anemia", "bo"] {
        let conflicts = review(&sandbox, &format!("conflicts {name} --format json")).success();
        let conflicts = conflicts.json();
        assert_eq!(conflicts["conflicts"][0]["nctId"], all[1].as_str());
        assert_eq!(conflicts["agreement"][0]["studies"], 2);
        assert_eq!(conflicts["agreement"][0]["kappa"], 0.0);
    }
    // What another one decided is still to be read.
    let left = ids(&sandbox, "next anemia -n 0 --format ids --reviewer cy");
    assert_eq!(left.len(), all.len());
    let seen = review(&sandbox, "list anemia --verdict decided --format ids --reviewer cy");
    assert_eq!(seen.out, "");
    for line in ["list anemia --verdict conflict", "export anemia --verdict conflict"] {
        let refused = review(&sandbox, line).ended(2);
        assert!(refused.err.contains("--unblind"), "{refused:?}");
    }
    let conflicts = ids(&sandbox, "list anemia --verdict conflict --unblind --format ids");
    assert_eq!(conflicts, [all[1].as_str()]);
    // A sample reflects the decisions at the time of its draw.
    review(&sandbox, "sample bo --size 1 --reviewer bo").success();
    review(&sandbox, "merge anemia bo").success();
    let history = |flags: &str| review(&sandbox, &format!("history anemia{flags}")).success().out;
    assert!(!history(" --format json").contains("population\":["), "{}", history(""));
    assert!(history(" --unblind").contains(" drew 1 of "), "{}", history(" --unblind"));
    review(&sandbox, &format!("settle anemia {} --exclude --reason design --reviewer cy", all[1]))
        .success();
    review(&sandbox, "conflicts anemia").ended(1);
    let excluded = ids(&sandbox, "list anemia --unblind --verdict exclude --format ids");
    assert_eq!(excluded, [all[1].as_str()]);
}

#[test]
fn nothing_is_said_of_recall_without_a_sample_that_is_read() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    review(&sandbox, &format!("decide anemia {} {} --include", all[0], all[1])).success();
    let stopping = || review(&sandbox, "stopping anemia").success().out;
    assert!(stopping().contains("recall is not known"), "{}", stopping());
    review(&sandbox, "sample anemia --size 4 --seed 1").success();
    assert!(stopping().contains("4 studies are still to be decided"), "{}", stopping());
    review(&sandbox, "sample anemia --size 4").ended(2);
    let drawn = ids(&sandbox, "next anemia -n 4 --format ids");
    review(&sandbox, &format!("decide anemia {} --exclude", drawn.join(" "))).success();
    let said = stopping();
    let population = all.len() - 2;
    assert!(said.contains(&format!("from the {population} studies")), "{said}");
    assert!(said.contains("none of them was relevant"), "{said}");
    let json = review(&sandbox, "stopping anemia --format json").success().json();
    let finding = &json["sample"]["finding"];
    let most = finding["mostRelevant"].as_u64().expect("a number") as f64;
    assert_eq!(finding["recallAtLeast"].as_f64(), Some(2.0 / (2.0 + most)));
}

#[test]
fn an_update_says_what_is_new_changed_and_gone() {
    let sandbox = Sandbox::new();
    let study = |number, status: &str| {
        let mut study: Value = serde_json::from_str(&record(number, "Tea")).expect("JSON");
        study["protocolSection"]["statusModule"]["overallStatus"] = status.into();
        study.to_string()
    };
    let write = |studies: &[String]| sandbox.write("a.ndjson", studies.join("\n"));
    write(&[study(1, "RECRUITING"), study(2, "RECRUITING"), study(3, "RECRUITING")]);
    sandbox.index(&["a.ndjson"]);
    review(&sandbox, "new tea --query tea").success();
    review(&sandbox, &format!("decide tea {} {} {} --exclude", nct(1), nct(2), nct(3))).success();
    let nothing = review(&sandbox, "update tea").success();
    assert_eq!(nothing.out, "nothing is new, nothing has changed\n");
    write(&[study(1, "TERMINATED"), study(2, "RECRUITING"), study(4, "RECRUITING")]);
    sandbox.index(&["a.ndjson", "--prune"]);
    let update = review(&sandbox, "update tea --format json").success().json();
    assert_eq!(update["new"], serde_json::json!([nct(4)]));
    assert_eq!(update["vanished"], serde_json::json!([nct(3)]));
    assert_eq!(update["changed"][0]["nct"], nct(1));
    assert_eq!(update["changed"][0]["pieces"], serde_json::json!(["OverallStatus"]));
    // The changed one must be read again before the new one.
    assert_eq!(ids(&sandbox, "next tea -n 0 --format ids"), [nct(1), nct(4)]);
    let next = review(&sandbox, "next tea").success();
    assert!(next.out.contains("changed since you decided: OverallStatus"), "{next:?}");
    review(&sandbox, &format!("decide tea {} --exclude", nct(1))).success();
    assert_eq!(ids(&sandbox, "next tea -n 0 --format ids"), [nct(4)]);
}

/// Moments to kill at, in percent of the time that a whole run takes.
const MOMENTS: [u32; 8] = [5, 20, 35, 50, 65, 80, 90, 97];

/// Starts a run and kills it after a while; whether it had ended well before.
fn killed_after(sandbox: &Sandbox, line: &str, while_: Duration) -> bool {
    let mut command = sandbox.command(&words(&format!("review {line}")));
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    std::thread::sleep(while_);
    // Nobody there to get the signal is as good.
    let _ = child.kill();
    child.wait().expect("the program ends").success()
}

#[test]
fn a_decision_that_was_reported_survives_every_kill() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    let start = Instant::now();
    review(&sandbox, &format!("decide anemia {} --maybe", all[0])).success();
    let whole = start.elapsed();
    let (mut reported, mut killed) = (vec![all[0].clone()], 0);
    for (round, percent) in MOMENTS.iter().cycle().take(MOMENTS.len() * 3).enumerate() {
        let study = &all[1 + round % (all.len() - 1)];
        let line = format!("decide anemia {study} --include --note {round}");
        if killed_after(&sandbox, &line, whole * *percent / 100) {
            reported.push(study.clone());
        } else {
            killed += 1;
        }
        let decided = ids(&sandbox, "list anemia --verdict decided --format ids");
        let lost: Vec<&String> = reported.iter().filter(|nct| !decided.contains(nct)).collect();
        assert!(lost.is_empty(), "lost {lost:?} after a kill at {percent} %");
    }
    assert!(killed > 0, "no run was killed");
    let left = files_below(&sandbox.root());
    // A journal may be left, which the next writer takes away.
    review(&sandbox, &format!("decide anemia {} --exclude", all[0])).success();
    let after = files_below(&sandbox.root());
    assert!(!after.iter().any(|name| name.ends_with("-journal")), "{left:?} {after:?}");
}

#[test]
fn a_review_that_is_killed_while_it_begins_is_there_whole_or_not_at_all() {
    let sandbox = begun();
    let start = Instant::now();
    review(&sandbox, "new whole --query trial --query study").success();
    let whole = start.elapsed();
    let studies = review(&sandbox, "next whole -n 0 --format ids").out;
    for percent in MOMENTS {
        let name = format!("killed{percent}");
        let line = format!("new {name} --query trial --query study");
        killed_after(&sandbox, &line, whole * percent / 100);
        let run = review(&sandbox, &format!("next {name} -n 0 --format ids"));
        match run.code {
            Some(0) => assert_eq!(run.out, studies, "after {percent} %"),
            _ => {
                assert!(run.err.contains("no such review"), "{run:?}");
                review(&sandbox, &line).success();
            }
        }
    }
}

#[test]
#[cfg(unix)]
fn a_review_that_is_interrupted_while_it_begins_leaves_nothing() {
    let studies: String = (1..=3000).map(|number| record(number, "Tea") + "\n").collect();
    let sandbox = Sandbox::with(&[("a.ndjson", studies.as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    let start = Instant::now();
    review(&sandbox, "new whole --query tea").success();
    let whole = start.elapsed();
    let before = files_below(&sandbox.root());
    let mut interrupted = 0;
    for percent in MOMENTS {
        let mut command = sandbox.command(&["review", "new", "tea", "--query", "tea"]);
        let child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        std::thread::sleep(whole * percent / 100);
        let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(signal.expect("`kill`").success());
        let run = ProgramRun::of(child.wait_with_output().expect("the program ends"));
        if run.code == Some(0) {
            sandbox.remove("tea.review");
        }
        // Before the handler is set, nothing was made.
        interrupted += u32::from(run.code == Some(130));
        assert!(matches!(run.code, Some(0 | 130) | None), "{run:?}");
        assert_eq!(files_below(&sandbox.root()), before, "after {percent} %");
    }
    assert!(interrupted > 0, "no run was interrupted");
}

#[test]
fn one_reason_counts_where_readers_gave_two() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    let both = [("ann", "design"), ("bo", "population")];
    for (who, reason) in both {
        let line = format!("decide anemia {} --exclude --reason {reason} --reviewer {who}", all[0]);
        review(&sandbox, &line).success();
        let line = format!("decide anemia {} --exclude --reason design --reviewer {who}", all[1]);
        review(&sandbox, &line).success();
    }
    let reasons = || review(&sandbox, "report anemia --format json").success().json();
    let json = reasons();
    assert_eq!(json["counts"]["excluded"], 2);
    let expected = serde_json::json!([["Wrong study design", 1], ["Reasons differ", 1]]);
    assert_eq!(json["counts"]["reasons"], expected);
    assert_eq!(json["counts"]["disputed"], serde_json::json!([all[0]]));
    let report = review(&sandbox, "report anemia").success();
    let said = format!("{} (ann: Wrong study design; bo: Wrong population)", all[0]);
    assert!(report.out.contains(&said), "{report:?}");
    let settle = format!("settle anemia {} --exclude --reason", all[0]);
    assert!(report.err.contains(&settle), "{report:?}");
    assert!(review(&sandbox, "conflicts anemia").success().out.contains(&all[0]));
    let listed = review(&sandbox, "list anemia --unblind --verdict exclude").success().out;
    assert!(listed.contains("[reasons differ]"), "{listed}");
    // Without a reason nothing would be settled.
    let line = format!("settle anemia {} --exclude --reviewer cy", all[0]);
    assert!(review(&sandbox, &line).ended(2).err.contains("--reason KEY"));
    review(&sandbox, &format!("{settle} outcome --reviewer cy")).success();
    let expected = serde_json::json!([["Wrong outcome", 1], ["Wrong study design", 1]]);
    let mut settled = reasons()["counts"]["reasons"].as_array().expect("a list").clone();
    settled.sort_by_key(ToString::to_string);
    assert_eq!(serde_json::json!(settled), expected);
    review(&sandbox, "conflicts anemia").ended(1);
}

#[test]
fn a_blind_reviewer_hears_whose_decisions_are_left_out() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    assert!(!review(&sandbox, "export anemia --reviewer cy").success().err.contains("--unblind"));
    review(&sandbox, &format!("decide anemia {} --include --reviewer bo", all[0])).success();
    for line in ["export anemia --verdict include", "list anemia --verdict include"] {
        let run = review(&sandbox, &format!("{line} --reviewer cy")).ended(1);
        assert!(run.err.contains("left out (bo): `--unblind` includes it"), "{run:?}");
        assert!(!review(&sandbox, &format!("{line} --reviewer bo")).success().err.contains("bo"));
        let run = review(&sandbox, &format!("{line} --reviewer cy --unblind")).success();
        assert!(!run.err.contains("left out"), "{run:?}");
    }
}

#[test]
fn numbers_that_the_index_lacks_are_named_when_a_review_begins() {
    let sandbox = begun();
    let lacking: Vec<String> = (1..=25).map(|number| format!("NCT900990{number:02}")).collect();
    let ids = format!("NCT90000001,{}", lacking.join(","));
    let run = sandbox.run(&["review", "new", "listed", "--ids", &ids]).success();
    assert!(run.err.contains(&format!("not in the index: {}", lacking.join(", "))), "{run:?}");
    assert!(run.err.contains("1 study from 1 search"), "{run:?}");
}

#[test]
fn a_query_is_translated_where_no_strategy_is_given() {
    let sandbox = begun();
    let typed = "exp Anemia/ and marrow.ti,ab.";
    for command in [&["review", "new", "ovid"][..], &["review", "search", "anemia"]] {
        let flags = ["--query", typed, "--from", "ovid", "--name", "Ovid"];
        let run = sandbox.run(&[command, &flags[..]].concat());
        assert!(run.err.contains("EXPLODE[MeSH]Anemia"), "{run:?}");
    }
    // Beside a strategy it is in our language.
    sandbox.write("o.txt", "1. exp Anemia/\n");
    let flags = ["--strategy", "o.txt", "--from", "ovid", "--query", "EXPLODE[MeSH]Anemia"];
    let run = sandbox.run(&[&["review", "new", "two"][..], &flags[..]].concat()).success();
    assert_eq!(run.err.matches("studies for").count(), 2, "{run:?}");
}

#[test]
fn a_receipt_of_old_flags_is_run_in_their_old_sense_and_that_is_said() {
    let sandbox = begun();
    let first = ["search", "--sex", "female", "--receipt", "r.json"];
    sandbox.run(&first);
    let text = std::fs::read_to_string(sandbox.path("r.json")).expect("a receipt");
    let mut receipt: Value = serde_json::from_str(&text).expect("JSON");
    receipt["understood"] = "AREA[Sex]FEMALE".into();
    sandbox.write("r.json", receipt.to_string());
    let run = review(&sandbox, "new old --receipt r.json");
    assert!(run.err.contains("note: `--sex female`: what was typed means"), "{run:?}");
    assert!(run.err.contains("run in its old sense"), "{run:?}");
    let report = review(&sandbox, "report old");
    assert!(report.out.contains("search 1: what was typed means"), "{report:?}");
    assert!(review(&sandbox, "update old").err.contains("run in its old sense"));
    assert!(!review(&sandbox, "report anemia").success().out.contains("old sense"));
}

#[test]
fn a_reason_that_was_added_is_taken_back() {
    let sandbox = begun();
    let reasons = || review(&sandbox, "reasons anemia").success().out;
    let before = reasons();
    review(&sandbox, "undo anemia").ended(2);
    review(&sandbox, "reasons anemia --add dose=Dose --add language=Language").success();
    review(&sandbox, "reasons anemia --add design=Design").success();
    let run = review(&sandbox, "undo anemia").success();
    assert!(run.err.contains("taken back: reason design: Design"), "{run:?}");
    let run = review(&sandbox, "undo anemia").success();
    assert!(run.err.contains("and 1 more of the same command"), "{run:?}");
    assert_eq!(reasons(), before);
    review(&sandbox, "undo anemia").ended(2);
}

#[test]
fn names_that_differ_by_capitals_or_blanks_are_one_reviewer() {
    let sandbox = begun();
    let a = &ids(&sandbox, "next anemia -n 0 --format ids")[0];
    review(&sandbox, &format!("decide anemia {a} --include --reviewer ann")).success();
    let again = review(&sandbox, &format!("decide anemia {a} --exclude --reviewer Ann")).success();
    assert!(again.err.contains("note: `Ann` is read as the reviewer `ann`"), "{}", again.err);
    let decide = ["review", "decide", "anemia", a, "--maybe", "--reviewer", "  ANN "];
    sandbox.run(&decide).success();
    let status = status(&sandbox, " --reviewer Ann");
    assert_eq!(status["reviewers"], serde_json::json!(["ann"]));
    assert_eq!(status["reviewer"], "ann");
    assert_eq!(status["progress"]["maybe"], 1);
    assert!(review(&sandbox, "conflicts anemia").out.is_empty());
    review(&sandbox, "undo anemia --reviewer ANN").success();
    assert_eq!(self::status(&sandbox, " --reviewer ann")["progress"]["exclude"], 1);
}

#[test]
fn copies_in_which_one_reviewer_has_two_spellings_are_merged_as_one() {
    let sandbox = begun();
    let all = ids(&sandbox, "next anemia -n 0 --format ids");
    review(&sandbox, "copy anemia other").success();
    review(&sandbox, &format!("decide anemia {} --include --reviewer bo", all[0])).success();
    review(&sandbox, &format!("decide other {} --exclude --reviewer Bo", all[1])).success();
    let merged = review(&sandbox, "merge anemia other").success();
    assert!(merged.err.contains("is read as the reviewer"), "{}", merged.err);
    let status = status(&sandbox, " --reviewer bo");
    assert_eq!(status["reviewers"].as_array().map(Vec::len), Some(1));
    assert_eq!(status["progress"]["unread"], all.len() - 2);
}

#[test]
fn searches_that_were_added_are_taken_back_together() {
    let sandbox = begun();
    let before = status(&sandbox, "");
    review(&sandbox, "search anemia --query transplantation --query sepsis");
    let added = status(&sandbox, "")["sources"].as_array().map(Vec::len);
    assert_eq!(added, Some(4));
    review(&sandbox, "undo anemia").success();
    assert_eq!(status(&sandbox, ""), before);
    // What the review began with stays.
    review(&sandbox, "undo anemia").ended(2);
}
