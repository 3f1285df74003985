//! What can be typed after `trialdex batch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use trialdex::query::dialect::Dialect;

use super::super::ranking::RankingArgs;
use super::super::translate::systems;

const EXAMPLES: &str = "\
Examples:
  trialdex batch strategy.txt                       number of hits for each line
  trialdex batch published.txt --from ovid            as it was written for Ovid
  trialdex batch strategy.txt --yield               and what each gives to the last one
  trialdex batch strategy.txt --receipts receipts   each line with all its hits, to be run again
  trialdex batch queries.tsv                        number of hits for each query
  trialdex batch queries.tsv --as expressions --format json --studies
  trialdex batch queries.tsv --format trec --limit 1000 --any > run.txt";

#[derive(Debug, Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct BatchArgs {
    /// File with a strategy, numbered lines such as `3. #1 AND #2`, or with
    /// queries in lines of `id<TAB>query`; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What the strategy is written for, if not for trialdex: `ovid`, `pubmed`
    /// and others, as in `trialdex translate`
    #[arg(long, value_name = "SYSTEM", value_parser = systems())]
    pub(crate) from: Option<Dialect>,
    /// What the queries of `id<TAB>query` are: `expressions`, as in a
    /// strategy, or `words` and nothing else, as in the topics of an
    /// evaluation [default: words, where no query has operators, quotes or
    /// anything else of an expression]
    #[arg(long = "as", value_name = "WHAT")]
    pub(crate) kind: Option<QueryKind>,
    /// Say of each line of a strategy how many studies no line above it finds
    /// (new), no other line finds (only), the last line would lose without it
    /// (lost), and would find besides (kept out)
    #[arg(long = "yield")]
    pub(crate) yields: bool,
    /// The line that loses, instead of the last one
    #[arg(long, value_name = "N", requires = "yields", value_parser = line_number)]
    pub(crate) of: Option<u32>,
    /// `counts` writes a line for each query, `json` all that is known of it,
    /// `trec` a run as evaluation tools read it
    #[arg(long, default_value = "counts", value_name = "FORMAT")]
    pub(crate) format: BatchFormat,
    /// List the studies that each query finds, too (json)
    #[arg(long)]
    pub(crate) studies: bool,
    /// Write a receipt of each query with all its hits into this directory,
    /// to be run again by `verify`
    #[arg(long, value_name = "DIR")]
    pub(crate) receipts: Option<PathBuf>,
    /// Find studies with any of the words instead of all
    #[arg(long)]
    pub(crate) any: bool,
    /// Hits to write for each query (trec); 0 for all
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueryKind {
    Expressions,
    Words,
}

/// `4` or `#4`.
fn line_number(typed: &str) -> Result<u32, String> {
    let number = typed.strip_prefix('#').unwrap_or(typed);
    number.parse().map_err(|_| "type the number of a line".to_owned())
}
