//! What a planner asks of an index, answered by tantivy.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError};

use super::occurrences::Occurrences;
use super::stop::go_on;
use super::view::IndexView;
use crate::index::FieldTerms;
use crate::study_lists::StudyList;
use trialdex_plan::layout::IndexField;
use trialdex_plan::{
    Engine, Lexicon, LookUp, LookUpCost, Node, Overlap, Pattern, PlanError, PlanResult, StudyKey,
    TermRange,
};

/// Hands on an error of tantivy.
fn failed(error: TantivyError) -> PlanError {
    PlanError::Lexicon(Box::new(error))
}

impl Lexicon for IndexView<'_> {
    fn studies(&self) -> u64 {
        self.searcher.num_docs()
    }

    fn frequency(&self, field: IndexField, term: &str) -> PlanResult<u64> {
        // Of many words, the most time may be taken before any study is looked at.
        go_on(self.stop.as_deref()).map_err(failed)?;
        let field = self.field(field).map_err(failed)?;
        self.store.frequency(&self.searcher, field, term).map_err(failed)
    }

    fn average_length(&self, field: IndexField) -> PlanResult<Option<f32>> {
        go_on(self.stop.as_deref()).map_err(failed)?;
        let field = self.field(field).map_err(failed)?;
        if !self.searcher.schema().get_field_entry(field).has_fieldnorms() {
            return Ok(None);
        }
        self.store.average_length(&self.searcher, field).map(Some).map_err(failed)
    }

    fn terms(
        &self,
        field: IndexField,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> PlanResult<BTreeMap<String, u64>> {
        go_on(self.stop.as_deref()).map_err(failed)?;
        self.counted_terms(field, range, accept).map_err(failed)
    }

    fn has_beginning(&self, field: IndexField, beginning: &str) -> PlanResult<bool> {
        self.begins(field, beginning).map_err(failed)
    }

    fn costs(&self, field: IndexField, pattern: &Pattern) -> PlanResult<Vec<LookUpCost>> {
        self.counted_costs(field, pattern).map_err(failed)
    }

    fn having(&self, any: &[LookUp]) -> PlanResult<u64> {
        Ok(StudyList::any(&self.found(any).map_err(failed)?).studies())
    }

    fn keep(&self, look_up: &LookUp) -> PlanResult<u64> {
        Ok(self.keep_found(look_up).map_err(failed)?.studies())
    }

    fn overlap(&self, one: &[LookUp], other: &[LookUp]) -> PlanResult<Overlap> {
        let (one, other) = (self.found(one).map_err(failed)?, self.found(other).map_err(failed)?);
        let (one, other) = (StudyList::any(&one), StudyList::any(&other));
        Ok(Overlap { one: one.studies(), other: other.studies(), both: one.shared(&other) })
    }

    fn studies_of(
        &self,
        field: IndexField,
        beginning: &str,
    ) -> PlanResult<BTreeMap<String, BTreeSet<StudyKey>>> {
        self.studies_by_term(field, beginning).map_err(failed)
    }

    fn occurrences_in(
        &self,
        field: IndexField,
        terms: &[&str],
        studies: &BTreeSet<StudyKey>,
    ) -> PlanResult<u64> {
        self.counted_occurrences(field, terms, studies).map_err(failed)
    }
}

impl Engine for IndexView<'_> {
    fn count(&self, node: &Node) -> PlanResult<u64> {
        self.counted(node, None).map_err(failed)
    }

    fn finds(&self, node: &Node) -> PlanResult<bool> {
        self.finds_any(node).map_err(failed)
    }
}

impl IndexView<'_> {
    fn counted_terms(
        &self,
        field: IndexField,
        range: TermRange<'_>,
        accept: &dyn Fn(&str) -> bool,
    ) -> tantivy::Result<BTreeMap<String, u64>> {
        let surfaces = matches!(field, IndexField::Surfaces(_));
        let field = self.field(field)?;
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let terms = FieldTerms::open(reader, field)?;
            let mut count = |term: &str, lists: &[TermInfo]| -> tantivy::Result<()> {
                let studies = if accept(term) { terms.documents(reader, lists)? } else { 0 };
                if studies > 0 {
                    *found.entry(term.to_owned()).or_default() += studies;
                }
                Ok(())
            };
            if surfaces {
                terms.each_surface(range, &mut count)?;
            } else {
                terms.each_word(range, &mut count)?;
            }
        }
        Ok(found)
    }

    fn begins(&self, field: IndexField, beginning: &str) -> tantivy::Result<bool> {
        let field = self.field(field)?;
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(field)?;
            let mut stream = inverted.terms().range().ge(beginning.as_bytes()).into_stream()?;
            if stream.advance() && stream.key().starts_with(beginning.as_bytes()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn counted_costs(
        &self,
        field: IndexField,
        pattern: &Pattern,
    ) -> tantivy::Result<Vec<LookUpCost>> {
        let field = self.field(field)?;
        let terms = pattern.terms_with_next();
        let of_segment = |reader: &SegmentReader| {
            let of_field = FieldTerms::open(reader, field)?;
            let mut cost = LookUpCost { studies: reader.max_doc().into(), ..LookUpCost::default() };
            for (term, next) in &terms {
                let lists = of_field.lists_before(term, *next)?;
                cost.terms += u64::from(!lists.is_empty());
                cost.entries += lists.iter().map(|list| u64::from(list.doc_freq)).sum::<u64>();
            }
            Ok(cost)
        };
        self.searcher.segment_readers().iter().map(of_segment).collect()
    }

    fn studies_by_term(
        &self,
        field: IndexField,
        beginning: &str,
    ) -> tantivy::Result<BTreeMap<String, BTreeSet<StudyKey>>> {
        let field = self.field(field)?;
        let mut found: BTreeMap<String, BTreeSet<StudyKey>> = BTreeMap::new();
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let inverted = reader.inverted_index(field)?;
            let alive = reader.alive_bitset();
            let mut stream = inverted.terms().range().ge(beginning.as_bytes()).into_stream()?;
            while stream.advance() {
                let Some(rest) = stream.key().strip_prefix(beginning.as_bytes()) else { break };
                let studies = found.entry(String::from_utf8_lossy(rest).into_owned()).or_default();
                let info = stream.value();
                let mut postings =
                    inverted.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
                while postings.doc() != TERMINATED {
                    if alive.is_none_or(|alive| alive.is_alive(postings.doc())) {
                        studies.insert(key_of(segment, postings.doc()));
                    }
                    postings.advance();
                }
            }
        }
        Ok(found)
    }

    fn counted_occurrences(
        &self,
        field: IndexField,
        terms: &[&str],
        studies: &BTreeSet<StudyKey>,
    ) -> tantivy::Result<u64> {
        let field = self.field(field)?;
        let mut counted = 0;
        for (segment, reader) in (0..).zip(self.searcher.segment_readers()) {
            let of_segment = studies.range(key_of(segment, 0)..=key_of(segment, DocId::MAX));
            let docs: Vec<DocId> = of_segment.map(|key| doc_of(*key)).collect();
            for term in terms {
                let pattern = Pattern::Term((*term).to_owned());
                let Some(mut found) = Occurrences::new(reader, field, &pattern)? else { continue };
                for doc in &docs {
                    if found.doc() < *doc {
                        found.seek(*doc);
                    }
                    counted += u64::from(found.doc() == *doc);
                }
            }
        }
        Ok(counted)
    }
}

/// The number of a document in a segment.
fn key_of(segment: u32, doc: DocId) -> StudyKey {
    StudyKey::from(segment) << 32 | StudyKey::from(doc)
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the document")]
fn doc_of(key: StudyKey) -> DocId {
    key as DocId
}
