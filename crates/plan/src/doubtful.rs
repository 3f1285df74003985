//! Every name that records and texts give for another one and that no search
//! looks for, since it is doubted that the two mean the same.

use std::collections::BTreeMap;

use trialdex_text as text;

use crate::error::PlanResult;
use crate::layout::IndexField;
use crate::layout::pairs::{PairKind, SEPARATOR, key_of};
use crate::lexicon::TermRange;
use crate::look_up::{OtherName, PairOfNames, ways_of};
use crate::name_candidate::{NameCandidate, NameVerdict};
use crate::thesaurus::Thesaurus;
use crate::words::{Lookup, terms_of};

/// Every pair of names that the records of an index give and that is doubted,
/// in each direction in which it is, by the words of the name.
///
/// # Errors
///
/// Where the index cannot be read.
pub fn doubtful(thesaurus: &Thesaurus<'_>) -> PlanResult<Vec<PairOfNames>> {
    let mut pairs = all(thesaurus)?;
    pairs.retain(|pair| pair.other.verdict.is_doubt());
    Ok(pairs)
}

fn all(thesaurus: &Thesaurus<'_>) -> PlanResult<Vec<PairOfNames>> {
    let mut lookup = Lookup::new(thesaurus.lexicon);
    let mut pairs = Vec::new();
    for (key, written) in names(thesaurus)? {
        let terms: Vec<String> = key.split(' ').map(str::to_owned).collect();
        let ways = ways_of(&mut lookup, &written)?;
        let ways = if ways.contains(&terms) { ways } else { vec![terms.clone()] };
        for candidate in thesaurus.candidates(&ways, &[])? {
            let NameCandidate { synonym, verdict } = candidate;
            if synonym.studies == 0 || verdict == NameVerdict::Repeated {
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
fn names(thesaurus: &Thesaurus<'_>) -> PlanResult<BTreeMap<String, String>> {
    let mut analyzer = text::parts_analyzer();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for pair in thesaurus.lexicon.terms(IndexField::Pairs, TermRange::All, &|_| true)?.keys() {
        let parts: Vec<&str> = pair.split(SEPARATOR).collect();
        if let [_, kind, written] = parts.as_slice()
            && *kind != PairKind::Abbreviation.sign().to_string()
        {
            let terms = terms_of(&mut analyzer, written);
            names.entry(key_of(&terms)).or_insert_with(|| (*written).to_owned());
        }
    }
    Ok(names)
}
