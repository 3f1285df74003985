//! A dump that is kept current, with a server in place of the registry.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use super::harness::{Sandbox, files_below};

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
