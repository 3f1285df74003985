//! `/stats/size`, `/stats/field/values` and `/stats/field/sizes`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;

use trialdex_records::study::computed;
use trialdex_records::study::study_fields::{FieldKind, StudyField};

use super::answers::{JSON, answer, is_known, not_modified};
use super::api_error::ApiError;
use super::parameters::Parameters;
use super::patterns::is_name;
use crate::service::Service;
use crate::statistics::{Statistics, leaves, lists, type_name};

/// The registry's names of what fields hold.
const TYPES: [&str; 6] = ["ENUM", "STRING", "DATE", "INTEGER", "NUMBER", "BOOLEAN"];

type Answered = Result<Response, ApiError>;

/// Answers with what was counted last. The tag of the answer is that of the counted state.
async fn counted_answer(
    service: &Service,
    headers: &HeaderMap,
    text: impl FnOnce(&Statistics) -> String,
) -> Answered {
    let state = service.session.current().state().clone();
    // As long as another request may wait and work.
    let limit = 2 * service.limits.time;
    let latest = service.statistics.latest(&state.digest, limit).await;
    let Some(statistics) = latest else {
        return Err(ApiError::later(format!(
            "The statistics are being computed, {} of {} studies so far; send the request again",
            service.statistics.done(),
            state.studies
        )));
    };
    if is_known(headers, &statistics.digest) {
        return Ok(not_modified(&statistics.digest));
    }
    Ok(answer(&statistics.digest, JSON, Body::from(text(&statistics))))
}

pub(crate) async fn size(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    Parameters::read(uri.query(), &[])?;
    counted_answer(&service, &headers, |statistics| statistics.size.clone()).await
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
    counted_answer(&service, &headers, |statistics| statistics.values(&fields)).await
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
    counted_answer(&service, &headers, |statistics| statistics.values(&fields)).await
}

pub(crate) async fn sizes(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    let given = Parameters::read(uri.query(), &["fields"])?;
    let fields = match given.filled_list("fields")? {
        Some(names) => named(&names, list)?,
        None => lists(),
    };
    counted_answer(&service, &headers, |statistics| statistics.lists(&fields)).await
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
