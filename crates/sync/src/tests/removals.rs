//! Studies that the registry removes.

use trialdex_records::study::NctId;

use super::*;

/// A dump of 35 studies that was read on the first day, and the server.
fn dump() -> (tempfile::TempDir, Server) {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(35, &[]);
    run(scratch.path(), &server.options()).0.expect("a dump");
    (scratch, server)
}

impl Server {
    /// The registry is that of another day, and has some studies no longer.
    fn goes_on(&self, day: u32, gone: &[usize]) {
        let mut registry = self.registry.lock().expect("no panic");
        (registry.day, registry.gone) = (day, gone.to_vec());
    }
}

/// All numbers in the files of a dump, sorted.
fn all(directory: &Path) -> Vec<String> {
    let mut all: Vec<String> = numbers(directory).into_iter().flat_map(|(_, it)| it).collect();
    all.sort();
    all
}

fn whole(summary: &SyncSummary) -> &ListedNumbers {
    match &summary.listing {
        Some(ListingOutcome::Whole(listed)) => listed,
        other => panic!("{other:?}"),
    }
}

fn undone(summary: &SyncSummary) -> &str {
    match &summary.listing {
        Some(ListingOutcome::Undone(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn names(numbers: &[NctId]) -> Vec<String> {
    numbers.iter().map(ToString::to_string).collect()
}

#[test]
fn removed_studies_are_moved_once_a_week_with_all_their_versions() {
    let (scratch, server) = dump();
    server.goes_on(4, &[]);
    let done = run(scratch.path(), &server.options()).0.expect("a dump");
    assert_eq!((done.studies, done.listing), (2, None));
    // The first two studies are in both files.
    server.goes_on(7, &[0, 17]);
    let done = run(scratch.path(), &server.options()).0.expect("a dump");
    assert_eq!(done.listing, None, "the list of the first day is not a week old");
    assert_eq!(all(scratch.path()).len(), 35 + 2 + 2);
    server.goes_on(8, &[0, 17]);
    let done = run(scratch.path(), &server.options()).0.expect("a dump");
    let listed = whole(&done);
    assert_eq!((listed.listed, listed.lacking), (33, 0));
    assert_eq!(names(&listed.removed), ["NCT90000001", "NCT90000018"]);
    assert_eq!(listed.file.as_deref(), Some("removed/studies-1.ndjson.zst"));
    let removed = scratch.path().join("removed");
    assert_eq!(all(&removed), ["NCT90000001", "NCT90000001", "NCT90000018"]);
    assert!(removed.join(trialdex_records::source::NOT_INDEXED).is_file());
    let mut left = expected(35);
    left.retain(|number| !names(&listed.removed).contains(number));
    assert_eq!(numbers(scratch.path())[0].1, left, "in their order");
    assert!(!all(scratch.path()).contains(&"NCT90000001".to_owned()));
    // They are moved once.
    let now = SyncOptions { numbers: NumberListing::Now, ..server.options() };
    let done = run(scratch.path(), &now).0.expect("a dump");
    assert_eq!((whole(&done).removed.len(), &whole(&done).file), (0, &None));
    server.goes_on(9, &[0, 17, 20]);
    let never = SyncOptions { numbers: NumberListing::Never, ..server.options() };
    assert_eq!(run(scratch.path(), &never).0.expect("a dump").listing, None);
    let done = run(scratch.path(), &now).0.expect("a dump");
    assert_eq!(whole(&done).file.as_deref(), Some("removed/studies-2.ndjson.zst"));
    assert_eq!(all(&removed).len(), 4);
}

#[test]
fn a_list_that_is_not_whole_moves_nothing() {
    // A run takes three requests before the list: version, page, version.
    let attempt: [&[Fault]; 5] = [
        &[Fault::None, Fault::OtherTotal, Fault::None, Fault::None, Fault::None, Fault::None],
        &[Fault::None, Fault::None, Fault::Repeated],
        &[Fault::None, Fault::Empty],
        &[Fault::None, Fault::None, Fault::None, Fault::None, Fault::None, Fault::OtherData],
        &[Fault::None, Fault::SmallTotal, Fault::None],
    ];
    for faults in attempt {
        let (scratch, server) = dump();
        server.goes_on(8, &[3, 17]);
        server.will(&[&[Fault::None; 3][..], faults, faults, faults].concat());
        let (done, events) = run(scratch.path(), &server.options());
        let done = done.expect("the studies are read");
        assert!(!undone(&done).is_empty(), "{faults:?}");
        let again = events.iter().filter(|event| matches!(event, SyncEvent::BeginsAgain(_)));
        assert_eq!(again.count(), 2, "{faults:?}");
        assert_eq!(all(scratch.path()).len(), 37, "{faults:?}");
        assert!(!scratch.path().join("removed").exists(), "{faults:?}");
        // The next run lists them again.
        let done = run(scratch.path(), &server.options()).0.expect("a dump");
        assert_eq!(whole(&done).removed.len(), 2, "{faults:?}");
        assert!(!all(scratch.path()).contains(&"NCT90000004".to_owned()), "{faults:?}");
    }
}

#[test]
fn a_list_that_cannot_be_read_is_no_reason_to_lose_a_run() {
    let (scratch, server) = dump();
    server.goes_on(8, &[3]);
    let closed = [&[Fault::None; 4][..], &[Fault::Closed; 8]].concat();
    server.will(&closed);
    let done = run(scratch.path(), &server.options()).0.expect("the studies are read");
    assert!(undone(&done).contains("8 times in a row"), "{done:?}");
    server.will(&closed);
    let now = SyncOptions { numbers: NumberListing::Now, ..server.options() };
    let failed = run(scratch.path(), &now).0;
    assert!(matches!(failed, Err(SyncError::Failing { .. })), "{failed:?}");
    assert_eq!(whole(&run(scratch.path(), &now).0.expect("a dump")).removed.len(), 1);
}

#[test]
fn a_list_that_lacks_too_much_is_not_believed_unless_asked_for() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(200, &[]);
    run(scratch.path(), &server.options()).0.expect("a dump");
    let gone: Vec<usize> = (100..160).collect();
    server.goes_on(8, &gone);
    let done = run(scratch.path(), &server.options()).0.expect("a dump");
    assert!(undone(&done).contains("lacks 60 of the 200 studies"), "{done:?}");
    assert_eq!(all(scratch.path()).len(), 202);
    let now = SyncOptions { numbers: NumberListing::Now, ..server.options() };
    assert_eq!(whole(&run(scratch.path(), &now).0.expect("a dump")).removed.len(), 60);
    // Pages that are whole pages of removed studies are gone, and others are as they were.
    assert_eq!(numbers(scratch.path())[0].1.len(), 140);
    server.goes_on(9, &(0..200).collect::<Vec<_>>());
    let done = run(scratch.path(), &now).0.expect("a dump");
    assert!(undone(&done).contains("there are no studies"), "{done:?}");
}

#[test]
fn studies_that_the_dump_lacks_are_counted() {
    let (scratch, server) = dump();
    server.registry.lock().expect("no panic").studies = 37;
    server.goes_on(8, &[3]);
    let done = run(scratch.path(), &server.options()).0.expect("a dump");
    assert_eq!((whole(&done).removed.len(), whole(&done).lacking), (1, 2));
}

#[test]
fn a_run_that_reads_everything_keeps_what_was_removed() {
    for history in [false, true] {
        let (scratch, server) = dump();
        server.goes_on(2, &[3, 17]);
        let ever = SyncOptions { since: Since::Ever, history, ..server.options() };
        let done = run(scratch.path(), &ever).0.expect("a dump");
        assert_eq!(names(&whole(&done).removed), ["NCT90000004", "NCT90000018"], "{history}");
        assert_eq!(all(&scratch.path().join("removed")), ["NCT90000004", "NCT90000018"]);
        assert_eq!(all(scratch.path()).len(), if history { 66 } else { 33 });
    }
    // Files that cannot be read are no reason to keep them.
    let (scratch, server) = dump();
    let file = scratch.path().join(&numbers(scratch.path())[0].0);
    std::fs::write(&file, "damaged").expect("written");
    let ever = SyncOptions { since: Since::Ever, ..server.options() };
    let done = run(scratch.path(), &ever).0.expect("a dump");
    assert!(undone(&done).contains("studies-1-"), "{done:?}");
    assert_eq!(all(scratch.path()), expected(35));
}

#[test]
fn a_break_while_studies_are_moved_is_made_up_for() {
    let (scratch, server) = dump();
    server.goes_on(2, &[]);
    run(scratch.path(), &server.options()).0.expect("a dump");
    let (files, state) = (numbers(scratch.path()), scratch.path().join("sync.json"));
    let bytes = |name: &String| std::fs::read(scratch.path().join(name)).expect("a file");
    let before: Vec<(String, Vec<u8>)> =
        files.iter().map(|(name, _)| (name.clone(), bytes(name))).collect();
    // All studies of the second file are removed, and some of the first.
    server.goes_on(3, &[0, 1, 17]);
    let now = SyncOptions { numbers: NumberListing::Now, ..server.options() };
    let done = run(scratch.path(), &now).0.expect("a dump");
    assert_eq!(whole(&done).removed.len(), 3);
    assert!(!scratch.path().join(&before[1].0).exists(), "nothing is left in it");
    let moved = all(&scratch.path().join("removed"));
    assert_eq!(moved.len(), 5);
    let left = all(scratch.path());
    let told: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&state).expect("a state")).expect("JSON");
    // The state as it was before the files were written again, and none, one or both of them are.
    for restored in [&before[..], &before[..1], &before[1..], &[]] {
        let mut told = told.clone();
        told["removed"][0]["underWay"] = true.into();
        for (at, (name, _)) in before.iter().enumerate() {
            told["complete"][at]["file"] = name.as_str().into();
        }
        std::fs::write(&state, told.to_string()).expect("written");
        for (name, bytes) in restored {
            std::fs::write(scratch.path().join(name), bytes).expect("written");
        }
        let never = SyncOptions { numbers: NumberListing::Never, ..server.options() };
        run(scratch.path(), &never).0.expect("a dump");
        let mut now = all(scratch.path());
        // What was updated is read again by each run.
        now.dedup();
        let mut expected = left.clone();
        expected.dedup();
        assert_eq!(now, expected);
        assert_eq!(all(&scratch.path().join("removed")), moved);
        let said = std::fs::read_to_string(&state).expect("a state");
        assert!(!said.contains("underWay"), "{said}");
    }
}
