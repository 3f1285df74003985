//! Archives of real records, where they are at hand: what is known of each is
//! found again.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::Value;

use super::harness::{JsonAudit, Sandbox};
use super::real_data::real;

/// Studies of the v2 archive that are compared one by one.
const SAMPLE: usize = 200;

/// What is known of an archive.
struct KnownArchive {
    name: &'static str,
    records: u64,
    studies: u64,
    rejected: u64,
    not_studies: u64,
}

/// Indexes an archive and compares the audit with what is known.
fn indexed(known: &KnownArchive) -> Option<(Sandbox, JsonAudit)> {
    let path = real(known.name)?;
    let sandbox = Sandbox::new();
    let audit = sandbox.index(&[&path]);
    audit.adds_up();
    let found = audit.counts(["records", "studies", "rejected", "notStudies"]);
    let expected = [known.records, known.studies, known.rejected, known.not_studies];
    assert_eq!(found, expected, "{}: records, studies, rejected, not studies", known.name);
    assert_eq!(audit.counts(["added", "updated", "removed"]), [known.studies, 0, 0]);
    Some((sandbox, audit))
}

/// An archive of which every record is a study.
fn sound(name: &'static str, studies: u64) -> Option<(Sandbox, JsonAudit)> {
    indexed(&KnownArchive { name, records: studies, studies, rejected: 0, not_studies: 0 })
}

#[test]
fn module_pages() {
    let Some((_, audit)) = sound("module-pages", 10) else { return };
    assert_eq!(audit.counts(["files", "pages", "joined"]), [10, 10, 10]);
}

#[test]
fn the_seed_page_alone_answers() {
    let Some(path) = real("module-pages/descriptionmodule_NCT01305694.txt") else { return };
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.index(&[&path]).count("added"), 1);
    let run = sandbox.run(&["search", "aplastic anemia mesenchymal", "--format", "ids"]).success();
    assert_eq!(run.out, "NCT01305694\n");
}

#[test]
fn xml_of_2018_with_empty_files() {
    let known = KnownArchive {
        name: "xml-2018-with-empties.zip",
        records: 1521,
        studies: 1521,
        rejected: 431,
        not_studies: 0,
    };
    let Some((_, audit)) = indexed(&known) else { return };
    assert_eq!(audit.count("members"), 1952);
    let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
    for reject in audit.rejects() {
        let reason = reject.rsplit_once("xml: ").expect("a reason").1;
        let kind = reason.split(':').next().unwrap_or_default();
        *reasons.entry(kind.to_owned()).or_default() += 1;
    }
    assert_eq!(reasons, BTreeMap::from([("cut".to_owned(), 1), ("empty".to_owned(), 430)]));
}

#[test]
fn xml_of_2020() {
    sound("xml-2020.zip", 3528);
}

#[test]
fn xml_of_2020_on_covid() {
    sound("xml-2020-covid.zip", 1087);
}

#[test]
fn xml_of_2023() {
    sound("xml-2023.zip", 6786);
}

#[test]
fn zipped_json_of_v2() {
    sound("ctg-studies-635.json.zip", 635);
}

#[test]
fn gzipped_json_of_v2() {
    sound("ctg-studies-100.json.gz", 100);
}

#[test]
fn csv_of_today() {
    let known = KnownArchive {
        name: "csv-v2.zip",
        records: 6801,
        studies: 6758,
        rejected: 0,
        not_studies: 0,
    };
    let Some((_, audit)) = indexed(&known) else { return };
    assert_eq!(audit.count("duplicates"), 43);
}

#[test]
fn csv_of_the_classic_site() {
    sound("csv-classic.zip", 6938);
}

#[test]
fn json_of_v1() {
    let known = KnownArchive {
        name: "json-v1.zip",
        records: 221,
        studies: 219,
        rejected: 54,
        not_studies: 1,
    };
    let Some((_, audit)) = indexed(&known) else { return };
    assert_eq!(audit.count("duplicates"), 2);
}

#[test]
fn v2_studies_are_given_back_as_they_were() {
    let Some((sandbox, _)) = sound("json-v2-files.tar.gz", 1178) else { return };
    let sources = sample(&real("json-v2-files.tar.gz").expect("it was there"));
    assert_eq!(sources.len(), SAMPLE);
    let numbers: Vec<&str> = sources.keys().map(String::as_str).collect();
    let show = [&["show", "--format", "json"], numbers.as_slice()].concat();
    let run = sandbox.run(&show).success();
    for (line, (number, source)) in run.out.lines().zip(&sources) {
        let shown: Value = serde_json::from_str(line).expect("JSON");
        assert!(shown == *source, "{number} is not what the source holds");
    }
    assert_eq!(run.out.lines().count(), SAMPLE);
}

/// Studies spread over the v2 archive, by number.
fn sample(path: &str) -> BTreeMap<String, Value> {
    let file = std::fs::File::open(path).expect("an archive");
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let members = archive.entries().expect("members").map(|member| member.expect("a member"));
    let files = members.filter(|member| member.header().entry_type().is_file());
    let studies = files.enumerate().filter(|(at, _)| at % 5 == 0).take(SAMPLE);
    studies.map(|(_, member)| numbered(member)).collect()
}

fn numbered(mut member: impl Read) -> (String, Value) {
    let mut text = String::new();
    member.read_to_string(&mut text).expect("text");
    let study: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON");
    let number = study["protocolSection"]["identificationModule"]["nctId"].as_str();
    (number.expect("a number").to_owned(), study)
}
