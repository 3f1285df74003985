//! One pass through all studies of an index.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::time::Instant;

use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};
use trialdex_session::{AnyError, AnyReader, OpenIndex, StudyPlace};

use super::counted_fields::FieldPlaces;
use super::field_counts::FieldCounts;

/// Parts of an index that are counted side by side. Each has tables of its own, which take some
/// tens of megabytes.
const PARTS: usize = 2;

/// Studies after which a thread looks whether it is in the way.
const AT_ONCE: usize = 32;

/// How much longer than its work a thread rests while requests are answered, and the longest rest.
const REST: u32 = 4;
const LONGEST_REST: Duration = Duration::from_millis(200);

/// How a pass goes on, for those outside.
pub(crate) struct Pace<'a> {
    /// Studies that were counted.
    pub(crate) done: &'a AtomicU64,
    /// Set to end the pass, which is an error then.
    pub(crate) stop: &'a AtomicBool,
    /// Whether others need the processor.
    pub(crate) is_busy: &'a (dyn Fn() -> bool + Sync),
}

/// What was counted.
pub(super) struct Counted {
    pub(super) fields: Vec<FieldCounts>,
    /// Bytes of each study as compressed JSON, the smallest first.
    pub(super) sizes: Vec<(u32, NctId)>,
}

/// Goes through all studies in several threads.
pub(super) fn counted(
    index: &OpenIndex,
    fields: &[StudyField],
    pace: &Pace<'_>,
) -> Result<Counted, AnyError> {
    let mut studies = index.index().reading()?.all()?;
    // As they are stored, so that each block is unpacked once.
    studies.sort_unstable_by_key(|(_, place)| *place);
    let share = studies.len().div_ceil(PARTS).max(1);
    let parts: Vec<Counted> = thread::scope(|scope| {
        let running: Vec<_> = studies
            .chunks(share)
            .map(|studies| scope.spawn(|| part(index, fields, studies, pace)))
            .collect();
        let joined = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect::<Result<_, AnyError>>()
    })?;
    let mut parts = parts.into_iter();
    let mut all = parts.next().unwrap_or_else(|| Counted::none(fields));
    for part in parts {
        all.fields.iter_mut().zip(part.fields).for_each(|(sum, part)| sum.join(part));
        all.sizes.extend(part.sizes);
    }
    all.sizes.sort_unstable();
    Ok(all)
}

impl Counted {
    fn none(fields: &[StudyField]) -> Self {
        let fields = fields.iter().map(|_| FieldCounts::default()).collect();
        Self { fields, sizes: Vec::new() }
    }
}

fn part(
    index: &OpenIndex,
    fields: &[StudyField],
    studies: &[(NctId, StudyPlace)],
    pace: &Pace<'_>,
) -> Result<Counted, AnyError> {
    let reader = index.index().reading()?;
    let places = FieldPlaces::of(fields);
    let mut counted = Counted::none(fields);
    for studies in studies.chunks(AT_ONCE) {
        let begin = Instant::now();
        let together: Vec<StudyPlace> = studies.iter().map(|(_, place)| *place).collect();
        reader.prepare(&together)?;
        for (nct, place) in studies {
            counted.add(&reader, fields, &places, (*nct, *place))?;
        }
        pace.done.fetch_add(studies.len() as u64, Ordering::Relaxed);
        if pace.stop.load(Ordering::Relaxed) {
            return Err(AnyError::stopped());
        }
        if (pace.is_busy)() {
            thread::sleep((REST * begin.elapsed()).min(LONGEST_REST));
        }
    }
    Ok(counted)
}

impl Counted {
    fn add(
        &mut self,
        reader: &AnyReader<'_>,
        fields: &[StudyField],
        places: &FieldPlaces,
        (nct, place): (NctId, StudyPlace),
    ) -> Result<(), AnyError> {
        let json = reader.json(place)?;
        self.sizes.push((compressed(&json)?, nct));
        let study = parsed(&json)?;
        for (at, values) in places.values_of(&study) {
            self.fields[at].add(fields[at].kind(), &values, place);
        }
        Ok(())
    }
}

fn in_memory(error: impl Into<std::io::Error>) -> AnyError {
    AnyError::Io(error.into())
}

fn parsed(json: &str) -> Result<Study, AnyError> {
    serde_json::from_str(json).map(Study::from_map).map_err(in_memory)
}

fn compressed(json: &str) -> Result<u32, AnyError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(json.as_bytes()).and_then(|()| encoder.finish());
    let bytes = written.map_err(in_memory)?;
    Ok(u32::try_from(bytes.len()).unwrap_or(u32::MAX))
}
