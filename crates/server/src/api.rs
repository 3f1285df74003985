//! The registry's API, version 2: its routes.

mod answers;
pub(crate) mod api_error;
mod fhir;
mod geo_decay;
mod model;
mod model_routes;
pub(crate) mod page_token;
mod pages;
mod parameters;
mod patterns;
mod projection;
mod request;
mod stats_routes;
mod studies;
mod study;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::service::Service;

/// Where the registry has its API. Clients whose base address is this server's own find the same
/// routes there.
pub(crate) const BASE: &str = "/api/v2";

/// All operations, with and without the base and a slash at the end. They are not nested: what answers sees the whole
/// path.
pub(crate) fn routes() -> Router<Arc<Service>> {
    let all = ["", BASE].into_iter().flat_map(|base| ["", "/"].map(|end| operations(base, end)));
    all.fold(Router::new(), Router::merge)
}

fn operations(base: &str, end: &str) -> Router<Arc<Service>> {
    let at = |path: &str| format!("{base}{path}{end}");
    Router::new()
        .route(&at("/studies"), get(studies::studies))
        .route(&at("/studies/metadata"), get(model_routes::data_model))
        .route(&at("/studies/search-areas"), get(model_routes::areas))
        .route(&at("/studies/enums"), get(model_routes::constants))
        .route(&at("/studies/{nct_id}"), get(study::study))
        .route(&at("/stats/size"), get(stats_routes::size))
        .route(&at("/stats/field/values"), get(stats_routes::values))
        .route(&at("/stats/field/sizes"), get(stats_routes::sizes))
        // As they were called in the draft of the API.
        .route(&at("/stats/fieldValues"), get(stats_routes::values))
        .route(&at("/stats/fieldValues/{field}"), get(stats_routes::values_of_one))
        .route(&at("/stats/listSizes"), get(stats_routes::sizes))
        .route(&at("/version"), get(model_routes::version))
}
