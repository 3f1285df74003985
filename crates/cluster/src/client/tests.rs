use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use super::*;

/// What a server does with a request.
#[derive(Clone)]
enum Deed {
    /// Ends the connection.
    Close,
    /// Keeps the connection, and says nothing.
    Silent,
    /// Says that it sends so much more than it sends.
    Cut,
    Answer(u16, Vec<u8>),
    /// The same, packed.
    Packed(u16, Vec<u8>),
}

/// A server that does one deed after another, the last one for ever, and remembers the heads of
/// requests.
struct Server {
    host: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn doing(deeds: Vec<Deed>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let heads = seen.clone();
        thread::spawn(move || {
            let mut deeds = deeds.into_iter().peekable();
            for stream in listener.incoming() {
                let stream = stream.expect("a connection");
                let Some(head) = head(&stream) else { continue };
                heads.lock().expect("no panic").push(head);
                let deed = deeds.peek().cloned().expect("a deed");
                if deeds.len() > 1 {
                    deeds.next();
                }
                act(stream, deed);
            }
        });
        Self { host, seen }
    }

    fn requests(&self) -> usize {
        self.seen.lock().expect("no panic").len()
    }
}

/// The head of a request, whose body is read.
fn head(stream: &TcpStream) -> Option<String> {
    let (mut reader, mut head, mut length) = (BufReader::new(stream), String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some(head)
}

fn act(mut stream: TcpStream, deed: Deed) {
    let (status, body, length, encoding) = match deed {
        Deed::Close => return,
        Deed::Silent => {
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(10));
                drop(stream);
            });
            return;
        }
        Deed::Cut => (200, b"{".to_vec(), 100, ""),
        Deed::Answer(status, body) => (status, body.clone(), body.len(), ""),
        Deed::Packed(status, body) => {
            let packed = packed(&body);
            (status, packed.clone(), packed.len(), "content-encoding: gzip\r\n")
        }
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\n{encoding}connection: close\r\ncontent-length: {length}\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

fn answer(status: u16, body: &Value) -> Deed {
    Deed::Answer(status, body.to_string().into_bytes())
}

fn client(servers: &[&Server], credentials: Option<Credentials>) -> Client {
    let hosts: Vec<&str> = servers.iter().map(|server| server.host.as_str()).collect();
    let address = Address::parse(&format!("http://{}/x", hosts.join(",")), false);
    let access = Access { credentials, ..Access::default() };
    Client::new(&address.expect("an address"), &access).expect("a client")
}

#[test]
fn what_fails_is_asked_again() {
    let busy = answer(429, &json!({"error": {"reason": "busy"}}));
    let done = json!({"done": true});
    let packed = Deed::Packed(200, done.to_string().into_bytes());
    let server = Server::doing(vec![busy, Deed::Close, Deed::Cut, packed]);
    let answer = client(&[&server], None).answer("x/_search", &json!({})).expect("an answer");
    assert_eq!((answer, server.requests()), (done, 4));
}

#[test]
fn a_refusal_is_not_asked_again() {
    let refused = answer(400, &json!({"error": {"reason": "no such field"}}));
    let server = Server::doing(vec![refused]);
    let error = client(&[&server], None).answer("x/_search", &json!({})).expect_err("refused");
    let ClusterError::Refused { status, problem, .. } = error else { panic!("{error}") };
    assert_eq!((status, problem.as_str(), server.requests()), (400, "no such field", 1));
    // Neither is it followed elsewhere.
    let elsewhere = Server::doing(vec![answer(307, &json!({}))]);
    let moved = client(&[&elsewhere], None).answer("x/_search", &json!({}));
    assert!(matches!(moved, Err(ClusterError::Refused { status: 307, .. })), "{moved:?}");
}

#[test]
fn the_next_server_answers_where_one_fails() {
    let (gone, away) =
        (Server::doing(vec![Deed::Close]), Server::doing(vec![answer(503, &json!({}))]));
    let there = Server::doing(vec![answer(200, &json!({"done": true}))]);
    let client = client(&[&gone, &away, &there], None);
    for _ in 0..3 {
        client.answer("x/_search", &json!({})).expect("an answer");
    }
    // The one that answered is asked from then on.
    assert_eq!((gone.requests(), away.requests(), there.requests()), (1, 1, 3));
}

#[test]
fn nobody_answers() {
    let (one, other) = (Server::doing(vec![Deed::Close]), Server::doing(vec![Deed::Close]));
    let failed = client(&[&one, &other], None).answer("x/_search", &json!({}));
    let Err(ClusterError::Unreachable { server, .. }) = failed else { panic!("{failed:?}") };
    assert_eq!(server, format!("http://{}", other.host));
    let rounds = ASKING.rounds as usize;
    assert_eq!((one.requests(), other.requests()), (rounds, rounds));
}

#[test]
fn one_that_answers_says_what_is_wrong() {
    let away = answer(503, &json!({"error": {"reason": "missing shards"}}));
    let (there, gone) = (Server::doing(vec![away]), Server::doing(vec![Deed::Close]));
    let failed = client(&[&there, &gone], None).answer("x/_search", &json!({}));
    let Err(ClusterError::Unable { server, status, problem }) = failed else {
        panic!("{failed:?}")
    };
    assert_eq!((status, problem.as_str()), (503, "missing shards"));
    assert_eq!(server, format!("http://{}", there.host));
}

#[test]
fn what_is_not_answered_in_time_is_an_error() {
    let silent = Server::doing(vec![Deed::Silent]);
    let client = client(&[&silent], None);
    let (answer, all) = (Duration::from_millis(50), Duration::from_millis(500));
    let start = now();
    let failed = client.again(Patience { answer, all, ..WRITING }, "POST", "x", "", b"");
    assert!(matches!(failed, Err(ClusterError::Unreachable { .. })), "{failed:?}");
    assert!(start.elapsed() >= Duration::from_millis(50) && silent.requests() > 1);
}

#[test]
fn what_is_blocked_is_not_asked_again() {
    let full = "index [x-v1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage \
                watermark, index has read-only-allow-delete block];";
    let server = Server::doing(vec![answer(429, &json!({"error": {"reason": full}}))]);
    let failed = client(&[&server], None).change("PUT", "x-v1/_mapping", &json!({}));
    assert!(matches!(failed, Err(ClusterError::Blocked { .. })), "{failed:?}");
    assert_eq!(server.requests(), 1);
}

#[test]
fn who_asks_is_in_the_header() {
    let user = Credentials::User { name: "me".to_owned(), password: "secret".to_owned() };
    assert!(!format!("{user:?}").contains("secret"));
    for (credentials, header) in [
        (user, "authorization: Basic bWU6c2VjcmV0"),
        (Credentials::Key("a2V5".to_owned()), "authorization: ApiKey a2V5"),
        (Credentials::Key("key:secret".to_owned()), "authorization: ApiKey a2V5OnNlY3JldA=="),
    ] {
        let server = Server::doing(vec![answer(200, &json!({}))]);
        client(&[&server], Some(credentials)).answer("x", &json!({})).expect("an answer");
        let seen = server.seen.lock().expect("no panic").join("");
        assert!(seen.contains(header), "{seen}");
    }
}

#[test]
fn certificates_are_read_or_an_error() {
    for pem in ["", "no certificate", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"]
    {
        assert!(matches!(certificates(pem.as_bytes()), Err(ClusterError::Authority(_))), "{pem}");
    }
}

#[test]
fn an_answer_is_not_unpacked_beyond_the_limit() {
    let zeros = packed(&vec![0; 100_000]);
    assert!(zeros.len() < 1_000);
    assert_eq!(unpacked(&zeros, 100_000).expect("unpacked").len(), 100_000);
    assert!(unpacked(&zeros, 99_999).is_err());
}

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
    let body = json!({"error": {"reason": "outer", "root_cause": [{"reason": "a\n b"}]}});
    assert_eq!(reason(&body), "a b");
    assert_eq!(reason(&Value::String("busy".to_owned())), "busy");
    assert!(wait(1) < wait(2) && wait(7) == wait(20));
}
