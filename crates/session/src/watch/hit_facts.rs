//! What is kept of hits, and what a record differs in from it.

use std::collections::HashMap;

use trialdex_engine::search::FoundHits as _;
use trialdex_plan::receipt::Receipt;
use trialdex_plan::watch::{DIGITS, HitFact, HitFacts, WatchedSearch};
use trialdex_records::study::{FieldDifference, Study, content_digest, pieces};

use super::searched_fields::SearchedFields;
use crate::any_error::AnyError;
use crate::any_hits::AnyHits;

/// Hits of a search of which facts are kept at most, the best ones first.
const MOST: usize = 20_000;

/// Letters of a value that are kept, and values of a field.
const LETTERS: usize = 100;
const VALUES: usize = 12;

/// What begins the digest behind a value that is cut.
const CUT: &str = "… #";

/// What is to be kept of hits. What was kept of a record that is the same is taken as it is.
pub(super) fn facts_of(
    hits: &AnyHits<'_>,
    look: &Receipt,
    fields: SearchedFields,
    last: Option<&WatchedSearch>,
) -> Result<HitFacts, AnyError> {
    let SearchedFields { kept, digested } = fields;
    let mut facts = HitFacts { kept, digested, ..HitFacts::default() };
    let last = last
        .filter(|last| (&last.facts.kept, &last.facts.digested) == (&facts.kept, &facts.digested));
    let before = last.map(|last| {
        let pairs = last.look.hits.iter().map(|kept| (kept.nct_id.as_str(), kept.record.as_str()));
        (&last.facts.hits, pairs.collect::<HashMap<&str, &str>>())
    });
    for (hit, kept) in hits.hits().iter().zip(&look.hits).take(MOST) {
        let known = before.as_ref().and_then(|(known, digests)| {
            let same = digests.get(kept.nct_id.as_str()) == Some(&kept.record.as_str());
            known.get(&kept.nct_id).filter(|_| same)
        });
        let fact = match known {
            Some(fact) => fact.clone(),
            None => fact_of(&facts, &hits.study(hit)?),
        };
        facts.hits.insert(kept.nct_id.clone(), fact);
    }
    Ok(facts)
}

/// The digest of a record as facts have it.
pub(super) fn content_of(study: &Study) -> String {
    format!("{:016x}", content_digest(study))
}

fn fact_of(facts: &HitFacts, study: &Study) -> HitFact {
    HitFact {
        content: content_of(study),
        values: facts.kept.iter().map(|field| kept_values(study, field)).collect(),
        digests: facts.digested.iter().map(|field| digits(&values(study, field), DIGITS)).collect(),
    }
}

/// In which fields a record differs from what was kept of it: with their values, and those of which
/// a digest was kept.
pub(super) fn since(
    facts: &HitFacts,
    fact: &HitFact,
    study: &Study,
) -> (Vec<FieldDifference>, Vec<String>) {
    let (mut differing, mut unkept) = (Vec::new(), Vec::new());
    for (field, before) in facts.kept.iter().zip(&fact.values) {
        let after = kept_values(study, field);
        let Some(piece) = pieces::named(field) else { continue };
        let Some(mut difference) = FieldDifference::between(piece, before, &after) else {
            continue;
        };
        let FieldDifference { removed, added, .. } = &mut difference;
        removed.iter_mut().chain(added.iter_mut()).for_each(|value| *value = shown(value));
        // They can differ behind what is kept of them.
        if !removed.is_empty() && removed == added {
            unkept.push(field.clone());
        } else {
            differing.push(difference);
        }
    }
    let digested = (0..).zip(&facts.digested).filter(|(at, field)| {
        let now = digits(&values(study, field), DIGITS);
        facts.digest(fact, *at).is_some_and(|then| then != now)
    });
    unkept.extend(digested.map(|(_, field)| field.clone()));
    (differing, unkept)
}

/// A value that was kept, without a digest.
pub(super) fn shown(kept: &str) -> String {
    match kept.split_once(CUT) {
        Some((beginning, _)) => format!("{}…", beginning.trim_end()),
        None => kept.to_owned(),
    }
}

/// The values of a field, each as a text.
fn values(study: &Study, field: &str) -> Vec<String> {
    let text =
        |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    study.values(field).into_iter().map(text).collect()
}

/// The same as they are kept: long ones cut, with a digest; of many, the first ones and a digest of
/// all.
fn kept_values(study: &Study, field: &str) -> Vec<String> {
    let all = values(study, field);
    let mut kept: Vec<String> = all.iter().take(VALUES).map(|value| kept_value(value)).collect();
    if all.len() > VALUES {
        kept.push(format!("{} values{CUT}{}", all.len(), digits(&all, 8)));
    }
    kept
}

fn kept_value(value: &str) -> String {
    match value.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}{CUT}{}", &value[..end], digits(&[value], 8)),
        None => value.to_owned(),
    }
}

/// The first digits of the BLAKE3 of values.
fn digits(values: &[impl AsRef<str>], number: usize) -> String {
    let mut hasher = blake3::Hasher::new();
    for value in values {
        hasher.update(&(value.as_ref().len() as u64).to_be_bytes());
        hasher.update(value.as_ref().as_bytes());
    }
    hasher.finalize().to_hex()[..number].to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn study(title: &str, keywords: &[&str], summary: &str) -> Study {
        let record = json!({"protocolSection": {
            "identificationModule": {"briefTitle": title},
            "conditionsModule": {"keywords": keywords},
            "descriptionModule": {"briefSummary": summary},
        }});
        match record {
            serde_json::Value::Object(root) => Study::from_map(root),
            other => panic!("{other}"),
        }
    }

    fn facts() -> HitFacts {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        HitFacts {
            kept: owned(&["BriefTitle", "Keyword"]),
            digested: owned(&["BriefSummary", "OfficialTitle"]),
            ..HitFacts::default()
        }
    }

    /// What differs between two records of which the first was kept.
    fn told(before: &Study, after: &Study) -> (Vec<String>, Vec<String>) {
        let (fields, unkept) = since(&facts(), &fact_of(&facts(), before), after);
        let line = |it: &FieldDifference| {
            format!("{} -{} +{}", it.name(), it.removed.join("|"), it.added.join("|"))
        };
        (fields.iter().map(line).collect(), unkept)
    }

    #[test]
    fn a_record_differs_in_values_that_were_kept_and_in_digests() {
        let before = study("Tea", &["hot", "green"], "Leaves.");
        assert_eq!(told(&before, &before), (Vec::new(), Vec::new()));
        let after = study("Milk", &["hot"], "Cows.");
        let (fields, unkept) = told(&before, &after);
        assert_eq!(fields, ["BriefTitle -Tea +Milk", "Keyword -green +"]);
        assert_eq!(unkept, ["BriefSummary"]);
    }

    #[test]
    fn long_and_many_values_differ_behind_what_is_kept() {
        let (long, longer) = ("tea ".repeat(40), "tea ".repeat(41));
        let (fields, unkept) = told(&study(&long, &[], ""), &study(&longer, &[], ""));
        assert_eq!((fields, unkept), (Vec::new(), vec!["BriefTitle".to_owned()]));
        let (fields, _) = told(&study(&long, &[], ""), &study(&"milk ".repeat(40), &[], ""));
        assert_eq!(fields.len(), 1);
        assert!(!fields[0].contains('#') && fields[0].contains("tea…"), "{fields:?}");
        let many: Vec<String> = (0..40).map(|number| format!("word {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let mut others = many.clone();
        others[30] = "another";
        let (fields, unkept) = told(&study("", &many, ""), &study("", &others, ""));
        assert_eq!((fields, unkept), (Vec::new(), vec!["Keyword".to_owned()]));
        let (fields, _) = told(&study("", &many, ""), &study("", &many[1..], ""));
        assert_eq!(fields, ["Keyword -word 0|40 values… +word 12|39 values…"]);
        assert!(kept_values(&study("", &many, ""), "Keyword").len() <= VALUES + 1);
    }
}
