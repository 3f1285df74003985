//! Writes the studies that a number takes in and leaves out, beside the number.

use std::collections::BTreeSet;

use trialdex_engine::search::{Disclosure, Facet};
use trialdex_output::{clean_line, disclosure_lines, funnel_lines, grouped, plural};
use trialdex_query::Request;
use trialdex_records::study::NctId;
use trialdex_session::{AnyIndex, absent};

use super::console::Console;
use super::failure::Failure;

/// Numbers that are named one by one.
const NAMED: usize = 20;

/// Says on standard error what a number of hits takes in and leaves out;
/// `of` is before each line where there are several searches, which are
/// not taken apart.
pub(crate) fn say(console: &Console, of: &str, disclosure: &Disclosure) {
    for line in disclosure_lines(disclosure, console.paint.spelling) {
        console.say(&clean_line(&format!("{of}{line}")));
    }
    if of.is_empty() {
        funnel_lines(&disclosure.funnel).iter().for_each(|line| console.say(&clean_line(line)));
    }
}

/// Says on standard error that not all hits were written.
pub(crate) fn say_cut(console: &Console, offset: usize, written: usize, total: usize) {
    if written >= total {
        return;
    }
    let (left, studies) = (grouped(written as u64), plural(total as u64, "study", "studies"));
    let why = match offset {
        0 => "--limit 0 writes all".to_owned(),
        _ if offset + written >= total => {
            format!("--offset skips {}", grouped(offset as u64))
        }
        _ => "--limit 0 without --offset writes all".to_owned(),
    };
    console.say(&format!("{left} of {studies} written; {why}"));
}

/// Names the fields with values that were not written.
pub(crate) fn say_cut_values(console: &Console, facets: &[Facet], limit: usize) {
    let cut = facets.iter().filter(|facet| limit > 0 && facet.values.len() > limit);
    for facet in cut {
        let all = plural(facet.values.len() as u64, "value", "values");
        let name = facet.field.name();
        console.say(&format!("{name}: {limit} of {all} written; --limit 0 writes all"));
    }
}

/// Numbers of a list that the index does not have, each once.
#[derive(Debug)]
pub(crate) struct AbsentStudies {
    pub(crate) numbers: Vec<NctId>,
    of: usize,
}

impl AbsentStudies {
    /// Those of the numbers that a search filters by.
    pub(crate) fn of_filters(index: &AnyIndex, request: &Request) -> Result<Option<Self>, Failure> {
        let numbers = request.numbers();
        if numbers.is_empty() {
            return Ok(None);
        }
        let absent: Vec<NctId> = absent(index, &numbers)?.into_iter().collect();
        Ok(Some(Self::known(&absent, &numbers)))
    }

    /// Numbers that were found to be absent among those asked for.
    pub(crate) fn known(absent: &[NctId], asked: &[NctId]) -> Self {
        let each = |numbers: &[NctId]| numbers.iter().copied().collect::<BTreeSet<_>>();
        Self { numbers: each(absent).into_iter().collect(), of: each(asked).len() }
    }

    /// Names the first of them on standard error.
    pub(crate) fn say(&self, console: &Console) {
        self.say_some(console, NAMED);
    }

    /// Names all of them on standard error.
    pub(crate) fn say_all(&self, console: &Console) {
        self.say_some(console, usize::MAX);
    }

    fn say_some(&self, console: &Console, most: usize) {
        let absent = self.numbers.len();
        if absent == 0 {
            return;
        }
        if let ([one], 1) = (self.numbers.as_slice(), self.of) {
            console.say(&format!("{one} is not in the index"));
            return;
        }
        let mut named: Vec<String> = self.numbers.iter().take(most).map(NctId::to_string).collect();
        if absent > most {
            named.push(format!("and {} more", absent - most));
        }
        let named = named.join(", ");
        let verb = if absent == 1 { "is" } else { "are" };
        let of = plural(self.of as u64, "number", "numbers");
        let absent = grouped(absent as u64);
        console.say(&format!("{absent} of {of} {verb} not in the index: {named}"));
    }
}
