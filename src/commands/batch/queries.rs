//! The queries of a file: the lines of a strategy, or lines of
//! `id<TAB>query`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use trialdex_output::{clean_line, plural};
use trialdex_plan::{QueryKind, SearchRequest, UnderstoodStrategy};
use trialdex_query::{Diagnostic, Parameter, of_the_language};
use trialdex_session::AskedSearch;

use super::batch_args::BatchArgs;
use crate::cli::asked::{asked, asked_line};
use crate::cli::failure::hint_of;
use crate::cli::{Console, Failure};

/// Lines that are shown of a file that is not what it is read as.
const SHOWN: usize = 3;

/// A query with its name.
pub(super) struct BatchQuery {
    /// Its id, or the number of its line in a strategy.
    pub(super) id: String,
    /// As typed.
    pub(super) typed: String,
    pub(super) asked: AskedSearch,
}

/// The lines of a strategy as queries; says on standard error what may be
/// meant otherwise.
pub(super) fn of_strategy(
    console: &Console,
    strategy: &Arc<UnderstoodStrategy>,
    arguments: &BatchArgs,
) -> Result<Vec<BatchQuery>, Failure> {
    let query = |number: u32, typed: &str| -> Result<BatchQuery, Failure> {
        let asked = asked_line(strategy, number, flags(arguments))?;
        Ok(BatchQuery { id: number.to_string(), typed: typed.to_owned(), asked })
    };
    for line in &strategy.lines {
        for remark in &line.understood.remarks {
            let (at, notice) = (line.at, &remark.notice);
            let hint = hint_of(notice, &remark.typed);
            let note = format!("note: line {at}: {}; {hint}", notice.message);
            console.say(&clean_line(&note));
        }
    }
    strategy.lines.iter().map(|line| query(line.number, &line.typed)).collect()
}

/// What all queries have in common: how words match and how hits are ranked.
pub(super) fn flags(arguments: &BatchArgs) -> SearchRequest {
    let mut search = arguments.ranking.request(arguments.any);
    search.request.from = arguments.from;
    search
}

/// The queries of lines of `id<TAB>query`.
pub(super) fn of_lines(
    console: &Console,
    text: &str,
    arguments: &BatchArgs,
) -> Result<Vec<BatchQuery>, Failure> {
    let file = &arguments.file;
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let (id, typed) = line.split_once('\t').ok_or_else(|| no_tab(file, number))?;
        lines.push((number, id.trim(), typed));
    }
    check_ids(file, &lines)?;
    let kind = match arguments.kind {
        Some(kind) => kind,
        None => words_alone(file, &lines)?,
    };
    if kind == QueryKind::Words {
        say_operators(console, &lines);
    }
    let (flags, mut queries) = (flags(arguments), Vec::with_capacity(lines.len()));
    for (number, id, typed) in lines {
        let asked = asked(one_of_list(typed, kind, &flags)).map_err(|failure| {
            failure.at(&format!("{}:{number}: `{id}` cannot be understood", file.display()))
        })?;
        for remark in &asked.search.understood.remarks {
            let (notice, hint) = (&remark.notice, hint_of(&remark.notice, &remark.typed));
            let note = format!("note: line {number}: {}; {hint}", notice.message);
            console.say(&clean_line(&note));
        }
        queries.push(BatchQuery { id: id.to_owned(), typed: typed.to_owned(), asked });
    }
    Ok(queries)
}

/// Words that are operators where they are typed in capitals.
const SMALL: [&str; 4] = ["or", "not", "and/or", "andnot"];

/// Says that words which others take for operators are looked for.
fn say_operators(console: &Console, lines: &[(u64, &str, &str)]) {
    for small in SMALL {
        let has = |typed: &str| {
            let mut words = typed.split_whitespace();
            words.next().is_some() && words.any(|word| word == small)
        };
        let mut found = lines.iter().filter(|(.., typed)| has(typed)).map(|(number, ..)| *number);
        let Some(first) = found.next() else { continue };
        let others = match found.count() {
            0 => String::new(),
            others => format!(" and {}", plural(others as u64, "other line", "other lines")),
        };
        console.say(&format!(
            "note: line {first}{others}: `{small}` is read as a word of the query; `--as \
             expressions` with `{}` in capitals makes it an operator",
            small.to_uppercase(),
        ));
    }
}

/// One id cannot distinguish counts, runs and receipts of two queries.
fn check_ids(file: &Path, lines: &[(u64, &str, &str)]) -> Result<(), Failure> {
    let mut known: HashMap<&str, u64> = HashMap::new();
    for (number, id, _) in lines {
        if let Some(before) = known.insert(id, *number) {
            let file = file.display();
            return Err(Failure::new(format!(
                "{file}:{number}: line {before} has the id `{id}`, too"
            ))
            .hint("give each query an id of its own"));
        }
    }
    Ok(())
}

/// A query of the list.
pub(super) fn one_of_list(typed: &str, kind: QueryKind, flags: &SearchRequest) -> SearchRequest {
    let mut search = SearchRequest { kind: Some(kind), ..flags.clone() };
    search.request.queries.push((Parameter::Words, typed.to_owned()));
    search
}

/// Nobody said what the queries are: words, if that is all that they can be.
fn words_alone(file: &Path, lines: &[(u64, &str, &str)]) -> Result<QueryKind, Failure> {
    let written = lines
        .iter()
        .filter_map(|(number, _, typed)| of_the_language(typed).map(|span| (number, typed, span)));
    let mut failure = Failure::new(format!(
        "{}: it is not clear whether the queries are expressions or words alone",
        file.display()
    ))
    .hint(
        "`--as expressions` runs them as they are typed for `trialdex search`; with `--as words` \
         all of a query is words",
    );
    let mut any = false;
    for (number, typed, span) in written.take(SHOWN) {
        let shown = format!("{number}: {typed}");
        let message = format!("`{}` may be a word, or say how to search", &typed[span.clone()]);
        let found = Diagnostic { span, message, hint: String::new() };
        failure.mark(&shown, found, shown.len() - typed.len());
        any = true;
    }
    if any { Err(failure) } else { Ok(QueryKind::Words) }
}

fn no_tab(path: &Path, number: u64) -> Failure {
    Failure::new(format!("{}:{number}: no tab between id and query", path.display())).hint(
        "write a line as `id<TAB>query`, or number every line of a strategy, the first one, too, \
         as `1. words`",
    )
}
