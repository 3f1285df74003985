//! Answers, and whether a client has one already.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

pub(crate) const JSON: &str = "application/json";
pub(crate) const CSV: &str = "text/csv; charset=utf-8";
pub(crate) const RIS: &str = "application/x-research-info-systems";
pub(crate) const ZIP: &str = "application/zip";
pub(crate) const FHIR: &str = "application/fhir+json";

/// Hexadecimal digits of a state in the first part of a tag, and in the last.
const FIRST: usize = 7;
const LAST: usize = 23;

/// An answer from a state of an index, which is given by its digest.
pub(crate) fn answer(digest: &str, mime: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::ETAG, header_value(&tag(digest)));
    response
}

/// An answer for a client that has it already.
pub(crate) fn not_modified(digest: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.headers_mut().insert(header::ETAG, header_value(&tag(digest)));
    response
}

/// Whether a client has the answer from this state of the index.
pub(crate) fn is_known(headers: &HeaderMap, digest: &str) -> bool {
    let tag = tag(digest);
    headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).any(
        |value| {
            let mut known = value.split(',').map(str::trim);
            known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
        },
    )
}

/// A text that we made ourselves, as the value of a header.
pub(crate) fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// What all answers from a state of the index are known by, of the shape of the registry's tags.
fn tag(digest: &str) -> String {
    let number = digest.get(FIRST..LAST).and_then(|part| u64::from_str_radix(part, 16).ok());
    let (first, version) = (digest.get(..FIRST).unwrap_or(digest), env!("CARGO_PKG_VERSION"));
    format!("\"{first}/{version}/{}\"", base_36(number.unwrap_or_default()))
}

fn base_36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from_digit((number % 36) as u32, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}
