//! The server: the registry's API over an index.

mod habits;
mod load;
mod mirror;
mod statistics;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::harness::Sandbox;

/// A server that runs as long as this is kept.
struct RunningServer {
    child: Child,
    address: String,
}

/// An answer.
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl RunningServer {
    /// Serves the index of a sandbox at a free port.
    fn of(sandbox: &Sandbox, flags: &[&str]) -> Self {
        let mut command = sandbox.command(&["serve", "--listen", "127.0.0.1:0", "--log", "debug"]);
        command.args(flags).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("http://").and_then(|it| it.strip_suffix("/api/v2"));
        Self { child, address: address.expect("an address").to_owned() }
    }

    /// Sends the head of a request and reads the answer to its end.
    fn send(&self, head: &str) -> Answer {
        self.send_with(head, "")
    }

    /// The same with a body.
    fn send_with(&self, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).expect("connected");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a limit");
        write!(stream, "{head}\r\nConnection: close\r\n\r\n{body}").expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        Answer::of(&bytes)
    }

    /// Asks for a path below `/api/v2`, with headers besides.
    fn get_with(&self, path: &str, headers: &str) -> Answer {
        let lines = if headers.is_empty() { String::new() } else { format!("\r\n{headers}") };
        self.send(&format!("GET /api/v2{path} HTTP/1.1\r\nHost: {}{lines}", self.address))
    }

    fn get(&self, path: &str) -> Answer {
        self.get_with(path, "")
    }

    fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/json");
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// The answer to a message of an assistant.
    fn assist(&self, message: &Value) -> Value {
        let body = message.to_string();
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}",
            self.address,
            body.len()
        );
        serde_json::from_slice(&self.send_with(&head, &body).body).expect("JSON")
    }

    /// What a refused request is told.
    fn refused(&self, path: &str) -> (u16, String) {
        let answer = self.get(path);
        assert!(answer.headers["content-type"].starts_with("text/plain"), "{path}");
        (answer.status, answer.text())
    }

    /// Numbers of all hits, a page after another.
    fn all(&self, query: &str, size: usize) -> Vec<String> {
        let (mut all, mut token) = (Vec::new(), String::new());
        loop {
            let page = self.json(&format!("/studies?fields=NCTId&pageSize={size}{query}{token}"));
            all.extend(numbers(&page));
            match page.get("nextPageToken").and_then(Value::as_str) {
                Some(next) => token = format!("&pageToken={next}"),
                None => return all,
            }
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    fn of(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").expect("the end of the head");
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: BTreeMap<String, String> =
            headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
        let body = &bytes[end + 4..];
        let chunked = headers.get("transfer-encoding").is_some_and(|it| it == "chunked");
        let body = if chunked { joined(body) } else { body.to_vec() };
        Self { status: status.parse().expect("a number"), headers, body }
    }

    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }
}

/// The content of chunks, the last of which has to be there.
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let end = chunks.windows(2).position(|it| it == b"\r\n").expect("the length of a chunk");
        let length = std::str::from_utf8(&chunks[..end]).expect("a length");
        let length = usize::from_str_radix(length, 16).expect("a length");
        if length == 0 {
            return all;
        }
        all.extend_from_slice(&chunks[end + 2..end + 2 + length]);
        chunks = &chunks[end + 2 + length + 2..];
    }
}

fn numbers(page: &Value) -> Vec<String> {
    let studies = page["studies"].as_array().expect("a list").iter();
    let number = |study: &Value| {
        study["protocolSection"]["identificationModule"]["nctId"].as_str().map(str::to_owned)
    };
    studies.map(|study| number(study).expect("a number")).collect()
}

/// An index of the sample corpus.
fn with_corpus() -> Sandbox {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    sandbox.index(&[corpus.to_str().expect("a path")]);
    sandbox
}

/// Invented studies with these titles, and an alias of the first one.
fn studies(titles: &[&str]) -> String {
    let studies = (1..).zip(titles).map(|(number, title)| {
        json!({
            "protocolSection": {"identificationModule": {
                "nctId": format!("NCT9000000{number}"),
                "nctIdAliases": [format!("NCT9000009{number}")],
                "briefTitle": title,
            }},
            "hasResults": false,
        })
    });
    Value::Array(studies.collect()).to_string()
}

#[test]
fn programs_are_answered_what_people_are() {
    let sandbox = with_corpus();
    let server = RunningServer::of(&sandbox, &[]);
    for (flags, query) in [
        (&["--term", "anemia"][..], "query.term=anemia"),
        (&["--cond", "insomnia OR anemia"], "query.cond=insomnia+OR+anemia"),
        (
            &["--cond", "anemia", "--status", "recruiting"],
            "query.cond=anemia&filter.overallStatus=RECRUITING",
        ),
        (
            &["--term", "AREA[Phase]PHASE2", "--agg", "sex:f"],
            "query.term=AREA%5BPhase%5DPHASE2&aggFilters=sex:f",
        ),
        (
            &["--term", "ALL", "--sort", "EnrollmentCount:desc"],
            "query.term=ALL&sort=EnrollmentCount:desc",
        ),
        (&["--term", "nothinghasthisword"], "query.term=nothinghasthisword"),
        (
            &["--term", "study", "--filter", "AREA[StartDate]RANGE[2015-01-01,MAX]"],
            "query.term=study&postFilter.advanced=AREA[StartDate]RANGE[2015-01-01,MAX]",
        ),
    ] {
        let query = query.replace('[', "%5B").replace(']', "%5D");
        let search = [&["search", "--limit", "0", "--format", "json"], flags].concat();
        let found = sandbox.run(&search).json();
        let hits = found["hits"].as_array().expect("a list").iter();
        let hits: Vec<&str> = hits.filter_map(|hit| hit["nctId"].as_str()).collect();
        let page = server.json(&format!("/studies?countTotal=true&{query}"));
        assert_eq!(page["totalCount"], found["total"], "{query}");
        for size in [1, 3, 1000] {
            assert_eq!(server.all(&format!("&{query}"), size), hits, "{query}");
        }
    }
    let whole = server.json("/studies/NCT90000001");
    assert_eq!(whole, sandbox.show("NCT90000001"));
}

#[test]
fn pages_are_of_one_state_of_the_index() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["one", "two", "three"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let server = RunningServer::of(&sandbox, &[]);
    let first = server.get("/studies?pageSize=2&countTotal=true");
    let (tag, page) = (first.headers["etag"].clone(), first.text());
    assert!(page.starts_with("{\"totalCount\":3,\"studies\":[\n{"), "{page}");
    assert!(page.ends_with("\"}") && page.contains("\n],\"nextPageToken\":\""), "{page}");
    let page: Value = serde_json::from_str(&page).expect("JSON");
    let token = page["nextPageToken"].as_str().expect("a token").to_owned();
    sandbox.write("dump.json", studies(&["one", "two", "three", "four", "five"]));
    sandbox.index(&["dump.json"]);
    let begin = Instant::now();
    while server.get("/version").headers["etag"] == tag {
        assert!(begin.elapsed() < Duration::from_secs(60), "the index is not refreshed");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.json("/studies?countTotal=true")["totalCount"], 5);
    // Whoever began before goes on with what there was.
    let next = server.get(&format!("/studies?pageSize=2&countTotal=true&pageToken={token}"));
    assert_eq!(next.headers["etag"], tag);
    let next: Value = serde_json::from_slice(&next.body).expect("JSON");
    assert_eq!(numbers(&next), ["NCT90000003"]);
    assert!(next.get("totalCount").is_none() && next.get("nextPageToken").is_none());
    drop(server);
    let server = RunningServer::of(&sandbox, &[]);
    let (status, text) = server.refused(&format!("/studies?pageToken={token}"));
    assert_eq!(status, 400);
    assert_eq!(
        text,
        "Invalid value in parameter `pageToken`: the data have changed since the page before; \
         begin again without `pageToken`"
    );
}

#[test]
fn requests_that_are_wrong_are_told_so() {
    let sandbox = with_corpus();
    let server = RunningServer::of(&sandbox, &[]);
    let mut told = String::new();
    for path in [
        "/studies?x=1",
        "/studies?filter.phase=2",
        "/studies?format=xml",
        "/studies?markupFormat=html",
        "/studies?countTotal=yes",
        "/studies?pageSize=-1",
        "/studies?pageSize=ten",
        "/studies?pageToken=abracadabra",
        "/studies?fields=",
        "/studies?fields=NCTId,Nonsense",
        "/studies?fields=NCTId%7C1",
        "/studies?format=csv&fields=NCTId",
        "/studies?sort=BriefTitle",
        "/studies?sort=Nonsense",
        "/studies?sort=StartDate:down",
        "/studies?sort=StartDate,EnrollmentCount,@relevance",
        "/studies?filter.overallStatus=RECRUITING,Recruiting",
        "/studies?filter.ids=NCT90000001,9000",
        "/studies?filter.geo=39,-77,50mi",
        "/studies?filter.geo=distance(99,-77,50mi)",
        "/studies?filter.synonyms=1651367",
        "/studies?geoDecay=func:round",
        "/studies?aggFilters=nonsense:1",
        "/studies?query.term=(anemia+AND",
        "/studies?query.cond=diabetes+%5Bbracket%5D",
        "/studies?query.term=AREA%5BNonsense%5Dx",
        "/studies?query.term=AREA%5BPhase%5DPHASE9",
        "/studies?filter.advanced=AREA%5BStartDate%5Dsoon",
        "/studies?query.term=%FF",
        "/studies/NCT99999999",
        "/studies/nonsense",
        "/studies/NCT90000001?format=fhir.json&fields=NCTId",
        "/studies/NCT90000001?format=ris&fields=XY",
        "/studies/NCT90000001?fields=@query",
        "/studies/metadata?includeIndexedOnly=1",
        "/studies/enums?x",
        "/stats/size?query.cond=x",
        "/stats/field/values?types=TEXT",
        "/stats/field/values?fields=Nonsense",
        "/stats/field/values?fields=ProtocolSection",
        "/stats/field/sizes?fields=NCTId",
        "/nowhere",
    ] {
        let (status, text) = server.refused(path);
        assert!(!text.contains('\n'), "{text}");
        told.push_str(&format!("{path}\n    {status} {text}\n"));
    }
    insta::assert_snapshot!(told);
    let fine = "/studies?query.cond=%22diabetes+%5Bbracket%5D%22&pageSize=5000&pageToken=&sort=";
    assert_eq!(server.get(fine).status, 200);
    let nothing = "/studies?countTotal=true&filter.synonyms=ConditionSearch:1651367";
    assert_eq!(server.get(nothing).text(), "{\"totalCount\":0,\"studies\":[]}");
}

#[test]
fn both_of_two_filters_of_a_kind_hold() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["one", "two", "three"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let server = RunningServer::of(&sandbox, &[]);
    let both = "&filter.ids=NCT90000001|nct090000002&postFilter.ids=NCT90000002,NCT90000003";
    assert_eq!(server.all(both, 10), ["NCT90000002"]);
    assert_eq!(server.all("&filter.ids=NCT90000093", 10), ["NCT90000003"]);
    assert!(server.all("&filter.ids=NCT99999999", 10).is_empty());
}

#[test]
fn clients_that_have_an_answer_are_not_sent_it_again() {
    let sandbox = with_corpus();
    let server = RunningServer::of(&sandbox, &[]);
    for path in [
        "/studies?query.term=anemia",
        "/studies/NCT90000001",
        "/studies/metadata",
        "/version",
        "/stats/size",
    ] {
        let answer = server.get(path);
        let tag = answer.headers["etag"].clone();
        assert_eq!(answer.headers["access-control-allow-origin"], "*");
        let again = server.get_with(path, &format!("If-None-Match: \"x\", W/{tag}"));
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}");
        assert_eq!(again.headers["etag"], tag);
        assert_eq!(server.get_with(path, "If-None-Match: \"x\"").status, 200);
        let head = format!("HEAD /api/v2{path} HTTP/1.1\r\nHost: {}", server.address);
        let head = server.send(&head);
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        assert_eq!(
            (&head.headers["etag"], &head.headers["content-type"]),
            (&tag, &answer.headers["content-type"])
        );
        let packed = server.get_with(path, "Accept-Encoding: gzip, br");
        if packed.headers.get("content-encoding").is_some_and(|it| it == "gzip") {
            let mut text = Vec::new();
            GzDecoder::new(&packed.body[..]).read_to_end(&mut text).expect("gzip");
            assert_eq!(text, answer.body, "{path}");
        } else {
            assert!(answer.body.len() < 100, "{path}");
        }
    }
    // What is wrong is said also to who has an answer.
    let wrong = server.get_with("/studies?x=1", "If-None-Match: *");
    assert_eq!(wrong.status, 400);
    let post =
        format!("POST /api/v2/studies HTTP/1.1\r\nContent-Length: 0\r\nHost: {}", server.address);
    assert_eq!(server.send(&post).status, 405);
    let asked = "OPTIONS /api/v2/studies HTTP/1.1\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: GET";
    let allowed = server.send(&format!("{asked}\r\nHost: {}", server.address));
    assert_eq!((allowed.status, &*allowed.headers["access-control-allow-origin"]), (200, "*"));
}

#[test]
fn a_study_comes_in_every_format() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["A \\> \"B\""]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let server = RunningServer::of(&sandbox, &[]);
    let get = |path: &str| server.get(path);
    let moved = get("/studies/nct90000091?fields=Acronym&format=csv");
    assert_eq!(moved.status, 301);
    assert_eq!(moved.headers["location"], "/api/v2/studies/NCT90000001?fields=Acronym&format=csv");
    let csv = get("/studies/nct090000001?format=csv&fields=Study+Title%7CNCT+Number");
    assert_eq!(csv.text(), "NCT Number,Study Title\nNCT90000001,\"A \\> \"\"B\"\"\"\n");
    let ris = get("/studies/NCT90000001?format=ris&fields=TI");
    assert_eq!(ris.text(), "TY  - DBASE\r\nTI  - A > \"B\"\r\nER  - \r\n\r\n");
    let zip = get("/studies/NCT90000001?format=json.zip&fields=BriefTitle");
    assert_eq!(zip.headers["content-type"], "application/zip");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip.body)).expect("an archive");
    let mut text = String::new();
    archive.by_name("NCT90000001.json").expect("a file").read_to_string(&mut text).expect("text");
    let expected =
        json!({"protocolSection": {"identificationModule": {"briefTitle": "A \\> \"B\""}}});
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), expected);
    let fhir = get("/studies/NCT90000001?format=fhir.json");
    assert_eq!(fhir.headers["content-type"], "application/fhir+json");
    let resource: Value = serde_json::from_slice(&fhir.body).expect("JSON");
    assert_eq!(resource["resourceType"], "ResearchStudy");
    assert_eq!(resource["identifier"][0]["value"], "NCT90000001");
    let page = get("/studies?format=csv&countTotal=true&pageSize=1");
    assert_eq!(page.headers["x-total-count"], "1");
    assert!(!page.headers.contains_key("x-next-page-token"));
    // The same routes without the base, for clients that have it in their own address.
    let bare = server.send(&format!("GET /version HTTP/1.1\r\nHost: {}", server.address));
    assert_eq!(bare.status, 200);
}

#[test]
fn strangers_are_refused() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["one"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    sandbox.write("token", "correct-horse\n");
    let server = RunningServer::of(&sandbox, &["--host-name", "trials.example"]);
    let status = |server: &RunningServer, head: &str| server.send(head).status;
    let to = |host: &str| format!("GET /api/v2/version HTTP/1.1\r\nHost: {host}");
    assert_eq!(status(&server, &to("localhost:7878")), 200);
    assert_eq!(status(&server, &to("trials.example")), 200);
    assert_eq!(status(&server, &to("rebound.example")), 421);
    assert_eq!(status(&server, "GET /api/v2/version HTTP/1.1"), 400);
    assert_eq!(status(&server, &format!("{}\r\nX: {}", to("localhost"), "x".repeat(200_000))), 431);
    let long =
        format!("GET /api/v2/studies?query.term={} HTTP/1.1\r\nHost: a", "x+".repeat(40_000));
    assert_eq!(status(&server, &long.replace("Host: a", "Host: localhost")), 414);
    let metrics = server.send(&format!("GET /metrics HTTP/1.1\r\nHost: {}", server.address)).text();
    assert!(metrics.contains("trialdex_index_studies 1\n"), "{metrics}");
    assert!(
        metrics.contains("trialdex_requests_total{route=\"/api/v2/version\",status=\"200\"} 2"),
        "{metrics}"
    );
    drop(server);
    let server = RunningServer::of(&sandbox, &["--token-file", "token"]);
    assert_eq!(status(&server, &to("any.example")), 401);
    let with = |token: &str| format!("{}\r\nAuthorization: Bearer {token}", to("any.example"));
    assert_eq!(status(&server, &with("correct-horse")), 200);
    assert_eq!(status(&server, &with("correct-hors")), 401);
    let health = server.send(&format!("GET /health HTTP/1.1\r\nHost: {}", server.address));
    assert_eq!((health.status, health.text().as_str()), (200, "ok\n"));
    let run = sandbox.run(&["serve", "--token-file", "dump.json/x"]).ended(2);
    assert!(run.err.contains("dump.json/x"), "{}", run.err);
    let run = sandbox.run(&["serve", "--listen", &server.address]).ended(2);
    assert!(run.err.contains("hint: name another address"), "{}", run.err);
}

#[test]
fn assistants_are_answered_and_pages_of_other_sites_are_not() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["one"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let server = RunningServer::of(&sandbox, &[]);
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#;
    let call = |origin: &str| {
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nContent-Length: {}{origin}",
            server.address,
            body.len()
        );
        server.send_with(&head, body)
    };
    let tools = call("");
    assert_eq!(tools.status, 200, "{}", tools.text());
    assert!(tools.text().contains("\"search\""), "{}", tools.text());
    assert_eq!(call("\r\nOrigin: http://localhost:3000").status, 200);
    assert_eq!(call("\r\nOrigin: https://a.example").status, 403);
    assert_eq!(call("\r\nOrigin: null").status, 403);
}

#[test]
fn slow_clients_do_not_stop_others() {
    let sandbox = with_corpus();
    let server = RunningServer::of(&sandbox, &[]);
    let silent: Vec<TcpStream> = (0..300)
        .map(|at| {
            let mut stream = TcpStream::connect(&server.address).expect("connected");
            if at % 2 == 0 {
                stream.write_all(b"GET /api/v2/studies HTTP/1.1\r\nHost: local").expect("sent");
            }
            stream
        })
        .collect();
    let begin = Instant::now();
    assert_eq!(server.get("/studies?query.term=anemia").status, 200);
    assert!(begin.elapsed() < Duration::from_secs(20));
    drop(silent);
}

#[test]
#[cfg(unix)]
fn a_server_ends_when_it_is_asked_to() {
    let sandbox = Sandbox::with(&[("dump.json", studies(&["one"]).as_bytes())]);
    sandbox.index(&["dump.json"]);
    let mut server = RunningServer::of(&sandbox, &[]);
    // A connection that says nothing does not hold it up for long.
    let idle = TcpStream::connect(&server.address).expect("connected");
    assert_eq!(server.get("/version").status, 200);
    let number = server.child.id().to_string();
    let asked = std::process::Command::new("kill").args(["-TERM", &number]).status();
    assert!(asked.expect("kill").success());
    let begin = Instant::now();
    let ended = loop {
        match server.child.try_wait().expect("a child") {
            Some(ended) => break ended,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "the server does not end");
    };
    assert_eq!(ended.code(), Some(0));
    drop(idle);
}
