//! The numbers in words: a table for people, and the paragraphs of a paper.

use std::fmt::Write;

use super::boxes::stages;
use super::markdown_text::{code_span, marked};
use super::{AGAIN, NO_REASON, PrismaCounts, search_report};
use crate::origin::{FileOrigin, SourceOrigin};
use crate::state::ReviewState;
use trialdex_plan::Spelling;
use trialdex_records::study::clean;

/// A table of all numbers, sentences below it, and the searches; `spell` writes the names of
/// their options.
#[must_use]
pub fn text(
    state: &ReviewState,
    counts: &PrismaCounts,
    sentences: &[String],
    spell: Spelling,
) -> String {
    let rows = rows(counts);
    let mut out = format!("{}\n\n", clean::line(&state.title));
    let digits = rows.iter().map(|(_, count, _)| count.to_string().len()).max().unwrap_or(1);
    for (what, count, depth) in rows {
        let _ = writeln!(out, "{count:>digits$}  {}{what}", "  ".repeat(depth));
    }
    for sentence in sentences {
        let _ = write!(out, "\n{}\n", clean::line(sentence));
    }
    let searches = search_report::lines(state, spell);
    if !searches.is_empty() {
        out.push_str("\nSearches\n\n");
    }
    for line in searches {
        let _ = writeln!(out, "{}", clean::line(&line));
    }
    out
}

/// What is counted, how often, and how far it is set in.
fn rows(counts: &PrismaCounts) -> Vec<(String, usize, usize)> {
    let mut rows = Vec::new();
    let mut row = |depth: usize, what: &str, count: usize| {
        rows.push((clean::line(what).into_owned(), count, depth));
    };
    row(0, "Records identified", counts.identified);
    for source in &counts.sources {
        row(1, &source.name, source.identified);
        if source.later > 0 {
            row(2, AGAIN, source.later);
        }
    }
    if counts.elsewhere > 0 {
        row(1, "decided without a source", counts.elsewhere);
    }
    row(0, "Duplicate records", counts.duplicates);
    if counts.unnumbered > 0 {
        row(0, "Records without a registration number", counts.unnumbered);
    }
    if counts.shared > 0 {
        row(0, "Further studies of reports of several", counts.shared);
    }
    row(0, "Studies to be screened", counts.studies);
    row(1, "not yet screened", counts.unread);
    if counts.waiting > 0 {
        row(1, "read by fewer people than must", counts.waiting);
    }
    row(1, "screened", counts.screened);
    row(0, "Excluded", counts.excluded);
    for (wording, count) in &counts.reasons {
        row(1, wording, *count);
    }
    row(0, "To be looked at again", counts.maybe);
    row(0, "Conflicts", counts.conflicts);
    row(0, "Included", counts.included);
    if counts.vanished > 0 {
        row(0, "No longer in the index", counts.vanished);
    }
    rows
}

/// Methods and results, to be pasted into a paper: the searches as they were
/// run, as PRISMA-S (Rethlefsen et al., Systematic Reviews 2021; 10:39) asks
/// for, and the numbers; `sentences` say how far reviewers agree and how much
/// may have been missed.
#[must_use]
pub fn markdown(
    state: &ReviewState,
    counts: &PrismaCounts,
    sentences: &[String],
    spell: Spelling,
) -> String {
    let mut out = format!("# {}\n\n## Sources and searches\n\n", marked(&state.title));
    let mut shown = search_report::ShownStrategies::default();
    for source in &state.sources {
        let name = marked(&source.name);
        let body = match &source.latest.origin {
            SourceOrigin::Search(receipt) => {
                search_report::markdown(receipt, &source.name, &mut shown, spell)
            }
            SourceOrigin::File(file) => file_text(file),
        };
        let again = if source.runs > 1 {
            let runs = source.runs;
            let later = source.later;
            format!(" It was run {runs} times in all; later runs found {later} more.")
        } else {
            String::new()
        };
        let _ = write!(out, "### {name}\n\n{body}{again}\n\n");
    }
    let _ = write!(out, "## Study selection\n\n{}\n", results(counts));
    if !sentences.is_empty() {
        out.push_str("\n## How studies were screened\n");
        for sentence in sentences {
            let _ = write!(out, "\n{}\n", marked(sentence));
        }
    }
    let _ = write!(out, "\n## Flow of records\n\n{}", table(counts));
    out
}

fn file_text(file: &FileOrigin) -> String {
    let mut said = format!(
        "{} records were read from the {} file {}",
        file.records,
        marked(&file.format),
        code_span(&file.path),
    );
    match file.unnumbered.len() {
        0 => said.push('.'),
        unnumbered => {
            let _ = write!(said, "; {unnumbered} of them had no registration number.");
        }
    }
    said
}

/// The sentences of a results section.
fn results(counts: &PrismaCounts) -> String {
    let PrismaCounts { identified, duplicates, unnumbered, screened, excluded, included, .. } =
        counts;
    let mut said = format!(
        "{} {} identified; {duplicates} {} removed as duplicates",
        identified,
        if *identified == 1 { "record was" } else { "records were" },
        if *duplicates == 1 { "was" } else { "were" },
    );
    if *unnumbered > 0 {
        let _ = write!(said, " and {unnumbered} for want of a registration number");
    }
    if counts.shared > 0 {
        let _ = write!(said, "; reports of several studies add {} more", counts.shared);
    }
    let _ = write!(
        said,
        ". Of {} {}, {screened} {} screened and {excluded} excluded",
        counts.studies,
        if counts.studies == 1 { "study" } else { "studies" },
        if *screened == 1 { "was" } else { "were" },
    );
    if !counts.reasons.is_empty() {
        let reasons = counts.reasons.iter().map(|(wording, count)| {
            let wording = if wording == NO_REASON { "no reason given" } else { wording };
            format!("{}, n = {count}", marked(wording))
        });
        let _ = write!(said, " ({})", reasons.collect::<Vec<_>>().join("; "));
    }
    let _ = write!(said, "; {included} {} included.", if *included == 1 { "was" } else { "were" });
    for (count, what) in [
        (counts.unread, "not yet screened"),
        (counts.waiting, "still to be read by another person"),
        (counts.maybe, "to be looked at again"),
        (counts.conflicts, "in conflict between reviewers"),
        (counts.vanished, "no longer in the register's records"),
    ] {
        if count > 0 {
            let verb = if count == 1 { "is" } else { "are" };
            let _ = write!(said, " {count} {verb} {what}.");
        }
    }
    said
}

/// The boxes of the diagram as a table.
fn table(counts: &PrismaCounts) -> String {
    let mut out = "| stage | records |\n|---|---|\n".to_owned();
    for stage in stages(counts) {
        let frames = stage.rows.into_iter().flat_map(|row| [row.left, row.right]).flatten();
        for frame in frames {
            let entries: Vec<String> = frame.iter().map(|entry| marked(&entry.text)).collect();
            let _ = writeln!(out, "| {} | {} |", stage.name, entries.join("<br>"));
        }
    }
    out
}
