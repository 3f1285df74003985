//! Plans as queries of the engine.

use serde_json::{Value, json};

use crate::error::ClusterError;
use crate::index::ClusterIndex;
use crate::layout::{Kind, NUMBER, POINT, kind, length_name, name, piece};
use crate::occurrences::{any, frequency, having, none};
use crate::sites::{at_site, within};
use trialdex_engine::search::{includes, stands_in};
use trialdex_plan::model::TILT_LOW;
use trialdex_plan::{Evidence, LookUp, Model, Node, Source};
use trialdex_records::study::Study;

/// Makes queries.
pub(crate) struct Compiler<'a> {
    pub(crate) index: &'a ClusterIndex,
    model: Model,
}

impl ClusterIndex {
    /// What makes queries that score by a model.
    pub(crate) fn compiler(&self, model: Model) -> Compiler<'_> {
        Compiler { index: self, model }
    }
}

impl Compiler<'_> {
    /// The query for a part of a plan, whose scores are those of the plan.
    pub(crate) fn scored(&self, node: &Node) -> Result<Value, ClusterError> {
        Ok(match node {
            Node::All => constant(&json!({"match_all": {}}), 0.0),
            Node::None => none(),
            Node::Every(parts) => {
                let (mut had, mut lacked) = (Vec::new(), Vec::new());
                for part in parts {
                    match part {
                        Node::Not(inner) => lacked.push(self.found(inner)?),
                        part => had.push(self.scored(part)?),
                    }
                }
                json!({"bool": {"must": had, "must_not": lacked}})
            }
            Node::Not(inner) => json!({"bool": {
                "must": [constant(&json!({"match_all": {}}), 0.0)],
                "must_not": [self.found(inner)?],
            }}),
            Node::Any(parts, least) => {
                let parts = self.all_scored(parts)?;
                json!({"bool": {"should": parts, "minimum_should_match": least}})
            }
            Node::Best(parts, tie) => {
                json!({"dis_max": {"queries": self.all_scored(parts)?, "tie_breaker": tie}})
            }
            Node::Constant(inner, score) => constant(&self.found(inner)?, *score),
            Node::Evidence(evidence) => self.evidence(evidence)?,
            Node::AtSite(candidates, condition) => {
                let (candidates, filter) =
                    (self.scored(candidates)?, at_site(condition, |node| self.found(node))?);
                json!({"bool": {"must": [candidates], "filter": [filter]}})
            }
            Node::AsWritten { candidates, .. } | Node::Inclusion(candidates, _) => {
                let (candidates, filter) = (self.scored(candidates)?, self.found(node)?);
                json!({"bool": {"must": [candidates], "filter": [filter]}})
            }
            Node::Tilted(inner, field) => {
                let (least, most) = self.index.range_of(*field)?;
                let source = "def values = doc[params.column]; \
                    double value = values.size() == 0 ? params.least : values.get(values.size() - 1); \
                    double place = (value - params.least) / Math.max(params.most - params.least, 1); \
                    return _score * (params.low + (1 - params.low) * place);";
                json!({"script_score": {"query": self.scored(inner)?, "script": {
                    "source": source,
                    "params": {"column": name(*field), "least": least, "most": most, "low": TILT_LOW},
                }}})
            }
            Node::Terms(..) | Node::Interval(..) | Node::Within(..) | Node::Itself(_) => {
                constant(&self.found(node)?, 1.0)
            }
        })
    }

    fn all_scored(&self, parts: &[Node]) -> Result<Vec<Value>, ClusterError> {
        parts.iter().map(|part| self.scored(part)).collect()
    }

    /// The query for which studies a part of a plan finds.
    pub(crate) fn found(&self, node: &Node) -> Result<Value, ClusterError> {
        let all = |parts: &[Node]| -> Result<Vec<Value>, ClusterError> {
            parts.iter().map(|part| self.found(part)).collect()
        };
        Ok(match node {
            Node::All => json!({"match_all": {}}),
            Node::None => none(),
            Node::Every(parts) => {
                let (mut had, mut lacked) = (Vec::new(), Vec::new());
                for part in parts {
                    match part {
                        Node::Not(inner) => lacked.push(self.found(inner)?),
                        part => had.push(self.found(part)?),
                    }
                }
                json!({"bool": {"filter": had, "must_not": lacked}})
            }
            Node::Not(inner) => json!({"bool": {"must_not": [self.found(inner)?]}}),
            Node::Any(parts, least) => {
                json!({"bool": {"should": all(parts)?, "minimum_should_match": least}})
            }
            Node::Best(parts, _) => any(all(parts)?),
            Node::Constant(inner, _) | Node::Tilted(inner, _) => self.found(inner)?,
            Node::Evidence(evidence) => {
                let look_ups: Vec<LookUp> = evidence.sources.iter().map(Source::look_up).collect();
                self.any_of(&look_ups)?
            }
            Node::Terms(field, terms) => json!({"terms": {name(*field): terms}}),
            Node::Interval(field, low, high) => {
                json!({"range": {name(*field): {"gte": low, "lte": high}}})
            }
            Node::Within(_, circle) => within(POINT, *circle),
            Node::AtSite(candidates, condition) => {
                let (candidates, filter) =
                    (self.found(candidates)?, at_site(condition, |node| self.found(node))?);
                json!({"bool": {"filter": [candidates, filter]}})
            }
            Node::AsWritten { candidates, piece: at, text, coverage } => {
                let piece = piece(*at).name;
                let fits = |study: &Study| {
                    study.texts(piece).iter().any(|value| stands_in(text, value, *coverage))
                };
                let sought = format!("`{text}`");
                let found =
                    self.index.those_that_fit(&self.found(candidates)?, (node, &sought), &fits)?;
                json!({"terms": {NUMBER: &*found}})
            }
            Node::Inclusion(candidates, stretch) => {
                let fits = |study: &Study| includes(study, stretch);
                let sought = format!("`{}` in criteria of inclusion", stretch.terms().join(" "));
                let found =
                    self.index.those_that_fit(&self.found(candidates)?, (node, &sought), &fits)?;
                json!({"terms": {NUMBER: &*found}})
            }
            Node::Itself(nct) => json!({"term": {NUMBER: nct.number()}}),
        })
    }

    /// Studies with any of some look-ups.
    pub(crate) fn any_of(&self, look_ups: &[LookUp]) -> Result<Value, ClusterError> {
        Ok(any(look_ups.iter().map(having).collect::<Result<_, _>>()?))
    }

    /// Everything that counts as evidence for the same words, scored as one: ways of writing the
    /// same in the same field count by the best of them, all else is added, and the sum is
    /// saturated.
    fn evidence(&self, evidence: &Evidence) -> Result<Value, ClusterError> {
        let mut groups: Vec<(&Source, Vec<Value>)> = Vec::new();
        for source in evidence.sources.iter() {
            let weighted = self.weighted(source)?;
            let same =
                |first: &Source| (first.synonym, first.field) == (source.synonym, source.field);
            match groups.iter_mut().find(|(first, _)| same(first)) {
                Some((_, ways)) => ways.push(weighted),
                None => groups.push((source, vec![weighted])),
            }
        }
        let sums = groups.into_iter().map(|(_, mut ways)| match ways.len() {
            1 => ways.remove(0),
            _ => json!({"dis_max": {"queries": ways, "tie_breaker": 0.0}}),
        });
        let sum = any(sums.collect());
        Ok(saturated(&sum, evidence.worth, self.model))
    }

    /// Occurrences of a source, by its weight and the length of the text.
    fn weighted(&self, source: &Source) -> Result<Value, ClusterError> {
        let occurrences = frequency(&source.look_up())?;
        Ok(self.by_length(&occurrences, source))
    }

    fn by_length(&self, occurrences: &Value, source: &Source) -> Value {
        let is_text = matches!(kind(source.field), Kind::Text { .. });
        match source.average_length.filter(|_| is_text) {
            Some(average) => by_length(
                occurrences,
                &length_name(source.field),
                source.weight,
                average,
                self.model,
            ),
            None => json!({"script_score": {"query": occurrences, "script": {
                "source": "return params.weight * _score;",
                "params": {"weight": source.weight},
            }}}),
        }
    }
}

/// Occurrences by weight and the length of the text, of which a column has the words.
pub(crate) fn by_length(
    occurrences: &Value,
    column: &str,
    weight: f32,
    average: f32,
    model: Model,
) -> Value {
    let source = "return params.weight * _score \
                  / (1 - params.b + params.b * doc[params.column].value / params.average);";
    json!({"script_score": {"query": occurrences, "script": {"source": source, "params": {
        "weight": weight, "b": model.b, "average": average.max(1.0), "column": column,
    }}}})
}

/// The score of weighted occurrences that are worth so much, see [`Model::saturated`].
pub(crate) fn saturated(sum: &Value, worth: f32, model: Model) -> Value {
    let source = "return params.worth * _score * (params.k1 + 1) / (_score + params.k1);";
    json!({"script_score": {"query": sum, "script": {
        "source": source, "params": {"worth": worth, "k1": model.k1},
    }}})
}

pub(crate) fn constant(filter: &Value, score: f32) -> Value {
    json!({"constant_score": {"filter": filter, "boost": score}})
}
