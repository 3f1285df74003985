//! Requests to a cluster, which may be answered late, in part or not at all.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::access::{Access, Credentials};
use crate::address::Address;
use crate::error::ClusterError;

/// Who asks.
const AGENT: &str = concat!("trialdex/", env!("CARGO_PKG_VERSION"));

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(3);

/// How long an answer may take.
const ANSWERING: Duration = Duration::from_secs(30);

/// The same where many studies are sent or a version is made.
const WRITING: Duration = Duration::from_secs(60);

/// Times that a request is sent to each server.
const ATTEMPTS: u32 = 7;

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
    writer: Agent,
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
    Failed(String),
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
        let agent = |patience| -> Agent {
            let config = Agent::config_builder()
                .user_agent(AGENT)
                .timeout_connect(Some(CONNECTING))
                .timeout_global(Some(patience))
                .http_status_as_error(false)
                .max_redirects(0)
                .tls_config(tls.clone());
            config.build().into()
        };
        Ok(Self {
            agent: agent(ANSWERING),
            writer: agent(WRITING),
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
        self.again(&self.agent, method, path, "application/json", &body)
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
        let text = body.to_string().into_bytes();
        let answer = self.again(&self.writer, method, path, "application/json", &text)?;
        self.accepted(answer)
    }

    /// The answer to lines of a bulk request.
    pub(crate) fn bulk(&self, path: &str, lines: &[u8]) -> Result<Value, ClusterError> {
        let answer = self.again(&self.writer, "POST", path, "application/x-ndjson", lines)?;
        self.accepted(answer)
    }

    /// The body of an answer that is no refusal.
    pub(crate) fn accepted(&self, answer: Answer) -> Result<Value, ClusterError> {
        if (200..300).contains(&answer.status) {
            return Ok(answer.body);
        }
        Err(ClusterError::Refused {
            server: answer.server,
            status: answer.status,
            problem: reason(&answer.body),
        })
    }

    fn again(
        &self,
        agent: &Agent,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
    ) -> Result<Answer, ClusterError> {
        let count = self.servers.len();
        let mut failed: Option<(&String, String)> = None;
        for round in 0..ATTEMPTS {
            if round > 0 {
                std::thread::sleep(wait(round));
            }
            let first = self.first.load(Ordering::Relaxed);
            for at in (first..first + count).map(|at| at % count) {
                let server = &self.servers[at];
                match self.attempt(server, agent, method, path, (kind, body)) {
                    Attempt::Done(answer) => {
                        self.first.store(at, Ordering::Relaxed);
                        return Ok(answer);
                    }
                    Attempt::Failed(problem) => failed = Some((server, problem)),
                }
            }
        }
        let (server, problem) = failed.unzip();
        let (server, problem) = (server.cloned().unwrap_or_default(), problem.unwrap_or_default());
        Err(ClusterError::Unreachable { server, problem })
    }

    fn attempt(
        &self,
        server: &str,
        agent: &Agent,
        method: &str,
        path: &str,
        (kind, body): (&str, &[u8]),
    ) -> Attempt {
        let uri = format!("{server}/{path}");
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let packed = (body.len() > SMALL).then(|| packed(body));
        request = request.header("accept-encoding", "gzip");
        let sent = if body.is_empty() {
            request.body(()).map(|request| agent.run(request))
        } else {
            request = request.header("content-type", kind);
            if packed.is_some() {
                request = request.header("content-encoding", "gzip");
            }
            let body = packed.as_deref().unwrap_or(body);
            request.body(body).map(|request| agent.run(request))
        };
        let mut response = match sent {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return Attempt::Failed(error.to_string()),
            Err(error) => return Attempt::Failed(error.to_string()),
        };
        let status = response.status().as_u16();
        let is_packed = response.headers().get("content-encoding").is_some();
        let mut text = Vec::new();
        let mut reader = response.body_mut().with_config().limit(LARGEST).reader();
        if let Err(error) = reader.read_to_end(&mut text) {
            return Attempt::Failed(error.to_string());
        }
        if is_packed && text.starts_with(&[0x1f, 0x8b]) {
            text = match unpacked(&text, LARGEST) {
                Ok(plain) => plain,
                Err(error) => return Attempt::Failed(error.to_string()),
            };
        }
        let body = serde_json::from_slice(&text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&text).into_owned()));
        match status {
            429 | 502..=504 => Attempt::Failed(format!("{status}: {}", reason(&body))),
            status => Attempt::Done(Answer { server: server.to_owned(), status, body }),
        }
    }
}

/// How long is waited before an attempt, from 1.
pub(crate) fn wait(attempt: u32) -> Duration {
    FIRST_WAIT * 2_u32.pow(attempt.saturating_sub(1).min(6))
}

/// Attempts at what is sent again item by item.
pub(crate) const ITEM_ATTEMPTS: u32 = 10;

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
