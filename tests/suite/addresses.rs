//! Addresses of indexes on a cluster, as far as no cluster has to answer.

use super::harness::{Sandbox, files_below};

const COMMANDS: [&[&str]; 20] = [
    &["index", "a.json"],
    &["search", "tea"],
    &["search", "tea", "--explain"],
    &["serve", "--listen", "127.0.0.1:0"],
    &["mcp"],
    &["show", "NCT90000001", "--sources"],
    &["export"],
    &["status", "--rejects"],
    &["check"],
    &["fields"],
    &["fields", "Phase"],
    &["facets"],
    &["changes", "--since", "2026-01-01"],
    &["watch", "add", "tea", "tea"],
    &["eval", "--topics", "topics.tsv", "--qrels", "qrels.txt"],
    &["batch", "topics.tsv"],
    &["thesaurus", "tea"],
    &["thesaurus", "--doubtful"],
    &["review", "new", "tea", "--query", "tea"],
    &["search", "tea", "--profile"],
];

#[test]
fn every_command_takes_an_address_and_refuses_one_with_a_password() {
    let sandbox = Sandbox::with(&[
        ("a.json", b"[]"),
        ("topics.tsv", b"a\ttea\n"),
        ("qrels.txt", b"a 0 NCT90000001 1\n"),
    ]);
    let before = files_below(&sandbox.root());
    for command in COMMANDS {
        let address = "https://ann:secret@search.example.org:9200/trials";
        let run = sandbox.run(&[command, &["--index", address]].concat());
        assert_eq!(run.code, Some(2), "{command:?}: {}", run.err);
        assert!(run.err.contains("TRIALDEX_CLUSTER_PASSWORD_FILE"), "{command:?}: {}", run.err);
        assert!(run.out.is_empty() && !run.err.contains("secret"), "{command:?}: {}", run.err);
    }
    assert_eq!(files_below(&sandbox.root()), before, "nothing is made");
}

#[test]
fn the_list_of_watched_searches_has_the_name_of_the_index() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(&["watch", "list", "--index", "https://search.example.org:9200/trials"]);
    assert!(run.err.contains("trials.watch.json: no search is watched yet"), "{}", run.err);
}
