//! Other names of a term.

use serde_json::{Value, json};

use trialdex_engine::search::{LookedUp, NameVerdict, OtherName, look_up};

use super::ToolRow;
use crate::answer::{ToolAnswer, clipped};
use crate::arguments::Arguments;
use crate::failure::ToolFailure;
use crate::schema::{self, flag, text, tokens};
use crate::toolbox::Toolbox;

pub(super) fn row() -> ToolRow {
    let properties = vec![
        text("term", "A word or name, such as heart attack or MI"),
        text("with", "Other words of the query, which may decide what an abbreviation means"),
        flag("explode", "Also the names of narrower MeSH headings"),
        tokens(),
    ];
    ToolRow {
        name: "thesaurus",
        title: "Synonyms of a term",
        description: "Says which other names a search for a term also looks for, with the studies \
            that have each and who says so; what an abbreviation may stand for; the MeSH headings.",
        arguments: schema::object(properties, &["term"]),
        decides: false,
        call,
    }
}

fn call(tools: &Toolbox, mut arguments: Arguments) -> Result<ToolAnswer, ToolFailure> {
    let term = arguments.needed("term")?;
    let others = arguments.text("with")?.unwrap_or_default();
    let explode = arguments.flag("explode")?;
    let budget = arguments.budget()?;
    arguments.end()?;
    let index = tools.index();
    let own = tools.ask(trialdex_plan::SearchRequest::default())?.own;
    let found = look_up(index.index(), own.as_deref(), &term, &others, explode)?;
    let mut value = json!({
        "term": clipped(&found.typed, 100),
        "studies": found.studies,
        "total": found.names.len() + found.narrower.len(),
        "source": clipped(&found.source, 100),
        "index": index.state().digest,
    });
    let mut room = budget.room(&value);
    let names = found.names.iter().chain(&found.narrower);
    let (searched, others): (Vec<_>, Vec<_>) =
        names.partition(|name| name.verdict == NameVerdict::Taken);
    let of_names = |names: Vec<&OtherName>| names.into_iter().map(of_name).collect();
    for (name, elements) in [
        ("abbreviationOf", senses(&found)),
        ("headings", headings(&found)),
        ("searched", of_names(searched)),
        ("notSearched", of_names(others)),
    ] {
        let all = elements.len();
        let shown: Vec<Value> =
            elements.into_iter().map_while(|element| room.take(element)).collect();
        if shown.len() < all {
            value["notShown"] = true.into();
        }
        value[name] = shown.into();
    }
    Ok(ToolAnswer::new(value, budget))
}

/// What it may be short for.
fn senses(found: &LookedUp) -> Vec<Value> {
    let senses = found.abbreviation.iter().flat_map(|abbreviation| {
        abbreviation.senses.iter().enumerate().map(|(at, sense)| {
            json!({
                "name": clipped(&sense.written, 100),
                "studies": sense.studies,
                "searched": abbreviation.taken == Some(at),
            })
        })
    });
    senses.take(5).collect()
}

/// The MeSH headings that have it as a name.
fn headings(found: &LookedUp) -> Vec<Value> {
    let headings = found.concepts.iter().map(|concept| {
        json!({
            "id": clipped(&concept.id, 20),
            "name": clipped(&concept.preferred, 100),
            "narrower": concept.narrower.len(),
            "searched": concept.taken,
        })
    });
    headings.take(5).collect()
}

fn of_name(name: &OtherName) -> Value {
    let sources = name.sources.iter().map(|(source, _)| *source);
    let mut value = json!({
        "name": clipped(&name.written, 100),
        "studies": name.studies,
        "source": sources.collect::<Vec<_>>().join(", "),
    });
    if name.verdict.is_doubt() {
        value["doubtful"] = true.into();
    }
    value
}
