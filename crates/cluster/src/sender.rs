//! Sends documents, many together.

use serde_json::{Value, json};

use crate::answers::unreadable;
use crate::client::{Client, GIVING_UP, is_blocked, now, reason, wait};
use crate::error::ClusterError;

/// Bytes that are sent together at least, before they are packed.
const SENT_TOGETHER: usize = 4 << 20;

/// Documents that are sent together at most.
const MOST_TOGETHER: usize = 500;

/// Says of each document that is not taken in this time that it is not, before the whole request
/// is given up.
const WAITING: &str = "timeout=20s";

/// What is answered.
const ANSWERED: &str = "errors,items.*.status,items.*.error";

/// What is to become of a document.
struct Deed {
    /// `index` or `delete`.
    kind: &'static str,
    id: String,
    /// Its lines of a bulk request.
    lines: String,
}

/// Sends documents, many together, and those again that were not taken.
pub(crate) struct Sender<'a> {
    client: &'a Client,
    index: String,
    waiting: Vec<Deed>,
    size: usize,
    /// Bytes that were sent, before they were packed.
    pub(crate) bytes: u64,
}

impl<'a> Sender<'a> {
    pub(crate) fn new(client: &'a Client, index: String) -> Self {
        Self { client, index, waiting: Vec::new(), size: 0, bytes: 0 }
    }

    /// Adds a document; the same one with the same name takes its place, however often it is sent.
    pub(crate) fn add(&mut self, id: &str, document: &Value) -> Result<(), ClusterError> {
        let lines = format!("{}\n{document}\n", json!({"index": {"_id": id}}));
        self.push(Deed { kind: "index", id: id.to_owned(), lines })
    }

    /// Removes a document, where it is there.
    pub(crate) fn remove(&mut self, id: &str) -> Result<(), ClusterError> {
        let lines = format!("{}\n", json!({"delete": {"_id": id}}));
        self.push(Deed { kind: "delete", id: id.to_owned(), lines })
    }

    fn push(&mut self, deed: Deed) -> Result<(), ClusterError> {
        self.size += deed.lines.len();
        self.waiting.push(deed);
        if self.size >= SENT_TOGETHER || self.waiting.len() >= MOST_TOGETHER {
            self.flush()?;
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> Result<(), ClusterError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.bytes += self.size as u64;
        self.size = 0;
        let path = format!("{}/_bulk?{WAITING}&filter_path={ANSWERED}", self.index);
        let (mut problem, start) = (String::new(), now());
        for attempt in 0.. {
            if waiting.is_empty() {
                break;
            }
            if attempt > 0 {
                if start.elapsed() + wait(attempt) > GIVING_UP {
                    let (index, left) = (self.index.clone(), waiting.len());
                    return Err(ClusterError::NotTaken { index, left, problem });
                }
                std::thread::sleep(wait(attempt));
            }
            let body: String = waiting.iter().map(|deed| deed.lines.as_str()).collect();
            let answer = self.client.bulk(&path, body.as_bytes()).map_err(|e| self.gone(e))?;
            waiting = self.not_taken(&answer, waiting, &mut problem)?;
        }
        Ok(())
    }

    /// What a refusal means where the index is not there.
    fn gone(&self, error: ClusterError) -> ClusterError {
        match error {
            ClusterError::Refused { status: 404, .. } => ClusterError::Gone(self.index.clone()),
            error => error,
        }
    }

    /// The documents that may be taken later.
    fn not_taken(
        &self,
        answer: &Value,
        sent: Vec<Deed>,
        problem: &mut String,
    ) -> Result<Vec<Deed>, ClusterError> {
        let items = answer["items"].as_array().map_or(&[][..], Vec::as_slice);
        if items.len() != sent.len() {
            return Err(unreadable(&self.index, "not every document was answered"));
        }
        let mut again = Vec::new();
        for (item, deed) in items.iter().zip(sent) {
            let item = &item[deed.kind];
            match item["status"].as_u64() {
                Some(200 | 201) => {}
                // What is to be removed is gone.
                Some(404) if deed.kind == "delete" => {}
                _ if is_blocked(&reason(item)) => {
                    let (place, problem) = (self.index.clone(), reason(item));
                    return Err(ClusterError::Blocked { place, problem });
                }
                Some(429 | 500..=599) => {
                    *problem = reason(item);
                    again.push(deed);
                }
                Some(404) => return Err(ClusterError::Gone(self.index.clone())),
                _ => {
                    let problem = format!("{}: {}", deed.id, reason(item));
                    return Err(ClusterError::Unequal { index: self.index.clone(), problem });
                }
            }
        }
        Ok(again)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Access;
    use crate::address::Address;

    fn left(items: &Value) -> Result<Vec<String>, ClusterError> {
        let address = Address::parse("http://127.0.0.1:1/x", false).expect("an address");
        let client = Client::new(&address, &Access::default()).expect("a client");
        let sender = Sender::new(&client, "x-v1".to_owned());
        let deed = |kind, id: &str| Deed { kind, id: id.to_owned(), lines: String::new() };
        let sent = vec![deed("index", "a"), deed("index", "b"), deed("delete", "c")];
        let answer = json!({"items": items});
        let again = sender.not_taken(&answer, sent, &mut String::new())?;
        Ok(again.into_iter().map(|deed| deed.id).collect())
    }

    #[test]
    fn what_is_not_taken_is_sent_again_or_an_error() {
        let items = |one, other, third| {
            left(&json!([
                {"index": {"status": one}}, {"index": {"status": other}}, {"delete": {"status": third}},
            ]))
        };
        assert!(items(200, 201, 200).expect("taken").is_empty());
        assert!(items(201, 201, 404).expect("taken").is_empty());
        assert_eq!(items(429, 201, 503).expect("later"), ["a", "c"]);
        assert!(matches!(items(201, 400, 200), Err(ClusterError::Unequal { .. })));
        assert!(matches!(items(404, 201, 200), Err(ClusterError::Gone(_))));
        let full = "index [x-v1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage \
                    watermark, index has read-only-allow-delete block];";
        let blocked = json!({"status": 429, "error": {"reason": full}});
        let done = json!({"index": {"status": 201}});
        let blocked = left(&json!([{"index": blocked}, done, {"delete": {"status": 200}}]));
        assert!(matches!(blocked, Err(ClusterError::Blocked { .. })), "{blocked:?}");
        assert!(matches!(left(&json!([])), Err(ClusterError::Unreadable { .. })));
    }
}
