//! Whether an answer is of all studies.

use serde_json::Value;

use crate::error::ClusterError;

/// What every search adds to its path: no answer is better than a part of one.
pub(crate) const WHOLE: &str = "allow_partial_search_results=false";

/// Refuses an answer that is not of all parts of an index. The engine says 200 and `failed: 0`
/// where a part is gone, so the parts that answered are counted.
pub(crate) fn whole(index: &str, answer: &Value) -> Result<(), ClusterError> {
    let partial = |problem: String| ClusterError::Partial { index: index.to_owned(), problem };
    let shards = &answer["_shards"];
    let (Some(total), Some(successful), Some(failed)) =
        (shards["total"].as_u64(), shards["successful"].as_u64(), shards["failed"].as_u64())
    else {
        return Err(unreadable(index, "it does not say which shards answered"));
    };
    if answer["timed_out"] != Value::Bool(false) {
        return Err(partial("it took too long".to_owned()));
    }
    if answer["terminated_early"] == Value::Bool(true) {
        return Err(partial("it ended early".to_owned()));
    }
    if failed > 0 || successful != total || total == 0 {
        return Err(partial(format!("{successful} of {total} shards answered")));
    }
    Ok(())
}

pub(crate) fn unreadable(index: &str, problem: &str) -> ClusterError {
    ClusterError::Unreadable { index: index.to_owned(), problem: problem.to_owned() }
}

/// The hits of an answer, which are as many as they have to be.
pub(crate) fn hits<'a>(
    index: &str,
    answer: &'a Value,
    expected: usize,
) -> Result<&'a [Value], ClusterError> {
    let hits = answer["hits"]["hits"].as_array().map_or(&[][..], Vec::as_slice);
    if hits.len() != expected {
        let problem = format!("{} of {expected} studies came", hits.len());
        return Err(ClusterError::Partial { index: index.to_owned(), problem });
    }
    Ok(hits)
}

/// The number of studies that a whole answer counts.
pub(crate) fn total(index: &str, answer: &Value) -> Result<u64, ClusterError> {
    let total = &answer["hits"]["total"];
    match (total["value"].as_u64(), total["relation"].as_str()) {
        (Some(total), Some("eq")) => Ok(total),
        _ => Err(unreadable(index, "it does not count all studies")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parts_of_an_answer_are_none() {
        let answer = |total, successful, failed, late| {
            let shards = json!({"total": total, "successful": successful, "failed": failed});
            whole("x", &json!({"timed_out": late, "_shards": shards}))
        };
        assert!(answer(3, 3, 0, false).is_ok());
        assert!(matches!(answer(3, 2, 0, false), Err(ClusterError::Partial { .. })));
        assert!(matches!(answer(3, 3, 1, false), Err(ClusterError::Partial { .. })));
        assert!(matches!(answer(3, 3, 0, true), Err(ClusterError::Partial { .. })));
        assert!(matches!(answer(0, 0, 0, false), Err(ClusterError::Partial { .. })));
        assert!(matches!(whole("x", &json!({})), Err(ClusterError::Unreadable { .. })));
        let two = json!({"hits": {"hits": [{}, {}]}});
        assert_eq!(hits("x", &two, 2).expect("both").len(), 2);
        assert!(matches!(hits("x", &two, 3), Err(ClusterError::Partial { .. })));
        let hits = |relation| json!({"hits": {"total": {"value": 7, "relation": relation}}});
        assert_eq!(total("x", &hits("eq")).expect("a number"), 7);
        assert!(total("x", &hits("gte")).is_err());
    }
}
