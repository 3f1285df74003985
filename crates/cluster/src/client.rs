//! Requests to a cluster, which may be answered late, in part or not at all.

use std::io::{Read, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

use crate::address::{Access, Address};
use crate::error::ClusterError;

/// Who asks.
const AGENT: &str = concat!("trialdex/", env!("CARGO_PKG_VERSION"));

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(3);

/// How long an answer may take.
const ANSWERING: Duration = Duration::from_secs(30);

/// The same where many studies are sent or a version is made.
const WRITING: Duration = Duration::from_secs(60);

/// Attempts at one request.
const ATTEMPTS: u32 = 7;

/// The wait after the first failed attempt; each later one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Bytes of an answer at most.
const LARGEST: u64 = 1 << 30;

/// Characters of what the engine says about a refusal.
const LONGEST: usize = 300;

/// A body that is shorter is sent as it is.
const SMALL: usize = 1_000;

/// What is sent to a server.
pub struct Client {
    agent: Agent,
    writer: Agent,
    server: String,
    authorization: Option<String>,
}

/// The status and the body of an answer.
pub(crate) struct Answer {
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
    /// A client for the server of an index.
    #[must_use]
    pub fn new(address: &Address, access: &Access) -> Self {
        let agent = |patience| -> Agent {
            let config = Agent::config_builder()
                .user_agent(AGENT)
                .timeout_connect(Some(CONNECTING))
                .timeout_global(Some(patience))
                .http_status_as_error(false)
                .max_redirects(0);
            config.build().into()
        };
        let authorization = access.user.as_ref().map(|(user, password)| {
            format!("Basic {}", base64(format!("{user}:{password}").as_bytes()))
        });
        let server = address.server.clone();
        Self { agent: agent(ANSWERING), writer: agent(WRITING), server, authorization }
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
            server: self.server.clone(),
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
        let mut problem = String::new();
        for attempt in 0..ATTEMPTS {
            if attempt > 0 {
                std::thread::sleep(wait(attempt));
            }
            match self.attempt(agent, method, path, kind, body) {
                Attempt::Done(answer) => return Ok(answer),
                Attempt::Failed(why) => problem = why,
            }
        }
        Err(ClusterError::Unreachable { server: self.server.clone(), problem })
    }

    fn attempt(&self, agent: &Agent, method: &str, path: &str, kind: &str, body: &[u8]) -> Attempt {
        let uri = format!("{}/{path}", self.server);
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
            let mut plain = Vec::new();
            if let Err(error) = GzDecoder::new(text.as_slice()).read_to_end(&mut plain) {
                return Attempt::Failed(error.to_string());
            }
            text = plain;
        }
        let body = serde_json::from_slice(&text)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&text).into_owned()));
        match status {
            429 | 502..=504 => Attempt::Failed(format!("{status}: {}", reason(&body))),
            status => Attempt::Done(Answer { status, body }),
        }
    }
}

/// How long is waited before an attempt, from 1.
pub(crate) fn wait(attempt: u32) -> Duration {
    FIRST_WAIT * 2_u32.pow(attempt.saturating_sub(1).min(6))
}

/// Attempts at what is sent again item by item.
pub(crate) const ITEM_ATTEMPTS: u32 = 10;

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
mod tests {
    use super::*;

    #[test]
    fn texts_are_encoded_as_the_rfc_does_it() {
        let expected =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in expected {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn a_refusal_is_one_line() {
        let body =
            serde_json::json!({"error": {"reason": "outer", "root_cause": [{"reason": "a\n b"}]}});
        assert_eq!(reason(&body), "a b");
        assert_eq!(reason(&Value::String("busy".to_owned())), "busy");
        assert!(wait(1) < wait(2) && wait(7) == wait(20));
    }
}
