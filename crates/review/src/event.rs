//! What happened to a review, one event at a time.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fingerprint::Fingerprint;
use super::origin::{ReviewSource, SourceOrigin};
use trialdex_records::study::NctId;

/// The name of an event: the first 32 hexadecimal digits of the BLAKE3 of all
/// that is in it, so that the same event has the same name in every copy of a
/// review, and a changed one is found out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub(super) String);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// Its place after all events that its writer knew of (Lamport,
    /// Communications of the ACM 1978; 21:558): clocks can be wrong, this
    /// cannot.
    pub seq: u64,
    /// When, in RFC 3339.
    pub at: String,
    /// Who did it.
    pub reviewer: String,
    /// What.
    pub act: Act,
    /// The command that it is of, where that did several things or spoke for
    /// others.
    pub command: Option<UndoGroup>,
}

/// A command whose events are all taken back together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UndoGroup {
    /// The place of its first event.
    pub first: u64,
    /// Who gave it.
    pub by: String,
}

/// What is beside an act in the body of an event.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventExtras {
    #[serde(default)]
    command: Option<UndoGroup>,
}

impl Event {
    /// An event with the name that its contents give it.
    #[must_use]
    pub fn new(seq: u64, at: &str, reviewer: &str, act: Act) -> Self {
        Self::of(seq, at, reviewer, act, None)
    }

    /// The same, as a part of a command.
    #[must_use]
    pub fn of(seq: u64, at: &str, reviewer: &str, act: Act, command: Option<UndoGroup>) -> Self {
        let (at, reviewer) = (at.to_owned(), reviewer.to_owned());
        let mut event = Self { id: EventId(String::new()), seq, at, reviewer, act, command };
        event.id = Self::name(seq, &event.at, &event.reviewer, &event.body());
        event
    }

    /// Its act in JSON, with the command beside it.
    pub(super) fn body(&self) -> String {
        let mut body = self.act.body();
        if let Some(command) = &self.command
            && body.pop() == Some('}')
        {
            let command = serde_json::to_string(command).unwrap_or_default();
            body = format!("{body},\"command\":{command}}}");
        }
        body
    }

    /// The command in a body; programs that do not know of it pass it over.
    pub(super) fn command_in(body: &str) -> Option<UndoGroup> {
        if !body.contains("\"command\":") {
            return None;
        }
        serde_json::from_str::<EventExtras>(body).unwrap_or_default().command
    }

    /// Who gave the command that it is of.
    #[must_use]
    pub fn doer(&self) -> &str {
        self.command.as_ref().map_or(&self.reviewer, |command| &command.by)
    }

    /// Whether a reviewer can take it back. Reasons and searches that the
    /// review began with stay; those of a later command go with it.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        self.act.can_be_undone() || (self.command.is_some() && self.act.is_of_list())
    }

    /// Whether both are of one command.
    #[must_use]
    pub fn is_of_command(&self, other: &Self) -> bool {
        self.id == other.id
            || (self.command.is_some() && self.command == other.command && self.at == other.at)
    }

    /// What takes it back.
    #[must_use]
    pub fn taken_back(&self) -> Act {
        let event = self.id.clone();
        match self.act {
            Act::Source(_) => Act::Withdraw { event },
            _ => Act::Undo { event },
        }
    }

    /// The order in which events count, the same in every copy of a review.
    #[must_use]
    pub fn key(&self) -> (u64, &EventId) {
        (self.seq, &self.id)
    }

    /// The name of an event with these contents; `body` is its act in JSON.
    pub(super) fn name(seq: u64, at: &str, reviewer: &str, body: &str) -> EventId {
        let mut hasher = blake3::Hasher::new();
        for part in [&seq.to_string(), at, reviewer, body] {
            // The length parts what would else run into one another.
            hasher.update(&(part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        EventId(hasher.finalize().to_hex()[..32].to_owned())
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Act {
    /// The review was begun.
    Begin {
        /// What it is called.
        title: String,
    },
    /// A reason to exclude studies was added to the list, or given another
    /// wording.
    Reason {
        /// Its short name, as it is typed.
        key: String,
        /// Its wording, as it is reported.
        wording: String,
    },
    /// Studies were found, or were found again.
    Source(ReviewSource),
    /// A reviewer decided.
    Decide(Decision),
    /// A conflict of reviewers was settled.
    Settle(Decision),
    /// A study was put off.
    Skip {
        /// Which.
        nct: NctId,
    },
    /// A note was written in place of the one before; an empty one is none.
    Note {
        /// On which study.
        nct: NctId,
        /// The note.
        text: String,
    },
    /// A label was put on.
    Label {
        /// On which study.
        nct: NctId,
        /// The label.
        label: String,
    },
    /// A label was taken off.
    Unlabel {
        /// Of which study.
        nct: NctId,
        /// The label.
        label: String,
    },
    /// An event was taken back, as if it had not happened.
    Undo {
        /// Which; never an undo.
        event: EventId,
    },
    /// A file that was read was taken out again, as if it had not been read.
    Withdraw {
        /// The event of its source.
        event: EventId,
    },
    /// How many people read each study, and what their verdicts come to.
    Settings {
        /// People who must read each study; as before where it is `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        readers: Option<u32>,
        /// What include against maybe is; as before where it is `None`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        maybe: Option<AgainstMaybe>,
    },
    /// Unread studies were drawn at random.
    Sample(Sample),
    /// The review was compared with another state of the index.
    Update(ReviewUpdate),
}

/// What it is where one reviewer includes a study and another says maybe.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgainstMaybe {
    /// A conflict.
    #[default]
    Conflict,
    /// An include.
    Include,
}

impl AgainstMaybe {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Include => "include",
        }
    }
}

/// What a reviewer decides about a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// It is part of the review.
    Include,
    /// It is not.
    Exclude,
    /// It needs another look.
    Maybe,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Include, Self::Exclude, Self::Maybe];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Include => "include",
            Self::Exclude => "exclude",
            Self::Maybe => "maybe",
        }
    }

    /// The verdict of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A verdict on a study, with the reviewer's knowledge at that time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The study.
    pub nct: NctId,
    /// The record of it that was read; `None` where the review has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Fingerprint>,
    /// The verdict.
    pub verdict: Verdict,
    /// The key of the reason to exclude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A note; it counts as [`Act::Note`] does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its place among the unread studies, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<usize>,
    /// What ordered that: `relevance`, or the name of a learned model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The file that it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

impl Decision {
    /// A verdict and nothing else.
    #[must_use]
    pub fn new(nct: NctId, verdict: Verdict) -> Self {
        Self {
            nct,
            record: None,
            verdict,
            reason: None,
            note: None,
            rank: None,
            model: None,
            via: None,
        }
    }
}

/// Studies drawn at random from those that a reviewer had not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// What the draw can be repeated with.
    pub seed: u64,
    /// The studies that it was drawn from, by number.
    pub population: Vec<NctId>,
    /// The studies, in the order of the draw.
    pub drawn: Vec<NctId>,
}

/// What became of a review's studies in another state of the index.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewUpdate {
    /// Digest of the contents of the index.
    pub index: String,
    /// Studies that its searches found for the first time.
    pub new: Vec<NctId>,
    /// Studies whose records differ, and those that are in the index again.
    pub changed: Vec<ChangedStudy>,
    /// Studies that are no longer in the index.
    pub vanished: Vec<NctId>,
    /// Studies that are in it, but no search of the review finds any longer.
    pub left: Vec<NctId>,
}

/// A study whose record differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangedStudy {
    /// The study.
    pub nct: NctId,
    /// Its record before.
    pub from: Fingerprint,
    /// Its record now.
    pub to: Fingerprint,
    /// Pieces of the data model that differ.
    pub pieces: Vec<String>,
}

impl Act {
    /// The act as it is written down.
    pub(super) fn body(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The study that it is about, if about one.
    #[must_use]
    pub fn nct(&self) -> Option<NctId> {
        match self {
            Self::Decide(decision) | Self::Settle(decision) => Some(decision.nct),
            Self::Skip { nct }
            | Self::Note { nct, .. }
            | Self::Label { nct, .. }
            | Self::Unlabel { nct, .. } => Some(*nct),
            _ => None,
        }
    }

    /// What was done, in a line for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let verdict = |decision: &Decision| {
            let reason = decision.reason.as_deref().map(|reason| format!(" [{reason}]"));
            format!("{} {}{}", decision.nct, decision.verdict, reason.unwrap_or_default())
        };
        match self {
            Self::Begin { title } => format!("began {title}"),
            Self::Reason { key, wording } => format!("reason {key}: {wording}"),
            Self::Source(source) => format!("{}: {} found", source.name, source.identified()),
            Self::Decide(decision) => verdict(decision),
            Self::Settle(decision) => format!("{} (settled)", verdict(decision)),
            Self::Skip { nct } => format!("{nct} put off"),
            Self::Note { nct, text } => format!("{nct} note: {text}"),
            Self::Label { nct, label } => format!("{nct} label {label}"),
            Self::Unlabel { nct, label } => format!("{nct} label {label} taken off"),
            Self::Undo { event } => format!("took back {}", event.0.get(..8).unwrap_or(&event.0)),
            Self::Withdraw { event } => {
                format!("took out the file of {}", event.0.get(..8).unwrap_or(&event.0))
            }
            Self::Settings { readers, maybe } => {
                let readers = readers.map(|readers| format!("readers {readers}"));
                let maybe = maybe.map(|maybe| format!("include against maybe: {}", maybe.name()));
                let all: Vec<String> = readers.into_iter().chain(maybe).collect();
                format!("set {}", all.join(", "))
            }
            Self::Sample(Sample { seed, population, drawn }) => {
                format!("drew {} of {} with the seed {seed}", drawn.len(), population.len())
            }
            Self::Update(update) => format!(
                "updated: {} new, {} changed, {} vanished",
                update.new.len(),
                update.changed.len(),
                update.vanished.len()
            ),
        }
    }

    /// The first version of a review's file that programs need to read it.
    #[must_use]
    pub fn version(&self) -> i64 {
        match self {
            // Receipts have held a strategy and a disclosure since.
            Self::Source(ReviewSource { origin: SourceOrigin::Search(receipt), .. })
                if receipt.strategy.is_some() || receipt.disclosure.is_some() =>
            {
                2
            }
            // Reports of several studies in a file.
            Self::Source(ReviewSource { origin: SourceOrigin::File(file), .. })
                if file.shared > 0 =>
            {
                2
            }
            Self::Settings { .. } | Self::Withdraw { .. } => 2,
            _ => 1,
        }
    }

    /// Whether it adds a reason or a search, or words a reason otherwise.
    pub(super) fn is_of_list(&self) -> bool {
        self.is_reason() || matches!(self, Self::Source(_))
    }

    /// Whether it adds a reason, or words one otherwise.
    pub(super) fn is_reason(&self) -> bool {
        matches!(self, Self::Reason { .. })
    }

    /// Whether a reviewer can take it back by itself.
    #[must_use]
    pub fn can_be_undone(&self) -> bool {
        self.nct().is_some()
            || matches!(self, Self::Sample(_))
            || matches!(self, Self::Source(source) if matches!(source.origin, SourceOrigin::File(_)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_written_flat_with_their_kind() {
        let nct = NctId::parse("NCT90000001").expect("a number");
        let reason = Some("population".to_owned());
        let act = Act::Decide(Decision { reason, ..Decision::new(nct, Verdict::Exclude) });
        let json = serde_json::to_string(&act).expect("JSON");
        let expected =
            r#"{"kind":"decide","nct":"NCT90000001","verdict":"exclude","reason":"population"}"#;
        assert_eq!(json, expected);
        assert_eq!(serde_json::from_str::<Act>(&json).expect("an act"), act);
    }

    #[test]
    fn names_tell_where_parts_end() {
        assert_ne!(Event::name(1, "a", "bc", ""), Event::name(1, "ab", "c", ""));
    }
}
