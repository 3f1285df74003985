//! Runs against a server that misbehaves.

mod breaks;
mod removals;

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use super::*;

/// What is done to an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// Nothing.
    None,
    /// Half of the body comes.
    Cut,
    /// The body comes whole, and is no JSON.
    Garbled,
    /// The status, with `Retry-After` in seconds.
    Status(u16, Option<u64>),
    /// The connection closes without an answer.
    Closed,
    /// The page before comes again.
    Repeated,
    /// The first page announces another number.
    OtherTotal,
    /// The data are those of another day from now on.
    OtherData,
    /// The first bytes come at once, the others never.
    Slow,
    /// A byte comes now and then.
    Drip,
    /// 429, with `Retry-After` as a date of HTTP.
    Until(&'static str),
    /// The header says that the body is so much longer, or shorter if negative.
    WrongLength(isize),
    /// The body is said to be packed by gzip, and is cut.
    CutGzip,
    /// The body is not UTF-8.
    OtherBytes,
    /// A page of HTML with the status.
    Html(u16),
    /// The answer is at another address, which has it.
    Moved,
    /// The answer is at an address that says the same.
    MovedForEver,
    /// No study comes, and another page is announced.
    Empty,
    /// The announced number is so small that the second page is too much.
    SmallTotal,
}

/// What the server has.
struct Registry {
    studies: usize,
    /// Studies that it has no longer, by their place.
    gone: Vec<usize>,
    day: u32,
    /// What is done to the next answers.
    faults: VecDeque<Fault>,
    /// The requests that came.
    requests: Vec<String>,
}

/// A server of invented studies.
struct Server {
    address: String,
    registry: Arc<Mutex<Registry>>,
}

impl Server {
    fn new(studies: usize, faults: &[Fault]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/api/v2", listener.local_addr().expect("an address"));
        let faults = faults.iter().copied().collect();
        let registry = Registry { studies, gone: Vec::new(), day: 1, faults, requests: Vec::new() };
        let registry = Arc::new(Mutex::new(registry));
        let shared = registry.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                // A client that goes away is no fault of the server.
                thread::spawn(move || drop(answer(stream, &shared)));
            }
        });
        Self { address, registry }
    }

    fn requests(&self) -> Vec<String> {
        self.registry.lock().expect("no panic").requests.clone()
    }

    fn will(&self, faults: &[Fault]) {
        self.registry.lock().expect("no panic").faults = faults.iter().copied().collect();
    }

    fn options(&self) -> SyncOptions {
        SyncOptions {
            api: self.address.clone(),
            page_size: 10,
            pace: Duration::from_secs(1),
            patience: Duration::from_millis(700),
            ..SyncOptions::default()
        }
    }
}

/// Answers one request.
fn answer(mut stream: TcpStream, registry: &Mutex<Registry>) -> std::io::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    reader.read_line(&mut line)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let (fault, body) = {
        let mut registry = registry.lock().expect("no panic");
        registry.requests.push(target.clone());
        let fault = registry.faults.pop_front().unwrap_or(Fault::None);
        match fault {
            Fault::OtherData => registry.day += 1,
            Fault::MovedForEver => registry.faults.push_front(fault),
            _ => {}
        }
        (fault, registry.body(&target, fault))
    };
    let head = |status: &str, more: &str, length: usize| {
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n")
    };
    match fault {
        Fault::Closed => Ok(()),
        Fault::Status(status, retry) => {
            let retry = retry.map(|seconds| format!("Retry-After: {seconds}\r\n"));
            write!(stream, "{}no", head(&format!("{status} no"), &retry.unwrap_or_default(), 2))
        }
        Fault::Cut => {
            write!(stream, "{}{}", head("200 OK", "", body.len()), &body[..body.len() / 2])
        }
        Fault::Garbled => write!(stream, "{}<html/> ", head("200 OK", "", 8)),
        Fault::Slow => {
            write!(stream, "{}{}", head("200 OK", "", body.len()), &body[..4])?;
            stream.flush()?;
            thread::sleep(Duration::from_millis(1_500));
            Ok(())
        }
        Fault::Drip => {
            write!(stream, "{}", head("200 OK", "", body.len()))?;
            for byte in body.bytes() {
                stream.write_all(&[byte])?;
                stream.flush()?;
                thread::sleep(Duration::from_millis(60));
            }
            Ok(())
        }
        Fault::Until(date) => {
            let retry = format!("Retry-After: {date}\r\n");
            write!(stream, "{}no", head("429 Too Many Requests", &retry, 2))
        }
        Fault::WrongLength(more) => {
            let length = body.len().saturating_add_signed(more);
            write!(stream, "{}{body}", head("200 OK", "", length))
        }
        Fault::CutGzip => {
            let bytes = &GZIP[..GZIP.len() / 2];
            let packed = "Content-Encoding: gzip\r\n";
            write!(stream, "{}", head("200 OK", packed, bytes.len()))?;
            stream.write_all(bytes)
        }
        Fault::OtherBytes => {
            let bytes = body.replacen("tea", "\u{e9}", 1);
            let bytes: Vec<u8> = bytes.chars().map(|letter| letter as u8).collect();
            write!(stream, "{}", head("200 OK", "", bytes.len()))?;
            stream.write_all(&bytes)
        }
        Fault::Html(status) => {
            let page = "<html><body>Maintenance</body></html>";
            let kind = "Content-Type: text/html\r\n";
            write!(stream, "{}{page}", head(&format!("{status} it"), kind, page.len()))
        }
        Fault::Moved | Fault::MovedForEver => {
            let to = format!("Location: {target}\r\n");
            write!(stream, "{}", head("302 Found", &to, 0))
        }
        _ => write!(stream, "{}{body}", head("200 OK", "", body.len())),
    }
}

/// `{"studies": []}`, packed by gzip.
const GZIP: &[u8] = &[
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x2e, 0x29, 0x4d,
    0xc9, 0x4c, 0x2d, 0x56, 0xb2, 0x52, 0x88, 0x8e, 0xad, 0x05, 0x00, 0xc1, 0x24, 0xbe, 0xa1, 0x0f,
    0x00, 0x00, 0x00,
];

impl Registry {
    fn body(&self, target: &str, fault: Fault) -> String {
        let timestamp = format!("2026-03-{:02}T09:00:05", self.day);
        if target.ends_with("/version") {
            return format!(r#"{{"apiVersion": "2.0.5", "dataTimestamp": "{timestamp}"}}"#);
        }
        let value = |name: &str| {
            let pairs = target.split(['?', '&']);
            pairs.filter_map(|pair| pair.split_once('=')).find(|(it, _)| *it == name).map(|it| it.1)
        };
        let size: usize = value("pageSize").and_then(|size| size.parse().ok()).unwrap_or(10);
        let from: usize = value("pageToken").and_then(|token| token[1..].parse().ok()).unwrap_or(0);
        let from = if fault == Fault::Repeated { from.saturating_sub(size) } else { from };
        let there = (0..self.studies).filter(|at| !self.gone.contains(at));
        // Two studies are updated each day.
        let most = if value("filter.advanced").is_some() { 2 } else { self.studies };
        let there: Vec<usize> = there.take(most).collect();
        let all = there.len();
        let size = if fault == Fault::Empty { 0 } else { size };
        let page = there.iter().skip(from).take(size);
        let studies: Vec<String> = page
            .map(|at| {
                let number = 90_000_001 + at;
                format!(
                    r#"{{"protocolSection": {{"identificationModule": {{"nctId": "NCT{number}", "briefTitle": "{}"}}}}}}"#,
                    "tea ".repeat(50)
                )
            })
            .collect();
        let total = match fault {
            Fault::OtherTotal => all + 1,
            Fault::SmallTotal => size + 1,
            _ => all,
        };
        let total = if from == 0 { format!(r#""totalCount": {total}, "#) } else { String::new() };
        let next = from + size;
        let next =
            if next < all { format!(r#", "nextPageToken": "t{next}""#) } else { String::new() };
        format!("{{{total}\"studies\": [{}]{next}}}", studies.join(","))
    }
}

/// A clock that does not wait.
struct Still(Cell<Duration>);

impl Clock for Still {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.0.get()
    }

    fn wait(&self, duration: Duration) {
        self.0.set(self.0.get() + duration);
    }
}

fn run(
    directory: &Path,
    options: &SyncOptions,
) -> (Result<SyncSummary, SyncError>, Vec<SyncEvent>) {
    let mut events = Vec::new();
    let clock = Still(Cell::new(Duration::from_secs(1_800_000_000)));
    let done = sync(directory, options, &clock, &mut |event| events.push(event));
    (done, events)
}

/// The numbers of the studies in the files of a dump, by file.
fn numbers(directory: &Path) -> Vec<(String, Vec<String>)> {
    let entries = std::fs::read_dir(directory).expect("a directory");
    let mut files: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".zst"))
        .collect();
    files.sort();
    let numbers = |name: &String| {
        let bytes = std::fs::read(directory.join(name)).expect("a file");
        let text = String::from_utf8(zstd::decode_all(&bytes[..]).expect("zstd")).expect("UTF-8");
        let lines = text.lines().map(|line| {
            let study: serde_json::Value = serde_json::from_str(line).expect("a study");
            let number = &study["protocolSection"]["identificationModule"]["nctId"];
            number.as_str().expect("a number").to_owned()
        });
        lines.collect()
    };
    files.iter().map(|name| (name.clone(), numbers(name))).collect()
}

fn expected(studies: usize) -> Vec<String> {
    (0..studies).map(|at| format!("NCT{}", 90_000_001 + at)).collect()
}

#[test]
fn everything_is_read_first_and_what_was_updated_afterwards() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(35, &[]);
    let (done, events) = run(scratch.path(), &server.options());
    let done = done.expect("a dump");
    assert_eq!((done.studies, done.since, done.failures), (35, None, 0));
    assert_eq!(events.last(), Some(&SyncEvent::Page(35, Some(35))));
    assert_eq!(numbers(scratch.path())[0].1, expected(35));
    let (done, _) = run(scratch.path(), &server.options());
    let done = done.expect("a dump");
    assert_eq!((done.studies, done.since.as_deref()), (2, Some("2026-02-28")));
    assert_eq!(numbers(scratch.path()).len(), 2);
    let filtered = "RANGE%5B2026-02-28%2CMAX%5D";
    let asked = server.requests();
    assert!(asked.iter().any(|request| request.contains(filtered)), "{asked:?}");
    let ever = SyncOptions { since: Since::Ever, ..server.options() };
    let done = run(scratch.path(), &ever).0.expect("a dump");
    assert_eq!(done.removed.len(), 2);
    assert_eq!(numbers(scratch.path()).len(), 1);
}

#[test]
fn passing_faults_are_waited_out() {
    for fault in [
        Fault::Cut,
        Fault::Garbled,
        Fault::Closed,
        Fault::Slow,
        Fault::Status(500, None),
        Fault::Status(429, Some(60)),
        Fault::Status(503, None),
    ] {
        let scratch = tempfile::tempdir().expect("a directory");
        let server = Server::new(25, &[Fault::None, fault, Fault::None, fault, fault]);
        let done = run(scratch.path(), &server.options()).0.expect("a dump");
        assert_eq!(done.failures, 3, "{fault:?}");
        assert_eq!(numbers(scratch.path())[0].1, expected(25), "{fault:?}");
    }
}

#[test]
fn what_an_answer_says_is_waited() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(5, &[Fault::Status(429, Some(77))]);
    let clock = Still(Cell::new(Duration::ZERO));
    sync(scratch.path(), &server.options(), &clock, &mut |_| {}).expect("a dump");
    assert!(clock.0.get() >= Duration::from_secs(77), "{:?}", clock.0.get());
}

#[test]
fn pages_that_do_not_belong_together_are_read_again() {
    for faults in [
        &[Fault::None, Fault::None, Fault::Repeated][..],
        &[Fault::None, Fault::OtherTotal],
        &[Fault::None, Fault::None, Fault::OtherData],
    ] {
        let scratch = tempfile::tempdir().expect("a directory");
        let server = Server::new(25, faults);
        let (done, events) = run(scratch.path(), &server.options());
        assert_eq!(done.expect("a dump").studies, 25, "{faults:?}");
        let again = events.iter().any(|event| matches!(event, SyncEvent::BeginsAgain(_)));
        assert!(again, "{faults:?} {events:?}");
        assert_eq!(numbers(scratch.path())[0].1, expected(25), "{faults:?}");
    }
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(25, &[Fault::OtherTotal; 99]);
    assert!(matches!(run(scratch.path(), &server.options()).0, Err(SyncError::Unsteady(_))));
}

#[test]
fn a_run_that_breaks_off_goes_on_where_it_was() {
    for broken in 2..6 {
        let scratch = tempfile::tempdir().expect("a directory");
        let mut faults = vec![Fault::None; broken];
        faults.extend([Fault::Status(500, None); 8]);
        let server = Server::new(45, &faults);
        let failed = run(scratch.path(), &server.options()).0;
        assert!(matches!(failed, Err(SyncError::Failing { .. })), "{failed:?}");
        let file = std::fs::read_dir(scratch.path()).expect("a directory").flatten();
        let part =
            file.map(|it| it.path()).find(|it| it.extension().is_some_and(|it| it == "part"));
        // A break can leave a part of a page.
        let mut part =
            std::fs::File::options().append(true).open(part.expect("a part")).expect("it");
        part.write_all(b"torn").expect("written");
        let before = server.requests().len();
        server.will(&[]);
        let (done, events) = run(scratch.path(), &server.options());
        assert_eq!(done.expect("a dump").studies, 45);
        assert!(matches!(events[0], SyncEvent::GoesOn(_)), "{events:?}");
        let more = server.requests().len() - before;
        assert_eq!(more, 2 + 5 - (broken - 1), "{broken}");
        assert_eq!(numbers(scratch.path())[0].1, expected(45));
    }
}

#[test]
fn what_is_refused_is_said() {
    let scratch = tempfile::tempdir().expect("a directory");
    let server = Server::new(5, &[Fault::None, Fault::Status(400, None)]);
    let refused = run(scratch.path(), &server.options()).0.expect_err("refused").to_string();
    assert!(refused.ends_with("refused with 400: no"), "{refused}");
    let question = vec![("query.cond".to_owned(), "tea".to_owned())];
    let other = SyncOptions { question, ..server.options() };
    run(scratch.path(), &server.options()).0.expect("a dump");
    assert!(matches!(run(scratch.path(), &other).0, Err(SyncError::State { .. })));
}
