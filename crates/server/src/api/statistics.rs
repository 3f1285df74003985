//! Statistics about all studies of an index, computed when they are first asked for.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use trialdex_engine::index::{DocumentPlace, IndexError, StudyReader};
use trialdex_records::study::computed::{self, ComputedValue};
use trialdex_records::study::pieces::Piece;
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{ChosenPieces, NctId, Study, VisitedPiece};
use trialdex_session::OpenIndex;

/// Fields whose values are counted in one pass through the index: all of them at once would take
/// too much memory.
const FIELDS_AT_ONCE: usize = 64;

/// Threads that go through the index at most.
const THREADS: usize = 4;

/// Statistics that were computed already, of one state of the index.
#[derive(Default)]
pub(crate) struct StatisticsMemory {
    /// Held by the request that computes.
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
    remembered: Mutex<Remembered>,
}

#[derive(Default)]
struct Remembered {
    /// Digest of the state.
    state: String,
    fields: HashMap<StudyField, Arc<FieldCounts>>,
    sizes: Option<Arc<Vec<(u32, NctId)>>>,
}

/// What is counted of a field.
#[derive(Debug, Default)]
pub(crate) struct FieldCounts {
    /// Studies with a value.
    pub(crate) present: u64,
    /// By hash of a value: the studies that have it, and one of them.
    pub(crate) values: HashMap<u64, (u32, DocumentPlace)>,
    /// Characters of the longest value, and a study that has it.
    pub(crate) longest: Option<(usize, DocumentPlace)>,
    /// Least and greatest number, their sum and how many there are.
    pub(crate) range: Option<(f64, f64)>,
    pub(crate) sum: f64,
    pub(crate) numbers: u64,
    /// Earliest and latest date, and how dates are written.
    pub(crate) dates: Option<(String, String)>,
    pub(crate) formats: BTreeSet<&'static str>,
    /// Studies with the value true, and with false.
    pub(crate) yes: u64,
    pub(crate) no: u64,
}

impl StatisticsMemory {
    /// What is counted of some fields, in their order.
    pub(crate) fn fields(
        &self,
        index: &OpenIndex,
        wanted: &[StudyField],
    ) -> Result<Vec<Arc<FieldCounts>>, IndexError> {
        let mut known = self.of(index);
        let missing: Vec<StudyField> =
            wanted.iter().filter(|field| !known.fields.contains_key(field)).copied().collect();
        for group in missing.chunks(FIELDS_AT_ONCE) {
            let counts = counted(index, group)?;
            known.fields.extend(group.iter().copied().zip(counts.into_iter().map(Arc::new)));
        }
        Ok(wanted.iter().filter_map(|field| known.fields.get(field).cloned()).collect())
    }

    /// Bytes of each study as compressed JSON, the smallest first.
    pub(crate) fn sizes(&self, index: &OpenIndex) -> Result<Arc<Vec<(u32, NctId)>>, IndexError> {
        let mut known = self.of(index);
        if let Some(sizes) = &known.sizes {
            return Ok(sizes.clone());
        }
        let sizes = in_threads(index, |reader, studies| {
            let size = |(nct, place): &(NctId, DocumentPlace)| -> Result<_, IndexError> {
                Ok((compressed(&reader.json(*place)?)?, *nct))
            };
            studies.iter().map(size).collect::<Result<Vec<_>, _>>()
        })?;
        let mut sizes: Vec<(u32, NctId)> = sizes.into_iter().flatten().collect();
        sizes.sort_unstable();
        let sizes = Arc::new(sizes);
        known.sizes = Some(sizes.clone());
        Ok(sizes)
    }

    /// What is known of a state.
    fn of(&self, index: &OpenIndex) -> MutexGuard<'_, Remembered> {
        let mut known = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if known.state != index.state().digest {
            *known = Remembered { state: index.state().digest.clone(), ..Remembered::default() };
        }
        known
    }
}

/// Goes through all studies in several threads.
fn in_threads<T: Send>(
    index: &OpenIndex,
    work: impl Fn(&StudyReader<'_>, &[(NctId, DocumentPlace)]) -> Result<T, IndexError> + Sync,
) -> Result<Vec<T>, IndexError> {
    let reader = index.store().reading()?;
    let mut studies = reader.all()?;
    // As they are stored, so that each block is unpacked once.
    studies.sort_unstable_by_key(|(_, place)| *place);
    let threads = thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let share = studies.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let running: Vec<_> = studies
            .chunks(share)
            .map(|studies| {
                let work = &work;
                scope.spawn(move || work(&index.store().reading()?, studies))
            })
            .collect();
        let joined = running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    })
}

fn compressed(json: &str) -> Result<u32, IndexError> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(json.as_bytes()).and_then(|()| encoder.finish());
    let bytes = written.map_err(|error| IndexError::Io { path: "memory".into(), error })?;
    Ok(u32::try_from(bytes.len()).unwrap_or(u32::MAX))
}

/// Counts the values of fields in all studies.
fn counted(index: &OpenIndex, fields: &[StudyField]) -> Result<Vec<FieldCounts>, IndexError> {
    let places: HashMap<StudyField, usize> = fields.iter().copied().zip(0..).collect();
    let chosen = chosen(fields);
    let parts = in_threads(index, |reader, studies| {
        let mut counts: Vec<FieldCounts> = fields.iter().map(|_| FieldCounts::default()).collect();
        for (_, place) in studies {
            let study = reader.pieces(*place, chosen.as_ref())?;
            for (at, values) in values_of(&study, &places) {
                counts[at].add(fields[at].kind(), &values, *place);
            }
        }
        Ok(counts)
    })?;
    let mut all: Vec<FieldCounts> = fields.iter().map(|_| FieldCounts::default()).collect();
    for part in parts {
        all.iter_mut().zip(part).for_each(|(sum, part)| sum.join(part));
    }
    Ok(all)
}

/// The pieces that have the values of fields; `None` where all of a study may have them.
fn chosen(fields: &[StudyField]) -> Option<ChosenPieces> {
    let names = fields.iter().map(|field| match field {
        StudyField::Piece(piece) | StudyField::Size(piece) => Some(piece.name),
        StudyField::Computed(_) => None,
    });
    names.collect::<Option<Vec<_>>>().map(ChosenPieces::new)
}

/// The values that a study has of some fields, by the positions of these.
fn values_of(study: &Study, places: &HashMap<StudyField, usize>) -> BTreeMap<usize, Vec<Value>> {
    let mut found: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    let mut put = |field: StudyField, value: Value| {
        if let Some(at) = places.get(&field) {
            found.entry(*at).or_default().push(value);
        }
    };
    study.visit(&mut |visited| match visited {
        VisitedPiece::List(piece, _, length) => {
            if let Some(piece) = known(piece) {
                put(StudyField::Size(piece), length.into());
            }
        }
        VisitedPiece::Leaf(piece, _, value) => {
            if let Some(piece) = known(piece) {
                put(StudyField::Piece(piece), value.clone());
            }
        }
        VisitedPiece::Unknown(..) => {}
    });
    computed::visit(study, &mut |value| match value {
        ComputedValue::Number(id, number) => {
            put(StudyField::Computed(&computed::all()[id]), number.into());
        }
        ComputedValue::Code(id, code, _) => {
            put(StudyField::Computed(&computed::all()[id]), code.into());
        }
    });
    found
}

/// The values that a study has of a field.
pub(crate) fn field_values(study: &Study, field: StudyField) -> Vec<Value> {
    let mut values = values_of(study, &HashMap::from([(field, 0)]));
    values.remove(&0).unwrap_or_default()
}

fn known(piece: &Piece) -> Option<&'static Piece> {
    trialdex_records::study::pieces::named(piece.name)
}

/// A value as it is counted and shown.
pub(crate) fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a value is counted by.
pub(crate) fn hashed(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl FieldCounts {
    /// Counts the values that a study has, at least one.
    fn add(&mut self, kind: FieldKind, values: &[Value], place: DocumentPlace) {
        self.present += 1;
        match kind {
            FieldKind::Number => values.iter().for_each(|value| self.add_number(value)),
            FieldKind::Date => {
                values.iter().filter_map(Value::as_str).for_each(|it| self.add_date(it))
            }
            FieldKind::Boolean => {
                self.yes += u64::from(values.contains(&Value::Bool(true)));
                self.no += u64::from(values.contains(&Value::Bool(false)));
            }
            _ => {}
        }
        if !matches!(kind, FieldKind::Boolean | FieldKind::Date) {
            self.add_texts(values, place);
        }
    }

    /// Counts each different value once.
    fn add_texts(&mut self, values: &[Value], place: DocumentPlace) {
        let mut seen = BTreeSet::new();
        for text in values.iter().map(written) {
            let length = text.chars().count();
            if self.longest.is_none_or(|(longest, _)| length > longest) {
                self.longest = Some((length, place));
            }
            let hash = hashed(&text);
            if seen.insert(hash) {
                self.values.entry(hash).or_insert((0, place)).0 += 1;
            }
        }
    }

    fn add_number(&mut self, value: &Value) {
        let number = value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        let Some(number) = number else { return };
        let (least, greatest) = self.range.unwrap_or((number, number));
        self.range = Some((least.min(number), greatest.max(number)));
        self.sum += number;
        self.numbers += 1;
    }

    fn add_date(&mut self, date: &str) {
        self.formats.insert(match date.len() {
            4 => "yyyy",
            7 => "yyyy-MM",
            10 => "yyyy-MM-dd",
            _ => "yyyy-MM-dd'T'HH:mm",
        });
        let dates = self.dates.get_or_insert_with(|| (date.to_owned(), date.to_owned()));
        if date < dates.0.as_str() {
            date.clone_into(&mut dates.0);
        }
        if date > dates.1.as_str() {
            date.clone_into(&mut dates.1);
        }
    }

    /// Adds what was counted of other studies.
    fn join(&mut self, other: Self) {
        self.present += other.present;
        for (hash, (studies, place)) in other.values {
            let sum = self.values.entry(hash).or_insert((0, place));
            *sum = (sum.0 + studies, sum.1.min(place));
        }
        if other.longest.is_some_and(|(length, _)| self.longest.is_none_or(|(it, _)| length > it)) {
            self.longest = other.longest;
        }
        self.range = match (self.range, other.range) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        self.sum += other.sum;
        self.numbers += other.numbers;
        self.dates = match (self.dates.take(), other.dates) {
            (Some(one), Some(two)) => Some((one.0.min(two.0), one.1.max(two.1))),
            (one, two) => one.or(two),
        };
        self.formats.extend(other.formats);
        self.yes += other.yes;
        self.no += other.no;
    }
}
