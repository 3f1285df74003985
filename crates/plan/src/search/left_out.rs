//! Studies that a filter leaves out because nothing is known of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use trialdex_query::RequestPart;
use trialdex_records::study::number_format::plural;

use super::outcome::SearchOutcome;
use crate::error::PlanResult;
use crate::planner::present;
use crate::tree::Node;

/// What a filter leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterOmission {
    /// The name of the filter, as a front end spells it.
    #[serde(rename = "flag")]
    pub filter: String,
    /// The fields that it looks at.
    pub fields: Vec<String>,
    /// Studies that match everything else and have a value of none of these
    /// fields.
    pub studies: u64,
}

impl fmt::Display for FilterOmission {
    /// `3 more studies have no LocationCountry`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let studies = plural(self.studies, "more study has", "more studies have");
        let mut fields = self.fields.clone();
        let last = fields.pop().unwrap_or_default();
        match fields.as_slice() {
            [] => write!(f, "{studies} no {last}"),
            fields => write!(f, "{studies} no {} or {last}", fields.join(", ")),
        }
    }
}

impl SearchOutcome<'_> {
    /// What each filter leaves out for want of a value; filters that leave
    /// nothing out are not named. `parts` are those of the question.
    pub(super) fn left_out(&self, parts: &[RequestPart]) -> PlanResult<Vec<FilterOmission>> {
        let filters = parts.iter().filter(|part| part.filter).enumerate();
        let mut all = Vec::new();
        for (at, part) in filters.filter(|(_, part)| !part.fields.is_empty()) {
            let studies = self.without_value(at, part)?;
            if studies > 0 {
                let fields = part.fields.iter().map(|field| (*field).to_owned()).collect();
                all.push(FilterOmission { filter: part.name.clone(), fields, studies });
            }
        }
        Ok(all)
    }

    /// Studies that match where every filter takes in those that have no
    /// value, which is more than what single filters leave out where a study
    /// has a value for none of two; `None` for less than two such filters.
    pub(super) fn with_missing(&self, parts: &[RequestPart]) -> PlanResult<Option<u64>> {
        let filters: Vec<&RequestPart> = parts.iter().filter(|part| part.filter).collect();
        if filters.iter().filter(|part| !part.fields.is_empty()).count() < 2 {
            return Ok(None);
        }
        let mut all = vec![self.plan.ranked(self.required)];
        for (filter, part) in self.plan.filters.iter().zip(filters) {
            let mut either = vec![filter.clone()];
            if !part.fields.is_empty() {
                let targets = part.targets();
                let absent = targets.iter().map(|target| present(target).negated());
                either.push(Node::every(absent.collect()));
            }
            all.push(Node::any(either));
        }
        let counted = self.count(&Node::every(all))?;
        Ok(Some(counted).filter(|counted| *counted > self.total as u64))
    }

    /// Studies that match all but a filter, and have no value that it could
    /// look at.
    fn without_value(&self, at: usize, part: &RequestPart) -> PlanResult<u64> {
        let mut all = vec![self.plan.ranked(self.required)];
        for (other, filter) in self.plan.filters.iter().enumerate() {
            all.push(if other == at { filter.clone().negated() } else { filter.clone() });
        }
        all.extend(part.targets().iter().map(|target| present(target).negated()));
        self.count(&Node::every(all))
    }
}
