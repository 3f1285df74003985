//! The names that were searched besides the typed words, and the names that a
//! hit was found by.

use serde_json::{Value, json};

use trialdex_engine::search::{AlsoName, AlsoSearched, WordNames};
use trialdex_query::Spelling;

/// The most names that are shown for a word.
const TOLD: usize = 6;

/// The most names that are shown for a hit.
const TOLD_OF_HIT: usize = 3;

/// What was looked for besides, in lines.
pub(super) fn also_lines(all: &[AlsoSearched], spell: Spelling) -> Vec<String> {
    let (mut names, mut spellings): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let add = |lines: &mut Vec<String>, line: String| {
        if !lines.contains(&line) {
            lines.push(line);
        }
    };
    for AlsoSearched { typed, names: all, .. } in all {
        let (spelt, others): (Vec<&AlsoName>, Vec<&AlsoName>) =
            all.iter().partition(|name| name.spelling);
        if !others.is_empty() {
            add(&mut names, format!("{typed} = {}", told(&others, spell)));
        }
        for name in spelt {
            let line = format!("also searched: {name} for `{typed}`, which no study has");
            add(&mut spellings, line);
        }
    }
    let names = (!names.is_empty()).then(|| format!("also searched: {}", names.join("; ")));
    names.into_iter().chain(spellings).collect()
}

/// The first few names, each with its source and its number of further hits.
fn told(names: &[&AlsoName], spell: Spelling) -> String {
    let told: Vec<String> = names.iter().take(TOLD).map(|name| name.to_string()).collect();
    let told = told.join(", ");
    match names.len().saturating_sub(TOLD) {
        0 => told,
        more => format!("{told} and {more} more: {} lists all", spell.of("details")),
    }
}

/// The names that a hit was found by, if it does not have the typed words.
pub(super) fn named_text(names: &[WordNames<'_>]) -> Option<String> {
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

/// All names that a hit was found by: `typed`, and `by` with the typed words
/// first if the hit has them.
pub(super) fn named_json(names: &[WordNames<'_>]) -> Value {
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

    fn name(name: &str, studies: Option<u64>, only_hits: Option<u64>) -> AlsoName {
        let (name, source) = (name.to_owned(), "MeSH".to_owned());
        AlsoName { name, source, spelling: false, studies, only_hits }
    }

    fn also(names: Vec<AlsoName>) -> AlsoSearched {
        AlsoSearched { typed: "heart attack".to_owned(), area: "Words".to_owned(), names }
    }

    #[test]
    fn names_are_told_with_what_they_brought_in_and_the_first_few_of_many() {
        let few = also(vec![name("infarct", Some(1), Some(1)), name("stroke", None, Some(0))]);
        assert_eq!(
            also_lines(&[few.clone(), few], Spelling::default()),
            [
                "also searched: heart attack = infarct (MeSH, 1 study, 1 hit only by it), stroke (MeSH)"
            ]
        );
        let many = also((0..8).map(|at| name(&at.to_string(), None, None)).collect());
        let line = also_lines(&[many], Spelling::default()).remove(0);
        assert!(line.ends_with("5 (MeSH) and 2 more: details lists all"), "{line}");
    }

    #[test]
    fn a_spelling_is_told_by_itself() {
        let spelt = AlsoName { spelling: true, ..name("insomnia", Some(42), None) };
        let spelt = AlsoSearched { typed: "insomia".to_owned(), ..also(vec![spelt]) };
        let line = "also searched: insomnia (MeSH, 42 studies) for `insomia`, which no study has";
        assert_eq!(also_lines(&[spelt], Spelling::default()), [line]);
    }

    #[test]
    fn a_hit_tells_by_what_it_was_found_where_that_was_not_typed() {
        let named = |itself, synonyms: &[&'static str]| WordNames {
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
