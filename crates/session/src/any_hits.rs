//! What a search found on any engine.

use std::collections::BTreeMap;
use std::io;

#[cfg(feature = "cluster")]
use trialdex_cluster::ClusterHits;
use trialdex_engine::index::{SequenceText, StudySequence, TextOptions};
use trialdex_engine::search::{
    Disclosure, Facet, FoundHits, FunnelStep, Hit, HitCounts, HitNames, Hits, IndexHits,
    InterpretedWords, LearnedWord, MissingWords, OtherWording, Passages, ScoreExplanation,
    SearchOptions, Synonym, WordMatches,
};
use trialdex_query::RequestPart;
use trialdex_records::study::study_fields::StudyField;
use trialdex_records::study::{NctId, Study};

use crate::any_error::AnyError;
use crate::study_place::StudyPlace;

/// What a search found.
pub enum AnyHits<'a> {
    /// In a directory.
    Directory(Box<Hits<'a>>),
    /// On a cluster.
    #[cfg(feature = "cluster")]
    Cluster(Box<ClusterHits<'a>>),
}

/// Asks the hits, whatever they are of.
macro_rules! of {
    ($any:expr, $hits:ident => $asks:expr) => {
        match $any {
            AnyHits::Directory($hits) => $asks,
            #[cfg(feature = "cluster")]
            AnyHits::Cluster($hits) => $asks,
        }
    };
}

/// The same for what may fail.
macro_rules! asked {
    ($any:expr, $hits:ident => $asks:expr) => {
        of!($any, $hits => Ok($asks?))
    };
}

impl AnyHits<'_> {
    /// Studies found in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts().total
    }

    /// Where the studies of the hits are, in their order.
    #[must_use]
    pub fn places(&self) -> Vec<StudyPlace> {
        match self {
            Self::Directory(hits) => hits.places().into_iter().map(StudyPlace::Directory).collect(),
            #[cfg(feature = "cluster")]
            Self::Cluster(hits) => {
                hits.hits.iter().map(|hit| StudyPlace::Cluster(hit.nct_id.number())).collect()
            }
        }
    }
}

impl StudySequence for AnyHits<'_> {
    fn studies(&self) -> u64 {
        self.hits().len() as u64
    }

    fn texts<'m>(
        &self,
        options: TextOptions<'_>,
        maker: &(dyn Fn() -> SequenceText<'m> + Sync),
        take: &mut dyn FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        of!(self, hits => StudySequence::texts(&**hits, options, maker, take))
    }
}

impl FoundHits for AnyHits<'_> {
    fn counts(&self) -> HitCounts {
        of!(self, hits => hits.counts())
    }

    fn hits(&self) -> &[Hit] {
        of!(self, hits => FoundHits::hits(&**hits))
    }

    fn study(&self, hit: &Hit) -> io::Result<Study> {
        of!(self, hits => FoundHits::study(&**hits, hit))
    }

    fn names(&self) -> io::Result<HitNames> {
        of!(self, hits => FoundHits::names(&**hits))
    }

    fn lacking(&self) -> io::Result<MissingWords> {
        of!(self, hits => FoundHits::lacking(&**hits))
    }

    fn passages(&self) -> Passages {
        of!(self, hits => FoundHits::passages(&**hits))
    }

    fn explain(&self, hit: &Hit) -> io::Result<ScoreExplanation> {
        of!(self, hits => FoundHits::explain(&**hits, hit))
    }

    fn matched(&self, wish: &SearchOptions<'_>) -> io::Result<Vec<Vec<WordMatches>>> {
        of!(self, hits => FoundHits::matched(&**hits, wish))
    }

    fn understood(&self) -> &[InterpretedWords] {
        of!(self, hits => FoundHits::understood(&**hits))
    }

    fn vocabulary(&self) -> io::Result<Option<&str>> {
        of!(self, hits => FoundHits::vocabulary(&**hits))
    }

    fn learned(&self) -> &[LearnedWord] {
        of!(self, hits => FoundHits::learned(&**hits))
    }
}

impl IndexHits for AnyHits<'_> {
    type Error = AnyError;

    fn digests(&self) -> Result<Vec<u64>, AnyError> {
        asked!(self, hits => IndexHits::digests(&**hits))
    }

    fn disclosure(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Disclosure, AnyError> {
        asked!(self, hits => IndexHits::disclosure(&**hits, wish, parts))
    }

    fn funnel(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
    ) -> Result<Vec<FunnelStep>, AnyError> {
        asked!(self, hits => IndexHits::funnel(&**hits, wish, parts))
    }

    fn facets(&self, fields: &[StudyField]) -> Result<Vec<Facet>, AnyError> {
        asked!(self, hits => IndexHits::facets(&**hits, fields))
    }

    fn meant(&self) -> Result<Vec<(&str, Synonym)>, AnyError> {
        asked!(self, hits => IndexHits::meant(&**hits))
    }

    fn other_wordings(&self, wish: &SearchOptions<'_>) -> Result<Vec<OtherWording>, AnyError> {
        asked!(self, hits => IndexHits::other_wordings(&**hits, wish))
    }

    fn unmet(
        &self,
        wish: &SearchOptions<'_>,
        parts: &[RequestPart],
        studies: &[NctId],
    ) -> Result<BTreeMap<NctId, Vec<String>>, AnyError> {
        asked!(self, hits => IndexHits::unmet(&**hits, wish, parts, studies))
    }

    fn distances(&self, lat: f64, lon: f64) -> Result<Vec<Option<f64>>, AnyError> {
        asked!(self, hits => IndexHits::distances(&**hits, lat, lon))
    }
}
