//! Conditions that one and the same site has to fulfil, as queries of nested documents.

use serde_json::{Map, Value, json};

use crate::error::ClusterError;
use crate::layout::{POINT, SITES, site_name};
use crate::occurrences::{any, stretch_place};
use trialdex_plan::{Circle, Node, SiteCondition};

/// Conditions of the study within one of its sites at most: each doubles the query.
const MOST_OF_STUDY: usize = 4;

/// Studies with a site that fulfils a condition; `found` gives the query for what is asked of the
/// study. A nested document cannot see its study: that is decided first, in all its cases.
pub(crate) fn at_site(
    condition: &SiteCondition,
    found: impl Fn(&Node) -> Result<Value, ClusterError>,
) -> Result<Value, ClusterError> {
    let mut of_study = Vec::new();
    collect(condition, &mut of_study);
    if of_study.len() > MOST_OF_STUDY {
        let problem = "so many conditions of the study within SEARCH[Location] are not looked for";
        return Err(ClusterError::NotYet(problem.to_owned()));
    }
    let studies = of_study.into_iter().map(found);
    let studies: Vec<Value> = studies.collect::<Result<_, _>>()?;
    let mut cases = Vec::new();
    for case in 0..1_u32 << studies.len() {
        let holds: Vec<bool> = (0..studies.len()).map(|at| case >> at & 1 == 1).collect();
        let (mut had, mut lacked) = (Vec::new(), Vec::new());
        for (study, holds) in studies.iter().zip(&holds) {
            if *holds { had.push(study.clone()) } else { lacked.push(study.clone()) }
        }
        let site = site(condition, &mut holds.iter())?;
        had.push(json!({"nested": {"path": SITES, "score_mode": "none", "query": site}}));
        cases.push(json!({"bool": {"filter": had, "must_not": lacked}}));
    }
    Ok(any(cases))
}

/// The conditions of the study, in their order.
fn collect<'a>(condition: &'a SiteCondition, found: &mut Vec<&'a Node>) {
    match condition {
        SiteCondition::And(all) | SiteCondition::Or(all) => {
            all.iter().for_each(|inner| collect(inner, found));
        }
        SiteCondition::Not(inner) => collect(inner, found),
        SiteCondition::OfStudy(node) => found.push(node),
        _ => {}
    }
}

/// Sites that fulfil a condition, where it is known whether each condition of the study holds.
fn site<'a>(
    condition: &SiteCondition,
    holds: &mut impl Iterator<Item = &'a bool>,
) -> Result<Value, ClusterError> {
    let mut each = |conditions: &[SiteCondition]| -> Result<Vec<Value>, ClusterError> {
        conditions.iter().map(|inner| site(inner, holds)).collect()
    };
    Ok(match condition {
        SiteCondition::All => json!({"match_all": {}}),
        SiteCondition::And(conditions) if conditions.is_empty() => json!({"match_all": {}}),
        SiteCondition::And(conditions) => json!({"bool": {"filter": each(conditions)?}}),
        SiteCondition::Or(conditions) => any(each(conditions)?),
        SiteCondition::Not(inner) => json!({"bool": {"must_not": [site(inner, holds)?]}}),
        SiteCondition::OfStudy(_) => match holds.next() {
            Some(true) => json!({"match_all": {}}),
            _ => json!({"match_none": {}}),
        },
        SiteCondition::Words(field, stretch) => stretch_place(&site_name(*field), stretch)?,
        SiteCondition::Within(_, Some(circle)) => within(&format!("{SITES}.{POINT}"), *circle),
        SiteCondition::Within(_, None) => json!({"exists": {"field": format!("{SITES}.{POINT}")}}),
        SiteCondition::Between(field, low, high) => {
            json!({"range": {site_name(*field): {"gte": low, "lte": high}}})
        }
    })
}

/// Studies, or sites, with a point in a circle.
pub(crate) fn within(column: &str, circle: Circle) -> Value {
    let mut asked = Map::new();
    asked.insert("distance".to_owned(), format!("{}m", circle.metres).into());
    asked.insert(column.to_owned(), json!({"lat": circle.lat, "lon": circle.lon}));
    json!({"geo_distance": asked})
}
