//! What a search found, on any engine, as it is written.

use std::io;
use std::time::Duration;

use super::explain::ScoreExplanation;
use super::hits::{Hit, Hits};
use super::lacking::MissingWords;
use super::named::HitNames;
use super::passages::Passages;
use super::search_options::SearchOptions;
use crate::index::{SequenceText, StudySequence, TextOptions};
use trialdex_plan::feedback::LearnedWord;
use trialdex_plan::{InterpretedWords, WordMatches};
use trialdex_records::study::Study;

/// The numbers of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HitCounts {
    /// Studies found in all.
    pub total: usize,
    /// Studies in the index.
    pub studies: u64,
    /// Clauses of the query that every hit has.
    pub required: usize,
    /// Clauses of the query.
    pub clauses: usize,
    /// How long finding and ranking took.
    pub took: Duration,
}

/// What a search found, on any engine, with the studies of its hits in their order.
pub trait FoundHits: StudySequence {
    /// Its numbers.
    fn counts(&self) -> HitCounts;

    /// The hits asked for, in their order.
    fn hits(&self) -> &[Hit];

    /// The study of a hit.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read, as in all of these.
    fn study(&self, hit: &Hit) -> io::Result<Study>;

    /// By which names the hits are found.
    ///
    /// # Errors
    ///
    /// As [`Self::study`].
    fn names(&self) -> io::Result<HitNames>;

    /// Which words hits lack.
    ///
    /// # Errors
    ///
    /// As [`Self::study`].
    fn lacking(&self) -> io::Result<MissingWords>;

    /// Finds the passages of texts that the query's words are in.
    fn passages(&self) -> Passages;

    /// Why a hit has its score.
    ///
    /// # Errors
    ///
    /// As [`Self::study`].
    fn explain(&self, hit: &Hit) -> io::Result<ScoreExplanation>;

    /// What of the words matched.
    ///
    /// # Errors
    ///
    /// As [`Self::study`].
    fn matched(&self, wish: &SearchOptions<'_>) -> io::Result<Vec<Vec<WordMatches>>>;

    /// What the words stand for.
    fn understood(&self) -> &[InterpretedWords];

    /// What the vocabulary is, where names of it were looked for.
    ///
    /// # Errors
    ///
    /// As [`Self::study`].
    fn vocabulary(&self) -> io::Result<Option<&str>>;

    /// Words that the first hits share.
    fn learned(&self) -> &[LearnedWord];
}

impl StudySequence for Hits<'_> {
    fn studies(&self) -> u64 {
        self.hits.len() as u64
    }

    fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        Hits::texts(self, options, maker, take)
    }
}

impl FoundHits for Hits<'_> {
    fn counts(&self) -> HitCounts {
        let Self { total, studies, required, clauses, took, .. } = *self;
        HitCounts { total, studies, required, clauses, took }
    }

    fn hits(&self) -> &[Hit] {
        &self.hits
    }

    fn study(&self, hit: &Hit) -> io::Result<Study> {
        Hits::study(self, hit).map_err(io::Error::other)
    }

    fn names(&self) -> io::Result<HitNames> {
        Hits::names(self).map_err(io::Error::other)
    }

    fn lacking(&self) -> io::Result<MissingWords> {
        Hits::lacking(self).map_err(io::Error::other)
    }

    fn passages(&self) -> Passages {
        Hits::passages(self)
    }

    fn explain(&self, hit: &Hit) -> io::Result<ScoreExplanation> {
        Hits::explain(self, hit).map_err(io::Error::other)
    }

    fn matched(&self, wish: &SearchOptions<'_>) -> io::Result<Vec<Vec<WordMatches>>> {
        Hits::matched(self, wish).map_err(io::Error::other)
    }

    fn understood(&self) -> &[InterpretedWords] {
        Hits::understood(self)
    }

    fn vocabulary(&self) -> io::Result<Option<&str>> {
        Hits::vocabulary(self).map_err(io::Error::other)
    }

    fn learned(&self) -> &[LearnedWord] {
        Hits::learned(self)
    }
}
