//! Sources that have turned into something without studies: what they gave
//! stays in the index, whatever is pruned.

use super::harness::Sandbox;
use super::invented::{gz, lines, nct, page, record, tar, zip};

/// What may be found in the place of a file with studies.
const OTHERS: [&[u8]; 10] = [
    b"{\"error\": \"Service unavailable\"}",
    b"<!DOCTYPE html><html><body>We have moved.</body></html>",
    b"{\"studies\": []}",
    b"[]",
    b"503 Service Unavailable",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
    b"",
    b"NCT Number,Study Title\n",
    b"null",
    b"%PDF-1.7",
];

fn five_studies() -> Vec<u8> {
    lines(&[(1, "One"), (2, "Two"), (3, "Three"), (4, "Four"), (5, "Five")]).into_bytes()
}

/// Holds that nothing of the five studies goes until all is pruned.
fn holds_until_all_is_pruned(sandbox: &Sandbox, input: &str, context: &str) {
    for attempt in 0..3 {
        let audit = sandbox.index(&[input, "--prune"]);
        let expected = [0, 5, 5, 5];
        let counts = audit.counts(["removed", "kept", "held", "studies"]);
        assert_eq!(counts, expected, "{context}, {attempt}: {:?}", audit.rejects());
        assert!(audit.count("rejected") > 0, "{context}");
        sandbox.run(&["index", input, "--prune", "--strict"]).ended(3);
    }
    let told = sandbox.run(&["index", input, "--prune"]).success().err;
    assert!(told.contains("kept 5 studies") && told.contains("`--prune=all`"), "{told}");
    let audit = sandbox.index(&[input, "--prune=all"]);
    assert_eq!(audit.counts(["removed", "kept", "studies"]), [5, 0, 0], "{context}");
}

#[test]
fn a_file_that_has_turned_into_something_else_keeps_its_studies() {
    for other in OTHERS {
        for packed in [false, true] {
            let pack = |bytes: &[u8]| if packed { gz(bytes) } else { bytes.to_vec() };
            let sandbox = Sandbox::with(&[("in/a", &pack(&five_studies()))]);
            sandbox.index(&["in/a"]);
            sandbox.write("in/a", pack(other));
            let context = format!("{}, packed: {packed}", String::from_utf8_lossy(other));
            holds_until_all_is_pruned(&sandbox, "in/a", &context);
        }
    }
}

#[test]
fn a_source_that_is_mended_is_as_it_was() {
    let sandbox = Sandbox::with(&[("a.json", &five_studies())]);
    sandbox.index(&["a.json"]);
    sandbox.write("a.json", "{\"studies\": []}");
    sandbox.index(&["a.json", "--prune"]);
    sandbox.write("a.json", lines(&[(1, "One"), (2, "Other")]));
    let audit = sandbox.index(&["a.json", "--prune"]);
    assert_eq!(audit.counts(["unchanged", "updated", "removed"]), [1, 1, 3]);
    assert_eq!(audit.counts(["kept", "held", "rejected"]), [0, 0, 0]);
}

#[test]
fn archives_without_members_and_inputs_without_files_are_emptied_too() {
    type Pack = fn(&[(&str, &[u8])]) -> Vec<u8>;
    for pack in [tar as Pack, zip as Pack] {
        let sandbox = Sandbox::with(&[("a", &pack(&[("s", &five_studies())]))]);
        sandbox.index(&["a"]);
        sandbox.write("a", pack(&[]));
        holds_until_all_is_pruned(&sandbox, "a", "an empty archive");
    }
    let sandbox = Sandbox::with(&[("in/a", &five_studies()), ("in/readme", b"of no interest")]);
    sandbox.index(&["in"]);
    sandbox.remove("in/a");
    let audit = sandbox.index(&["in", "--prune"]);
    assert_eq!(audit.counts(["removed", "studies", "rejected"]), [0, 5, 1]);
    let said = |reject: &String| reject.starts_with("in: no study is left in it; ");
    assert!(audit.rejects().iter().any(said), "{:?}", audit.rejects());
    assert_eq!(sandbox.index(&["in", "--prune=all"]).counts(["removed", "rejected"]), [5, 0]);
}

#[test]
fn a_member_that_has_turned_into_something_else_keeps_its_study() {
    let whole = zip(&[
        ("1", record(1, "One").as_bytes()),
        ("2", record(2, "Two").as_bytes()),
        ("readme", b"of no interest"),
    ]);
    let sandbox = Sandbox::with(&[("a.zip", &whole)]);
    sandbox.index(&["a.zip"]);
    let broken = zip(&[
        ("1", record(1, "One").as_bytes()),
        ("2", b"<html>502</html>"),
        ("readme", b"of no interest"),
    ]);
    sandbox.write("a.zip", broken);
    for _ in 0..2 {
        let audit = sandbox.index(&["a.zip", "--prune"]);
        assert_eq!(audit.counts(["removed", "held", "rejected", "notStudies"]), [0, 1, 1, 1]);
    }
    // A member that is gone, with nothing in its place, goes.
    let less = zip(&[("1", record(1, "One").as_bytes()), ("readme", b"of no interest")]);
    sandbox.write("a.zip", less);
    let audit = sandbox.index(&["a.zip", "--prune"]);
    assert_eq!(audit.counts(["removed", "held", "rejected"]), [1, 0, 0]);
}

#[test]
fn pages_of_a_file_that_turned_into_something_else_stay_in_their_study() {
    let title = page(1, "Identification Module", "Brief Title: T\n");
    let summary = page(1, "Description Module", "Brief Summary: An invented study.\n");
    let sandbox = Sandbox::with(&[("in/a", title.as_bytes()), ("in/b", summary.as_bytes())]);
    sandbox.index(&["in"]);
    let before = sandbox.show(&nct(1));
    sandbox.write("in/b", "502 Bad Gateway");
    for option in ["--quiet", "--prune"] {
        sandbox.index(&["in", option]);
        assert_eq!(sandbox.show(&nct(1)), before);
    }
}

#[test]
fn a_pipe_that_gives_nothing_prunes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.index_fed(|input| input.write_all(&five_studies()).expect("written"));
    let run = sandbox.run_fed(&["index", "-", "--prune", "--format", "json"], |_| {});
    assert_eq!(run.success().audit().counts(["removed", "kept", "held"]), [0, 5, 5]);
}
