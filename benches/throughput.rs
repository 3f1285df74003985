//! Studies a second and peak memory of `trialdex index`, beside those of bare
//! tantivy that is given the same documents ready-made, with the same schema,
//! settings, threads and memory.
//!
//! ```text
//! cargo bench --bench throughput -- [PATH]...
//! cargo bench --bench throughput -- --child documents PATH DIR    ready-made documents, kept in DIR
//! cargo bench --bench throughput -- --child bare DIR              bare tantivy indexes them
//! cargo bench --bench throughput -- --child read PATH             reads all records, does nothing with them
//! cargo bench --bench throughput -- --child walk PATH             walks, and reads the metadata of files
//! ```
//!
//! Without a path, records are made from the sample corpus by giving its
//! studies new numbers: as NDJSON, and as XML in a zip archive. Each side runs
//! in a process of its own, in turns; the best of three rounds counts. The
//! single steps print one object of JSON each; `benches/registry.py` runs them.
//!
//! All documents of a registry do not fit into memory. They are made before,
//! and kept in the document store of another index, of which every field is
//! stored and none indexed. A thread of its own unpacks them while tantivy
//! indexes, a few at a time. The processor time of that thread, shared among
//! the cores, is taken off the seconds of bare tantivy: it is what they would
//! have been shorter at most, had the documents been in memory. So the
//! uncertainty favours bare tantivy.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tantivy::indexer::{IndexWriterOptions, NoMergePolicy};
use tantivy::schema::Schema;
use tantivy::store::{Compressor, ZstdCompressor};
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument};

use trialdex_engine::index::{
    LockOwner, PruneMode, UpdateOptions, UpdateProgress, document, schema, settings, update,
};
use trialdex_records::format::convert;
use trialdex_records::source::{self, ReadLimits, Record, SourceItem, WalkOptions};
use trialdex_text as text;

/// How often the sample corpus is repeated.
const COPIES: u32 = 100;

/// Turns of each side.
const ROUNDS: usize = 3;

/// Bytes that the indexing threads may use together: the default of `trialdex
/// index`.
const MEMORY: usize = 200_000_000;

/// Bytes of ready-made documents that are compressed together.
const BLOCK: usize = 256 << 10;

/// Documents, or records, that wait to be taken.
const WAITING: usize = 64;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    // Cargo adds `--bench`.
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match arguments.as_slice() {
        [child, step, paths @ ..] if child == "--child" => {
            let measured = run_child(step, paths)?;
            Ok(writeln!(std::io::stdout(), "{}", serde_json::to_string(&measured)?)?)
        }
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
        let documents = made.path().join("documents");
        step(&["documents".as_ref(), path.as_os_str(), documents.as_os_str()])?;
        let mut best: [Option<MeasuredStep>; 2] = [None, None];
        for _ in 0..ROUNDS {
            let sides = [("bare", &documents), ("trialdex", &path)];
            for ((side, input), best) in sides.iter().zip(&mut best) {
                let measured = step(&[(*side).as_ref(), input.as_os_str()])?;
                if best.is_none_or(|best| measured.seconds < best.seconds) {
                    *best = Some(measured);
                }
            }
        }
        std::fs::remove_dir_all(&documents)?;
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

/// What a process reports of a step.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MeasuredStep {
    /// Studies; for `read` records, for `walk` files.
    studies: u64,
    /// How long it took, without what feeding cost.
    seconds: f64,
    /// Processor time of the thread that unpacked ready-made documents.
    feeding: f64,
    peak_kb: u64,
}

impl MeasuredStep {
    fn rate(self) -> f64 {
        self.studies as f64 / self.seconds
    }
}

/// Runs a step in a process of its own.
fn step(words: &[&std::ffi::OsStr]) -> Outcome<MeasuredStep> {
    let output = Command::new(std::env::current_exe()?)
        .arg("--child")
        .args(words)
        .stderr(std::process::Stdio::inherit())
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(serde_json::from_str(&text).map_err(|_| format!("{words:?}: no figures in `{text}`"))?)
}

fn run_child(step: &str, paths: &[String]) -> Outcome<MeasuredStep> {
    let paths: Vec<&Path> = paths.iter().map(Path::new).collect();
    let measured = match (step, paths.as_slice()) {
        ("documents", [path, directory]) => make_documents(path, directory)?,
        ("bare", [documents]) => bare(documents, tempfile::tempdir_in(beside(documents))?.path())?,
        ("trialdex", [path]) => whole(path, tempfile::tempdir()?.path())?,
        ("read", [path]) => timed(|| read_all(path)),
        ("walk", [path]) => timed(|| walk_all(path)),
        _ => return Err(format!("`{step}` with {} paths is not a step", paths.len()).into()),
    };
    Ok(MeasuredStep { peak_kb: peak_kb(), ..measured })
}

fn beside(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn timed(work: impl FnOnce() -> u64) -> MeasuredStep {
    let start = Instant::now();
    let studies = work();
    MeasuredStep { studies, seconds: start.elapsed().as_secs_f64(), ..MeasuredStep::default() }
}

/// `trialdex index`, from the file to the commit.
fn whole(path: &Path, directory: &Path) -> Outcome<MeasuredStep> {
    let options = UpdateOptions {
        prune: PruneMode::Nothing,
        limits: ReadLimits::default(),
        threads: threads(),
        memory: MEMORY,
        now: SystemTime::now(),
        holder: LockOwner::default(),
    };
    let start = Instant::now();
    let audit = update(directory, &[path.to_owned()], &options, &UpdateProgress::default())?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(MeasuredStep { studies: audit.studies, seconds, ..MeasuredStep::default() })
}

/// tantivy alone, from ready-made documents to the commit.
fn bare(documents: &Path, directory: &Path) -> Outcome<MeasuredStep> {
    let kept = Index::open_in_dir(documents)?.reader()?.searcher();
    let (schema, _) = schema();
    let index = Index::builder().schema(schema).settings(settings()).create_in_dir(directory)?;
    text::register(index.tokenizers());
    let start = Instant::now();
    let options = IndexWriterOptions::builder()
        .num_worker_threads(threads())
        .memory_budget_per_thread(MEMORY / threads())
        .num_merge_threads(1)
        .build();
    let mut writer: IndexWriter = index.writer_with_options(options)?;
    let (sender, receiver) = crossbeam_channel::bounded::<TantivyDocument>(WAITING);
    let feeding = std::thread::scope(|scope| -> Outcome<f64> {
        let feeder = scope.spawn(|| feed(&kept, sender).map_err(|error| error.to_string()));
        for document in receiver {
            writer.add_document(document)?;
        }
        Ok(feeder.join().map_err(|_| "the feeding thread failed")??)
    })?;
    writer.commit()?;
    writer.wait_merging_threads()?;
    let seconds = start.elapsed().as_secs_f64() - feeding / cores() as f64;
    Ok(MeasuredStep { studies: kept.num_docs(), seconds, feeding, peak_kb: 0 })
}

/// Hands out the ready-made documents; the processor time that it took.
fn feed(
    kept: &tantivy::Searcher,
    sender: crossbeam_channel::Sender<TantivyDocument>,
) -> Outcome<f64> {
    for reader in kept.segment_readers() {
        for document in reader.get_store_reader(1)?.iter::<TantivyDocument>(None) {
            sender.send(document?)?;
        }
    }
    drop(sender);
    Ok(thread_seconds())
}

/// Makes the documents that `trialdex index` would make, one a study, and
/// keeps them.
fn make_documents(path: &Path, directory: &Path) -> Outcome<MeasuredStep> {
    std::fs::create_dir(directory)?;
    let settings = IndexSettings {
        docstore_compression: Compressor::Zstd(ZstdCompressor { compression_level: Some(1) }),
        docstore_blocksize: BLOCK,
        ..IndexSettings::default()
    };
    let index = Index::builder().schema(all_stored()?).settings(settings);
    let index = index.create_in_dir(directory)?;
    let mut writer: IndexWriter = index.writer_with_num_threads(threads(), MEMORY)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));
    let (sender, receiver) = crossbeam_channel::bounded::<Record>(WAITING);
    let known = Mutex::new(std::collections::HashSet::new());
    let measured = std::thread::scope(|scope| {
        for _ in 0..threads() {
            let (receiver, writer, known) = (receiver.clone(), &writer, &known);
            scope.spawn(move || keep_documents(&receiver, writer, known));
        }
        drop(receiver);
        let measured = timed(|| each_record(path, |record| sender.send(record).is_ok()));
        // So that the other threads come to an end.
        drop(sender);
        measured
    });
    writer.commit()?;
    writer.wait_merging_threads()?;
    let studies = index.reader()?.searcher().num_docs();
    Ok(MeasuredStep { studies, ..measured })
}

fn keep_documents(
    records: &crossbeam_channel::Receiver<Record>,
    writer: &IndexWriter,
    known: &Mutex<std::collections::HashSet<u32>>,
) {
    let (_, fields) = schema();
    for record in records {
        let Ok(converted) = convert(&record) else { continue };
        let (study, nct) = (converted.study, converted.nct_id);
        let new = known.lock().is_ok_and(|mut known| known.insert(nct.number()));
        if new {
            let json = serde_json::to_string(study.as_map()).unwrap_or_default();
            // Where the disk is full, the commit fails, too.
            let _ = writer.add_document(document(&study, nct, &json, 0, &fields));
        }
    }
}

/// The schema of the index with all fields stored and none indexed.
fn all_stored() -> Outcome<Schema> {
    let (schema, _) = schema();
    let mut description = serde_json::to_value(&schema)?;
    for entry in description.as_array_mut().into_iter().flatten() {
        let text = entry["type"] == "text";
        let Some(options) = entry["options"].as_object_mut() else { continue };
        options.insert("stored".to_owned(), Value::Bool(true));
        options.insert("fast".to_owned(), Value::Bool(false));
        if text {
            options.remove("indexing");
        } else {
            options.insert("indexed".to_owned(), Value::Bool(false));
            options.insert("fieldnorms".to_owned(), Value::Bool(false));
        }
    }
    Ok(serde_json::from_value(description)?)
}

/// Reads all records; their number.
fn read_all(path: &Path) -> u64 {
    each_record(path, |record| {
        std::hint::black_box(record);
        true
    })
}

/// Hands out the records until one is not taken; their number.
fn each_record(path: &Path, mut take: impl FnMut(Record) -> bool) -> u64 {
    let (limits, done) = (ReadLimits::default(), AtomicU64::new(0));
    let mut records = 0;
    for file in source::walk(path, &WalkOptions::default()).flatten() {
        let _ = source::read(&file, &limits, &done, &mut |found| match found {
            SourceItem::Record(record) => {
                records += 1;
                if take(record) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            }
            _ => ControlFlow::Continue(()),
        });
    }
    std::hint::black_box(done.load(Ordering::Relaxed));
    records
}

/// Walks and reads the metadata of every file, as plainly as can be; the
/// number of files.
fn walk_all(path: &Path) -> u64 {
    let mut files = 0;
    for entry in walkdir::WalkDir::new(path).into_iter().flatten() {
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
        {
            std::hint::black_box((metadata.len(), metadata.modified().ok()));
            files += 1;
        }
    }
    files
}

/// Processor time of this thread in seconds; 0 where the system does not
/// tell, so that nothing is taken off.
fn thread_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: Option<f64> = text.split_whitespace().next().and_then(|n| n.parse().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn threads() -> usize {
    cores().min(8)
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
    text: impl Fn(&trialdex_records::study::Study) -> Option<String>,
) -> Outcome<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut texts = Vec::new();
    for file in source::walk(&folder, &WalkOptions::default()) {
        let _ = source::read(&file?, &ReadLimits::default(), &AtomicU64::new(0), &mut |found| {
            if let SourceItem::Record(record) = found
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
