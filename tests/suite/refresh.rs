//! A second run over the same input, or nearly the same.
//!
//! The program relies on a file's time of modification only where that is
//! some seconds old; files that a test has just written are read again and
//! compared by content. [`Sandbox::age`] makes them old.

use std::fs;

use serde_json::{Value, json};

use super::harness::{JsonAudit, Sandbox, copy_directory};
use super::invented::{gz, lines, nct, page, record, study, tar, updated, xml, zip, zst};

/// What may change in an index.
const CHANGES: [&str; 5] = ["added", "updated", "unchanged", "duplicates", "removed"];

fn changes(audit: &JsonAudit) -> [u64; 5] {
    audit.adds_up();
    audit.counts(CHANGES)
}

/// A sandbox with a file a study, numbered from 1.
fn three_studies() -> Sandbox {
    Sandbox::with(&[
        ("in/1.json", record(1, "One").as_bytes()),
        ("in/2.xml", xml(2, "Two").as_bytes()),
        ("in/3.json", record(3, "Three").as_bytes()),
    ])
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let sandbox = three_studies();
    assert_eq!(changes(&sandbox.index(&["in"])), [3, 0, 0, 0, 0]);
    let before = meta(&sandbox);
    let again = sandbox.index(&["in"]);
    assert_eq!(changes(&again), [0, 0, 3, 0, 0]);
    assert_eq!(again.count("records"), 3);
    let told = sandbox.run(&["index", "in"]).success();
    assert!(told.err.contains("nothing changed: 3 studies as before"), "{told:?}");
    assert_eq!(meta(&sandbox), before, "nothing was written");
}

fn meta(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.path("index/tantivy/meta.json")).expect("an index")
}

#[test]
fn files_that_are_as_they_were_are_not_read_again() {
    let sandbox = three_studies();
    sandbox.age(&["in/1.json", "in/2.xml", "in/3.json"]);
    sandbox.index(&["in"]);
    let again = sandbox.index(&["in"]);
    assert_eq!(again.count("filesUnchanged"), 3);
    assert_eq!(changes(&again), [0, 0, 3, 0, 0]);
    sandbox.write("in/2.xml", xml(2, "Two"));
    let touched = sandbox.index(&["in"]);
    assert_eq!(touched.count("filesUnchanged"), 2);
    assert_eq!(changes(&touched), [0, 0, 3, 0, 0]);
}

#[test]
fn a_changed_and_an_added_record_are_taken_in() {
    let sandbox = three_studies();
    sandbox.index(&["in"]);
    sandbox.write("in/3.json", record(3, "Third"));
    sandbox.write("in/4.json", record(4, "Four"));
    assert_eq!(changes(&sandbox.index(&["in"])), [1, 1, 2, 0, 0]);
    let titles: Vec<String> = sandbox.titles().into_values().collect();
    assert_eq!(titles, ["One", "Two", "Third", "Four"]);
}

#[test]
fn an_older_record_of_the_same_file_replaces_the_newer_one() {
    let sandbox = Sandbox::with(&[("a", updated(1, "New", "2024-02-02").to_string().as_bytes())]);
    sandbox.index(&["a"]);
    sandbox.write("a", updated(1, "Old", "2023-01-01").to_string());
    assert_eq!(changes(&sandbox.index(&["a"])), [0, 1, 0, 0, 0]);
    assert_eq!(sandbox.titles()[&nct(1)], "Old");
}

#[test]
fn a_removed_file_is_kept_until_pruned() {
    let sandbox = three_studies();
    sandbox.index(&["in"]);
    sandbox.remove("in/2.xml");
    let kept = sandbox.index(&["in"]);
    assert_eq!(kept.counts(["unchanged", "removed", "kept", "filesGone"]), [2, 0, 1, 1]);
    assert!(sandbox.holds(&nct(2)));
    let pruned = sandbox.index(&["in", "--prune"]);
    assert_eq!(pruned.counts(["unchanged", "removed", "kept"]), [2, 1, 0]);
    assert!(!sandbox.holds(&nct(2)));
    assert_eq!(sandbox.titles().len(), 2);
    assert_eq!(changes(&sandbox.index(&["in", "--prune"])), [0, 0, 2, 0, 0]);
}

#[test]
fn a_removed_file_can_be_pruned_at_once() {
    let sandbox = three_studies();
    sandbox.index(&["in"]);
    sandbox.remove("in/2.xml");
    assert_eq!(changes(&sandbox.index(&["in", "--prune"])), [0, 0, 2, 0, 1]);
}

#[test]
fn pruning_one_input_leaves_the_studies_of_another() {
    let sandbox = Sandbox::with(&[
        ("a/1.json", record(1, "One").as_bytes()),
        ("b/2.json", record(2, "Two").as_bytes()),
    ]);
    sandbox.index(&["a"]);
    sandbox.index(&["b", "--prune"]);
    assert_eq!(sandbox.titles().len(), 2);
}

/// Two studies of two pages each, and a study of one.
fn paged() -> Sandbox {
    let sandbox = Sandbox::new();
    for number in [1, 2] {
        sandbox
            .write(&title_page(number), page(number, "Identification Module", "Brief Title: T\n"));
        let summary = "Brief Summary: An invented study.\n";
        sandbox.write(&summary_page(number), page(number, "Description Module", summary));
    }
    sandbox
}

fn title_page(number: u32) -> String {
    format!("in/identificationmodule_{}.txt", nct(number))
}

fn summary_page(number: u32) -> String {
    format!("in/descriptionmodule_{}.txt", nct(number))
}

#[test]
fn a_page_that_changes_changes_its_study_alone() {
    let sandbox = paged();
    assert_eq!(sandbox.index(&["in"]).counts(["pages", "joined", "added"]), [4, 2, 2]);
    let other = sandbox.show(&nct(2));
    sandbox.write(&title_page(1), page(1, "Identification Module", "Brief Title: Changed\n"));
    assert_eq!(changes(&sandbox.index(&["in"])), [0, 1, 1, 0, 0]);
    let changed = &sandbox.show(&nct(1))["protocolSection"];
    assert_eq!(changed["identificationModule"]["briefTitle"], "Changed");
    assert_eq!(changed["descriptionModule"]["briefSummary"], "An invented study.");
    assert_eq!(sandbox.show(&nct(2)), other);
}

#[test]
fn a_page_that_is_added_changes_its_study_alone() {
    let sandbox = paged();
    for name in [title_page(1), summary_page(1), title_page(2), summary_page(2)] {
        sandbox.age(&[&name]);
    }
    sandbox.index(&["in"]);
    sandbox.write("in/more.txt", page(1, "Conditions Module", "Conditions: Cough\n"));
    let audit = sandbox.index(&["in"]);
    assert_eq!(audit.counts(["updated", "unchanged", "filesUnchanged"]), [1, 1, 4]);
    let study = &sandbox.show(&nct(1))["protocolSection"];
    assert_eq!(study["identificationModule"]["briefTitle"], "T");
    assert_eq!(study["conditionsModule"]["conditions"], json!(["Cough"]));
}

#[test]
fn a_page_that_vanishes_changes_its_study_alone() {
    let sandbox = paged();
    sandbox.index(&["in"]);
    sandbox.remove(&summary_page(1));
    assert_eq!(changes(&sandbox.index(&["in"])), [0, 1, 1, 0, 0]);
    let study = &sandbox.show(&nct(1))["protocolSection"];
    assert_eq!(study["identificationModule"]["briefTitle"], "T");
    assert_eq!(study.get("descriptionModule"), None);
}

#[test]
fn a_study_whose_last_page_vanishes_is_kept_until_pruned() {
    let sandbox = paged();
    sandbox.index(&["in"]);
    let before = sandbox.show(&nct(1));
    sandbox.remove(&title_page(1));
    sandbox.remove(&summary_page(1));
    assert_eq!(sandbox.index(&["in"]).counts(["kept", "removed", "unchanged"]), [1, 0, 1]);
    assert_eq!(sandbox.show(&nct(1)), before);
    assert_eq!(sandbox.index(&["in", "--prune"]).counts(["kept", "removed"]), [0, 1]);
    assert!(!sandbox.holds(&nct(1)));
}

#[test]
fn pages_take_the_place_of_a_whole_record_that_is_pruned() {
    let sandbox = paged();
    sandbox.write("in/whole.json", updated(1, "Whole", "2024-01-01").to_string());
    sandbox.index(&["in"]);
    assert_eq!(sandbox.titles()[&nct(1)], "Whole");
    sandbox.remove("in/whole.json");
    let audit = sandbox.index(&["in", "--prune"]);
    assert_eq!(audit.counts(["updated", "unchanged", "kept", "rejected"]), [1, 1, 0, 0]);
    assert_eq!(sandbox.titles()[&nct(1)], "T");
    assert_eq!(changes(&sandbox.index(&["in", "--prune"])), [0, 0, 2, 0, 0]);
}

#[test]
fn pages_of_the_same_name_are_all_joined() {
    let title = page(1, "Identification Module", "Brief Title: T\n");
    let conditions = page(1, "Conditions Module", "Conditions: Cough\n");
    let members = [("a", title.as_bytes()), ("a", conditions.as_bytes())];
    let sandbox = Sandbox::with(&[("pages.tar", &tar(&members))]);
    for _ in 0..2 {
        assert_eq!(sandbox.index(&["pages.tar"]).counts(["pages", "joined"]), [2, 1]);
        let study = &sandbox.show(&nct(1))["protocolSection"];
        assert_eq!(study["identificationModule"]["briefTitle"], "T");
        assert_eq!(study["conditionsModule"]["conditions"], json!(["Cough"]));
    }
}

#[test]
fn pages_that_change_places_are_joined_in_their_new_order() {
    let pages = ["One", "Two"]
        .map(|title| page(1, "Identification Module", &format!("Brief Title: {title}\n")));
    let sandbox = Sandbox::with(&[("a", pages[0].as_bytes()), ("b", pages[1].as_bytes())]);
    sandbox.index(&["a", "b"]);
    assert_eq!(sandbox.titles().len(), 0);
    assert_eq!(
        sandbox.show(&nct(1))["protocolSection"]["identificationModule"]["briefTitle"],
        "One"
    );
    sandbox.write("a", &pages[1]);
    sandbox.write("b", &pages[0]);
    assert_eq!(changes(&sandbox.index(&["a", "b"])), [0, 1, 0, 0, 0]);
    assert_eq!(
        sandbox.show(&nct(1))["protocolSection"]["identificationModule"]["briefTitle"],
        "Two"
    );
}

#[test]
fn a_page_that_stands_there_twice_keeps_its_first_place() {
    let title = |title| page(1, "Identification Module", &format!("Brief Title: {title}\n"));
    let title_of = |sandbox: &Sandbox| {
        sandbox.show(&nct(1))["protocolSection"]["identificationModule"]["briefTitle"].clone()
    };
    let sandbox = Sandbox::with(&[("a", (title("One") + &title("Two")).as_bytes())]);
    sandbox.index(&["a"]);
    // The first page is known; the third is like it, but has to be read.
    sandbox.write("a", title("One") + &title("Three") + &title("One"));
    assert_eq!(sandbox.index(&["a"]).counts(["pages", "joined"]), [3, 1]);
    assert_eq!(title_of(&sandbox), "One");
}

#[test]
fn records_are_known_by_their_bytes_in_another_file_too() {
    let studies = [(1, "One"), (2, "Two"), (3, "Three")];
    let sandbox = Sandbox::with(&[("in/2024-05-01.gz", &gz(lines(&studies).as_bytes()))]);
    sandbox.index(&["in"]);
    let before = meta(&sandbox);
    sandbox.remove("in/2024-05-01.gz");
    let members: Vec<String> =
        studies.iter().map(|(number, title)| record(*number, title)).collect();
    let named = ["c", "b", "a"].iter().zip(&members);
    let named: Vec<(&str, &[u8])> = named.map(|(name, text)| (*name, text.as_bytes())).collect();
    sandbox.write("in/2024-05-02.zip", zip(&named));
    let audit = sandbox.index(&["in", "--prune"]);
    assert_eq!(
        audit.counts(["unchanged", "added", "updated", "removed", "filesGone"]),
        [3, 0, 0, 0, 1]
    );
    assert_ne!(meta(&sandbox), before, "the ledger has another file");
    assert_eq!(sandbox.titles().len(), 3);
}

#[test]
fn only_records_of_other_bytes_are_converted_again() {
    let odd = |number, title| {
        xml(number, title).replace("</clinical_study>", "<oddity>1</oddity></clinical_study>")
    };
    let sandbox = Sandbox::with(&[("a.xml", (odd(1, "One") + &odd(2, "Two")).as_bytes())]);
    let oddities = |audit: &JsonAudit| audit.json["unplaced"][0]["records"].as_u64();
    assert_eq!(oddities(&sandbox.index(&["a.xml"])), Some(2));
    assert_eq!(oddities(&sandbox.index(&["a.xml"])), None);
    sandbox.write("a.xml", odd(2, "Two") + &odd(1, "Uno") + &odd(2, "Two"));
    assert_eq!(oddities(&sandbox.index(&["a.xml"])), Some(1));
    assert_eq!(sandbox.titles()[&nct(1)], "Uno");
}

#[test]
fn a_record_set_aside_comes_back_once_the_better_one_is_gone() {
    let older = updated(1, "Older", "2023-01-01");
    let sandbox = Sandbox::with(&[
        ("in/older.json", older.to_string().as_bytes()),
        ("in/newer.json", updated(1, "Newer", "2024-01-01").to_string().as_bytes()),
    ]);
    sandbox.age(&["in/older.json", "in/newer.json"]);
    sandbox.index(&["in"]);
    sandbox.remove("in/newer.json");
    let audit = sandbox.index(&["in", "--prune"]);
    assert_eq!(audit.counts(["updated", "duplicates", "removed", "records"]), [1, 0, 0, 1]);
    assert_eq!(sandbox.show(&nct(1)), older);
    assert_eq!(changes(&sandbox.index(&["in"])), [0, 0, 1, 0, 0]);
}

#[test]
fn a_better_record_whose_file_is_gone_stays_until_pruned() {
    let sandbox = Sandbox::with(&[
        ("in/newer.json", updated(1, "Newer", "2024-01-01").to_string().as_bytes()),
        ("in/older.json", updated(1, "Older", "2023-01-01").to_string().as_bytes()),
    ]);
    sandbox.index(&["in"]);
    sandbox.remove("in/newer.json");
    for _ in 0..2 {
        let audit = sandbox.index(&["in"]);
        assert_eq!(audit.counts(["kept", "updated", "removed", "studies"]), [1, 0, 0, 1]);
        assert_eq!(sandbox.titles()[&nct(1)], "Newer");
    }
    assert_eq!(sandbox.index(&["in", "--prune"]).counts(["kept", "updated"]), [0, 1]);
    assert_eq!(sandbox.titles()[&nct(1)], "Older");
}

#[test]
fn a_file_that_goes_back_to_an_older_record_is_believed() {
    let sandbox = Sandbox::new();
    for (title, date) in [("New", "2024-01-01"), ("Old", "2023-01-01"), ("Newest", "2025-01-01")] {
        sandbox.write("in/a.json", updated(1, title, date).to_string());
        let audit = sandbox.index(&["in"]);
        assert_eq!(audit.counts(["studies", "kept", "duplicates"]), [1, 0, 0]);
        assert_eq!(sandbox.titles()[&nct(1)], title);
    }
}

#[test]
fn an_archive_with_a_record_less_keeps_it_until_pruned() {
    let all = [(1, "One"), (2, "Two"), (3, "Three")];
    let sandbox = Sandbox::with(&[("a.gz", &gz(lines(&all).as_bytes()))]);
    sandbox.index(&["a.gz"]);
    sandbox.write("a.gz", gz(lines(&all[..2]).as_bytes()));
    assert_eq!(sandbox.index(&["a.gz"]).counts(["unchanged", "kept", "removed"]), [2, 1, 0]);
    assert_eq!(
        sandbox.index(&["a.gz", "--prune"]).counts(["unchanged", "kept", "removed"]),
        [2, 0, 1]
    );
    assert!(!sandbox.holds(&nct(3)));
}

/// Studies whose text does not shrink, for a cut to hit the middle of them.
fn bulky(count: u32) -> String {
    (1..=count)
        .map(|number| {
            let mut study = study(number, "Bulky");
            let noise: String =
                (0..400_u64).map(|at| noise(u64::from(number) * 1000 + at)).collect();
            study["protocolSection"]["descriptionModule"]["detailedDescription"] = noise.into();
            study.to_string() + "\n"
        })
        .collect()
}

fn noise(seed: u64) -> char {
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    char::from(b'a' + u8::try_from(mixed % 26).expect("a letter"))
}

#[test]
fn pruning_removes_nothing_that_a_cut_archive_held() {
    let whole = bulky(200);
    let member = whole.clone().into_bytes();
    for (name, bytes) in [
        ("a.gz", gz(&member)),
        ("a.zst", zst(&member)),
        ("a.zip", zip(&[("a", &member)])),
        ("a.tar", tar(&[("a", &member)])),
        ("a.json", member.clone()),
    ] {
        let sandbox = Sandbox::with(&[(name, &bytes)]);
        assert_eq!(sandbox.index(&[name]).count("added"), 200);
        // Not at the end of a line, which nobody could tell from a shorter file.
        sandbox.write(name, &bytes[..bytes.len() / 2 + 100]);
        let audit = sandbox.index(&[name, "--prune"]);
        assert_eq!(audit.count("removed"), 0, "{name}");
        assert!(audit.count("rejected") > 0, "{name}");
        assert_eq!(sandbox.titles().len(), 200, "{name}");
        sandbox.write(name, &bytes);
        assert_eq!(changes(&sandbox.index(&[name, "--prune"])), [0, 0, 200, 0, 0], "{name}");
    }
}

#[test]
fn pruning_later_removes_nothing_that_a_cut_archive_held() {
    let whole = gz(bulky(200).as_bytes());
    let sandbox = Sandbox::with(&[("a.gz", &whole)]);
    sandbox.index(&["a.gz"]);
    sandbox.write("a.gz", &whole[..whole.len() / 2]);
    sandbox.age(&["a.gz"]);
    assert!(sandbox.index(&["a.gz"]).count("kept") > 0);
    assert_eq!(sandbox.index(&["a.gz", "--prune"]).count("removed"), 0);
    assert_eq!(sandbox.titles().len(), 200);
}

#[test]
fn a_file_that_can_no_longer_be_listed_keeps_its_studies() {
    let sandbox = three_studies();
    sandbox.index(&["in"]);
    sandbox.remove("in/2.xml");
    std::os::unix::fs::symlink("nowhere", sandbox.path("in/2.xml")).expect("a link");
    for _ in 0..2 {
        let audit = sandbox.index(&["in", "--prune"]);
        assert_eq!(audit.counts(["removed", "rejected"]), [0, 1], "{audit:?}");
        assert_eq!(sandbox.titles().len(), 3);
    }
}

/// Everything in the index, as `show` and `search` give it.
fn state(sandbox: &Sandbox) -> (Vec<String>, Vec<Value>) {
    let found = sandbox.run(&["search", "invented", "--limit", "0", "--format", "ids"]).success();
    let mut numbers: Vec<String> = found.out.lines().map(str::to_owned).collect();
    numbers.sort();
    let studies = numbers.iter().map(|number| sandbox.show(number)).collect();
    (numbers, studies)
}

#[test]
fn the_order_of_inputs_does_not_matter() {
    let inputs = ["a.gz", "b.xml", "c.json", "d.zip"];
    let mut states = Vec::new();
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let sandbox = Sandbox::with(&[
            ("a.gz", &gz(lines(&[(1, "One"), (2, "Two")]).as_bytes())),
            ("b.xml", (xml(2, "Two again") + &xml(3, "Three")).as_bytes()),
            ("c.json", updated(3, "Three again", "2020-01-01").to_string().as_bytes()),
            ("d.zip", &zip(&[("x", xml(1, "Uno").as_bytes()), ("y", xml(4, "Four").as_bytes())])),
        ]);
        sandbox.index(&order.map(|at: usize| inputs[at]));
        states.push(state(&sandbox));
    }
    assert_eq!(states[0].0, [1, 2, 3, 4].map(nct));
    assert!(states.iter().all(|state| *state == states[0]), "{states:#?}");
}

#[test]
fn inputs_one_by_one_give_what_all_at_once_give() {
    let files = [
        ("a.json", updated(1, "Later", "2024-05-05").to_string()),
        ("b.json", updated(1, "Earlier", "2020-05-05").to_string()),
        ("c.xml", xml(2, "Two")),
    ];
    let sandbox = Sandbox::new();
    files.iter().for_each(|(name, text)| sandbox.write(name, text));
    for name in ["b.json", "a.json", "c.xml"] {
        sandbox.index(&[name]);
    }
    let one_by_one = state(&sandbox);
    let sandbox = Sandbox::new();
    files.iter().for_each(|(name, text)| sandbox.write(name, text));
    sandbox.index(&["a.json", "b.json", "c.xml"]);
    assert_eq!(state(&sandbox), one_by_one);
}

#[test]
fn inputs_that_overlap_are_read_once() {
    let sandbox = three_studies();
    let absolute = sandbox.path("in").display().to_string();
    let audit = sandbox.index(&["in", "in/1.json", &absolute, "./in"]);
    assert_eq!(audit.counts(["files", "records", "added", "duplicates"]), [3, 3, 3, 0]);
}

#[test]
fn the_index_is_no_input() {
    let sandbox = three_studies();
    sandbox.index(&["."]);
    let again = sandbox.index(&["."]);
    assert_eq!(again.counts(["files", "unchanged", "notStudies", "rejected"]), [3, 3, 0, 0]);
}

#[test]
fn rejects_of_unchanged_files_are_remembered() {
    let sandbox = Sandbox::with(&[("in/a.json", b""), ("in/b.json", record(1, "One").as_bytes())]);
    sandbox.age(&["in/a.json", "in/b.json"]);
    sandbox.index(&["in"]);
    let again = sandbox.index(&["in"]);
    assert_eq!(again.counts(["filesUnchanged", "rejected"]), [2, 1]);
    assert_eq!(again.reject(), "a.json: empty");
    let listed = sandbox.run(&["status", "--rejects"]).success();
    assert_eq!(listed.out, "in/a.json: empty\n");
    let strict = sandbox.run(&["index", "in", "--strict"]);
    assert_eq!(strict.code, Some(3));
}

#[test]
fn a_file_that_is_mended_is_rejected_no_longer() {
    let sandbox = Sandbox::with(&[("a.json", b"")]);
    sandbox.index(&["a.json"]);
    sandbox.write("a.json", record(1, "One"));
    assert_eq!(sandbox.index(&["a.json"]).counts(["added", "rejected"]), [1, 0]);
    assert_eq!(sandbox.run(&["status", "--rejects"]).success().out, "");
}

#[test]
fn a_file_that_breaks_keeps_its_study_even_when_pruned() {
    let sandbox = Sandbox::with(&[("in/a.json", record(1, "One").as_bytes())]);
    sandbox.index(&["in"]);
    sandbox.write("in/a.json", b"");
    let audit = sandbox.index(&["in", "--prune"]);
    assert_eq!(audit.counts(["removed", "kept", "rejected"]), [0, 1, 1]);
    assert!(sandbox.holds(&nct(1)));
}

#[test]
fn an_index_can_be_moved() {
    let sandbox = three_studies();
    sandbox.index(&["in"]);
    copy_directory(&sandbox.path("index"), &sandbox.path("elsewhere"));
    let moved = sandbox.index(&["in", "--index", "elsewhere"]);
    assert_eq!(changes(&moved), [0, 0, 3, 0, 0]);
}

#[test]
fn pruning_removes_nothing_of_a_page_whose_beginning_alone_is_there() {
    let whole = gz(page(1, "Identification Module", "Brief Title: T\n").as_bytes());
    let sandbox = Sandbox::with(&[("in/p.gz", &whole)]);
    sandbox.index(&["in"]);
    let before = sandbox.show(&nct(1));
    sandbox.write("in/p.gz", &whole[..26]);
    let audit = sandbox.index(&["in", "--prune"]);
    assert_eq!(audit.counts(["removed", "rejected", "notStudies"]), [0, 1, 0]);
    assert_eq!(sandbox.show(&nct(1)), before);
}

#[test]
fn pages_of_a_cut_source_stay_in_their_study_until_it_is_mended() {
    let title = |text: &str| page(1, "Identification Module", &format!("Brief Title: {text}\n"));
    let summary = page(1, "Description Module", "Brief Summary: An invented study.\n");
    let conditions = page(1, "Conditions Module", "Conditions: Cough\n");
    let whole = gz((summary.clone() + &conditions).as_bytes());
    let sandbox = Sandbox::with(&[("in/a.txt", title("T").as_bytes()), ("in/b.gz", &whole)]);
    sandbox.index(&["in"]);
    let before = sandbox.show(&nct(1));
    sandbox.write("in/b.gz", &whole[..whole.len() - 60]);
    for _ in 0..2 {
        let audit = sandbox.index(&["in", "--prune"]);
        assert_eq!(audit.counts(["unchanged", "rejected", "pages"]), [1, 1, 1]);
        assert_eq!(sandbox.show(&nct(1)), before);
    }
    // Later still, when the other page changes.
    sandbox.write("in/a.txt", title("Changed"));
    sandbox.index(&["in"]);
    let study = &sandbox.show(&nct(1))["protocolSection"];
    assert_eq!(study["identificationModule"]["briefTitle"], "Changed");
    assert_eq!(study["descriptionModule"]["briefSummary"], "An invented study.");
    assert_eq!(study["conditionsModule"]["conditions"], json!(["Cough"]));
    // What a source lacks that can be read is gone.
    sandbox.write("in/b.gz", gz(summary.as_bytes()));
    sandbox.index(&["in"]);
    let study = &sandbox.show(&nct(1))["protocolSection"];
    assert_eq!(study["descriptionModule"]["briefSummary"], "An invented study.");
    assert_eq!(study.get("conditionsModule"), None);
}

#[cfg(target_os = "linux")]
#[test]
fn files_whose_names_are_no_text_are_told_apart_and_not_gone() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::with(&[("in/\\xff", record(1, "One").as_bytes())]);
    let unnamed = sandbox.path("in").join(std::ffi::OsStr::from_bytes(b"\xff"));
    std::fs::write(&unnamed, record(2, "Two")).expect("a file written");
    assert_eq!(sandbox.index(&["in"]).counts(["files", "added"]), [2, 2]);
    sandbox.run(&["check", "--sources"]).success();
    sandbox.write("other.json", record(3, "Three"));
    assert_eq!(sandbox.index(&["other.json", "--prune"]).counts(["removed", "filesGone"]), [0, 0]);
    assert_eq!(sandbox.titles().len(), 3);
    std::fs::remove_file(&unnamed).expect("a file removed");
    assert_eq!(sandbox.index(&["other.json", "--prune"]).counts(["removed"]), [1]);
    assert!(sandbox.holds(&nct(1)) && !sandbox.holds(&nct(2)));
}
