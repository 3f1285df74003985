//! Names that mean the same: what is known of each, and how many studies have it.

use trialdex_records::study::areas::{self, AreaPart};
use trialdex_text::vocabulary::{OwnSynonyms, Vocabulary};

use crate::error::PlanResult;
use crate::layout::zones::{WORDS, ZONES};
use crate::layout::{IndexField, words_of};
use crate::lexicon::{Lexicon, LookUp};
use crate::memory::{FoundNames, NameAspect, NameMemory, NameQuestion};

/// Where names come from that are not from records.
pub(crate) const OWN: &str = "your own synonyms";
/// The source of names that a vocabulary gives.
pub const VOCABULARY: &str = "MeSH";
/// The source of names of what is narrower in a vocabulary.
pub const NARROWER: &str = "narrower in MeSH";
pub(crate) const ABBREVIATIONS: &str = "abbreviation";

/// Letters of a word that may be an abbreviation, so that what the records say
/// of it has to be asked before a vocabulary is.
pub(crate) const SHORT: usize = 4;

/// The field that plain words are looked for in.
pub(crate) const PLAIN: IndexField = IndexField::Zone(WORDS);

/// Looks up synonyms.
#[derive(Clone, Copy)]
pub struct Thesaurus<'a> {
    pub(crate) lexicon: &'a dyn Lexicon,
    pub(crate) vocabulary: &'a Vocabulary,
    pub(crate) own: Option<&'a OwnSynonyms>,
    memory: Option<&'a NameMemory>,
}

impl<'a> Thesaurus<'a> {
    /// Names by the records of an index, a vocabulary, and the user's own
    /// list.
    #[must_use]
    pub fn new(
        lexicon: &'a dyn Lexicon,
        vocabulary: &'a Vocabulary,
        own: Option<&'a OwnSynonyms>,
    ) -> Self {
        Self { lexicon, vocabulary, own, memory: None }
    }

    /// Remembers what is found out, for further searches in the same state of
    /// the same index by the same vocabulary.
    #[must_use]
    pub fn remembering(self, memory: &'a NameMemory) -> Self {
        Self { memory: Some(memory), ..self }
    }

    /// What is asked of a name, remembered or `found` now.
    pub(crate) fn remembered(
        &self,
        asked: NameAspect,
        ways: &[Vec<String>],
        context: &[String],
        find: impl FnOnce() -> PlanResult<FoundNames>,
    ) -> PlanResult<FoundNames> {
        let Some(memory) = self.memory else { return find() };
        let (ways, context) = (ways.to_vec(), context.to_vec());
        let own = self.own.map(|own| own.digest().to_owned());
        memory.get_or_find(NameQuestion { asked, ways, context, own }, find)
    }

    /// Studies that may have words in sequence where plain words are looked
    /// for: those with the rarest.
    pub(crate) fn at_most(&self, terms: &[String]) -> PlanResult<u64> {
        let mut fewest = u64::MAX;
        for term in terms {
            fewest = fewest.min(self.lexicon.frequency(PLAIN, term)?);
            if fewest == 0 {
                break;
            }
        }
        Ok(fewest)
    }

    /// Studies that have words in sequence, where plain words are looked for.
    pub(crate) fn studies_with(&self, terms: &[String]) -> PlanResult<u64> {
        match terms {
            [only] => self.lexicon.frequency(PLAIN, only),
            several => self.lexicon.having(&[LookUp::sequence(PLAIN, several)]),
        }
    }

    /// Studies that a search finds by a name, where plain words are looked for.
    pub(crate) fn studies_named(&self, terms: &[String]) -> PlanResult<u64> {
        self.lexicon.having(&[named(terms)])
    }
}

/// The studies that a search finds by a name, where plain words are looked
/// for.
pub(crate) fn named(terms: &[String]) -> LookUp {
    let zone = &ZONES[WORDS];
    let apart = |part: &&AreaPart| !part.synonyms;
    let pieces = areas::WORDS.parts.iter().filter(apart).flat_map(|part| part.pieces);
    let without =
        pieces.filter_map(|piece| Some((words_of(piece)?, u32::from(zone.weight(piece)?))));
    LookUp::name(PLAIN, terms, without.collect())
}

/// Whether a name is in another one, so that who looks for it finds
/// that, too.
pub(crate) fn stands_in(name: &[String], other: &[String]) -> bool {
    other.windows(name.len().max(1)).any(|part| part == name)
}
