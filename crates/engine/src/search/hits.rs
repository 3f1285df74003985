//! What a search found.

use std::io;
use std::time::Duration;

use tantivy::DocAddress;

use super::feedback::Feedback;
use super::passages::Passages;
use super::profile::{Profile, measured};
use super::search_options::SearchOptions;
use super::view::IndexView;
use crate::index::{DocumentPlace, IndexError, SequenceText, StudyReader, TextOptions};
use trialdex_plan::feedback::LearnedWord;
use trialdex_plan::{
    Disclosure, FunnelStep, InterpretedWords, Plan, PlanResult, Search, SearchOutcome, Synonym,
    WordMatches,
};
use trialdex_query::RequestPart;
use trialdex_records::study::{NctId, Study};

/// The step in which the stored studies of hits are read.
const READING: &str = "hits read";

/// A study that was found.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// Its place among all hits, from 1.
    pub rank: usize,
    /// Its score; higher is better.
    pub score: f32,
    /// Its number.
    pub nct_id: NctId,
}

/// What was found.
pub struct Hits<'a> {
    pub(super) view: IndexView<'a>,
    /// Studies found in all.
    pub total: usize,
    /// Studies in the index.
    pub studies: u64,
    /// Clauses of the query that every hit has.
    pub required: usize,
    /// Clauses of the query.
    pub clauses: usize,
    /// The hits asked for: by score, ties by NCT number.
    pub hits: Vec<Hit>,
    /// Where their studies are, from the place of the first one on.
    pub(super) places: Vec<DocAddress>,
    /// The place of the first one among all hits.
    pub(super) first: usize,
    /// How long finding and ranking took.
    pub took: Duration,
    pub(super) plan: Plan,
    pub(super) feedback: Option<Feedback>,
}

impl Hits<'_> {
    /// The study of a hit.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn study(&self, hit: &Hit) -> Result<Study, IndexError> {
        let IndexView { store, searcher, profile, .. } = &self.view;
        measured(profile.as_ref(), READING, || store.stored(searcher, self.place(hit)))
    }

    /// Where the studies of the hits are stored, in their order.
    #[must_use]
    pub fn places(&self) -> Vec<DocumentPlace> {
        self.hits.iter().map(|hit| DocumentPlace(self.place(hit))).collect()
    }

    /// Where the study of one of the hits is.
    pub(super) fn place(&self, hit: &Hit) -> DocAddress {
        self.places[hit.rank - self.first]
    }

    /// Makes a text of each hit in several threads, and gives them to `take` in
    /// the order of the hits: see [`StudyReader::texts`].
    ///
    /// # Errors
    ///
    /// The first hit that cannot be read or put into a text, after all texts
    /// before it were given; and what `take` gives.
    pub(super) fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let IndexView { store, searcher, .. } = &self.view;
        let (places, hits) = (self.places(), &self.hits);
        if let Some(profile) = &self.view.profile {
            return self.texts_one_by_one(profile, options, maker(), take);
        }
        let of_hits = || {
            let mut make = maker();
            move |at: usize, study: &Study, text: &mut Vec<u8>| {
                make(at, hits[at].nct_id, study, text)
            }
        };
        StudyReader::of_search(store, searcher).texts(&places, options, of_hits, take)
    }

    /// The same in one thread, where the search is measured.
    fn texts_one_by_one(
        &self,
        profile: &Profile,
        options: TextOptions<'_>,
        mut make: SequenceText<'_>,
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let IndexView { store, searcher, .. } = &self.view;
        let (reader, mut text) = (StudyReader::of_search(store, searcher), Vec::new());
        for (at, hit) in self.hits.iter().enumerate() {
            let read = || reader.pieces(DocumentPlace(self.place(hit)), options.pieces);
            let study = profile.measure(READING, read).map_err(io::Error::other)?;
            text.clear();
            make(at, hit.nct_id, &study, &mut text)?;
            take(&text)?;
        }
        Ok(())
    }

    /// Words that the first hits share, by which the first thousand are also
    /// ranked; the weightiest first.
    #[must_use]
    pub fn learned(&self) -> &[LearnedWord] {
        self.feedback.as_ref().map_or(&[], |feedback| &feedback.learned.words)
    }

    /// What the words stand for.
    #[must_use]
    pub fn understood(&self) -> &[InterpretedWords] {
        &self.plan.understood
    }

    /// For single words that no study has, which are not looked for in another
    /// spelling either: what may be meant.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn meant(&self) -> Result<Vec<(&str, Synonym)>, IndexError> {
        let meant = trialdex_plan::meant(&self.view, &self.plan.understood);
        meant.map_err(|error| self.view.store.failed_plan(error))
    }

    /// The first eight bytes of the digest of a hit's study.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn digest(&self, hit: &Hit) -> Result<u64, IndexError> {
        self.view.store.digest(&self.view.searcher, self.place(hit))
    }

    /// Finds the passages of texts that the query's words are in.
    #[must_use]
    pub fn passages(&self) -> Passages {
        let passages = Passages::new(&self.plan.terms, &self.plan.names);
        passages.measured_by(self.view.profile.clone())
    }

    /// What the number of the hits takes in and leaves out. `wish` is what
    /// they were found by, and `parts` are those of its question.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, IndexError> {
        self.of_outcome(wish, |outcome| outcome.disclosure(parts))
    }

    /// What each part of a question leaves, see [`SearchOutcome::funnel`].
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, IndexError> {
        self.of_outcome(wish, |outcome| outcome.funnel(parts))
    }

    /// What of the words matched, see [`SearchOutcome::matched`].
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn matched(&self, wish: &SearchOptions<'_>) -> Result<Vec<Vec<WordMatches>>, IndexError> {
        self.of_outcome(wish, |outcome| outcome.matched())
    }

    /// Says more of what was found.
    pub(super) fn of_outcome<T>(
        &self,
        wish: &SearchOptions<'_>,
        say: impl FnOnce(&SearchOutcome<'_>) -> PlanResult<T>,
    ) -> Result<T, IndexError> {
        let (plan, required, total) = (&self.plan, self.required, self.total);
        let search = asked(&self.view, wish)?;
        say(&SearchOutcome { search, plan, required, total })
            .map_err(|error| self.view.store.failed_plan(error))
    }
}

/// What is asked of an index.
pub(super) fn asked<'v>(
    view: &'v IndexView<'_>,
    wish: &SearchOptions<'v>,
) -> Result<Search<'v>, IndexError> {
    let (thesaurus, question) = (view.thesaurus(wish.own)?, wish.question);
    Ok(Search { engine: view, thesaurus, model: wish.model, question })
}
