//! `/studies/{nctId}`: one study.

use std::io::{Cursor, Write as _};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use zip::write::SimpleFileOptions;

use trialdex_output::{RIS_TAGS, RegistryTable, write_ris};
use trialdex_records::study::{ChosenPieces, NctId};
use trialdex_session::{AnyReader, StudyPlace};

use super::answers::{CSV, FHIR, JSON, RIS, ZIP, answer, header_value, is_known, not_modified};
use super::api_error::ApiError;
use super::fhir::research_study;
use super::parameters::Parameters;
use super::patterns::study_number;
use super::projection::Projection;
use super::studies::table;
use crate::service::Service;

const PARAMETERS: [&str; 3] = ["format", "markupFormat", "fields"];

/// How a study is written.
enum StudyFormat {
    Json(Projection),
    Zip(Projection),
    Csv(RegistryTable),
    /// With these tags, or all.
    Ris(Option<Vec<String>>),
    Fhir,
}

/// Answers `/studies/{nctId}`.
pub(crate) async fn study(
    State(service): State<Arc<Service>>,
    Path(typed): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Result<Response, ApiError> {
    service
        .work(move |service, _| {
            let nct = study_number(&typed).ok_or_else(|| {
                let message = format!("NCT number `{typed}` has incorrect format");
                ApiError::bad_request(message)
            })?;
            let format = StudyFormat::read(&Parameters::read(uri.query(), &PARAMETERS)?)?;
            let index = service.session.current();
            let reader = index.index().reading()?;
            let place = reader.find(nct)?;
            let place =
                place.ok_or_else(|| ApiError::not_found(format!("NCT number {nct} not found")))?;
            let numbers = reader.pieces(place, Some(&ChosenPieces::new(["NCTId"])))?;
            let known_as = numbers.nct_id().unwrap_or(nct);
            if known_as != nct {
                return Ok(moved(&uri, known_as));
            }
            if is_known(&headers, &index.state().digest) {
                return Ok(not_modified(&index.state().digest));
            }
            let (mime, text) = format.write(&reader, place, nct)?;
            let mut response = answer(&index.state().digest, mime, Body::from(text));
            if mime == ZIP {
                let name = format!("attachment; filename=\"{nct}.zip\"");
                response.headers_mut().insert(header::CONTENT_DISPOSITION, header_value(&name));
            }
            Ok(response)
        })
        .await
}

/// The study is known by another number now.
fn moved(uri: &Uri, nct: NctId) -> Response {
    let (above, _) = uri.path().trim_end_matches('/').rsplit_once('/').unwrap_or_default();
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    let place = HeaderValue::from_str(&format!("{above}/{nct}{query}"));
    if let Ok(place) = place {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

impl StudyFormat {
    fn read(given: &Parameters) -> Result<Self, ApiError> {
        let names = ["json", "csv", "json.zip", "ris", "fhir.json"];
        let name = given.choice("format", &names.map(|name| (name, name)), "json")?;
        let legacy =
            given.choice("markupFormat", &[("markdown", false), ("legacy", true)], false)?;
        let fields = given.filled_list("fields")?;
        let fields = fields.as_deref();
        Ok(match name {
            "csv" => Self::Csv(table(fields)?),
            "ris" => Self::Ris(tags(fields)?),
            "fhir.json" if fields.is_some() => {
                let message = "Parameter `fields` is not allowed for format `fhir.json`";
                return Err(ApiError::bad_request(message));
            }
            "fhir.json" => Self::Fhir,
            "json.zip" => Self::Zip(Projection::new(fields, None, false)?),
            _ => Self::Json(Projection::new(fields, None, legacy)?),
        })
    }

    fn write(
        &self,
        reader: &AnyReader<'_>,
        place: StudyPlace,
        nct: NctId,
    ) -> Result<(&'static str, Vec<u8>), ApiError> {
        let failed = |error: std::io::Error| ApiError::failed(error.to_string());
        let mut text = Vec::new();
        Ok(match self {
            Self::Json(projection) => (JSON, projection.json(reader, place)?),
            Self::Zip(projection) => {
                let json = projection.json(reader, place)?;
                (ZIP, zipped(&format!("{nct}.json"), &json).map_err(failed)?)
            }
            Self::Csv(table) => {
                let study = reader.pieces(place, Some(&RegistryTable::pieces()))?;
                table.write_heading(&mut text).map_err(failed)?;
                table.write_study(&mut text, &study).map_err(failed)?;
                (CSV, text)
            }
            Self::Ris(tags) => {
                let tags: Option<Vec<&str>> =
                    tags.as_ref().map(|tags| tags.iter().map(String::as_str).collect());
                let study = reader.study(place)?;
                write_ris(&mut text, nct, &study, tags.as_deref()).map_err(failed)?;
                (RIS, text)
            }
            Self::Fhir => {
                (FHIR, research_study(nct, &reader.study(place)?).to_string().into_bytes())
            }
        })
    }
}

fn tags(fields: Option<&[&str]>) -> Result<Option<Vec<String>>, ApiError> {
    let Some(tags) = fields else { return Ok(None) };
    match tags.iter().find(|tag| !RIS_TAGS.contains(tag)) {
        Some(tag) => Err(ApiError::bad_request(format!(
            "Parameter 'fields' contains invalid RIS tag name: '{tag}'"
        ))),
        None => Ok(Some(tags.iter().map(|tag| (*tag).to_owned()).collect())),
    }
}

/// A zip archive with one file.
fn zipped(name: &str, content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, SimpleFileOptions::default())?;
    archive.write_all(content)?;
    Ok(archive.finish()?.into_inner())
}
