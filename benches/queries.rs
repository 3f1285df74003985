//! How long queries take: requests that people have sent to the registry, in
//! process and as whole processes, and plain words beside bare tantivy, also
//! with a filter, counted, and counted by the values of fields; what synonyms
//! and feedback cost of it, and the vocabulary's first use.
//!
//! ```text
//! cargo bench --bench queries -- [--index DIR] [--queries FILE] [--own] [--rounds N] [--alone] [--bare DIR] [PATH]...
//! ```
//!
//! `--alone` leaves bare tantivy and whole processes out; `--own` asks the
//! expressions below, also where the real requests are at hand; `--bare` keeps
//! the index of bare tantivy in a directory, and uses the one that is there.
//!
//! Without an index, one is made of the paths; without those, of the real
//! records beside the project, or of the sample corpus. The file of requests is
//! JSON lines with the parameters of the registry's API in `params`; without
//! one, the few expressions below are used.

#[path = "../tests/suite/asked.rs"]
mod asked;
#[path = "queries/bare.rs"]
mod bare;

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use trialdex_engine::index::{LockOwner, PruneMode, Store, UpdateOptions, UpdateProgress, update};
use trialdex_engine::search::{ClauseMatching, HitWindow, Model, SearchOptions, search};
use trialdex_query::{
    Filter, MatchOptions, NotUnderstood, Parameter, Request, SortKey, WordExpansion,
};
use trialdex_records::source::ReadLimits;
use trialdex_records::study::study_fields;
use trialdex_text::vocabulary::Vocabulary;

use asked::LibraryRequest;
use bare::Bare;

/// The default number of turns for each query.
const ROUNDS: usize = 20;

/// Turns of whole processes.
const PROCESS_ROUNDS: usize = 3;

/// Hits asked for.
const LIMIT: usize = 20;

/// Queries shown as the slowest.
const SLOWEST: usize = 5;

/// Bytes for the thread that indexes.
const MEMORY: usize = 200_000_000;

/// What people type into a search box: one to three words.
const PLAIN: [&str; 30] = [
    "asthma",
    "melanoma",
    "pembrolizumab",
    "metformin",
    "lung cancer",
    "breast cancer",
    "heart failure",
    "multiple sclerosis",
    "type 2 diabetes",
    "sickle cell disease",
    "aplastic anemia",
    "mesenchymal stem cells",
    "rheumatoid arthritis",
    "chronic kidney disease",
    "atrial fibrillation",
    "major depressive disorder",
    "ovarian cancer bevacizumab",
    "knee osteoarthritis injection",
    "postoperative pain",
    "hepatitis c",
    "covid vaccine",
    "hiv prevention",
    "schizophrenia",
    "smoking cessation",
    "preterm infants",
    "acute myeloid leukemia",
    "glioblastoma temozolomide",
    "stroke rehabilitation",
    "physical activity",
    "overall survival",
];

/// Expressions for where no file of requests is at hand.
const EXPRESSIONS: [&str; 12] = [
    "anemia AND NOT aplastic",
    "\"stem cell\" OR \"stromal cell\"",
    "AREA[Phase]PHASE2",
    "AREA[StartDate]RANGE[2015-01-01,MAX]",
    "SEARCH[Location](AREA[LocationCountry]France AND AREA[LocationStatus]RECRUITING)",
    "AREA[LeadSponsorName]COVERAGE[StartsWith]University",
    "EXPANSION[None]Diabetes",
    "TILT[StartDate]pain",
    "AREA[MinimumAge]RANGE[MIN, 12 years] AND asthma",
    "AREA[LocationGeoPoint]DISTANCE[48.85,2.35,100km]",
    "AREA[ResultsFirstPostDate]MISSING AND cancer",
    "(knee OR hip) AND replacement",
];

/// The status that plain words are filtered by.
const STATUS: &str = "COMPLETED";

/// Fields that are counted, and filtered by.
const COUNTED: [&str; 2] = ["OverallStatus", "Phase"];

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What was asked for on the command line.
struct BenchOptions {
    index: Option<PathBuf>,
    queries: Option<PathBuf>,
    own: bool,
    rounds: usize,
    alone: bool,
    bare: Option<PathBuf>,
    paths: Vec<PathBuf>,
}

impl BenchOptions {
    fn read() -> Outcome<Self> {
        let (index, queries, bare, own, alone) = (None, None, None, false, false);
        let (rounds, paths) = (ROUNDS, Vec::new());
        let mut options = Self { index, queries, own, rounds, alone, bare, paths };
        // Cargo adds `--bench`.
        let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("no value after `{word}`"));
            match word.as_str() {
                "--index" => options.index = Some(value()?.into()),
                "--queries" => options.queries = Some(value()?.into()),
                "--bare" => options.bare = Some(value()?.into()),
                "--own" => options.own = true,
                "--alone" => options.alone = true,
                "--rounds" => options.rounds = value()?.parse::<usize>()?.max(1),
                _ => options.paths.push(word.into()),
            }
        }
        if options.paths.is_empty() {
            let project = Path::new(env!("CARGO_MANIFEST_DIR"));
            let real = project.join("../shared/data");
            options.paths = vec![if real.exists() { real } else { project.join("corpus") }];
        }
        Ok(options)
    }
}

/// A query, and the same on the command line of the program.
struct Case {
    label: String,
    request: Request,
    order: Vec<SortKey>,
    model: Model,
    arguments: Vec<String>,
}

fn main() -> Outcome<()> {
    let options = BenchOptions::read()?;
    let vocabulary = first_use()?;
    let made = tempfile::tempdir()?;
    let directory = match &options.index {
        Some(index) => index.clone(),
        None => build(&options.paths, &made.path().join("index"))?,
    };
    let store = Store::open(&directory)?;
    let mut out = std::io::stdout().lock();
    let (cases, refused) = cases(&options)?;
    for complaint in &refused {
        writeln!(out, "refused: {complaint}")?;
    }
    writeln!(out, "{} queries are asked, {} are refused\n", cases.len(), refused.len())?;
    writeln!(out, "| what | p50 | p99 | max |\n|---|---|---|---|")?;
    let timed = timed_cases(&cases, options.rounds, |case| ask(&store, case))?;
    report(&mut out, "real queries, in process", &timed)?;
    if options.alone {
        for (what, way) in OF_WAYS.into_iter().zip(WAYS) {
            let plain: Vec<Case> = PLAIN.iter().map(|text| plain_case(text, way)).collect();
            let timed = timed_cases(&plain, options.rounds, |case| ask(&store, case))?;
            report(&mut out, what, &timed)?;
        }
        return Ok(resident(&mut out)?);
    }
    resident(&mut out)?;
    let process = |case: &Case| run(&directory, case);
    let whole = timed_cases(&cases, PROCESS_ROUNDS.min(options.rounds), process)?;
    report(&mut out, "the same, whole processes", &whole)?;
    let bare = options.bare.unwrap_or_else(|| made.path().join("bare"));
    compare(&mut out, &store, &bare, options.rounds)?;
    writeln!(out, "first use of the built-in vocabulary: {}", milliseconds(vocabulary))?;
    for (name, timed) in [("in process", timed), ("whole processes", whole)] {
        slowest(&mut out, name, timed)?;
    }
    Ok(())
}

/// Memory of this process, if the system reports it.
fn resident(out: &mut impl Write) -> std::io::Result<()> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|line| line.starts_with("Rss")) {
        writeln!(out, "memory, {line}")?;
    }
    Ok(())
}

fn build(paths: &[PathBuf], directory: &Path) -> Outcome<PathBuf> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let options = UpdateOptions {
        prune: PruneMode::Nothing,
        limits: ReadLimits::default(),
        threads,
        memory: MEMORY,
        now: SystemTime::now(),
        holder: LockOwner::default(),
    };
    update(directory, paths, &options, &UpdateProgress::default())?;
    Ok(directory.to_owned())
}

/// The requests beside the project, if they are there.
fn real_requests() -> Outcome<Vec<asked::SentRequest>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/ctgov/real-queries.jsonl");
    Ok(if path.exists() { asked::requests(&path)? } else { Vec::new() })
}

/// The queries that can be asked, and why others cannot.
fn cases(options: &BenchOptions) -> Outcome<(Vec<Case>, Vec<String>)> {
    let sent = match &options.queries {
        Some(file) => asked::requests(file)?,
        None if options.own => Vec::new(),
        None => real_requests()?,
    };
    if sent.is_empty() {
        let own = |text: &&str| case((*text).to_owned(), Parameter::Words, text);
        return Ok((EXPRESSIONS.iter().map(own).collect(), Vec::new()));
    }
    let (mut cases, mut refused) = (Vec::new(), Vec::new());
    for sent in sent {
        let understood = sent.asked().and_then(|asked| {
            asked.request.understand().map_err(|wrong| complaint(&wrong))?;
            Ok(asked)
        });
        match understood {
            Ok(LibraryRequest { request, order }) => {
                let arguments = command_line(&request);
                let label = format!("{}: {}", sent.n, arguments.join(" "));
                let model = Model::default();
                cases.push(Case { label, request, order, model, arguments });
            }
            Err(complaint) => refused.push(format!("{}: {complaint}", sent.n)),
        }
    }
    Ok((cases, refused))
}

/// A request as the program takes it.
fn command_line(request: &Request) -> Vec<String> {
    let queries = request.queries.iter().map(|(query, value)| (query.name(), value));
    let filters = request.filters.iter().map(|(filter, value)| (filter.name(), value));
    let all: Vec<String> =
        queries.chain(filters).map(|(name, value)| format!("--{name}={value}")).collect();
    // The program shows no studies where nothing is asked; the API does.
    if all.is_empty() { vec!["--term=ALL".to_owned()] } else { all }
}

/// What cannot be understood of a request, in one line.
fn complaint(wrong: &NotUnderstood) -> String {
    let parts = wrong.parts.iter().flat_map(|part| &part.diagnostics);
    parts.map(|diagnostic| diagnostic.message.as_str()).collect::<Vec<_>>().join("; ")
}

fn case(label: String, parameter: Parameter, text: &str) -> Case {
    let request = Request { queries: vec![(parameter, text.to_owned())], ..Request::default() };
    let (order, model) = (Vec::new(), Model::default());
    Case { label, request, order, model, arguments: vec![text.to_owned()] }
}

/// Ways of asking plain words: with everything, without feedback, and without
/// synonyms too, which is the query as it is typed.
const WAYS: [(WordExpansion, bool); 3] =
    [(WordExpansion::Concept, true), (WordExpansion::Concept, false), (WordExpansion::Term, false)];

/// What these are called.
const OF_WAYS: [&str; 3] = [
    "plain words, in process",
    "the same without feedback",
    "the same without feedback and synonyms",
];

fn plain_case(text: &str, (expand, feedback): (WordExpansion, bool)) -> Case {
    let mut case = case(text.to_owned(), Parameter::Words, text);
    case.request.manner = MatchOptions { expand: Some(expand), ..MatchOptions::default() };
    if !feedback {
        case.model = case.model.without_feedback();
    }
    case
}

/// A query and how long each turn of it took.
type TimedQuery<'a> = (&'a str, Vec<Duration>);

/// Asks every query once to warm up, then in turns.
fn timed_cases<'a>(
    cases: &'a [Case],
    rounds: usize,
    ask: impl Fn(&Case) -> Outcome<usize>,
) -> Outcome<Vec<TimedQuery<'a>>> {
    let mut timed: Vec<TimedQuery<'a>> =
        cases.iter().map(|case| (case.label.as_str(), Vec::new())).collect();
    for round in 0..=rounds {
        for (case, (_, times)) in cases.iter().zip(&mut timed) {
            let start = Instant::now();
            black_box(ask(black_box(case))?);
            if round > 0 {
                times.push(start.elapsed());
            }
        }
    }
    Ok(timed)
}

/// From the typed text to the best hits.
fn ask(store: &Store, case: &Case) -> Outcome<usize> {
    let understood = case.request.understand().map_err(|wrong| complaint(&wrong))?;
    let window = HitWindow { offset: 0, limit: Some(LIMIT) };
    let question = &understood.question;
    let matching = ClauseMatching::Closest;
    let (order, model) = (case.order.as_slice(), case.model);
    let wish = SearchOptions { matching, order, window, model, ..SearchOptions::new(question) };
    Ok(black_box(search(store, &wish)?).total)
}

/// The number of hits alone.
fn count(store: &Store, case: &Case) -> Outcome<usize> {
    let understood = case.request.understand().map_err(|wrong| complaint(&wrong))?;
    let window = HitWindow { offset: 0, limit: Some(0) };
    let wish =
        SearchOptions { window, model: case.model, ..SearchOptions::new(&understood.question) };
    Ok(search(store, &wish)?.total)
}

/// How many hits have each value of a few fields.
fn count_by_value(store: &Store, case: &Case) -> Outcome<usize> {
    let understood = case.request.understand().map_err(|wrong| complaint(&wrong))?;
    let fields: Vec<study_fields::StudyField> =
        COUNTED.into_iter().filter_map(study_fields::StudyField::named).collect();
    Ok(search(store, &SearchOptions::new(&understood.question).counting())?.facets(&fields)?.len())
}

/// The program from start to end, with the hits written out.
fn run(directory: &Path, case: &Case) -> Outcome<usize> {
    let status = Command::new(env!("CARGO_BIN_EXE_trialdex"))
        .arg("search")
        .args(&case.arguments)
        // A request that only says how to sort is about every study.
        .args(case.arguments.is_empty().then_some("ALL"))
        .arg("--index")
        .arg(directory)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match status.code() {
        Some(0 | 1) => Ok(0),
        _ => Err(format!("{}: {status}", case.label).into()),
    }
}

/// A query of plain words asked in one way, here or of bare tantivy.
type Ask<'a> = Box<dyn Fn(&str) -> Outcome<usize> + 'a>;

/// Times plain words in each way, and with bare tantivy, in turns.
fn compare(out: &mut impl Write, store: &Store, directory: &Path, rounds: usize) -> Outcome<()> {
    let bare = Bare::new(store, directory)?;
    let typed = |text: &str| plain_case(text, WAYS[2]);
    let filtered = |text: &str| {
        let mut case = typed(text);
        case.request.filters.push((Filter::Status, STATUS.to_owned()));
        case
    };
    let ways: [(&str, Ask<'_>); 11] = [
        (OF_WAYS[0], Box::new(|text| ask(store, &plain_case(text, WAYS[0])))),
        (OF_WAYS[1], Box::new(|text| ask(store, &plain_case(text, WAYS[1])))),
        (OF_WAYS[2], Box::new(|text| ask(store, &typed(text)))),
        ("the same, bare tantivy", Box::new(|text| bare.ask(text))),
        ("the same, bare tantivy that also counts", Box::new(|text| bare.ask_counted(text))),
        ("typed words and a filter", Box::new(|text| ask(store, &filtered(text)))),
        ("the same, bare tantivy with a filter", Box::new(|text| bare.ask_filtered(text))),
        ("typed words, counted", Box::new(|text| count(store, &typed(text)))),
        ("the same, bare tantivy that counts", Box::new(|text| bare.count(text))),
        (
            "typed words, counted by two fields",
            Box::new(|text| count_by_value(store, &typed(text))),
        ),
        ("the same, bare tantivy by two columns", Box::new(|text| bare.count_by_value(text))),
    ];
    let mut timed: [Vec<TimedQuery<'_>>; 11] =
        std::array::from_fn(|_| PLAIN.iter().map(|text| (*text, Vec::new())).collect());
    for round in 0..=rounds {
        for (at, text) in PLAIN.iter().enumerate() {
            for ((_, ask), timed) in ways.iter().zip(&mut timed) {
                let time = time(|| ask(black_box(text)))?;
                if round > 0 {
                    timed[at].1.push(time);
                }
            }
        }
    }
    for ((what, _), timed) in ways.iter().zip(&timed) {
        report(out, what, timed)?;
    }
    writeln!(out)?;
    let [mut all, mut unlearned, mut typed, mut there, mut exact, rest @ ..] = timed;
    ratios(out, "all to typed words alone", &mut all, &mut typed)?;
    ratios(out, "all but feedback to typed words alone", &mut unlearned, &mut typed)?;
    ratios(out, "all to bare tantivy", &mut all, &mut there)?;
    ratios(out, "typed words alone to bare tantivy", &mut typed, &mut there)?;
    ratios(out, "typed words alone to bare tantivy that also counts", &mut typed, &mut exact)?;
    let [mut filtered, mut theirs, mut counted, mut they, mut by_value, mut columns] = rest;
    ratios(out, "typed words and a filter to bare tantivy", &mut filtered, &mut theirs)?;
    ratios(out, "typed words, counted, to bare tantivy", &mut counted, &mut they)?;
    ratios(out, "typed words, counted by fields, to bare tantivy", &mut by_value, &mut columns)?;
    writeln!(
        out,
        "({} studies, bare tantivy in {} segments, trialdex in {})",
        bare.searcher.num_docs(),
        bare.searcher.segment_readers().len(),
        store.status()?.segments
    )?;
    Ok(())
}

fn time(work: impl FnOnce() -> Outcome<usize>) -> Outcome<Duration> {
    let start = Instant::now();
    black_box(work()?);
    Ok(start.elapsed())
}

/// How many times as long each query takes in one way as in another.
fn ratios<'a>(
    out: &mut impl Write,
    what: &str,
    here: &mut [TimedQuery<'a>],
    there: &mut [TimedQuery<'a>],
) -> Outcome<()> {
    let mut ratios: Vec<(f64, &str)> = here.iter_mut().zip(there).map(ratio).collect();
    ratios.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (most, text) = ratios[ratios.len() - 1];
    let median = ratios[ratios.len() / 2].0;
    writeln!(out, "ratio, {what}: median {median:.2}, most {most:.2} (`{text}`)")?;
    Ok(())
}

fn ratio<'a>((here, there): (&mut TimedQuery<'a>, &mut TimedQuery<'a>)) -> (f64, &'a str) {
    let (one, other) = (quantile(&mut here.1, 50), quantile(&mut there.1, 50));
    (one.as_secs_f64() / other.as_secs_f64().max(1e-9), here.0)
}

/// How long it takes until the built-in vocabulary has given a first concept.
fn first_use() -> Outcome<Duration> {
    let name = ["myocardial", "infarction"].map(str::to_owned);
    let start = Instant::now();
    let vocabulary = Vocabulary::built_in();
    let concept = *vocabulary.concepts(&name).first().ok_or("the name is not known")?;
    black_box(vocabulary.concept(concept)?);
    Ok(start.elapsed())
}

/// The shortest time that so many in a hundred do not exceed.
fn quantile(times: &mut [Duration], hundredths: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * hundredths).div_ceil(100).max(1) - 1;
    times.get(at).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

fn report(out: &mut impl Write, what: &str, timed: &[TimedQuery<'_>]) -> Outcome<()> {
    let mut all: Vec<Duration> = timed.iter().flat_map(|(_, times)| times).copied().collect();
    let figures = [50, 99, 100].map(|hundredths| milliseconds(quantile(&mut all, hundredths)));
    writeln!(out, "| {what} | {} |", figures.join(" | "))?;
    out.flush()?;
    Ok(())
}

fn slowest(out: &mut impl Write, name: &str, timed: Vec<TimedQuery<'_>>) -> Outcome<()> {
    let median = |(label, mut times): (_, Vec<_>)| (quantile(&mut times, 50), label);
    let mut medians: Vec<(Duration, &str)> = timed.into_iter().map(median).collect();
    medians.sort_unstable_by(|one, other| other.cmp(one));
    writeln!(out, "\nslowest, {name}, by their median:")?;
    for (time, label) in medians.into_iter().take(SLOWEST) {
        writeln!(out, "{:>10} {label}", milliseconds(time))?;
    }
    Ok(())
}
