//! Hits as lines of a run, as evaluation tools read them.

use std::io::{self, Write};

use trialdex_engine::search::{Hit, HitWindow};
use trialdex_output::{clean_line, plural};

use super::console::Console;

/// Queries that are named one by one.
const NAMED: usize = 10;

/// Writes what a query found as lines of a run, as evaluation tools read it.
pub(crate) fn write_run(
    out: &mut impl Write,
    query: &str,
    hits: &[Hit],
    tag: &str,
) -> io::Result<()> {
    for Hit { nct_id, rank, score, .. } in hits {
        writeln!(out, "{query} Q0 {nct_id} {rank} {score:.6} {tag}")?;
    }
    Ok(())
}

/// Says which queries have more hits than were written.
pub(crate) fn say_cut_runs(console: &Console, limit: usize, cut: &[String]) {
    if cut.is_empty() {
        return;
    }
    let queries = plural(cut.len() as u64, "query has", "queries have");
    let hits = plural(limit as u64, "hit", "hits");
    let mut named: Vec<&str> = cut.iter().take(NAMED).map(String::as_str).collect();
    named.extend((cut.len() > NAMED).then_some("..."));
    let named = named.join(", ");
    console.say(&clean_line(&format!(
        "{queries} more than the {hits} written of each: {named}; --limit 0 writes all"
    )));
}

pub(crate) fn window(offset: usize, limit: usize) -> HitWindow {
    HitWindow { offset, limit: (limit > 0).then_some(limit) }
}
