//! Hits as they are written: what is shown of them is read page by page.

use std::io;

use serde_json::json;

use crate::error::ClusterError;
use crate::layout::{NAMED_TOGETHER, NUMBER};
use crate::records::NAMED_READ_TOGETHER;
use crate::search::ClusterHits;
use trialdex_engine::index::TextOptions;
use trialdex_engine::search::{
    FoundHits, Hit, HitCounts, HitNames, LearnedWord, MissingWords, Passages, ScoreExplanation,
    SearchOptions, StudyText,
};
use trialdex_plan::{InterpretedWords, Model, NARROWER, Node, VOCABULARY, WordMatches};
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::Vocabulary;

impl ClusterHits<'_> {
    /// Those of some hits, sorted by their numbers, that a part of a plan finds.
    fn those_with(&self, node: &Node, hits: &[NctId]) -> Result<Vec<NctId>, ClusterError> {
        let query = self.index.compiler(Model::default()).found(node)?;
        let mut found = Vec::new();
        for hits in hits.chunks(NAMED_TOGETHER) {
            let numbers: Vec<u32> = hits.iter().map(|nct| nct.number()).collect();
            let body = json!({
                "size": hits.len(),
                "query": {"bool": {"filter": [query, {"terms": {NUMBER: numbers}}]}},
                "sort": [{NUMBER: "asc"}],
                "_source": false,
            });
            let answer = self.index.search_whole(&body)?;
            for hit in answer["hits"]["hits"].as_array().into_iter().flatten() {
                let number = hit["sort"][0].as_u64().and_then(|number| u32::try_from(number).ok());
                found.extend(number.and_then(NctId::from_number));
            }
        }
        Ok(found)
    }
}

impl FoundHits for ClusterHits<'_> {
    fn counts(&self) -> HitCounts {
        let Self { total, studies, required, clauses, took, .. } = *self;
        HitCounts { total, studies, required, clauses, took }
    }

    fn hits(&self) -> &[Hit] {
        &self.hits
    }

    fn study(&self, hit: &Hit) -> io::Result<Study> {
        let mut read = self.index.records(&[hit.nct_id.number()]).map_err(io::Error::other)?;
        read.pop().ok_or_else(|| io::Error::other("a study is not there"))
    }

    fn texts<'m>(
        &self,
        _: TextOptions<'_>,
        maker: &(dyn Fn() -> StudyText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let (mut make, mut text) = (maker(), Vec::new());
        for hits in self.hits.chunks(NAMED_READ_TOGETHER) {
            let numbers: Vec<u32> = hits.iter().map(|hit| hit.nct_id.number()).collect();
            let studies = self.index.records(&numbers).map_err(io::Error::other)?;
            for (hit, study) in hits.iter().zip(&studies) {
                text.clear();
                make(hit, study, &mut text)?;
                take(&text)?;
            }
        }
        Ok(())
    }

    fn names(&self) -> io::Result<HitNames> {
        let found = HitNames::found(&self.plan.understood, &self.hits, &|node, hits| {
            self.those_with(node, hits)
        });
        found.map_err(io::Error::other)
    }

    fn lacking(&self) -> io::Result<MissingWords> {
        let found = MissingWords::found(&self.plan, self.required, &self.hits, &|node, hits| {
            self.those_with(node, hits)
        });
        found.map_err(io::Error::other)
    }

    fn passages(&self) -> Passages {
        Passages::new(&self.plan.terms, &self.plan.names)
    }

    fn explain(&self, _: &Hit) -> io::Result<ScoreExplanation> {
        Err(io::Error::other(ClusterError::NotYet("scores are not explained".to_owned())))
    }

    fn matched(&self, wish: &SearchOptions<'_>) -> io::Result<Vec<Vec<WordMatches>>> {
        Ok(self.of_outcome(wish, |outcome| outcome.matched())?)
    }

    fn understood(&self) -> &[InterpretedWords] {
        &self.plan.understood
    }

    fn vocabulary(&self) -> io::Result<Option<&str>> {
        let mut synonyms = self.plan.understood.iter().flat_map(|words| &words.synonyms);
        let used = synonyms.any(|synonym| [VOCABULARY, NARROWER].contains(&synonym.source));
        Ok(used.then(|| Vocabulary::built_in().source()))
    }

    /// What was learned is shown with explanations alone.
    fn learned(&self) -> &[LearnedWord] {
        &[]
    }
}
