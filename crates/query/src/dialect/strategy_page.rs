//! Reads a printed strategy: the text of a file becomes numbered lines with
//! searches only.
//!
//! Text around, before and after searches is kept as a remark: headings,
//! labels, counts of hits, page breaks, comments and columns of tables. Text
//! that no rule explains is not searched as words: the line is refused, and the
//! words are named.
//!
//! Steps: [`plain`] signs, columns of a [`strategy_table`], the kind of each
//! line in [`line_kinds`], [`counts`] and [`labels`] off each line, names of
//! lines by [`line_combinations`], and the [`order`] of lines.

mod around;
mod counts;
mod dangling;
mod labels;
mod line_combinations;
mod line_kinds;
mod line_numbers;
mod order;
mod plain;
mod platforms;
mod search_signs;
mod site;
mod stacked;
mod strategy_table;
mod wrapped_words;

use super::Dialect;

pub(super) use counts::{COUNT, COUNTED, is_number};
pub(crate) use line_combinations::combination;
pub(super) use line_combinations::{line_number, list_of_numbers, no_line};
pub(crate) use line_numbers::{is_remark, numbered};
pub(super) use plain::plain_signs;
pub(super) use platforms::names_platform;
pub use platforms::system_named;
pub(super) use strategy_table::rows_of_signs;

/// A part of a text that is none of the strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Line of the text, from 1.
    pub at: usize,
    /// As typed.
    pub typed: String,
    /// What it is read as, such as `a heading`.
    pub why: &'static str,
}

/// Why a line is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LineRefusal {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl LineRefusal {
    pub(super) fn new(message: String, hint: &str) -> Self {
        Self { message, hint: hint.to_owned() }
    }
}

/// A line of a strategy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StrategyEntry {
    /// 0 where it has none but needs one.
    pub(crate) number: u32,
    /// Line of the text that it begins at, from 1.
    pub(crate) at: usize,
    /// Without its number, label and count, on one line.
    pub(crate) typed: String,
    /// The search, with lines that it joins named as `#3`.
    pub(crate) text: String,
    /// Which strategy of the file it belongs to, from 0.
    pub(crate) strategy: usize,
    /// What names it beside its number (in small letters).
    labels: Vec<String>,
    /// Lines below it that say how it was limited.
    additions: Vec<String>,
    pub(crate) remarks: Vec<String>,
    pub(crate) refused: Option<LineRefusal>,
}

impl StrategyEntry {
    fn new(number: u32, at: usize, text: &str) -> Self {
        Self { number, at, text: text.to_owned(), ..Self::default() }
    }

    /// Refuses the line, unless something else is wrong with it already.
    fn refuse(&mut self, refusal: LineRefusal) {
        self.refused.get_or_insert(refusal);
    }
}

/// A strategy as it is printed, read.
#[derive(Debug, Default)]
pub(crate) struct StrategyPage {
    pub(crate) entries: Vec<StrategyEntry>,
    pub(crate) passed_over: Vec<PassedOver>,
    /// The lines begin with numbers.
    numbered: bool,
    /// They begin with `S`, and lines are named so.
    pub(crate) with_s: bool,
}

/// A line of a text.
#[derive(Debug, Clone)]
struct PageLine {
    /// Line of the text, from 1.
    at: usize,
    text: String,
}

impl StrategyPage {
    /// Reads a text. In our own language (`dialect` is `None`) `1<TAB>words`
    /// has no number, lines without one are wrong where they begin the text,
    /// and all that is no number or count is part of a search.
    pub(crate) fn read(text: &str, dialect: Option<Dialect>) -> Self {
        let mut passed_over = Vec::new();
        let rows = match dialect {
            None => plain::lines(text),
            Some(of) => {
                let rows = strategy_table::arranged(&plain::plain(text), of, &mut passed_over);
                let rows = site::without(rows, of, &mut passed_over);
                stacked::arranged(rows, &mut passed_over)
            }
        };
        let mut page = line_kinds::read(&rows, dialect);
        page.passed_over.extend(passed_over);
        if dialect == Some(Dialect::WebOfScience) {
            page.without_counts_before();
        }
        if let Some(of) = dialect {
            page.part_additions(of);
            page.entries.iter_mut().for_each(strategy_table::refuse_unclear);
            page.entries.iter_mut().for_each(wrapped_words::mend);
            page.without_labels(of);
            page.refuse_titles(of);
        }
        page.without_counts(dialect);
        page.add_additions();
        page.passed_over.sort_by_key(|passed| passed.at);
        page.in_order();
        match dialect {
            Some(of) => {
                page.note_other_systems(of);
                page.part_operators();
                page.refuse_open(of);
                page.with_names(of);
            }
            None => page.entries.iter_mut().for_each(|entry| {
                entry.typed.clone_from(&entry.text);
                labels::refuse_label(entry);
            }),
        }
        page
    }

    fn pass_over(&mut self, at: usize, line: &str, why: &'static str) {
        let typed = line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.passed_over.push(PassedOver { at, typed, why });
    }

    /// Says where the first line below the name of a database is read as
    /// another system's. Databases that several systems have say nothing.
    fn note_other_systems(&mut self, of: Dialect) {
        let first = self.entries.first().map_or(0, |entry| entry.at);
        for heading in self.passed_over.iter().filter(|heading| heading.at > first) {
            let Some(named) = system_named(&heading.typed) else { continue };
            if named == of || matches!(named, Dialect::Embase | Dialect::PubMed) {
                continue;
            }
            if let Some(entry) = self.entries.iter_mut().find(|entry| entry.at > heading.at) {
                entry.remarks.push(format!(
                    "`{}` above it names {}, and it is read as of {}: put each system's strategy \
                     into a file of its own",
                    heading.typed,
                    named.name(),
                    of.name()
                ));
            }
        }
    }

    /// Puts what limits a line behind it.
    fn add_additions(&mut self) {
        for entry in &mut self.entries {
            for addition in std::mem::take(&mut entry.additions) {
                entry.text.push(' ');
                entry.text.push_str(&addition);
            }
        }
    }
}

#[cfg(test)]
mod printed;
