//! A vocabulary: names that mean the same, and narrower headings.
//!
//! One is built in, the descriptors of MeSH, the Medical Subject Headings of
//! the U.S. National Library of Medicine (NLM,
//! <https://www.nlm.nih.gov/mesh/meshhome.html>), which are in the public
//! domain. Another year of them is read from NLM's own files by
//! [`read_concepts`] and becomes a file by [`Vocabulary::write`].
//!
//! A file is made to be used where it lies. Opening it checks its header and
//! nothing else, whatever its size; a look-up reads a few bytes of the table
//! of keys, and a concept is read by unpacking the few dozen around it. A
//! file that is damaged, or made to do harm, gives wrong or no names, or an
//! error. [`Vocabulary::is_whole`] compares the rest of a file with its digest.
//!
//! # What is left out
//!
//! A file holds every name of a concept as it is written. Looked for are
//! those of at most 8 words and 100 bytes with a letter among them, but for
//!
//! * inverted names that repeat a natural one: `Infarction, Myocardial` beside
//!   `Myocardial Infarction`. They are recognised by a comma with a blank and the
//!   same words. The preferred name stays, which registries write as it is
//!   (`Shock, Cardiogenic`);
//! * names whose words are the same by the analysis of text, such as plurals:
//!   the first is kept.
//!
//! Of NLM's records, identifiers, names, entry terms and tree numbers are
//! read. Scope notes, qualifiers, annotations, pharmacological actions,
//! semantic types and what a supplementary concept is mapped to are not.
//!
//! NLM's entry terms are names of the descriptor's own concept, and of the
//! narrower, broader and related concepts that it represents in indexing
//! (`PreferredConceptYN="N"` in XML): `Heart Failure` has `Congestive Heart
//! Failure`. NLM's files give them alike, and so they are names here. What the
//! built-in file was made from holds the terms of the descriptor's own concept
//! only. Two things make up for that as far as they go: a neoplasm of a site is
//! a cancer of it (`Lung Cancer` for `Lung Neoplasms`), in any vocabulary, and
//! `further.tsv` has names of the commonest headings that mean the same
//! (`Insomnia` for `Sleep Initiation and Maintenance Disorders`).
//!
//! # How the built-in file is made
//!
//! Keys depend on the analysis of text. Where that changes, a test fails, and
//!
//! ```text
//! TRIALDEX_BLESS=1 cargo test --test main vocabulary
//! ```
//!
//! makes the file again, from the names that it holds, or from the files of
//! another year that `TRIALDEX_MESH` names, with their source in
//! `TRIALDEX_MESH_SOURCE`. Names of `further.tsv` are added. After a change of
//! the format of the file, or where a name is taken out of that table, only the
//! latter does.
//!
//! The present file says `as of 2024`, since that year had 30,764 descriptors
//! by NLM's count: 30,956 of 2025 less 192 that were new in it.

mod block_table;
mod bytes;
mod header;
mod key_table;
mod names;
mod own;
mod sources;
#[cfg(test)]
mod tests;
mod vocabulary_writer;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use block_table::{BlockTable, items};
use header::{VocabularyHeader, WrongHeader};
use key_table::KeyTable;
use names::NameAnalyzer;
use vocabulary_writer::{CONCEPTS_EACH, StoredConcept};

pub use own::{OwnName, OwnSynonyms, VocabularyLineError};
pub use sources::{ConceptSink, SourceError, SourceForm, read_concepts};
pub use vocabulary_writer::VocabularyCounts;

/// The built-in file.
static BUILT_IN: &[u8] = include_bytes!("vocabulary/mesh.bin");

/// What the built-in file is called in messages.
const BUILT_IN_NAME: &str = "the built-in vocabulary";

/// Places of a concept in the hierarchy below which others are looked for:
/// more than any descriptor has, and few enough that no file takes long.
const TREES: usize = 64;

/// Why a vocabulary cannot be used or made. The name is that of its file.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// The file cannot be read.
    #[error("{name}: {error}")]
    Io {
        /// The file.
        name: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The file is something else.
    #[error("{name}: not a vocabulary of trialdex")]
    Unknown {
        /// The file.
        name: String,
    },
    /// It was made by another version of the program.
    #[error("{name}: a vocabulary of another version of trialdex")]
    OtherVersion {
        /// The file.
        name: String,
    },
    /// It is cut or changed.
    #[error("{name}: the vocabulary is damaged")]
    Damaged {
        /// The file.
        name: String,
    },
    /// Two concepts have the same identifier.
    #[error("the concept {id} is given twice")]
    Twice {
        /// The identifier.
        id: String,
    },
    /// There are more concepts or names than a file can hold.
    #[error("more concepts or names than a vocabulary can hold")]
    TooLarge,
    /// Its concepts cannot be packed.
    #[error("the vocabulary cannot be written: {0}")]
    Packing(std::io::Error),
}

/// A concept of one vocabulary: its place there. Not to be kept beyond the
/// file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConceptId(u32);

/// A name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptName {
    /// As the vocabulary writes it.
    pub written: String,
    /// Its words as they are in an index.
    pub terms: Vec<String>,
}

/// Why a name is not looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameExclusion {
    /// It has no letter or word, or is too long.
    Unfit,
    /// It has the words of another name in another order.
    Inverted,
    /// It has the words of another name.
    SameWords,
}

/// The meaning of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// Identifier in the vocabulary, such as `D009203`.
    pub id: String,
    /// The name that the vocabulary prefers, as written.
    pub preferred: String,
    /// The names that are looked for, the preferred one first where it is
    /// among them; each has other terms.
    pub names: Vec<ConceptName>,
    /// The other names as written, and why they are not looked for.
    pub left_out: Vec<(String, NameExclusion)>,
    /// Places in the hierarchy, such as `C14.280.647.500`.
    pub trees: Vec<String>,
}

/// A concept as a vocabulary is made from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConceptSource {
    /// Identifier in the vocabulary.
    pub id: String,
    /// The preferred name.
    pub preferred: String,
    /// Other names; may repeat the preferred one and one another.
    pub names: Vec<String>,
    /// Places in the hierarchy.
    pub trees: Vec<String>,
}

/// Names and their concepts.
#[derive(Debug)]
pub struct Vocabulary {
    /// What the file is called in messages.
    name: String,
    file: Cow<'static, [u8]>,
    header: VocabularyHeader,
    /// Where keys, concepts and trees are in the file.
    sections: [Range<usize>; 3],
}

impl Vocabulary {
    /// The descriptors of MeSH, as of the year that [`Vocabulary::source`]
    /// names.
    #[must_use]
    pub fn built_in() -> &'static Self {
        static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
            // A test holds the file to be one.
            Vocabulary::of(BUILT_IN_NAME, Cow::Borrowed(BUILT_IN)).unwrap_or_else(|_| Vocabulary {
                name: BUILT_IN_NAME.to_owned(),
                file: Cow::Borrowed(&[]),
                header: VocabularyHeader::default(),
                sections: [0..0, 0..0, 0..0],
            })
        });
        &VOCABULARY
    }

    /// Opens a file, which is read into memory as it is.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, is no vocabulary, is one of another version,
    /// or its header is damaged.
    pub fn open(path: &Path) -> Result<Self, VocabularyError> {
        let name = path.display().to_string();
        match std::fs::read(path) {
            Ok(file) => Self::of(&name, Cow::Owned(file)),
            Err(error) => Err(VocabularyError::Io { name, error }),
        }
    }

    /// Uses a file's bytes; messages call it `name`.
    ///
    /// # Errors
    ///
    /// As [`Vocabulary::open`].
    pub fn of(name: &str, file: Cow<'static, [u8]>) -> Result<Self, VocabularyError> {
        let name = name.to_owned();
        let (header, sections) = match VocabularyHeader::read(&file) {
            Ok(read) => read,
            Err(WrongHeader::Unknown) => return Err(VocabularyError::Unknown { name }),
            Err(WrongHeader::OtherVersion) => return Err(VocabularyError::OtherVersion { name }),
            Err(WrongHeader::Damaged) => return Err(VocabularyError::Damaged { name }),
        };
        Ok(Self { name, file, header, sections })
    }

    /// Where the names are from, and of when, in words.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.header.source
    }

    /// Digest of its content, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        blake3::Hash::from_bytes(self.header.digest).to_hex().to_string()
    }

    /// Number of concepts.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.header.concepts).unwrap_or(usize::MAX)
    }

    /// Whether it has no concept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.concepts == 0
    }

    /// Number of names that are looked for, over all concepts.
    #[must_use]
    pub fn names(&self) -> usize {
        usize::try_from(self.header.names).unwrap_or(usize::MAX)
    }

    /// Whether the content is as it was written. Reads all of it.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let [keys, _, trees] = &self.sections;
        let content = self.file.get(keys.start..trees.end);
        content.is_some_and(|content| *blake3::hash(content).as_bytes() == self.header.digest)
    }

    /// The concepts that have a name, in the order of the file. The name is
    /// given by its words' terms, all of them. Empty where there is none.
    #[must_use]
    pub fn concepts(&self, terms: &[String]) -> Vec<ConceptId> {
        let (Some(keys), Some(hash)) = (self.keys(), key_table::hashes(terms).last()) else {
            return Vec::new();
        };
        let known = keys.find(hash).filter(|number| *number < self.header.concepts);
        known.map(ConceptId).collect()
    }

    /// How many terms from the start are the longest name that they begin
    /// with; 0 where they begin with none.
    #[must_use]
    pub fn longest_name(&self, terms: &[String]) -> usize {
        let Some(keys) = self.keys() else { return 0 };
        let known = |hash| keys.find(hash).any(|number| number < self.header.concepts);
        let hashes = key_table::hashes(terms).take(usize::from(self.header.longest));
        (1..).zip(hashes).filter(|(_, hash)| known(*hash)).last().map_or(0, |(length, _)| length)
    }

    /// Every concept, in the order of the file.
    pub fn ids(&self) -> impl Iterator<Item = ConceptId> {
        (0..self.header.concepts).map(ConceptId)
    }

    /// Reads a concept.
    ///
    /// # Errors
    ///
    /// Where the file is damaged, or the concept of another one.
    pub fn concept(&self, id: ConceptId) -> Result<Concept, VocabularyError> {
        let stored = self.stored(id).ok_or_else(|| self.damaged())?;
        Ok(concept(&mut NameAnalyzer::new(), stored))
    }

    /// Reads several concepts, and none of the file twice. They come in the
    /// order of the file, each once.
    ///
    /// # Errors
    ///
    /// As [`Vocabulary::concept`].
    pub fn read(&self, ids: &[ConceptId]) -> Result<Vec<Concept>, VocabularyError> {
        let stored = self.stored_of(ids).ok_or_else(|| self.damaged())?;
        let mut namer = NameAnalyzer::new();
        Ok(stored.into_iter().map(|stored| concept(&mut namer, stored)).collect())
    }

    /// All concepts below one in the hierarchy, at any depth and in the order
    /// of the file, without itself.
    ///
    /// # Errors
    ///
    /// As [`Vocabulary::concept`].
    pub fn narrower(&self, id: ConceptId) -> Result<Vec<ConceptId>, VocabularyError> {
        let stored = self.stored(id).ok_or_else(|| self.damaged())?;
        let mut below = BTreeSet::new();
        for tree in stored.trees.iter().take(TREES) {
            self.below(&format!("{tree}."), &mut below).ok_or_else(|| self.damaged())?;
        }
        below.remove(&id);
        Ok(below.into_iter().collect())
    }

    /// Every concept as it can be written again, in the order of the file.
    ///
    /// # Errors
    ///
    /// Where the file is damaged.
    pub fn to_sources(&self) -> Result<Vec<ConceptSource>, VocabularyError> {
        let all: Vec<ConceptId> = self.ids().collect();
        let stored = self.stored_of(&all).ok_or_else(|| self.damaged())?;
        Ok(stored.into_iter().map(ConceptSource::from).collect())
    }

    fn damaged(&self) -> VocabularyError {
        VocabularyError::Damaged { name: self.name.clone() }
    }

    fn keys(&self) -> Option<KeyTable<'_>> {
        KeyTable::of(self.file.get(self.sections[0].clone())?)
    }

    fn blocks(&self, section: usize) -> Option<BlockTable<'_>> {
        BlockTable::of(self.file.get(self.sections[section].clone())?)
    }

    fn stored(&self, id: ConceptId) -> Option<StoredConcept> {
        let at = usize::try_from(id.0).ok()?;
        let block = self.blocks(1)?.unpacked(at / CONCEPTS_EACH)?;
        items(&block).nth(at % CONCEPTS_EACH)
    }

    /// Concepts in their order, each block unpacked once.
    fn stored_of(&self, ids: &[ConceptId]) -> Option<Vec<StoredConcept>> {
        let places: BTreeSet<usize> = ids.iter().map(|id| id.0 as usize).collect();
        let blocks = self.blocks(1)?;
        let mut found = Vec::new();
        let mut wanted = places.iter().copied().peekable();
        while let Some(first) = wanted.peek().copied() {
            let block = first / CONCEPTS_EACH;
            let unpacked = blocks.unpacked(block)?;
            for (at, stored) in (block * CONCEPTS_EACH..).zip(items(&unpacked)) {
                if wanted.next_if_eq(&at).is_some() {
                    found.push(stored);
                }
            }
            // What the block should have held and did not.
            if wanted.peek().is_some_and(|next| next / CONCEPTS_EACH == block) {
                return None;
            }
        }
        Some(found)
    }

    /// Adds the concepts whose places in the hierarchy begin so.
    fn below(&self, beginning: &str, found: &mut BTreeSet<ConceptId>) -> Option<()> {
        let trees = self.blocks(2)?;
        let first =
            |block: usize| -> Option<(String, u32)> { items(&trees.unpacked(block)?).next() };
        // The last block that begins before the name.
        let (mut low, mut high) = (0, trees.count());
        while low + 1 < high {
            let middle = low.midpoint(high);
            if first(middle)?.0.as_str() < beginning { low = middle } else { high = middle }
        }
        for block in low..trees.count() {
            for (tree, number) in items::<(String, u32)>(&trees.unpacked(block)?) {
                if tree.starts_with(beginning) {
                    found.extend((number < self.header.concepts).then_some(ConceptId(number)));
                } else if tree.as_str() > beginning {
                    return Some(());
                }
            }
        }
        Some(())
    }
}

fn concept(namer: &mut NameAnalyzer, stored: StoredConcept) -> Concept {
    let preferred = stored.names.first().cloned().unwrap_or_default();
    let sorted = namer.sort(stored.names);
    let (names, left_out) = (sorted.names, sorted.left_out);
    Concept { id: stored.id, preferred, names, left_out, trees: stored.trees }
}
