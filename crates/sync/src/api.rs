//! Requests to the registry's API.

use std::io::Read;
use std::time::{Duration, SystemTime};

use ureq::Agent;
use ureq::http::{Response, StatusCode};

use crate::clock::Clock;
use crate::error::SyncError;
use crate::pace::{retry_after, wait_after};

/// The registry's own API.
pub const DEFAULT_API: &str = "https://clinicaltrials.gov/api/v2";

/// Who asks, so that the registry can complain.
const AGENT: &str = concat!("trialdex/", env!("CARGO_PKG_VERSION"));

/// Bytes of an answer: a page of a thousand large studies has half of that.
const LARGEST: u64 = 512 << 20;

/// Characters of what the API says about a refusal.
const LONGEST: usize = 300;

/// Attempts at one request.
const ATTEMPTS: u32 = 8;

/// An API that is asked one thing after another.
pub(crate) struct Api<'a> {
    agent: Agent,
    base: String,
    pace: Duration,
    clock: &'a dyn Clock,
    /// When the next request may be sent.
    next: SystemTime,
    /// Failed attempts so far.
    pub(crate) failures: u64,
}

/// What became of an attempt.
enum Attempt {
    Done(String),
    /// It may succeed later, after a time if the answer says so.
    Failed(String, Option<Duration>),
    Refused(SyncError),
}

impl<'a> Api<'a> {
    /// An API that is asked at most once in `pace`; `patience` is how long one answer may take.
    pub(crate) fn new(
        base: &str,
        pace: Duration,
        patience: Duration,
        clock: &'a dyn Clock,
    ) -> Self {
        let config = Agent::config_builder()
            .user_agent(AGENT)
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            .max_redirects(3);
        let (base, next) = (base.trim_end_matches('/').to_owned(), clock.now());
        Self { agent: config.build().into(), base, pace, clock, next, failures: 0 }
    }

    /// The answer to a request that `read` accepts. What may be a passing fault is tried again;
    /// `fails` is told what it was, and how long it is waited for.
    ///
    /// # Errors
    ///
    /// A request that is refused, or fails again and again.
    pub(crate) fn get<T>(
        &mut self,
        path: &str,
        pairs: &[(&str, &str)],
        read: impl Fn(&str) -> Result<T, serde_json::Error>,
        fails: &mut dyn FnMut(&str, Duration),
    ) -> Result<T, SyncError> {
        let url = format!("{}/{path}", self.base);
        let mut problem = String::new();
        for attempt in 1..=ATTEMPTS {
            self.wait();
            let said = match self.attempt(&url, pairs) {
                Attempt::Done(body) => match read(&body) {
                    Ok(value) => return Ok(value),
                    Err(error) => {
                        problem = format!("the answer cannot be read: {error}");
                        None
                    }
                },
                Attempt::Failed(why, said) => {
                    problem = why;
                    said
                }
                Attempt::Refused(error) => return Err(error),
            };
            self.failures += 1;
            let wait = wait_after(attempt, said);
            self.next = self.clock.now() + wait;
            if attempt < ATTEMPTS {
                fails(&problem, wait);
            }
        }
        Err(SyncError::Failing { url, problem, attempts: ATTEMPTS })
    }

    /// Waits until a request may be sent.
    fn wait(&mut self) {
        if let Ok(left) = self.next.duration_since(self.clock.now()) {
            self.clock.wait(left);
        }
        self.next = self.clock.now() + self.pace;
    }

    fn attempt(&self, url: &str, pairs: &[(&str, &str)]) -> Attempt {
        let request = self.agent.get(url).query_pairs(pairs.iter().copied());
        let response = match request.call() {
            Ok(response) => response,
            Err(error) => return Attempt::Failed(error.to_string(), None),
        };
        let status = response.status();
        let said = header(&response, "retry-after")
            .and_then(|header| retry_after(header, self.clock.now()));
        let body = match text(response) {
            Ok(body) => body,
            Err(error) => return Attempt::Failed(error.to_string(), said),
        };
        match status {
            StatusCode::OK => Attempt::Done(body),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Attempt::Failed(status.to_string(), said)
            }
            status if status.is_server_error() => Attempt::Failed(status.to_string(), said),
            status => {
                let message = body.split_whitespace().collect::<Vec<_>>().join(" ");
                let message = message.chars().take(LONGEST).collect();
                let (url, status) = (url.to_owned(), status.as_u16());
                Attempt::Refused(SyncError::Refused { url, status, message })
            }
        }
    }
}

fn header<'r, B>(response: &'r Response<B>, name: &str) -> Option<&'r str> {
    response.headers().get(name)?.to_str().ok()
}

/// The body of an answer.
fn text(response: Response<ureq::Body>) -> std::io::Result<String> {
    let mut text = String::new();
    response.into_body().into_with_config().limit(LARGEST).reader().read_to_string(&mut text)?;
    Ok(text)
}
