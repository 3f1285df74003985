use std::fs;
use std::time::SystemTime;

use super::*;
use crate::index::files::index_directory::segments;

/// So many different words, which are those of no other record.
fn words(record: u64, count: u32) -> String {
    let mut state = record;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("{:08x} ", state >> 32)
    };
    (0..count).map(|_| word()).collect()
}

#[test]
fn segments_are_merged_once_all_are_written() {
    // Each record fills the memory of the writer and becomes a segment. All
    // have been read before the first of them is written.
    let record = |number: u64| {
        let (nct, words) = (90_000_000 + number, words(number, 60_000));
        format!(
            r#"{{"protocolSection": {{"identificationModule": {{"nctId": "NCT{nct}"}},
            "descriptionModule": {{"briefSummary": "{words}"}}}}}}"#
        )
    };
    let place = tempfile::tempdir().expect("a directory");
    let (input, index) = (place.path().join("in.json"), place.path().join("index"));
    let records: Vec<String> = (1..=5).map(record).collect();
    fs::write(&input, records.join("\n")).expect("written");
    let least = UpdateOptions::new(SystemTime::UNIX_EPOCH);
    let options = UpdateOptions { threads: 1, memory: 15_000_000, ..least };
    let audit = update(&index, &[input], &options, &UpdateProgress::default()).expect("an index");
    assert_eq!(audit.added, 5);
    let store = Store::open(&index).expect("opened");
    assert_eq!(segments(&store.search_directory(), ".term").len(), 1);
}
