//! The arguments of `trialdex batch`.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use trialdex_plan::QueryKind;
use trialdex_query::dialect::Dialect;

use crate::cli::dialect_flag::systems;
use crate::cli::ranking::RankingArgs;

const EXAMPLES: &str = "\
Examples:
  trialdex batch strategy.txt                       number of hits for each line
  trialdex batch published.txt --from ovid            a strategy written for Ovid
  trialdex batch strategy.txt --yield               and what each line contributes
  trialdex batch strategy.txt --receipts receipts   a receipt of each line, for `verify`
  trialdex batch queries.tsv                        number of hits for each query
  trialdex batch queries.tsv --as expressions --format json --studies
  trialdex batch queries.tsv --format trec --limit 1000 --any > run.txt";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BatchArgs {
    /// File with a strategy, in numbered lines such as `3. #1 AND #2`, or with
    /// queries, in lines of `id<TAB>query`; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// System that the strategy is written for: `ovid`, `pubmed` and others, as
    /// in `trialdex translate` [default: trialdex]
    #[arg(long, value_name = "SYSTEM", value_parser = systems())]
    pub(crate) from: Option<Dialect>,
    /// How to read queries of `id<TAB>query`: as `expressions`, as in a
    /// strategy, or as plain `words`, as in topics of an evaluation [default:
    /// words, if no query has operators, quotes or other syntax]
    #[arg(long = "as", value_name = "WHAT", value_parser = kinds())]
    pub(crate) kind: Option<QueryKind>,
    /// For each line of a strategy, count the studies that no line above finds
    /// (new), that no other line finds (only), that the last line would lose
    /// without it (lost) or would also find (kept out)
    #[arg(long = "yield")]
    pub(crate) yields: bool,
    /// Line to use instead of the last one
    #[arg(long, value_name = "N", requires = "yields", value_parser = line_number)]
    pub(crate) of: Option<u32>,
    /// How to write the results: `counts` is a line for each query, `json`
    /// everything about it, `trec` a run for evaluation tools
    #[arg(long, default_value = "counts", value_name = "FORMAT")]
    pub(crate) format: BatchFormat,
    /// List the studies that each query finds (json)
    #[arg(long)]
    pub(crate) studies: bool,
    /// Directory for a receipt of each query with all its hits, for `verify`
    #[arg(long, value_name = "DIR")]
    pub(crate) receipts: Option<PathBuf>,
    /// Match studies with any of the words instead of all
    #[arg(long)]
    pub(crate) any: bool,
    /// Number of hits to write for each query (trec); 0 for all
    #[arg(long, short = 'n', default_value_t = 1000, value_name = "N")]
    pub(crate) limit: usize,
    /// Name of the run (trec)
    #[arg(long, default_value = "trialdex", value_name = "NAME")]
    pub(crate) tag: String,
    #[command(flatten)]
    pub(crate) ranking: RankingArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum BatchFormat {
    Counts,
    Json,
    Trec,
}

/// The values of `--as`.
fn kinds() -> impl TypedValueParser<Value = QueryKind> {
    let named = |name: String| QueryKind::ALL.into_iter().find(|kind| kind.name() == name);
    PossibleValuesParser::new(QueryKind::ALL.map(QueryKind::name))
        .try_map(move |name| named(name).ok_or("no such kind"))
}

/// `4` or `#4`.
fn line_number(typed: &str) -> Result<u32, String> {
    let number = typed.strip_prefix('#').unwrap_or(typed);
    number.parse().map_err(|_| "type the number of a line".to_owned())
}
