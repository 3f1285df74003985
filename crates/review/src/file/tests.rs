//! Files that were made to deceive, torn, or put in the place of others.

use rusqlite::{Connection, params};
use tempfile::TempDir;

use super::*;
use crate::{Decision, Verdict};

const AT: &str = "2026-01-01T00:00:00Z";

fn nct(number: u32) -> NctId {
    NctId::from_number(90_000_000 + number).expect("a number")
}

fn decide(number: u32) -> Vec<Act> {
    vec![Act::Decide(Decision::new(nct(number), Verdict::Include))]
}

fn study(number: u32) -> Study {
    let json = serde_json::json!({"protocolSection": {"identificationModule": {
        "nctId": nct(number), "briefTitle": format!("Study {number}")}}});
    Study::from_map(json.as_object().expect("an object").clone())
}

/// A review in a directory of its own.
fn begun() -> (TempDir, Review) {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("own.review");
    let review = Review::create(&path, |review| -> Result<(), ReviewError> {
        let begin = Act::Begin { title: "Tea".to_owned() };
        review.append_with(AT, "ann", vec![begin], &[study(1), study(2)]).map(|_| ())
    });
    (directory, review.expect("a review"))
}

/// A copy of a review that somebody changed by force.
fn changed(directory: &TempDir, review: &Review, sql: &str) -> PathBuf {
    let path = directory.path().join("other.review");
    std::fs::copy(review.path(), &path).expect("copied");
    let raw = Connection::open(&path).expect("SQLite");
    raw.execute_batch(sql).expect("changed by force");
    path
}

/// Adds an event with a name that its contents give it.
fn add(path: &Path, rowid: Option<i64>, seq: u64) {
    let act = Act::Note { nct: nct(1), text: "hi".to_owned() };
    let event = Event::new(seq, AT, "bo", act);
    let raw = Connection::open(path).expect("SQLite");
    let (id, seq, body) = (&event.id.0, seq.cast_signed(), event.body());
    let values = params![rowid, id, seq, AT, "bo", body];
    let sql = "INSERT INTO event (rowid, id, seq, at, reviewer, body) VALUES (?, ?, ?, ?, ?, ?)";
    raw.execute(sql, values).expect("written by force");
}

#[test]
fn what_a_review_has_not_is_refused_by_name() {
    for (sql, named) in [
        (
            "CREATE TRIGGER zz BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END",
            "the trigger `zz`",
        ),
        (
            "DROP TRIGGER event_is_kept; \
             CREATE TRIGGER event_is_kept BEFORE INSERT ON event \
             BEGIN SELECT RAISE(IGNORE); END",
            "the trigger `event_is_kept`",
        ),
        ("CREATE VIEW more AS SELECT 1", "the view `more`"),
        ("CREATE INDEX fast ON event (seq)", "the index `fast`"),
        ("CREATE TABLE more (x)", "the table `more`"),
        (
            "ALTER TABLE event RENAME TO hidden; \
             CREATE VIEW event AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) \
             SELECT x AS id, x AS seq, 'a' AS at, 'b' AS reviewer, '{}' AS body FROM n",
            "`",
        ),
    ] {
        let (directory, own) = begun();
        let path = changed(&directory, &own, sql);
        let refused = Review::open(&path).expect_err(sql);
        assert!(matches!(refused, ReviewError::Foreign { .. }), "{sql}: {refused}");
        assert!(refused.to_string().contains(named), "{sql}: {refused}");
    }
}

#[test]
fn a_review_without_its_tables_is_none_and_statistics_do_no_harm() {
    let (directory, own) = begun();
    let path = changed(&directory, &own, "DROP VIEW verdict; DROP TABLE record");
    assert!(matches!(Review::open(&path), Err(ReviewError::Other(_))));
    std::fs::remove_file(&path).expect("removed");
    let path = changed(&directory, &own, "DROP VIEW verdict; DROP TRIGGER event_is_kept; ANALYZE");
    assert!(Review::open(&path).is_ok());
}

#[test]
fn a_review_is_one_file_whatever_journal_it_came_with() {
    let (directory, own) = begun();
    let path = changed(&directory, &own, "PRAGMA journal_mode = WAL");
    let mut review = Review::open(&path).expect("a review");
    review.append(AT, "ann", decide(1)).expect("written");
    let copied = directory.path().join("copied.review");
    std::fs::copy(&path, &copied).expect("copied");
    assert_eq!(Review::open(&copied).expect("a review").events().len(), 2);
    assert!(!directory.path().join("other.review-wal").exists());
}

#[test]
fn an_event_is_read_whatever_its_row() {
    let (directory, mut own) = begun();
    own.append(AT, "ann", decide(1)).expect("written");
    let path =
        changed(&directory, &own, "DROP TRIGGER event_is_kept; UPDATE event SET rowid = -rowid");
    let mut turned = Review::open(&path).expect("a review");
    assert_eq!(turned.events(), own.events());
    turned.append(AT, "ann", decide(2)).expect("written");
    assert_eq!(Review::open(&path).expect("a review").events().len(), 3);
}

#[test]
fn nothing_that_a_merge_brings_makes_a_review_unreadable() {
    let forged = "INSERT INTO event (rowid, id, seq, at, reviewer, body) \
                  VALUES (-1, 'deadbeef', 5, '', 'bo', '{\"kind\":\"skip\",\"nct\":\"NCT90000001\"}')";
    let (directory, mut own) = begun();
    let whole = changed(&directory, &own, "");
    let other = Review::open(&whole).expect("a review");
    // Changed after it was opened, as a file that is shared may be.
    Connection::open(&whole).expect("SQLite").execute_batch(forged).expect("forged");
    assert!(matches!(own.merge(&other), Err(ReviewError::Changed { .. })));
    assert_eq!(own.events().len(), 1);
    own.append(AT, "ann", decide(1)).expect("written");
    assert_eq!(Review::open(own.path()).expect("a review").events(), own.events());
}

#[test]
fn an_event_far_ahead_leaves_no_review_without_places() {
    let (directory, mut own) = begun();
    for (seq, opens) in [(FARTHEST, true), (FARTHEST - 1, true), (FARTHEST + 1, false)] {
        let path = changed(&directory, &own, "");
        add(&path, None, seq);
        let Ok(mut ahead) = Review::open(&path) else {
            assert!(!opens, "{seq}");
            continue;
        };
        assert!(opens && own.merge(&ahead).is_err(), "{seq}");
        let reported = ahead.append(AT, "ann", [decide(1), decide(2)].concat());
        assert!(matches!(reported, Err(ReviewError::Full { .. })), "{seq}");
        assert_eq!(Review::open(&path).expect("still a review").events().len(), 2);
    }
    let path = changed(&directory, &own, "");
    add(&path, None, 1000);
    let ahead = Review::open(&path).expect("a review");
    assert_eq!(own.merge(&ahead).expect("merged").events, 1);
    own.append(AT, "ann", decide(1)).expect("written");
    assert_eq!(Review::open(own.path()).expect("a review").events().len(), 3);
}

/// A file with the pages of one up to that one, and of the other behind it.
fn mixed(first: &[u8], then: &[u8], pages: usize) -> Vec<u8> {
    let at = (pages * PAGE).min(first.len());
    [&first[..at], then.get(at..).unwrap_or_default()].concat()
}

const PAGE: usize = 4096;

#[test]
fn a_torn_copy_is_refused_or_loses_nothing_in_a_merge() {
    let (directory, mut own) = begun();
    let note = |number: u32| Act::Note { nct: nct(1), text: number.to_string().repeat(700) };
    let mut states = vec![std::fs::read(own.path()).expect("read")];
    for number in 0..40 {
        own.append(AT, "ann", vec![note(number % 10)]).expect("written");
        states.push(std::fs::read(own.path()).expect("read"));
    }
    let path = directory.path().join("torn.review");
    let (mut torn, mut tried) = (0, 0);
    for pair in states.windows(4) {
        let (older, newer) = (&pair[0], &pair[3]);
        for pages in 1..newer.len() / PAGE {
            std::fs::write(&path, mixed(older, newer, pages)).expect("written");
            tried += 1;
            let Ok(mut copy) = Review::open(&path) else {
                torn += 1;
                continue;
            };
            if copy.merge(&own).is_ok() {
                assert_eq!(copy.events(), own.events());
                assert_eq!(Review::open(&path).expect("whole").events(), own.events());
            }
        }
    }
    assert!(torn > tried / 10, "{torn} of {tried}");
}

#[test]
fn an_index_that_names_what_is_not_there_is_found() {
    let (directory, mut own) = begun();
    own.append(AT, "ann", decide(1)).expect("written");
    let before = std::fs::read(own.path()).expect("read");
    own.append(AT, "ann", decide(2)).expect("written");
    let after = std::fs::read(own.path()).expect("read");
    let root = "SELECT rootpage FROM sqlite_master WHERE name = 'event'";
    let raw = Connection::open(own.path()).expect("SQLite");
    let root: u32 = raw.query_row(root, [], |row| row.get(0)).expect("a root");
    let root = root as usize;
    let page = (root - 1) * PAGE..root * PAGE;
    let mut torn = after;
    torn[page.clone()].copy_from_slice(&before[page]);
    let path = directory.path().join("torn.review");
    std::fs::write(&path, torn).expect("written");
    assert!(matches!(Review::open(&path), Err(ReviewError::Torn(_))));
}

#[test]
fn a_copy_is_whole_while_others_write() {
    let (directory, own) = begun();
    let path = own.path().to_owned();
    let writer = std::thread::spawn(move || {
        let mut other = Review::open(&path).expect("a review");
        for number in 0..60 {
            other.append(AT, "bo", decide(number % 2 + 1)).expect("written");
        }
    });
    let mut copies = 0;
    while !writer.is_finished() {
        let to = directory.path().join(format!("copy-{copies}.review"));
        let copy = own.copy_to(&to).expect("copied");
        assert_eq!(copy.study(nct(1)).expect("read"), own.study(nct(1)).expect("read"));
        copies += 1;
    }
    writer.join().expect("written");
    let to = directory.path().join("last.review");
    assert_eq!(own.copy_to(&to).expect("copied").events().len(), 61);
    assert!(matches!(own.copy_to(&to), Err(ReviewError::Exists(_))));
    let names = std::fs::read_dir(directory.path()).expect("listed").count();
    assert_eq!(names, copies + 2, "nothing is left beside them");
}

#[cfg(unix)]
#[test]
fn a_file_in_the_place_of_another_is_noticed() {
    let (directory, mut own) = begun();
    let older = directory.path().join("older.review");
    std::fs::copy(own.path(), &older).expect("copied");
    own.append(AT, "ann", decide(1)).expect("written");
    assert_eq!(own.lost().expect("looked"), 0);
    let newer = std::fs::read(own.path()).expect("read");
    // As a program that synchronizes does, then as `cp` does.
    std::fs::rename(&older, own.path()).expect("replaced");
    assert!(matches!(own.append(AT, "ann", decide(2)), Err(ReviewError::Replaced(_))));
    assert!(matches!(own.refresh(), Err(ReviewError::Replaced(_))));
    assert_eq!(own.lost().expect("looked"), 1);
    let rescued = own.rescue().expect("rescued");
    assert!(rescued.ends_with("own-rescued.review"));
    assert_eq!(Review::open(&rescued).expect("whole").events(), own.events());
    let mut opened = Review::open(own.path()).expect("the older one");
    opened.append(AT, "ann", decide(2)).expect("written");
    opened.append(AT, "ann", decide(1)).expect("written");
    std::fs::write(own.path(), newer).expect("overwritten");
    assert!(matches!(opened.append(AT, "ann", decide(1)), Err(ReviewError::Replaced(_))));
    assert_eq!(opened.lost().expect("looked"), 2);
    let rescued = Review::open(&opened.rescue().expect("rescued")).expect("whole");
    assert_eq!(rescued.lacking(opened.events()), 0);
    assert!(rescued.path().ends_with("own-rescued-2.review"));
    std::fs::remove_file(own.path()).expect("removed");
    assert!(matches!(opened.lost(), Err(ReviewError::Missing(_))));
}
