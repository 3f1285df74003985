//! What is left of the studies after each part of a query, and what each part
//! would leave by itself.

use serde::{Deserialize, Serialize};

use trialdex_query::{ConditionStep, RequestPart};

use super::outcome::SearchOutcome;
use crate::error::PlanResult;
use crate::planner::Clause;
use crate::tree::Node;

/// Parts that are counted at most.
const MOST_STEPS: usize = 40;

/// A part of a query and the studies that it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunnelStep {
    /// The part as people type it, with its name.
    pub part: String,
    /// Studies that fulfil it and all parts before it.
    pub left: usize,
    /// Studies that fulfil it.
    pub alone: usize,
}

/// A part as people type it, with its name, and what it asks of the index.
pub type LabelledPart = (String, Node);

impl SearchOutcome<'_> {
    /// What each part of a question leaves, in the order of the parts: words
    /// and conditions that rank one by one, then filters. Nothing where there
    /// is one part alone. `parts` are those of the question.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub fn funnel(&self, parts: &[RequestPart]) -> PlanResult<Vec<FunnelStep>> {
        self.counted(self.labelled(parts)?)
    }

    /// Each part of a question: words and conditions that rank one by one, then filters. A study
    /// that has all of them is found. `parts` are those of the question.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub fn labelled(&self, parts: &[RequestPart]) -> PlanResult<Vec<LabelledPart>> {
        let mut planner = self.planner();
        let steps: Vec<ConditionStep> = parts.iter().flat_map(RequestPart::steps).collect();
        let mut all = Vec::new();
        let (ranked, filters): (Vec<&ConditionStep>, Vec<&ConditionStep>) =
            steps.iter().partition(|step| !step.filter);
        let mut clauses = Vec::new();
        for step in ranked {
            let (words, fixed) = planner.divided(&step.condition)?;
            let single = words.len() + fixed.len() == 1;
            let label = |clause: &Clause| if single { &step.label } else { &clause.label }.clone();
            clauses.extend(words.into_iter().map(|clause| Clause {
                label: named(&step.name, &label(&clause)),
                node: clause.node,
            }));
            all.extend(fixed.into_iter().map(|part| (named(&step.name, &step.label), part)));
        }
        let mut labelled = self.words_in_steps(clauses);
        labelled.append(&mut all);
        for step in filters {
            let node = planner.condition(&step.condition)?;
            labelled.push((named(&step.name, &step.label), node));
        }
        Ok(labelled)
    }

    /// Each of some words, or, where hits need not have all, one part of all.
    fn words_in_steps(&self, clauses: Vec<Clause>) -> Vec<LabelledPart> {
        if self.required >= self.plan.clauses.len() || clauses.len() < 2 {
            let each = clauses.into_iter();
            return each.map(|clause| (clause.label, clause.node)).collect();
        }
        let labels: Vec<&str> = clauses.iter().map(|clause| clause.label.as_str()).collect();
        let label = format!("{} of: {}", self.required, labels.join(", "));
        let nodes = clauses.into_iter().map(|clause| clause.node).collect();
        vec![(label, Node::Any(nodes, self.required))]
    }

    fn counted(&self, steps: Vec<LabelledPart>) -> PlanResult<Vec<FunnelStep>> {
        // A part alone leaves what is found.
        if steps.len() < 2 {
            return Ok(Vec::new());
        }
        let mut before: Vec<Node> = Vec::new();
        let mut funnel = Vec::new();
        for (label, node) in steps.into_iter().take(MOST_STEPS) {
            let alone = self.count(&Node::every(vec![node.clone()]))?;
            before.push(node);
            let left = self.count(&Node::every(before.clone()))?;
            funnel.push(FunnelStep { part: label, left: in_all(left), alone: in_all(alone) });
        }
        Ok(funnel)
    }
}

/// A number of studies, which fits an index of any size.
fn in_all(studies: u64) -> usize {
    usize::try_from(studies).unwrap_or(usize::MAX)
}

fn named(name: &str, label: &str) -> String {
    [name, label].join(" ").trim().to_owned()
}
