//! Sources that change at random: a refresh leaves the same as a fresh build,
//! to the last byte of the ledger.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::harness::{JsonAudit, Sandbox};
use super::invented::{gz, page, tar, updated, xml, zip};

/// Sequences of edits, and edits in each.
const SEEDS: [u64; 3] = [1, 2, 14];
const STEPS: u32 = 8;

/// Studies that the sources have records of; few, so that they meet.
const STUDIES: u64 = 9;

/// Counts of the audit that do not depend on the previous state.
const COUNTS: [&str; 9] = [
    "files",
    "members",
    "records",
    "pages",
    "joined",
    "duplicates",
    "notStudies",
    "rejected",
    "studies",
];

/// How the records of a source are written.
const KINDS: [EditedFormat; 11] = [
    EditedFormat::Lines,
    EditedFormat::WholeLines,
    EditedFormat::Fields,
    EditedFormat::Array,
    EditedFormat::PackedLines,
    EditedFormat::Zip,
    EditedFormat::Xml,
    EditedFormat::Table,
    EditedFormat::Pages,
    EditedFormat::TarOfPages,
    EditedFormat::PackedPages,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EditedFormat {
    Lines,
    /// Records of the whole protocol, some with results.
    WholeLines,
    /// Records of few fields, some of them empty.
    Fields,
    Array,
    PackedLines,
    Zip,
    Xml,
    Table,
    Pages,
    TarOfPages,
    PackedPages,
}

/// A record: its study, the mark that distinguishes it from others of the
/// study, and its day.
#[derive(Debug, Clone, Copy)]
struct EditedRecord {
    study: u32,
    version: u64,
    day: u64,
}

impl EditedRecord {
    fn json(self) -> String {
        let day = format!("2024-01-{:02}", self.day);
        updated(self.study, &self.title(), &day).to_string()
    }

    /// A record of the whole protocol, with results where its version is odd.
    fn whole(self) -> String {
        let mut study = updated(self.study, &self.title(), &format!("2024-01-{:02}", self.day));
        let protocol = &mut study["protocolSection"];
        protocol["identificationModule"]["organization"] = json!({"fullName": "Acme"});
        protocol["identificationModule"]["acronym"] = json!(format!("TEA-{}", self.version));
        protocol["statusModule"]["statusVerifiedDate"] = json!("2020-01");
        protocol["statusModule"]["studyFirstSubmitDate"] = json!("2019-01-02");
        protocol["sponsorCollaboratorsModule"] = json!({"leadSponsor": {"name": "Acme"}});
        protocol["conditionsModule"] = json!({"conditions": ["Ague", "Cough"]});
        protocol["designModule"] = json!({"studyType": "OBSERVATIONAL"});
        protocol["eligibilityModule"] = json!({"eligibilityCriteria": "Adults"});
        if self.version % 2 == 1 {
            study["resultsSection"] = json!({"moreInfoModule": {"version": self.version}});
        }
        study.to_string()
    }

    /// Three fields of a table as an object.
    fn fields(self) -> String {
        let acronym = if self.version.is_multiple_of(3) { "" } else { "MILK" };
        let day = format!("2024-01-{:02}", self.day);
        let (number, title) = (super::invented::nct(self.study), self.title());
        let condition = format!("Croup {}", self.version % 2);
        json!({
            "nct_id": number, "brief_title": title, "last_update_posted_date": day,
            "acronym": acronym, "conditions": [condition],
        })
        .to_string()
    }

    fn title(self) -> String {
        format!("Version {}", self.version)
    }

    /// One of three modules.
    fn page(self) -> String {
        let Self { study, version, .. } = self;
        match version % 3 {
            0 => page(study, "Identification Module", &format!("Brief Title: Page {version}\n")),
            1 => {
                page(study, "Description Module", &format!("Brief Summary: Invented {version}.\n"))
            }
            _ => page(study, "Conditions Module", &format!("Conditions: Cough {version}\n")),
        }
    }
}

/// Makes an archive of members.
type Pack = fn(&[(&str, &[u8])]) -> Vec<u8>;

/// A file with these records.
fn written(kind: EditedFormat, records: &[EditedRecord]) -> Vec<u8> {
    let lines: String = records.iter().map(|record| record.json() + "\n").collect();
    let joined = |text: fn(EditedRecord) -> String, sign: &str| -> String {
        records.iter().map(|record| text(*record)).collect::<Vec<_>>().join(sign)
    };
    let pages: String = records.iter().map(|record| record.page()).collect();
    let members = |text: fn(EditedRecord) -> String| -> Vec<(String, String)> {
        let named = (0..).zip(records);
        named
            .map(|(at, record): (u32, _)| (format!("{}/{at}", record.study), text(*record)))
            .collect()
    };
    let packed = |members: &[(String, String)], pack: Pack| {
        let members = members.iter().map(|(name, text)| (name.as_str(), text.as_bytes()));
        pack(&members.collect::<Vec<_>>())
    };
    match kind {
        EditedFormat::Lines => lines.into_bytes(),
        EditedFormat::WholeLines => joined(EditedRecord::whole, "\n").into_bytes(),
        EditedFormat::Fields => format!("[{}]", joined(EditedRecord::fields, ",\n")).into_bytes(),
        EditedFormat::Array => format!("[{}]", lines.trim_end().replace('\n', ",\n")).into_bytes(),
        EditedFormat::PackedLines => gz(lines.as_bytes()),
        EditedFormat::Zip => packed(&members(EditedRecord::json), zip),
        EditedFormat::Xml => records
            .iter()
            .map(|record| xml(record.study, &record.title()))
            .collect::<String>()
            .into_bytes(),
        EditedFormat::Table => table(records).into_bytes(),
        EditedFormat::Pages => pages.into_bytes(),
        EditedFormat::PackedPages => gz(pages.as_bytes()),
        EditedFormat::TarOfPages => packed(&members(EditedRecord::page), tar),
    }
}

fn table(records: &[EditedRecord]) -> String {
    let row = |record: &EditedRecord| {
        let nct = super::invented::nct(record.study);
        format!("{nct},{},2024-01-{:02},An invented study\n", record.title(), record.day)
    };
    let heading = "NCT Number,Study Title,Last Update Posted,Brief Summary\n".to_owned();
    heading + &records.iter().map(row).collect::<String>()
}

/// Files that change, the same way for the same seed.
struct World {
    sandbox: Sandbox,
    seed: u64,
    clock: u64,
    files: BTreeMap<String, (EditedFormat, Vec<EditedRecord>)>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self { sandbox: Sandbox::new(), seed, clock: 0, files: BTreeMap::new() };
        world.write("in/rejects.json", b"{\"protocolSection\": {}}\n{\"protocolSection\": {\"a");
        world.write("in/readme", b"nothing of interest\n");
        for kind in KINDS {
            world.add_file(kind);
        }
        world
    }

    fn random(&mut self, below: u64) -> u64 {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) % below
    }

    fn pick(&mut self, length: usize) -> usize {
        usize::try_from(self.random(length as u64)).expect("small")
    }

    /// Writes a file with a time of modification that it never had before.
    fn write(&mut self, name: &str, bytes: &[u8]) {
        self.sandbox.write(name, bytes);
        self.clock += 1;
        let modified =
            SystemTime::now() - Duration::from_secs(100_000) + Duration::from_secs(self.clock);
        let file = fs::File::options().write(true).open(self.sandbox.path(name)).expect("a file");
        file.set_modified(modified).expect("a time of modification set");
    }

    fn record(&mut self) -> EditedRecord {
        let study = u32::try_from(1 + self.random(STUDIES)).expect("small");
        EditedRecord { study, version: self.random(40), day: 1 + self.random(5) }
    }

    fn add_file(&mut self, kind: EditedFormat) {
        let name = format!("in/{}-{}", self.random(100), self.clock);
        let records = (0..3).map(|_| self.record()).collect();
        self.files.insert(name.clone(), (kind, records));
        self.write_file(&name);
    }

    fn write_file(&mut self, name: &str) {
        let (kind, records) = &self.files[name];
        let bytes = written(*kind, records);
        self.write(name, &bytes);
    }

    /// Cuts a packed file, and refreshes and prunes the index: no study goes,
    /// nor any page from one. Gives the name of the file, to be mended.
    fn damage(&mut self) -> String {
        let packed = |kind: EditedFormat| {
            matches!(kind, EditedFormat::PackedLines | EditedFormat::PackedPages)
        };
        let names: Vec<String> = self
            .files
            .iter()
            .filter(|(_, (kind, _))| packed(*kind))
            .map(|(name, _)| name.clone())
            .collect();
        let name = names.get(self.pick(names.len().max(1))).cloned();
        let Some(name) = name else {
            self.add_file(EditedFormat::PackedPages);
            return self.damage();
        };
        let (kind, records) = self.files[&name].clone();
        self.sandbox.index(&["in", "--prune"]);
        let (before, titles) = (known(&self.sandbox, "index").0, self.sandbox.titles());
        let whole = written(kind, &records);
        let length = 3 + self.pick(whole.len() - 3);
        self.write(&name, &whole[..length]);
        let audit = self.sandbox.index(&["in", "--prune"]);
        let context = format!("{name} cut to {length} bytes: {:#?}", self.files);
        assert_eq!(audit.count("removed"), 0, "{context}");
        assert!(self.sandbox.titles().keys().eq(titles.keys()), "{context}");
        // Of several versions of a study, the first may be left.
        if kind == EditedFormat::PackedPages {
            assert_eq!(known(&self.sandbox, "index").0, before, "{context}");
        }
        name
    }

    /// Changes something; the file is written again even if nothing in it
    /// changed.
    fn edit(&mut self) {
        let at = self.pick(self.files.len());
        let name = self.files.keys().nth(at).expect("a file").clone();
        let (kind, mut records) = self.files[&name].clone();
        let choice = self.random(9);
        // Formats differ in what they make of a file without a record.
        let many = records.len() > 1;
        match choice {
            0 | 1 => records.push(self.record()),
            2 if many => drop(records.remove(0)),
            3 if many => records.reverse(),
            4 => records.push(records[0]),
            5 | 6 => records[0] = EditedRecord { version: self.random(40), ..records[0] },
            7 if self.files.len() > 3 => {
                self.sandbox.remove(&name);
                self.files.remove(&name);
                if many {
                    // Under another name the records are the same.
                    let other = format!("{name}-moved");
                    self.files.insert(other.clone(), (kind, records));
                    self.write_file(&other);
                }
                return;
            }
            8 => {
                let kind = KINDS[self.pick(KINDS.len())];
                self.add_file(kind);
            }
            _ => {}
        }
        self.files.insert(name.clone(), (kind, records));
        self.write_file(&name);
    }
}

/// The status of an index, without its size and time.
fn known(sandbox: &Sandbox, index: &str) -> (String, Value, String) {
    let all = ["--index", index];
    let export = sandbox.run(&[&["export"], &all[..]].concat()).success().out;
    let mut lines: Vec<&str> = export.lines().collect();
    lines.sort_unstable();
    let status = sandbox.run(&[&["status", "--format", "json"], &all[..]].concat()).success();
    let mut status = status.json();
    for key in ["index", "bytes", "segments", "written"] {
        status.as_object_mut().expect("an object").remove(key);
    }
    let rejects = sandbox.run(&[&["status", "--rejects"], &all[..]].concat()).success().out;
    (lines.join("\n"), status, rejects)
}

/// The ledger of the last commit, unpacked.
fn ledger(sandbox: &Sandbox, index: &str) -> Vec<u8> {
    let meta =
        fs::read_to_string(sandbox.path(&format!("{index}/tantivy/meta.json"))).expect("a commit");
    let meta: Value = serde_json::from_str(&meta).expect("JSON");
    let payload: Value =
        serde_json::from_str(meta["payload"].as_str().expect("a payload")).expect("JSON");
    let path = sandbox.path(&format!("{index}/ledger-{}.zst", payload["ledger"]));
    zstd::decode_all(fs::File::open(path).expect("a ledger")).expect("unpacked")
}

fn counts(audit: &JsonAudit) -> (Vec<u64>, Value, Vec<String>) {
    audit.adds_up();
    let counts = COUNTS.iter().map(|key| audit.count(key)).collect();
    (counts, audit.json["formats"].clone(), audit.rejects())
}

#[test]
fn a_refresh_leaves_what_a_fresh_build_makes() {
    for seed in SEEDS {
        let mut world = World::new(seed);
        world.sandbox.index(&["in"]);
        for step in 0..STEPS {
            let damaged = (step % 2 == 1).then(|| world.damage());
            for _ in 0..=world.random(3) {
                world.edit();
            }
            if let Some(name) = damaged.filter(|name| world.files.contains_key(name)) {
                world.write_file(&name);
            }
            if world.random(3) == 0 {
                // What this keeps is pruned below.
                world.sandbox.index(&["in"]).adds_up();
                world.edit();
            }
            let refreshed = world.sandbox.index(&["in", "--prune"]);
            let fresh = format!("fresh-{step}");
            let built = world.sandbox.index(&["in", "--index", &fresh]);
            let context = format!("seed {seed}, step {step}: {:#?}", world.files);
            assert_eq!(counts(&refreshed), counts(&built), "{context}");
            assert_eq!(known(&world.sandbox, "index"), known(&world.sandbox, &fresh), "{context}");
            let [after, anew] = ["index", &fresh].map(|index| ledger(&world.sandbox, index));
            assert!(after == anew, "ledgers differ, {context}");
            if step % 3 == 2 {
                world.sandbox.run(&["check", "--sources"]).success();
            }
            let again = world.sandbox.index(&["in", "--prune"]);
            assert_eq!(again.counts(["added", "updated", "removed"]), [0, 0, 0], "{context}");
            assert_eq!(counts(&again), counts(&built), "{context}");
        }
    }
}
