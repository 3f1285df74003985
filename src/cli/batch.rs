//! `trialdex batch`

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use trialdex::index::Store;
use trialdex::output::clean_line;
use trialdex::query::{Request, StrategyLine, WrongLine, is_strategy, plain, strategy};
use trialdex::search::{Hit, Window, Wish, search};
use trialdex::study::NctId;

use super::args::{BatchArgs, BatchFormat, Global};
use super::input::read_text;
use super::search::{open_or_build, say_what_is_cut, say_what_is_damaged, window};
use super::{Console, Failure, Outcome};

/// Studies of a yield that are named one by one in a table.
const NAMED: usize = 10;

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &BatchArgs) -> super::Result {
    let text = read_text(&arguments.file)?;
    let text = text.trim_start_matches('\u{feff}');
    if is_strategy(text) && arguments.format != BatchFormat::Trec {
        return run_strategy(console, global, arguments, text);
    }
    if arguments.yields || arguments.format == BatchFormat::Json {
        let message = format!("{}: not every line has a number", arguments.file.display());
        return Err(Failure::new(message).hint("write the lines of a strategy as `1. words`"));
    }
    let store = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &store)?;
    run_words(console, &store, arguments, text)
}

/// Lines of `id<TAB>words`.
fn run_words(
    console: &mut Console,
    store: &Store,
    arguments: &BatchArgs,
    text: &str,
) -> super::Result {
    let window = match arguments.format {
        BatchFormat::Trec => window(0, arguments.limit),
        _ => Window { offset: 0, limit: Some(0) },
    };
    let own = arguments.ranking.own()?;
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() {
            continue;
        }
        let (id, words) = line.split_once('\t').ok_or_else(|| no_tab(&arguments.file, number))?;
        let question = plain(words, arguments.ranking.manner(arguments.any));
        let model = arguments.ranking.model();
        let wish = Wish { window, model, own: own.as_ref(), ..Wish::new(&question) };
        let hits = search(store, &wish)?;
        if arguments.format != BatchFormat::Trec {
            writeln!(console.out, "{id}\t{}", hits.total)?;
            continue;
        }
        write_run(&mut console.out, id, &hits.hits, &arguments.tag)?;
    }
    console.out.flush()?;
    Ok(Outcome::Done)
}

/// Writes what a query found as lines of a run, as evaluation tools read it.
pub(crate) fn write_run(
    out: &mut impl Write,
    query: &str,
    hits: &[Hit],
    tag: &str,
) -> io::Result<()> {
    for Hit { nct_id, rank, score, .. } in hits {
        writeln!(out, "{query} Q0 {nct_id} {rank} {score:.6} {tag}")?;
    }
    Ok(())
}

fn no_tab(path: &Path, number: u64) -> Failure {
    Failure::new(format!("{}:{number}: no tab between id and query", path.display()))
        .hint("write a line as `id<TAB>words`, or number every line of a strategy as `1. words`")
}

/// What a line of a strategy finds.
struct Found {
    line: StrategyLine,
    studies: BTreeSet<NctId>,
}

impl Found {
    /// Studies that none of some other lines finds. Lines that name others
    /// find nothing of their own.
    fn beyond<'a>(&self, others: impl Iterator<Item = &'a Found>) -> Vec<NctId> {
        let others: Vec<&Found> = others.filter(|other| !other.line.names_others).collect();
        let new = |nct: &&NctId| !others.iter().any(|other| other.studies.contains(nct));
        self.studies.iter().filter(new).copied().collect()
    }
}

fn run_strategy(
    console: &mut Console,
    global: &Global,
    arguments: &BatchArgs,
    text: &str,
) -> super::Result {
    let like = Request { manner: arguments.ranking.manner(false), ..Request::default() };
    let lines = strategy(text, &like).map_err(|wrong| wrong_lines(&arguments.file, wrong))?;
    let store = open_or_build(console, &global.index)?;
    say_what_is_damaged(console, &store)?;
    let own = arguments.ranking.own()?;
    let listed = arguments.yields || arguments.format == BatchFormat::Json;
    let mut found = Vec::new();
    for line in lines {
        for remark in &line.understood.remarks {
            let (at, notice) = (line.at, &remark.notice);
            let note = format!("note: line {at}: {}; {}", notice.message, notice.hint);
            console.say(&clean_line(&note));
        }
        let question = &line.understood.question;
        let window = Window { offset: 0, limit: if listed { None } else { Some(0) } };
        let wish = Wish { window, own: own.as_ref(), ..Wish::new(question) };
        let hits = search(&store, &wish)?;
        say_what_is_cut(console, &hits);
        if listed {
            let studies = hits.hits.iter().map(|hit| hit.nct_id).collect();
            found.push(Found { line, studies });
        } else {
            let typed = clean_line(&line.typed);
            writeln!(console.out, "#{}\t{}\t{typed}", line.number, hits.total)?;
        }
    }
    if arguments.format == BatchFormat::Json {
        writeln!(console.out, "{}", strategy_json(&found))?;
    } else if listed {
        write_yields(console, &found)?;
    }
    console.out.flush()?;
    Ok(Outcome::Done)
}

fn wrong_lines(path: &Path, wrong: Vec<WrongLine>) -> Failure {
    let mut failure =
        Failure::new(format!("{}: the strategy cannot be understood", path.display()));
    for line in wrong {
        let shown = format!("{}: {}", line.at, line.typed);
        for diagnostic in line.diagnostics {
            failure.mark(&shown, diagnostic, shown.len() - line.typed.len());
        }
    }
    failure
}

/// A line with what it finds that lines above, or all others, do not.
fn yields(found: &[Found], at: usize) -> (Vec<NctId>, Vec<NctId>) {
    let (above, below) = (&found[..at], &found[at + 1..]);
    (found[at].beyond(above.iter()), found[at].beyond(above.iter().chain(below)))
}

fn write_yields(console: &mut Console, found: &[Found]) -> Result<(), Failure> {
    writeln!(console.out, "line\thits\tnew\tonly\tquery\tonly found by this line")?;
    for (at, Found { line, studies }) in found.iter().enumerate() {
        let (new, only) = yields(found, at);
        let mut named: Vec<String> = only.iter().take(NAMED).map(NctId::to_string).collect();
        if only.len() > NAMED {
            named.push(format!("and {} more", only.len() - NAMED));
        }
        let (number, typed) = (line.number, clean_line(&line.typed));
        let (hits, new, only) = (studies.len(), new.len(), only.len());
        writeln!(console.out, "#{number}\t{hits}\t{new}\t{only}\t{typed}\t{}", named.join(" "))?;
    }
    Ok(())
}

fn strategy_json(found: &[Found]) -> Value {
    let names = |studies: &[NctId]| studies.iter().map(NctId::to_string).collect::<Vec<_>>();
    let lines = found.iter().enumerate().map(|(at, Found { line, studies })| {
        let (new, only) = yields(found, at);
        json!({
            "line": line.number,
            "typed": line.typed,
            "understood": line.understood.text,
            "hits": studies.len(),
            "new": names(&new),
            "only": names(&only),
        })
    });
    json!({"schema": "trialdex.strategy.v1", "lines": lines.collect::<Vec<Value>>()})
}
