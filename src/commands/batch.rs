//! `trialdex batch`

mod batch_args;
mod queries;
mod receipts;
mod titles;
mod yields;

use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use trialdex_engine::search::{FoundHits, HitWindow};
use trialdex_output::{clean_line, disclosure_json};
use trialdex_plan::UnderstoodStrategy;
use trialdex_query::is_strategy;
use trialdex_records::encoding::decode;
use trialdex_session::{AnyIndex, SearchAnswer};

use crate::cli::args::GlobalArgs;
use crate::cli::input::{InputPurpose, read_bytes};
use crate::cli::named_index::open_or_build;
use crate::cli::notes::{say_what_is_cut, say_what_is_damaged};
use crate::cli::run_lines::{say_cut_runs, window, write_run};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure, disclosure, strategy_file};
use queries::BatchQuery;
use yields::LineHits;

pub(crate) use batch_args::{BatchArgs, BatchFormat};

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &BatchArgs,
) -> CommandResult {
    let bytes = read_bytes(&arguments.file, InputPurpose::List)?;
    let text = decode(&bytes).text;
    let is_strategy = arguments.from.is_some() || is_strategy(&text);
    // Whoever says what the queries are knows what they are written for.
    if !is_strategy && arguments.kind.is_none() {
        titles::refuse_foreign(console, &arguments.file, &text)?;
    }
    check(arguments, is_strategy)?;
    let like = queries::flags(arguments).request;
    let strategy = is_strategy.then(|| strategy_file::of_bytes(&arguments.file, &bytes, &like));
    let strategy = strategy.transpose()?.map(Arc::new);
    let of = strategy.as_ref().map(|it| it.line(arguments.of)).transpose()?.map(|it| it.number);
    let queries = match &strategy {
        Some(strategy) => queries::of_strategy(console, strategy, arguments)?,
        None => queries::of_lines(console, &text, arguments)?,
    };
    let places = arguments.receipts.as_deref();
    let places = places.map(|it| receipts::places(it, &queries, is_strategy)).transpose()?;
    let index = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &index)?;
    let whole = arguments.yields || arguments.format == BatchFormat::Json;
    match (&strategy, of) {
        (Some(strategy), Some(of)) if whole => {
            write_yields(console, &index, arguments, strategy, &queries, of)?;
        }
        _ => write_lines(console, &index, arguments, strategy.as_deref(), &queries)?,
    }
    console.out.flush()?;
    if let (Some(directory), Some(places)) = (&arguments.receipts, places) {
        receipts::write(console, &index, &queries, &places, directory)?;
    }
    Ok(CommandOutcome::Done)
}

/// Refuses flags that say nothing about a file or a format.
fn check(arguments: &BatchArgs, is_strategy: bool) -> Result<(), Failure> {
    let file = arguments.file.display();
    if arguments.yields && !is_strategy {
        return Err(Failure::new(format!("{file}: not every line has a number"))
            .hint("`--yield` is about a strategy: write its lines as `1. words`"));
    }
    if is_strategy && arguments.kind.is_some() {
        return Err(Failure::new(format!("{file}: the lines of a strategy are expressions"))
            .hint("leave `--as` out; it is for lines of `id<TAB>query`"));
    }
    if arguments.yields && arguments.format == BatchFormat::Trec {
        return Err(Failure::new("`--yield` and `--format trec` do not go together")
            .hint("`--format json` has what each line gives, with all studies"));
    }
    if arguments.studies && arguments.format != BatchFormat::Json {
        return Err(Failure::new("`--studies` is for `--format json`")
            .hint("`--format trec` lists studies, too, by rank"));
    }
    Ok(())
}

/// What a query finds, as many as the format writes.
fn found<'a>(
    console: &Console,
    index: &'a AnyIndex,
    arguments: &BatchArgs,
    query: &'a BatchQuery,
) -> Result<SearchAnswer<'a>, Failure> {
    let window = match arguments.format {
        BatchFormat::Trec => window(0, arguments.limit),
        BatchFormat::Json if arguments.studies => HitWindow { offset: 0, limit: None },
        _ => HitWindow { offset: 0, limit: Some(0) },
    };
    let answer = SearchAnswer::find(index, &query.asked, window)?;
    say_what_is_cut(console, answer.hits.understood());
    Ok(answer)
}

fn query_json(query: &BatchQuery, hits: &dyn FoundHits, studies: bool) -> Value {
    let mut json = json!({
        "id": query.id,
        "typed": query.typed,
        "understood": query.asked.expression(),
        "hits": hits.counts().total,
    });
    if studies {
        json["studies"] = hits.hits().iter().map(|hit| hit.nct_id.to_string()).collect();
    }
    json
}

/// Writes what each query finds, by itself; of a strategy with its lines.
fn write_lines(
    console: &mut Console,
    index: &AnyIndex,
    arguments: &BatchArgs,
    strategy: Option<&UnderstoodStrategy>,
    queries: &[BatchQuery],
) -> Result<(), Failure> {
    let (mut all, mut counts, mut cut) = (Vec::new(), Vec::new(), Vec::new());
    for query in queries {
        let answer = found(console, index, arguments, query)?;
        let (hits, disclosure) = (&answer.hits, answer.disclosure()?);
        let total = hits.counts().total;
        counts.push(total);
        match arguments.format {
            BatchFormat::Counts => {
                let (mark, line) = match strategy {
                    Some(_) => ("#", format!("\t{}", clean_line(&query.typed))),
                    None => ("", String::new()),
                };
                writeln!(console.out, "{mark}{}\t{total}{line}", query.id)?;
                disclosure::say(console, &format!("{mark}{}: ", query.id), &disclosure);
            }
            BatchFormat::Json => {
                let mut json = query_json(query, hits, arguments.studies);
                json["disclosure"] = disclosure_json(&disclosure);
                all.push(json);
            }
            BatchFormat::Trec => {
                write_run(&mut console.out, &query.id, hits.hits(), &arguments.tag)?;
                cut.extend((hits.hits().len() < total).then(|| query.id.clone()));
            }
        }
    }
    if arguments.format == BatchFormat::Json {
        let json = json!({"schema": "trialdex.batch.v1", "queries": all});
        writeln!(console.out, "{json}")?;
    }
    console.out.flush()?;
    say_cut_runs(console, arguments.limit, &cut);
    strategy.into_iter().for_each(|strategy| strategy.counted(counts.clone()));
    Ok(())
}

/// Writes what each line of a strategy contributes.
fn write_yields(
    console: &mut Console,
    index: &AnyIndex,
    arguments: &BatchArgs,
    strategy: &UnderstoodStrategy,
    queries: &[BatchQuery],
    of: u32,
) -> Result<(), Failure> {
    let mut lines = Vec::with_capacity(queries.len());
    for (line, query) in strategy.lines.iter().zip(queries) {
        let all = HitWindow { offset: 0, limit: None };
        let answer = SearchAnswer::find(index, &query.asked, all)?;
        let (hits, disclosure) = (&answer.hits, answer.disclosure()?);
        say_what_is_cut(console, hits.understood());
        if arguments.format != BatchFormat::Json {
            disclosure::say(console, &format!("#{}: ", query.id), &disclosure);
        }
        let studies = hits.hits().iter().map(|hit| hit.nct_id).collect();
        lines.push(LineHits { line, studies, disclosure });
    }
    strategy.counted(lines.iter().map(|found| found.studies.len()).collect());
    // What is left of a line is in our language.
    let mut flags = queries::flags(arguments);
    flags.request.from = None;
    let yields = yields::yields(index, strategy, &lines, of, &flags)?;
    if arguments.format == BatchFormat::Json {
        let json = yields::strategy_json(&lines, &yields, of, arguments.studies);
        writeln!(console.out, "{json}")?;
        return Ok(());
    }
    yields::write(console, &lines, &yields)?;
    console.say(&format!(
        "lost: studies that line #{of} would not find without the line; kept out: studies that it \
         would find besides"
    ));
    Ok(())
}
