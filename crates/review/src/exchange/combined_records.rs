//! Several records of one study.

use super::opinions::OpinionList;
use super::{ImportProblem, ImportedRecord};

/// Adds what another record of the same study says. Of two verdicts of one
/// reviewer the later one counts, and that is reported.
pub(super) fn combine(study: &mut ImportedRecord, other: ImportedRecord) -> Vec<ImportProblem> {
    let mut problems = Vec::new();
    let text = |into: &mut String, from: String| {
        if into.is_empty() {
            *into = from;
        }
    };
    text(&mut study.title, other.title);
    text(&mut study.summary, other.summary);
    study.year = study.year.or(other.year);
    if study.authors.is_empty() {
        study.authors = other.authors;
    }
    for keyword in other.keywords {
        if !study.keywords.contains(&keyword) {
            study.keywords.push(keyword);
        }
    }
    let number = study.nct.map(|nct| nct.to_string()).unwrap_or_default();
    let mut opinions = OpinionList::new(&mut study.decisions);
    for opinion in other.decisions.opinions {
        let known = opinions.of(opinion.reviewer.clone());
        if let Some(verdict) = opinion.verdict {
            if known.verdict.is_some_and(|known| known != verdict) {
                let what = format!("{number} was decided otherwise in line {}", study.line);
                problems.push(ImportProblem::new(other.line, what));
            }
            known.verdict = Some(verdict);
            known.reason_key = opinion.reason_key;
            known.reason = opinion.reason;
            known.at = opinion.at;
        }
        opinion.labels.iter().for_each(|label| known.label(label));
        known.note = match (known.note.take(), opinion.note) {
            (Some(one), Some(other)) if one != other => Some(format!("{one}\n{other}")),
            (one, other) => one.or(other),
        };
    }
    study.decisions.settled = other.decisions.settled.or(study.decisions.settled.take());
    problems
}
