//! Bare tantivy as a search engine, to compare rankings with: one field, stems,
//! BM25, any of the words. `benches/ranking.py` runs it.
//!
//! ```text
//! cargo bench --bench plain -- index TEXTS DIR     lines of {"id": "NCT...", "contents": "..."}
//! cargo bench --bench plain -- ask DIR QUERIES     lines of id<TAB>words; writes a run
//! ```

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use serde::Deserialize;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexWriter, TantivyDocument, Term};

/// Bytes for the thread that indexes; there is one, so that there is one order.
const MEMORY: usize = 200_000_000;

/// Hits of a query at most.
const LIMIT: usize = 1_000;

const ANALYSIS: &str = "en_stem";

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A study's number and all of its text.
#[derive(Deserialize)]
struct PlainText {
    id: String,
    contents: String,
}

fn main() -> Outcome<()> {
    // Cargo adds `--bench`.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["index", texts, directory] => index(Path::new(texts), Path::new(directory)),
        ["ask", directory, queries] => ask(Path::new(directory), Path::new(queries)),
        _ => Ok(writeln!(io::stdout(), "plain: see benches/ranking.py, which runs it")?),
    }
}

/// The fields of the text and of the study's number.
fn fields() -> (Schema, Field, Field) {
    let indexing = TextFieldIndexing::default()
        .set_tokenizer(ANALYSIS)
        .set_index_option(IndexRecordOption::WithFreqs);
    let mut schema = Schema::builder();
    let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let number = schema.add_u64_field("number", FAST);
    (schema.build(), text, number)
}

fn index(texts: &Path, directory: &Path) -> Outcome<()> {
    std::fs::create_dir(directory)?;
    let (schema, text, number) = fields();
    let index = Index::create_in_dir(directory, schema)?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY)?;
    for line in BufReader::new(File::open(texts)?).lines() {
        let study: PlainText = serde_json::from_str(&line?)?;
        let digits = study.id.strip_prefix("NCT").ok_or("an id is no NCT number")?;
        let mut document = TantivyDocument::new();
        document.add_text(text, study.contents);
        document.add_u64(number, digits.parse()?);
        writer.add_document(document)?;
    }
    writer.commit()?;
    writer.wait_merging_threads()?;
    Ok(())
}

fn ask(directory: &Path, queries: &Path) -> Outcome<()> {
    let index = Index::open_in_dir(directory)?;
    let (_, text, _) = fields();
    let mut analyzer = index.tokenizers().get(ANALYSIS).ok_or("no such analysis")?;
    let searcher = index.reader()?.searcher();
    let readers = searcher.segment_readers().iter();
    let numbers = readers.map(|reader| reader.fast_fields().u64("number"));
    let numbers = numbers.collect::<tantivy::Result<Vec<_>>>()?;
    let mut out = BufWriter::new(io::stdout().lock());
    for line in BufReader::new(File::open(queries)?).lines() {
        let line = line?;
        let Some((id, words)) = line.split_once('\t') else { continue };
        let best = TopDocs::with_limit(LIMIT).order_by_score();
        let hits = searcher.search(&any_of(&mut analyzer, text, words), &best)?;
        for (rank, (score, at)) in (1..).zip(hits) {
            let number = numbers[at.segment_ord as usize].first(at.doc_id).unwrap_or_default();
            writeln!(out, "{id} Q0 NCT{number:08} {rank} {score:.6} tantivy")?;
        }
    }
    Ok(out.flush()?)
}

/// The query for any of the words of a text; a word that is typed twice counts
/// twice.
fn any_of(analyzer: &mut TextAnalyzer, field: Field, text: &str) -> BooleanQuery {
    let mut queries: Vec<Box<dyn Query>> = Vec::new();
    analyzer.token_stream(text).process(&mut |token| {
        let term = Term::from_field_text(field, &token.text);
        queries.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
    });
    BooleanQuery::union(queries)
}
