//! A dump that is kept current, with a server in place of the registry.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::harness::{Sandbox, files_below};
use super::invented::{nct, record};

/// Starts a server with a study for each title; it goes when the tests end. The first answers fail.
fn registry(titles: Arc<Mutex<Vec<&'static str>>>, failures: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/api/v2", listener.local_addr().expect("an address"));
    let left = Arc::new(AtomicUsize::new(failures));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let fails =
                left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |it| it.checked_sub(1));
            let titles = titles.lock().expect("no panic").clone();
            // A client that goes away is no fault of the server.
            let _ = answer(stream, fails.is_ok(), &titles);
        }
    });
    address
}

fn answer(mut stream: TcpStream, fails: bool, titles: &[&str]) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut request, mut header) = (String::new(), String::new());
    reader.read_line(&mut request)?;
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let status = if fails { "503 Service Unavailable" } else { "200 OK" };
    let studies: Vec<String> = (1..)
        .zip(titles)
        .map(|(number, title)| {
            let day = if title.contains("coffee") { "2026-03-01" } else { "2026-02-01" };
            let study = json!({"protocolSection": {
                "identificationModule": {"nctId": format!("NCT9000000{number}"), "briefTitle": title},
                "statusModule": {"lastUpdatePostDateStruct": {"date": day}},
            }});
            study.to_string()
        })
        .collect();
    let body = match request.contains("/version ") {
        true => r#"{"apiVersion": "2.0.5", "dataTimestamp": "2026-03-01T09:00:05"}"#.to_owned(),
        false => {
            format!("{{\"totalCount\": {}, \"studies\": [{}]}}", titles.len(), studies.join(","))
        }
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

#[test]
fn what_is_read_can_be_indexed_and_kept_current() {
    let sandbox = Sandbox::new();
    let titles = Arc::new(Mutex::new(vec!["Invented tea", "Invented milk"]));
    let api = registry(titles.clone(), 1);
    let sync = ["sync", "dump", "--pace", "0", "--api", &api];
    let first = sandbox.run(&sync).success();
    assert!(first.out.is_empty());
    assert!(first.err.contains("note: 503 Service Unavailable; trying again in 2 s"), "{first:?}");
    assert!(first.err.contains("2 studies read, as of 2026-03-01T09:00:05"), "{first:?}");
    assert_eq!(
        files_below(&sandbox.path("dump")),
        ["studies-1-2026-03-01-all.ndjson.zst", "sync.json"]
    );
    sandbox.index(&["dump"]);
    assert_eq!(sandbox.titles().len(), 2);
    titles.lock().expect("no panic")[1] = "Invented coffee";
    sandbox.run(&sync).success();
    sandbox.index(&["dump"]);
    let now = sandbox.titles();
    assert_eq!(now["NCT90000002"], "Invented coffee");
    let ever = sandbox.run(&[&sync[..], &["--since", "ever", "--quiet"]].concat()).success();
    assert!(ever.err.is_empty());
    assert_eq!(files_below(&sandbox.path("dump")).len(), 2);
}

#[test]
fn what_is_typed_wrongly_has_a_hint() {
    let sandbox = Sandbox::new();
    for (arguments, hint) in [
        (vec!["--since", "yesterday"], "hint: type such as `--since 2026-01-15`"),
        (vec!["--since", "2026-13-01"], "hint: type such as `--since 2026-01-15`"),
        (vec!["--query", "insomnia"], "hint: type such as `--query query.cond=insomnia`"),
    ] {
        let run = sandbox.run(&[&["sync", "dump"][..], &arguments].concat()).ended(2);
        assert!(run.err.contains(hint), "{run:?}");
        assert!(!sandbox.path("dump").exists());
    }
    let api = registry(Arc::new(Mutex::new(vec!["Invented tea"])), 0);
    sandbox.run(&["sync", "dump", "--pace", "0", "--api", &api]).success();
    let other = ["sync", "dump", "--pace", "0", "--api", &api, "--query", "query.cond=tea"];
    let other = sandbox.run(&other).ended(2);
    assert!(other.err.contains("hint: name another directory"), "{other:?}");
}

/// Studies of a page of a server that is asked slowly, and its pages.
const PAGE: usize = 25;
const PAGES: usize = 12;

/// The requests that a server has answered, and up to how many it may.
struct Gate {
    answered: Mutex<(usize, usize)>,
    changed: Condvar,
}

/// Starts a server of pages; it answers no more requests than its gate lets through.
fn gated() -> (String, Arc<Gate>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/api/v2", listener.local_addr().expect("an address"));
    let gate = Arc::new(Gate { answered: Mutex::new((0, 0)), changed: Condvar::new() });
    let shared = gate.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let shared = shared.clone();
            thread::spawn(move || drop(answer_page(stream, &shared)));
        }
    });
    (address, gate)
}

fn answer_page(mut stream: TcpStream, gate: &Gate) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut request, mut header) = (String::new(), String::new());
    reader.read_line(&mut request)?;
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let open = gate.answered.lock().expect("no panic");
    let mut open = gate.changed.wait_while(open, |(done, most)| done >= most).expect("no panic");
    open.0 += 1;
    gate.changed.notify_all();
    drop(open);
    let body = match request.contains("/version ") {
        true => r#"{"apiVersion": "2.0.5", "dataTimestamp": "2026-03-01T09:00:05"}"#.to_owned(),
        false => page(request.split_once("pageToken=").map_or("0", |(_, token)| token)),
    };
    let length = body.len();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// The page that a token begins with a number for.
fn page(token: &str) -> String {
    let digits: String = token.chars().take_while(char::is_ascii_digit).collect();
    let at: usize = digits.parse().expect("a number");
    let studies: Vec<String> = (0..PAGE)
        .map(|place| record(u32::try_from(at * PAGE + place + 1).expect("small"), "Tea"))
        .collect();
    let next = at + 1;
    let next = if next < PAGES { format!(",\"nextPageToken\":\"{next}\"") } else { String::new() };
    format!("{{\"totalCount\":{},\"studies\":[{}]{next}}}", PAGE * PAGES, studies.join(","))
}

/// The numbers in all files of a dump that have their names, sorted.
fn numbers(sandbox: &Sandbox) -> Vec<String> {
    let files = files_below(&sandbox.path("dump"));
    let mut numbers = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".zst")) {
        let bytes = std::fs::read(sandbox.path("dump").join(file)).expect("a file");
        let text = String::from_utf8(zstd::decode_all(&bytes[..]).expect("zstd")).expect("UTF-8");
        let lines = text.lines().map(|line| {
            let study: Value = serde_json::from_str(line).expect("a study");
            study["protocolSection"]["identificationModule"]["nctId"].as_str().map(str::to_owned)
        });
        numbers.extend(lines.map(|number| number.expect("a number")));
    }
    numbers.sort();
    numbers
}

#[test]
fn a_run_that_is_killed_goes_on_and_neither_loses_nor_doubles_a_study() {
    let expected: Vec<String> =
        (1..=PAGE * PAGES).map(|number| nct(u32::try_from(number).expect("small"))).collect();
    for kills in [&[1][..], &[2], &[7], &[13], &[2, 4, 6, 3], &[3; 9]] {
        let sandbox = Sandbox::new();
        let (api, gate) = gated();
        let sync = ["sync", "dump", "--pace", "0", "--api", &api];
        for requests in kills {
            let most = {
                let mut open = gate.answered.lock().expect("no panic");
                open.1 = open.0 + requests;
                gate.changed.notify_all();
                open.1
            };
            let mut command = sandbox.command(&sync);
            command.stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = command.spawn().expect("the program starts");
            let open = gate.answered.lock().expect("no panic");
            let waited = gate
                .changed
                .wait_timeout_while(open, Duration::from_secs(60), |open| open.0 < most);
            assert!(!waited.expect("no panic").1.timed_out(), "{kills:?}");
            // What was answered may be written by now, or not.
            child.kill().expect("a signal sent");
            assert!(!child.wait().expect("it ends").success(), "{kills:?}");
        }
        {
            let mut open = gate.answered.lock().expect("no panic");
            open.1 = usize::MAX;
            gate.changed.notify_all();
        }
        let whole = sandbox.run(&sync).success();
        assert!(whole.err.contains("300 studies read"), "{whole:?}");
        assert_eq!(numbers(&sandbox), expected, "{kills:?}");
        let audit = sandbox.index(&["dump"]);
        assert_eq!(audit.counts(["added", "duplicates", "rejected"]), [300, 0, 0], "{kills:?}");
    }
}

#[test]
fn studies_that_the_registry_removes_leave_the_index_when_it_is_pruned() {
    let sandbox = Sandbox::new();
    let titles = Arc::new(Mutex::new(vec!["Invented tea", "Invented milk", "Invented cocoa"]));
    let api = registry(titles.clone(), 0);
    let sync = ["sync", "dump", "--pace", "0", "--api", &api];
    sandbox.run(&sync).success();
    sandbox.index(&["dump"]);
    titles.lock().expect("no panic").pop();
    let same = sandbox.run(&sync).success();
    assert!(!same.err.contains("listed"), "the list is not a week old: {same:?}");
    let told = sandbox.run(&[&sync[..], &["--ids", "now"]].concat()).success();
    for part in [
        "2 numbers listed; 1 study of the dump removed by the registry\n",
        "NCT90000003 moved to dump/removed/studies-1.ndjson.zst\n",
        "`trialdex index dump --prune` takes them out of the index\n",
    ] {
        assert!(told.err.contains(part), "{part}: {told:?}");
    }
    let kept = sandbox.index(&["dump"]);
    assert_eq!(kept.counts(["kept", "removed", "held"]), [1, 0, 0]);
    let pruned = sandbox.index(&["dump", "--prune"]);
    assert_eq!(pruned.counts(["kept", "removed", "studies"]), [0, 1, 2]);
    // The removed ones can be indexed by themselves.
    let removed = sandbox.index(&["dump/removed", "--index", "removed.index"]);
    assert_eq!(removed.counts(["added", "rejected"]), [1, 0]);
}
