//! `trialdex fields`

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_engine::search::{Disclosure, IndexHits as _, SearchOptions, SearchableIndex as _};
use trialdex_output::{FacetFormat, FieldDescription, grouped, write_facets};
use trialdex_query::meaning::Question;
use trialdex_records::study::study_fields::{FieldKind, StudyField};
use trialdex_records::study::{computed, nearest_pieces, pieces};

use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::named_index::open_or_build;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure, disclosure};

const EXAMPLES: &str = "\
Examples:
  trialdex fields                                   all fields, and how many studies have each
  trialdex fields Phase                             one, with its values in this index
  trialdex fields NumArmGroups --format json";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FieldsArgs {
    /// Name, older name or path of a field, such as `Phase`, `Phase:size` or
    /// `StudyFirstPostYear` [default: all fields]
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Number of values to print; 0 for all
    #[arg(long, short = 'n', default_value_t = 10, value_name = "N")]
    pub(crate) limit: usize,
    /// How to write it
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ReportFormat,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &FieldsArgs,
) -> CommandResult {
    match &arguments.name {
        Some(name) => one(console, global, arguments, name)?,
        None => all(console, global, arguments.format)?,
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

/// A field, and its values in the index.
fn one(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &FieldsArgs,
    name: &str,
) -> Result<(), Failure> {
    let field = StudyField::named(name).ok_or_else(|| unknown(name))?;
    let described = FieldDescription::of(field);
    let index = open_or_build(console, &global.index)?;
    let studies: u64 = index.studies_with(&[field])?.iter().sum();
    let length =
        matches!(field, StudyField::Size(_) | StudyField::Computed(_)) && field.is_of_results();
    let countable = !length && !matches!(field.kind(), FieldKind::Structure | FieldKind::Point);
    let everything = Question { ranked: Vec::new(), filters: Vec::new() };
    let values = match countable {
        true => index.find(&SearchOptions::new(&everything).counting())?.facets(&[field])?,
        false => Vec::new(),
    };
    match arguments.format {
        ReportFormat::Text => {
            write!(console.out, "{}", described.text())?;
            writeln!(console.out, "  in studies   {}", grouped(studies))?;
            if !values.is_empty() {
                writeln!(console.out)?;
                let (format, paint) = (FacetFormat::Text, console.paint);
                let (out, limit) = (&mut console.out, arguments.limit);
                write_facets(out, format, paint, &values, limit, &Disclosure::default())?;
            }
        }
        ReportFormat::Json => {
            let most = if arguments.limit == 0 { usize::MAX } else { arguments.limit };
            let shown = values.iter().flat_map(|facet| facet.values.iter().take(most));
            let shown: Vec<Value> =
                shown.map(|(value, studies)| json!({"value": value, "studies": studies})).collect();
            let mut json = described.json();
            json["studies"] = studies.into();
            json["distinct"] = values.iter().map(|facet| facet.values.len()).sum::<usize>().into();
            json["values"] = shown.into();
            writeln!(console.out, "{json:#}")?;
            disclosure::say_cut_values(console, &values, arguments.limit);
        }
    }
    Ok(())
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("`{name}` is not a field"));
    let nearest: Vec<String> =
        nearest_pieces(name).iter().map(|name| format!("`{name}`")).collect();
    match nearest.as_slice() {
        [] => failure.hint("`trialdex fields` lists all"),
        names => failure.hint(format!("the nearest names are {}", names.join(", "))),
    }
}

/// A line for each field, in the order of the data model.
fn all(console: &mut Console, global: &GlobalArgs, format: ReportFormat) -> Result<(), Failure> {
    let index = open_or_build(console, &global.index)?;
    let pieces = pieces::leaves().map(StudyField::Piece);
    let lists = pieces::all().iter().filter(|piece| piece.list).map(StudyField::Size);
    let computed = computed::all().iter().map(StudyField::Computed);
    let fields: Vec<StudyField> = pieces.chain(lists).chain(computed).collect();
    let counted = fields.iter().copied().zip(index.studies_with(&fields)?);
    if format == ReportFormat::Json {
        let rows: Vec<Value> = counted.map(|(field, studies)| described(field, studies)).collect();
        writeln!(console.out, "{:#}", json!({"schema": "trialdex.fields.v1", "fields": rows}))?;
        return Ok(());
    }
    let width = fields.iter().map(|field| field.name().len()).max().unwrap_or(0);
    for (field, studies) in counted {
        let name = field.name();
        let kind = FieldDescription::of(field).kind_in_words();
        writeln!(console.out, "{name:<width$}  {:>9}  {kind}", grouped(studies))?;
    }
    Ok(())
}

fn described(field: StudyField, studies: u64) -> Value {
    let mut json = FieldDescription::of(field).json();
    json["studies"] = studies.into();
    json
}
