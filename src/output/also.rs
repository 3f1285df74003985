//! The names that were looked for besides what was typed, and by which of
//! them a hit was found.

use serde_json::{Value, json};

use super::plural;
use crate::search::{Interpreted, Named, Synonym, SynonymKind};

/// Names that are told of a word at most.
const TOLD: usize = 6;

/// Names of a hit that are told at most.
const TOLD_OF_HIT: usize = 3;

/// What was looked for besides, in lines; other forms of words are told by an
/// explanation alone.
pub(super) fn also_searched(understood: &[Interpreted]) -> Vec<String> {
    let (mut names, mut spellings): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let add = |lines: &mut Vec<String>, line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for words in understood {
        let (spelt, others): (Vec<&Synonym>, Vec<&Synonym>) = words
            .synonyms
            .iter()
            .filter(|synonym| synonym.kind != SynonymKind::Form)
            .partition(|synonym| synonym.kind == SynonymKind::Spelling);
        if !others.is_empty() {
            add(&mut names, format!("{} = {}", words.typed, told(&others)));
        }
        for synonym in spelt {
            let (typed, meant) = (&words.typed, told(&[synonym]));
            let line = format!("also searched: {meant} for `{typed}`, which no study has");
            add(&mut spellings, line);
        }
    }
    let names = (!names.is_empty()).then(|| format!("also searched: {}", names.join("; ")));
    names.into_iter().chain(spellings).collect()
}

/// Names, each with its source and the studies that have it.
fn told(synonyms: &[&Synonym]) -> String {
    let told = synonyms.iter().take(TOLD).map(|synonym| {
        let studies = synonym.found.map(|found| plural(found, "study", "studies"));
        let studies = studies.map(|studies| format!(", {studies}")).unwrap_or_default();
        format!("{} ({}{studies})", synonym.written, synonym.source)
    });
    let told = told.collect::<Vec<_>>().join(", ");
    match synonyms.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told} and {more} more: --explain names all"),
    }
}

/// The names that a hit was found by, where it does not have what was typed.
pub(super) fn named_text(names: &[Named<'_>]) -> Option<String> {
    let others = names.iter().filter(|named| !named.itself && !named.synonyms.is_empty());
    let others = others.map(|named| {
        let (mut names, more) = (named.synonyms.clone(), named.synonyms.len());
        names.truncate(TOLD_OF_HIT);
        let more = match more.saturating_sub(TOLD_OF_HIT) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("{}{more}", names.join(", "))
    });
    let others: Vec<String> = others.collect();
    (!others.is_empty()).then(|| format!("matched: {}", others.join("; ")))
}

/// All names that a hit was found by: `typed`, and `by` with what was typed
/// first where the hit has that.
pub(super) fn named_json(names: &[Named<'_>]) -> Value {
    let names = names.iter().map(|named| {
        let itself = named.itself.then_some(named.typed);
        let by: Vec<&str> = itself.into_iter().chain(named.synonyms.iter().copied()).collect();
        json!({"typed": named.typed, "by": by})
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synonym(written: &str, kind: SynonymKind, found: Option<u64>) -> Synonym {
        let (written, terms) = (written.to_owned(), vec![written.to_owned()]);
        Synonym { kind, written, terms, source: "MeSH", studies: 0, found }
    }

    #[test]
    fn names_are_told_with_their_studies_and_the_first_few_of_many() {
        let one = synonym("infarct", SynonymKind::Name, Some(1));
        let unknown = synonym("stroke", SynonymKind::Name, None);
        assert_eq!(told(&[&one, &unknown]), "infarct (MeSH, 1 study), stroke (MeSH)");
        let many: Vec<Synonym> =
            (0..8).map(|at| synonym(&at.to_string(), SynonymKind::Name, None)).collect();
        let many = told(&many.iter().collect::<Vec<_>>());
        assert!(many.ends_with("5 (MeSH) and 2 more: --explain names all"), "{many}");
    }

    #[test]
    fn a_hit_tells_by_what_it_was_found_where_that_was_not_typed() {
        let named = |itself, synonyms: &[&'static str]| Named {
            typed: "heart attack",
            itself,
            synonyms: synonyms.to_vec(),
        };
        assert_eq!(named_text(&[named(true, &["MI"])]), None);
        assert_eq!(named_text(&[named(false, &[])]), None);
        let found = [named(false, &["MI", "AMI", "infarct", "infarction"]), named(false, &["x"])];
        let told = "matched: MI, AMI, infarct and 1 more; x";
        assert_eq!(named_text(&found).as_deref(), Some(told));
        assert_eq!(
            named_json(&[named(true, &["MI"])]),
            json!([{"typed": "heart attack", "by": ["heart attack", "MI"]}])
        );
    }
}
