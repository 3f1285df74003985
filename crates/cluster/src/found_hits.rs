//! Hits as they are written: what is shown of them is read page by page.

use std::io;

use serde_json::json;

use crate::error::ClusterError;
use crate::feedback::Feedback;
use crate::layout::{NAMED_TOGETHER, NUMBER};
use crate::search::ClusterHits;
use trialdex_engine::index::{SequenceText, StudySequence, TextOptions};
use trialdex_engine::search::{
    FoundHits, Hit, HitCounts, HitNames, LearnedWord, MissingWords, Passages, ScoreExplanation,
    SearchOptions,
};
use trialdex_plan::{InterpretedWords, Model, NARROWER, Node, VOCABULARY, WordMatches};
use trialdex_records::study::{NctId, Study};
use trialdex_text::vocabulary::Vocabulary;

impl ClusterHits<'_> {
    /// Those of some studies, sorted by their numbers, that a part of a plan finds.
    pub(crate) fn those_with(
        &self,
        node: &Node,
        hits: &[NctId],
    ) -> Result<Vec<NctId>, ClusterError> {
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

impl StudySequence for ClusterHits<'_> {
    fn studies(&self) -> u64 {
        self.hits.len() as u64
    }

    fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let named = self.hits.iter().map(|hit| (hit.nct_id, hit.nct_id.number())).collect();
        self.index.named_studies(named).texts(options, maker, take)
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
        Ok(self.read_study(hit)?)
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

    fn explain(&self, hit: &Hit) -> io::Result<ScoreExplanation> {
        Ok(self.explained(hit)?)
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

    fn learned(&self) -> &[LearnedWord] {
        self.feedback.as_ref().map_or(&[], Feedback::words)
    }
}
