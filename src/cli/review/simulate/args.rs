//! What can be typed of simulations.

use clap::{Args, ValueEnum};

use trialdex::triage::learning::{Method, Order};

use super::super::super::args::ReportFormat;
use super::super::args::Who;

const SIMULATE_EXAMPLES: &str = "\
Examples:
  trialdex review simulate labelled.csv             how early would it have found the includes?
  trialdex review simulate labelled.csv --runs 10   in the mean, from ten beginnings
  trialdex review simulate labelled.csv --prior-rows 3,17 --format json
  trialdex review simulate asthma                   on the decisions of a review";

#[derive(Debug, Args)]
#[command(before_help = SIMULATE_EXAMPLES)]
pub(crate) struct SimulateArgs {
    /// A review, or labelled studies in CSV, TSV, RIS or JSON, with a column
    /// such as `included` or as ASReview exports them; `-` is standard input
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) who: Who,
    /// Of a review, what all reviewers say together, instead of what you say
    #[arg(long)]
    pub(crate) unblind: bool,
    /// Includes that are known before the reading begins, drawn by the seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) prior_include: usize,
    /// Excludes that are known before
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) prior_exclude: usize,
    /// What is known before, by row of the source from 0, instead of drawing
    #[arg(long, alias = "prior-idx", value_delimiter = ',', value_name = "ROWS", conflicts_with_all = ["prior_include", "prior_exclude", "runs"])]
    pub(crate) prior_rows: Option<Vec<usize>>,
    /// Where chance begins
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(crate) seed: u64,
    /// Simulations, each with the next seed; measures are their means
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) runs: u32,
    /// How a model learns
    #[arg(long, default_value = "svm", value_name = "METHOD")]
    pub(crate) method: MethodArg,
    /// Which study is read next
    #[arg(long, default_value = "certainty", value_name = "ORDER")]
    pub(crate) order: ReadingOrder,
    /// Studies that are read before the model learns anew
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: u32,
    /// How to write the measures; `json` has every study in the order of
    /// reading, too
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

impl From<MethodArg> for Method {
    fn from(method: MethodArg) -> Self {
        match method {
            MethodArg::Svm => Self::Svm,
            MethodArg::Logistic => Self::Logistic,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReadingOrder {
    /// The most certain include
    Certainty,
    /// The nearest to the border
    Uncertainty,
    /// Any
    Random,
}

impl From<ReadingOrder> for Order {
    fn from(order: ReadingOrder) -> Self {
        match order {
            ReadingOrder::Certainty => Self::Certainty,
            ReadingOrder::Uncertainty => Self::Uncertainty,
            ReadingOrder::Random => Self::Random,
        }
    }
}
