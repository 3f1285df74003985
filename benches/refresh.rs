//! What a refresh costs, beside what it cannot do without: walking the inputs,
//! or reading them once.
//!
//! ```text
//! cargo bench --bench refresh                        all, with files made from the sample corpus
//! cargo bench --bench refresh -- read PATH...        finding the records, and nothing else
//! cargo bench --bench refresh -- walk PATH...        walking and metadata, and nothing else
//! cargo bench --bench refresh -- update INDEX PATH   one run of `trialdex index`
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant, SystemTime};

use trialdex_engine::index::{Audit, LockOwner, PruneMode, UpdateOptions, UpdateProgress, update};
use trialdex_records::format::convert;
use trialdex_records::source::{self, ReadLimits, SourceItem, WalkOptions};

/// Studies that are made from the sample corpus, each a file and a line.
const STUDIES: u32 = 60_000;

/// Files in a folder.
const FOLDER: u32 = 1_000;

/// One study in so many differs after the change.
const CHANGED: u32 = 100;

/// How often a step is timed; the best counts.
const ROUNDS: usize = 5;

/// Bytes that the indexing threads may use together.
const MEMORY: usize = 200_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => all(),
        ["read", paths @ ..] => {
            for path in paths {
                report(path, &mut || Ok(read(Path::new(path))))?;
            }
            Ok(())
        }
        ["walk", paths @ ..] => {
            for path in paths {
                report(path, &mut || walk(Path::new(path)))?;
            }
            Ok(())
        }
        ["update", index, path] => {
            let start = Instant::now();
            let audit = run(Path::new(index), Path::new(path))?;
            let seconds = start.elapsed().as_secs_f64();
            let Audit { added, updated, unchanged, .. } = audit;
            let mut out = std::io::stdout();
            let peak = peak_kb() / 1000;
            writeln!(
                out,
                "{seconds:.3} s, {peak} MB, {added} added, {updated} updated, {unchanged} unchanged"
            )?;
            Ok(())
        }
        _ => Err("see the head of benches/refresh.rs".into()),
    }
}

/// Things counted and bytes of them.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    things: u64,
    bytes: u64,
}

/// Times a step; prints what it counted and how fast that was.
fn report(name: &str, step: &mut dyn FnMut() -> Outcome<Count>) -> Outcome<Duration> {
    let mut best = Duration::MAX;
    let mut count = Count::default();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        count = step()?;
        best = best.min(start.elapsed());
    }
    let seconds = best.as_secs_f64();
    let rate = count.bytes as f64 / seconds / 1e6;
    let Count { things, bytes } = count;
    writeln!(
        std::io::stdout(),
        "| {name} | {things} | {bytes} | {seconds:.3} s | {rate:.0} MB/s |"
    )?;
    Ok(best)
}

/// Records of a file or of the files below a directory.
fn read(path: &Path) -> Count {
    let mut count = Count::default();
    for file in source::walk(path, &WalkOptions::default()).flatten() {
        let _ = source::read(&file, &ReadLimits::default(), &AtomicU64::new(0), &mut |found| {
            if let SourceItem::Record(record) = found {
                count.things += 1;
                count.bytes += record.payload.len() as u64;
            }
            ControlFlow::Continue(())
        });
    }
    count
}

/// Files below a directory, as plainly as can be.
fn walk(path: &Path) -> Outcome<Count> {
    let mut count = Count::default();
    for entry in walkdir::WalkDir::new(path) {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_file() && metadata.modified().is_ok() {
            count.things += 1;
            count.bytes += metadata.len();
        }
    }
    Ok(count)
}

/// `trialdex index`.
fn run(index: &Path, path: &Path) -> Outcome<Audit> {
    let options = UpdateOptions {
        prune: PruneMode::Nothing,
        limits: ReadLimits::default(),
        threads: std::thread::available_parallelism().map_or(1, usize::from).min(8),
        memory: MEMORY,
        now: SystemTime::now(),
        holder: LockOwner::default(),
    };
    Ok(update(index, &[path.to_owned()], &options, &UpdateProgress::default())?)
}

fn all() -> Outcome<()> {
    let made = tempfile::tempdir()?;
    let studies = made_studies()?;
    writeln!(std::io::stdout(), "| what | files or records | bytes | best of {ROUNDS} | |")?;
    writeln!(std::io::stdout(), "|---|---|---|---|---|")?;
    let folders = made.path().join("folders");
    write_folders(&folders, &studies)?;
    let index = made.path().join("folders.index");
    run(&index, &folders)?;
    report("walking", &mut || walk(&folders))?;
    report("nothing changed, files in folders", &mut || refresh(&index, &folders))?;
    let dump = made.path().join("studies.ndjson");
    write_lines(&dump, &studies, 0)?;
    let index = made.path().join("dump.index");
    let start = Instant::now();
    run(&index, &dump)?;
    writeln!(std::io::stdout(), "| building | | | {:.3} s | |", start.elapsed().as_secs_f64())?;
    report("nothing changed, one file", &mut || refresh(&index, &dump))?;
    report("reading", &mut || Ok(read(&dump)))?;
    let mut past = Duration::from_secs(3600);
    report("one file touched", &mut || {
        past += Duration::from_secs(1);
        File::options().append(true).open(&dump)?.set_modified(SystemTime::now() - past)?;
        refresh(&index, &dump)
    })?;
    let mut version = 0;
    report("one file with 1 % changed", &mut || {
        version += 1;
        write_lines(&dump, &studies, version)?;
        let start = Instant::now();
        let count = refresh(&index, &dump)?;
        writeln!(
            std::io::stderr(),
            "  {:.3} s without writing the file",
            start.elapsed().as_secs_f64()
        )?;
        Ok(count)
    })?;
    Ok(())
}

fn refresh(index: &Path, path: &Path) -> Outcome<Count> {
    let audit = run(index, path)?;
    Ok(Count { things: audit.records, bytes: 0 })
}

/// The sample studies as API v2 under new numbers, one after another.
fn made_studies() -> Outcome<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/v2");
    let mut texts = Vec::new();
    for file in source::walk(&folder, &WalkOptions::default()) {
        let _ = source::read(&file?, &ReadLimits::default(), &AtomicU64::new(0), &mut |found| {
            if let SourceItem::Record(record) = found
                && let Ok(converted) = convert(&record)
            {
                let number = converted.nct_id.to_string();
                let text = serde_json::to_string(converted.study.as_map()).unwrap_or_default();
                texts.push((number, text));
            }
            ControlFlow::Continue(())
        });
    }
    let made = (0..STUDIES).zip(texts.iter().cycle());
    Ok(made.map(|(at, (number, text))| text.replace(number, &format!("NCT{at:08}"))).collect())
}

fn write_folders(directory: &Path, studies: &[String]) -> Outcome<()> {
    let past = SystemTime::now() - Duration::from_secs(3600);
    for (at, study) in (0..).zip(studies) {
        let folder: PathBuf = directory.join(format!("{:04}", at / FOLDER));
        if at % FOLDER == 0 {
            std::fs::create_dir_all(&folder)?;
        }
        let mut file = File::create(folder.join(format!("NCT{at:08}.json")))?;
        file.write_all(study.as_bytes())?;
        file.set_modified(past)?;
    }
    Ok(())
}

/// A line a study; every hundredth differs between versions.
fn write_lines(path: &Path, studies: &[String], version: u32) -> Outcome<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for (at, study) in (0..).zip(studies) {
        if at % CHANGED == 0 {
            let title = format!("\"briefTitle\":\"Version {version} ");
            writeln!(out, "{}", study.replacen("\"briefTitle\":\"", &title, 1))?;
        } else {
            writeln!(out, "{study}")?;
        }
    }
    let past = SystemTime::now() - Duration::from_secs(3600 - u64::from(version));
    out.into_inner()?.set_modified(past)?;
    Ok(())
}

/// Most memory that the process had, in kB; 0 where the system does not tell.
fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
