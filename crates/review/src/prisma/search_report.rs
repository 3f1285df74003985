//! The searches as they were run, as PRISMA-S asks for them (Rethlefsen et
//! al., Systematic Reviews 2021; 10:39, items 1, 8, 9 and 13).

use std::fmt::Write;

use serde::Serialize;

use super::markdown_text::{code, code_span, marked};
use crate::origin::SourceOrigin;
use crate::state::ReviewState;
use trialdex_plan::receipt::{Contents, LeftOutLine, Receipt, UsedStrategy, VocabularyUsed};
use trialdex_plan::{Disclosure, Spelling, pair_name};

/// A search without its hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportedSearch<'a> {
    /// What it is called.
    pub name: &'a str,
    /// When it was last run, in RFC 3339.
    pub date: &'a str,
    /// Version of the program.
    pub program: &'a str,
    /// What was typed; see [`Receipt::typed`].
    pub typed: &'a [(String, String)],
    /// The strategy, where a line of one was run.
    pub strategy: Option<&'a UsedStrategy>,
    /// The whole of it as one expression.
    pub understood: &'a str,
    /// How freely words matched: `none`, `term` or `concept`.
    pub expand: &'a str,
    /// What the index held.
    pub index: &'a Contents,
    /// The vocabulary that names were looked up in.
    pub vocabulary: Option<&'a VocabularyUsed>,
    /// Digest of the user's own list of synonyms.
    pub synonyms: Option<&'a str>,
    /// What the number of records takes in and leaves out; `None` where the
    /// receipt does not say.
    pub disclosure: Option<&'a Disclosure>,
    /// Records found.
    pub total: usize,
}

/// The searches of a review, each as it was last run.
#[must_use]
pub fn searches(state: &ReviewState) -> Vec<ReportedSearch<'_>> {
    let searches = state.sources.iter().filter_map(|source| match &source.latest.origin {
        SourceOrigin::Search(receipt) => Some(ReportedSearch {
            name: &source.name,
            date: &receipt.date,
            program: &receipt.program,
            typed: &receipt.typed,
            strategy: receipt.strategy.as_deref(),
            understood: &receipt.understood,
            expand: level(receipt),
            index: &receipt.index,
            vocabulary: receipt.vocabulary.as_ref(),
            synonyms: receipt.synonyms.as_deref(),
            disclosure: receipt.disclosure.as_deref(),
            total: receipt.total,
        }),
        SourceOrigin::File(_) => None,
    });
    searches.collect()
}

fn level(receipt: &Receipt) -> &str {
    receipt.typed_for("expand").unwrap_or("concept")
}

/// How words matched, in sentences; `spell` writes the names of options.
fn manner(receipt: &Receipt, spell: Spelling) -> String {
    let level = level(receipt);
    let (expand, explode, any) = (spell.of("expand"), spell.of("explode"), spell.of("any"));
    let forms = match level {
        "none" => "as they are written",
        "term" => "in any form and spelling, without other names",
        _ => "in any form and spelling, and by their synonyms",
    };
    let mut said = format!("Words were looked for {forms} ({expand} {level})");
    if receipt.typed_for("explode").is_some() {
        let _ = write!(said, ", with the names of all that is narrower in MeSH ({explode})");
    }
    if receipt.typed_for("any").is_some() {
        let _ = write!(said, "; any of them was enough ({any})");
    }
    said.push('.');
    if let Some(digest) = &receipt.synonyms {
        let _ = write!(said, " A list of synonyms of one's own was used (digest {digest}).");
    }
    said + &names(receipt)
}

/// The names that were searched, and the studies that filters left out because
/// they have no value. Nothing if the receipt has none of this.
fn names(receipt: &Receipt) -> String {
    let Some(disclosure) = &receipt.disclosure else { return String::new() };
    let mut said = " No other name was searched.".to_owned();
    if !disclosure.also_searched.is_empty() {
        let also: Vec<String> = disclosure.also_searched.iter().map(ToString::to_string).collect();
        said = format!(" Other names searched: {}.", also.join("; "));
    }
    for left_out in &disclosure.missing {
        let _ = write!(said, " Left out by {}: {left_out}.", left_out.filter);
    }
    said
}

fn day(receipt: &Receipt) -> &str {
    receipt.date.split('T').next().unwrap_or_default()
}

/// What the index held: number of studies, the last update among them, digest.
fn index(receipt: &Receipt) -> String {
    let Contents { digest, studies, latest_update } = &receipt.index;
    let update = latest_update.as_deref().map(|day| format!(", last updated {day}"));
    format!("{studies} studies{}, index digest {digest}", update.unwrap_or_default())
}

/// What was typed, a pair a line; without what names the line of a strategy.
fn typed(receipt: &Receipt) -> String {
    // The system that the strategy was written for is shown with it.
    let strategy = |name: &str| {
        matches!(pair_name(name), Some("strategy" | "from")) && receipt.strategy.is_some()
    };
    let typed = receipt.typed.iter().filter(|(name, _)| !strategy(name));
    let typed = typed.map(|(name, value)| match name.as_str() {
        "" => value.clone(),
        name => format!("{name}: {value}").trim_end_matches([':', ' ']).to_owned(),
    });
    typed.collect::<Vec<_>>().join("\n")
}

/// The lines of a text report on all searches.
pub(super) fn lines(state: &ReviewState, spell: Spelling) -> Vec<String> {
    let (mut lines, mut shown) = (Vec::new(), ShownStrategies::default());
    for source in &state.sources {
        let SourceOrigin::Search(receipt) = &source.latest.origin else { continue };
        let (day, total) = (day(receipt), receipt.total);
        lines.push(format!("{}, run on {day} by trialdex {}", source.name, receipt.program));
        lines.push(format!("  {}", index(receipt)));
        match &receipt.strategy {
            None => lines.push(format!("  {total} found by {}", receipt.understood)),
            Some(strategy) => {
                lines.extend(lines_of(strategy, receipt, shown.before(strategy, &source.name)));
            }
        }
        lines.push(format!("  {}", manner(receipt, spell)));
    }
    lines
}

/// Strategies that are shown with all their lines, and with which search.
#[derive(Default)]
pub(super) struct ShownStrategies<'a>(Vec<(&'a UsedStrategy, &'a str)>);

impl<'a> ShownStrategies<'a> {
    /// The search with which the same lines with the same counts are shown
    /// already; else this is that search.
    fn before(&mut self, strategy: &'a UsedStrategy, search: &'a str) -> Option<&'a str> {
        let same = |known: &UsedStrategy| {
            (&known.file, &known.digest, &known.lines)
                == (&strategy.file, &strategy.digest, &strategy.lines)
        };
        let before = self.0.iter().find(|(known, _)| same(known)).map(|(_, search)| *search);
        if before.is_none() {
            self.0.push((strategy, search));
        }
        before
    }
}

/// A line of a strategy, even if nothing of it could be translated.
struct ReportedLine<'a> {
    number: u32,
    typed: &'a str,
    /// In our language, where it was typed in another one.
    translated: Option<&'a str>,
    /// Records that it found.
    found: Option<usize>,
    remarks: &'a [String],
}

/// All lines of a strategy, those left out among the others.
fn rows(strategy: &UsedStrategy) -> Vec<ReportedLine<'_>> {
    let lines = strategy.lines.iter().map(|line| ReportedLine {
        number: line.number,
        typed: &line.typed,
        translated: line.translated.as_deref(),
        found: Some(line.found),
        remarks: &line.remarks,
    });
    let mut rows: Vec<ReportedLine<'_>> = lines.collect();
    for LeftOutLine { number, typed, remarks } in &strategy.left_out {
        let at = rows.iter().position(|row| row.number > *number).unwrap_or(rows.len());
        rows.insert(
            at,
            ReportedLine { number: *number, typed, translated: None, found: None, remarks },
        );
    }
    rows
}

fn lines_of(strategy: &UsedStrategy, receipt: &Receipt, before: Option<&str>) -> Vec<String> {
    let UsedStrategy { file, line, .. } = strategy;
    let from =
        strategy.system().map(|from| format!(", translated from {from}")).unwrap_or_default();
    let mut said = vec![format!("  {} found by line #{line} of {file}{from}", receipt.total)];
    match before {
        Some(search) => said.push(format!("    with lines and counts as for {search}")),
        None => said.extend(shown_rows(&rows(strategy))),
    }
    let beside = typed(receipt);
    if !beside.is_empty() {
        said.push(format!("    with {}", beside.replace('\n', ", ")));
    }
    said
}

/// Numbers, counts and lines in columns; below each, what it is in our
/// language, and what changed.
fn shown_rows(rows: &[ReportedLine<'_>]) -> Vec<String> {
    let found =
        |row: &ReportedLine<'_>| row.found.map_or("-".to_owned(), |found| found.to_string());
    let digits = rows.iter().map(|row| found(row).len()).max().unwrap_or(1);
    let names = rows.iter().map(|row| row.number.to_string().len()).max().unwrap_or(1) + 1;
    let mut said = Vec::new();
    for row in rows {
        let (number, found) = (format!("#{}", row.number), found(row));
        said.push(format!("    {number:<names$}  {found:>digits$}  {}", row.typed));
        let below = " ".repeat(4 + names + 2 + digits + 2);
        said.extend(row.translated.map(|ours| format!("{below}= {ours}")));
        said.extend(row.remarks.iter().map(|remark| format!("{below}({remark})")));
    }
    said
}

/// A search in a methods section, in Markdown.
pub(super) fn markdown<'a>(
    receipt: &'a Receipt,
    name: &'a str,
    shown: &mut ShownStrategies<'a>,
    spell: Spelling,
) -> String {
    let searched = format!(
        "ClinicalTrials.gov records ({}) were searched on {} with trialdex {} for",
        index(receipt),
        day(receipt),
        marked(&receipt.program),
    );
    let typed = typed(receipt);
    let mut said = match &receipt.strategy {
        None => format!("{searched}:\n\n{}", code(&typed)),
        Some(strategy) => strategy_text(&searched, strategy, &typed, shown.before(strategy, name)),
    };
    if receipt.understood != typed {
        let _ = write!(said, "\n\nwhich was understood as:\n\n{}", code(&receipt.understood));
    }
    let _ = write!(said, "\n\n{}", marked(&manner(receipt, spell)));
    if let Some(vocabulary) = &receipt.vocabulary {
        let _ = write!(said, " Names were looked up in {}.", marked(&vocabulary.source));
    }
    let _ = write!(said, "\n\n{} records were found.", receipt.total);
    if receipt.required < receipt.clauses && receipt.total > 0 {
        let (required, clauses) = (receipt.required, receipt.clauses);
        let _ =
            write!(said, " No record has all of the words; these have {required} of {clauses}.");
    }
    said
}

/// A strategy exactly as it was run, with the records that each line found.
fn strategy_text(
    searched: &str,
    strategy: &UsedStrategy,
    beside: &str,
    before: Option<&str>,
) -> String {
    let UsedStrategy { file, digest, line, .. } = strategy;
    let from =
        strategy.system().map(|from| format!(", translated from {from}")).unwrap_or_default();
    let file = code_span(file);
    let mut said =
        format!("{searched} line #{line} of the strategy in {file} (digest {digest}{from})");
    match before {
        Some(search) => {
            let _ = write!(said, ", whose lines and counts are those of {}.", marked(search));
        }
        None => said.push_str(&table_of(strategy)),
    }
    if beside.is_empty() {
        let _ = write!(said, "\n\nLine #{line} was run,");
    } else {
        let _ = write!(said, "\n\nLine #{line} was run with:\n\n{}\n", code(beside));
    }
    said.trim_end().to_owned()
}

/// All lines of a strategy: exactly as they were run, with the records that
/// each found, and as they were understood.
fn table_of(strategy: &UsedStrategy) -> String {
    let (rows, mut said) = (rows(strategy), ":\n\n".to_owned());
    let found =
        |row: &ReportedLine<'_>| row.found.map_or("not run".to_owned(), |found| found.to_string());
    if strategy.from.is_none() {
        said.push_str("| line | search | records |\n|---|---|---:|\n");
        for row in &rows {
            let _ = writeln!(said, "| #{} | {} | {} |", row.number, marked(row.typed), found(row));
        }
    } else {
        said.push_str("| line | as published | as run | records |\n|---|---|---|---:|\n");
        for row in &rows {
            let ours = row.translated.or_else(|| row.found.map(|_| row.typed)).unwrap_or_default();
            let (typed, ours) = (marked(row.typed), marked(ours));
            let _ = writeln!(said, "| #{} | {typed} | {ours} | {} |", row.number, found(row));
        }
    }
    let remarks = |row: &ReportedLine<'_>| -> Vec<String> {
        let said = |remark: &String| format!("* #{}: {}\n", row.number, marked(remark));
        row.remarks.iter().map(said).collect()
    };
    let remarks: String = rows.iter().flat_map(remarks).collect();
    if !remarks.is_empty() {
        let _ = write!(said, "\nWhat changed in meaning:\n\n{remarks}");
    }
    let understood = strategy.lines.iter();
    let understood = understood.map(|line| format!("#{} {}", line.number, line.understood));
    let understood = understood.collect::<Vec<_>>().join("\n");
    let _ = write!(said, "\nThe lines were understood as:\n\n{}", code(&understood));
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use trialdex_plan::receipt::UsedLine;

    fn translated() -> UsedStrategy {
        let line = |number: u32, typed: &str, ours: &str, found: usize| UsedLine {
            number,
            typed: typed.to_owned(),
            translated: (typed != ours).then(|| ours.to_owned()),
            remarks: Vec::new(),
            understood: ours.to_owned(),
            found,
        };
        UsedStrategy {
            file: "tea.txt".to_owned(),
            digest: "0".repeat(32),
            line: 3,
            from: Some("ovid".to_owned()),
            lines: vec![line(1, "tea.tw.", "tea", 12), line(3, "tea | milk", "tea | milk", 7)],
            left_out: vec![LeftOutLine {
                number: 2,
                typed: "humans/".to_owned(),
                remarks: vec!["all are".to_owned()],
            }],
        }
    }

    #[test]
    fn lines_as_published_stand_beside_those_that_were_run() {
        let shown = [
            "    #1  12  tea.tw.",
            "            = tea",
            "    #2   -  humans/",
            "            (all are)",
            "    #3   7  tea | milk",
        ];
        assert_eq!(shown_rows(&rows(&translated())), shown);
        let table = table_of(&translated());
        let row = "| #1 | tea.tw. | tea | 12 |\n| #2 | humans/ |  | not run |\n\
                   | #3 | tea \\| milk | tea \\| milk | 7 |\n\nWhat changed in meaning:\n\n* #2: all are\n";
        assert!(table.contains(row), "{table}");
        assert_eq!(translated().text(), "1. tea\n3. tea | milk\n");
    }
}
