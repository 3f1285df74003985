//! The arguments of `trialdex review simulate`.

use clap::{Args, ValueEnum};

use trialdex_review::learning::{LearningMethod, ReadingOrder};

use crate::cli::args::ReportFormat;
use crate::commands::review::reviewer::ReviewerArg;

const SIMULATE_EXAMPLES: &str = "\
Examples:
  trialdex review simulate labelled.csv             how early are the includes found?
  trialdex review simulate labelled.csv --runs 10   the mean of ten runs
  trialdex review simulate labelled.csv --prior-rows 3,17 --format json
  trialdex review simulate asthma                   on the decisions of a review";

#[derive(Debug, Args)]
#[command(after_help = SIMULATE_EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// A review, or labelled studies in CSV, TSV, RIS or JSON, with a column
    /// such as `included` or as ASReview exports them; `-` is standard input
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) who: ReviewerArg,
    /// Use the combined verdict of all reviewers instead of yours
    #[arg(long)]
    pub(crate) unblind: bool,
    /// Number of includes that are known at the beginning, drawn by the seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) prior_include: usize,
    /// Number of excludes that are known at the beginning
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) prior_exclude: usize,
    /// Rows of the source, from 0, that are known at the beginning, instead of
    /// drawing them
    #[arg(long, alias = "prior-idx", value_delimiter = ',', value_name = "ROWS", conflicts_with_all = ["prior_include", "prior_exclude", "runs"])]
    pub(crate) prior_rows: Option<Vec<usize>>,
    /// Seed of the random numbers
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Number of simulations, each with the next seed; measures are their means
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) runs: u32,
    /// How the model learns
    #[arg(long, default_value = "svm", value_name = "METHOD")]
    pub(crate) method: MethodArg,
    /// Which study is read next
    #[arg(long, default_value = "certainty", value_name = "ORDER")]
    pub(crate) order: ReadingOrderArg,
    /// Number of studies to read before the model learns again
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: u32,
    /// How to write the measures; `json` also has every study in the order of
    /// reading
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MethodArg {
    /// Support vector machine
    Svm,
    /// Logistic regression
    Logistic,
}

impl From<MethodArg> for LearningMethod {
    fn from(method: MethodArg) -> Self {
        match method {
            MethodArg::Svm => Self::Svm,
            MethodArg::Logistic => Self::Logistic,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadingOrderArg {
    /// The most certain include
    Certainty,
    /// The nearest to the border
    Uncertainty,
    /// Any
    Random,
}

impl From<ReadingOrderArg> for ReadingOrder {
    fn from(order: ReadingOrderArg) -> Self {
        match order {
            ReadingOrderArg::Certainty => Self::Certainty,
            ReadingOrderArg::Uncertainty => Self::Uncertainty,
            ReadingOrderArg::Random => Self::Random,
        }
    }
}
