//! `trialdex facets`

use std::io::Write;

use clap::{Args, ValueEnum};

use trialdex_output::{FacetFormat, write_facets};
use trialdex_records::study::study_fields::StudyField;
use trialdex_session::{FieldError, SearchAnswer, countable_field};

use crate::cli::args::GlobalArgs;
use crate::cli::asked::{QueryArgs, typed_search};
use crate::cli::named_index::open_or_build;
use crate::cli::strategy_file::StrategyArgs;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure, disclosure};

const EXAMPLES: &str = "\
Examples:
  trialdex facets status,phase                      of all studies
  trialdex facets country aplastic anemia           of those that match the words
  trialdex facets year --cond asthma --phase 3 --format csv";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FacetsArgs {
    /// Fields with commas between: names of the data model, or `status`,
    /// `phase`, `type`, `country`, `condition`, `year`, `sponsor`, `sex`, `age`
    #[arg(value_name = "FIELD,...", default_value = "status,phase,type,sponsor")]
    pub(crate) fields: String,
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) strategy: StrategyArgs,
    /// Number of values to write for each field; 0 for all [default: 20 for
    /// text, all for other formats]
    #[arg(long, short = 'n', value_name = "N")]
    pub(crate) limit: Option<usize>,
    /// How to write the counts
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: FacetFormatArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FacetFormatArg {
    Text,
    Json,
    Csv,
}

impl From<FacetFormatArg> for FacetFormat {
    fn from(format: FacetFormatArg) -> Self {
        match format {
            FacetFormatArg::Text => Self::Text,
            FacetFormatArg::Json => Self::Json,
            FacetFormatArg::Csv => Self::Csv,
        }
    }
}

/// Values of a field that people are shown unless they say otherwise.
const SHOWN: usize = 20;

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &FacetsArgs,
) -> CommandResult {
    let names = arguments.fields.split(',').map(str::trim).filter(|name| !name.is_empty());
    let fields = names.map(countable_field).collect::<Result<Vec<StudyField>, FieldError>>()?;
    let asked = typed_search(console, &arguments.query, &arguments.strategy, &[])?;
    let index = open_or_build(console, &global.index)?;
    let answer = SearchAnswer::count(&index, &asked)?;
    let facets = answer.count_by(&fields)?;
    let disclosure = answer.disclosure()?;
    let format = arguments.format.into();
    let limit = arguments.limit.unwrap_or(if format == FacetFormat::Text { SHOWN } else { 0 });
    if format == FacetFormat::Csv {
        console.data();
    }
    let (out, paint) = (&mut console.out, console.paint);
    write_facets(out, format, paint, &facets, limit, &disclosure)?;
    console.out.flush()?;
    if format != FacetFormat::Json {
        disclosure::say(console, "", &disclosure);
    }
    if format != FacetFormat::Text {
        disclosure::say_cut_values(console, &facets, limit);
    }
    let found = facets.iter().any(|facet| facet.studies > 0);
    Ok(if found { CommandOutcome::Done } else { CommandOutcome::NothingFound })
}

impl From<FieldError> for Failure {
    fn from(error: FieldError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            FieldError::NoValues(name) => {
                failure.hint(format!("`trialdex fields {name}` shows its values"))
            }
            FieldError::OfResults(_) => failure.hint(
                "numbers of elements are counted outside of the tables of results; \
                 `AREA[...]RANGE[...]` finds studies by them",
            ),
            FieldError::Unknown { nearest, .. } => {
                let nearest: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
                let first = "fields come first, with commas between, and the query after them";
                failure.hint(match nearest.as_slice() {
                    [] => first.to_owned(),
                    names => format!("{first}; the nearest names are {}", names.join(", ")),
                })
            }
        }
    }
}
