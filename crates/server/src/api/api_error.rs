//! Refused requests, as the registry words them: a status and one line of plain text.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use trialdex_session::AnyError;

/// Why a request is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

/// Seconds after which a request that came at a bad time can be sent again.
const LATER: HeaderValue = HeaderValue::from_static("5");

impl ApiError {
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    pub(crate) fn bad_request(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, text)
    }

    /// A value that a parameter cannot have.
    pub(crate) fn value(parameter: &str, value: &str) -> Self {
        let parameter = short(parameter);
        Self::bad_request(format!("Invalid value in parameter `{parameter}`: `{value}`"))
    }

    /// An item of a list, counted from 1, that is not written as it has to be.
    pub(crate) fn item(parameter: &str, item: usize) -> Self {
        let parameter = short(parameter);
        Self::bad_request(format!("Item {item} in parameter `{parameter}` has incorrect format"))
    }

    pub(crate) fn later(text: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, text)
    }

    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, text)
    }
}

/// The registry's messages leave out the prefix of a parameter.
pub(crate) fn short(parameter: &str) -> &str {
    parameter.rsplit('.').next().unwrap_or(parameter)
}

impl From<AnyError> for ApiError {
    fn from(error: AnyError) -> Self {
        if error.is_too_much() {
            return Self::bad_request(format!(
                "{error}; type more letters before `*`, or ask for the parts one by one"
            ));
        }
        if error.is_stopped() {
            return Self::later("The search was stopped");
        }
        // What the file system or the cluster says is for the log of the server alone.
        tracing::error!("{error}");
        Self::failed("The index cannot be read; the log of the server says why")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.text).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, LATER);
        }
        response
    }
}
