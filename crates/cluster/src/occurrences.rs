//! Patterns as queries: which studies have them, and how often.
//!
//! Where a query is asked for scores, the score is how often the pattern occurs.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::error::ClusterError;
use crate::layout::{Kind, is_by_surface, kind, name};
use trialdex_plan::layout::IndexField;
use trialdex_plan::{Counting, LookUp, Pattern, Slot, Stretch};
use trialdex_text::BOUNDARY;
use trialdex_text::indexed_words::word_and_surface;

/// Ways of filling the places of a phrase that are asked for one by one at most.
const MOST_RUNS: usize = 512;

/// What the second of two numbers in one score is multiplied by: each is below it, and both
/// together are exact in 24 bits.
const DIGIT: u32 = 4_096;

/// The word before a name that makes it the name of everything else.
const NON: &str = "non";

/// No study.
pub(crate) fn none() -> Value {
    json!({"match_none": {}})
}

/// Studies of any of some queries; the score is the sum.
pub(crate) fn any(mut queries: Vec<Value>) -> Value {
    match queries.len() {
        0 => none(),
        1 => queries.remove(0),
        _ => json!({"bool": {"should": queries, "minimum_should_match": 1}}),
    }
}

/// How often a look-up occurs, as the score.
pub(crate) fn frequency(look_up: &LookUp) -> Result<Value, ClusterError> {
    match (&look_up.counting, &look_up.pattern) {
        (Counting::Inclusion, _) => Err(near_in_criteria()),
        (Counting::Name(without), pattern) => name_frequency(look_up.field, pattern, without),
        (_, pattern) => pattern_frequency(look_up.field, pattern, 1.0),
    }
}

/// Which studies a look-up finds.
pub(crate) fn having(look_up: &LookUp) -> Result<Value, ClusterError> {
    match &look_up.counting {
        Counting::Inclusion => Err(near_in_criteria()),
        Counting::Name(without) if is_counted(&look_up.pattern, without) => frequency(look_up),
        _ => place(&name(look_up.field), &by_word(look_up.field, &look_up.pattern)),
    }
}

/// A phrase of words as they are written, as one of words: places are those of words, and whether
/// these are written so is seen in the records.
fn by_word(field: IndexField, pattern: &Pattern) -> Cow<'_, Pattern> {
    match pattern {
        Pattern::Phrase(slots) if is_by_surface(field) => {
            let word = |term: &String| word_and_surface(term).0.to_owned();
            let words = |slot: &Slot| {
                let words: BTreeSet<String> = slot.iter().map(word).collect();
                words.into_iter().collect()
            };
            Cow::Owned(Pattern::Phrase(slots.iter().map(words).collect()))
        }
        pattern => Cow::Borrowed(pattern),
    }
}

fn near_in_criteria() -> ClusterError {
    ClusterError::NotYet("words near each other are not looked for in plain words".to_owned())
}

/// Whether a name occurs less often than its words do.
fn is_counted(pattern: &Pattern, without: &[(IndexField, u32)]) -> bool {
    !without.is_empty() || matches!(pattern, Pattern::Phrase(_))
}

/// How often a name occurs: not behind `non`, and not in some fields. Occurrences and those that
/// do not count are two digits of one score, which a script takes apart.
fn name_frequency(
    field: IndexField,
    pattern: &Pattern,
    without: &[(IndexField, u32)],
) -> Result<Value, ClusterError> {
    if !is_counted(pattern, without) {
        return pattern_frequency(field, pattern, 1.0);
    }
    let all = pattern_frequency(field, pattern, 1.0)?;
    let behind = match pattern {
        Pattern::Phrase(slots) => {
            let behind = [&[vec![NON.to_owned()]], slots.as_slice()].concat();
            Some(Pattern::Phrase(behind))
        }
        _ => None,
    };
    #[expect(clippy::cast_precision_loss, reason = "words count nine times at most")]
    let digit = |times: u32| (DIGIT * times) as f32;
    let mut not_counted = Vec::new();
    let mut counted_again = Vec::new();
    if let Some(behind) = &behind {
        not_counted.push(pattern_frequency(field, behind, digit(1))?);
    }
    for (piece, times) in without {
        not_counted.push(pattern_frequency(*piece, pattern, digit(*times))?);
        if let Some(behind) = &behind {
            #[expect(clippy::cast_precision_loss, reason = "words count nine times at most")]
            counted_again.push(pattern_frequency(*piece, behind, *times as f32)?);
        }
    }
    not_counted.append(&mut counted_again);
    let source = "long sum = Math.round(_score); \
                  return Math.max(0, sum % params.digit - sum / params.digit);";
    Ok(json!({"script_score": {
        "query": {"bool": {"must": [all], "should": not_counted}},
        "script": {"source": source, "params": {"digit": DIGIT}},
        "min_score": 0.5,
    }}))
}

/// How often a pattern occurs, each time worth so much.
pub(crate) fn pattern_frequency(
    field: IndexField,
    pattern: &Pattern,
    worth: f32,
) -> Result<Value, ClusterError> {
    let key = name(field);
    if !matches!(kind(field), Kind::Text { .. }) {
        let filter = place(&key, pattern)?;
        return Ok(json!({"constant_score": {"filter": filter, "boost": worth}}));
    }
    let of_term = |term: &String| json!({"term": {&key: {"value": term, "boost": worth}}});
    Ok(match pattern {
        Pattern::Term(term) => of_term(term),
        Pattern::AnyOf(terms) => any(terms.iter().map(of_term).collect()),
        Pattern::Phrase(slots) => {
            let runs = runs(slots).ok_or_else(|| {
                let problem = "a phrase with so many words at its places is not ranked by";
                ClusterError::NotYet(problem.to_owned())
            })?;
            // The score of a phrase is that of all its terms.
            #[expect(clippy::cast_precision_loss, reason = "a phrase has few words")]
            let boost = worth / slots.len() as f32;
            any(runs.iter().map(|run| phrase(&key, run, boost)).collect())
        }
        Pattern::Near(_) => {
            let problem =
                "words near each other are not ranked by, though filters can ask for them";
            return Err(ClusterError::NotYet(problem.to_owned()));
        }
    })
}

fn phrase(key: &str, run: &[&str], boost: f32) -> Value {
    json!({"match_phrase": {key: {"query": run.join(" "), "analyzer": "asked", "boost": boost}}})
}

/// All ways of filling the places of a phrase; `None` where they are too many.
fn runs(slots: &[Slot]) -> Option<Vec<Vec<&str>>> {
    let ways = slots.iter().try_fold(1_usize, |ways, slot| ways.checked_mul(slot.len()))?;
    if ways > MOST_RUNS {
        return None;
    }
    let mut runs: Vec<Vec<&str>> = vec![Vec::new()];
    for slot in slots {
        let mut longer = Vec::with_capacity(runs.len() * slot.len());
        for run in &runs {
            longer.extend(slot.iter().map(|term| [run.as_slice(), &[term.as_str()]].concat()));
        }
        runs = longer;
    }
    Some(runs)
}

/// Which studies have a pattern in a field of that name.
pub(crate) fn place(key: &str, pattern: &Pattern) -> Result<Value, ClusterError> {
    Ok(match pattern {
        Pattern::Term(term) => json!({"term": {key: term}}),
        Pattern::AnyOf(terms) if terms.is_empty() => none(),
        Pattern::AnyOf(terms) => json!({"terms": {key: terms}}),
        Pattern::Phrase(slots) => phrase_place(key, slots),
        Pattern::Near(stretch) => return stretch_place(key, stretch),
    })
}

fn phrase_place(key: &str, slots: &[Slot]) -> Value {
    match slots {
        [] => none(),
        _ if slots.iter().any(Vec::is_empty) => none(),
        [only] => json!({"terms": {key: only}}),
        _ if slots.iter().all(|slot| slot.len() == 1) => {
            let run: Vec<&str> = slots.iter().map(|slot| slot[0].as_str()).collect();
            phrase(key, &run, 1.0)
        }
        _ => json!({"intervals": {key: interval_of_phrase(slots)}}),
    }
}

/// Which studies have a stretch in a field of that name.
pub(crate) fn stretch_place(key: &str, stretch: &Stretch) -> Result<Value, ClusterError> {
    Ok(match stretch {
        Stretch::Phrase(slots) => phrase_place(key, slots),
        stretch => match interval(stretch)? {
            Some(interval) => json!({"intervals": {key: interval}}),
            None => none(),
        },
    })
}

/// A stretch as intervals; `None` where nothing can be one.
fn interval(stretch: &Stretch) -> Result<Option<Value>, ClusterError> {
    Ok(match stretch {
        Stretch::Phrase(slots) if slots.is_empty() || slots.iter().any(Vec::is_empty) => None,
        Stretch::Phrase(slots) => Some(interval_of_phrase(slots)),
        Stretch::Any(ways) => {
            let ways: Vec<Option<Value>> = ways.iter().map(interval).collect::<Result<_, _>>()?;
            let mut ways: Vec<Value> = ways.into_iter().flatten().collect();
            match ways.len() {
                0 => None,
                1 => Some(ways.remove(0)),
                _ => Some(json!({"any_of": {"intervals": ways}})),
            }
        }
        Stretch::Near(parts, distance) => match parts.as_slice() {
            [one, other] => match (interval(one)?, interval(other)?) {
                (Some(one), Some(other)) => Some(near(&one, &other, *distance)),
                _ => None,
            },
            // Each part is near the one before it, which the engine cannot be asked for.
            _ => {
                let problem = "more than two words near each other are not looked for";
                return Err(ClusterError::NotYet(problem.to_owned()));
            }
        },
    })
}

/// Two parts with so many words at most between them, in either order, within one value and
/// without a word in common.
fn near(one: &Value, other: &Value, distance: u32) -> Value {
    let boundary = json!({"match": {"query": BOUNDARY, "analyzer": "asked"}});
    json!({"all_of": {
        "intervals": [one, other],
        "max_gaps": distance,
        "mode": "unordered_no_overlap",
        "filter": {"not_containing": boundary},
    }})
}

fn interval_of_phrase(slots: &[Slot]) -> Value {
    let of_slot = |slot: &Slot| {
        let each = slot.iter().map(|term| json!({"match": {"query": term, "analyzer": "asked"}}));
        let mut each: Vec<Value> = each.collect();
        if each.len() == 1 { each.remove(0) } else { json!({"any_of": {"intervals": each}}) }
    };
    match slots {
        [only] => of_slot(only),
        slots => {
            let each: Vec<Value> = slots.iter().map(of_slot).collect();
            json!({"all_of": {"ordered": true, "max_gaps": 0, "intervals": each}})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(words: &[&[&str]]) -> Vec<Slot> {
        words.iter().map(|slot| slot.iter().map(|term| (*term).to_owned()).collect()).collect()
    }

    #[test]
    fn a_phrase_is_asked_for_in_all_its_ways() {
        let phrase = slots(&[&["a", "b"], &["c"]]);
        assert_eq!(runs(&phrase), Some(vec![vec!["a", "c"], vec!["b", "c"]]));
        assert_eq!(runs(&slots(&[&["a"], &[]])), Some(Vec::new()));
        let many: Vec<String> = (0..600).map(|at| format!("w{at}")).collect();
        assert_eq!(runs(&[many]), None);
    }

    #[test]
    fn the_score_of_a_phrase_is_how_often_it_occurs() {
        let pattern = Pattern::Phrase(slots(&[&["bone"], &["marrow"]]));
        let query = pattern_frequency(IndexField::Zone(0), &pattern, 1.0).expect("a query");
        assert_eq!(query["match_phrase"]["zone_Words"]["boost"], 0.5);
        assert_eq!(query["match_phrase"]["zone_Words"]["query"], "bone marrow");
        let stretch = Stretch::Phrase(slots(&[&["a"]]));
        let near = Pattern::Near(Stretch::Near(vec![stretch.clone(), stretch], 3));
        assert!(pattern_frequency(IndexField::Zone(0), &near, 1.0).is_err());
        let found = place("zone_Words", &near).expect("a query");
        assert_eq!(found["intervals"]["zone_Words"]["all_of"]["max_gaps"], 3);
    }
}
