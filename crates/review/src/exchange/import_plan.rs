//! Plans the events of an import from a file.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::reasons::means_the_same;
use super::{ImportedFile, ImportedRecord, Opinion};
use crate::event::{Act, Decision, Event, Verdict};
use crate::fingerprint::Fingerprint;
use crate::origin::{FileOrigin, ReviewSource, SourceOrigin};
use crate::reviewers::Reviewers;
use crate::state::{ReviewState, StudyState, free_key, reason_key};
use trialdex_plan::receipt::Kept;
use trialdex_records::study::{NctId, Study, pieces};

/// What is done with a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions<'a> {
    /// Whose the decisions are where the file does not say.
    pub reviewer: &'a str,
    /// The name of the source that the file's records are added as; `None`
    /// where only decisions on studies of the review are taken over.
    pub source: Option<&'a str>,
    /// The verdict on all records that have none, as for a file of excluded
    /// studies alone.
    pub verdict: Option<Verdict>,
}

/// What an import comes to.
#[derive(Debug, Default)]
pub struct ImportPlan {
    /// Events, in their order, each with its reviewer.
    pub acts: Vec<(String, Act)>,
    /// Records that the review has not.
    pub records: Vec<Study>,
    /// The numbers.
    pub tally: ImportTally,
}

/// What was found in a file, in numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportTally {
    /// Records in it.
    pub records: usize,
    /// Studies among them that are new to the review, and are added.
    pub new: usize,
    /// Those for which the file has the fullest record.
    pub lacking: Vec<NctId>,
    /// Studies that the review has.
    pub known: usize,
    /// Studies that the review has not, and that are not added.
    pub outside: Vec<NctId>,
    /// Records that repeat a study of the file.
    pub repeated: usize,
    /// Records without a registry number.
    pub unnumbered: usize,
    /// Those among them that have a number of another registry.
    pub elsewhere: usize,
    /// Studies beyond the first of reports of several.
    pub shared: usize,
    /// Records with a verdict.
    pub decided: usize,
    /// Records with a decision that cannot be read.
    pub unread: usize,
    /// Verdicts taken over.
    pub verdicts: usize,
    /// Those among them in place of another of the same reviewer.
    pub replaced: usize,
    /// Verdicts, labels and notes that the review has.
    pub unchanged: usize,
    /// Labels taken over.
    pub labels: usize,
    /// Notes taken over.
    pub notes: usize,
    /// Verdicts taken over that have a reason.
    pub reasons: usize,
    /// Reasons added to the list of the review.
    pub new_reasons: usize,
    /// Names of the file that differ from those of reviewers by capitals or
    /// blanks alone, each with the reviewer that it was taken for.
    pub alike: BTreeMap<String, String>,
    /// Reasons of the file that mean one of the review in other words, each
    /// with the wording of that.
    pub reworded: BTreeMap<String, String>,
}

/// Turns a file into events of a review with these events.
///
/// A file that was read before adds nothing: neither as a source again, nor
/// decisions of a reviewer some of whose decisions came from it, but for those
/// on studies that the review has got since. `find` gives a fuller record of
/// a study than the file has, if there is one.
pub fn plan(
    import: &ImportedFile,
    events: &[Event],
    state: &ReviewState,
    options: ImportOptions<'_>,
    find: &mut dyn FnMut(NctId) -> Option<Study>,
) -> ImportPlan {
    let mut planner = ImportPlanner {
        state,
        options,
        via: format!("{}{}", import.name, mark(import)),
        before: before(import, events, state),
        people: state.people.clone(),
        reasons: state.reasons.clone(),
        records: HashMap::new(),
        planned: ImportPlan::default(),
    };
    planner.planned.tally.records = import.total;
    planner.planned.tally.repeated = import.repeated;
    planner.planned.tally.unnumbered = import.unnumbered.len();
    planner.planned.tally.elsewhere = import.elsewhere;
    planner.planned.tally.shared = import.shared;
    planner.planned.tally.decided = import.decided;
    planner.planned.tally.unread = import.unread;
    planner.source(import, events, find);
    for record in &import.studies {
        planner.record(record);
    }
    planner.planned
}

/// By what the same file is known again, whatever its name.
fn mark(import: &ImportedFile) -> String {
    format!(" ({})", &import.digest[..16])
}

/// For each reviewer with decisions from the file: their studies, and
/// everything that the review had then. The file's decisions on these were
/// taken over, or were there already.
fn before(
    import: &ImportedFile,
    events: &[Event],
    state: &ReviewState,
) -> HashMap<String, EarlierImport> {
    let mut before: HashMap<String, EarlierImport> = HashMap::new();
    for (at, event) in events.iter().enumerate() {
        if let Act::Decide(decision) | Act::Settle(decision) = &event.act
            && decision.via.as_ref().is_some_and(|via| via.ends_with(&mark(import)))
            && !state.undone.contains(&event.id)
        {
            let known =
                before.entry(state.called(&event.reviewer).to_owned()).or_insert_with(|| {
                    let studies = ReviewState::of(&events[..at]);
                    let there = studies.studies().into_iter().map(|study| study.nct);
                    EarlierImport { there: there.collect(), decided: HashSet::new() }
                });
            known.decided.insert(decision.nct);
        }
    }
    before
}

/// What came from a file before.
struct EarlierImport {
    /// Studies that the review had.
    there: HashSet<NctId>,
    /// Studies on which decisions came from it.
    decided: HashSet<NctId>,
}

struct ImportPlanner<'a> {
    state: &'a ReviewState,
    options: ImportOptions<'a>,
    via: String,
    /// What came from this file before, by reviewer.
    before: HashMap<String, EarlierImport>,
    people: Reviewers,
    reasons: Vec<(String, String)>,
    /// Records of studies that are added.
    records: HashMap<NctId, Fingerprint>,
    planned: ImportPlan,
}

impl ImportPlanner<'_> {
    /// Adds the file as a source.
    fn source(
        &mut self,
        import: &ImportedFile,
        events: &[Event],
        find: &mut dyn FnMut(NctId) -> Option<Study>,
    ) {
        let Some(name) = self.options.source else { return };
        let read_before = events.iter().any(|event| match &event.act {
            Act::Source(ReviewSource { origin: SourceOrigin::File(file), .. }) => {
                file.digest == import.digest && !self.state.undone.contains(&event.id)
            }
            _ => false,
        });
        if read_before {
            return;
        }
        let mut studies = Vec::with_capacity(import.studies.len());
        for record in &import.studies {
            let Some(nct) = record.nct else { continue };
            let known = self.state.study(nct);
            let there = known.and_then(|study| study.record.clone());
            let fingerprint = there.unwrap_or_else(|| self.add(nct, record, find));
            if known.is_none() {
                self.planned.tally.new += 1;
            }
            let record = fingerprint.as_str().to_owned();
            studies.push(Kept { nct_id: nct.to_string(), record });
        }
        let titles = import.unnumbered.iter().map(|record| record.title.clone());
        let file = FileOrigin {
            path: import.name.clone(),
            digest: import.digest.clone(),
            format: import.format.to_owned(),
            records: import.total,
            shared: import.shared,
            studies,
            unnumbered: titles.collect(),
        };
        let source = ReviewSource { name: name.to_owned(), origin: SourceOrigin::File(file) };
        self.act(self.options.reviewer, Act::Source(source));
    }

    fn add(
        &mut self,
        nct: NctId,
        record: &ImportedRecord,
        find: &mut dyn FnMut(NctId) -> Option<Study>,
    ) -> Fingerprint {
        let found = find(nct);
        self.planned.tally.lacking.extend(found.is_none().then_some(nct));
        let study = found.unwrap_or_else(|| stub(nct, record));
        let json = serde_json::to_vec(study.as_map()).unwrap_or_default();
        let fingerprint = Fingerprint::of(&json);
        self.records.insert(nct, fingerprint.clone());
        self.planned.records.push(study);
        fingerprint
    }

    fn act(&mut self, reviewer: &str, act: Act) {
        self.planned.acts.push((reviewer.to_owned(), act));
    }

    fn record(&mut self, record: &ImportedRecord) {
        let Some(nct) = record.nct else { return };
        let known = self.state.study(nct);
        match known {
            Some(_) => self.planned.tally.known += 1,
            None if self.records.contains_key(&nct) => {}
            None => {
                self.planned.tally.outside.push(nct);
                return;
            }
        }
        let opinions = &record.decisions.opinions;
        for opinion in opinions {
            let reviewer = self.reviewer_of(opinion);
            if self.before.get(&reviewer).is_some_and(|before| before.there.contains(&nct)) {
                self.planned.tally.unchanged += 1;
            } else {
                self.opinion(nct, known, opinion);
            }
        }
        if opinions.iter().all(|opinion| opinion.verdict.is_none()) {
            self.by_option(nct, known);
        }
        if let Some(settled) = &record.decisions.settled {
            self.settled(nct, known, settled);
        }
    }

    fn reviewer_of(&mut self, opinion: &Opinion) -> String {
        let Some(name) = &opinion.reviewer else { return self.options.reviewer.to_owned() };
        let called = self.people.meet(name).to_owned();
        if called != *name {
            self.planned.tally.alike.insert(name.clone(), called.clone());
        }
        called
    }

    /// Gives a record without a verdict that of the options; of a file that
    /// was read before, where the reviewer has not decided since.
    fn by_option(&mut self, nct: NctId, known: Option<&StudyState>) {
        let Some(verdict) = self.options.verdict else { return };
        let decided = known.is_some_and(|it| it.verdict_of(self.options.reviewer).is_some());
        let before = self.before.get(self.options.reviewer);
        if before.is_some_and(|before| decided || before.decided.contains(&nct)) {
            self.planned.tally.unchanged += 1;
        } else {
            let verdict = Some(verdict);
            self.opinion(nct, known, &Opinion { verdict, ..Opinion::default() });
        }
    }

    fn opinion(&mut self, nct: NctId, known: Option<&StudyState>, opinion: &Opinion) {
        let reviewer = self.reviewer_of(opinion);
        if let Some(verdict) = opinion.verdict {
            let standing = known.and_then(|study| study.verdict_of(&reviewer));
            let reason = self.reason(opinion, &reviewer);
            // A file without reasons is no reason to forget them.
            let same = |decision: &Decision| {
                decision.verdict == verdict && (reason.is_none() || decision.reason == reason)
            };
            match standing {
                Some(standing) if same(&standing.decision) => self.planned.tally.unchanged += 1,
                standing => {
                    self.planned.tally.verdicts += 1;
                    self.planned.tally.replaced += usize::from(standing.is_some());
                    let decision = self.decision(nct, verdict, reason);
                    self.act(&reviewer, Act::Decide(decision));
                }
            }
        }
        self.labels_and_note(nct, known, opinion, &reviewer);
    }

    fn labels_and_note(
        &mut self,
        nct: NctId,
        known: Option<&StudyState>,
        opinion: &Opinion,
        reviewer: &str,
    ) {
        let labels = known.and_then(|study| study.labels.get(reviewer));
        for label in &opinion.labels {
            if labels.is_some_and(|labels| labels.contains(label)) {
                self.planned.tally.unchanged += 1;
            } else {
                self.planned.tally.labels += 1;
                self.act(reviewer, Act::Label { nct, label: label.clone() });
            }
        }
        let Some(text) = opinion.note.clone().filter(|note| !note.is_empty()) else { return };
        if known.and_then(|study| study.notes.get(reviewer)) == Some(&text) {
            self.planned.tally.unchanged += 1;
        } else {
            self.planned.tally.notes += 1;
            self.act(reviewer, Act::Note { nct, text });
        }
    }

    fn settled(&mut self, nct: NctId, known: Option<&StudyState>, settled: &Opinion) {
        let Some(verdict) = settled.verdict else { return };
        let reviewer = self.reviewer_of(settled);
        let reason = self.reason(settled, &reviewer);
        let there = known.and_then(|study| study.settled.as_ref()).is_some_and(|it| {
            it.decision.verdict == verdict
                && it.decision.reason == reason
                && it.reviewer == reviewer
        });
        if there || self.before.get(&reviewer).is_some_and(|it| it.decided.contains(&nct)) {
            self.planned.tally.unchanged += 1;
        } else {
            self.planned.tally.verdicts += 1;
            let decision = self.decision(nct, verdict, reason);
            self.act(&reviewer, Act::Settle(decision));
        }
    }

    fn decision(&mut self, nct: NctId, verdict: Verdict, reason: Option<String>) -> Decision {
        self.planned.tally.reasons += usize::from(reason.is_some());
        let record = self.state.study(nct).and_then(|study| study.record.clone());
        Decision {
            record: record.or_else(|| self.records.get(&nct).cloned()),
            reason,
            via: Some(self.via.clone()),
            ..Decision::new(nct, verdict)
        }
    }

    /// The key of a reason, which is added to the list where it is not there.
    fn reason(&mut self, opinion: &Opinion, reviewer: &str) -> Option<String> {
        let wording = opinion.reason.as_deref().or(opinion.reason_key.as_deref())?.trim();
        let alike = |one: &str| one.trim().to_lowercase() == wording.to_lowercase();
        let known = self.reasons.iter().find(|(key, known)| alike(known) || alike(key));
        if let Some((key, _)) = known {
            return Some(key.clone());
        }
        let same = |(key, known): &&(String, String)| means_the_same(wording, known, key);
        if let Some((key, known)) = self.reasons.iter().find(same) {
            self.planned.tally.reworded.insert(wording.to_owned(), known.clone());
            return Some(key.clone());
        }
        if wording.is_empty() {
            return None;
        }
        let key = match &opinion.reason_key {
            Some(key) => free_key(key, &self.reasons),
            None => reason_key(wording, &self.reasons),
        };
        self.reasons.push((key.clone(), wording.to_owned()));
        self.planned.tally.new_reasons += 1;
        let act = Act::Reason { key: key.clone(), wording: wording.to_owned() };
        self.act(reviewer, act);
        Some(key)
    }
}

/// A study that is only known from a reference.
fn stub(nct: NctId, record: &ImportedRecord) -> Study {
    let number = nct.to_string();
    let texts = [
        ("NCTId", number.as_str()),
        ("BriefTitle", record.title.as_str()),
        ("BriefSummary", record.summary.as_str()),
    ];
    let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let keywords = record.keywords.iter().map(|keyword| ("Keyword", keyword.as_str()));
    let mut study = Study::new();
    for (name, text) in texts.chain(keywords) {
        if let Some(piece) = pieces::named(name) {
            study.put(piece, text.into());
        }
    }
    study
}
