//! How many of the studies found have each value of a field: exact, or an error.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::answers::{total, unreadable};
use crate::error::ClusterError;
use crate::layout::{Kind, kind, name};
use crate::search::ClusterHits;
use trialdex_engine::search::{Facet, MINUTES_A_YEAR, record_values};
use trialdex_plan::layout::{FieldStorage, IndexField, has_column, storage_of};
use trialdex_plan::{Model, Node};
use trialdex_records::study::PartialDate;
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// Values that one answer counts at most.
const COUNTED_TOGETHER: u64 = 10_000;

/// Values that are asked for together: hashing spreads them unevenly.
const EXPECTED: u64 = 6_000;

/// Answers at most that the values of a field are counted in.
const MOST_PARTS: u64 = 100_000;

/// Years that one answer counts.
const YEARS: usize = 200;

/// Values with the studies that have each.
type Counts = BTreeMap<String, u64>;

/// Where the values of a field come from.
#[derive(Debug, PartialEq, Eq)]
enum Origin {
    /// A column of texts or numbers, as they are.
    Values(String),
    /// A column of numbers that are 0 or 1.
    Truths(String),
    /// A column of days.
    Days(String),
    /// A column of ages in minutes.
    Ages(String),
    /// The records.
    Records(&'static str),
}

fn origin(field: StudyField) -> Origin {
    let column = match (storage_of(field), field) {
        (FieldStorage::Text, StudyField::Piece(piece)) if has_column(piece) => {
            Some(IndexField::Column(piece.id()))
        }
        (FieldStorage::Constants { .. }, _) => Some(IndexField::Constants(field)),
        (FieldStorage::Numbers, _) => Some(IndexField::Numbers(field)),
        _ => None,
    };
    let is_column = |field: &IndexField| {
        matches!(
            kind(*field),
            Kind::Values | Kind::Constant { column: true } | Kind::Number { column: true }
        )
    };
    match (column.filter(is_column), field) {
        (Some(column @ IndexField::Numbers(_)), _) => match field.kind() {
            FieldKind::Boolean => Origin::Truths(name(column)),
            FieldKind::Date => Origin::Days(name(column)),
            FieldKind::Age => Origin::Ages(name(column)),
            _ => Origin::Values(name(column)),
        },
        (Some(column), _) => Origin::Values(name(column)),
        (None, StudyField::Piece(piece)) => Origin::Records(piece.name),
        (None, _) => Origin::Records(""),
    }
}

impl ClusterHits<'_> {
    /// Counts all studies that were found by the values of fields.
    pub(crate) fn count_by(&self, fields: &[StudyField]) -> Result<Vec<Facet>, ClusterError> {
        let node: Node = self.plan.node(self.required);
        let query = self.index.compiler(Model::default()).found(&node)?;
        let of_studies = StudyCounts { hits: self, query: json!({"bool": {"filter": [query]}}) };
        let studies = self.total as u64;
        let facet = |field: &StudyField| {
            let (missing, values) = of_studies.counts(&origin(*field))?;
            Ok(Facet::counted(*field, studies, missing, values))
        };
        fields.iter().map(facet).collect()
    }
}

/// Counts the studies of a query.
struct StudyCounts<'a> {
    hits: &'a ClusterHits<'a>,
    query: Value,
}

impl StudyCounts<'_> {
    /// Studies without a value, and those with each.
    fn counts(&self, origin: &Origin) -> Result<(u64, Counts), ClusterError> {
        match origin {
            Origin::Values(column) => {
                Ok((self.missing(column)?, self.values(column, &|value| value)?))
            }
            Origin::Truths(column) => {
                let truth =
                    |value: String| (if value == "0" { "false" } else { "true" }).to_owned();
                Ok((self.missing(column)?, self.values(column, &truth)?))
            }
            Origin::Days(column) => self.years(column),
            Origin::Ages(column) => Ok((self.missing(column)?, self.ages(column)?)),
            Origin::Records(piece) => self.of_records(piece),
        }
    }

    /// The answer of all shards to what is counted.
    fn counted(&self, aggregations: &Value) -> Result<Value, ClusterError> {
        // Of one word without any hit, the engine looks the number up and says that it ended early.
        let body = json!({
            "size": 1,
            "_source": false,
            "track_total_hits": true,
            "query": self.query,
            "aggs": aggregations,
        });
        let mut answer = self.hits.index.search_whole(&body)?;
        let (counted, found) = (total(&self.hits.index.version, &answer)?, self.hits.total);
        if counted != found as u64 {
            let problem = format!("values of {counted} of {found} studies were counted");
            return Err(self.hits.index.unequal(problem));
        }
        Ok(answer["aggregations"].take())
    }

    fn unreadable(&self, problem: &str) -> ClusterError {
        unreadable(&self.hits.index.version, problem)
    }

    fn number(&self, value: &Value) -> Result<u64, ClusterError> {
        value.as_u64().ok_or_else(|| self.unreadable("a number of studies is missing"))
    }

    fn missing(&self, column: &str) -> Result<u64, ClusterError> {
        let counted = self.counted(&json!({"missing": {"missing": {"field": column}}}))?;
        self.number(&counted["missing"]["doc_count"])
    }

    /// The studies with each value of a column. Values are asked for in parts that one answer has
    /// room for; an answer says of how many values it is not.
    fn values(
        &self,
        column: &str,
        named: &dyn Fn(String) -> String,
    ) -> Result<Counts, ClusterError> {
        let mut parts = 1;
        while parts <= MOST_PARTS {
            if let Some(values) = self.values_in(column, parts)? {
                let mut counts = Counts::new();
                for (value, studies) in values {
                    *counts.entry(named(value)).or_default() += studies;
                }
                return Ok(counts);
            }
            // One answer has mostly room for all.
            parts = match parts {
                1 => self.different(column)?.div_ceil(EXPECTED).max(2),
                parts => parts * 2,
            };
        }
        Err(self.unreadable("it does not count all values"))
    }

    /// About how many values a column has.
    fn different(&self, column: &str) -> Result<u64, ClusterError> {
        let counted = self.counted(&json!({"values": {"cardinality": {"field": column}}}))?;
        self.number(&counted["values"]["value"])
    }

    /// The studies with each value of a column, in so many parts; `None` where one is too large.
    fn values_in(
        &self,
        column: &str,
        parts: u64,
    ) -> Result<Option<Vec<(String, u64)>>, ClusterError> {
        let mut values = Vec::new();
        for part in 0..parts {
            let mut terms = json!({"field": column, "size": COUNTED_TOGETHER});
            if parts > 1 {
                terms["include"] = json!({"partition": part, "num_partitions": parts});
            }
            let counted = self.counted(&json!({"values": {"terms": terms}}))?;
            let counted = &counted["values"];
            let left_out = self.number(&counted["sum_other_doc_count"])?;
            if left_out > 0 || self.number(&counted["doc_count_error_upper_bound"])? > 0 {
                return Ok(None);
            }
            for bucket in counted["buckets"].as_array().into_iter().flatten() {
                let value = match &bucket["key"] {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => return Err(self.unreadable("a value is missing")),
                };
                values.push((value, self.number(&bucket["doc_count"])?));
            }
        }
        Ok(Some(values))
    }

    /// The studies with an age in each year.
    fn ages(&self, column: &str) -> Result<Counts, ClusterError> {
        let ages = json!({"ages": {"histogram": {
            "field": column, "interval": MINUTES_A_YEAR, "min_doc_count": 1,
        }}});
        let counted = self.counted(&ages)?;
        let mut counts = Counts::new();
        for bucket in counted["ages"]["buckets"].as_array().into_iter().flatten() {
            let minutes = bucket["key"].as_f64();
            let minutes = minutes.ok_or_else(|| self.unreadable("an age is missing"))?;
            #[expect(clippy::cast_possible_truncation, reason = "the numbers are whole")]
            let years = minutes.round() as i64 / MINUTES_A_YEAR;
            counts.insert(years.to_string(), self.number(&bucket["doc_count"])?);
        }
        Ok(counts)
    }

    /// Studies without a day, and those with a day of each year. A study counts once for a year.
    fn years(&self, column: &str) -> Result<(u64, Counts), ClusterError> {
        let counted = self.counted(&json!({
            "missing": {"missing": {"field": column}},
            "least": {"min": {"field": column}},
            "most": {"max": {"field": column}},
        }))?;
        let missing = self.number(&counted["missing"]["doc_count"])?;
        #[expect(clippy::cast_possible_truncation, reason = "days are whole")]
        let day = |name: &str| counted[name]["value"].as_f64().map(|day| day as i64);
        let mut counts = Counts::new();
        let (Some(least), Some(most)) = (day("least"), day("most")) else {
            return Ok((missing, counts));
        };
        let year = |day| PartialDate::of_day(day).map(PartialDate::year);
        let (Some(first), Some(last)) = (year(least), year(most)) else {
            return Err(self.unreadable("a day is beyond the calendar"));
        };
        let years: Vec<u16> = (first..=last).collect();
        for years in years.chunks(YEARS) {
            let ranges = years.iter().map(|year| self.range(*year));
            let ranges: Vec<Value> = ranges.collect::<Result<_, _>>()?;
            let ranges = json!({"field": column, "keyed": true, "ranges": ranges});
            let counted = self.counted(&json!({"years": {"range": ranges}}))?;
            for (year, bucket) in counted["years"]["buckets"].as_object().unwrap_or(&Map::new()) {
                let studies = self.number(&bucket["doc_count"])?;
                if studies > 0 {
                    counts.insert(year.clone(), studies);
                }
            }
        }
        Ok((missing, counts))
    }

    /// The days of a year.
    fn range(&self, year: u16) -> Result<Value, ClusterError> {
        let date = PartialDate::parse(&format!("{year:04}"));
        let (first, last) = date
            .map(PartialDate::days)
            .ok_or_else(|| self.unreadable("a day is beyond the calendar"))?;
        Ok(json!({"key": year.to_string(), "from": first, "to": last + 1}))
    }

    /// What the records say, one by one.
    fn of_records(&self, piece: &str) -> Result<(u64, Counts), ClusterError> {
        let (mut missing, mut counts) = (0, Counts::new());
        self.hits.index.each_record(&self.query, |_, study| -> Result<(), ClusterError> {
            let values = record_values(&study, piece);
            missing += u64::from(values.is_empty());
            values.into_iter().for_each(|value| *counts.entry(value).or_default() += 1);
            Ok(())
        })?;
        Ok((missing, counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_from_columns_where_there_are_any() {
        let origin_of = |name: &str| origin(StudyField::named(name).expect("a field"));
        assert_eq!(origin_of("Condition"), Origin::Values("values_Condition".to_owned()));
        assert_eq!(origin_of("Phase"), Origin::Values("constants_Phase".to_owned()));
        assert_eq!(origin_of("StartDate"), Origin::Days("numbers_StartDate".to_owned()));
        assert_eq!(origin_of("MinimumAge"), Origin::Ages("numbers_MinimumAge".to_owned()));
        assert_eq!(origin_of("HasResults"), Origin::Truths("numbers_HasResults".to_owned()));
        assert_eq!(
            origin_of("EnrollmentCount"),
            Origin::Values("numbers_EnrollmentCount".to_owned())
        );
        assert_eq!(origin_of("BriefTitle"), Origin::Records("BriefTitle"));
        assert_eq!(origin_of("OutcomeMeasureType"), Origin::Records("OutcomeMeasureType"));
    }
}
