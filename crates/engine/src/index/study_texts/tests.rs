use std::fs;
use std::time::SystemTime;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::index::{Store, UpdateOptions, UpdateProgress, update};

/// Studies in the index.
const STUDIES: usize = 300;

/// An index of studies whose summaries are of different lengths, and the
/// directory that it is in.
fn index() -> (tempfile::TempDir, Store) {
    let record = |number: usize| {
        let summary = "word ".repeat(number % 97 * 10);
        format!(
            r#"{{"protocolSection": {{"identificationModule": {{"nctId": "NCT{}"}},
            "descriptionModule": {{"briefSummary": "{summary}"}}}}}}"#,
            90_000_000 + number
        )
    };
    let records: Vec<String> = (1..=STUDIES).map(record).collect();
    let directory = tempfile::tempdir().expect("a directory");
    let (input, index) = (directory.path().join("in.json"), directory.path().join("index"));
    fs::write(&input, records.join("\n")).expect("written");
    let options = UpdateOptions::new(SystemTime::UNIX_EPOCH);
    update(&index, &[input], &options, &UpdateProgress::default()).expect("an index");
    let store = Store::open(&index).expect("opened");
    (directory, store)
}

/// The text of a study in a list.
fn text(at: usize, study: &Study) -> String {
    let summary = study.text("BriefSummary").unwrap_or_default();
    format!("{at} {:?} {}\n", study.nct_id(), summary.len())
}

/// All texts of a list until one fails, or until `most` were taken.
fn texts(
    reader: &StudyReader<'_>,
    places: &[DocumentPlace],
    scratch: &Path,
    failing: Option<usize>,
    most: usize,
) -> (String, Option<String>) {
    let maker = || {
        |at: usize, study: &Study, out: &mut Vec<u8>| {
            // What a text has already does not count where it fails.
            out.extend_from_slice(text(at, study).as_bytes());
            let fails = failing.is_some_and(|failing| at >= failing);
            if fails { Err(io::Error::other(format!("failed at {at}"))) } else { Ok(()) }
        }
    };
    let (mut all, mut taken) = (Vec::new(), 0);
    let options = TextOptions { pieces: None, scratch };
    let done = reader.texts(places, options, maker, |text| {
        if taken == most {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        taken += 1;
        all.extend_from_slice(text);
        Ok(())
    });
    let error = done.err().map(|error| error.to_string());
    (String::from_utf8(all).expect("text"), error)
}

#[test]
fn texts_of_several_threads_are_those_made_one_after_another() {
    let (directory, store) = index();
    let reader = store.reading().expect("opened");
    let all: Vec<DocumentPlace> =
        reader.all().expect("read").into_iter().map(|(_, place)| place).collect();
    assert_eq!(all.len(), STUDIES);
    let nowhere = directory.path().join("nowhere");
    let mut runner = TestRunner::new(Config::with_cases(20));
    let lists = prop::collection::vec(0..STUDIES, 0..2500);
    let cases = (lists, prop::option::of(0..2500_usize), 0..5000_usize, any::<bool>());
    let run = |(list, failing, most, writable): (Vec<usize>, Option<usize>, usize, bool)| {
        let places: Vec<DocumentPlace> = list.iter().map(|at| all[*at]).collect();
        let scratch = if writable { directory.path() } else { &nowhere };
        let (found, error) = texts(&reader, &places, scratch, failing, most);
        let whole = failing.map_or(list.len(), |failing| failing.min(list.len())).min(most);
        let single = places.iter().take(whole).enumerate();
        let single = single.map(|(at, place)| text(at, &reader.study(*place).expect("read")));
        prop_assert_eq!(found, single.collect::<String>());
        // A text that is not wanted is made before that is known.
        let expected = match failing.filter(|failing| *failing < list.len()) {
            Some(failing) if failing <= most => Some(format!("failed at {failing}")),
            _ if whole < list.len() => Some("broken pipe".to_owned()),
            _ => None,
        };
        prop_assert_eq!(error, expected);
        Ok(())
    };
    runner.run(&cases, run).expect("the same texts");
}
