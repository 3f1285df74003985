//! What a planner asks of an index, answered by tantivy.

use std::collections::{BTreeMap, BTreeSet};

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED, TantivyError, Term};

use super::occurrences::Occurrences;
use super::view::IndexView;
use crate::index::studies_in;
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
        let field = self.field(field).map_err(failed)?;
        self.store.frequency(&self.searcher, field, term).map_err(failed)
    }

    fn average_length(&self, field: IndexField) -> PlanResult<Option<f32>> {
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
        self.counted_terms(field, range, accept).map_err(failed)
    }

    fn has_beginning(&self, field: IndexField, beginning: &str) -> PlanResult<bool> {
        self.begins(field, beginning).map_err(failed)
    }

    fn costs(&self, field: IndexField, terms: &[&str]) -> PlanResult<Vec<LookUpCost>> {
        self.counted_costs(field, terms).map_err(failed)
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
        let field = self.field(field)?;
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for reader in self.searcher.segment_readers() {
            let inverted = reader.inverted_index(field)?;
            let mut count = |key: &[u8], info: &_| -> tantivy::Result<()> {
                if let Some(term) = str::from_utf8(key).ok().filter(|term| accept(term)) {
                    let studies = studies_in(reader, &inverted, info)?;
                    if studies > 0 {
                        *found.entry(term.to_owned()).or_default() += studies;
                    }
                }
                Ok(())
            };
            if let TermRange::Similar(term, distance) = range {
                let query = FuzzyTermQuery::new(Term::from_field_text(field, term), distance, true);
                let mut stream = inverted.terms().search(query.automaton()?).into_stream()?;
                while stream.advance() {
                    count(stream.key(), stream.value())?;
                }
                continue;
            }
            let (from, within) = bounds(range);
            let mut stream = inverted.terms().range().ge(from).into_stream()?;
            while stream.advance() && stream.key().starts_with(within) {
                count(stream.key(), stream.value())?;
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

    fn counted_costs(&self, field: IndexField, terms: &[&str]) -> tantivy::Result<Vec<LookUpCost>> {
        let field = self.field(field)?;
        let terms: Vec<Term> =
            terms.iter().map(|term| Term::from_field_text(field, term)).collect();
        let of_segment = |reader: &SegmentReader| {
            let inverted = reader.inverted_index(field)?;
            let mut lists =
                LookUpCost { studies: reader.max_doc().into(), ..LookUpCost::default() };
            for term in &terms {
                if let Some(info) = inverted.get_term_info(term)? {
                    lists.terms += 1;
                    lists.entries += u64::from(info.doc_freq);
                }
            }
            Ok(lists)
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

/// Where a range begins, and what all its terms begin with.
fn bounds(range: TermRange<'_>) -> (&[u8], &[u8]) {
    match range {
        TermRange::Beginning(beginning) => (beginning.as_bytes(), beginning.as_bytes()),
        TermRange::BeyondAscii => (&[0x80], &[]),
        TermRange::All | TermRange::Similar(..) => (&[], &[]),
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
