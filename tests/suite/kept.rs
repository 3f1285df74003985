//! An index, a review and a receipt that an earlier program wrote: they open,
//! say what they said, and can be worked with.
//!
//! `tests/kept/README.md` says what they are.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::harness::{Sandbox, assert_holds};
use super::invented::record;

/// A command, and what the earlier program printed.
#[derive(Deserialize)]
struct Printed {
    command: Vec<String>,
    /// Text as it was. Of JSON, all that has to be there.
    prints: Value,
}

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kept").join(name)
}

/// The index, the review and the receipt in a sandbox.
fn opened() -> Sandbox {
    let sandbox = Sandbox::new();
    let packed = fs::File::open(kept("index-7.tar.zst")).expect("an index");
    let unpacked = zstd::Decoder::new(packed).expect("zstd");
    tar::Archive::new(unpacked).unpack(sandbox.root()).expect("an archive");
    for (name, here) in [("cells-5.review", "cells.review"), ("search-5.json", "search.json")] {
        fs::copy(kept(name), sandbox.path(here)).expect("a copy");
    }
    sandbox
}

#[test]
fn what_an_earlier_program_wrote_says_what_it_said() {
    let sandbox = opened();
    let text = fs::read_to_string(kept("prints-7.json")).expect("a list of outputs");
    let all: Vec<Printed> = serde_json::from_str(&text).expect("commands");
    assert!(all.len() > 10);
    for Printed { command, prints } in all {
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let run = sandbox.run(&arguments).success();
        match prints {
            Value::String(text) => assert_eq!(run.out, text, "{command:?}"),
            prints => assert_holds(&run.json(), &prints, &command.join(" ")),
        }
    }
}

#[test]
fn what_an_earlier_program_wrote_can_be_worked_with() {
    let sandbox = opened();
    sandbox.write("new.ndjson", record(301, "Stem cells for anemia"));
    let audit = sandbox.index(&["new.ndjson"]);
    assert_eq!(audit.counts(["added", "studies"]), [1, 11]);
    let check = sandbox.run(&["check", "--format", "json"]).success().json();
    assert_eq!((&check["whole"], &check["studies"]), (&true.into(), &11.into()));
    assert!(sandbox.holds("NCT90000008") && sandbox.holds("NCT90000301"));
    // The new study answers both searches of the review, and not the receipt's.
    let verify = sandbox.run(&["verify", "search.json", "--format", "json"]).success().json();
    assert_eq!((&verify["sameIndex"], &verify["sameHits"]), (&false.into(), &true.into()));
    sandbox.run(&["review", "update", "cells"]).success();
    sandbox.run(&["review", "decide", "cells", "NCT90000301", "--include"]).success();
    let status = sandbox.run(&["review", "status", "cells", "--format", "json"]).success().json();
    let progress = &status["progress"];
    assert_eq!((&progress["studies"], &progress["include"]), (&5.into(), &3.into()));
}
