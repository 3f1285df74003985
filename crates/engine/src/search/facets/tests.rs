use tantivy::query::AllQuery;

use super::super::small::{Draft, Small};
use super::*;

#[test]
fn values_have_one_order() {
    let mut values = ["1a", "100", "20", "b", "-5", "0100"];
    values.sort_by(|one, other| by_value(one, other));
    assert_eq!(values, ["-5", "20", "0100", "100", "1a", "b"]);
}

#[test]
fn dates_are_counted_by_year_and_ages_in_years() {
    let day = |year| PartialDate::parse(&format!("{year}-12-31")).expect("a date").days().0;
    assert_eq!(counted(FieldKind::Date, day(1999)), 1999);
    assert_eq!(counted(FieldKind::Date, day(1999) + 1), 2000);
    assert_eq!(counted(FieldKind::Age, 18 * MINUTES_A_YEAR), 18);
    assert_eq!(counted(FieldKind::Age, 18 * MINUTES_A_YEAR - 1), 17);
    assert_eq!(counted(FieldKind::Number, 1999), 1999);
}

/// What is counted in all studies of an index, by the columns of texts and
/// numbers and by the title.
fn counts(small: &Small) -> tantivy::Result<Counted> {
    let columns = vec![
        Origin::Texts("kind".to_owned()),
        Origin::Numbers("number".to_owned(), FieldKind::Boolean),
        Origin::Stored("BriefTitle"),
    ];
    let counting = Counting { study: small.stored, digest: "digest".to_owned(), columns };
    small.searcher().search(&AllQuery, &counting)
}

fn study(title: &str, kinds: &[&str], numbers: &[i64]) -> Draft {
    Draft {
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        stored: format!(
            r#"{{"protocolSection": {{"identificationModule": {{"briefTitle": "{title}"}}}}}}"#
        ),
        ..Draft::numbered("a", numbers)
    }
}

fn values(of: &[(&str, u64)]) -> BTreeMap<String, u64> {
    of.iter().map(|(value, studies)| ((*value).to_owned(), *studies)).collect()
}

#[test]
fn a_study_counts_once_for_each_value_and_is_missing_without_any() {
    let segments = [
        vec![study("One", &["x", "y", "x"], &[1, 1, 0]), study("Two", &[], &[])],
        vec![study("One", &["y"], &[0]), study("Gone", &["z"], &[1])],
    ];
    let counted = counts(&Small::new(&segments).without(&[3])).expect("counted");
    assert_eq!(counted.studies, 3);
    assert_eq!(counted.fields[0], (1, values(&[("x", 1), ("y", 2)])));
    assert_eq!(counted.fields[1], (1, values(&[("false", 2), ("true", 1)])));
    assert_eq!(counted.fields[2], (0, values(&[("One", 2), ("Two", 1)])));
}

#[test]
fn a_stored_study_that_was_changed_is_not_counted_in_silence() {
    let changed = Draft { digest: Some(1), ..study("One", &[], &[]) };
    let unreadable = Draft { stored: "{".to_owned(), ..Draft::of("a") };
    for (damaged, said) in [
        (vec![changed.clone()], "1 study is not what was stored"),
        (vec![changed, unreadable], "2 studies are not what was stored"),
    ] {
        let Err(error) = counts(&Small::new(&[damaged])) else { panic!("counted") };
        assert!(error.to_string().contains(said), "{error}");
    }
}
