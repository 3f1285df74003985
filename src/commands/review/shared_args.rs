//! Arguments that several commands of a review share.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

use super::reviewer::ReviewerArg;

/// A review and who works on it.
#[derive(Debug, Args)]
pub(crate) struct NamedReview {
    /// The review: its file, with or without `.review`
    #[arg(value_name = "NAME")]
    pub(crate) name: OsString,
    #[command(flatten)]
    pub(crate) who: ReviewerArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrderArg {
    /// Most likely relevant, by a model that learns from your decisions
    Certainty,
    /// What the model is least sure about
    Uncertainty,
    /// In the order of the searches
    Relevance,
    /// In random order, always the same
    Random,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NextFormat {
    Text,
    Jsonl,
    Ids,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListedVerdict {
    Include,
    Exclude,
    Maybe,
    /// Any of these three
    Decided,
    Unread,
    /// Reviewers differ; needs `--unblind`
    Conflict,
    /// Too few people have read it; needs `--unblind`
    Waiting,
    /// The record has changed since the decision
    Changed,
    /// No longer in the index
    Vanished,
}
