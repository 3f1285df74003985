//! Studies that are joined from several records.

use std::sync::Arc;

use super::{Shared, Stored, locked};
use crate::index::error::IndexError;
use crate::index::ledger::{Entry, EntryKind};
use crate::index::update::contest::{Pending, Verdict, mark};
use crate::index::update::flow::Gate;
use crate::index::update::parts::Part;
use trialdex_records::source::Format;
use trialdex_records::study::{NctId, Study};

/// A study as far as it is joined.
#[derive(Default)]
struct Composed {
    study: Study,
    /// The records that are in it.
    parts: Vec<Entry>,
    /// Records that cannot be read.
    lacking: Vec<Entry>,
}

impl Shared<'_> {
    /// Joins a study from its records and puts it in the place of the best one;
    /// gives the records that cannot be read.
    pub(in crate::index) fn compose(
        &self,
        pending: &Pending,
        gate: &Arc<Gate>,
    ) -> Result<Vec<Entry>, IndexError> {
        let Some(nct_id) = NctId::from_number(pending.nct) else { return Ok(Vec::new()) };
        let Composed { study, parts, lacking } = self.composed(pending, nct_id)?;
        if parts.is_empty() {
            return Ok(lacking);
        }
        let stored = Stored::new(&study);
        let permit = Arc::new(gate.enter(stored.json.len()));
        let document = stored.document(&study, nct_id, self.fields);
        let mut contest = locked(&self.contest);
        let best = contest.best(pending.nct).copied();
        let joined = |best: &Entry| parts.len() > 1 || best.standing != stored.standing;
        let entry = best.filter(joined).map(|best| Entry {
            kind: EntryKind::Composed,
            standing: stored.standing,
            raw: mark(&parts),
            ..best
        });
        contest.compose(pending.nct, entry);
        let verdict = Verdict::Index { replace: true };
        self.write(verdict, pending.nct, document, permit).map_err(|error| self.fail(error))?;
        Ok(lacking)
    }

    /// The study that records make. What the study in the index has of those
    /// that cannot be read any longer is taken from there, at the place of the
    /// last of them.
    fn composed(&self, pending: &Pending, nct_id: NctId) -> Result<Composed, IndexError> {
        let mut found: Vec<(&Entry, Option<Part>)> = Vec::new();
        for part in &pending.parts {
            let kept = locked(&self.parts).get(part).map_err(|error| self.unwritten(error))?;
            found.push((part, kept));
        }
        let is_held = |part: &Entry| {
            let same = |known: &Entry| known.standing == part.standing && known.raw == part.raw;
            pending.before.iter().any(same)
        };
        let last = found.iter().rposition(|(part, kept)| kept.is_none() && is_held(part));
        let before = if last.is_some() { self.store.study(nct_id)? } else { None };
        let mut composed = Composed::default();
        for (at, (part, kept)) in found.into_iter().enumerate() {
            match (kept, &before) {
                (Some(kept), _) => composed.add(*part, kept),
                (None, Some(before)) if last == Some(at) => {
                    composed.add(*part, Part::new(before, Vec::new()));
                }
                (None, Some(_)) if is_held(part) => composed.parts.push(*part),
                (None, _) => composed.lacking.push(*part),
            }
        }
        Ok(composed)
    }
}

impl Composed {
    /// Takes over what a record speaks of that is later than those before.
    fn add(&mut self, entry: Entry, part: Part) {
        let (mut study, empty) = part.into_parts();
        let format = Format::ALL.get(usize::from(entry.format)).copied();
        if self.study.as_map().is_empty() {
            self.study = study;
        } else {
            if let Some(format) = format {
                leave_out_mixed(&mut study, format, &self.study);
            }
            let of_modules = matches!(format, Some(Format::JsonV2 | Format::JsonV1 | Format::Xml));
            let complete =
                of_modules && entry.kind == EntryKind::Whole && study.has_whole_modules();
            self.study.take_later(study, &empty, complete);
        }
        self.parts.push(entry);
    }
}

/// Takes out what a format mixes, where the study has it apart: keywords of RIS
/// are conditions and interventions too, a column of all outcomes does not say
/// which are primary.
fn leave_out_mixed(study: &mut Study, format: Format, whole: &Study) {
    let has = |study: &Study, piece: &str| !study.values(piece).is_empty();
    let apart = ["Condition", "Keyword", "InterventionName"];
    if format == Format::Ris && apart.iter().any(|piece| has(whole, piece)) {
        study.take_out("Keyword");
    }
    let mixed = format == Format::Csv && !has(study, "PrimaryOutcomeMeasure");
    if mixed && has(whole, "PrimaryOutcomeMeasure") {
        study.take_out("OtherOutcome");
    }
}
