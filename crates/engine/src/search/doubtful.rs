//! Every name that records and texts give for another one and that no search
//! looks for, since it is doubted that the two mean the same.

use std::collections::BTreeMap;

use super::look_up::{OtherName, ways_of};
use super::thesaurus::{Candidate, Thesaurus, Verdict};
use super::words::Lookup;
use crate::index::fields::record_names::{PairKind, SEPARATOR, key_of};
use crate::index::{IndexError, Store};
use trialdex_text as text;

/// A name, and another one that records or texts give for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairOfNames {
    /// The name in lower case, as a record writes it.
    pub name: String,
    /// Its words as they are in the index.
    pub terms: Vec<String>,
    /// The other one, and what becomes of it in a search for the name.
    pub other: OtherName,
}

/// Every pair of names that the records of an index give and that is doubted,
/// in each direction in which it is, by the words of the name.
///
/// # Errors
///
/// Where files of the index cannot be read.
pub fn doubtful(store: &Store) -> Result<Vec<PairOfNames>, IndexError> {
    let searcher = store.searcher()?;
    let thesaurus = Thesaurus::new(store, &searcher, None)?;
    let mut pairs = all(&thesaurus).map_err(|error| store.failed(error))?;
    pairs.retain(|pair| pair.other.verdict.is_doubt());
    Ok(pairs)
}

fn all(thesaurus: &Thesaurus<'_>) -> tantivy::Result<Vec<PairOfNames>> {
    let mut lookup = Lookup::new(thesaurus.searcher, &thesaurus.store.fields);
    let mut pairs = Vec::new();
    for (key, written) in names(thesaurus)? {
        let terms: Vec<String> = key.split(' ').map(str::to_owned).collect();
        let ways = ways_of(thesaurus, &mut lookup, &written)?;
        let ways = if ways.contains(&terms) { ways } else { vec![terms.clone()] };
        for candidate in thesaurus.candidates(&ways, &[])? {
            let Candidate { synonym, verdict } = candidate;
            if synonym.studies == 0 || verdict == Verdict::Repeated {
                continue;
            }
            let other = OtherName {
                studies: thesaurus.studies_with(&synonym.terms)?,
                written: synonym.written,
                terms: synonym.terms,
                sources: vec![(synonym.source, synonym.studies)],
                verdict,
            };
            pairs.push(PairOfNames { name: written.clone(), terms: terms.clone(), other });
        }
    }
    Ok(pairs)
}

/// The names that are paired with any, by the beginnings of their pairs, each
/// as the first record writes it.
fn names(thesaurus: &Thesaurus<'_>) -> tantivy::Result<BTreeMap<String, String>> {
    let mut analyzer = text::parts_analyzer();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for reader in thesaurus.searcher.segment_readers() {
        let inverted = reader.inverted_index(thesaurus.store.fields.synonyms)?;
        let mut stream = inverted.terms().stream()?;
        while stream.advance() {
            let pair = String::from_utf8_lossy(stream.key());
            let parts: Vec<&str> = pair.split(SEPARATOR).collect();
            if let [_, kind, written] = parts.as_slice()
                && *kind != PairKind::Abbreviation.sign().to_string()
            {
                let words = text::words(&mut analyzer, written).into_iter();
                let terms: Vec<String> = words.map(|word| word.term).collect();
                names.entry(key_of(&terms)).or_insert_with(|| (*written).to_owned());
            }
        }
    }
    Ok(names)
}
