//! A dump that is read from a server of our own, as from the registry.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{RunningServer, Sandbox, with_corpus};
use crate::suite::harness::files_below;

/// Every study of an index by number, with the digest of its record.
fn digests(sandbox: &Sandbox, index: &str) -> BTreeMap<String, String> {
    let search = ["search", "--filter", "ALL", "--limit", "1", "--index", index];
    sandbox.run(&[&search[..], &["--receipt", "all.json"]].concat()).success();
    let receipt = std::fs::read(sandbox.path("all.json")).expect("a receipt");
    let receipt: Value = serde_json::from_slice(&receipt).expect("JSON");
    let hits = receipt["hits"].as_array().expect("hits").iter();
    let text = |hit: &Value, key: &str| hit[key].as_str().expect("a text").to_owned();
    hits.map(|hit| (text(hit, "nctId"), text(hit, "record"))).collect()
}

/// The numbers in a file of a dump.
fn numbers_in(sandbox: &Sandbox, file: &str) -> Vec<String> {
    let bytes = std::fs::read(sandbox.path(file)).expect("a file");
    let text = String::from_utf8(zstd::decode_all(&bytes[..]).expect("zstd")).expect("UTF-8");
    let lines = text.lines().map(|line| {
        let study: Value = serde_json::from_str(line).expect("a study");
        let number = &study["protocolSection"]["identificationModule"]["nctId"];
        number.as_str().expect("a number").to_owned()
    });
    lines.collect()
}

#[test]
fn a_dump_of_a_server_has_its_studies_and_is_kept_current() {
    let sandbox = with_corpus();
    let server = RunningServer::of(&sandbox, &[]);
    let api = format!("http://{}/api/v2", server.address);
    let sync = ["sync", "mirror", "--pace", "0", "--api", &api];
    let first = sandbox.run(&sync).success();
    assert!(first.err.starts_with("82 studies read"), "{first:?}");
    sandbox.run(&["index", "mirror", "--index", "mirrored"]).success();
    let before = digests(&sandbox, "index");
    assert_eq!(before.len(), 82);
    assert_eq!(digests(&sandbox, "mirrored"), before);

    // A study changes, and the server goes over to the refreshed index.
    let mut study = sandbox.show("NCT90000001");
    study["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] =
        "2026-11-01".into();
    study["protocolSection"]["identificationModule"]["briefTitle"] = "Changed".into();
    sandbox.write("changed.json", study.to_string());
    let data = server.json("/version")["dataTimestamp"].clone();
    // Moments of data are whole seconds.
    std::thread::sleep(Duration::from_millis(1_100));
    sandbox.run(&["index", "changed.json"]).success();
    let deadline = Instant::now() + Duration::from_secs(30);
    while server.json("/version")["dataTimestamp"] == data {
        assert!(Instant::now() < deadline, "the server stays with the index before");
        std::thread::sleep(Duration::from_millis(50));
    }
    let second = sandbox.run(&sync).success();
    let files = files_below(&sandbox.path("mirror"));
    assert_eq!(files.len(), 3, "{files:?}");
    let file = files.iter().find(|file| file.starts_with("studies-2-")).expect("a second file");
    // Those of the last day that was read may have come late, and are read again.
    let read = numbers_in(&sandbox, &format!("mirror/{file}"));
    assert!(read.contains(&"NCT90000001".to_owned()) && read.len() <= 2, "{second:?} {read:?}");
    let audit = sandbox.index(&["mirror", "--index", "mirrored"]);
    assert_eq!(audit.counts(["added", "updated", "removed"]), [0, 1, 0]);
    let after = digests(&sandbox, "index");
    let changed: Vec<&String> = before.keys().filter(|id| before[*id] != after[*id]).collect();
    assert_eq!(changed, ["NCT90000001"]);
    assert_eq!(digests(&sandbox, "mirrored"), after);
}
