//! `trialdex watch`: what became of the hits of searches, and why.

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};

use super::harness::{ProgramRun, Sandbox, copy_directory};
use super::invented::{dated, records};

/// A study with a summary, posted and updated on those days.
fn study(number: u32, title: &str, status: &str, posted: &str, updated: &str) -> Value {
    let mut study = dated(number, title, status, posted, updated);
    let summary = format!("A summary about {title}, of {updated}.");
    study["protocolSection"]["descriptionModule"] = json!({"briefSummary": summary});
    study
}

fn refresh(sandbox: &Sandbox, studies: &[Value]) {
    sandbox.write("dump.jsonl", records(studies));
    sandbox.run(&["index", "dump.jsonl", "--prune"]).success();
}

fn first_studies() -> Vec<Value> {
    vec![
        study(1, "Invented tea", "RECRUITING", "2025-01-02", "2025-02-01"),
        study(2, "Invented tea with milk", "RECRUITING", "2025-01-03", "2025-02-02"),
        study(3, "Invented green tea", "RECRUITING", "2025-01-04", "2025-02-03"),
        study(4, "Invented coffee", "COMPLETED", "2025-01-05", "2025-02-04"),
        study(5, "Invented black tea", "COMPLETED", "2025-01-06", "2025-02-05"),
    ]
}

/// One ended, one vanished, one has another summary, one is of tea now, one is new, and one recruits
/// again.
fn later_studies() -> Vec<Value> {
    let mut all = first_studies();
    all[0] = study(1, "Invented tea", "TERMINATED", "2025-01-02", "2026-02-01");
    all[2] = study(3, "Invented green tea", "RECRUITING", "2025-01-04", "2026-02-03");
    all[4] = study(5, "Invented black tea", "RECRUITING", "2025-01-06", "2026-02-05");
    all[3] = study(6, "Invented tea & cake", "RECRUITING", "2026-02-06", "2026-02-06");
    all.remove(1);
    all
}

/// A list with a search for recruiting studies of tea, and an index of the first studies.
fn watching() -> Sandbox {
    let sandbox = Sandbox::new();
    refresh(&sandbox, &first_studies());
    sandbox.run(&["watch", "add", "tea", "tea", "--status", "recruiting"]).success();
    sandbox
}

/// The run without the moments in it.
fn timeless(run: &ProgramRun) -> String {
    let lines = run.out.lines().map(|line| match line.split_once(": since ") {
        Some((name, rest)) => {
            format!("{name}: since … {}\n", &rest["2026-01-02T03:04:05Z:".len() + 1..])
        }
        None => format!("{line}\n"),
    });
    lines.collect()
}

const REPORT: &str = "\
tea: since … AREA[Words]tea AND AREA[OverallStatus]RECRUITING
came     NCT90000005  Invented black tea
         it was in the registry before, was updated on 2026-02-05, and matches now; its earlier text is not kept
came     NCT90000006  Invented tea & cake
         new since the last look; first posted on 2026-02-06
went     NCT90000001  Invented tea
         its record changed, and no longer matches `--status recruiting`
         OverallStatus: RECRUITING → TERMINATED
         LastUpdatePostDate: 2025-02-01 → 2026-02-01
         BriefSummary: changed; the earlier text is not kept
went     NCT90000002  Invented tea with milk
         no longer in the index: the registry removed it, or its file is gone
changed  NCT90000003  Invented green tea
         LastUpdatePostDate: 2025-02-03 → 2026-02-03
         BriefSummary: changed; the earlier text is not kept
2 came, 2 went, 1 changed
";

#[test]
fn hits_come_and_go_for_reasons_that_are_told_once() {
    let sandbox = watching();
    let none = sandbox.run(&["watch"]).ended(1);
    assert!(none.out.ends_with("0 came, 0 went, 0 changed\n"), "{none:?}");
    refresh(&sandbox, &later_studies());
    let kept = sandbox.run(&["watch", "run", "tea", "--keep"]).success();
    assert_eq!(timeless(&kept), REPORT);
    let told = sandbox.run(&["watch"]).success();
    assert_eq!(timeless(&told), REPORT);
    assert!(timeless(&sandbox.run(&["watch", "tea"]).ended(1)).contains("0 came"));
}

#[test]
fn an_earlier_index_has_all_earlier_records() {
    let sandbox = watching();
    copy_directory(&sandbox.path("index"), &sandbox.path("before"));
    refresh(&sandbox, &later_studies());
    let told = sandbox.run(&["watch", "--before", "before"]).success();
    for part in [
        "it was there before, its record changed, and it matches now\n         \
         OverallStatus: COMPLETED → RECRUITING\n",
        "tea, of 2025-02-01. → A summary about Invented tea, of 2026-02-01.\n",
        "NCT90000002  Invented tea with milk\n         no longer in the index",
    ] {
        assert!(told.out.contains(part), "{part}: {told:?}");
    }
    assert!(!told.out.contains("not kept"), "{told:?}");
}

#[test]
fn the_files_of_a_dump_have_earlier_records() {
    let sandbox = Sandbox::new();
    sandbox.write("dump/1.jsonl", records(&first_studies()));
    sandbox.run(&["index", "dump"]).success();
    sandbox.run(&["watch", "add", "tea", "tea", "--status", "recruiting"]).success();
    sandbox.write("dump/2.jsonl", records(&later_studies()));
    sandbox.run(&["index", "dump"]).success();
    let told = sandbox.run(&["watch", "--keep", "--sources"]).success();
    for part in [
        "NCT90000005  Invented black tea\n         \
         it was there before, its record changed, and it matches now\n         \
         OverallStatus: COMPLETED → RECRUITING\n",
        "no longer matches `--status recruiting`\n         \
         OverallStatus: RECRUITING → TERMINATED\n",
        "tea, of 2025-02-03. → A summary about Invented green tea, of 2026-02-03.\n",
        "2 came, 1 went, 1 changed\n",
    ] {
        assert!(told.out.contains(part), "{part}: {told:?}");
    }
    assert!(!told.out.contains("not kept"), "{told:?}");
    // Where the earlier file is gone, what is kept has to do.
    sandbox.remove("dump/1.jsonl");
    let told = sandbox.run(&["watch", "--sources"]).success();
    assert!(told.out.contains("its earlier text is not kept"), "{told:?}");
    assert!(told.out.contains("OverallStatus: RECRUITING → TERMINATED"), "{told:?}");
}

#[test]
fn programs_and_readers_of_news_are_told_the_same() {
    let sandbox = watching();
    sandbox.run(&["watch", "add", "all of it", "--filter", "AREA[NCTId]NCT90000006"]).success();
    refresh(&sandbox, &later_studies());
    let lines = sandbox.run(&["watch", "--keep", "--format", "jsonl"]).success();
    let lines: Vec<Value> =
        lines.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 6);
    let went = lines.iter().find(|line| line["nctId"] == "NCT90000001").expect("a line");
    assert_eq!(
        (&went["search"], &went["kind"], &went["unkept"]),
        (&json!("tea"), &json!("went"), &json!(["BriefSummary"]))
    );
    assert_eq!(went["fields"][0]["added"], json!(["TERMINATED"]));
    assert!(went["reason"].as_str().expect("a reason").contains("`--status recruiting`"));
    assert_eq!(lines[5]["search"], "all of it");
    let feed = sandbox.run(&["watch", "--keep", "--format", "atom"]).success();
    assert_eq!(feed.out.matches("<entry>").count(), 6);
    assert!(feed.out.contains("<category term=\"all of it\"/>"), "{feed:?}");
    let ids = |feed: &str| -> Vec<String> {
        feed.lines().filter(|line| line.contains("<id>")).map(str::to_owned).collect()
    };
    let mut told = ids(&feed.out);
    let again = sandbox.run(&["watch", "--format", "atom"]).success();
    assert_eq!(ids(&again.out), told);
    told.sort();
    told.dedup();
    assert_eq!(told.len(), 7, "the feed and each entry have names of their own");
}

#[test]
fn another_download_of_the_same_record_is_no_change() {
    let sandbox = watching();
    let downloaded = |mut study: Value| {
        study["derivedSection"] = json!({"miscInfoModule": {"versionHolder": "2026-03-01"}});
        study
    };
    refresh(&sandbox, &first_studies().into_iter().map(downloaded).collect::<Vec<_>>());
    let told = sandbox.run(&["watch"]).ended(1);
    let note = "note: tea: 3 records differ in nothing but the date of the download\n";
    assert_eq!(told.err, note);
}

#[test]
fn what_was_not_written_whole_is_told_again() {
    let sandbox = Sandbox::new();
    let many = |day: &str| -> Vec<Value> {
        let one = |number: u32| {
            let mut study = study(1, &"Invented tea ".repeat(20), "COMPLETED", "2025-01-02", day);
            let id = format!("NCT9{number:07}");
            study["protocolSection"]["identificationModule"]["nctId"] = id.into();
            study
        };
        (1..=600).map(one).collect()
    };
    refresh(&sandbox, &many("2025-02-01"));
    sandbox.run(&["watch", "add", "tea", "tea"]).success();
    refresh(&sandbox, &many("2026-02-01"));
    let list = std::fs::read(sandbox.path("index.watch.json")).expect("a list");
    // A reader goes after the first bytes.
    let mut child = sandbox
        .command(&["watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut out = child.stdout.take().expect("a pipe");
    out.read_exact(&mut [0; 100]).expect("the beginning");
    drop(out);
    child.wait().expect("the program ends");
    assert_eq!(std::fs::read(sandbox.path("index.watch.json")).expect("a list"), list);
    // A disk is full.
    #[cfg(target_os = "linux")]
    {
        let full = sandbox.shell("trialdex watch > /dev/full").ended(2);
        assert!(full.out.contains("No space left"), "{full:?}");
        assert_eq!(std::fs::read(sandbox.path("index.watch.json")).expect("a list"), list);
    }
    let told = sandbox.run(&["watch"]).success();
    assert!(told.out.ends_with("0 came, 0 went, 600 changed\n"), "{}", told.out.len());
}

#[test]
fn the_first_run_names_all_hits_where_that_is_asked() {
    let sandbox = Sandbox::new();
    refresh(&sandbox, &first_studies());
    let added = sandbox.run(&["watch", "add", "tea", "tea", "--name-hits"]).success();
    assert!(added.err.starts_with("tea: 4 studies on "), "{added:?}");
    let list = sandbox.run(&["watch", "list"]).success();
    assert!(list.out.contains("tea: not looked at since"), "{list:?}");
    let told = sandbox.run(&["watch"]).success();
    assert_eq!(told.out.matches("\n         first looked at\n").count(), 4, "{told:?}");
    assert!(told.out.ends_with("4 came, 0 went, 0 changed\n"));
    sandbox.run(&["watch"]).ended(1);
    let list = sandbox.run(&["watch", "list", "--format", "json"]).success().json();
    assert_eq!(list["searches"][0]["hits"], 4);
}

#[test]
fn a_receipt_is_watched_from_its_day_on() {
    let sandbox = Sandbox::new();
    refresh(&sandbox, &first_studies());
    let search = ["search", "tea", "--status", "recruiting", "--receipt", "tea.json"];
    sandbox.run(&search).success();
    refresh(&sandbox, &later_studies());
    sandbox.run(&["watch", "add", "tea", "--receipt", "tea.json"]).success();
    let told = sandbox.run(&["watch"]).success();
    assert!(told.out.ends_with("2 came, 2 went, 1 changed\n"), "{told:?}");
    let unknown = "changed  NCT90000003  Invented green tea\n         \
                   its record changed; its earlier text is not kept\n";
    assert!(told.out.contains(unknown), "{told:?}");
    let wrong = ["watch", "add", "milk", "milk", "--receipt", "tea.json"];
    let wrong = sandbox.run(&wrong).ended(2);
    assert!(wrong.err.contains("a receipt has its own search"), "{wrong:?}");
}

#[test]
fn lines_of_a_strategy_are_watched_without_its_file() {
    let sandbox = Sandbox::with(&[("lines.txt", b"1. tea\n2. milk\n3. #1 NOT #2\n")]);
    refresh(&sandbox, &first_studies());
    sandbox.run(&["watch", "add", "teas", "--strategy", "lines.txt#3"]).success();
    sandbox.remove("lines.txt");
    sandbox.run(&["watch"]).ended(1);
    refresh(&sandbox, &later_studies());
    for _ in 0..2 {
        let told = sandbox.run(&["watch", "--keep"]).success();
        assert!(told.out.ends_with("1 came, 0 went, 3 changed\n"), "{told:?}");
    }
}

#[test]
fn names_and_files_that_are_wrong_are_told() {
    let sandbox = watching();
    let told = |arguments: &[&str], parts: &[&str]| {
        let run = sandbox.run(&[&["watch"], arguments].concat()).ended(2);
        for part in parts {
            assert!(run.err.contains(part), "{part}: {run:?}");
        }
    };
    told(&["run", "teas"], &["no watched search is called `teas`", "the nearest names are `tea`"]);
    told(&["remove", "zzz"], &["no watched search is called `zzz`", "there are `tea`"]);
    told(&["add", "tea", "milk"], &["`tea` is watched already", "trialdex watch remove tea"]);
    told(&["add", "more"], &["a watched search needs words or filters"]);
    told(&["add", " ", "milk"], &["is no name"]);
    told(&["add", "milk", "(milk"], &["the parenthesis is not closed"]);
    told(&["--list", "none.json"], &["none.json: no search is watched yet", "watch add NAME"]);
    told(&["--index", "nowhere", "--list", "index.watch.json"], &["nowhere: no index here"]);
    told(&["--before", "nowhere"], &["nowhere: no index here"]);
    let list = std::fs::read_to_string(sandbox.path("index.watch.json")).expect("a list");
    sandbox.write("index.watch.json", &list[..list.len() / 2]);
    told(&[], &["index.watch.json: not a list of watched searches: EOF", "restore the file"]);
    told(&["add", "milk", "milk"], &["not a list of watched searches"]);
    sandbox.write("index.watch.json", list.replace("watch.v1", "watch.v9"));
    told(&[], &["a list of the kind `trialdex.watch.v9`", "reads `trialdex.watch.v1`"]);
    let mut twice: Value = serde_json::from_str(&list).expect("JSON");
    let search = twice["searches"][0].clone();
    twice["searches"].as_array_mut().expect("a list").push(search);
    sandbox.write("index.watch.json", twice.to_string());
    told(&["list"], &["two searches have the name `tea`", "give one of them another name"]);
    sandbox.write("index.watch.json", &list);
    sandbox.run(&["watch", "remove", "tea"]).success();
    told(&[], &["no search is watched yet"]);
}

#[test]
fn a_search_that_is_refused_does_not_stop_the_others() {
    let sandbox = watching();
    sandbox.run(&["watch", "add", "milk", "milk"]).success();
    let list = std::fs::read_to_string(sandbox.path("index.watch.json")).expect("a list");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let mut broken = list.clone();
    broken["searches"][0]["look"]["typed"] = json!([["--phaze", "2"]]);
    sandbox.write("index.watch.json", broken.to_string());
    refresh(&sandbox, &later_studies());
    let told = sandbox.run(&["watch"]).ended(2);
    assert!(told.out.starts_with("milk: since "), "{told:?}");
    assert!(told.err.contains("`tea` could not be looked at"), "{told:?}");
    let after = std::fs::read_to_string(sandbox.path("index.watch.json")).expect("a list");
    let after: Value = serde_json::from_str(&after).expect("JSON");
    assert_eq!(after["searches"][0], broken["searches"][0], "the last look is as it was");
    assert_ne!(after["searches"][1], broken["searches"][1]);
}

#[test]
fn searches_that_are_added_at_the_same_time_are_all_kept() {
    let sandbox = watching();
    let children: Vec<_> = (0..8)
        .map(|number| {
            let name = format!("search {number}");
            let mut command = sandbox.command(&["watch", "add", &name, "tea"]);
            command.stderr(Stdio::null()).spawn().expect("the program starts")
        })
        .collect();
    for mut child in children {
        assert!(child.wait().expect("it ends").success());
    }
    let list = sandbox.run(&["watch", "list", "--format", "json"]).success().json();
    assert_eq!(list["searches"].as_array().expect("a list").len(), 9);
}
