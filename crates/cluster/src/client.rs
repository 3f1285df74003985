//! Requests to a cluster, which may be answered late, in part or not at all.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use ureq::http::Request;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, AsSendBody};

use crate::access::{Access, Credentials};
use crate::address::Address;
use crate::error::ClusterError;

/// Who asks.
const AGENT: &str = concat!("trialdex/", env!("CARGO_PKG_VERSION"));

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(3);

/// How long and how often a request is tried.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// One answer may take as long.
    answer: Duration,
    /// All attempts together may take as long.
    all: Duration,
    /// Times that each server is asked at most.
    rounds: u32,
    /// Statuses of answers that may be others later.
    later: &'static [u16],
}

/// Questions.
const ASKING: Patience = Patience {
    answer: Duration::from_secs(30),
    all: Duration::from_secs(60),
    rounds: 7,
    // 500 is what a search says whose machine dies meanwhile.
    later: &[429, 500, 502, 503, 504],
};

/// What makes a version: of a machine that dies, another one takes over in this time.
const WRITING: Patience = Patience {
    answer: Duration::from_secs(60),
    all: GIVING_UP,
    rounds: u32::MAX,
    later: &[429, 502, 503, 504],
};

/// After so long, what the cluster does not take is not sent again.
pub(crate) const GIVING_UP: Duration = Duration::from_secs(90);

/// What questions about names and versions add to their paths: without a manager, the cluster says
/// so in this time.
pub(crate) const MANAGED: &str = "cluster_manager_timeout=10s";

/// The wait after no server has answered; each later one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Bytes of an answer at most.
const LARGEST: u64 = 1 << 30;

/// Characters of what the engine says about a refusal.
const LONGEST: usize = 300;

/// A body that is shorter is sent as it is.
const SMALL: usize = 1_000;

/// What is sent to the servers of a cluster.
pub struct Client {
    agent: Agent,
    /// Scheme, host and port of each, at least one.
    servers: Vec<String>,
    /// The one that is asked first: which answered last.
    first: AtomicUsize,
    authorization: Option<String>,
}

/// The status and the body of an answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Who gave it.
    pub(crate) server: String,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// What became of an attempt.
enum Attempt {
    Done(Answer),
    /// It may succeed later.
    Failed(FailedAttempt),
}

/// Why an attempt has failed.
struct FailedAttempt {
    server: String,
    /// Where the server answered.
    status: Option<u16>,
    problem: String,
}

impl From<FailedAttempt> for ClusterError {
    fn from(failed: FailedAttempt) -> Self {
        let FailedAttempt { server, status, problem } = failed;
        match status {
            Some(status) => Self::Unable { server, status, problem },
            None => Self::Unreachable { server, problem },
        }
    }
}

impl Client {
    /// A client for the servers of an index.
    ///
    /// # Errors
    ///
    /// Where the certificates of one's own authority cannot be read.
    pub fn new(address: &Address, access: &Access) -> Result<Self, ClusterError> {
        let authorities = access.authorities.as_deref().map(certificates).transpose()?;
        let tls = match authorities {
            Some(certificates) => {
                TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build()
            }
            None => TlsConfig::default(),
        };
        let config = Agent::config_builder()
            .user_agent(AGENT)
            .timeout_connect(Some(CONNECTING))
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls);
        Ok(Self {
            agent: config.build().into(),
            servers: address.servers.clone(),
            first: AtomicUsize::new(0),
            authorization: access.credentials.as_ref().map(authorization),
        })
    }

    /// The answer to a question, which changes nothing.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ClusterError> {
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        self.again(ASKING, method, path, "application/json", &body)
    }

    /// The answer to a question that has to be answered.
    pub(crate) fn answer(&self, path: &str, body: &Value) -> Result<Value, ClusterError> {
        let answer = self.ask("POST", path, Some(body))?;
        self.accepted(answer)
    }

    /// The answer to a change, which may be made several times.
    pub(crate) fn change(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Value, ClusterError> {
        let answer = self.tried(method, path, body)?;
        self.accepted(answer)
    }

    /// The answer to lines of a bulk request.
    pub(crate) fn bulk(&self, path: &str, lines: &[u8]) -> Result<Value, ClusterError> {
        let answer = self.again(WRITING, "POST", path, "application/x-ndjson", lines)?;
        self.accepted(answer)
    }

    /// What a change is answered, be it a refusal; it may be made several times.
    pub(crate) fn tried(
        &self,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, ClusterError> {
        let text = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.again(WRITING, method, path, "application/json", &text)
    }

    /// The body of an answer that is no refusal.
    pub(crate) fn accepted(&self, answer: Answer) -> Result<Value, ClusterError> {
        let Answer { server, status, body } = answer;
        if (200..300).contains(&status) {
            return Ok(body);
        }
        let problem = reason(&body);
        Err(match is_blocked(&problem) {
            true => ClusterError::Blocked { place: server, problem },
            false => ClusterError::Refused { server, status, problem },
        })
    }

    fn again(
        &self,
        patience: Patience,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer, ClusterError> {
        let (count, start) = (self.servers.len(), now());
        let left = || patience.all.saturating_sub(start.elapsed());
        let packed = (body.len() > SMALL).then(|| packed(body));
        let mut request = Sent { method, path, kind, body, packed, patience: patience.answer };
        let mut failed: Option<FailedAttempt> = None;
        for round in 0..patience.rounds {
            if round > 0 {
                if wait(round) >= left() {
                    break;
                }
                std::thread::sleep(wait(round));
            }
            let mut of_round: Option<FailedAttempt> = None;
            let first = self.first.load(Ordering::Relaxed);
            for at in (first..first + count).map(|at| at % count) {
                request.patience = patience.answer.min(left());
                if request.patience.is_zero() {
                    break;
                }
                match self.attempt(&self.servers[at], &request, patience.later) {
                    Attempt::Done(answer) => {
                        self.first.store(at, Ordering::Relaxed);
                        return Ok(answer);
                    }
                    // One that answers says more than one that does not.
                    Attempt::Failed(next) => {
                        let is_better =
                            |known: &FailedAttempt| known.status.is_none() || next.status.is_some();
                        if of_round.as_ref().is_none_or(is_better) {
                            of_round = Some(next);
                        }
                    }
                }
            }
            failed = of_round.or(failed);
        }
        Err(failed.map_or_else(
            || ClusterError::Unreachable {
                server: self.servers.first().cloned().unwrap_or_default(),
                problem: "there was no time to ask it".to_owned(),
            },
            ClusterError::from,
        ))
    }

    fn attempt(&self, server: &str, sent: &Sent<'_>, later: &[u16]) -> Attempt {
        let failed = |status, problem: String| {
            Attempt::Failed(FailedAttempt { server: server.to_owned(), status, problem })
        };
        let (status, body) = match self.answered(server, sent) {
            Ok(answered) => answered,
            Err(problem) => return failed(None, problem),
        };
        if later.contains(&status) {
            let problem = reason(&body);
            // It stays so until somebody makes room.
            if !is_blocked(&problem) {
                return failed(Some(status), problem);
            }
        }
        Attempt::Done(Answer { server: server.to_owned(), status, body })
    }

    /// The status and the body of an answer, or why there is none.
    fn answered(&self, server: &str, sent: &Sent<'_>) -> Result<(u16, Value), String> {
        let said = |error: &dyn std::fmt::Display| error.to_string();
        let uri = format!("{server}/{}", sent.path);
        let mut request = Request::builder().method(sent.method).uri(uri);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        request = request.header("accept-encoding", "gzip");
        let response = if sent.body.is_empty() {
            let request = request.body(()).map_err(|error| said(&error))?;
            self.agent.run(self.patient(request, sent.patience))
        } else {
            request = request.header("content-type", sent.kind);
            if sent.packed.is_some() {
                request = request.header("content-encoding", "gzip");
            }
            let body = sent.packed.as_deref().unwrap_or(sent.body);
            let request = request.body(body).map_err(|error| said(&error))?;
            self.agent.run(self.patient(request, sent.patience))
        };
        let mut response = response.map_err(|error| said(&error))?;
        let status = response.status().as_u16();
        let is_packed = response.headers().get("content-encoding").is_some();
        let mut text = Vec::new();
        let mut reader = response.body_mut().with_config().limit(LARGEST).reader();
        reader.read_to_end(&mut text).map_err(|error| said(&error))?;
        if is_packed && text.starts_with(&[0x1f, 0x8b]) {
            text = unpacked(&text, LARGEST).map_err(|error| said(&error))?;
        }
        let body = serde_json::from_slice(&text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&text).into_owned()));
        Ok((status, body))
    }

    fn patient<S: AsSendBody>(&self, request: Request<S>, patience: Duration) -> Request<S> {
        self.agent.configure_request(request).timeout_global(Some(patience)).build()
    }
}

/// A request, as each server is sent it.
struct Sent<'a> {
    method: &'a str,
    path: &'a str,
    kind: &'a str,
    body: &'a [u8],
    packed: Option<Vec<u8>>,
    patience: Duration,
}

/// When something begins.
pub(crate) fn now() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "what is tried again ends at some time")]
    Instant::now()
}

/// Whether an index takes nothing until somebody makes room on a disk.
pub(crate) fn is_blocked(problem: &str) -> bool {
    ["read-only", "create-index blocked"].iter().any(|block| problem.contains(block))
}

/// How long is waited before an attempt, from 1.
pub(crate) fn wait(attempt: u32) -> Duration {
    FIRST_WAIT * 2_u32.pow(attempt.saturating_sub(1).min(6))
}

/// The certificates of a text in the form of PEM.
fn certificates(pem: &[u8]) -> Result<Vec<Certificate<'static>>, ClusterError> {
    let failed = |problem: String| ClusterError::Authority(problem);
    let mut found = Vec::new();
    for item in parse_pem(pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|it| failed(it.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(failed("no certificate is in it".to_owned())) } else { Ok(found) }
}

/// Who asks, as a header says it.
fn authorization(credentials: &Credentials) -> String {
    match credentials {
        Credentials::User { name, password } => {
            format!("Basic {}", base64(format!("{name}:{password}").as_bytes()))
        }
        // A key is given as it is sent, or as its name and its secret.
        Credentials::Key(key) if key.contains(':') => format!("ApiKey {}", base64(key.as_bytes())),
        Credentials::Key(key) => format!("ApiKey {key}"),
    }
}

/// What was packed, so many bytes at most.
fn unpacked(packed: &[u8], most: u64) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    GzDecoder::new(packed).take(most + 1).read_to_end(&mut plain)?;
    match plain.len() as u64 > most {
        true => Err(std::io::Error::other("the answer is too large")),
        false => Ok(plain),
    }
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

/// What an answer says went wrong, as one line.
pub(crate) fn reason(body: &Value) -> String {
    let said =
        [&body["error"]["root_cause"][0]["reason"], &body["error"]["reason"], &body["error"], body];
    let said = said.iter().find(|value| !value.is_null());
    let text = match said {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "no reason".to_owned(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3)
            .fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() { char::from(sign) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests;
