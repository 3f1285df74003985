//! An index as one search sees it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tantivy::query::EnableScoring;
use tantivy::schema::Field;
use tantivy::{DocId, Searcher, SegmentReader, TERMINATED, TantivyError};

use super::evidence::Norms;
use super::inclusion;
use super::profile::Profile;
use super::stop::go_on;
use crate::index::{IndexError, Store};
use crate::study_lists::StudyList;
use crate::study_sets::{DocSetBits, StudySet, ValueLookUp};
use trialdex_plan::layout::IndexField;
use trialdex_plan::{Counting, LookUp, Model, Node, Pattern, Thesaurus};
use trialdex_text::vocabulary::OwnSynonyms;

/// An index as one search sees it: its words for a planner, and what was
/// looked up of it already.
pub(super) struct IndexView<'a> {
    pub(super) store: &'a Store,
    pub(super) searcher: Searcher,
    pub(super) model: Model,
    /// What measures the search, if it is measured.
    pub(super) profile: Option<Profile>,
    /// Set from outside to stop.
    pub(super) stop: Option<Arc<AtomicBool>>,
    /// What plans ask to be kept.
    kept: RefCell<BTreeMap<LookUp, StudyList>>,
    /// For a list of look-ups: the studies that its last one adds, by parts of
    /// the criteria about inclusion.
    included: RefCell<BTreeMap<Vec<LookUp>, StudyList>>,
    /// The least and the greatest value of columns, where they are those of another index.
    pub(super) ranges: BTreeMap<IndexField, (i64, i64)>,
    /// By field and the bits of its average length.
    pub(super) norms: RefCell<BTreeMap<(IndexField, u32), Norms>>,
}

impl<'a> IndexView<'a> {
    /// The index of a store as it is now.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub(super) fn new(store: &'a Store, model: Model) -> Result<Self, IndexError> {
        Ok(Self {
            store,
            searcher: store.searcher()?,
            model,
            profile: None,
            stop: None,
            kept: RefCell::default(),
            included: RefCell::default(),
            ranges: BTreeMap::new(),
            norms: RefCell::default(),
        })
    }

    /// The same, with searches that end in an error once somebody asks to stop.
    pub(super) fn stopped_by(self, stop: Option<&Arc<AtomicBool>>) -> Self {
        Self { stop: stop.cloned(), ..self }
    }

    /// The same, with columns whose least and greatest values are those of another index.
    pub(super) fn ranging(self, ranges: BTreeMap<IndexField, (i64, i64)>) -> Self {
        Self { ranges, ..self }
    }

    /// Names that mean the same.
    ///
    /// # Errors
    ///
    /// Where the vocabulary of the index cannot be read.
    pub(super) fn thesaurus<'v>(
        &'v self,
        own: Option<&'v OwnSynonyms>,
    ) -> Result<Thesaurus<'v>, IndexError> {
        let thesaurus = Thesaurus::new(self, self.store.vocabulary()?, own);
        Ok(thesaurus.remembering(&self.store.names))
    }

    /// The field that a plan names.
    pub(super) fn field(&self, field: IndexField) -> tantivy::Result<Field> {
        let known = self.store.fields.named(field);
        known.ok_or_else(|| TantivyError::InvalidArgument(format!("no field {field:?}")))
    }

    /// The studies of each of some look-ups.
    pub(super) fn found(&self, all: &[LookUp]) -> tantivy::Result<Vec<StudyList>> {
        let mut found = Vec::with_capacity(all.len());
        for (at, look_up) in all.iter().enumerate() {
            found.push(match look_up.counting {
                Counting::Inclusion => self.included(&all[..=at], &StudyList::any(&found))?,
                _ => self.found_by(look_up)?,
            });
        }
        Ok(found)
    }

    /// The studies of a look-up, known already or looked up now.
    fn found_by(&self, look_up: &LookUp) -> tantivy::Result<StudyList> {
        go_on(self.stop.as_deref())?;
        if let Some(known) = self.kept.borrow().get(look_up) {
            return Ok(known.clone());
        }
        self.store.study_lists.get_or_find(look_up, || self.find(look_up))
    }

    /// The same for what need not be looked up before studies are gone
    /// through: only where it is asked for again.
    pub(super) fn found_again(&self, look_up: &LookUp) -> tantivy::Result<Option<StudyList>> {
        self.store.study_lists.get_or_find_again(look_up, || self.find(look_up))
    }

    /// The studies with values that a part of a plan asks for, where it is
    /// asked for again; `None` for all other parts.
    pub(super) fn set_of(&self, node: &Node) -> tantivy::Result<Option<StudySet>> {
        let look_up = match node {
            Node::Terms(field, terms) => ValueLookUp::Terms(*field, terms.clone()),
            Node::Interval(field, low, high) => ValueLookUp::Interval(*field, *low, *high),
            _ => return Ok(None),
        };
        self.store.study_sets.get_or_find_again(&look_up, || self.find_set(node))
    }

    fn find_set(&self, node: &Node) -> tantivy::Result<StudySet> {
        let scoring = EnableScoring::disabled_from_searcher(&self.searcher);
        let weight = self.query(node)?.weight(scoring)?;
        let of_segment = |reader: &SegmentReader| {
            let mut docs = weight.scorer(reader, 1.0)?;
            let first = Some(docs.doc()).filter(|doc| *doc != TERMINATED);
            let next = |_: &DocId| Some(docs.advance()).filter(|doc| *doc != TERMINATED);
            let bits = DocSetBits::of(std::iter::successors(first, next), reader.max_doc());
            Ok((reader.segment_id(), Arc::new(bits)))
        };
        let executor = self.store.executor(&self.searcher);
        let found = executor.map(of_segment, self.searcher.segment_readers().iter())?;
        Ok(StudySet::of(found.into_iter().collect()))
    }

    fn find(&self, look_up: &LookUp) -> tantivy::Result<StudyList> {
        let (field, pattern) = (self.field(look_up.field)?, &look_up.pattern);
        let (executor, searcher) = (self.store.executor(&self.searcher), &self.searcher);
        let Counting::Name(without) = &look_up.counting else {
            return StudyList::new(executor, searcher, field, pattern);
        };
        let without = without.iter().map(|(field, times)| Ok((self.field(*field)?, *times)));
        let without = without.collect::<tantivy::Result<Vec<_>>>()?;
        StudyList::named(executor, searcher, field, &without, pattern)
    }

    /// The studies of the last of some look-ups that has a stretch in a part
    /// of the criteria about inclusion, without those that are known.
    fn included(&self, all: &[LookUp], known: &StudyList) -> tantivy::Result<StudyList> {
        if let Some(included) = self.included.borrow().get(all) {
            return Ok(included.clone());
        }
        let Some(LookUp { pattern: Pattern::Near(stretch), field, .. }) = all.last() else {
            return Ok(StudyList::any(&[]));
        };
        let (pattern, counting) = (Pattern::Near(stretch.clone()), Counting::Beforehand);
        let anywhere = self.found_by(&LookUp { field: *field, pattern, counting })?;
        let study = self.store.fields.study;
        let included = inclusion::having(&self.searcher, study, &anywhere, stretch, known)?;
        self.included.borrow_mut().insert(all.to_vec(), included.clone());
        Ok(included)
    }

    /// The same, kept for when the plan is carried out.
    pub(super) fn keep_found(&self, look_up: &LookUp) -> tantivy::Result<StudyList> {
        let found = self.found_by(look_up)?;
        self.kept.borrow_mut().insert(look_up.clone(), found.clone());
        Ok(found)
    }
}
