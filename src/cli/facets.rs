//! `trialdex facets`

use std::io::Write;

use trialdex::output::write_facets;
use trialdex::search::facets;
use trialdex::study::fields::{Field, FieldKind};
use trialdex::study::{nearest_of, nearest_pieces};

use super::args::{FacetsArgs, Global};
use super::asked::Asked;
use super::search::open_or_build;
use super::{Console, Failure, Outcome};

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

pub(crate) fn run(console: &mut Console, global: &Global, arguments: &FacetsArgs) -> super::Result {
    let names = arguments.fields.split(',').map(str::trim).filter(|name| !name.is_empty());
    let fields = names.map(field).collect::<Result<Vec<Field>, Failure>>()?;
    let asked = Asked::new(console, &arguments.query, &arguments.strategy)?;
    let store = open_or_build(console, &global.index)?;
    let facets = facets(&store, &asked.understood.question, &fields, asked.own.as_ref())?;
    let format = arguments.format.into();
    write_facets(&mut console.out, format, console.paint, &facets, arguments.limit)?;
    console.out.flush()?;
    let found = facets.iter().any(|facet| facet.studies > 0);
    Ok(if found { Outcome::Done } else { Outcome::NothingFound })
}

fn field(name: &str) -> Result<Field, Failure> {
    let short =
        SHORT.iter().find(|(short, _)| short.eq_ignore_ascii_case(name)).map(|(_, field)| *field);
    let field = Field::named(short.unwrap_or(name));
    match field.map(|field| (field, field.kind())) {
        Some((_, FieldKind::Structure | FieldKind::Point)) => {
            Err(Failure::new(format!("`{name}` has no values to count"))
                .hint(format!("`trialdex fields {name}` tells what it holds")))
        }
        Some((field @ (Field::Size(_) | Field::Computed(_)), _)) if field.is_of_results() => {
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
