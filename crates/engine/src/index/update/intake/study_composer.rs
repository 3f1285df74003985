//! Joins one study from its records.

use std::sync::Arc;

use super::{StoredStudy, WorkerState, locked};
use crate::index::error::IndexError;
use crate::index::ledger::{EntryKind, RecordEntry};
use crate::index::update::contest::{OfferOutcome, PendingComposition, mark};
use crate::index::update::flow::MemoryGate;
use crate::index::update::part_spool::RecordPart;
use trialdex_records::source::RecordFormat;
use trialdex_records::study::{NctId, Study};

/// A study as far as it is joined.
#[derive(Default)]
struct ComposedStudy {
    study: Study,
    /// The records that are in it.
    parts: Vec<RecordEntry>,
    /// Records that cannot be read.
    lacking: Vec<RecordEntry>,
}

impl WorkerState<'_> {
    /// Joins a study from its records and puts it in the place of the best one;
    /// gives the records that cannot be read.
    pub(in crate::index) fn compose(
        &self,
        pending: &PendingComposition,
        gate: &Arc<MemoryGate>,
    ) -> Result<Vec<RecordEntry>, IndexError> {
        let Some(nct_id) = NctId::from_number(pending.nct) else { return Ok(Vec::new()) };
        let ComposedStudy { study, parts, lacking } = self.composed(pending, nct_id)?;
        if parts.is_empty() {
            return Ok(lacking);
        }
        let stored = StoredStudy::new(&study);
        let permit = Arc::new(gate.enter(stored.json.len()));
        let document = stored.document(&study, nct_id, self.fields);
        let mut contest = locked(&self.contest);
        let best = contest.best(pending.nct).copied();
        let joined = |best: &RecordEntry| parts.len() > 1 || best.standing != stored.standing;
        let entry = best.filter(joined).map(|best| RecordEntry {
            kind: EntryKind::Composed,
            standing: stored.standing,
            raw: mark(&parts),
            ..best
        });
        contest.compose(pending.nct, entry);
        let verdict = OfferOutcome::Index { replace: true };
        self.write(verdict, pending.nct, document, permit).map_err(|error| self.fail(error))?;
        Ok(lacking)
    }

    /// The study that records make. What the study in the index has of those
    /// that cannot be read any longer is taken from there, at the place of the
    /// last of them.
    fn composed(
        &self,
        pending: &PendingComposition,
        nct_id: NctId,
    ) -> Result<ComposedStudy, IndexError> {
        let mut found: Vec<(&RecordEntry, Option<RecordPart>)> = Vec::new();
        for part in &pending.parts {
            let kept = locked(&self.parts).get(part).map_err(|error| self.unwritten(error))?;
            found.push((part, kept));
        }
        let is_held = |part: &RecordEntry| {
            let same =
                |known: &RecordEntry| known.standing == part.standing && known.raw == part.raw;
            pending.before.iter().any(same)
        };
        let last = found.iter().rposition(|(part, kept)| kept.is_none() && is_held(part));
        let before = if last.is_some() { self.store.study(nct_id)? } else { None };
        let mut composed = ComposedStudy::default();
        for (at, (part, kept)) in found.into_iter().enumerate() {
            match (kept, &before) {
                (Some(kept), _) => composed.add(*part, kept),
                (None, Some(before)) if last == Some(at) => {
                    composed.add(*part, RecordPart::new(before, Vec::new()));
                }
                (None, Some(_)) if is_held(part) => composed.parts.push(*part),
                (None, _) => composed.lacking.push(*part),
            }
        }
        Ok(composed)
    }
}

impl ComposedStudy {
    /// Takes over what a record speaks of that is later than those before.
    fn add(&mut self, entry: RecordEntry, part: RecordPart) {
        let (mut study, empty) = part.into_parts();
        let format = RecordFormat::ALL.get(usize::from(entry.format)).copied();
        if self.study.as_map().is_empty() {
            self.study = study;
        } else {
            if let Some(format) = format {
                leave_out_mixed(&mut study, format, &self.study);
            }
            let of_modules = matches!(
                format,
                Some(RecordFormat::JsonV2 | RecordFormat::JsonV1 | RecordFormat::Xml)
            );
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
fn leave_out_mixed(study: &mut Study, format: RecordFormat, whole: &Study) {
    let has = |study: &Study, piece: &str| !study.values(piece).is_empty();
    let apart = ["Condition", "Keyword", "InterventionName"];
    if format == RecordFormat::Ris && apart.iter().any(|piece| has(whole, piece)) {
        study.take_out("Keyword");
    }
    let mixed = format == RecordFormat::Csv && !has(study, "PrimaryOutcomeMeasure");
    if mixed && has(whole, "PrimaryOutcomeMeasure") {
        study.take_out("OtherOutcome");
    }
}
