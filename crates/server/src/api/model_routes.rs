//! `/studies/metadata`, `/studies/search-areas`, `/studies/enums` and `/version`.

use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use serde_json::json;

use super::answers::{JSON, answer, is_known, not_modified};
use super::api_error::ApiError;
use super::model::{enums, metadata, search_areas};
use super::parameters::Parameters;
use crate::service::Service;

/// Version of the registry's API that is served.
const API_VERSION: &str = "2.0.5";

/// Characters of a moment in RFC 3339 up to its seconds.
const SECONDS: usize = 19;

static METADATA: LazyLock<String> = LazyLock::new(|| metadata(false).to_string());
static INDEXED_METADATA: LazyLock<String> = LazyLock::new(|| metadata(true).to_string());
static SEARCH_AREAS: LazyLock<String> = LazyLock::new(|| search_areas().to_string());
static ENUMS: LazyLock<String> = LazyLock::new(|| enums().to_string());

type Answered = Result<Response, ApiError>;

fn answered(service: &Service, headers: &HeaderMap, text: impl FnOnce() -> String) -> Answered {
    let index = service.session.current();
    if is_known(headers, &index.state().digest) {
        return Ok(not_modified(&index.state().digest));
    }
    Ok(answer(&index.state().digest, JSON, Body::from(text())))
}

pub(crate) async fn data_model(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    let known = ["includeIndexedOnly", "includeHistoricOnly"];
    let given = Parameters::read(uri.query(), &known)?;
    // No field is in historic data alone.
    given.flag("includeHistoricOnly")?;
    let tree = if given.flag("includeIndexedOnly")? { &INDEXED_METADATA } else { &METADATA };
    answered(&service, &headers, || tree.to_string())
}

pub(crate) async fn areas(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    Parameters::read(uri.query(), &[])?;
    answered(&service, &headers, || SEARCH_AREAS.clone())
}

pub(crate) async fn constants(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    Parameters::read(uri.query(), &[])?;
    answered(&service, &headers, || ENUMS.clone())
}

pub(crate) async fn version(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    uri: Uri,
) -> Answered {
    Parameters::read(uri.query(), &[])?;
    let written = service.session.current().state().written.clone();
    let moment = written.get(..SECONDS).unwrap_or(&written).to_owned();
    answered(&service, &headers, || {
        json!({"apiVersion": API_VERSION, "dataTimestamp": moment}).to_string()
    })
}
