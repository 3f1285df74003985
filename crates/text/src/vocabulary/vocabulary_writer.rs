//! Writes the file of a vocabulary.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::header::VocabularyHeader;
use super::names::NameAnalyzer;
use super::{ConceptSource, NameExclusion, Vocabulary, VocabularyError, block_table, key_table};

/// Concepts in a block: few, since a look-up reads one of them and unpacks all
/// of its block.
pub(super) const CONCEPTS_EACH: usize = 8;

/// Places of the hierarchy in a block.
const TREES_EACH: usize = 512;

/// A concept in a file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredConcept {
    pub(super) id: String,
    /// As written, the preferred one first.
    pub(super) names: Vec<String>,
    pub(super) trees: Vec<String>,
}

/// Where neoplasms by their site are in the hierarchy of MeSH. Each of them
/// goes by the name of a cancer, too.
const BY_SITE: &str = "C04.588.";

impl From<ConceptSource> for StoredConcept {
    fn from(source: ConceptSource) -> Self {
        let mut seen = BTreeSet::new();
        let all: Vec<String> = [source.preferred].into_iter().chain(source.names).collect();
        let by_site = source.trees.iter().any(|tree| tree.starts_with(BY_SITE));
        let cancers: Vec<String> =
            all.iter().filter(|_| by_site).filter_map(|name| as_cancer(name)).collect();
        let all = all.into_iter().chain(cancers);
        let names = all.filter(|name| !name.is_empty() && seen.insert(name.clone())).collect();
        Self { id: source.id, names, trees: source.trees }
    }
}

/// `Lung Cancer` for `Lung Neoplasms`.
fn as_cancer(name: &str) -> Option<String> {
    let site = name.strip_suffix(" Neoplasms").or_else(|| name.strip_suffix(" Neoplasm"))?;
    (!site.contains(',')).then(|| format!("{site} Cancer"))
}

impl From<StoredConcept> for ConceptSource {
    fn from(stored: StoredConcept) -> Self {
        let mut names = stored.names;
        let preferred = if names.is_empty() { String::new() } else { names.remove(0) };
        Self { id: stored.id, preferred, names, trees: stored.trees }
    }
}

/// What a file was made of, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct VocabularyCounts {
    /// Concepts.
    pub concepts: u64,
    /// Names that are looked for, over all concepts.
    pub names: u64,
    /// Names that are not, since they have no letter or are too long.
    pub unfit: u64,
    /// Since they have the words of another name in another order.
    pub inverted: u64,
    /// Since they have the words of another name.
    pub same_words: u64,
}

impl VocabularyCounts {
    fn add(&mut self, reason: NameExclusion) {
        match reason {
            NameExclusion::Unfit => self.unfit += 1,
            NameExclusion::Inverted => self.inverted += 1,
            NameExclusion::SameWords => self.same_words += 1,
        }
    }
}

impl Vocabulary {
    /// Writes the file of a vocabulary. `source` says in words where the
    /// concepts are from, and of when. The same concepts make the same file,
    /// in whatever order they come.
    ///
    /// # Errors
    ///
    /// Where two concepts have one identifier, there are too many, or they
    /// cannot be packed.
    pub fn write(
        concepts: impl Iterator<Item = ConceptSource>,
        source: &str,
        out: &mut Vec<u8>,
    ) -> Result<VocabularyCounts, VocabularyError> {
        let concepts = in_order(concepts)?;
        let count = u32::try_from(concepts.len()).map_err(|_| VocabularyError::TooLarge)?;
        let mut written =
            VocabularyCounts { concepts: u64::from(count), ..VocabularyCounts::default() };
        let (mut pairs, mut trees, mut longest) = (Vec::new(), Vec::new(), 0);
        let mut namer = NameAnalyzer::new();
        for (number, concept) in (0..count).zip(&concepts) {
            let sorted = namer.sort(concept.names.clone());
            sorted.left_out.iter().for_each(|(_, reason)| written.add(*reason));
            written.names += sorted.names.len() as u64;
            for name in &sorted.names {
                longest = longest.max(name.terms.len());
                pairs.extend(key_table::hashes(&name.terms).last().map(|hash| (hash, number)));
            }
            trees.extend(concept.trees.iter().map(|tree| (tree.clone(), number)));
        }
        trees.sort_unstable();
        let sections = sections(pairs, count, &concepts, &trees)?;
        let content = sections.concat();
        let header = VocabularyHeader {
            source: source.to_owned(),
            digest: *blake3::hash(&content).as_bytes(),
            concepts: count,
            names: u32::try_from(written.names).map_err(|_| VocabularyError::TooLarge)?,
            longest: u8::try_from(longest).map_err(|_| VocabularyError::TooLarge)?,
            sections: sections.each_ref().map(|section| section.len() as u64),
        };
        header
            .write(out)
            .map_err(|error| VocabularyError::Packing(std::io::Error::other(error)))?;
        out.extend(content);
        Ok(written)
    }
}

/// Concepts by their first place in the hierarchy, so that those about the
/// same are packed, and read, together.
fn in_order(
    concepts: impl Iterator<Item = ConceptSource>,
) -> Result<Vec<StoredConcept>, VocabularyError> {
    let mut concepts: Vec<StoredConcept> = concepts.map(StoredConcept::from).collect();
    for concept in &mut concepts {
        concept.trees.sort_unstable();
        concept.trees.dedup();
    }
    concepts.sort_by(|one, other| (&one.trees, &one.id).cmp(&(&other.trees, &other.id)));
    let mut seen = BTreeSet::new();
    match concepts.iter().find(|concept| !seen.insert(concept.id.as_str())) {
        Some(twice) => Err(VocabularyError::Twice { id: twice.id.clone() }),
        None => Ok(concepts),
    }
}

/// Keys, concepts and trees.
fn sections(
    pairs: Vec<(u64, u32)>,
    count: u32,
    concepts: &[StoredConcept],
    trees: &[(String, u32)],
) -> Result<[Vec<u8>; 3], VocabularyError> {
    let [mut keys, mut packed, mut places] = [const { Vec::new() }; 3];
    key_table::write(pairs, count, &mut keys).ok_or(VocabularyError::TooLarge)?;
    let whole = block_table::write(concepts, CONCEPTS_EACH, &mut packed);
    whole.map_err(VocabularyError::Packing)?.ok_or(VocabularyError::TooLarge)?;
    let whole = block_table::write(trees, TREES_EACH, &mut places);
    whole.map_err(VocabularyError::Packing)?.ok_or(VocabularyError::TooLarge)?;
    Ok([keys, packed, places])
}
