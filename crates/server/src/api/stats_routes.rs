//! `/stats/size`, `/stats/field/values` and `/stats/field/sizes`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::{Value, json};
use tokio::time::timeout;

use trialdex_engine::index::{DocumentPlace, IndexError, StudyReader};
use trialdex_records::study::computed;
use trialdex_records::study::pieces::{self, Piece};
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_session::OpenIndex;

use super::answers::{JSON, answer, is_known, not_modified};
use super::api_error::ApiError;
use super::parameters::Parameters;
use super::patterns::is_name;
use super::statistics::{FieldCounts, field_values, hashed, written};
use crate::service::Service;

/// Values of a field that are named one by one at most.
const TOP: usize = 250;

/// The largest studies that are named.
const LARGEST: usize = 10;

const PERCENTILES: [usize; 8] = [5, 10, 25, 50, 75, 90, 95, 99];

/// The registry's names of what fields hold.
const TYPES: [&str; 6] = ["ENUM", "STRING", "DATE", "INTEGER", "NUMBER", "BOOLEAN"];

type Answered = Result<Response, ApiError>;

/// Answers with statistics about the latest state of the index.
async fn computed_answer(
    service: Arc<Service>,
    headers: HeaderMap,
    compute: impl FnOnce(&Service, &OpenIndex) -> Result<Value, ApiError> + Send + 'static,
) -> Answered {
    // One computes at a time. Others wait here, where they keep nobody from searching.
    let turn = timeout(service.limits.time, service.statistics.turn.clone().lock_owned());
    let Ok(turn) = turn.await else {
        let text = "The statistics are being computed; send the request again";
        return Err(ApiError::later(text));
    };
    service
        .work(move |service, _| {
            let _turn = turn;
            let index = service.session.current();
            if is_known(&headers, &index) {
                return Ok(not_modified(&index));
            }
            let value = compute(service, &index)?;
            Ok(answer(&index, JSON, Body::from(value.to_string())))
        })
        .await
}

pub(crate) async fn size(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    Parameters::read(uri.query(), &[])?;
    computed_answer(service, headers, |service, index| {
        let sizes = service.statistics.sizes(index)?;
        let bytes: Vec<u64> = sizes.iter().map(|(size, _)| u64::from(*size)).collect();
        let average = bytes.iter().sum::<u64>().checked_div(bytes.len() as u64).unwrap_or_default();
        let largest = sizes.iter().rev().take(LARGEST);
        let largest = largest.map(|(size, nct)| json!({"id": nct.to_string(), "sizeBytes": size}));
        Ok(json!({
            "totalStudies": bytes.len(),
            "averageSizeBytes": average,
            "percentiles": percentiles(&bytes),
            "ranges": ranges(&bytes),
            "largestStudies": largest.collect::<Vec<_>>(),
        }))
    })
    .await
}

/// The size that so many of a hundred studies do not exceed.
fn percentiles(bytes: &[u64]) -> Value {
    let mut shown = serde_json::Map::new();
    for percent in PERCENTILES {
        if let Some(size) = bytes.get((bytes.len() * percent).div_ceil(100).saturating_sub(1)) {
            shown.insert(format!("{percent}th"), (*size).into());
        }
    }
    Value::Object(shown)
}

/// Studies by size, in ranges that double.
fn ranges(bytes: &[u64]) -> Value {
    let mut ranges: BTreeMap<u64, u64> = BTreeMap::new();
    for size in bytes {
        *ranges.entry((size / 1024 + 1).next_power_of_two()).or_default() += 1;
    }
    let shown = ranges.into_iter().map(|(end, studies)| {
        let begin = if end == 1 { 0 } else { end / 2 };
        json!({"sizeRange": format!("{begin}-{end} KB"), "studiesCount": studies})
    });
    shown.collect()
}

pub(crate) async fn values(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    let given = Parameters::read(uri.query(), &["types", "fields"])?;
    let types = given.list("types").unwrap_or_default();
    if let Some(wrong) = types.iter().find(|name| !TYPES.contains(name)) {
        return Err(ApiError::value("types", wrong));
    }
    let fields = match given.filled_list("fields")? {
        Some(names) => named(&names, leaf)?,
        None => leaves(),
    };
    let wanted = |field: &StudyField| types.is_empty() || types.contains(&type_name(*field));
    let fields: Vec<StudyField> = fields.into_iter().filter(wanted).collect();
    values_of(service, headers, fields).await
}

/// Answers `/stats/fieldValues/{field}`, an older form.
pub(crate) async fn values_of_one(
    State(service): State<Arc<Service>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    Parameters::read(uri.query(), &[])?;
    let fields = named(&[&name], leaf)?;
    values_of(service, headers, fields).await
}

async fn values_of(service: Arc<Service>, headers: HeaderMap, fields: Vec<StudyField>) -> Answered {
    computed_answer(service, headers, move |service, index| {
        let counts = service.statistics.fields(index, &fields)?;
        let reader = index.store().reading()?;
        let shown = fields.iter().zip(counts).map(|(field, counts)| {
            field_statistics(&reader, index.state().studies, *field, &counts)
        });
        Ok(Value::Array(shown.collect::<Result<_, IndexError>>()?))
    })
    .await
}

pub(crate) async fn sizes(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    let given = Parameters::read(uri.query(), &["fields"])?;
    let fields = match given.filled_list("fields")? {
        Some(names) => named(&names, list)?,
        None => pieces::all().iter().filter(|piece| piece.list).map(StudyField::Size).collect(),
    };
    computed_answer(service, headers, move |service, index| {
        let counts = service.statistics.fields(index, &fields)?;
        let reader = index.store().reading()?;
        let shown = fields
            .iter()
            .zip(counts)
            .map(|(field, counts)| list_statistics(&reader, *field, &counts));
        Ok(Value::Array(shown.collect::<Result<_, IndexError>>()?))
    })
    .await
}

/// The fields of some names.
fn named(
    names: &[&str],
    one: fn(&str) -> Result<StudyField, ApiError>,
) -> Result<Vec<StudyField>, ApiError> {
    let fields = names.iter().enumerate().map(|(at, name)| {
        if !is_name(name) {
            return Err(ApiError::item("fields", at + 1));
        }
        one(name)
    });
    let mut fields: Vec<StudyField> = fields.collect::<Result<_, _>>()?;
    let mut seen = std::collections::HashSet::new();
    fields.retain(|field| seen.insert(*field));
    Ok(fields)
}

fn leaf(name: &str) -> Result<StudyField, ApiError> {
    let field = exactly(name);
    let field = field.filter(|it| !matches!(it.kind(), FieldKind::Structure | FieldKind::Point));
    field.ok_or_else(|| ApiError::not_found(format!("Unknown piece name of field path: {name}")))
}

fn list(name: &str) -> Result<StudyField, ApiError> {
    match exactly(name) {
        Some(StudyField::Piece(piece)) if piece.list => Ok(StudyField::Size(piece)),
        _ => Err(ApiError::not_found(format!("No field list sizes for `{name}` field"))),
    }
}

/// The field of a name as it is written in the data model.
fn exactly(name: &str) -> Option<StudyField> {
    let field = StudyField::named(name)?;
    let known = match field {
        StudyField::Piece(piece) => {
            piece.name == name || piece.path == name || piece.older_names.contains(&name)
        }
        StudyField::Computed(field) => field.name == name || field.path == name,
        StudyField::Size(piece) => computed::lengths()
            .any(|(known, path, list)| list.name == piece.name && (known == name || path == name)),
    };
    known.then_some(field)
}

/// All fields with values, those that only an index has among them.
fn leaves() -> Vec<StudyField> {
    let pieces = pieces::leaves().map(StudyField::Piece);
    let pieces = pieces.filter(|field| field.kind() != FieldKind::Point);
    let computed = computed::all().iter().map(StudyField::Computed);
    let lengths = computed::lengths().map(|(_, _, list)| StudyField::Size(list));
    pieces.chain(computed).chain(lengths).collect()
}

fn type_name(field: StudyField) -> &'static str {
    match field.kind() {
        FieldKind::Constant => "ENUM",
        FieldKind::Date => "DATE",
        FieldKind::Number => "INTEGER",
        FieldKind::Boolean => "BOOLEAN",
        _ => "STRING",
    }
}

/// The name and path of a field, as the registry gives them.
fn name_and_path(field: StudyField) -> (String, String) {
    match field {
        StudyField::Piece(piece) => (piece.name.to_owned(), piece.path.to_owned()),
        StudyField::Computed(field) => (field.name.to_owned(), field.path.to_owned()),
        StudyField::Size(piece) => {
            let named = computed::lengths().find(|(_, _, list)| list.name == piece.name);
            named.map_or_else(
                || (field.name(), piece.path.to_owned()),
                |(name, path, _)| (name.to_owned(), path),
            )
        }
    }
}

fn field_statistics(
    reader: &StudyReader<'_>,
    studies: u64,
    field: StudyField,
    counts: &FieldCounts,
) -> Result<Value, IndexError> {
    let (piece, path) = name_and_path(field);
    let kind = type_name(field);
    let missing = studies.saturating_sub(counts.present);
    let mut shown = json!({
        "type": kind, "piece": piece, "field": path, "missingStudiesCount": missing,
    });
    match kind {
        "INTEGER" => {
            if let Some((least, greatest)) = counts.range {
                // Whole numbers of the registry are exact in this type.
                shown["min"] = json!(least as i64);
                shown["max"] = json!(greatest as i64);
                shown["avg"] = json!(counts.sum / counts.numbers as f64);
            }
        }
        "DATE" => {
            if let Some((earliest, latest)) = &counts.dates {
                shown["min"] = json!(earliest);
                shown["max"] = json!(latest);
            }
            shown["formats"] = json!(counts.formats);
        }
        "BOOLEAN" => {
            shown["trueCount"] = json!(counts.yes);
            shown["falseCount"] = json!(counts.no);
        }
        _ => {
            shown["uniqueValuesCount"] = json!(counts.values.len());
            let top = top(reader, field, counts)?;
            let top = top
                .into_iter()
                .map(|(value, studies)| json!({"value": value, "studiesCount": studies}));
            shown["topValues"] = top.collect();
            if kind == "STRING"
                && let Some((length, place)) = counts.longest
            {
                shown["longest"] = longest(reader, field, length, place)?;
            }
        }
    }
    Ok(shown)
}

/// The commonest values of a field, with the studies that have each.
fn top(
    reader: &StudyReader<'_>,
    field: StudyField,
    counts: &FieldCounts,
) -> Result<Vec<(String, u32)>, IndexError> {
    let mut hashes: Vec<(u32, u64, DocumentPlace)> =
        counts.values.iter().map(|(hash, (studies, place))| (*studies, *hash, *place)).collect();
    // By the study that has it where as many have each: the same in every run.
    hashes.sort_unstable_by_key(|(studies, hash, place)| {
        (std::cmp::Reverse(*studies), *place, *hash)
    });
    let mut top = Vec::new();
    for (studies, hash, place) in hashes.into_iter().take(TOP) {
        let values = field_values(&reader.study(place)?, field);
        let value = values.iter().map(written).find(|text| hashed(text) == hash);
        top.extend(value.map(|value| (value, studies)));
    }
    top.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    Ok(top)
}

fn longest(
    reader: &StudyReader<'_>,
    field: StudyField,
    length: usize,
    place: DocumentPlace,
) -> Result<Value, IndexError> {
    let study = reader.study(place)?;
    let values = field_values(&study, field);
    let value = values.iter().map(written).find(|text| text.chars().count() == length);
    let nct = study.nct_id().map(|nct| nct.to_string()).unwrap_or_default();
    Ok(json!({"length": length, "nctId": nct, "value": value.unwrap_or_default()}))
}

fn list_statistics(
    reader: &StudyReader<'_>,
    field: StudyField,
    counts: &FieldCounts,
) -> Result<Value, IndexError> {
    let StudyField::Size(piece) = field else { return Ok(Value::Null) };
    let Piece { name, path, .. } = piece;
    let mut shown = json!({"piece": name, "field": path, "uniqueSizesCount": counts.values.len()});
    if let Some((least, greatest)) = counts.range {
        shown["minSize"] = json!(least as i64);
        shown["maxSize"] = json!(greatest as i64);
        let top = top(reader, field, counts)?.into_iter().map(|(size, studies)| {
            json!({"size": size.parse::<u64>().unwrap_or_default(), "studiesCount": studies})
        });
        shown["topSizes"] = top.collect();
    }
    Ok(shown)
}
