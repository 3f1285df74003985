//! Lists of studies, and what of such an index remembers.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use tantivy::index::SegmentId;
use tantivy::{DocId, SegmentReader};

use trialdex_plan::LookUp;

/// Documents of a segment in order, with how often each has a pattern.
pub(crate) type Docs = Arc<[(DocId, u32)]>;

/// The studies that have a pattern, looked up beforehand, by segment.
#[derive(Debug, Clone)]
pub(crate) struct StudyList(Arc<BTreeMap<SegmentId, Docs>>);

impl StudyList {
    /// Those that are given by segment, in order, with how often each has the
    /// pattern.
    pub(crate) fn of(docs: BTreeMap<SegmentId, Vec<(DocId, u32)>>) -> Self {
        let found = docs.into_iter().filter(|(_, docs)| !docs.is_empty());
        Self(Arc::new(found.map(|(segment, docs)| (segment, Docs::from(docs))).collect()))
    }

    /// Those that have the pattern more often than so many times another one,
    /// and how much more often.
    pub(crate) fn beyond(self, other: &Self, times: u32) -> Self {
        if other.0.is_empty() {
            return self;
        }
        let beyond = self.0.iter().map(|(segment, docs)| {
            let others = other.0.get(segment).map_or(&[][..], |docs| docs);
            let count = |doc| match others.binary_search_by_key(&doc, |(doc, _)| *doc) {
                Ok(at) => others[at].1.saturating_mul(times),
                Err(_) => 0,
            };
            let left = docs.iter().map(|(doc, all)| (*doc, all.saturating_sub(count(*doc))));
            (*segment, left.filter(|(_, left)| *left > 0).collect())
        });
        Self::of(beyond.collect())
    }

    /// Those of a segment, with how often each has the pattern.
    pub(crate) fn docs(&self, reader: &SegmentReader) -> &[(DocId, u32)] {
        self.0.get(&reader.segment_id()).map_or(&[], |docs| docs)
    }

    /// The same, shared; `None` where there are none.
    pub(crate) fn shared_docs(&self, reader: &SegmentReader) -> Option<Docs> {
        self.0.get(&reader.segment_id()).cloned()
    }

    pub(crate) fn has(&self, reader: &SegmentReader, doc: DocId) -> bool {
        self.docs(reader).binary_search_by_key(&doc, |(doc, _)| *doc).is_ok()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many they are.
    pub(crate) fn studies(&self) -> u64 {
        self.0.values().map(|docs| docs.len() as u64).sum()
    }

    /// How many have another pattern, too.
    pub(crate) fn shared(&self, other: &Self) -> u64 {
        let has = |docs: &Docs, doc| docs.binary_search_by_key(&doc, |(doc, _)| *doc).is_ok();
        let shared = self.0.iter().map(|(segment, docs)| {
            let Some(others) = other.0.get(segment) else { return 0 };
            let (few, many) =
                if docs.len() <= others.len() { (docs, others) } else { (others, docs) };
            few.iter().filter(|(doc, _)| has(many, *doc)).count() as u64
        });
        shared.sum()
    }

    /// Those that have any of several patterns.
    pub(crate) fn any(all: &[Self]) -> Self {
        if let [only] = all {
            return only.clone();
        }
        let mut joined: BTreeMap<SegmentId, Vec<(DocId, u32)>> = BTreeMap::new();
        for (segment, docs) in all.iter().flat_map(|found| found.0.iter()) {
            joined.entry(*segment).or_default().extend_from_slice(docs);
        }
        for docs in joined.values_mut() {
            // Several sorted lists one after another: a merge sort is at its
            // best.
            docs.sort();
            docs.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0 };
                same
            });
        }
        Self::of(joined)
    }
}

/// Something that takes memory.
pub(crate) trait Held {
    /// Bytes that it holds beside itself.
    fn bytes(&self) -> usize;
}

impl Held for StudyList {
    fn bytes(&self) -> usize {
        self.studies() as usize * size_of::<(DocId, u32)>() + BESIDE
    }
}

impl Held for LookUp {
    fn bytes(&self) -> usize {
        self.pattern.terms().iter().map(|term| term.len() + size_of::<String>()).sum()
    }
}

/// Bytes of a list beside its studies.
pub(crate) const BESIDE: usize = 512;

/// Bytes of lists that an index remembers at most.
const MOST: usize = 64 << 20;

/// The lists of an open index that were looked up last.
pub(crate) type StudyListMemory = Memory<LookUp, StudyList>;

/// What was looked up last in an open index, which does not change while it is
/// open: the same names come up again within a search and from search to
/// search.
pub(crate) struct Memory<L: Hash + Eq, F>(Mutex<Remembered<L, F>>);

struct Remembered<L: Hash + Eq, F> {
    lists: LruCache<L, F>,
    /// Bytes of the lists and of what they are looked up by.
    bytes: usize,
    /// Hashes of look-ups that were asked for once: a look-up of a truncated
    /// word may have thousands of terms.
    asked: LruCache<u64, ()>,
    hasher: RandomState,
}

/// Look-ups that are known to have been asked for, at most.
const ASKED: NonZeroUsize = NonZeroUsize::new(4_096).expect("some look-ups");

/// Bytes that a look-up with its list holds.
fn bytes(look_up: &impl Held, list: &impl Held) -> usize {
    list.bytes() + look_up.bytes()
}

impl<L: Hash + Eq, F> Default for Memory<L, F> {
    fn default() -> Self {
        Self(Mutex::new(Remembered {
            lists: LruCache::unbounded(),
            bytes: 0,
            asked: LruCache::new(ASKED),
            hasher: RandomState::new(),
        }))
    }
}

impl<L: Hash + Eq, F> fmt::Debug for Memory<L, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl<L: Hash + Eq + Clone + Held, F: Clone + Held> Memory<L, F> {
    /// The studies of a look-up, remembered or `found` now.
    pub(crate) fn get_or_find<E>(
        &self,
        look_up: &L,
        find: impl FnOnce() -> Result<F, E>,
    ) -> Result<F, E> {
        if let Some(known) = self.lock().lists.get(look_up) {
            return Ok(known.clone());
        }
        let found = find()?;
        self.lock().remember(look_up.clone(), found.clone());
        Ok(found)
    }

    /// The same for what need not be looked up beforehand: from the second time
    /// on that it is asked for.
    pub(crate) fn get_or_find_again<E>(
        &self,
        look_up: &L,
        find: impl FnOnce() -> Result<F, E>,
    ) -> Result<Option<F>, E> {
        let is_known = {
            let mut remembered = self.lock();
            let hash = remembered.hasher.hash_one(look_up);
            remembered.lists.contains(look_up) || remembered.asked.put(hash, ()).is_some()
        };
        if is_known { self.get_or_find(look_up, find).map(Some) } else { Ok(None) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Remembered<L, F>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Hash + Eq + Held, F: Held> Remembered<L, F> {
    /// Remembers a list, and forgets those that were not asked for longest.
    fn remember(&mut self, look_up: L, found: F) {
        self.bytes += bytes(&look_up, &found);
        if let Some((look_up, before)) = self.lists.push(look_up, found) {
            self.bytes -= bytes(&look_up, &before);
        }
        while self.bytes > MOST {
            let Some((look_up, oldest)) = self.lists.pop_lru() else { return };
            self.bytes -= bytes(&look_up, &oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trialdex_plan::layout::IndexField;
    use trialdex_plan::{Counting, Pattern};

    fn list(studies: u32) -> StudyList {
        let segment = SegmentId::generate_random();
        StudyList::of([(segment, (0..studies).map(|doc| (doc, 1)).collect())].into())
    }

    fn look_up(term: &str) -> LookUp {
        let (field, pattern) = (IndexField::Pairs, Pattern::Term(term.to_owned()));
        LookUp { field, pattern, counting: Counting::Each }
    }

    #[test]
    fn a_list_is_found_once() {
        let memory = StudyListMemory::default();
        let found = |studies| memory.get_or_find(&look_up("a"), || Ok::<_, ()>(list(studies)));
        assert_eq!(found(3).expect("found").studies(), 3);
        assert_eq!(found(5).expect("remembered").studies(), 3);
        assert_eq!(memory.get_or_find(&look_up("b"), || Err("torn")).err(), Some("torn"));
        let again = memory.get_or_find(&look_up("b"), || Ok::<_, ()>(list(1)));
        assert_eq!(again.expect("an error is not remembered").studies(), 1);
    }

    #[test]
    fn what_need_not_be_looked_up_is_looked_up_the_second_time() {
        let memory = StudyListMemory::default();
        let found = |studies| {
            let found = memory.get_or_find_again(&look_up("a"), || Ok::<_, ()>(list(studies)));
            found.expect("found").map(|list| list.studies())
        };
        assert_eq!((found(3), found(4), found(5)), (None, Some(4), Some(4)));
    }

    #[test]
    fn what_was_not_asked_for_longest_is_forgotten() {
        let memory = StudyListMemory::default();
        let large = u32::try_from(MOST / 8 / 4).expect("few enough");
        for name in ["a", "b", "c"] {
            memory.get_or_find(&look_up(name), || Ok::<_, ()>(list(large))).expect("found");
        }
        memory.get_or_find(&look_up("a"), || Err(())).expect("remembered");
        memory.get_or_find(&look_up("d"), || Ok::<_, ()>(list(large))).expect("found");
        memory.get_or_find(&look_up("b"), || Err(())).expect_err("forgotten");
        memory.get_or_find(&look_up("a"), || Err(())).expect("remembered");
        let held: usize = memory.lock().lists.iter().map(|(key, list)| bytes(key, list)).sum();
        assert_eq!(held, memory.lock().bytes);
    }

    /// A look-up of a truncated word names every term that it may be.
    #[test]
    fn terms_of_a_look_up_count_as_memory() {
        let memory = StudyListMemory::default();
        let long = |name: &str| look_up(&name.repeat(MOST / 4));
        for name in ["a", "b", "c", "d", "e"] {
            memory.get_or_find(&long(name), || Ok::<_, ()>(list(1))).expect("found");
        }
        assert!(memory.lock().bytes <= MOST);
        memory.get_or_find(&long("a"), || Err(())).expect_err("forgotten");
        memory.get_or_find(&long("e"), || Err(())).expect("remembered");
    }
}
