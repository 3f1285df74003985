//! What goes wrong outside of the program: damaged files, full disks, sources
//! that change or vanish. Nothing is lost without being named.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::harness::{ProgramRun, Sandbox, copy_directory, files_below, titles_in};
use super::invented::{lines, nct, record};

/// Studies in an index that will be damaged.
const STUDIES: u32 = 60;

/// How a file is damaged.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Flipped,
    Zeroed,
    Cut,
    Gone,
}

const DAMAGES: [Damage; 4] = [Damage::Flipped, Damage::Zeroed, Damage::Cut, Damage::Gone];

fn damage(path: &Path, how: Damage) {
    let mut bytes = fs::read(path).expect("a file");
    let middle = bytes.len() / 2;
    match how {
        Damage::Flipped => bytes[middle] ^= 0x10,
        Damage::Zeroed => bytes[middle / 2..middle].fill(0),
        Damage::Cut => bytes.truncate(bytes.len() * 2 / 3),
        Damage::Gone => return fs::remove_file(path).expect("removed"),
    }
    fs::write(path, bytes).expect("written");
}

fn dump(title: &str, count: u32) -> String {
    (1..=count).map(|number| record(number, &format!("{title} {number}")) + "\n").collect()
}

/// A sandbox with an index `whole` of two segments, one of them with a
/// deletion.
fn refreshed() -> Sandbox {
    let sandbox = Sandbox::with(&[("in/a.ndjson", dump("First", STUDIES).as_bytes())]);
    let arguments = ["in", "--threads", "1", "--index", "whole"];
    sandbox.index(&arguments);
    let (second, first) = (dump("Second", 3), dump("First", STUDIES));
    let rest = first.lines().skip(3).map(|line| line.to_owned() + "\n");
    sandbox.write("in/a.ndjson", second + &rest.collect::<String>());
    sandbox.write("in/b.ndjson", lines(&[(STUDIES + 1, "More")]));
    sandbox.index(&arguments);
    sandbox
}

/// Files of the search index, one of each kind.
fn kinds(sandbox: &Sandbox) -> Vec<String> {
    let mut kinds = BTreeMap::new();
    for name in files_below(&sandbox.path("whole")) {
        let kind = name.rsplit('.').next().expect("an ending").to_owned();
        if kind != "lock" && !name.starts_with("ledger") {
            kinds.insert(if kind == "json" { name.clone() } else { kind }, name);
        }
    }
    kinds.into_values().collect()
}

fn json(run: &ProgramRun) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("JSON: {run:?}"))
}

/// Kind, file and number of studies of a check's findings.
fn findings(report: &Value) -> Vec<(String, String, usize)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let all = report.as_array().expect("findings");
    all.iter()
        .map(|found| {
            let studies = found["studies"].as_array().map_or(0, Vec::len);
            (text(&found["fault"]), text(&found["file"]), studies)
        })
        .collect()
}

#[test]
fn every_kind_of_damage_is_found_named_and_repaired() {
    let sandbox = refreshed();
    let before = titles_in(&sandbox, "whole");
    assert_eq!(before.len(), STUDIES as usize + 1);
    let kinds = kinds(&sandbox);
    assert!(kinds.len() >= 9, "{kinds:?}");
    for (file, how) in kinds.iter().flat_map(|file| DAMAGES.map(|how| (file, how))) {
        let context = format!("{file} {how:?}");
        if file.ends_with(".managed.json") && matches!(how, Damage::Gone) {
            continue;
        }
        let _ = fs::remove_dir_all(sandbox.path("index"));
        copy_directory(&sandbox.path("whole"), &sandbox.path("index"));
        damage(&sandbox.path(&format!("index/{file}")), how);
        let search = sandbox.run(&["search", "invented", "--limit", "1"]);
        assert!(matches!(search.code, Some(0..=2)), "{context}: {search:?}");
        assert!(!search.err.contains("panicked"), "{context}: {search:?}");
        assert!(search.code != Some(2) || search.err.contains("trialdex check"), "{search:?}");
        let repair = sandbox.run(&["check", "--repair", "--format", "json"]).ended(0);
        let report = json(&repair);
        assert!(report["before"].is_array(), "nothing found: {context}");
        let found = findings(&report["before"]);
        assert!(found.iter().any(|(_, found, _)| found == file), "{context}: {found:?}");
        let names_studies = !file.ends_with("json");
        assert!(!names_studies || found.iter().any(|found| found.2 > 0), "{context}: {found:?}");
        assert_eq!(report["repaired"]["lost"].as_array().map(Vec::len), Some(0), "{context}");
        assert_eq!(report["whole"], true, "{context}");
        assert_eq!(titles_in(&sandbox, "index"), before, "{context}");
    }
}

#[test]
fn a_whole_index_is_called_so() {
    let sandbox = refreshed();
    let check = sandbox.run(&["check", "--sources", "--index", "whole"]).success();
    assert!(check.out.contains("whole is whole: it holds 61 studies, each once"), "{check:?}");
    let report = json(&sandbox.run(&["check", "--format", "json", "--index", "whole"]).success());
    assert_eq!(report["schema"], "trialdex.check.v1");
    assert_eq!((&report["studiesRead"], &report["studies"]), (&61.into(), &61.into()));
    let quick = sandbox.run(&["check", "--quick", "--format", "json", "--index", "whole"]);
    assert_eq!(json(&quick.success())["studiesRead"], 0);
    let unrepaired = sandbox.run(&["check", "--repair", "--format", "json", "--index", "whole"]);
    assert_eq!(json(&unrepaired.success()).get("repaired"), None);
}

/// The first file of a kind in an index.
fn file(sandbox: &Sandbox, ending: &str) -> PathBuf {
    let files = files_below(&sandbox.path("index"));
    let name = files.iter().find(|name| name.ends_with(ending)).expect("a file of that kind");
    sandbox.path("index").join(name)
}

/// A sandbox with an index of a few studies from two files.
fn indexed() -> Sandbox {
    let sandbox = Sandbox::with(&[
        ("a.ndjson", lines(&[(1, "One"), (2, "Two")]).as_bytes()),
        ("b.ndjson", lines(&[(3, "Three")]).as_bytes()),
    ]);
    sandbox.index(&["a.ndjson", "b.ndjson", "--threads", "1"]);
    sandbox
}

#[test]
fn what_a_commit_says_of_itself_has_a_digest() {
    let sandbox = indexed();
    let meta = sandbox.path("index/tantivy/meta.json");
    let text = fs::read_to_string(&meta).expect("an index");
    let at = text.find("written").expect("a date") + "written\\\":\\\"".len();
    let other = if &text[at..=at] == "2" { "3" } else { "2" };
    fs::write(&meta, [&text[..at], other, &text[at + 1..]].concat()).expect("written");
    let found = sandbox.run(&["check"]).ended(4);
    let problem = "tantivy/meta.json: its date or version was changed since it was written";
    assert!(found.out.contains(problem), "{found:?}");
    sandbox.run(&["check", "--repair"]).success();
    sandbox.run(&["check"]).success();
}

#[test]
fn what_cannot_be_put_back_is_named() {
    let sandbox = indexed();
    sandbox.remove("a.ndjson");
    sandbox.write("b.ndjson", lines(&[(3, "Three, later")]));
    damage(&file(&sandbox, ".store"), Damage::Gone);
    let repair = sandbox.run(&["check", "--repair", "--format", "json"]).ended(4);
    let repaired = &json(&repair)["repaired"];
    let lost = repaired["lost"].as_array().expect("a list");
    let lost: Vec<_> = lost.iter().map(|lost| lost["study"].as_str().expect("a number")).collect();
    assert_eq!(lost, [nct(1), nct(2)]);
    assert!(repaired["lost"][0]["source"].as_str().is_some_and(|path| path.ends_with("a.ndjson")));
    assert_eq!(repaired["otherVersion"], serde_json::json!([nct(3)]));
    assert_eq!(sandbox.titles().into_values().collect::<Vec<_>>(), ["Three, later"]);
    sandbox.run(&["check"]).success();
    sandbox.write("a.ndjson", lines(&[(1, "One"), (2, "Two")]));
    assert_eq!(sandbox.index(&["a.ndjson"]).count("added"), 2);
}

#[test]
fn a_study_that_no_source_has_is_put_back_from_the_index() {
    let sandbox = indexed();
    sandbox.remove("a.ndjson");
    let before = sandbox.titles();
    damage(&file(&sandbox, ".term"), Damage::Cut);
    sandbox.run(&["check", "--repair"]).success();
    assert_eq!(sandbox.titles(), before);
}

#[test]
fn a_lost_ledger_is_made_anew_and_the_sources_are_found_again() {
    for how in DAMAGES {
        let sandbox = indexed();
        let before = sandbox.titles();
        damage(&sandbox.path("index/ledger-1.zst"), how);
        let refused = sandbox.run(&["index", "a.ndjson"]).ended(2);
        assert!(refused.err.contains("trialdex check"), "{refused:?}");
        let report = json(&sandbox.run(&["check", "--repair", "--format", "json"]).success());
        assert_eq!(report["repaired"]["entered"], 3, "{how:?}");
        assert_eq!(sandbox.titles(), before);
        let pruned = sandbox.index(&["a.ndjson", "--prune"]);
        assert_eq!(pruned.counts(["unchanged", "kept", "removed", "studies"]), [2, 1, 0, 3]);
        let audit = sandbox.index(&["a.ndjson", "b.ndjson"]);
        assert_eq!(audit.counts(["added", "updated", "unchanged", "kept"]), [0, 0, 3, 0]);
        assert_eq!(sandbox.titles(), before);
        sandbox.run(&["check", "--sources"]).success();
    }
}

#[test]
fn an_index_without_commit_and_ledger_is_made_anew_of_its_studies() {
    let sandbox = indexed();
    let before = sandbox.titles();
    damage(&sandbox.path("index/tantivy/meta.json"), Damage::Gone);
    damage(&sandbox.path("index/ledger-1.zst"), Damage::Cut);
    let refused = sandbox.run(&["index", "a.ndjson"]).ended(2);
    assert!(refused.err.contains("tantivy/meta.json is missing"), "{refused:?}");
    let report = json(&sandbox.run(&["check", "--repair", "--format", "json"]).success());
    assert_eq!(report["repaired"]["fromIndex"], 3);
    assert_eq!(sandbox.titles(), before);
}

#[test]
fn a_damaged_vocabulary_is_told_of() {
    let sandbox = indexed();
    sandbox.write("names.tsv", "D1\tHeart Attack\tCardiac Infarct\tC14.1\n");
    sandbox.run(&["thesaurus", "import", "names.tsv"]).success();
    sandbox.run(&["check"]).success();
    let path = sandbox.path("index/thesaurus.bin");
    let mut bytes = fs::read(&path).expect("a vocabulary");
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    fs::write(&path, bytes).expect("written");
    let search = sandbox.run(&["search", "invented"]).success();
    assert_eq!(search.err.matches("thesaurus.bin is damaged").count(), 1, "{search:?}");
    let check = sandbox.run(&["check", "--repair"]).ended(4);
    assert!(check.out.contains("thesaurus.bin: its digest is wrong"), "{check:?}");
    assert!(check.out.contains("trialdex thesaurus import"), "{check:?}");
    sandbox.remove("index/thesaurus.bin");
    sandbox.run(&["check"]).success();
}

#[test]
fn a_source_that_changed_under_its_old_time_is_found_out() {
    let sandbox = indexed();
    sandbox.age(&["a.ndjson", "b.ndjson"]);
    sandbox.index(&["a.ndjson", "b.ndjson"]);
    let path = sandbox.path("a.ndjson");
    let modified = fs::metadata(&path).and_then(|file| file.modified()).expect("a time");
    sandbox.write("a.ndjson", lines(&[(1, "One"), (4, "Two")]));
    fs::File::options()
        .write(true)
        .open(&path)
        .expect("a file")
        .set_modified(modified)
        .expect("set");
    assert_eq!(sandbox.index(&["a.ndjson"]).count("filesUnchanged"), 1, "nothing is noticed");
    sandbox.run(&["check"]).success();
    let report = json(&sandbox.run(&["check", "--sources", "--format", "json"]).ended(4));
    let found = findings(&report["findings"]);
    let kinds: Vec<_> = found.iter().map(|(kind, _, studies)| (kind.as_str(), *studies)).collect();
    assert_eq!(kinds, [("recordUnknown", 1), ("recordMissing", 1)]);
    sandbox.run(&["check", "--sources", "--repair"]).success();
    assert!(sandbox.holds(&nct(4)));
    sandbox.write("b.ndjson", "");
    sandbox.remove("a.ndjson");
    let report = json(&sandbox.run(&["check", "--format", "json"]).success());
    let counts = ["changed", "gone"].map(|key| report["sources"][key].as_array().map(Vec::len));
    assert_eq!(counts, [Some(1), Some(1)]);
}

#[test]
fn damage_is_not_merged_into_files_that_look_whole() {
    let sandbox = Sandbox::new();
    let add = |number: u32| {
        sandbox.write(&format!("in/{number}.json"), record(number, "One"));
        sandbox.index(&["in", "--threads", "1"]);
    };
    add(1);
    // It can still be unpacked: only the checksum shows the damage.
    damage(&file(&sandbox, ".idx"), Damage::Flipped);
    (2..=20).for_each(add);
    let report = json(&sandbox.run(&["check", "--format", "json"]).ended(4));
    let found = findings(&report["findings"]);
    assert_eq!(found.iter().map(|found| found.2).collect::<Vec<_>>(), [1], "{found:?}");
    // The others are merged nevertheless.
    assert!(report["segments"].as_u64().is_some_and(|segments| segments <= 12), "{report}");
    sandbox.run(&["check", "--repair"]).success();
    assert_eq!(sandbox.titles().len(), 20);
}

#[test]
fn rejects_that_the_ledger_counts_as_one_are_no_finding() {
    let sandbox = Sandbox::new();
    sandbox.write("a.ndjson", record(1, "One") + "\n" + &"{}\n".repeat(100_003));
    sandbox.age(&["a.ndjson"]);
    sandbox.index(&["a.ndjson"]);
    sandbox.run(&["check", "--sources"]).success();
}

/// Starts a run that waits for its input, and has read some.
fn waiting(sandbox: &Sandbox) -> (std::process::Child, std::process::ChildStdin) {
    let (child, mut input) = sandbox.start_fed(&["index", "-"]);
    for number in 1..=2000 {
        writeln!(input, "{}", record(number, "From the pipe")).expect("taken");
    }
    (child, input)
}

#[test]
fn a_second_writer_is_told_who_the_first_is_and_a_killed_one_misleads_nobody() {
    let sandbox = indexed();
    // What a run does not notice by itself.
    damage(&file(&sandbox, ".pos"), Damage::Flipped);
    let (mut child, input) = waiting(&sandbox);
    for arguments in [&["index", "a.ndjson"][..], &["check", "--repair"]] {
        let second = sandbox.run(arguments).ended(2);
        let process = format!("process {} on ", child.id());
        assert!(second.err.contains("another process is writing to the index: "), "{second:?}");
        assert!(second.err.contains(&process), "{second:?}");
        assert!(second.err.contains(" (`trialdex index -`)"), "{second:?}");
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    drop(input);
    assert!(sandbox.path("index/writer.json").exists(), "the note of the killed run");
    sandbox.run(&["check", "--repair"]).success();
    assert!(!sandbox.path("index/writer.json").exists());
    sandbox.index(&["a.ndjson"]);
    assert!(!sandbox.path("index/writer.json").exists());
}

#[test]
fn a_first_build_that_was_killed_is_called_unfinished() {
    let sandbox = Sandbox::new();
    let (mut child, _input) = waiting(&sandbox);
    let search = sandbox.run(&["search", "invented"]).ended(2);
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(
        search.err,
        "error: index: no index yet: its first build is not finished\n\
         hint: wait if it is under way; else run `trialdex index PATH --index index` again\n"
    );
    assert_eq!(sandbox.run(&["check"]).ended(2).err, search.err);
    sandbox.write("a.ndjson", lines(&[(1, "One")]));
    assert_eq!(sandbox.index(&["a.ndjson"]).count("added"), 1);
    sandbox.run(&["check"]).success();
}

#[test]
fn readers_see_one_state_while_commits_are_made() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("Title 0 of", 300).as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    let over = AtomicBool::new(false);
    let looks = std::thread::scope(|scope| {
        let (sandbox, over) = (&sandbox, &over);
        scope.spawn(move || {
            for round in 1..=12 {
                sandbox.write("a.ndjson", dump(&format!("Title {round} of"), 300));
                sandbox.index(&["a.ndjson", "--threads", "2"]);
            }
            over.store(true, Ordering::Relaxed);
        });
        let mut looks = 0;
        while !over.load(Ordering::Relaxed) {
            let titles = sandbox.titles();
            let rounds = titles.values().map(|title| title.split(' ').nth(1).map(str::to_owned));
            let rounds: std::collections::BTreeSet<_> = rounds.collect();
            assert_eq!((titles.len(), rounds.len()), (300, 1), "{rounds:?}");
            let status = sandbox.run(&["status", "--format", "json"]).success();
            assert_eq!(json(&status)["studies"], 300);
            assert_eq!(json(&status)["duplicates"], 0);
            looks += 1;
        }
        looks
    });
    assert!(looks > 3, "{looks} looks");
}

#[test]
fn a_full_disk_leaves_the_index_as_it_was() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("First", 2000).as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    let before = sandbox.titles();
    sandbox.write("a.ndjson", dump("Second", 2000));
    // As if the disk had room for files of so many half kilobytes. What is
    // beyond is an error, since nobody handles the signal.
    for blocks in [8, 60, 150, 220] {
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; trialdex index a.ndjson");
        let run = sandbox.shell(&line);
        assert_eq!(run.code, Some(2), "{blocks}: {run:?}");
        assert!(run.out.contains("File too large (os error 27)"), "the cause is told: {run:?}");
        assert!(run.out.contains("hint: "), "{run:?}");
        assert_eq!(sandbox.titles(), before, "{blocks}");
        sandbox.run(&["check"]).success();
    }
    assert_eq!(sandbox.index(&["a.ndjson"]).count("updated"), 2000);
}

/// Whether a command succeeds.
fn works(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    let quiet = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

#[test]
fn a_small_disk_and_one_that_cannot_be_written_to() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("First", 300).as_bytes())]);
    let disk = sandbox.path("disk");
    fs::create_dir(&disk).expect("a directory");
    let shown = disk.display().to_string();
    if !works("mount", &["-t", "tmpfs", "-o", "size=2500k", "tmpfs", &shown]) {
        let said = "SKIPPED: no disk can be mounted here";
        writeln!(std::io::stderr(), "{said}").expect("a standard error");
        return;
    }
    let index = ["--index", "disk/index"];
    let run = |arguments: &[&str]| sandbox.run(&[arguments, &index].concat());
    run(&["index", "a.ndjson"]).success();
    sandbox.write("b.ndjson", dump("Second", 20_000));
    let full = run(&["index", "b.ndjson"]);
    let after = titles_in(&sandbox, "disk/index");
    let whole = run(&["check"]);
    let remounted = works("mount", &["-o", "remount,ro", &shown]);
    let (search, show) = (run(&["search", "invented"]), run(&["show", &nct(1)]));
    let (status, check, again) = (run(&["status"]), run(&["check"]), run(&["index", "b.ndjson"]));
    assert!(works("umount", &["-l", &shown]), "{shown} stays mounted");
    assert_eq!(full.code, Some(2), "{full:?}");
    assert!(full.err.contains("No space left on device"), "{full:?}");
    assert_eq!(after.len(), 300);
    whole.success();
    if remounted {
        for run in [search, show, status, check] {
            run.success();
        }
        let again = again.ended(2);
        assert!(again.err.contains("Read-only file system"), "{again:?}");
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_not_trusted() {
    let sandbox = Sandbox::with(&[("in/a.ndjson", dump("First", 3000).as_bytes())]);
    sandbox.age(&["in/a.ndjson"]);
    let over = AtomicBool::new(false);
    let audit = std::thread::scope(|scope| {
        scope.spawn(|| {
            let path = sandbox.path("in/a.ndjson");
            let mut file = fs::File::options().append(true).open(path).expect("a file");
            for number in 5001.. {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                writeln!(file, "{}", record(number, "Appended")).expect("written");
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let audit = sandbox.index(&["in"]);
        over.store(true, Ordering::Relaxed);
        audit
    });
    let said = "a.ndjson: changed while it was read; the next run reads it again";
    assert!(audit.rejects().iter().any(|reject| reject == said), "{:?}", audit.rejects());
    sandbox.age(&["in/a.ndjson"]);
    let again = sandbox.index(&["in"]);
    assert_eq!(again.counts(["filesUnchanged", "rejected"]), [0, 0]);
    assert_eq!(sandbox.index(&["in"]).count("filesUnchanged"), 1);
}

#[test]
fn what_is_no_file_is_named_and_the_rest_is_indexed() {
    let sandbox = Sandbox::with(&[("in/a.json", record(1, "One").as_bytes())]);
    assert!(works("mkfifo", &[&sandbox.path("in/pipe").display().to_string()]));
    let _socket =
        std::os::unix::net::UnixListener::bind(sandbox.path("in/socket")).expect("a socket");
    std::os::unix::fs::symlink("nowhere", sandbox.path("in/link")).expect("a link");
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.count("added"), 1);
    let rejects = audit.rejects().join("\n");
    for name in ["pipe", "socket", "link"] {
        assert!(rejects.contains(&format!("{name}: ")), "{rejects}");
    }
    let named = sandbox.index(&["in/socket"]);
    assert!(named.reject().starts_with("socket: cannot be opened: "), "{named:?}");
}

#[test]
fn an_index_of_another_version_says_what_to_do() {
    let sandbox = indexed();
    let meta = sandbox.path("index/tantivy/meta.json");
    let text = fs::read_to_string(&meta).expect("an index");
    let format = format!("\\\"format\\\":{},", trialdex_engine::index::FORMAT);
    for (other, hint) in
        [(1, "build it again: remove index/tantivy"), (99, "a newer trialdex reads")]
    {
        fs::write(&meta, text.replace(&format, &format!("\\\"format\\\":{other},"))).expect("set");
        for arguments in [&["search", "x"][..], &["index", "a.ndjson"], &["check"]] {
            let run = sandbox.run(arguments).ended(2);
            assert!(run.err.contains(&format!("(format {other}, this one reads")), "{run:?}");
            assert!(run.err.contains(hint), "{run:?}");
        }
    }
    fs::write(&meta, &text).expect("set");
    // What tantivy writes at the end of its files, of a version to come.
    for name in files_below(&sandbox.path("index/tantivy"))
        .iter()
        .filter(|name| !name.ends_with("json") && !name.ends_with("lock"))
    {
        let path = sandbox.path(&format!("index/tantivy/{name}"));
        let bytes = fs::read(&path).expect("a file");
        let mark = b"\"index_format_version\":7";
        let at = bytes.windows(mark.len()).rposition(|window| window == mark).expect("a footer");
        let changed = [&bytes[..at + mark.len() - 1], b"9", &bytes[at + mark.len()..]].concat();
        fs::write(&path, changed).expect("written");
    }
    let run = sandbox.run(&["search", "x"]).ended(2);
    assert!(run.err.contains("made by another version of trialdex"), "{run:?}");
    assert!(run.err.contains("build it again"), "{run:?}");
}

#[test]
fn a_repair_that_is_killed_can_be_run_again() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("First", 1500).as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    let before = sandbox.titles();
    copy_directory(&sandbox.path("index"), &sandbox.path("whole"));
    damage(&file(&sandbox, ".term"), Damage::Flipped);
    copy_directory(&sandbox.path("index"), &sandbox.path("damaged"));
    let start = Instant::now();
    sandbox.run(&["check", "--repair"]).success();
    let whole = start.elapsed();
    // Without its sources, only the index itself is left to repair from.
    sandbox.remove("a.ndjson");
    let mut killed = 0;
    for percent in [5, 15, 30, 45, 60, 75, 90] {
        fs::remove_dir_all(sandbox.path("index")).expect("removed");
        copy_directory(&sandbox.path("damaged"), &sandbox.path("index"));
        let mut command = sandbox.command(&["check", "--repair"]);
        let mut child = command.stdout(Stdio::null()).spawn().expect("started");
        std::thread::sleep(whole * percent / 100);
        child.kill().expect("a signal");
        // Only what a signal ended has no code.
        let in_between = child.wait().expect("ended").code().is_none();
        let quick = sandbox.run(&["check", "--quick"]);
        assert!(!in_between || matches!(quick.code, Some(0 | 4)), "{quick:?}");
        killed += u32::from(in_between && quick.code == Some(4));
        sandbox.run(&["check", "--repair"]).success();
        assert_eq!(sandbox.titles(), before, "killed after {percent} %");
    }
    assert!(killed > 0, "none was killed before it was done");
}

#[test]
fn a_signal_at_any_moment_ends_in_one_of_two_states() {
    let sandbox = Sandbox::with(&[("a.ndjson", dump("First", 1500).as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    let before = sandbox.titles();
    sandbox.write("a.ndjson", dump("Second", 1500));
    copy_directory(&sandbox.path("index"), &sandbox.path("other"));
    let start = Instant::now();
    sandbox.index(&["a.ndjson", "--index", "other"]);
    let (whole, after) = (start.elapsed(), titles_in(&sandbox, "other"));
    let mut codes = Vec::new();
    for (percent, signal) in (30..=105).step_by(6).zip(["-HUP", "-TERM", "-INT"].iter().cycle()) {
        let index = format!("index-{percent}");
        copy_directory(&sandbox.path("index"), &sandbox.path(&index));
        let mut command = sandbox.command(&["index", "a.ndjson", "--quiet", "--index", &index]);
        let mut child = command.stderr(Stdio::null()).spawn().expect("started");
        std::thread::sleep(whole * percent / 100);
        works("kill", &[signal, &child.id().to_string()]);
        let code = child.wait().expect("ended").code();
        let found = titles_in(&sandbox, &index);
        let expected = if code == Some(130) { &before } else { &after };
        assert!(matches!(code, Some(0 | 130)), "{code:?} after {signal} at {percent} %");
        assert_eq!(&found, expected, "{code:?} after {signal} at {percent} %");
        sandbox.run(&["check", "--quick", "--index", &index]).success();
        codes.push(code);
    }
    assert!(codes.contains(&Some(130)), "{codes:?}");
}
