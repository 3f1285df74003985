//! Flags for matching and ranking.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};

use trialdex_plan::{ModelConstant, RankingOptions, SearchRequest};
use trialdex_query::{MatchOptions, Request, WordExpansion};
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
    #[arg(long, value_name = "LEVEL", value_parser = levels(), help_heading = MATCHING)]
    expand: Option<WordExpansion>,
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
    #[arg(long, value_name = "NAME=VALUE", hide_short_help = true, help_heading = MATCHING)]
    model: Vec<ModelConstant>,
}

/// The values of `--expand`.
fn levels() -> impl TypedValueParser<Value = WordExpansion> {
    PossibleValuesParser::new(WordExpansion::ALL.map(WordExpansion::name))
        .try_map(WordExpansion::try_from)
}

/// A path, which may be empty to do away with one that is set.
pub(crate) fn path_or_none() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().map(PathBuf::from)
}

impl RankingArgs {
    /// A search that says how words match and how hits are ranked.
    pub(crate) fn request(&self, any: bool) -> SearchRequest {
        let manner = MatchOptions { any, expand: self.expand, explode: self.explode };
        let synonyms = self.synonyms.as_deref().filter(|path| is_named(path));
        let ranking = RankingOptions {
            synonyms: synonyms.map(|path| path.display().to_string()),
            no_feedback: self.no_feedback,
            model: self.model.clone(),
        };
        let request = Request { manner, ..Request::default() };
        SearchRequest { request, ranking, ..SearchRequest::default() }
    }
}

/// The user's own synonyms of a search, where there are any.
pub(crate) fn own_of(request: &SearchRequest) -> Result<Option<OwnSynonyms>, Failure> {
    own_synonyms(request.ranking.synonyms.as_deref().map(Path::new))
}
