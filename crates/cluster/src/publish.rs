//! Sends the studies of an index in a directory as a new version, checks what arrived, and lets
//! the name stand for it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::address::Address;
use crate::answers::unreadable;
use crate::client::Client;
use crate::compaction::compact;
use crate::contents_check::{check_studies, count, make_visible};
use crate::error::ClusterError;
use crate::index::{ClusterIndex, VersionNotes, current, terms_of};
use crate::layout::{layout_digest, name, settings};
use crate::origins::{Origins, send_origins, send_rejects};
use crate::refresh::{Digests, StudyChanges, copy, doubt};
use crate::sender::Sender;
use crate::study_document::study_document;
use crate::term_lists::send_terms;
use crate::versions::{Claim, drop_older, shards, switch};
use trialdex_engine::index::{FORMAT, Store, StudyAnalyzer};
use trialdex_engine::search::receipt::contents;
use trialdex_plan::layout::{IndexField, all_fields};
use trialdex_records::source::RecordFormat;
use trialdex_records::study::{NctId, Study};

/// What the name stands for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The engine's index.
    pub version: String,
    /// The one that the name stood for before, which is kept.
    pub before: Option<String>,
    /// Studies in it.
    pub studies: u64,
    /// Bytes of studies and terms that were sent, before they were packed.
    pub bytes: u64,
    /// How it was made.
    pub making: Making,
    /// How its studies differ from those of the version before.
    pub changes: Option<StudyChanges>,
    /// Older versions, which were removed.
    pub dropped: Vec<String>,
}

/// How a version was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Making {
    /// Not at all: the studies are those of the version that is there.
    Unchanged,
    /// Of the version before: the studies that differ were sent.
    Changed,
    /// All studies were sent; why, where there is a version before.
    Whole(Option<String>),
}

/// Where studies are sent.
struct Destination<'a> {
    address: &'a Address,
    client: &'a Client,
    store: &'a Store,
    /// Studies that no source has any longer.
    kept: &'a Origins,
    watch: &'a dyn Fn(u64),
}

/// Sends the studies of an index: those that differ from `before`, the version that the name
/// stands for, or all where it cannot be built on. The studies `kept` are in it, and no source has
/// them any longer. `watch` is told how many were sent.
///
/// # Errors
///
/// Where the index cannot be read, or the cluster does not take or hold what is sent: the name
/// then stands for what it stood for.
pub fn publish(
    address: &Address,
    client: &Client,
    store: &Store,
    (before, kept): (Option<&ClusterIndex>, &[NctId]),
    watch: &dyn Fn(u64),
) -> Result<Published, ClusterError> {
    let standing = current(client, address)?;
    let before = before.filter(|before| Some(&before.version) == standing.as_ref());
    let now = store.reading()?.digests()?;
    let known = before.map(ClusterIndex::all_digests).transpose()?;
    let changes = known.as_ref().map(|known| StudyChanges::between(known, &now));
    if let (Some(before), Some(changes)) = (before, changes)
        && changes.is_none()
    {
        return Ok(Published {
            version: before.version.clone(),
            before: None,
            studies: before.studies(),
            bytes: 0,
            making: Making::Unchanged,
            changes: Some(changes),
            dropped: Vec::new(),
        });
    }
    let kept = kept_origins(before, kept)?;
    let to = Destination { address, client, store, kept: &kept, watch };
    let (claim, mut bytes, making) = match (before, known, changes) {
        (Some(before), Some(known), Some(changes)) => {
            to.changed_or_whole(before, (&known, &now), &changes)?
        }
        _ => {
            let reason = standing.as_ref().map(|it| format!("{it} cannot be built on"));
            let claim = Claim::next(address, client)?;
            let bytes = to.whole(&claim)?;
            (claim, bytes, Making::Whole(reason))
        }
    };
    bytes += to.finish(&claim, &now, matches!(making, Making::Whole(_)))?;
    switch(address, client, standing.as_deref(), &claim.version)?;
    // The name stands for the new version. What cannot be removed now is removed by a later run.
    let dropped = standing.as_deref().and_then(|kept| drop_older(address, client, kept).ok());
    Ok(Published {
        version: claim.version,
        before: standing,
        studies: now.len() as u64,
        bytes,
        making,
        changes,
        dropped: dropped.unwrap_or_default(),
    })
}

impl Destination<'_> {
    /// Makes a version of the one before, or, where that is in doubt or fails, of all studies.
    fn changed_or_whole(
        &self,
        before: &ClusterIndex,
        (known, now): (&Digests, &Digests),
        changes: &StudyChanges,
    ) -> Result<(Claim, u64, Making), ClusterError> {
        let claim = Claim::next(self.address, self.client)?;
        let reason = match doubt(before, shards(self.client)?, changes)? {
            Some(reason) => reason,
            None => match self.changed(&before.version, &claim, (known, now)) {
                Ok(bytes) => return Ok((claim, bytes, Making::Changed)),
                Err(error) if !is_of_copy(&error) => return Err(error),
                Err(error) => {
                    // It is not what it should be, and no name stands for it.
                    claim.discard(self.client)?;
                    error.to_string()
                }
            },
        };
        let bytes = self.whole(&claim)?;
        Ok((claim, bytes, Making::Whole(Some(reason))))
    }

    /// Copies a version, and sends what differs.
    fn changed(
        &self,
        before: &str,
        claim: &Claim,
        (known, now): (&Digests, &Digests),
    ) -> Result<u64, ClusterError> {
        copy(self.client, before, claim)?;
        let mut sender = Sender::new(self.client, claim.version.clone());
        for number in known.keys().filter(|number| !now.contains_key(number)) {
            let nct = u32::try_from(*number).ok().and_then(NctId::from_number);
            nct.map_or(Ok(()), |nct| sender.remove(&nct.to_string()))?;
        }
        self.send_studies(&mut sender, |number, digest| known.get(&number) != Some(&digest))?;
        check_studies(self.client, &claim.version, now)?;
        Ok(sender.bytes)
    }

    /// Makes a version of all studies.
    fn whole(&self, claim: &Claim) -> Result<u64, ClusterError> {
        let settings = settings(shards(self.client)?, &claim.mark);
        claim.make(self.client, &claim.version, &settings)?;
        let mut sender = Sender::new(self.client, claim.version.clone());
        self.send_studies(&mut sender, |_, _| true)?;
        Ok(sender.bytes)
    }

    /// Sends the studies that are wanted by number and digest.
    fn send_studies(
        &self,
        sender: &mut Sender<'_>,
        wanted: impl Fn(u64, u64) -> bool,
    ) -> Result<(), ClusterError> {
        let (reading, mut analyzer, mut sent) =
            (self.store.reading()?, StudyAnalyzer::default(), 0);
        for (nct, place) in reading.all()? {
            if !wanted(nct.number().into(), reading.digest(place)?) {
                continue;
            }
            let json = reading.json(place)?;
            let study = serde_json::from_str(&json).map(Study::from_map);
            let study = study.map_err(|error| unreadable(&nct.to_string(), &error.to_string()))?;
            let indexed = analyzer.read(&study, nct, &json);
            sent += 1;
            sender.add(&nct.to_string(), &study_document(&indexed, &json))?;
            (self.watch)(sent);
        }
        sender.flush()
    }

    /// Sends the terms of a version, and says what it holds; the bytes that were sent. From then on
    /// nothing is written to it, not even what arrives late. A whole version is merged; in a copy,
    /// what is new is little, and is merged with the rest in time.
    fn finish(&self, claim: &Claim, now: &Digests, is_whole: bool) -> Result<u64, ClusterError> {
        let (client, version) = (self.client, &claim.version);
        let terms = terms_of(version);
        let mut sender = Sender::new(client, terms.clone());
        let term_documents = send_terms(self.store, &mut sender)?
            + send_rejects(self.store, &mut sender)?
            + send_origins(self.store, self.kept, &mut sender)?;
        sender.flush()?;
        make_visible(client, &terms)?;
        let there = count(client, &terms)?;
        if there != term_documents {
            let problem = format!("{there} of {term_documents} lists of terms arrived");
            return Err(ClusterError::Unequal { index: terms, problem });
        }
        claim.confirm(client)?;
        client.change("PUT", &format!("{version},{terms}/_block/write"), &Value::Null)?;
        if is_whole {
            compact(client, version, now.len() as u64);
        }
        check_studies(client, version, now)?;
        let notes = serde_json::to_value(notes(self.store, self.kept, term_documents)?);
        let notes = notes.map_err(|error| unreadable(version, &error.to_string()))?;
        let mapping = json!({"_meta": {"trialdex": notes}});
        client.change("PUT", &format!("{version}/_mapping"), &mapping)?;
        Ok(sender.bytes)
    }
}

/// Records by format, without those that studies were taken over with.
fn formats(counted: BTreeMap<&'static str, u64>, kept: &Origins) -> BTreeMap<String, u64> {
    let mut formats: BTreeMap<String, u64> =
        counted.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
    if let Some(count) = formats.get_mut(RecordFormat::JsonV2.name()) {
        *count = count.saturating_sub(kept.len() as u64);
    }
    formats.retain(|_, count| *count > 0);
    formats
}

/// Where the studies are from that are taken over from the version before: its sources have them
/// no longer.
fn kept_origins(before: Option<&ClusterIndex>, kept: &[NctId]) -> Result<Origins, ClusterError> {
    let known = match before.map(|before| before.origins(kept)) {
        Some(Err(ClusterError::WithoutOrigins(_))) | None => Origins::new(),
        Some(known) => known?,
    };
    let mut origins: Origins = kept.iter().map(|nct| (*nct, Vec::new())).collect();
    origins.extend(known);
    origins.values_mut().flatten().for_each(|origin| origin.gone = true);
    Ok(origins)
}

/// Whether a copy is to blame, so that all studies may be sent in its place.
fn is_of_copy(error: &ClusterError) -> bool {
    matches!(
        error,
        ClusterError::Refused { .. }
            | ClusterError::Unequal { .. }
            | ClusterError::Unreadable { .. }
            | ClusterError::Unplaced { .. }
    )
}

fn notes(store: &Store, kept: &Origins, term_documents: u64) -> Result<VersionNotes, ClusterError> {
    let (status, contents) = (store.status()?, contents(store)?);
    let mut average_lengths = BTreeMap::new();
    for field in all_fields() {
        if !matches!(field, IndexField::Column(_))
            && let Some(average) = store.average_length_of(field)?
        {
            average_lengths.insert(name(field), average);
        }
    }
    Ok(VersionNotes {
        format: FORMAT.into(),
        layout: layout_digest(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        written: status.written,
        studies: status.studies,
        contents: contents.digest,
        earliest_update: status.earliest_update,
        latest_update: status.latest_update,
        // The file that studies are taken over with is none.
        sources: status.sources - u64::from(!kept.is_empty()).min(status.sources),
        not_studies: status.not_studies,
        formats: formats(status.formats, kept),
        duplicates: status.duplicates,
        kept: kept.len() as u64,
        keeps_origins: true,
        rejected: status.rejected,
        average_lengths,
        term_documents,
    })
}
