//! The studies that each line of a strategy adds.

use std::collections::BTreeSet;
use std::io::Write;

use serde_json::{Value, json};

use trialdex_engine::search::{Disclosure, FoundHits as _, SearchableIndex as _};
use trialdex_output::{clean_line, disclosure_json};
use trialdex_plan::{QueryKind, SearchRequest, UnderstoodStrategy};
use trialdex_query::StrategyLine;
use trialdex_records::study::NctId;
use trialdex_session::AnyIndex;

use super::queries::one_of_list;
use crate::cli::asked::asked;
use crate::cli::{Console, Failure};

/// Studies that are named one by one in a table.
const NAMED: usize = 10;

/// A line and what it finds.
pub(super) struct LineHits<'a> {
    pub(super) line: &'a StrategyLine,
    pub(super) studies: BTreeSet<NctId>,
    pub(super) disclosure: Disclosure,
}

impl LineHits<'_> {
    /// Studies that none of some other lines finds. Lines that name others
    /// find nothing of their own.
    fn beyond<'a>(&self, others: impl Iterator<Item = &'a LineHits<'a>>) -> Vec<NctId> {
        let others: Vec<&LineHits<'_>> = others.filter(|other| !other.line.names_others).collect();
        let new = |nct: &&NctId| !others.iter().any(|other| other.studies.contains(nct));
        self.studies.iter().filter(new).copied().collect()
    }
}

/// What a line gives.
pub(super) struct LineYield {
    /// Studies that no line above finds.
    new: Vec<NctId>,
    /// Studies that no other line finds.
    only: Vec<NctId>,
    /// What the line that all is for is without this one; `None` where this
    /// one is no part of it.
    without: Option<OmittedLine>,
}

/// What a line is without another one that is part of it.
struct OmittedLine {
    /// Studies that it no longer finds.
    lost: Vec<NctId>,
    /// Number of studies that it finds besides.
    kept_out: usize,
}

/// What each line gives, and to `of` in the first place.
pub(super) fn yields(
    index: &AnyIndex,
    strategy: &UnderstoodStrategy,
    found: &[LineHits<'_>],
    of: u32,
    flags: &SearchRequest,
) -> Result<Vec<LineYield>, Failure> {
    let whole = found.iter().find(|it| it.line.number == of);
    let one = |at: usize| -> Result<LineYield, Failure> {
        let (line, above, below) = (found[at].line, &found[..at], &found[at + 1..]);
        let whole = whole.filter(|whole| whole.line.has(line.number));
        Ok(LineYield {
            new: found[at].beyond(above.iter()),
            only: found[at].beyond(above.iter().chain(below)),
            without: whole.map(|whole| without(index, whole, line.number, flags)).transpose()?,
        })
    };
    (0..strategy.lines.len()).map(one).collect()
}

fn without(
    index: &AnyIndex,
    whole: &LineHits<'_>,
    number: u32,
    flags: &SearchRequest,
) -> Result<OmittedLine, Failure> {
    let left: BTreeSet<NctId> = match whole.line.without(number) {
        None => BTreeSet::new(),
        Some(expression) => {
            let left = one_of_list(&expression, QueryKind::Expressions, flags);
            let asked = asked(left)?;
            let hits = index.find(&asked.options())?;
            hits.hits().iter().map(|hit| hit.nct_id).collect()
        }
    };
    let lost = whole.studies.difference(&left).copied().collect();
    Ok(OmittedLine { lost, kept_out: left.difference(&whole.studies).count() })
}

/// A table of the yield of lines.
pub(super) fn write(
    console: &mut Console,
    found: &[LineHits<'_>],
    yields: &[LineYield],
) -> Result<(), Failure> {
    let heading = "line\thits\tnew\tonly\tlost\tkept out\tquery\tlost without this line";
    writeln!(console.out, "{heading}")?;
    for (LineHits { line, studies, .. }, LineYield { new, only, without }) in
        found.iter().zip(yields)
    {
        let (lost, kept_out) = match without {
            Some(OmittedLine { lost, kept_out }) => (lost.len().to_string(), kept_out.to_string()),
            None => ("-".to_owned(), "-".to_owned()),
        };
        let (number, typed) = (line.number, clean_line(&line.typed));
        let (hits, new, only) = (studies.len(), new.len(), only.len());
        let named = named(without.as_ref().map_or(&[], |without| without.lost.as_slice()));
        writeln!(
            console.out,
            "#{number}\t{hits}\t{new}\t{only}\t{lost}\t{kept_out}\t{typed}\t{named}"
        )?;
    }
    Ok(())
}

/// The first of some studies.
fn named(studies: &[NctId]) -> String {
    let mut named: Vec<String> = studies.iter().take(NAMED).map(NctId::to_string).collect();
    if studies.len() > NAMED {
        named.push(format!("and {} more", studies.len() - NAMED));
    }
    named.join(" ")
}

/// A strategy with all that is known of its lines.
pub(super) fn strategy_json(
    found: &[LineHits<'_>],
    yields: &[LineYield],
    of: u32,
    all: bool,
) -> Value {
    let names = |studies: &[NctId]| studies.iter().map(NctId::to_string).collect::<Vec<_>>();
    let lines = found.iter().zip(yields).map(|(LineHits { line, studies, disclosure }, given)| {
        let mut json = json!({
            "line": line.number,
            "typed": line.typed,
            "understood": line.understood.text,
            "hits": studies.len(),
            "new": names(&given.new),
            "only": names(&given.only),
            "disclosure": disclosure_json(disclosure),
        });
        if let Some(OmittedLine { lost, kept_out }) = &given.without {
            json["lost"] = json!(names(lost));
            json["keptOut"] = json!(kept_out);
        }
        if all {
            json["studies"] = studies.iter().map(NctId::to_string).collect();
        }
        json
    });
    let lines: Vec<Value> = lines.collect();
    json!({"schema": "trialdex.strategy.v1", "of": of, "lines": lines})
}
