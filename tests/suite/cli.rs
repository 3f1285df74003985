//! How the program behaves among others: exit codes, pipes, colour, defaults.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::Stdio;

use super::harness::{Sandbox, copy_directory};
use super::invented::{lines, nct, page, record};

fn indexed() -> Sandbox {
    let sandbox = Sandbox::with(&[("a.ndjson", lines(&[(1, "One"), (2, "Two")]).as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    sandbox
}

#[test]
fn exit_codes_tell_hits_from_none_and_from_errors() {
    let sandbox = indexed();
    sandbox.write("empty", "");
    for (arguments, code) in [
        (&["search", "invented"][..], 0),
        (&["search", "xyzzy"], 1),
        (&["search", "a OR"], 2),
        (&["show", "NCT90000001"], 0),
        (&["show", "NCT90000009"], 1),
        (&["show", "x"], 2),
        (&["status"], 0),
        (&["index", "a.ndjson", "empty"], 0),
        (&["index", "a.ndjson", "empty", "--strict"], 3),
        (&["index", "a.ndjson", "--strict"], 0),
        (&["index", "nowhere"], 2),
        (&["--version"], 0),
        (&["--help"], 0),
        (&[], 2),
    ] {
        assert_eq!(sandbox.run(arguments).code, Some(code), "{arguments:?}");
    }
}

#[test]
fn strict_keeps_what_could_be_read() {
    let sandbox = Sandbox::with(&[("a.json", record(1, "One").as_bytes()), ("b.json", b"")]);
    let run = sandbox.run(&["index", ".", "--strict", "--format", "json"]).ended(3);
    assert_eq!(run.audit().counts(["added", "rejected"]), [1, 1]);
    assert!(sandbox.holds(&nct(1)));
}

#[test]
fn a_file_without_a_study_is_no_reject() {
    let sandbox =
        Sandbox::with(&[("a.json", record(1, "One").as_bytes()), ("README", b"Hello.\n")]);
    let run = sandbox.run(&["index", ".", "--strict", "--format", "json"]).success();
    assert_eq!(run.audit().counts(["notStudies", "rejected"]), [1, 0]);
}

#[test]
fn the_json_audit_has_its_keys() {
    let sandbox = Sandbox::with(&[
        ("a.json", record(1, "One").as_bytes()),
        ("b.zip", &super::invented::zip(&[("c.json", b"")])),
    ]);
    let audit = sandbox.index(&["."]);
    assert_eq!(audit.json["schema"], "trialdex.audit.v1");
    for key in [
        "files",
        "members",
        "records",
        "added",
        "updated",
        "unchanged",
        "duplicates",
        "removed",
        "notStudies",
        "rejected",
    ] {
        audit.count(key);
    }
    let reject = &audit.json["rejects"][0];
    assert_eq!(reject["path"], sandbox.path("b.zip").display().to_string());
    assert_eq!((&reject["member"], &reject["reason"]), (&"c.json".into(), &"empty".into()));
}

#[test]
fn the_audit_goes_to_standard_error_or_as_json_to_standard_output() {
    let sandbox = Sandbox::with(&[("a.json", record(1, "One").as_bytes())]);
    let text = sandbox.run(&["index", "a.json"]).success();
    assert_eq!(text.out, "");
    assert!(text.err.contains("studies: 1 added"), "{text:?}");
    let json = sandbox.run(&["index", "a.json", "--format", "json"]).success();
    assert_eq!(json.err, "");
    assert_eq!(json.audit().count("unchanged"), 1);
}

#[test]
fn the_first_search_builds_the_index_from_the_corpus() {
    let sandbox =
        Sandbox::with(&[("corpus/a.ndjson", lines(&[(1, "One"), (2, "Two")]).as_bytes())]);
    let run = sandbox.run(&["search", "two", "--format", "ids"]).success();
    assert_eq!(run.out, "NCT90000002\n");
    assert!(run.err.contains("no index in `index` yet: building it from ./corpus"), "{run:?}");
    assert!(run.err.contains("indexed 2 studies from 1 file"), "{run:?}");
    let again = sandbox.run(&["search", "two", "--format", "ids"]).success();
    assert_eq!((again.out.as_str(), again.err.as_str()), ("NCT90000002\n", ""));
}

#[test]
fn the_index_command_reads_the_corpus_by_default() {
    let sandbox = Sandbox::with(&[("corpus/a.json", record(1, "One").as_bytes())]);
    assert_eq!(sandbox.index(&[]).count("added"), 1);
}

#[test]
fn the_sample_corpus_is_read_whole() {
    let sandbox = Sandbox::new();
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus");
    copy_directory(corpus.as_ref(), &sandbox.path("corpus"));
    let audit = sandbox.index(&[]);
    audit.adds_up();
    assert_eq!(audit.counts(["added", "rejected"]), [82, 0], "{:?}", audit.rejects());
    let run = sandbox.run(&["search", "aplastic anemia mesenchymal", "--format", "ids"]).success();
    assert!(run.out.lines().count() > 3, "{run:?}");
}

#[test]
fn the_index_is_named_by_flag_before_environment() {
    let sandbox = indexed();
    copy_directory(&sandbox.path("index"), &sandbox.path("other"));
    std::fs::remove_dir_all(sandbox.path("index")).expect("removed");
    let search = |more: &[&str]| {
        let mut command = sandbox.command(&[&["search", "invented"], more].concat());
        command.env("TRIALDEX_INDEX", "other").output().expect("the program runs").status.code()
    };
    assert_eq!(search(&[]), Some(0));
    assert_eq!(search(&["--index", "nowhere"]), Some(2));
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let sandbox = Sandbox::new();
    let many: String = (1..=3000).map(|number| record(number, "Tea") + "\n").collect();
    sandbox.write("a.ndjson", many);
    sandbox.index(&["a.ndjson"]);
    for format in ["text", "json", "jsonl", "csv", "tsv", "ids", "ris"] {
        let search = ["search", "tea", "--limit", "0", "--format", format];
        let mut command = sandbox.command(&search);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a start");
        let mut out = child.stdout.take().expect("a pipe");
        out.read_exact(&mut [0; 10]).expect("some output");
        drop(out);
        let ended = child.wait_with_output().expect("an end");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{format}");
        assert_eq!(ended.status.code(), Some(0), "{format}");
    }
}

const ESCAPE: char = '\u{1b}';

/// Standard output and error together, with these variables set.
fn written(sandbox: &Sandbox, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = sandbox.command(arguments);
    let output = command.envs(variables.iter().copied()).output().expect("the program runs");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    let sandbox = indexed();
    let plain = written(&sandbox, &["search", "invented"], &[]);
    assert!(!plain.contains(ESCAPE), "{plain:?}");
    let coloured = written(&sandbox, &["search", "invented", "--color", "always"], &[]);
    assert!(coloured.contains("\u{1b}[1m") && coloured.contains("\u{1b}]8;;https://"));
    let asked = [("NO_COLOR", "1")];
    assert!(!written(&sandbox, &["search", "invented"], &asked).contains(ESCAPE));
    let flag = written(&sandbox, &["search", "invented", "--color", "always"], &asked);
    assert!(flag.contains(ESCAPE), "the flag wins over the environment");
    let never = written(&sandbox, &["search", "a OR b", "--color", "never"], &[]);
    assert!(!never.contains(ESCAPE));
    let error = written(&sandbox, &["search", "a OR b", "--color", "always"], &[]);
    assert!(error.contains(ESCAPE));
}

/// Text without the sequences that colour it and link from it.
fn uncoloured(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split(ESCAPE);
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let rest = match part.strip_prefix('[') {
            Some(colour) => colour.split_once('m').map_or("", |(_, rest)| rest),
            None => part.strip_prefix('\\').unwrap_or_default(),
        };
        plain.push_str(rest);
    }
    plain
}

#[test]
fn colour_changes_nothing_else() {
    let sandbox = indexed();
    for arguments in [&["show", "NCT90000001"][..], &["search", "invented study", "--limit", "1"]] {
        let untimed =
            |text: String| text.rsplit_once(", ").map_or(text.clone(), |(head, _)| head.to_owned());
        let plain = untimed(written(&sandbox, arguments, &[]));
        let coloured = written(&sandbox, &[arguments, &["--color", "always"]].concat(), &[]);
        assert_eq!(untimed(uncoloured(&coloured)), plain);
    }
}

#[test]
fn data_formats_are_never_coloured() {
    let sandbox = indexed();
    for format in ["json", "jsonl", "csv", "tsv", "ids", "ris"] {
        let search = ["search", "invented", "--format", format, "--color", "always"];
        assert!(!written(&sandbox, &search, &[]).contains(ESCAPE), "{format}");
    }
}

#[test]
fn quiet_is_quiet_but_for_errors() {
    let sandbox = Sandbox::with(&[("corpus/a.json", record(1, "One").as_bytes())]);
    assert_eq!(sandbox.run(&["search", "one", "--quiet"]).success().err, "");
    assert_eq!(sandbox.run(&["index", "-q"]).success().err, "");
    assert!(sandbox.run(&["show", "x", "-q"]).ended(2).err.contains("error: `x` is not"));
}

#[test]
fn nothing_is_drawn_where_there_is_no_terminal() {
    let sandbox = Sandbox::new();
    let run = sandbox.run_fed(&["index", "-"], |input| {
        for number in 1..=2000 {
            writeln!(input, "{}", record(number, "Tea")).expect("taken");
        }
    });
    assert!(!run.success().err.contains(['\r', ESCAPE]));
}

#[test]
fn threads_and_memory_change_nothing_but_speed() {
    let text: String =
        (1..=500).map(|number| record(number % 100, &format!("T{number}")) + "\n").collect();
    let text = text + &page(101, "Identification Module", "Brief Title: Paged\n");
    let pages = page(101, "Description Module", "Brief Summary: An invented study.\n");
    let mut outcomes = BTreeSet::new();
    for threads in ["1", "2", "8"] {
        let sandbox = Sandbox::with(&[("a.ndjson", text.as_bytes()), ("b.txt", pages.as_bytes())]);
        let audit = sandbox.index(&[".", "--threads", threads, "--memory", "200"]);
        outcomes.insert((audit.counts(["added", "duplicates", "rejected"]), sandbox.titles()));
    }
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
}

#[test]
fn help_goes_from_what_it_does_to_examples() {
    for command in ["", "index", "search", "show", "export", "batch", "eval", "review"] {
        let arguments: Vec<&str> =
            [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
        let help = Sandbox::new().run(&arguments).success().out;
        let parts = ["\nUsage: trialdex", "\nOptions:\n", "\nGlobal options:\n", "\nExamples:\n"];
        let places: Vec<_> = parts.iter().map(|part| help.find(part)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{help}");
        let global = &help[places[2].expect("a place")..];
        assert!(global.contains("--index <DIR>") && global.contains("--no-pager"), "{help}");
    }
    let search = Sandbox::new().run(&["search", "--help"]).success().out;
    let place = |text: &str| search.find(text).unwrap_or_else(|| panic!("no `{text}`"));
    // What is no filter is not below the heading of filters.
    assert!(
        place("--fields <") < place("Search in one area") && place("--agg <") < place("Matching")
    );
}

#[test]
fn help_has_the_words_that_reviewers_look_for() {
    for arguments in [&["--help"][..], &["review", "--help"]] {
        let help = Sandbox::new().run(arguments).success().out.to_lowercase();
        for word in ["screening", "systematic review"] {
            assert!(help.contains(word), "no `{word}` in\n{help}");
        }
    }
}
