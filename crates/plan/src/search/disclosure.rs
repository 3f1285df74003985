//! Which names a search also looked for, and what they brought in. It belongs
//! wherever a count is given.

use std::fmt;

use serde::{Deserialize, Serialize};

use trialdex_query::RequestPart;
use trialdex_records::study::areas::WORDS;
use trialdex_records::study::number_format::plural;

use super::funnel::FunnelStep;
use super::left_out::FilterOmission;
use super::outcome::SearchOutcome;
use crate::error::PlanResult;
use crate::name_candidate::{Synonym, SynonymKind};
use crate::planner::InterpretedWords;
use crate::wordings::OtherWording;

/// What a number of hits takes in and leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Disclosure {
    /// Names that were also looked for.
    pub also_searched: Vec<AlsoSearched>,
    /// What filters leave out for want of a value.
    pub missing: Vec<FilterOmission>,
    /// Studies that match if every filter takes in what has no value; `None`
    /// where fewer than two filters look at values, or it makes no difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with_missing: Option<u64>,
    /// What each part of the query leaves, where nothing was found; empty
    /// where the query has one part alone.
    #[serde(default)]
    pub funnel: Vec<FunnelStep>,
    /// Words that none of the first hits has, with others to type; empty where that was not looked
    /// at, and in receipts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wordings: Vec<OtherWording>,
}

/// Words of a query with the names that were also looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlsoSearched {
    /// The words as typed.
    pub typed: String,
    /// Where they were looked for, as in `AREA[...]`.
    pub area: String,
    /// The names, at least one.
    pub names: Vec<AlsoName>,
}

/// A name that was also looked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlsoName {
    /// The name.
    pub name: String,
    /// Who says that it means the same.
    pub source: String,
    /// No study has the typed word; this is what may be meant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub spelling: bool,
    /// Studies of the index that have it, where that is known.
    pub studies: Option<u64>,
    /// Hits that are none without it, where that was counted.
    pub only_hits: Option<u64>,
}

impl fmt::Display for AlsoSearched {
    /// `heart attack = MI (MeSH, 12 studies, 3 hits only by it)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.names.iter().map(AlsoName::to_string).collect();
        write!(f, "{} = {}", self.typed, names.join(", "))
    }
}

impl fmt::Display for AlsoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}", self.name, self.source)?;
        if let Some(studies) = self.studies {
            write!(f, ", {}", plural(studies, "study", "studies"))?;
        }
        if let Some(only) = self.only_hits.filter(|only| *only > 0) {
            write!(f, ", {} only by it", plural(only, "hit", "hits"))?;
        }
        write!(f, ")")
    }
}

impl SearchOutcome<'_> {
    /// What the number of the hits takes in and leaves out. `parts` are those
    /// of the question.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub fn disclosure(&self, parts: &[RequestPart]) -> PlanResult<Disclosure> {
        let funnel = if self.total == 0 { self.funnel(parts)? } else { Vec::new() };
        let (also_searched, missing) = (self.also_searched()?, self.left_out(parts)?);
        let with_missing = self.with_missing(parts)?;
        Ok(Disclosure { also_searched, missing, with_missing, funnel, wordings: Vec::new() })
    }

    /// The names that were looked for besides what was typed; other forms of
    /// words are not among them.
    fn also_searched(&self) -> PlanResult<Vec<AlsoSearched>> {
        let mut all: Vec<AlsoSearched> = Vec::new();
        let (mut counted, most) = (0, self.most_counted());
        for words in &self.plan.understood {
            let known = all.iter().any(|also| also.typed == words.typed && also.area == words.area);
            let named = words.synonyms.iter().filter(|it| it.kind != SynonymKind::Form);
            if known || named.clone().next().is_none() {
                continue;
            }
            let mut names = Vec::new();
            for synonym in named {
                let studies = self.studies_with(words, synonym)?;
                if studies == 0 {
                    continue;
                }
                // Each asks for the whole query again.
                let counts = !words.negated && counted < most;
                counted += usize::from(counts);
                let only = counts.then(|| self.only_by(synonym)).transpose()?;
                names.push(AlsoName {
                    name: synonym.written.clone(),
                    source: synonym.source.to_owned(),
                    spelling: synonym.kind == SynonymKind::Spelling,
                    studies: Some(studies),
                    only_hits: only,
                });
            }
            let (typed, area) = (words.typed.clone(), words.area.clone());
            if !names.is_empty() {
                all.push(AlsoSearched { typed, area, names });
            }
        }
        Ok(all)
    }

    /// Studies that have a synonym where it is looked for.
    fn studies_with(&self, words: &InterpretedWords, synonym: &Synonym) -> PlanResult<u64> {
        if let Some(found) = synonym.found.filter(|_| words.area == WORDS.name) {
            return Ok(found);
        }
        let at = words.synonyms.iter().position(|known| known == synonym);
        let mut studies = 0;
        for (_, node) in words.by_name().iter().filter(|(of, _)| of.is_some() && *of == at) {
            studies += self.count(node)?;
        }
        Ok(studies)
    }
}
