//! Flags for matching and ranking.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use trialdex_engine::search::Model;
use trialdex_query::{MatchOptions, WordExpansion};
use trialdex_text::vocabulary::OwnSynonyms;

use super::failure::Failure;
use super::synonyms_file::{is_named, own_synonyms};

/// Heading of help.
const MATCHING: &str = "Matching and ranking";

/// How words match and hits are ranked.
#[derive(Debug, Default, Args)]
pub(crate) struct RankingArgs {
    /// How freely words match: `none` as written, `term` in any form and
    /// spelling, `concept` also by synonyms [default: concept]
    #[arg(long, value_name = "LEVEL", help_heading = MATCHING)]
    expand: Option<ExpandArg>,
    /// Also search the names of narrower MeSH headings
    #[arg(long, help_heading = MATCHING)]
    explode: bool,
    /// File with synonyms of your own, in lines such as `heart attack = MI`;
    /// empty for none
    #[arg(long, env = "TRIALDEX_SYNONYMS", value_name = "FILE", value_parser = path_or_none(), help_heading = MATCHING)]
    synonyms: Option<PathBuf>,
    /// Rank by the words of the query only, not by words that the first hits
    /// share
    #[arg(long, help_heading = MATCHING)]
    no_feedback: bool,
    /// Change a constant of the scoring model, to measure its effect: `k1=0.9`
    #[arg(long, value_name = "NAME=VALUE", value_parser = constant, hide_short_help = true, help_heading = MATCHING)]
    model: Vec<(String, f32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExpandArg {
    None,
    Term,
    Concept,
}

impl ExpandArg {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}

/// A path, which may be empty to do away with one that is set.
pub(crate) fn path_or_none() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

/// A constant of the model with its value.
fn constant(typed: &str) -> Result<(String, f32), String> {
    let known = || format!("write `NAME=VALUE` with one of {}", Model::NAMES.join(", "));
    let (name, value) = typed.split_once('=').ok_or_else(known)?;
    let value = value.parse().map_err(|_| format!("`{value}` is no number"))?;
    match Model::default().with(name, value) {
        Some(_) => Ok((name.to_owned(), value)),
        None if Model::NAMES.contains(&name) => Err(format!("{value} is too small or too large")),
        None => Err(known()),
    }
}

impl RankingArgs {
    /// All of it as pairs of flag and value.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let mut push = |flag: &str, value: String| pairs.push((flag.to_owned(), value));
        if let Some(expand) = self.expand {
            push("--expand", expand.name());
        }
        if self.explode {
            push("--explode", String::new());
        }
        if let Some(path) = self.synonyms.as_deref().filter(|path| is_named(path)) {
            push("--synonyms", path.display().to_string());
        }
        if self.no_feedback {
            push("--no-feedback", String::new());
        }
        for (name, value) in &self.model {
            push("--model", format!("{name}={value}"));
        }
        pairs
    }

    /// Takes one of these pairs; whether it is one.
    pub(crate) fn take(&mut self, flag: &str, value: &str) -> Result<bool, Failure> {
        match flag {
            "--expand" => {
                let level = ExpandArg::from_str(value, false);
                self.expand = Some(level.map_err(|_| Failure::new(format!("no level `{value}`")))?);
            }
            "--explode" => self.explode = true,
            "--synonyms" => self.synonyms = Some(value.into()),
            "--no-feedback" => self.no_feedback = true,
            "--model" => self.model.push(constant(value).map_err(Failure::new)?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// How words match.
    pub(crate) fn manner(&self, any: bool) -> MatchOptions {
        let expand = match self.expand {
            Some(ExpandArg::None) => WordExpansion::None,
            Some(ExpandArg::Term) => WordExpansion::Term,
            Some(ExpandArg::Concept) | None => WordExpansion::Concept,
        };
        MatchOptions { any, expand, explode: self.explode }
    }

    /// The scoring model that is asked for.
    pub(crate) fn model(&self) -> Model {
        let varied = self.model.iter().fold(Model::default(), |model, (name, value)| {
            model.with(name, *value).unwrap_or(model)
        });
        if self.no_feedback { Model { feedback: 0.0, ..varied } } else { varied }
    }

    /// The user's own synonyms, where there are any.
    pub(crate) fn own(&self) -> Result<Option<OwnSynonyms>, Failure> {
        own_synonyms(self.synonyms.as_deref())
    }
}
