//! `trialdex eval`

use std::collections::HashSet;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use trialdex_engine::search::{FoundHits as _, Hit, SearchOptions, SearchableIndex as _};
use trialdex_evaluation::{
    Comparison, Evaluation, Judgments, MalformedInput, QueryRanking, Run, SetAside, Topic, topics,
};
use trialdex_files::OutputFile;
use trialdex_output::{EvaluationFormat, EvaluationReport, clean_line, plural, write_evaluation};
use trialdex_query::plain;
use trialdex_session::{AnyError, AnyIndex};
use trialdex_text::vocabulary::OwnSynonyms;

use crate::cli::args::GlobalArgs;
use crate::cli::input::{InputPurpose, read_text};
use crate::cli::named_index::open_or_build;
use crate::cli::ranking::{RankingArgs, own_of};
use crate::cli::run_lines::{say_cut_runs, window, write_run};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex eval --topics topics.xml --qrels qrels.txt
  trialdex eval --topics topics.xml --qrels qrels.txt --run mine.txt --per-topic
  trialdex eval --from mine.txt --qrels qrels.txt --baseline theirs.txt
  trialdex eval --from mine.txt --qrels qrels.txt --format json | jq .mean.ndcg10";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// Queries: lines of `id<TAB>words`, or a topic file of TREC; `-` is
    /// standard input
    #[arg(long, value_name = "FILE", required_unless_present = "from")]
    pub(crate) topics: Option<PathBuf>,
    /// Which studies are relevant: lines of `topic 0 NCT grade`
    #[arg(long, value_name = "FILE")]
    pub(crate) qrels: PathBuf,
    /// Evaluate this run instead of searching the index; with `--topics`,
    /// queries without a line found nothing
    #[arg(long, value_name = "RUN", conflicts_with_all = ["run", "all_words", "limit", "tag"])]
    pub(crate) from: Option<PathBuf>,
    /// Compare with this run, topic by topic
    #[arg(long, value_name = "RUN")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the hits as a run
    #[arg(long, value_name = "OUT")]
    pub(crate) run: Option<PathBuf>,
    /// Add a row for each topic (text; other formats always have them)
    #[arg(long)]
    pub(crate) per_topic: bool,
    /// Count judged topics without a query as 0, instead of leaving them out
    #[arg(long)]
    pub(crate) complete: bool,
    /// Match studies with all words instead of any
    #[arg(long)]
    pub(crate) all_words: bool,
    /// Number of hits to rank for each query; 0 for all
    #[arg(long, short = 'n', default_value_t = 1000, value_name = "N")]
    pub(crate) limit: usize,
    /// Name of the run, in the file of `--run`
    #[arg(long, default_value = "trialdex", value_name = "NAME")]
    pub(crate) tag: String,
    /// How to write the measures
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: EvalFormat,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    Text,
    Json,
    Csv,
}

impl From<EvalFormat> for EvaluationFormat {
    fn from(format: EvalFormat) -> Self {
        match format {
            EvalFormat::Text => Self::Text,
            EvalFormat::Json => Self::Json,
            EvalFormat::Csv => Self::Csv,
        }
    }
}

/// Queries and topics that are named one by one.
const NAMED: usize = 20;

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &EvalArgs,
) -> CommandResult {
    if arguments.tag.is_empty() || arguments.tag.contains(char::is_whitespace) {
        return Err(Failure::new(format!("`{}` is no name of a run", arguments.tag))
            .hint("a run has columns with blanks between: name it with a word"));
    }
    let judgments = read(&arguments.qrels, Judgments::parse)?;
    let asked = arguments.topics.as_deref().map(|path| read(path, topics)).transpose()?;
    let baseline = arguments.baseline.as_deref().map(|path| read(path, Run::parse)).transpose()?;
    let asked = asked.unwrap_or_default();
    let run = match &arguments.from {
        Some(path) => with_unanswered(read(path, Run::parse)?, &asked),
        None => fresh_run(console, global, arguments, &asked)?,
    };
    let evaluation = Evaluation::new(&judgments, &run, arguments.complete);
    say_what_is_set_aside(console, &evaluation.set_aside);
    if evaluation.topics.is_empty() {
        return Err(Failure::new(format!(
            "{}: no query belongs to a topic with relevant studies",
            arguments.qrels.display()
        ))
        .hint("a query is named like its topic, or like `topic-1`"));
    }
    let comparison = baseline.map(|baseline| {
        let baseline = answering(baseline, &asked);
        Comparison::new(&evaluation, &Evaluation::new(&judgments, &baseline, arguments.complete))
    });
    say_what_is_not_compared(console, comparison.as_ref());
    let report = EvaluationReport {
        evaluation: &evaluation,
        comparison: comparison.as_ref(),
        per_topic: arguments.per_topic,
    };
    let format = arguments.format.into();
    if format == EvaluationFormat::Csv {
        console.data();
    }
    write_evaluation(&mut console.out, format, console.paint, &report)?;
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// Reads a file that may be malformed.
fn read<T>(path: &Path, parse: fn(&str) -> Result<T, MalformedInput>) -> Result<T, Failure> {
    parse(&read_text(path, InputPurpose::Records)?).map_err(
        |MalformedInput { line, problem, hint }| {
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            Failure::new(format!("{}{line}: {problem}", path.display())).hint(hint)
        },
    )
}

/// What the index finds for a topic, best first, and whether that is not all.
fn ask(
    index: &AnyIndex,
    arguments: &EvalArgs,
    own: Option<&OwnSynonyms>,
    topic: &Topic,
) -> Result<(Vec<Hit>, bool), AnyError> {
    let asked = arguments.ranking.request(!arguments.all_words);
    let question = plain(&topic.text, asked.request.manner);
    let (window, model) = (window(0, arguments.limit), asked.ranking.model());
    let wish = SearchOptions { window, model, own, ..SearchOptions::new(&question) };
    let hits = index.find(&wish)?;
    let cut = hits.hits().len() < hits.counts().total;
    Ok((hits.hits().to_vec(), cut))
}

/// Asks the index for all topics; writes the hits, if asked to.
fn fresh_run(
    console: &Console,
    global: &GlobalArgs,
    arguments: &EvalArgs,
    asked: &[Topic],
) -> Result<Run, Failure> {
    let index = open_or_build(console, &global.index)?;
    let mut file = arguments.run.as_deref().map(create).transpose()?;
    let own = own_of(&arguments.ranking.request(!arguments.all_words))?;
    let (mut run, mut cut) = (Run::default(), Vec::new());
    for topic in asked {
        let (hits, is_cut) = ask(&index, arguments, own.as_ref(), topic)?;
        cut.extend(is_cut.then(|| topic.id.clone()));
        if let (Some(file), Some(path)) = (&mut file, &arguments.run) {
            write_run(file, &topic.id, &hits, &arguments.tag)
                .map_err(|error| not_written(path, &error))?;
        }
        let documents = hits.iter().map(|hit| hit.nct_id.to_string()).collect();
        run.push(QueryRanking { query: topic.id.clone(), documents });
    }
    if let (Some(file), Some(path)) = (file, &arguments.run) {
        let written = file.into_inner().map_err(io::IntoInnerError::into_error);
        written.and_then(OutputFile::done).map_err(|error| not_written(path, &error))?;
        say_cut_runs(console, arguments.limit, &cut);
    }
    Ok(run)
}

fn create(path: &Path) -> Result<BufWriter<OutputFile>, Failure> {
    OutputFile::begin(path).map(BufWriter::new).map_err(|error| not_written(path, &error))
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
        .hint("the run cannot be written there: name another file after `--run`")
}

/// The run with the queries that it has no line for, since they found
/// nothing.
fn with_unanswered(mut run: Run, asked: &[Topic]) -> Run {
    run.complete(asked.iter().map(|topic| topic.id.as_str()));
    run
}

/// The same for a baseline, unless it has queries of its own: those are used
/// for the topic then.
fn answering(baseline: Run, asked: &[Topic]) -> Run {
    let known: HashSet<&str> = asked.iter().map(|topic| topic.id.as_str()).collect();
    let same = baseline.rankings().iter().all(|ranking| known.contains(ranking.query.as_str()));
    if same { with_unanswered(baseline, asked) } else { baseline }
}

fn say_what_is_set_aside(console: &Console, set_aside: &SetAside) {
    let SetAside { queries, unasked, without_relevant } = set_aside;
    say_names(console, queries, ["query", "queries"], "of no judged topic, left out");
    let unasked_hint = "without a query, left out (`--complete` counts 0)";
    say_names(console, unasked, ["judged topic", "judged topics"], unasked_hint);
    let nothing = "without relevant studies, left out";
    say_names(console, without_relevant, ["judged topic", "judged topics"], nothing);
}

fn say_what_is_not_compared(console: &Console, comparison: Option<&Comparison>) {
    let left_out = comparison.map(|comparison| comparison.left_out.as_slice());
    let what = "of one of the two runs alone, not compared";
    say_names(console, left_out.unwrap_or_default(), ["topic", "topics"], what);
}

fn say_names(console: &Console, names: &[String], [one, many]: [&str; 2], what: &str) {
    if names.is_empty() {
        return;
    }
    let mut listed = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        listed.push_str(&format!(" and {} more", names.len() - NAMED));
    }
    let count = plural(names.len() as u64, one, many);
    console.say(&clean_line(&format!("note: {count} {what}: {listed}")));
}
