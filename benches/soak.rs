//! Asks an index at full speed while another process refreshes it, and holds
//! every answer against that of an index which was built afresh from the same
//! records. `benches/registry.py` runs it.
//!
//! ```text
//! cargo bench --bench soak -- record INDEX ANSWERS [QUERIES]
//! cargo bench --bench soak -- ask INDEX ANSWERS SECONDS SEED [QUERIES]
//! ```
//!
//! `record` adds what the index answers to the file, under the digest of all
//! its studies. `ask` opens the index again and again. Each time it looks up
//! the digest, which says what the answers have to be: the number of hits, and
//! the first of them with their scores. It prints an object of JSON, or ends with the first
//! answer that is wrong or does not come.

#[path = "../tests/suite/asked.rs"]
#[expect(dead_code, reason = "requests are told by their numbers elsewhere")]
mod asked;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use trialdex_engine::index::Store;
use trialdex_engine::search::{ClauseMatching, HitWindow, SearchOptions, receipt, search};
use trialdex_query::{Parameter, Request, SortKey};

use asked::LibraryRequest;

/// Hits that are compared.
const LIMIT: usize = 20;

/// By which part of it a score may differ.
const ROUNDING: f32 = 1e-5;

/// Queries between two openings.
const TURNS: usize = 50;

/// Asked besides the file of requests.
const PLAIN: [&str; 16] = [
    "asthma",
    "lung cancer",
    "type 2 diabetes",
    "aplastic anemia",
    "mesenchymal stem cells",
    "heart failure -device",
    "\"bone marrow\" transplant",
    "hepatitis c OR hepatitis b",
    "protocol code",
    "amended",
    "AREA[Phase]PHASE2 AND cancer",
    "AREA[LastUpdatePostDate]RANGE[2026-06-01,MAX]",
    "AREA[StartDate]RANGE[2015-01-01,2016-12-31] AND pain",
    "NOT amended",
    "children vaccine safety",
    "comparator",
];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Number, digest and score.
type SoakHit = (String, String, f32);

/// An answer: the number of hits, and the first ones.
type Answer = (usize, Vec<SoakHit>);

/// By the digest of an index, the answers to all queries in their order.
type Answers = BTreeMap<String, Vec<Answer>>;

fn main() -> Outcome<()> {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["record", index, answers, queries @ ..] => {
            record(Path::new(index), Path::new(answers), &all(queries)?)
        }
        ["ask", index, answers, seconds, seed, queries @ ..] => {
            let answers = serde_json::from_slice(&std::fs::read(answers)?)?;
            let end = Duration::from_secs_f64(seconds.parse()?);
            Soak::new(answers, seed.parse()?).run(Path::new(index), &all(queries)?, end)
        }
        _ => Ok(writeln!(std::io::stdout(), "soak: see benches/registry.py, which runs it")?),
    }
}

/// All queries that can be asked.
fn all(files: &[&str]) -> Outcome<Vec<LibraryRequest>> {
    let plain = PLAIN.map(|text| {
        let queries = vec![(Parameter::Words, text.to_owned())];
        LibraryRequest { request: Request { queries, ..Request::default() }, order: Vec::new() }
    });
    let mut all = Vec::from(plain);
    for file in files {
        let sent = asked::requests(Path::new(file))?;
        all.extend(sent.into_iter().filter_map(|sent| sent.asked().ok()));
    }
    all.retain(|asked| asked.request.understand().is_ok());
    Ok(all)
}

fn answer(store: &Store, asked: &LibraryRequest) -> Outcome<Answer> {
    let understood = asked.request.understand().map_err(|_| "not understood")?;
    let order: &[SortKey] = &asked.order;
    let (window, matching) = (HitWindow { offset: 0, limit: Some(LIMIT) }, ClauseMatching::Closest);
    let wish =
        SearchOptions { order, window, matching, ..SearchOptions::new(&understood.question) };
    let hits = search(store, &wish)?;
    let mut first = Vec::new();
    for hit in &hits.hits {
        first.push((hit.nct_id.to_string(), format!("{:016x}", hits.digest(hit)?), hit.score));
    }
    Ok((hits.total, first))
}

/// Whether an answer is the right one. Scores are added up in the order of the
/// parts of a query, which is not always the same, so that their last digit may
/// differ, and hits with it that score the same.
fn is_right(given: &Answer, right: &Answer) -> bool {
    let alike =
        |one: &SoakHit, other: &SoakHit| (one.2 - other.2).abs() <= other.2.abs() * ROUNDING;
    let same = |(hit, should): (&SoakHit, &SoakHit)| {
        let known = right.1.iter().find(|known| known.0 == hit.0);
        let scores_as_the_last = || right.1.last().is_some_and(|last| alike(hit, last));
        alike(hit, should) && known.map_or_else(scores_as_the_last, |known| known.1 == hit.1)
    };
    given.0 == right.0 && given.1.len() == right.1.len() && given.1.iter().zip(&right.1).all(same)
}

fn record(index: &Path, path: &Path, all: &[LibraryRequest]) -> Outcome<()> {
    let mut answers: Answers = match path.exists() {
        true => serde_json::from_slice(&std::fs::read(path)?)?,
        false => Answers::new(),
    };
    let store = Store::open(index)?;
    let digest = receipt::contents(&store)?.digest;
    let answered = all.iter().map(|asked| answer(&store, asked)).collect::<Outcome<_>>()?;
    answers.insert(digest, answered);
    Ok(std::fs::write(path, serde_json::to_vec(&answers)?)?)
}

/// A search that goes on for a while.
struct Soak {
    answers: Answers,
    /// State of a generator of random numbers.
    random: u64,
    times: Vec<Duration>,
    opened: Vec<Duration>,
    /// How often the index was found in each state.
    seen: BTreeMap<String, usize>,
    /// Changes from one state to another.
    changes: usize,
}

impl Soak {
    fn new(answers: Answers, seed: u64) -> Self {
        let (times, opened, seen) = (Vec::new(), Vec::new(), BTreeMap::new());
        Self { answers, random: seed, times, opened, seen, changes: 0 }
    }

    fn run(mut self, index: &Path, all: &[LibraryRequest], seconds: Duration) -> Outcome<()> {
        let (start, mut last) = (Instant::now(), String::new());
        while start.elapsed() < seconds {
            let opening = Instant::now();
            let store = Store::open(index)?;
            let digest = receipt::contents(&store)?.digest;
            self.opened.push(opening.elapsed());
            self.changes += usize::from(digest != last && !last.is_empty());
            *self.seen.entry(digest.clone()).or_default() += 1;
            for _ in 0..TURNS {
                let at = self.next() % all.len();
                self.ask(&store, &digest, at, &all[at])?;
            }
            last = digest;
        }
        let millis = |times: &mut Vec<Duration>, share: usize| {
            times.sort_unstable();
            times.get((times.len() * share).div_ceil(100).max(1) - 1).map(Duration::as_secs_f64)
        };
        let asked = self.times.len();
        let figures = json!({
            "asked": asked,
            "perSecond": asked as f64 / start.elapsed().as_secs_f64(),
            "p50": millis(&mut self.times, 50),
            "p99": millis(&mut self.times, 99),
            "openP99": millis(&mut self.opened, 99),
            "opened": self.opened.len(),
            "states": self.seen.len(),
            "changes": self.changes,
        });
        Ok(writeln!(std::io::stdout(), "{figures}")?)
    }

    fn ask(
        &mut self,
        store: &Store,
        digest: &str,
        at: usize,
        asked: &LibraryRequest,
    ) -> Outcome<()> {
        let begun = Instant::now();
        let given = answer(store, asked)?;
        self.times.push(begun.elapsed());
        let right = self.answers.get(digest).ok_or("the index is in a state that never was")?;
        let right = right.get(at).ok_or("answers to other queries")?;
        if is_right(&given, right) {
            return Ok(());
        }
        let request = &asked.request;
        Err(format!("{request:?}\nanswered {given:?}\nshould be {right:?}").into())
    }

    /// The next random number (xorshift).
    fn next(&mut self) -> usize {
        let mut random = self.random.max(1);
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        self.random = random;
        (random >> 16) as usize
    }
}
