//! Studies a second and peak memory of `trialdex index`, beside those of bare
//! tantivy that is given the same documents ready-made, with the same schema,
//! threads and memory.
//!
//! ```text
//! cargo bench --bench throughput -- [PATH]...
//! ```
//!
//! Without a path, records are made from the sample corpus by giving its
//! studies new numbers: as NDJSON, and as XML in a zip archive. Each side runs
//! in a process of its own, in turns; the best of three rounds counts.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicU64;
use std::time::{Instant, SystemTime};

use tantivy::indexer::IndexWriterOptions;
use tantivy::{Index, IndexWriter, TantivyDocument};

use trialdex::format::convert;
use trialdex::index::{Holder, UpdateOptions, Watch, document, schema, settings, update};
use trialdex::source::{self, Found, Limits, WalkOptions};
use trialdex::text;

/// How often the sample corpus is repeated.
const COPIES: u32 = 100;

/// Turns of each side.
const ROUNDS: usize = 3;

/// Bytes that the indexing threads may use together, as `trialdex index` has
/// it where nothing else is said.
const MEMORY: usize = 200_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.as_slice() {
        [child, side, path] if child == "--child" => run_child(side, Path::new(path)),
        paths => compare(paths),
    }
}

fn compare(paths: &[String]) -> Outcome<()> {
    let made = tempfile::tempdir()?;
    let paths = if paths.is_empty() {
        vec![make_ndjson(made.path())?, make_xml_zip(made.path())?]
    } else {
        paths.iter().map(PathBuf::from).collect()
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "threads: {}, memory for indexing: {} MB", threads(), MEMORY / 1_000_000)?;
    writeln!(out, "| input | side | studies | seconds | studies/s | peak memory | ratio |")?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for path in paths {
        let mut best: [Option<Measured>; 2] = [None, None];
        for _ in 0..ROUNDS {
            for (side, best) in ["bare", "trialdex"].iter().zip(&mut best) {
                let measured = measure(side, &path)?;
                if best.is_none_or(|best| measured.seconds < best.seconds) {
                    *best = Some(measured);
                }
            }
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bare_rate = best[0].map_or(0.0, |bare| bare.rate());
        for (side, best) in ["bare tantivy", "trialdex index"].iter().zip(best.iter().flatten()) {
            let (rate, memory) = (best.rate(), best.peak_kb / 1000);
            let ratio = rate / bare_rate;
            let (studies, seconds) = (best.studies, best.seconds);
            writeln!(
                out,
                "| {name} | {side} | {studies} | {seconds:.2} | {rate:.0} | {memory} MB | {ratio:.2} |"
            )?;
        }
    }
    Ok(())
}

/// What a process reported.
#[derive(Debug, Clone, Copy)]
struct Measured {
    studies: u64,
    seconds: f64,
    peak_kb: u64,
}

impl Measured {
    fn rate(self) -> f64 {
        self.studies as f64 / self.seconds
    }
}

fn measure(side: &str, path: &Path) -> Outcome<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--child", side])
        .arg(path)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers: Vec<&str> = text.split_whitespace().collect();
    let [studies, seconds, peak] = numbers.as_slice() else {
        return Err(format!("{side}: no figures in `{text}`").into());
    };
    Ok(Measured { studies: studies.parse()?, seconds: seconds.parse()?, peak_kb: peak.parse()? })
}

fn run_child(side: &str, path: &Path) -> Outcome<()> {
    let directory = tempfile::tempdir()?;
    let (studies, seconds) = match side {
        "bare" => bare(path, directory.path())?,
        _ => whole(path, directory.path())?,
    };
    writeln!(std::io::stdout(), "{studies} {seconds} {}", peak_kb())?;
    Ok(())
}

/// `trialdex index`, from the file to the commit.
fn whole(path: &Path, directory: &Path) -> Outcome<(u64, f64)> {
    let options = UpdateOptions {
        prune: false,
        limits: Limits::default(),
        threads: threads(),
        memory: MEMORY,
        now: SystemTime::now(),
        holder: Holder::default(),
    };
    let start = Instant::now();
    let audit = update(directory, &[path.to_owned()], &options, &Watch::default())?;
    Ok((audit.studies, start.elapsed().as_secs_f64()))
}

/// tantivy alone, with the documents in memory before the clock starts.
fn bare(path: &Path, directory: &Path) -> Outcome<(u64, f64)> {
    let documents = documents(path);
    let (schema, _) = schema();
    let index = Index::builder().schema(schema).settings(settings()).create_in_dir(directory)?;
    text::register(index.tokenizers());
    let studies = documents.len() as u64;
    let start = Instant::now();
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads())
        .memory_budget_per_thread(MEMORY / threads())
        .num_merge_threads(1)
        .build();
    let mut writer: IndexWriter = index.writer_with_options(options)?;
    for document in documents {
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok((studies, start.elapsed().as_secs_f64()))
}

/// The documents that `trialdex index` would make, one a study.
fn documents(path: &Path) -> Vec<TantivyDocument> {
    let (_, fields) = schema();
    let mut documents = std::collections::BTreeMap::new();
    let limits = Limits::default();
    for file in source::walk(path, &WalkOptions::default()).flatten() {
        let _ = source::read(&file, &limits, &AtomicU64::new(0), &mut |found| {
            if let Found::Record(record) = found
                && let Ok(converted) = convert(&record)
            {
                let (study, nct) = (converted.study, converted.nct_id);
                let json = serde_json::to_string(study.as_map()).unwrap_or_default();
                documents.insert(nct, document(&study, nct, &json, 0, &fields));
            }
            ControlFlow::Continue(())
        });
    }
    documents.into_values().collect()
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(8)
}

/// Most memory that the process had, in kB; 0 where the system does not tell.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The sample studies as API v2, each with `COPIES` numbers.
fn make_ndjson(directory: &Path) -> Outcome<PathBuf> {
    let path = directory.join("studies.ndjson");
    let mut out = BufWriter::new(File::create(&path)?);
    let mut number = 0;
    for text in sample_studies("corpus", |study| serde_json::to_string(study.as_map()).ok())? {
        for _ in 0..COPIES {
            number += 1;
            writeln!(out, "{}", renumbered(&text, number))?;
        }
    }
    out.flush()?;
    Ok(path)
}

/// The sample's XML records, each with `COPIES` numbers, a member each.
fn make_xml_zip(directory: &Path) -> Outcome<PathBuf> {
    let path = directory.join("xml.zip");
    let mut out = zip::ZipWriter::new(BufWriter::new(File::create(&path)?));
    let mut number = 0;
    for entry in
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/xml/NCT9000xxxx"))?
    {
        let text = std::fs::read_to_string(entry?.path())?;
        for _ in 0..COPIES * 4 {
            number += 1;
            out.start_file(format!("{number}.xml"), zip::write::SimpleFileOptions::default())?;
            out.write_all(renumbered(&text, number).as_bytes())?;
        }
    }
    out.finish()?.flush()?;
    Ok(path)
}

fn sample_studies(
    folder: &str,
    text: impl Fn(&trialdex::study::Study) -> Option<String>,
) -> Outcome<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut texts = Vec::new();
    for file in source::walk(&folder, &WalkOptions::default()) {
        let _ = source::read(&file?, &Limits::default(), &AtomicU64::new(0), &mut |found| {
            if let Found::Record(record) = found
                && let Ok(converted) = convert(&record)
            {
                texts.extend(text(&converted.study));
            }
            ControlFlow::Continue(())
        });
    }
    Ok(texts)
}

/// The record under another number.
fn renumbered(text: &str, number: u32) -> String {
    match text.find("NCT9") {
        None => text.to_owned(),
        Some(at) => text.replace(&text[at..at + 11], &format!("NCT{:08}", 10_000_000 + number)),
    }
}
