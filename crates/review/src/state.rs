//! Computes the state of a review from its events.
//!
//! A pure function of the set of events: it takes them in their order, leaves
//! out those that were taken back, and keeps the last decision of each reviewer
//! on each study.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::event::{Act, AgainstMaybe, ChangedStudy, Decision, Event, EventId, Sample, Verdict};
use super::fingerprint::Fingerprint;
use super::origin::ReviewSource;
use super::reviewers::Reviewers;
use trialdex_records::study::NctId;

/// The present state of a review.
#[derive(Debug, Clone, Default)]
pub struct ReviewState {
    /// What it is called.
    pub title: String,
    /// Reasons to exclude studies, as (key, wording), in the order in which
    /// they were added.
    pub reasons: Vec<(String, String)>,
    /// Where its studies come from.
    pub sources: Vec<SourceState>,
    /// Everybody who decided anything, as [`ReviewState::called`] has them.
    pub reviewers: BTreeSet<String>,
    /// Samples that were drawn.
    pub samples: Vec<SampleState>,
    /// Names of the events that were taken back.
    pub undone: HashSet<EventId>,
    /// How many people read each study, and what their verdicts come to.
    pub settings: ReviewSettings,
    studies: Vec<StudyState>,
    positions: HashMap<NctId, usize>,
    pub(super) people: Reviewers,
}

/// How many people read each study, and what their verdicts come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReviewSettings {
    /// People who must read each study.
    pub readers: usize,
    /// What include against maybe is.
    pub maybe: AgainstMaybe,
}

impl Default for ReviewSettings {
    fn default() -> Self {
        Self { readers: 1, maybe: AgainstMaybe::Conflict }
    }
}

/// A source with all that it ever gave.
#[derive(Debug, Clone)]
pub struct SourceState {
    /// Its name, with a number where copies of the review gave the name to
    /// another one, too.
    pub name: String,
    /// As it was when it was last run or read.
    pub latest: ReviewSource,
    /// How often it was run or read.
    pub runs: usize,
    /// Records identified by it: those of the first run, and what later runs
    /// found besides.
    pub identified: usize,
    /// Those among them that only later runs found.
    pub later: usize,
    /// Those among them that have no registry number.
    pub unnumbered: usize,
    /// Studies beyond the first of those that are reports of several.
    pub shared: usize,
    /// Its studies, each with its rank when it was last found, from 1.
    pub ranks: HashMap<NctId, usize>,
}

/// A sample and who drew it.
#[derive(Debug, Clone)]
pub struct SampleState {
    /// Its event.
    pub event: EventId,
    /// When it was drawn.
    pub at: String,
    /// Who drew it.
    pub reviewer: String,
    /// The draw.
    pub sample: Sample,
}

/// A verdict that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct CurrentVerdict {
    /// Its event.
    pub event: EventId,
    /// Its place among events.
    pub seq: u64,
    /// When.
    pub at: String,
    /// Who.
    pub reviewer: String,
    /// What.
    pub decision: Decision,
}

/// The present state of a study.
#[derive(Debug, Clone)]
pub struct StudyState {
    /// Its number.
    pub nct: NctId,
    /// The best rank that a source gave it, from 1.
    pub rank: usize,
    /// Its ranks in all sources as one number, higher for better ones:
    /// reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009).
    pub fused: f64,
    /// The record that counts now; `None` where the review has none.
    pub record: Option<Fingerprint>,
    /// The last verdict of each reviewer.
    pub verdicts: BTreeMap<String, CurrentVerdict>,
    /// What settled a conflict.
    pub settled: Option<CurrentVerdict>,
    /// By whom it was put off, with the place of that among events.
    pub skipped: BTreeMap<String, u64>,
    /// The notes of each reviewer.
    pub notes: BTreeMap<String, String>,
    /// The labels of each reviewer.
    pub labels: BTreeMap<String, BTreeSet<String>>,
    /// Changes of its record, with the place of each among events.
    pub changes: Vec<(u64, ChangedStudy)>,
    /// It is no longer in the index.
    pub vanished: bool,
    /// The settings of its review.
    settings: ReviewSettings,
}

/// The verdict of all reviewers together on a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CombinedVerdict {
    /// Nobody decided.
    Unread,
    /// Fewer people decided than must, and they agree.
    Waiting,
    /// All who decided agree, or it was settled.
    Agreed(Verdict),
    /// They do not.
    Conflict,
}

/// Pieces whose changes can change a decision; see [`StudyState::stale_for`].
/// With the name of their group.
pub const TELLING: [(&str, &[&str]); 5] = [
    ("status", &["OverallStatus", "LastKnownStatus", "WhyStopped"]),
    ("outcomes", &["PrimaryOutcome", "SecondaryOutcome", "OtherOutcome"]),
    ("enrolment", &["EnrollmentInfo"]),
    ("eligibility", &["EligibilityModule"]),
    ("results", &["ResultsSection"]),
];

/// The constant of reciprocal rank fusion, by its authors.
const FUSION: f64 = 60.0;

impl StudyState {
    fn new(nct: NctId, settings: ReviewSettings) -> Self {
        Self {
            nct,
            settings,
            rank: usize::MAX,
            fused: 0.0,
            record: None,
            verdicts: BTreeMap::new(),
            settled: None,
            skipped: BTreeMap::new(),
            notes: BTreeMap::new(),
            labels: BTreeMap::new(),
            changes: Vec::new(),
            vanished: false,
        }
    }

    /// A note takes the place of the one before; an empty one is none.
    fn take_note(&mut self, reviewer: String, text: &str) {
        if text.is_empty() {
            self.notes.remove(&reviewer);
        } else {
            self.notes.insert(reviewer, text.to_owned());
        }
    }

    /// What settled a conflict, until somebody decides again.
    #[must_use]
    pub fn settlement(&self) -> Option<&CurrentVerdict> {
        let last = self.verdicts.values().map(|standing| standing.seq).max();
        self.settled.as_ref().filter(|settled| last.is_none_or(|last| last < settled.seq))
    }

    /// What the reviewers together say.
    #[must_use]
    pub fn outcome(&self) -> CombinedVerdict {
        if let Some(settled) = self.settlement() {
            return CombinedVerdict::Agreed(settled.decision.verdict);
        }
        let verdicts: BTreeSet<Verdict> =
            self.verdicts.values().map(|standing| standing.decision.verdict).collect();
        let doubted = BTreeSet::from([Verdict::Include, Verdict::Maybe]);
        let agreed = match (verdicts.len(), verdicts.first()) {
            (0, _) | (_, None) => return CombinedVerdict::Unread,
            (1, Some(verdict)) => *verdict,
            _ if verdicts == doubted && self.settings.maybe == AgainstMaybe::Include => {
                Verdict::Include
            }
            _ => return CombinedVerdict::Conflict,
        };
        match self.verdicts.len() < self.settings.readers {
            true => CombinedVerdict::Waiting,
            false => CombinedVerdict::Agreed(agreed),
        }
    }

    /// The verdict for all, if they agree, with its reason: that which settled,
    /// else the last one that has any.
    #[must_use]
    pub fn standing(&self) -> Option<&CurrentVerdict> {
        let CombinedVerdict::Agreed(verdict) = self.outcome() else { return None };
        let all = self.verdicts.values().filter(|it| it.decision.verdict == verdict);
        let last = || all.max_by_key(|standing| (standing.decision.reason.is_some(), standing.seq));
        self.settlement().or_else(last)
    }

    /// The keys of all reasons that are given for its verdicts.
    fn given(&self) -> impl Iterator<Item = &String> {
        let all = self.verdicts.values().chain(&self.settled);
        all.filter_map(|standing| standing.decision.reason.as_ref())
    }

    /// The verdict of one reviewer.
    #[must_use]
    pub fn verdict_of(&self, reviewer: &str) -> Option<&CurrentVerdict> {
        self.verdicts.get(reviewer)
    }

    /// Pieces that changed since a reviewer decided, if one of them is
    /// [`TELLING`]; empty where the decision is about the record of now.
    #[must_use]
    pub fn stale_for(&self, reviewer: &str) -> Vec<&str> {
        let Some(standing) = self.verdicts.get(reviewer) else { return Vec::new() };
        if standing.decision.record.is_some() && standing.decision.record == self.record {
            return Vec::new();
        }
        // In a copy of the review the record may have changed before, in the
        // order of events, and yet not for who read it.
        let read = standing.decision.record.as_ref();
        let replaced = self.changes.iter().rposition(|(_, it)| Some(&it.from) == read);
        let since = match replaced {
            Some(at) => at,
            None => self.changes.partition_point(|(seq, _)| *seq <= standing.seq),
        };
        let since = self.changes[since..].iter();
        let pieces: BTreeSet<&str> =
            since.flat_map(|(_, changed)| changed.pieces.iter().map(String::as_str)).collect();
        if pieces.iter().any(|piece| telling(piece).is_some()) {
            pieces.into_iter().collect()
        } else {
            Vec::new()
        }
    }
}

/// The name of a group of pieces whose changes can change a decision.
#[must_use]
pub fn telling(piece: &str) -> Option<&'static str> {
    let group = TELLING.iter().find(|(_, pieces)| {
        pieces.iter().any(|above| {
            let above = trialdex_records::study::pieces::named(above);
            let piece = trialdex_records::study::pieces::named(piece);
            above
                .zip(piece)
                .is_some_and(|(above, piece)| above.name == piece.name || piece.is_below(above))
        })
    });
    group.map(|(name, _)| *name)
}

/// Words of a reason that make its key.
const KEY_WORDS: usize = 3;

/// A key for a new reason that none of the others has, made of the first words
/// of its wording: `Wrong study design` is `wrong-study-design`. If there are
/// more words, a digest distinguishes it from a reason with the same beginning
/// in another copy of the review.
#[must_use]
pub fn reason_key(wording: &str, reasons: &[(String, String)]) -> String {
    let lower = wording.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut key = words[..words.len().min(KEY_WORDS)].join("-");
    if words.len() > KEY_WORDS {
        let digest = blake3::hash(words.join(" ").as_bytes()).to_hex();
        key = format!("{key}-{}", &digest[..4]);
    }
    free_key(if key.is_empty() { "reason" } else { &key }, reasons)
}

/// That key, with a number where another reason has it.
#[must_use]
pub fn free_key(key: &str, reasons: &[(String, String)]) -> String {
    let taken = |key: &String| reasons.iter().any(|(known, _)| known == key);
    let numbered = (2..).map(|number| format!("{key}-{number}"));
    let mut keys = std::iter::once(key.to_owned()).chain(numbered);
    keys.find(|key| !taken(key)).unwrap_or_default()
}

impl ReviewState {
    /// What events in the order that counts come to.
    #[must_use]
    pub fn of(events: &[Event]) -> Self {
        let mut state = Self::default();
        let undos: HashSet<&EventId> = events.iter().filter_map(undone).collect();
        let undoable = events.iter().filter(|event| event.can_be_undone());
        state.undone =
            undoable.filter(|it| undos.contains(&it.id)).map(|event| event.id.clone()).collect();
        for event in events {
            state.people.meet(&event.reviewer);
            state.set(&event.act);
        }
        for event in events {
            if !state.undone.contains(&event.id) {
                state.take(event);
            }
        }
        state.keep_reasons(events);
        state.arrange();
        state
    }

    /// A reason that was taken back stays as long as a decision gives it.
    fn keep_reasons(&mut self, events: &[Event]) {
        for event in events.iter().filter(|event| self.undone.contains(&event.id)) {
            if let Act::Reason { key, wording } = &event.act
                && !self.has_reason(key)
                && self.studies.iter().flat_map(StudyState::given).any(|given| given == key)
            {
                self.reasons.push((key.clone(), wording.clone()));
            }
        }
    }

    fn has_reason(&self, key: &str) -> bool {
        self.reasons.iter().any(|(known, _)| known == key)
    }

    /// Adds an event that comes after all others; whether that could be done:
    /// an undo changes what came before.
    #[must_use]
    pub(super) fn add(&mut self, event: &Event) -> bool {
        let reason = match &event.act {
            Act::Decide(decision) | Act::Settle(decision) => decision.reason.as_ref(),
            _ => None,
        };
        // It may be one that was taken back.
        let is_known = reason.is_none_or(|key| self.has_reason(key));
        if undone(event).is_some() || matches!(event.act, Act::Settings { .. }) || !is_known {
            return false;
        }
        let studies = self.studies.len();
        self.people.meet(&event.reviewer);
        self.take(event);
        if studies < self.studies.len() || matches!(event.act, Act::Source(_)) {
            self.arrange();
        }
        true
    }

    /// The last settings count, for all studies.
    fn set(&mut self, act: &Act) {
        if let Act::Settings { readers, maybe } = act {
            let known = self.settings;
            let readers = readers.and_then(|readers| usize::try_from(readers).ok());
            self.settings = ReviewSettings {
                readers: readers.unwrap_or(known.readers).max(1),
                maybe: maybe.unwrap_or(known.maybe),
            };
        }
    }

    fn arrange(&mut self) {
        self.studies.sort_by(|one, other| {
            other.fused.total_cmp(&one.fused).then_with(|| one.nct.cmp(&other.nct))
        });
        let numbers = self.studies.iter().map(|study| study.nct);
        self.positions = numbers.zip(0..).collect();
    }

    /// All studies, by their ranks in all sources, then by number.
    #[must_use]
    pub fn studies(&self) -> Vec<&StudyState> {
        self.studies.iter().collect()
    }

    /// Number of studies.
    #[must_use]
    pub fn len(&self) -> usize {
        self.studies.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.studies.is_empty()
    }

    /// A study of the review.
    #[must_use]
    pub fn study(&self, nct: NctId) -> Option<&StudyState> {
        self.positions.get(&nct).map(|at| &self.studies[*at])
    }

    /// The wording of a reason; the key where it has none.
    #[must_use]
    pub fn wording<'a>(&'a self, key: &'a str) -> &'a str {
        let known = self.reasons.iter().find(|(known, _)| known == key);
        known.map_or(key, |(_, wording)| wording)
    }

    /// What a reviewer is called here: names that differ by capitals or blanks
    /// alone are one reviewer, with the first of them; the name itself where
    /// nobody has it.
    #[must_use]
    pub fn called<'a>(&'a self, name: &'a str) -> &'a str {
        self.people.called(name)
    }

    /// The other names of each reviewer who has any, as [`ReviewState::called`].
    #[must_use]
    pub fn alike(&self) -> &BTreeMap<String, BTreeSet<String>> {
        self.people.alike()
    }

    /// How many studies a reviewer has decided since the last one that still
    /// is an include; all of them where there is none.
    #[must_use]
    pub fn since_last_include(&self, reviewer: &str) -> usize {
        let decided = || self.studies.iter().filter_map(|study| study.verdict_of(reviewer));
        let included = decided().filter(|it| it.decision.verdict == Verdict::Include);
        let last = included.map(|standing| standing.seq).max().unwrap_or(0);
        decided().filter(|standing| standing.seq > last).count()
    }

    fn study_mut(&mut self, nct: NctId) -> &mut StudyState {
        let at = *self.positions.entry(nct).or_insert_with(|| {
            self.studies.push(StudyState::new(nct, self.settings));
            self.studies.len() - 1
        });
        &mut self.studies[at]
    }

    fn take(&mut self, event: &Event) {
        match &event.act {
            Act::Begin { title } => {
                if self.title.is_empty() {
                    self.title.clone_from(title);
                }
            }
            Act::Reason { key, wording } => {
                match self.reasons.iter_mut().find(|(known, _)| known == key) {
                    Some((_, known)) => known.clone_from(wording),
                    None => self.reasons.push((key.clone(), wording.clone())),
                }
            }
            Act::Source(source) => self.take_source(source),
            Act::Sample(sample) => self.samples.push(SampleState {
                event: event.id.clone(),
                at: event.at.clone(),
                reviewer: self.called(&event.reviewer).to_owned(),
                sample: sample.clone(),
            }),
            Act::Update(update) => {
                for changed in &update.changed {
                    let study = self.study_mut(changed.nct);
                    study.record = Some(changed.to.clone());
                    study.changes.push((event.seq, changed.clone()));
                    study.vanished = false;
                }
                for nct in &update.vanished {
                    self.study_mut(*nct).vanished = true;
                }
            }
            Act::Undo { .. } | Act::Withdraw { .. } | Act::Settings { .. } => {}
            act => self.take_of_study(event, act),
        }
    }

    fn take_of_study(&mut self, event: &Event, act: &Act) {
        let Some(nct) = act.nct() else { return };
        let reviewer = self.called(&event.reviewer).to_owned();
        let standing = |decision: &Decision| CurrentVerdict {
            event: event.id.clone(),
            seq: event.seq,
            at: event.at.clone(),
            reviewer: reviewer.clone(),
            decision: decision.clone(),
        };
        if matches!(act, Act::Decide(_)) {
            self.reviewers.insert(reviewer.clone());
        }
        let study = self.study_mut(nct);
        let mut note = None;
        match act {
            Act::Decide(decision) => {
                study.verdicts.insert(reviewer.clone(), standing(decision));
                study.skipped.remove(&reviewer);
                note = decision.note.as_ref();
            }
            Act::Settle(decision) => {
                study.settled = Some(standing(decision));
                note = decision.note.as_ref();
            }
            Act::Skip { .. } => {
                study.skipped.insert(reviewer.clone(), event.seq);
            }
            Act::Note { text, .. } => note = Some(text),
            Act::Label { label, .. } => {
                study.labels.entry(reviewer.clone()).or_default().insert(label.clone());
            }
            Act::Unlabel { label, .. } => {
                study.labels.entry(reviewer.clone()).or_default().remove(label);
            }
            _ => {}
        }
        if let Some(text) = note {
            study.take_note(reviewer, text);
        }
    }

    /// The position of a source, which is added where it is not there.
    fn position_of(&mut self, source: &ReviewSource) -> usize {
        let at = self.sources.iter().position(|known| source.is_again(&known.latest));
        at.unwrap_or_else(|| {
            let taken = |name: &String| self.sources.iter().any(|known| known.name == *name);
            let numbered = (2..).map(|number| format!("{} ({number})", source.name));
            let mut names = std::iter::once(source.name.clone()).chain(numbered);
            self.sources.push(SourceState {
                name: names.find(|name| !taken(name)).unwrap_or_default(),
                latest: source.clone(),
                runs: 0,
                identified: 0,
                later: 0,
                unnumbered: 0,
                shared: 0,
                ranks: HashMap::new(),
            });
            self.sources.len() - 1
        })
    }

    fn take_source(&mut self, source: &ReviewSource) {
        let at = self.position_of(source);
        let mut new = 0;
        for (rank, (nct, record)) in (1..).zip(source.studies()) {
            let first = self.sources[at].ranks.insert(nct, rank).is_none();
            let study = self.study_mut(nct);
            if first {
                new += 1;
                study.rank = study.rank.min(rank);
                study.fused += 1.0 / (FUSION + rank as f64);
            }
            study.vanished = false;
            // What was decided on is replaced by an update, which says how
            // it differs.
            if study.verdicts.is_empty() {
                study.record = Some(record);
            }
        }
        let known = &mut self.sources[at];
        known.runs += 1;
        if known.runs == 1 {
            known.identified = source.identified();
            known.unnumbered = source.unnumbered();
            known.shared = source.shared();
        } else {
            known.identified += new;
            known.later += new;
        }
        known.latest = source.clone();
    }
}

fn undone(event: &Event) -> Option<&EventId> {
    match &event.act {
        Act::Undo { event } | Act::Withdraw { event } => Some(event),
        _ => None,
    }
}
