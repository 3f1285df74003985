//! The other names of a term, and those that a search uses.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{clean, grouped, plural};
use trialdex_engine::search::{
    Abbreviation, KnownConcept, LookedUp, NameVerdict, OtherName, PairOfNames, Sense, SenseChoice,
};
use trialdex_query::Spelling;

/// Columns of a name at most, before its details.
const WIDEST: usize = 40;

/// The names that are doubted to mean the same as a name, or as any, with
/// the reasons, for people.
#[must_use]
pub fn doubtful_text(pairs: &[PairOfNames]) -> String {
    let mut text = String::new();
    for of_name in pairs.chunk_by(|one, other| one.terms == other.terms) {
        let others: Vec<&OtherName> = of_name.iter().map(|pair| &pair.other).collect();
        // Writing to a string does not fail.
        let _ = write!(text, "{}\n{}", clean::line(&of_name[0].name), table(&others));
    }
    text
}

/// The same for programs.
#[must_use]
pub fn doubtful_json(pairs: &[PairOfNames]) -> Value {
    let doubtful = pairs.iter().map(|pair| {
        let mut doubtful = name_json(&pair.other);
        if let Some(object) = doubtful.as_object_mut() {
            object.insert("of".to_owned(), json!(pair.name));
        }
        doubtful
    });
    json!({
        "schema": "trialdex.doubtful.v1",
        "names": doubtful.collect::<Vec<Value>>(),
    })
}

/// The entry of a name, for people. `explode` lists the narrower headings; `spell` writes the
/// options that say more.
#[must_use]
pub fn looked_up_text(looked_up: &LookedUp, explode: bool, spell: Spelling) -> String {
    let mut parts = Vec::new();
    if looked_up.studies.is_some() {
        parts.push(names_text(looked_up, spell));
    }
    parts.extend(looked_up.abbreviation.as_ref().map(abbreviation_text));
    let concepts = looked_up.concepts.iter().map(|concept| concept_text(concept, explode));
    let mut known: String = concepts.collect();
    if !looked_up.concepts.is_empty() {
        let _ = writeln!(known, "from {}", clean::line(&looked_up.source));
    }
    for (written, line) in &looked_up.own {
        let _ = writeln!(known, "{}  line {line} of your own synonyms", clean::line(written));
    }
    parts.push(known);
    if explode && looked_up.studies.is_some() {
        parts.push(narrower_text(looked_up, spell));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// The name itself, the names that are looked for, and those that are not.
fn names_text(looked_up: &LookedUp, spell: Spelling) -> String {
    let studies = plural(looked_up.studies.unwrap_or(0), "study", "studies");
    // Writing to a string does not fail.
    let mut text = format!("{}  {studies}\n", clean::line(&looked_up.typed));
    let of = |verdict| looked_up.names.iter().filter(move |name| name.verdict == verdict);
    let doubtful = looked_up.names.iter().filter(|name| name.verdict.is_doubt()).count() as u64;
    let others = [NameVerdict::FoundAnyway, NameVerdict::Absent, NameVerdict::TooMany];
    let taken: Vec<&OtherName> = of(NameVerdict::Taken).collect();
    let others: Vec<&OtherName> = others.into_iter().flat_map(of).collect();
    if !taken.is_empty() {
        let _ = write!(text, "also searched\n{}", table(&taken));
    }
    if !others.is_empty() || doubtful > 0 {
        let _ = write!(text, "not searched\n{}", table(&others));
    }
    if doubtful > 0 {
        let names = plural(doubtful, "name", "names");
        let more = if others.is_empty() { "" } else { " more" };
        let all = spell.of("doubtful");
        let _ = writeln!(text, "  {names}{more} in doubt, which {all} lists");
    }
    text
}

/// Names in lines, with the studies that have each and where it comes from.
fn table(names: &[&OtherName]) -> String {
    let written: Vec<String> =
        names.iter().map(|name| clean::line(&name.written).into_owned()).collect();
    let counts: Vec<String> =
        names.iter().map(|name| plural(name.studies, "study", "studies")).collect();
    let width = |texts: &[String]| texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
    let (widest, count) = (width(&written).min(WIDEST), width(&counts));
    let mut text = String::new();
    for ((name, written), studies) in names.iter().zip(&written).zip(&counts) {
        let sources = name.sources.iter().map(|(source, studies)| said(source, *studies));
        let sources = sources.collect::<Vec<_>>().join(", ");
        let why = why_not(name.verdict).map(|why| format!(": {why}")).unwrap_or_default();
        let _ = writeln!(text, "  {written:<widest$}  {studies:>count$}  {sources}{why}");
    }
    text
}

/// A source with the number of studies in it that say so.
fn said(source: &str, studies: u64) -> String {
    match studies {
        0 => source.to_owned(),
        1 => format!("{source} of 1 study"),
        _ => format!("{source} of {} studies", grouped(studies)),
    }
}

/// Why a name is not looked for.
fn why_not(verdict: NameVerdict) -> Option<&'static str> {
    match verdict {
        NameVerdict::Taken | NameVerdict::Repeated => None,
        NameVerdict::FoundAnyway => Some("found anyway"),
        NameVerdict::Absent => Some("in no study"),
        NameVerdict::TooMany => Some("beyond the number that is looked for"),
        NameVerdict::Broader => Some("may be broader"),
        NameVerdict::Control => Some("the name of a control, or of nothing"),
        NameVerdict::Several => Some("one of the two lists several things"),
        NameVerdict::TooShort => Some("one of the two is so short that it means many things"),
        NameVerdict::OtherConcept => Some("another concept in MeSH"),
        NameVerdict::Unsure => Some("too few studies say so"),
        NameVerdict::OneSided => Some("studies that have one of the two give it other names"),
        NameVerdict::Elsewhere => Some("most studies with it do not have the name"),
        NameVerdict::Outnumbering => {
            Some("brings in more studies than the name has, and MeSH does not say so")
        }
    }
}

fn abbreviation_text(abbreviation: &Abbreviation) -> String {
    let taken = abbreviation.taken.and_then(|at| abbreviation.senses.get(at));
    let taken = taken.map(|sense| clean::line(&sense.written)).unwrap_or_default();
    let mut text = match abbreviation.why {
        SenseChoice::Dominant => format!("short for {taken}, as most studies have it\n"),
        SenseChoice::Agreeing => format!("short for {taken}, which goes with the other words\n"),
        SenseChoice::Ambiguous => "short for several things, none of which is searched: \
            other words may tell, see --with\n"
            .to_owned(),
        SenseChoice::TooCommon => {
            "a word more often than short for something, which is not searched: \
            other words may tell, see --with\n"
                .to_owned()
        }
    };
    for Sense { written, studies, share, .. } in &abbreviation.senses {
        let studies = plural(*studies, "study", "studies");
        let written = clean::line(written);
        let _ = writeln!(text, "  {:>3.0} %  {written}  {studies}", share * 100.0);
    }
    text
}

fn concept_text(concept: &KnownConcept, explode: bool) -> String {
    let (id, preferred) = (clean::line(&concept.id), clean::line(&concept.preferred));
    let not_meant =
        if concept.taken == Some(false) { "  not searched: not what is meant" } else { "" };
    let mut text = format!("{preferred}  {id}{not_meant}\n");
    for (title, values, between) in
        [("names", &concept.names, "; "), ("trees", &concept.trees, ", ")]
    {
        if !values.is_empty() {
            let values = values.join(between);
            let _ = writeln!(text, "  {title:<9} {}", clean::line(&values));
        }
    }
    if !concept.narrower.is_empty() {
        let count = plural(concept.narrower.len() as u64, "concept", "concepts");
        let _ = writeln!(text, "  {:<9} {count}", "narrower");
    }
    for (id, preferred) in concept.narrower.iter().filter(|_| explode) {
        let _ = writeln!(text, "    {}  {}", clean::line(preferred), clean::line(id));
    }
    text
}

/// The names that `EXPLODE` adds.
fn narrower_text(looked_up: &LookedUp, spell: Spelling) -> String {
    let of = |verdict| looked_up.narrower.iter().filter(move |name| name.verdict == verdict);
    let taken: Vec<&OtherName> = of(NameVerdict::Taken).collect();
    if taken.is_empty() {
        return String::new();
    }
    let cut = if looked_up.cut { ", of the first concepts" } else { "" };
    format!("searched with {}{cut}\n{}", spell.of("explode"), table(&taken))
}

/// The same for programs.
#[must_use]
pub fn looked_up_json(looked_up: &LookedUp) -> Value {
    let own = looked_up.own.iter().map(|(name, line)| json!({"name": name, "line": line}));
    let names = |names: &[OtherName]| names.iter().map(name_json).collect::<Vec<Value>>();
    json!({
        "schema": "trialdex.thesaurus.v1",
        "typed": looked_up.typed,
        "studies": looked_up.studies,
        "source": looked_up.source,
        "digest": looked_up.digest,
        "names": names(&looked_up.names),
        "abbreviation": looked_up.abbreviation.as_ref().map(abbreviation_json),
        "concepts": looked_up.concepts.iter().map(concept_json).collect::<Vec<Value>>(),
        "own": own.collect::<Vec<Value>>(),
        "narrower": names(&looked_up.narrower),
        "cut": looked_up.cut,
    })
}

fn name_json(name: &OtherName) -> Value {
    let sources = name.sources.iter().map(|(source, studies)| match studies {
        0 => json!({"source": source}),
        _ => json!({"source": source, "studies": studies}),
    });
    json!({
        "name": name.written,
        "studies": name.studies,
        "searched": name.verdict == NameVerdict::Taken,
        "why": why_not(name.verdict),
        "sources": sources.collect::<Vec<Value>>(),
    })
}

fn abbreviation_json(abbreviation: &Abbreviation) -> Value {
    let why = match abbreviation.why {
        SenseChoice::Dominant => "most studies have it so",
        SenseChoice::Agreeing => "it goes with the other words",
        SenseChoice::Ambiguous => "ambiguous",
        SenseChoice::TooCommon => "too common a word",
    };
    let senses = abbreviation.senses.iter().enumerate().map(|(at, sense)| {
        json!({
            "name": sense.written,
            "studies": sense.studies,
            "share": sense.share,
            "searched": abbreviation.taken == Some(at),
        })
    });
    json!({"why": why, "senses": senses.collect::<Vec<Value>>()})
}

fn concept_json(concept: &KnownConcept) -> Value {
    let narrower = concept.narrower.iter();
    let narrower = narrower.map(|(id, preferred)| json!({"id": id, "preferred": preferred}));
    json!({
        "id": concept.id,
        "preferred": concept.preferred,
        "names": concept.names,
        "trees": concept.trees,
        "searched": concept.taken,
        "narrower": narrower.collect::<Vec<Value>>(),
    })
}
