//! Describes how a review was done, in sentences for a methods section.

use std::collections::{BTreeMap, BTreeSet};

use trialdex_output::plural;
use trialdex_review::{CurrentVerdict, Exclusion, ReviewState, StudyState, given};

use super::settings;

/// Studies that are named one by one.
const NAMED: usize = 20;

/// The settings of the review, how many people read the studies, in which
/// order, and who settled conflicts.
pub(crate) fn lines(state: &ReviewState) -> Vec<String> {
    let sentences =
        [settings::sentence(state), readers(state), order(state), settled(state), reasons(state)];
    sentences.into_iter().flatten().collect()
}

fn readers(state: &ReviewState) -> Option<String> {
    let mut studies = BTreeMap::<usize, u64>::new();
    for study in state.studies().into_iter().filter(|study| !study.verdicts.is_empty()) {
        *studies.entry(study.verdicts.len()).or_default() += 1;
    }
    let parts: Vec<String> = studies
        .into_iter()
        .map(|(people, count)| {
            let people = plural(people as u64, "person", "people");
            format!("{} by {people}", plural(count, "study", "studies"))
        })
        .collect();
    (!parts.is_empty()).then(|| format!("Screened: {}.", parts.join(", ")))
}

/// What ordered the studies when the verdicts that count were given.
fn order(state: &ReviewState) -> Option<String> {
    let mut decided = BTreeMap::<String, u64>::new();
    let verdicts = state.studies().into_iter().flat_map(|study| study.verdicts.values());
    for standing in verdicts {
        *decided.entry(ordered_by(standing)).or_default() += 1;
    }
    let parts: Vec<String> =
        decided.into_iter().map(|(order, count)| format!("{order} ({count})")).collect();
    (!parts.is_empty()).then(|| format!("Order of reading: {}.", parts.join("; ")))
}

fn ordered_by(standing: &CurrentVerdict) -> String {
    let decision = &standing.decision;
    match (decision.model.as_deref(), &decision.via) {
        (Some("relevance"), _) => "the rank in the searches".to_owned(),
        (Some("random"), _) => "at random".to_owned(),
        (Some(model), _) => {
            let (model, order) = model.split_once(", ").unwrap_or((model, "certainty"));
            let method = model.split(' ').next().unwrap_or(model);
            format!("{order} of a model learned from the decisions before, {method}")
        }
        (None, Some(_)) => "that of another program".to_owned(),
        (None, None) => "not on record".to_owned(),
    }
}

fn settled(state: &ReviewState) -> Option<String> {
    let settled: Vec<&CurrentVerdict> =
        state.studies().into_iter().filter_map(|study| study.settled.as_ref()).collect();
    let by: BTreeSet<&str> = settled.iter().map(|standing| standing.reviewer.as_str()).collect();
    let by = by.into_iter().collect::<Vec<_>>().join(", ");
    let conflicts = plural(settled.len() as u64, "conflict", "conflicts");
    (!settled.is_empty()).then(|| format!("Settled: {conflicts}, by {by}."))
}

/// Which studies are excluded for different reasons, with what each reader
/// said.
fn reasons(state: &ReviewState) -> Option<String> {
    let disputed = |it: &&StudyState| state.exclusion(it) == Some(Exclusion::Disputed);
    let disputed: Vec<&StudyState> = state.studies().into_iter().filter(disputed).collect();
    let named = disputed.iter().take(NAMED).map(|study| {
        let given = given(study).into_iter();
        let given = given.map(|(who, key)| format!("{who}: {}", state.wording(key)));
        format!("{} ({})", study.nct, given.collect::<Vec<_>>().join("; "))
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let more = match disputed.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let studies = plural(disputed.len() as u64, "study", "studies");
    (!disputed.is_empty()).then(|| {
        format!("Reasons differ: {studies} excluded, and no reason settled: {named}{more}.")
    })
}
