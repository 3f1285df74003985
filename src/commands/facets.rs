//! `trialdex facets`

use std::io::Write;

use clap::{Args, ValueEnum};

use trialdex_engine::search::search;
use trialdex_output::{FacetFormat, write_facets};
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{nearest_of, nearest_pieces};

use crate::cli::args::GlobalArgs;
use crate::cli::asked::{ParsedQuery, QueryArgs};
use crate::cli::build::open_or_build;
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

/// Short names of fields that are counted often.
const SHORT: [(&str, &str); 9] = [
    ("status", "OverallStatus"),
    ("phase", "Phase"),
    ("type", "StudyType"),
    ("country", "LocationCountry"),
    ("condition", "Condition"),
    ("year", "StartDate"),
    ("sponsor", "LeadSponsorClass"),
    ("sex", "Sex"),
    ("age", "StdAge"),
];

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &FacetsArgs,
) -> CommandResult {
    let names = arguments.fields.split(',').map(str::trim).filter(|name| !name.is_empty());
    let fields = names.map(field).collect::<Result<Vec<StudyField>, Failure>>()?;
    let asked = ParsedQuery::new(console, &arguments.query, &arguments.strategy)?;
    let store = open_or_build(console, &global.index)?;
    let wish = asked.wish().counting();
    let hits = search(&store, &wish)?;
    let facets = hits.facets(&fields)?;
    let disclosure = asked.disclosure(&hits, &wish)?;
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

fn field(name: &str) -> Result<StudyField, Failure> {
    let short =
        SHORT.iter().find(|(short, _)| short.eq_ignore_ascii_case(name)).map(|(_, field)| *field);
    let field = StudyField::named(short.unwrap_or(name));
    match field.map(|field| (field, field.kind())) {
        Some((_, FieldKind::Structure | FieldKind::Point)) => {
            Err(Failure::new(format!("`{name}` has no values to count"))
                .hint(format!("`trialdex fields {name}` shows its values")))
        }
        Some((field @ (StudyField::Size(_) | StudyField::Computed(_)), _))
            if field.is_of_results() =>
        {
            Err(Failure::new(format!("`{name}` cannot be counted")).hint(
                "numbers of elements are counted outside of the tables of results; \
                 `AREA[...]RANGE[...]` finds studies by them",
            ))
        }
        Some((field, _)) => Ok(field),
        None => {
            let mut nearest = nearest_of(name, SHORT.iter().map(|(short, _)| *short));
            nearest.extend(nearest_pieces(name));
            let nearest: Vec<String> = nearest.iter().map(|name| format!("`{name}`")).collect();
            let first = "fields come first, with commas between, and the query after them";
            let hint = match nearest.as_slice() {
                [] => first.to_owned(),
                names => format!("{first}; the nearest names are {}", names.join(", ")),
            };
            Err(Failure::new(format!("`{name}` is not a field")).hint(hint))
        }
    }
}
