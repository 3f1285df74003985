//! Translates whole strategies: texts with the searches of one or several
//! databases.

use std::fmt::Write as _;

use super::database_blocks;
use super::earlier_lines::EarlierLines;
use super::line_translation::{LineTranslation, line};
use super::strategy_page::{COUNT, PassedOver, StrategyEntry, StrategyPage};
use super::systems::Dialect;
use super::value::PartValue;
use crate::{Diagnostic, StrategyLineError};

/// A strategy in our language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translation {
    /// What it was written for.
    pub dialect: Dialect,
    /// Its lines, in their order.
    pub lines: Vec<TranslatedLine>,
    /// What of the text is no line of the strategy.
    pub passed_over: Vec<PassedOver>,
}

/// A line of a strategy in our language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranslatedLine {
    /// The number that it is named by; counted from 1 where lines have none.
    pub number: u32,
    /// Line of the text, from 1.
    pub at: usize,
    /// As typed, without its number and count of hits.
    pub typed: String,
    /// In our language; other lines are named as `#3`. `None` where nothing
    /// of the line can be said.
    pub translated: Option<String>,
    /// What changed in meaning, is left out, or is not understood.
    pub remarks: Vec<String>,
    /// Which strategy of the text it belongs to, from 0.
    pub strategy: usize,
    /// Why it is not read, where nothing says what some of its words are. A
    /// strategy with such a line is not run.
    pub refused: Option<Diagnostic>,
}

impl Translation {
    /// The strategy as numbered lines, with remarks as lines that begin with
    /// `//`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = writeln!(text, "// written for {}", self.dialect.name());
        let counts = self.passed_over.iter().filter(|passed| passed.why == COUNT).count();
        if counts > 0 {
            let lines = if counts == 1 { "line" } else { "lines" };
            let _ = writeln!(text, "// counts of hits elsewhere are skipped on {counts} {lines}");
        }
        for passed in self.passed_over.iter().filter(|passed| passed.why != COUNT) {
            let (at, typed, why) = (passed.at, &passed.typed, passed.why);
            let _ = writeln!(text, "// line {at} is skipped, {why}: {typed}");
        }
        for line in &self.lines {
            for notice in line.notices() {
                let _ = writeln!(text, "// {notice}");
            }
            if let Some(translated) = &line.translated {
                let _ = writeln!(text, "{}. {translated}", line.number);
            }
        }
        text
    }

    /// The remark about skipped parts that count.
    #[must_use]
    pub fn around(&self) -> Option<String> {
        let mut around = self.passed_over.iter().filter(|passed| passed.why != COUNT);
        let first = around.next()?;
        let (at, typed, why) = (first.at, &first.typed, first.why);
        Some(match around.count() {
            0 => format!("line {at} is skipped, {why}: `{typed}`"),
            more => format!("line {at} is skipped, {why}: `{typed}`, and {more} more"),
        })
    }

    /// Lines with words whose meaning is unclear.
    #[must_use]
    pub fn refused(&self) -> Vec<StrategyLineError> {
        let wrong = |line: &TranslatedLine| {
            let diagnostics = vec![line.refused.clone()?];
            Some(StrategyLineError { at: line.at, typed: line.typed.clone(), diagnostics })
        };
        self.lines.iter().filter_map(wrong).collect()
    }

    /// The remarks about all lines, without those about skipped text.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let said = |line: &TranslatedLine| line.notices();
        self.lines.iter().flat_map(said).collect()
    }

    /// The last line that says anything, with the lines that it names put in;
    /// `None` also where the whole strategy grows too long by that.
    #[must_use]
    pub fn expression(&self) -> Option<String> {
        let last = self.lines.iter().rposition(|line| line.translated.is_some())?;
        let mut whole: Vec<(u32, String)> = Vec::new();
        let mut bytes = 0;
        for line in &self.lines[..=last] {
            let Some(translated) = &line.translated else { continue };
            let filled = crate::strategy::filled(translated, |number| {
                let known = whole.iter().rev().find(|(known, _)| *known == number);
                known.map(|(_, text)| text.as_str())
            })?;
            bytes += filled.len();
            if bytes > crate::strategy::LONGEST_OF_ALL {
                return None;
            }
            whole.push((line.number, filled));
        }
        whole.pop().map(|(_, text)| text)
    }
}

impl TranslatedLine {
    /// The remarks about it, with its number.
    #[must_use]
    pub fn notices(&self) -> Vec<String> {
        let name = match self.number {
            0 => format!("line {}", self.at),
            number => format!("#{number}"),
        };
        let out = self.translated.is_none();
        let out = out.then(|| format!("{name} is left out: {}", self.typed));
        let refused = self.refused.iter().map(|found| format!("{name}: {}", found.message));
        let remarks = self.remarks.iter().map(|remark| format!("{name}: {remark}"));
        out.into_iter().chain(refused).chain(remarks).collect()
    }
}

/// A strategy of another system in our language.
#[must_use]
pub fn translate(text: &str, dialect: Dialect) -> Translation {
    let mut known = EarlierLines::default();
    let (mut lines, mut passed_over): (Vec<TranslatedLine>, Vec<PassedOver>) = Default::default();
    let mut strategies = 0;
    for block in database_blocks::of(text, dialect) {
        let of = block.dialect.rules();
        let page = StrategyPage::read(&block.text, Some(of));
        let begin = lines.len();
        for mut entry in page.entries {
            entry.strategy += strategies;
            known.begin(entry.strategy);
            lines.push(translated(entry, of, &mut known));
        }
        strategies = lines.last().map_or(0, |last| last.strategy + 1);
        passed_over.extend(page.passed_over);
        if let Some(first) = lines.get_mut(begin).filter(|_| block.dialect != dialect) {
            let name = block.dialect.name();
            first.remarks.push(format!("below `{}`, lines are read as of {name}", block.heading));
        }
    }
    Translation { dialect, lines, passed_over }
}

/// A line of a page in our language.
fn translated(entry: StrategyEntry, dialect: Dialect, known: &mut EarlierLines) -> TranslatedLine {
    let LineTranslation { said: mut translated, mut remarks, mut value, refused } =
        line(&entry.text, dialect, known);
    let refused = entry.refused.or(refused).map(|refusal| Diagnostic {
        span: 0..entry.typed.len(),
        message: refusal.message,
        hint: refusal.hint,
    });
    if refused.is_some() {
        (translated, remarks, value) = (None, Vec::new(), PartValue::left_out());
    }
    remarks.extend(entry.remarks);
    let typed_number = entry.number;
    let number = if typed_number == 0 { 0 } else { known.add(typed_number, value) };
    if number != typed_number {
        let why = if known.strategy == 0 { "as one above" } else { "as one of a strategy above" };
        remarks.push(format!("it was #{typed_number}, {why}; those below name this one"));
    }
    let StrategyEntry { at, typed, strategy, .. } = entry;
    TranslatedLine { number, at, typed, translated, remarks, strategy, refused }
}
