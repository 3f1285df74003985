//! What abbreviations stand for, as the studies of an index define them.

use serde_json::Value;
use trialdex_engine::index::Store;
use trialdex_engine::search::{senses, short_forms};

use super::harness::Sandbox;
use super::invented::updated;

/// A study with that summary.
fn saying(number: u32, day: &str, summary: &str) -> String {
    let mut study = updated(number, "An Invented Study", day);
    study["protocolSection"]["descriptionModule"]["briefSummary"] = Value::from(summary);
    study.to_string()
}

fn store(sandbox: &Sandbox) -> Store {
    Store::open(&sandbox.path("index")).expect("an index")
}

/// The senses of an abbreviation: as written, studies, and their share in
/// hundredths.
fn senses_of(sandbox: &Sandbox, short: &str) -> Vec<(String, u64, u64)> {
    let found = senses(&store(sandbox), short).expect("senses");
    let shown = found.into_iter().map(|sense| {
        let share = (sense.share * 100.0).round() as u64;
        (sense.written, sense.studies, share)
    });
    shown.collect()
}

fn short_forms_of(sandbox: &Sandbox, long: &str) -> Vec<(String, u64, u64)> {
    let found = short_forms(&store(sandbox), long).expect("short forms");
    let shown = found.into_iter().map(|short| {
        let share = (short.share * 100.0).round() as u64;
        (short.written, short.studies, share)
    });
    shown.collect()
}

#[track_caller]
fn assert_shown(found: &[(String, u64, u64)], expected: &[(&str, u64, u64)]) {
    let found: Vec<(&str, u64, u64)> = found
        .iter()
        .map(|(written, studies, share)| (written.as_str(), *studies, *share))
        .collect();
    assert_eq!(found, expected);
}

/// Three studies about stem cells and one about something else.
fn two_senses() -> Sandbox {
    let day = "2024-03-01";
    let texts = [
        "Patients get mesenchymal stem cells (MSCs). Other mesenchymal stem cells (MSC) wait.",
        "An MSC (mesenchymal stem cell) is a cell.",
        r"Human mesenchymal stem cells \[MSC\] are given.",
        "The Manual Skill Course (MSC) is taught.",
    ];
    let sandbox = Sandbox::new();
    for (number, text) in (1..).zip(texts) {
        sandbox.write(&format!("in/{number}.json"), saying(number, day, text));
    }
    sandbox.index(&["in"]);
    sandbox
}

#[test]
fn senses_of_one_abbreviation_are_counted_apart() {
    let sandbox = two_senses();
    let expected = [("mesenchymal stem cells", 3, 75), ("manual skill course", 1, 25)];
    assert_shown(&senses_of(&sandbox, "MSC"), &expected);
    assert_eq!(senses_of(&sandbox, "MSCs"), senses_of(&sandbox, "MSC"));
    assert_shown(&senses_of(&sandbox, "mesenchymal stem cell"), &[]);
    assert_shown(&senses_of(&sandbox, "OS"), &[]);
}

#[test]
fn a_name_has_the_abbreviations_that_studies_give_it() {
    let sandbox = two_senses();
    assert_shown(&short_forms_of(&sandbox, "Mesenchymal Stem Cell"), &[("msc", 3, 75)]);
    assert_shown(&short_forms_of(&sandbox, "manual skill courses"), &[("msc", 1, 25)]);
    assert_shown(&short_forms_of(&sandbox, "MSC"), &[]);
    assert_shown(&short_forms_of(&sandbox, "stem cells"), &[]);
}

#[test]
fn a_refresh_that_changes_a_study_changes_the_counts() {
    let sandbox = two_senses();
    let text = "The Manual Skill Course (MSC) comes first.";
    sandbox.write("in/1.json", saying(1, "2024-04-01", text));
    assert_eq!(sandbox.index(&["in"]).count("updated"), 1);
    let expected = [("manual skill course", 2, 50), ("mesenchymal stem cell", 2, 50)];
    assert_shown(&senses_of(&sandbox, "MSC"), &expected);
    sandbox.remove("in/2.json");
    sandbox.remove("in/3.json");
    sandbox.index(&["in", "--prune"]);
    assert_shown(&senses_of(&sandbox, "MSC"), &[("manual skill course", 2, 100)]);
    assert_shown(&short_forms_of(&sandbox, "mesenchymal stem cell"), &[]);
}

#[test]
fn abbreviations_are_no_synonyms() {
    let sandbox = two_senses();
    for (words, expected) in
        [("manual skill course", "NCT90000004\n"), ("skill MSC", "NCT90000004\n")]
    {
        let run = sandbox.run(&["search", words, "--format", "ids"]).success();
        assert_eq!(run.out, expected, "{words}");
    }
}
