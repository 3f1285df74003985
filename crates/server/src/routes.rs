//! Everything that the server answers, and what is done with every request.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;

use crate::api::{self, api_error::ApiError};
use crate::guard::{self, Guard};
use crate::service::Service;

/// Bytes that a request may bring with it.
const BODY: usize = 1 << 20;

/// Headers of answers that scripts of other sites may read.
const EXPOSED: [HeaderName; 3] = [
    header::ETAG,
    HeaderName::from_static("x-next-page-token"),
    HeaderName::from_static("x-total-count"),
];

/// All routes. Those that are `mounted` besides are not for pages of other sites.
pub(crate) fn routes(service: &Arc<Service>, guard: &Arc<Guard>, mounted: Router) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(Any)
        .expose_headers(EXPOSED);
    let mounted = mounted.layer(middleware::from_fn_with_state(guard.clone(), guard::check_origin));
    Router::new()
        .merge(api::routes().layer(cors))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .with_state(service.clone())
        .merge(mounted)
        .fallback(nowhere)
        .layer(CompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(BODY))
        .layer(middleware::from_fn_with_state(guard.clone(), guard::check))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(service.clone(), observe))
}

async fn nowhere() -> ApiError {
    ApiError::not_found("There is nothing at this address; the API is below /api/v2")
}

/// Whether the index can be read.
async fn health(State(service): State<Arc<Service>>) -> Response {
    let index = service.session.current();
    let checked = tokio::task::spawn_blocking(move || index.is_latest().is_ok()).await;
    match checked {
        Ok(true) => "ok\n".into_response(),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "the index cannot be read\n").into_response(),
    }
}

async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let text = service.metrics.text(service.session.current().state());
    let mime = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(header::CONTENT_TYPE, mime)], text).into_response()
}

/// Counts a request and writes a line about it.
async fn observe(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let route = request.extensions().get::<MatchedPath>().cloned();
    service.metrics.running.fetch_add(1, Ordering::Relaxed);
    let running = Running(service.clone());
    let response = next.run(request).await;
    drop(running);
    let (status, took) = (response.status().as_u16(), begin.elapsed());
    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    service.metrics.answered(route, status, took);
    let milliseconds = took.as_secs_f64() * 1000.0;
    tracing::info!("{method} {uri} {status} {milliseconds:.1} ms");
    response
}

/// A request that is worked on, or whose client went away.
struct Running(Arc<Service>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.metrics.running.fetch_sub(1, Ordering::Relaxed);
    }
}
