//! Who may ask: names of hosts, origins and the token.
//!
//! A page of the web can make the browser of its reader send requests to this machine. By a name
//! of its own that leads here it could also read the answers; so requests have to be for an
//! address, `localhost`, or a name that is known.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::api::api_error::ApiError;

/// The names of the registry, which no stranger can lead elsewhere.
const REGISTRY: [&str; 2] = ["clinicaltrials.gov", "www.clinicaltrials.gov"];

/// Who may ask.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    /// Names of this server besides addresses and `localhost`.
    pub(crate) hosts: Vec<String>,
    /// Hash of what requests have to bring; `None` for nothing.
    pub(crate) token: Option<blake3::Hash>,
}

/// Refuses requests for other hosts, and those without the token.
pub(crate) async fn check(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    match guard.refused(request.headers(), request.uri().authority(), request.uri().path()) {
        Some(refused) => refused.into_response(),
        None => next.run(request).await,
    }
}

/// Refuses requests that a page of another site sends.
pub(crate) async fn check_origin(
    State(guard): State<Arc<Guard>>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN);
    let host = origin.map(|origin| {
        let origin = origin.to_str().unwrap_or_default();
        let authority = origin.split_once("://").map(|(_, rest)| rest.parse::<Authority>());
        authority.and_then(Result::ok).map(|authority| authority.host().to_owned())
    });
    let known = match host {
        None => true,
        Some(host) => host.is_some_and(|host| is_this_machine(&host) || guard.knows(&host)),
    };
    if known {
        return next.run(request).await;
    }
    ApiError::new(StatusCode::FORBIDDEN, "Pages of other sites may not ask this").into_response()
}

impl Guard {
    fn refused(
        &self,
        headers: &HeaderMap,
        authority: Option<&Authority>,
        path: &str,
    ) -> Option<ApiError> {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = authority.map(Authority::as_str).or(host);
        let Some(host) = host.and_then(|host| host.parse::<Authority>().ok()) else {
            return Some(ApiError::bad_request("The request does not say for which host it is"));
        };
        let host = host.host().trim_matches(['[', ']']);
        // Who has the token is no stranger.
        let known = self.token.is_some()
            || host.parse::<IpAddr>().is_ok()
            || host.eq_ignore_ascii_case("localhost")
            || self.knows(host);
        if !known {
            let text = format!(
                "This server is not known as `{}`; start it with `--host-name` for that name",
                host.escape_default()
            );
            return Some(ApiError::new(StatusCode::MISDIRECTED_REQUEST, text));
        }
        // Whoever watches whether the server runs need not have the token.
        if path == "/health" {
            return None;
        }
        let token = self.token.as_ref()?;
        let brought = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let brought = brought.and_then(|value| value.split_once(' '));
        let brought = brought.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        // The comparison takes as long whatever is wrong.
        match brought.is_some_and(|(_, brought)| blake3::hash(brought.trim().as_bytes()) == *token)
        {
            true => None,
            false => Some(ApiError::new(
                StatusCode::UNAUTHORIZED,
                "A token is needed: send `Authorization: Bearer TOKEN`",
            )),
        }
    }

    fn knows(&self, host: &str) -> bool {
        let names = self.hosts.iter().map(String::as_str).chain(REGISTRY);
        names.into_iter().any(|known| known.eq_ignore_ascii_case(host))
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(guard: &Guard, pairs: &[(&'static str, &str)]) -> u16 {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, value.parse().expect("a value"));
        }
        guard.refused(&headers, None, "/studies").map_or(200, |error| error.status.as_u16())
    }

    #[test]
    fn addresses_and_known_names_are_this_server() {
        let guard = Guard { hosts: vec!["trials.example.org".to_owned()], token: None };
        for host in [
            "127.0.0.1:7878",
            "[::1]:7878",
            "localhost",
            "LOCALHOST:80",
            "trials.example.org:7878",
            "clinicaltrials.gov",
        ] {
            assert_eq!(status(&guard, &[("host", host)]), 200, "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:7878", "127.0.0.1.evil.example"] {
            assert_eq!(status(&guard, &[("host", host)]), 421, "{host}");
        }
        assert_eq!(status(&guard, &[]), 400);
    }

    #[test]
    fn a_token_is_asked_for() {
        let guard = Guard { hosts: Vec::new(), token: Some(blake3::hash(b"secret")) };
        let with = |value| status(&guard, &[("host", "a.example"), ("authorization", value)]);
        assert_eq!(with("Bearer secret"), 200);
        assert_eq!(with("bearer  secret"), 200);
        assert_eq!(with("Bearer secre"), 401);
        assert_eq!(with("Basic secret"), 401);
        assert_eq!(status(&guard, &[("host", "localhost")]), 401);
    }
}
