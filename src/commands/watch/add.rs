//! `trialdex watch add`

use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_output::{clean_line, grouped, plural};
use trialdex_plan::receipt::{Receipt, ReplayedSearch};
use trialdex_plan::watch::{HitFacts, MOST_HITS, WatchedSearch};
use trialdex_plan::{SearchRequest, pair_name};
use trialdex_session::first_look;

use super::list_file::{self, ListFileArgs};
use crate::cli::args::GlobalArgs;
use crate::cli::asked::{QueryArgs, asked, say_remarks, with_files};
use crate::cli::mistyped::as_typed;
use crate::cli::named_index::open;
use crate::cli::receipt_file::{self, now};
use crate::cli::strategy_file::StrategyArgs;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex watch add anemia aplastic anemia --status recruiting
  trialdex watch add review --strategy strategy.txt#12
  trialdex watch add asthma --receipt asthma.json   its hits are those of the last look
  trialdex watch add tea tea --name-hits            the first run names all hits, too";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WatchAddArgs {
    /// Name of the search in the list
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    strategy: StrategyArgs,
    /// Receipt of a search: it is watched from the day of the receipt on
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Name all hits of now in the first run, too
    #[arg(long, conflicts_with = "receipt")]
    name_hits: bool,
    #[command(flatten)]
    list: ListFileArgs,
}

pub(crate) fn run(
    console: &Console,
    global: &GlobalArgs,
    arguments: &WatchAddArgs,
) -> CommandResult {
    let name = checked(&arguments.name)?;
    let path = arguments.list.path(global);
    if list_file::read(&path)?.is_some_and(|list| list.named(&name).is_some()) {
        return Err(is_there(&name));
    }
    let (look, facts) = match &arguments.receipt {
        Some(receipt) => (of_receipt(console, &typed(arguments)?, receipt)?, HitFacts::default()),
        None => looked_at(console, global, typed(arguments)?)?,
    };
    check_total(&name, look.total)?;
    let total = plural(look.total as u64, "study", "studies");
    let since = look.date.clone();
    let look = match arguments.name_hits {
        true => Receipt { hits: Vec::new(), total: 0, ..look },
        false => look,
    };
    let unnamed = arguments.name_hits;
    let facts = if unnamed { HitFacts::default() } else { facts };
    let search = WatchedSearch { name: name.clone(), added: now(), unnamed, look, facts };
    list_file::change(&path, |list| match list.named(&name) {
        Some(_) => Err(is_there(&name)),
        None => {
            list.searches.push(search);
            Ok(())
        }
    })?;
    let what = if unnamed { "names them, and says" } else { "says" };
    console.say(&clean_line(&format!(
        "{name}: {total} on {since}; `trialdex watch` {what} what came, went and changed since"
    )));
    Ok(CommandOutcome::Done)
}

/// Refuses a search of so many hits that the list would not stay small.
pub(super) fn check_total(name: &str, total: usize) -> Result<(), Failure> {
    if total <= MOST_HITS {
        return Ok(());
    }
    let (total, most) = (grouped(total as u64), grouped(MOST_HITS as u64));
    let message = format!("`{name}` finds {total} studies, and a watched search may have {most}");
    Err(Failure::new(clean_line(&message)).hint(
        "narrow the search; `trialdex changes --between` compares any number of hits in two indexes",
    ))
}

fn typed(arguments: &WatchAddArgs) -> Result<SearchRequest, Failure> {
    let mut search = arguments.query.request()?;
    search.strategy.clone_from(&arguments.strategy.strategy);
    Ok(search)
}

/// Runs a search for the first time.
fn looked_at(
    console: &Console,
    global: &GlobalArgs,
    mut search: SearchRequest,
) -> Result<(Receipt, HitFacts), Failure> {
    if search.is_empty() && search.strategy.is_none() {
        return Err(Failure::new("a watched search needs words or filters")
            .hint("type such as `trialdex watch add anemia aplastic anemia --status recruiting`"));
    }
    // The list is read in any directory.
    if let Some(file) = &mut search.ranking.synonyms {
        *file = std::path::absolute(&*file)?.display().to_string();
    }
    let searched = asked(search)?;
    say_remarks(console, &searched);
    let index = open(&global.index)?;
    Ok(first_look(&index, &searched, now())?)
}

/// A search that was run before.
fn of_receipt(console: &Console, typed: &SearchRequest, path: &Path) -> Result<Receipt, Failure> {
    // The list of synonyms may be set for all searches, by a variable.
    let mut pairs = typed.pairs().into_iter();
    if pairs.any(|(name, _)| pair_name(&name) != Some("synonyms")) {
        return Err(Failure::new("a receipt has its own search")
            .hint("type `trialdex watch add NAME --receipt FILE` without words and filters"));
    }
    let receipt = receipt_file::read(path)?;
    let ReplayedSearch { search, change, .. } = receipt.replay()?;
    if let Some(change) = change {
        console.say(&clean_line(&format!("note: {}: {change}", path.display())));
    }
    with_files(search)?;
    Ok(Receipt { disclosure: None, ..receipt })
}

fn is_there(name: &str) -> Failure {
    let failure = Failure::new(clean_line(&format!("a search called `{name}` is watched already")));
    failure.hint(clean_line(&format!(
        "give this one another name, or type `trialdex watch remove {}` first",
        as_typed(name)
    )))
}

/// A name that can be shown in a line.
fn checked(typed: &str) -> Result<String, Failure> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Failure::new(clean_line(&format!("`{typed}` is no name")))
            .hint("type one, such as `trialdex watch add anemia aplastic anemia`"));
    }
    Ok(name)
}
