//! More answers of a server that misbehaves, and breaks at any point of a run.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;

#[test]
fn answers_that_are_not_what_they_say_are_asked_for_again() {
    for fault in [
        Fault::WrongLength(40),
        Fault::WrongLength(-40),
        Fault::CutGzip,
        Fault::OtherBytes,
        Fault::Html(200),
        Fault::Html(502),
        Fault::Drip,
    ] {
        let scratch = tempfile::tempdir().expect("a directory");
        let server = Server::new(25, &[Fault::None, fault, Fault::None, fault]);
        let done = run(scratch.path(), &server.options()).0.expect("a dump");
        assert_eq!(done.failures, 2, "{fault:?}");
        assert_eq!(numbers(scratch.path())[0].1, expected(25), "{fault:?}");
    }
}

#[test]
fn a_date_to_wait_for_is_waited_for() {
    let scratch = tempfile::tempdir().expect("a directory");
    // The clock begins in 1970, at midnight.
    let server = Server::new(5, &[Fault::None, Fault::Until("Thu, 01 Jan 1970 00:05:00 GMT")]);
    let clock = Still(Cell::new(Duration::ZERO));
    sync(scratch.path(), &server.options(), &clock, &mut |_| {}).expect("a dump");
    let waited = clock.0.get().as_secs();
    assert!((300..310).contains(&waited), "{waited}");
}

#[test]
fn a_redirect_is_followed_and_not_for_ever() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(25, &[Fault::None, Fault::Moved, Fault::None, Fault::Moved]);
    let done = run(scratch.path(), &server.options()).0.expect("a dump");
    assert_eq!(done.failures, 0);
    assert_eq!(numbers(scratch.path())[0].1, expected(25));
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(25, &[Fault::None, Fault::MovedForEver]);
    let failed = run(scratch.path(), &server.options()).0;
    assert!(matches!(failed, Err(SyncError::Failing { .. })), "{failed:?}");
    assert!(server.requests().len() < 50, "{}", server.requests().len());
}

#[test]
fn pages_that_go_on_for_ever_are_not_followed() {
    for fault in [Fault::Empty, Fault::SmallTotal] {
        let scratch = tempfile::tempdir().expect("a directory");
        let server = Server::new(25, &[Fault::None, fault]);
        let (done, events) = run(scratch.path(), &server.options());
        assert_eq!(done.expect("a dump").studies, 25, "{fault:?}");
        let again = events.iter().any(|event| matches!(event, SyncEvent::BeginsAgain(_)));
        assert!(again, "{fault:?} {events:?}");
        assert_eq!(numbers(scratch.path())[0].1, expected(25), "{fault:?}");
        let scratch = tempfile::tempdir().expect("a directory");
        let server = Server::new(25, &[fault; 200]);
        let failed = run(scratch.path(), &server.options()).0;
        assert!(matches!(failed, Err(SyncError::Unsteady(_))), "{fault:?} {failed:?}");
        assert!(server.requests().len() < 20, "{fault:?}");
    }
}

#[test]
fn a_whole_run_leaves_none_under_way() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(45, &[]);
    run(scratch.path(), &server.options()).0.expect("a dump");
    let state = std::fs::read_to_string(scratch.path().join("sync.json")).expect("a state");
    assert!(!state.contains("underWay"), "{state}");
    let (done, events) = run(scratch.path(), &server.options());
    assert_eq!(done.expect("a dump").studies, 2);
    assert_eq!(events, [SyncEvent::Page(2, Some(2))]);
}

/// Runs until something has happened so many times, and stops dead; whether it came so far.
fn stopped(directory: &Path, options: &SyncOptions, after: usize) -> bool {
    let clock = Still(Cell::new(Duration::from_secs(1_800_000_000)));
    let mut left = after;
    let dead = catch_unwind(AssertUnwindSafe(|| {
        sync(directory, options, &clock, &mut |_| {
            left = left.checked_sub(1).expect("the run stops here");
        })
    }));
    dead.is_err()
}

#[test]
fn a_run_can_stop_dead_after_any_page_any_number_of_times() {
    // Once, at each event; with faults that make it begin again.
    for faults in [&[][..], &[Fault::None, Fault::None, Fault::None, Fault::Repeated]] {
        for after in 0..12 {
            let scratch = tempfile::tempdir().expect("a directory");
            let server = Server::new(55, faults);
            stopped(scratch.path(), &server.options(), after);
            let done = run(scratch.path(), &server.options()).0.expect("a dump");
            // The first run may have come to its end; then the second reads what was updated.
            let files = numbers(scratch.path());
            assert_eq!(files[0].1, expected(55), "{after} {faults:?}");
            assert_eq!(files.len(), if done.since.is_some() { 2 } else { 1 }, "{after}");
        }
    }
    // After every page.
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(55, &[]);
    let mut stops = 0;
    while stopped(scratch.path(), &server.options(), 2) {
        stops += 1;
        assert!(stops < 20, "it comes on by a page each time");
    }
    assert!(stops >= 3, "{stops}");
    assert_eq!(numbers(scratch.path())[0].1, expected(55));
}

#[test]
fn a_run_that_stops_before_it_is_written_down_as_whole_is_made_again() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(35, &[]);
    let file = scratch.path().join("sync.json");
    let clock = Still(Cell::new(Duration::from_secs(1_800_000_000)));
    let mut earlier = Vec::new();
    sync(scratch.path(), &server.options(), &clock, &mut |event| {
        if event == SyncEvent::Page(35, Some(35)) {
            earlier = std::fs::read(&file).expect("a state");
        }
    })
    .expect("a dump");
    // The file has its name, and the state is that of the page before.
    std::fs::write(&file, earlier).expect("written");
    let (done, events) = run(scratch.path(), &server.options());
    assert_eq!(done.expect("a dump").studies, 35);
    assert!(matches!(events[0], SyncEvent::BeginsAgain(_)), "{events:?}");
    assert_eq!(numbers(scratch.path()).len(), 1);
    assert_eq!(numbers(scratch.path())[0].1, expected(35));
}

#[test]
fn pages_that_were_damaged_meanwhile_are_read_again() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(45, &[]);
    assert!(stopped(scratch.path(), &server.options(), 3));
    let entries = std::fs::read_dir(scratch.path()).expect("a directory").flatten();
    let part = entries.map(|it| it.path()).find(|it| it.extension().is_some_and(|it| it == "part"));
    let part = part.expect("a part");
    let mut bytes = std::fs::read(&part).expect("bytes");
    let middle = bytes.len() / 2;
    bytes[middle..].fill(0);
    std::fs::write(&part, bytes).expect("written");
    let (done, events) = run(scratch.path(), &server.options());
    assert_eq!(done.expect("a dump").studies, 45);
    assert!(matches!(events[0], SyncEvent::BeginsAgain(_)), "{events:?}");
    assert_eq!(numbers(scratch.path())[0].1, expected(45));
}
