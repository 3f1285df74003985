//! A strategy as it is printed: its lines, and the text around them.

/// A part of a text that does not belong to the strategy.
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
    pub(in crate::dialect) fn new(message: String, hint: &str) -> Self {
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
    pub(super) labels: Vec<String>,
    /// Lines below it that say how it was limited.
    pub(super) additions: Vec<String>,
    pub(crate) remarks: Vec<String>,
    pub(crate) refused: Option<LineRefusal>,
}

impl StrategyEntry {
    pub(super) fn new(number: u32, at: usize, text: &str) -> Self {
        Self { number, at, text: text.to_owned(), ..Self::default() }
    }

    /// Refuses the line, unless something else is wrong with it already.
    pub(super) fn refuse(&mut self, refusal: LineRefusal) {
        self.refused.get_or_insert(refusal);
    }
}

/// A strategy as it is printed, read.
#[derive(Debug, Default)]
pub(crate) struct StrategyPage {
    pub(crate) entries: Vec<StrategyEntry>,
    pub(crate) passed_over: Vec<PassedOver>,
    /// The lines begin with numbers.
    pub(super) numbered: bool,
    /// They begin with `S`, and lines are named so.
    pub(crate) with_s: bool,
}

/// A line of a text.
#[derive(Debug, Clone)]
pub(super) struct PageLine {
    /// Line of the text, from 1.
    pub(super) at: usize,
    pub(super) text: String,
}

impl StrategyPage {
    pub(super) fn pass_over(&mut self, at: usize, line: &str, why: &'static str) {
        let typed = line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.passed_over.push(PassedOver { at, typed, why });
    }
}
