//! The program among others: exports, lists of numbers, settings, generated
//! pages and scripts.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::harness::{ProgramRun, Sandbox};
use super::invented::record;

/// Five studies, out of order.
fn indexed() -> Sandbox {
    let studies: String = [4, 2, 5, 1, 3].map(|number| record(number, "Tea") + "\n").concat();
    let sandbox = Sandbox::with(&[("studies.ndjson", studies.as_bytes())]);
    sandbox.index(&["studies.ndjson"]);
    sandbox
}

fn fed(sandbox: &Sandbox, arguments: &[&str], text: &str) -> ProgramRun {
    sandbox.run_fed(arguments, |input| input.write_all(text.as_bytes()).expect("taken"))
}

fn ids(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let run = sandbox.run(&[&["export", "--format", "ids"], arguments].concat()).success();
    run.out.lines().map(str::to_owned).collect()
}

#[test]
fn all_studies_are_exported_by_number_as_they_came() {
    let sandbox = indexed();
    let run = sandbox.run(&["export"]).success();
    assert_eq!(run.err, "");
    let studies: Vec<Value> =
        run.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let expected: Vec<Value> =
        (1..=5).map(|number| serde_json::from_str(&record(number, "Tea")).expect("JSON")).collect();
    assert_eq!(studies, expected);
}

#[test]
fn one_object_counts_its_studies() {
    let sandbox = indexed();
    let all = sandbox.run(&["export", "--format", "json"]).success().json();
    assert_eq!(all["totalCount"], 5);
    assert_eq!(all["studies"].as_array().map(Vec::len), Some(5));
    let none = sandbox.run(&["export", "NCT90000077", "--format", "json"]).ended(1).json();
    assert_eq!(none, json!({"totalCount": 0, "studies": []}));
}

#[test]
fn an_exported_object_can_be_indexed_again() {
    let sandbox = indexed();
    sandbox.write("again.json", sandbox.run(&["export", "--format", "json"]).success().out);
    let audit = sandbox.index(&["again.json", "--index", "again"]);
    assert_eq!(audit.counts(["added", "rejected"]), [5, 0]);
}

#[test]
fn numbers_are_exported_once_each_and_missing_ones_are_named() {
    let sandbox = indexed();
    let run = sandbox.run(&["export", "nct90000005", "NCT90000009", "NCT90000002", "NCT90000005"]);
    let run = run.success();
    assert_eq!(run.out.lines().count(), 2);
    assert_eq!(run.err, "1 of 3 numbers is not in the index: NCT90000009\n");
    assert_eq!(ids(&sandbox, &["NCT90000005", "NCT90000002"]), ["NCT90000002", "NCT90000005"]);
}

#[test]
fn hits_are_handed_from_search_to_export_and_show() {
    let sandbox = indexed();
    let found = sandbox.run(&["search", "tea", "--limit", "2", "--format", "ids"]).success().out;
    let exported = fed(&sandbox, &["export", "-", "--format", "ids"], &found).success();
    assert_eq!(exported.out, found);
    let shown = fed(&sandbox, &["show", "-", "--format", "json"], &found).success();
    assert_eq!(shown.out.lines().count(), 2);
    let nothing = fed(&sandbox, &["export", "-"], "").ended(1);
    assert_eq!(nothing.out, "", "an empty list is not all studies");
    let error = fed(&sandbox, &["export", "-"], "NCT90000001\nNCT Number\n").ended(2);
    assert!(error.err.contains("standard input:2: no NCT number in `NCT Number`"), "{error:?}");
    assert!(error.err.contains("hint: "), "{error:?}");
}

#[test]
fn an_exported_table_is_read_as_the_same_studies() {
    let sandbox = indexed();
    sandbox.write("again.csv", sandbox.run(&["export", "--format", "csv"]).success().out);
    let audit = sandbox.index(&["again.csv", "--index", "again"]);
    assert_eq!(audit.counts(["added", "rejected"]), [5, 0]);
    let table = |index: &str| sandbox.run(&["export", "--format", "csv", "--index", index]);
    assert_eq!(table("again").success().out, table("index").success().out);
}

#[test]
fn cells_do_not_become_formulas() {
    let study = json!({"protocolSection": {
        "identificationModule": {"nctId": "NCT90000001", "briefTitle": "=1+1", "acronym": "@SUM"},
        "descriptionModule": {"briefSummary": "-2\n+3"},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "+Tea"}},
    }});
    let sandbox = Sandbox::with(&[("a.json", study.to_string().as_bytes())]);
    sandbox.index(&["a.json"]);
    let table = sandbox.run(&["export", "--format", "csv"]).success().out;
    for cell in [",'=1+1,", ",'@SUM,", ",\"'-2\n+3\",", ",'+Tea,"] {
        assert!(table.contains(cell), "{cell} in {table}");
    }
}

/// The `status` of the index in use.
fn index_in_use(sandbox: &Sandbox, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = sandbox.command(&[&["status", "--format", "json"], arguments].concat());
    command.env("TRIALDEX_CONFIG", sandbox.path("config.toml")).envs(variables.iter().copied());
    let run = ProgramRun::of(command.output().expect("the program runs")).success();
    run.json()["index"].as_str().expect("an index").to_owned()
}

#[test]
fn flags_win_over_variables_and_these_over_the_file() {
    let sandbox = indexed();
    for index in ["file", "variable", "flag"] {
        sandbox.index(&["studies.ndjson", "--index", index]);
    }
    sandbox.write("config.toml", "");
    assert_eq!(index_in_use(&sandbox, &[], &[]), "index");
    sandbox.write("config.toml", "# where it is\nindex = \"file\"\n");
    assert_eq!(index_in_use(&sandbox, &[], &[]), "file");
    let variable = [("TRIALDEX_INDEX", "variable")];
    assert_eq!(index_in_use(&sandbox, &[], &variable), "variable");
    assert_eq!(index_in_use(&sandbox, &["--index", "flag"], &variable), "flag");
}

#[test]
fn the_file_sets_what_search_prints() {
    let sandbox = indexed();
    sandbox
        .write("config/trialdex/config.toml", "limit = 3\nformat = \"text\"\ncolor = \"never\"\n");
    let search = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = sandbox.command(&[&["search", "tea"], arguments].concat());
        command.env_remove("TRIALDEX_CONFIG").env("XDG_CONFIG_HOME", sandbox.path("config"));
        command.envs(variables.iter().copied());
        ProgramRun::of(command.output().expect("the program runs")).success().out
    };
    let shown = |out: &str| out.matches("NCT9000").count();
    assert_eq!(shown(&search(&[], &[])), 3);
    assert_eq!(shown(&search(&[], &[("TRIALDEX_LIMIT", "1")])), 1);
    assert_eq!(shown(&search(&["-n", "2"], &[("TRIALDEX_LIMIT", "1")])), 2);
    let tables = search(&["-n", "1"], &[("TRIALDEX_FORMAT", "tsv")]);
    assert!(tables.starts_with("NCT Number\t"), "{tables}");
}

#[test]
fn what_is_wrong_with_the_file_is_said_with_its_line() {
    let sandbox = indexed();
    let wrong = [
        ("\nlimits = 5\n", "config.toml:2: `limits` is not a setting", "`limit`"),
        ("color = \"sometimes\"", "config.toml:1: `color` cannot be set to this", "\"never\""),
        ("index = \"x\"\nlimit = \"many\"", "config.toml:2: `limit` cannot be set", "limit = 50"),
        ("limit = -1", "config.toml:1: `limit` cannot be set", "limit = 50"),
        ("[search]\nlimit = 3", "config.toml:1: `search` is not a setting", "`limit`"),
        ("limit 3", "config.toml:1: ", "limit = 50"),
    ];
    for (text, message, hint) in wrong {
        sandbox.write("config.toml", text);
        let mut command = sandbox.command(&["status"]);
        command.env("TRIALDEX_CONFIG", "config.toml");
        let run = ProgramRun::of(command.output().expect("the program runs")).ended(2);
        let (error, advice) = run.err.split_once("\nhint: ").expect("a hint");
        assert!(error.contains(message), "{run:?}");
        assert!(advice.contains(hint), "{run:?}");
    }
    let mut command = sandbox.command(&["status"]);
    command.env("TRIALDEX_CONFIG", "nowhere.toml");
    let run = ProgramRun::of(command.output().expect("the program runs")).ended(2);
    assert!(run.err.starts_with("error: nowhere.toml: "), "{run:?}");
}

#[test]
fn every_command_has_a_manual_page() {
    let sandbox = Sandbox::new();
    sandbox.run(&["generate", "man", "--dir", "man/man1"]).success();
    let pages = fs::read_dir(sandbox.path("man/man1")).expect("a directory");
    let pages: BTreeSet<String> =
        pages.map(|page| page.expect("a page").file_name().display().to_string()).collect();
    for command in ["index", "search", "show", "export", "status", "batch", "eval", "generate"] {
        assert!(pages.contains(&format!("trialdex-{command}.1")), "{command} in {pages:?}");
    }
    let main = sandbox.run(&["generate", "man"]).success().out;
    assert_eq!(fs::read_to_string(sandbox.path("man/man1/trialdex.1")).expect("a page"), main);
    assert!(main.contains(".SH EXAMPLES\n") && main.contains("TRIALDEX_CONFIG"), "{main}");
}

#[test]
fn shells_get_their_completions() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = sandbox.run(&["generate", "completions", "--shell", shell]).success();
        assert!(run.out.contains("export") && run.out.contains("max-record"), "{shell}");
    }
    let mut command = sandbox.command(&["generate", "completions"]);
    command.env_remove("SHELL");
    let run = ProgramRun::of(command.output().expect("the program runs")).ended(2);
    assert!(run.err.contains("hint: name it"), "{run:?}");
}

#[test]
fn a_receipt_takes_the_place_of_a_receipt_alone() {
    let sandbox = indexed();
    let search = ["search", "tea", "--format", "ids", "--receipt"];
    let receipt = |name: &str| sandbox.run(&[&search[..], &[name]].concat());
    receipt("search.json").success();
    let first = fs::read(sandbox.path("search.json")).expect("a receipt");
    receipt("search.json").success();
    sandbox.write("cut.json", &first[..first.len() / 2]);
    receipt("cut.json").success();
    sandbox.write("empty.json", "");
    receipt("empty.json").success();
    sandbox.run(&["review", "new", "tea", "--query", "tea"]).success();
    let review = fs::read(sandbox.path("tea.review")).expect("a review");
    let refused = receipt("tea.review").ended(2);
    assert!(refused.err.contains("tea.review: is there already, and no receipt"), "{refused:?}");
    assert_eq!(refused.out, "");
    assert_eq!(fs::read(sandbox.path("tea.review")).expect("a review"), review);
    receipt("tea.review.receipt.json").success();
    sandbox.write("queries.txt", "1. tea\n");
    sandbox.write("receipts/line-1.json", "{\"mine\": 1}");
    let refused = sandbox.run(&["batch", "queries.txt", "--receipts", "receipts"]).ended(2);
    assert!(refused.err.contains("line-1.json: is there already"), "{refused:?}");
}

#[cfg(unix)]
#[test]
fn an_index_is_for_all_whom_the_mask_admits() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = indexed();
    sandbox.write("plain", "");
    let mode =
        |name: &str| fs::metadata(sandbox.path(name)).expect("a file").permissions().mode() & 0o777;
    for file in super::harness::files_below(&sandbox.path("index")) {
        let name = format!("index/{file}");
        assert_eq!(mode(&name), mode("plain"), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn arguments_may_be_no_text() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = indexed();
    let name = OsStr::from_bytes(b"caf\xe9.ndjson");
    fs::rename(sandbox.path("studies.ndjson"), sandbox.root().join(name)).expect("renamed");
    let mut index = sandbox.command(&["index", "--index", "other"]);
    let run = ProgramRun::of(index.arg(name).output().expect("run")).success();
    assert!(run.err.contains("5 studies"), "{run:?}");
    let review = OsStr::from_bytes(b"caf\xe9");
    let named = |arguments: &[&str], more: &[&str]| {
        let mut command = sandbox.command(arguments);
        ProgramRun::of(command.arg(review).args(more).output().expect("run"))
    };
    named(&["review", "new"], &["--query", "tea"]).success();
    let status = named(&["review", "status"], &[]).success();
    assert!(status.out.contains("caf\u{fffd}.review"), "{status:?}");
}

#[test]
fn tables_give_the_original_when_they_are_read_again() {
    let titles =
        ["=1+1", "'=1", "''-1", "\u{ff1d}1", "\"=1+1\"", "\"unbalanced", "a \"b\"", "'tis"];
    let studies = titles.iter().zip(1..).map(|(title, number)| {
        let nct = format!("NCT9000000{number}");
        json!({"protocolSection": {"identificationModule": {"nctId": nct, "briefTitle": title}}})
            .to_string()
            + "\n"
    });
    let sandbox = Sandbox::with(&[("a.ndjson", studies.collect::<String>().as_bytes())]);
    sandbox.index(&["a.ndjson"]);
    let titles_in = |index: &str| -> Vec<String> {
        let run = sandbox.run(&["export", "--index", index]).success();
        let studies =
            run.out.lines().map(|line| -> Value { serde_json::from_str(line).expect("JSON") });
        let title = |study: Value| {
            study["protocolSection"]["identificationModule"]["briefTitle"]
                .as_str()
                .map(str::to_owned)
        };
        studies.filter_map(title).collect()
    };
    assert_eq!(titles_in("index"), titles);
    let (csv, tsv) = (
        sandbox.run(&["export", "--format", "csv"]).success().out,
        sandbox.run(&["search", "--sort", "StartDate", "--format", "tsv"]).success().out,
    );
    assert!(csv.contains(",'=1+1,") && csv.contains(",''=1,"), "{csv}");
    assert!(tsv.contains("\t\"\"\"=1+1\"\"\"\t"), "{tsv}");
    for (name, table) in [("again.csv", csv), ("again.tsv", tsv)] {
        sandbox.write(name, table);
        let index = format!("index of {name}");
        sandbox.index(&[name, "--index", &index]);
        assert_eq!(titles_in(&index), titles, "{name}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_printed_is_an_error() {
    let sandbox = indexed();
    sandbox.write("more.ndjson", record(6, "Tea"));
    let full = "error: No space left on device (os error 28)\n";
    for typed in ["--help", "--version", "search --help", "export", "generate man"] {
        let run = sandbox.shell(&format!("trialdex {typed} >/dev/full")).ended(2);
        assert_eq!(run.out, full, "{typed}");
    }
    // That a reader has had enough is none.
    let run = sandbox.shell("trialdex --help | true; echo end").success();
    assert_eq!(run.out, "end\n");
    let run = sandbox.shell("trialdex index . --format json >/dev/full").ended(2);
    let written = "hint: the index is written: `trialdex status --index index` shows it\n";
    assert_eq!(run.out, full.to_owned() + written);
    assert!(sandbox.holds("NCT90000006"));
}

#[test]
#[cfg(unix)]
fn an_input_without_an_end_is_refused_in_time() {
    let sandbox = indexed();
    for (typed, problem) in [
        ("search -", "standard input: has more than 1.0 MB"),
        ("search --patient -", "standard input: has more than 1.0 MB"),
        ("verify -", "standard input: has more than 536.9 MB"),
        ("show -", "standard input: has more than 134.2 MB"),
        ("batch /dev/zero", "/dev/zero: has more than 67.1 MB"),
        ("translate /dev/zero", "/dev/zero: has more than 67.1 MB"),
        ("search tea --synonyms /dev/zero", "/dev/zero: has more than 67.1 MB"),
    ] {
        let run = sandbox.shell(&format!("trialdex {typed} </dev/zero")).ended(2);
        assert!(run.out.starts_with(&format!("error: {problem}\n")), "{typed}: {run:?}");
    }
}
