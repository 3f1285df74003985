//! Receipts of searches on a cluster: the same as those of an index in a directory.

use crate::answers::unreadable;
use crate::error::ClusterError;
use crate::search::ClusterHits;
use trialdex_plan::UnderstoodSearch;
use trialdex_plan::model::VERSION;
use trialdex_plan::receipt::{Contents, Kept, Receipt, SCHEMA, VocabularyUsed};
use trialdex_text::vocabulary::{OwnSynonyms, Vocabulary};

impl ClusterHits<'_> {
    /// The receipt of a search that gave all its hits, without its disclosure. `own` are the
    /// user's own synonyms that it was made with; `date` is when, in RFC 3339.
    ///
    /// # Errors
    ///
    /// Where the cluster does not answer, or a line of a strategy was run.
    pub fn receipt(
        &self,
        search: &UnderstoodSearch,
        own: Option<&OwnSynonyms>,
        date: String,
    ) -> Result<Receipt, ClusterError> {
        if search.strategy.is_some() {
            let problem = "receipts of strategies are not written";
            return Err(ClusterError::NotYet(problem.to_owned()));
        }
        let numbers: Vec<u32> = self.hits.iter().map(|hit| hit.nct_id.number()).collect();
        let digests = self.index.digests(&numbers)?;
        let hits = self.hits.iter().map(|hit| {
            let digest = digests.get(&hit.nct_id.number());
            let digest =
                digest.ok_or_else(|| unreadable(&self.index.version, "a study is not there"))?;
            Ok(Kept { nct_id: hit.nct_id.to_string(), record: format!("{digest:016x}") })
        });
        let (notes, vocabulary) = (&self.index.notes, Vocabulary::built_in());
        Ok(Receipt {
            schema: SCHEMA.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            date,
            typed: search.request.pairs(),
            strategy: None,
            understood: search.understood.text.clone(),
            index: Contents {
                digest: notes.contents.clone(),
                studies: notes.studies,
                latest_update: notes.latest_update.clone(),
            },
            vocabulary: Some(VocabularyUsed {
                source: vocabulary.source().to_owned(),
                digest: vocabulary.digest(),
            }),
            synonyms: own.map(|own| own.digest().to_owned()),
            ranking: Some(VERSION),
            disclosure: None,
            required: self.required,
            clauses: self.clauses,
            total: self.total,
            hits: hits.collect::<Result<_, ClusterError>>()?,
        })
    }
}
