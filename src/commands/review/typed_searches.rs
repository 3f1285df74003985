//! The searches of a command line, and their names.

use std::path::PathBuf;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches};

use trialdex_output::clean_line;
use trialdex_plan::receipt::{ReadingChange, ReplayedSearch};
use trialdex_plan::{SearchRequest, pair_name};
use trialdex_query::Parameter;
use trialdex_session::AskedSearch;

use crate::cli::asked::{QueryArgs, asked, say_remarks, with_files};
use crate::cli::failure::flag;
use crate::cli::{Console, Failure, receipt_file};

/// Searches as they are typed.
#[derive(Debug, Args)]
pub(crate) struct SearchesArgs {
    /// Search by an expression; may be given several times
    #[arg(long = "query", value_name = "QUERY")]
    queries: Vec<String>,
    /// Search by a line of a strategy: `FILE#4`, or `FILE` for the last line;
    /// the review keeps all lines with their counts; may be given several times
    #[arg(long = "strategy", value_name = "FILE[#N]")]
    strategies: Vec<String>,
    /// Receipt of a search to run again
    #[arg(long = "receipt", value_name = "FILE")]
    receipts: Vec<PathBuf>,
    /// Name of the next search in status, reports and diagram, such as
    /// `ClinicalTrials.gov, 1 May` [default: search 1, search 2, ...]
    #[arg(long = "name", value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    query: QueryArgs,
}

/// What can be in the order of a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SearchArgument {
    Name(usize),
    Query(usize),
    Strategy(usize),
    Receipt(usize),
    /// Words without a flag; all of them are one search.
    Words,
}

/// The same, with the order in which they were typed.
#[derive(Debug)]
pub(crate) struct OrderedSearches {
    given: SearchesArgs,
    order: Vec<SearchArgument>,
}

impl FromArgMatches for OrderedSearches {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        Self::from_arg_matches_mut(&mut matches.clone())
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        // Reading the values takes them away, and their places with them.
        let order = order(matches);
        Ok(Self { given: SearchesArgs::from_arg_matches_mut(matches)?, order })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for OrderedSearches {
    fn augment_args(command: Command) -> Command {
        SearchesArgs::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        SearchesArgs::augment_args_for_update(command)
    }
}

/// What was typed, in its order.
fn order(matches: &ArgMatches) -> Vec<SearchArgument> {
    let places = |id: &str| matches.indices_of(id).into_iter().flatten().zip(0..);
    let names = places("names").map(|(place, nth)| (place, SearchArgument::Name(nth)));
    let queries = places("queries").map(|(place, nth)| (place, SearchArgument::Query(nth)));
    let strategies =
        places("strategies").map(|(place, nth)| (place, SearchArgument::Strategy(nth)));
    let receipts = places("receipts").map(|(place, nth)| (place, SearchArgument::Receipt(nth)));
    let words = places("words").take(1).map(|(place, _)| (place, SearchArgument::Words));
    let all = names.chain(queries).chain(strategies).chain(receipts).chain(words);
    let mut order: Vec<(usize, SearchArgument)> = all.collect();
    order.sort_unstable_by_key(|(place, _)| *place);
    order.into_iter().map(|(_, part)| part).collect()
}

/// A search that was typed, or `None` for that of flags alone, with its name.
type NamedSearch = (Option<String>, Option<SearchArgument>);

/// A search with its name.
pub(crate) struct RequestedSearch {
    pub(crate) name: Option<String>,
    pub(crate) asked: AskedSearch,
}

/// A receipt's search, and how it is read differently today.
type ReceiptSearch = (AskedSearch, Option<ReadingChange>);

impl OrderedSearches {
    /// All searches, understood, in the order in which they were typed; says on
    /// standard error what may have another meaning.
    ///
    /// Flags such as `--cond` hold for each of them, receipts aside, which
    /// are run as they are. Without any other search they are one.
    pub(crate) fn wanted(&self, console: &Console) -> Result<Vec<RequestedSearch>, Failure> {
        let flags = self.given.query.flags()?;
        let mut wanted = Vec::new();
        for (name, part) in self.named(!flags.is_empty())? {
            let (asked, change) = match part {
                Some(SearchArgument::Receipt(nth)) => self.receipt(nth, &flags)?,
                part => (asked(self.search(part, &flags)?)?, None),
            };
            match change {
                Some(change) => {
                    let typed = asked.typed();
                    console.say(&clean_line(&format!("note: `{typed}`: {change}")));
                }
                None => say_remarks(console, &asked),
            }
            wanted.push(RequestedSearch { name, asked });
        }
        Ok(wanted)
    }

    /// If there is a strategy, `--from` is its system: the other searches of
    /// the command line are in our language then.
    fn search(
        &self,
        part: Option<SearchArgument>,
        flags: &SearchRequest,
    ) -> Result<SearchRequest, Failure> {
        let (given, mut search) = (&self.given, flags.clone());
        let strategy = matches!(part, Some(SearchArgument::Strategy(_)));
        if part.is_some() && !strategy && !given.strategies.is_empty() {
            search.request.from = None;
        }
        let words = match part {
            Some(SearchArgument::Query(nth)) => {
                Some((Parameter::Words, given.queries[nth].clone()))
            }
            Some(SearchArgument::Words) => given.query.words()?,
            _ => None,
        };
        search.request.queries.splice(0..0, words);
        if let Some(SearchArgument::Strategy(nth)) = part {
            search.strategy = Some(given.strategies[nth].clone());
        }
        Ok(search)
    }

    /// A search that was written down says all of it.
    fn receipt(&self, nth: usize, flags: &SearchRequest) -> Result<ReceiptSearch, Failure> {
        // The list of synonyms may be set for all searches, by a variable.
        let mut pairs = flags.pairs().into_iter();
        let given = pairs.find(|(name, _)| pair_name(name) != Some("synonyms"));
        if let Some(name) = given.as_ref().and_then(|(name, _)| pair_name(name)) {
            let flag = flag(name);
            return Err(Failure::new(format!("`{flag}` and `--receipt` do not go together")).hint(
                "a receipt is run as it is; add the search with the flag by a command of its own",
            ));
        }
        let receipt = receipt_file::read(&self.given.receipts[nth])?;
        let ReplayedSearch { search, change, .. } = receipt.replay()?;
        Ok((with_files(search)?, change))
    }

    /// The searches in their order, each with the name that is before it.
    /// One name and one search belong together, whatever their order.
    fn named(&self, flags_ask: bool) -> Result<Vec<NamedSearch>, Failure> {
        let named = |nth: usize| checked(&self.given.names[nth]);
        let (mut searches, mut waiting) = (Vec::new(), None);
        for part in &self.order {
            if let SearchArgument::Name(nth) = *part {
                if let Some(before) = waiting.replace(nth) {
                    return Err(self.names_nothing(before));
                }
            } else {
                searches.push((waiting.take().map(named).transpose()?, Some(*part)));
            }
        }
        if searches.is_empty() && flags_ask {
            searches.push((None, None));
        }
        match (waiting, searches.as_mut_slice()) {
            (Some(nth), [(name @ None, _)]) => *name = Some(named(nth)?),
            (Some(nth), _) => return Err(self.names_nothing(nth)),
            (None, _) => {}
        }
        Ok(searches)
    }

    fn names_nothing(&self, nth: usize) -> Failure {
        Failure::new(format!("no search follows `--name {}`", self.given.names[nth])).hint(
            "put a name before its search: `--name 'ClinicalTrials.gov, 1 May' --query asthma`",
        )
    }
}

/// A name that can be shown in a line.
fn checked(typed: &str) -> Result<String, Failure> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.contains(char::is_control) {
        return Err(Failure::new(format!("`--name {typed}` is no name"))
            .hint("type one, such as `--name 'ClinicalTrials.gov, 1 May'`"));
    }
    Ok(name)
}
