//! Lines of a text: which ones begin a line of the strategy, continue the one
//! above, or are text around it.

use std::collections::BTreeSet;

use super::around;
use super::counts::is_count;
use super::line_combinations::{self, LineCombination};
use super::line_numbers::{LineNumbering, NumberedLine, is_remark, names_block, numbered};
use super::page_lines::{LineRefusal, PageLine, StrategyEntry, StrategyPage};
use super::platforms::{PlatformLine, platform};
use super::search_signs::{goes_on, is_ended, is_open, is_operator, is_sure};
use super::{labels, wrapped_words};
use crate::dialect::systems::Dialect;
use crate::dialect::{additions, form, ictrp, registry};

/// Reads the lines of a text.
pub(super) fn read(lines: &[PageLine], dialect: Option<Dialect>) -> StrategyPage {
    let lines = match dialect {
        Some(of) => parted(lines, of),
        None => lines.to_vec(),
    };
    let numbering = LineNumbering::of(&lines, dialect);
    let is_line = |line: &str| {
        let limits = dialect.is_some_and(|of| additions::is_addition(line, of));
        limits || numbering.number(line, dialect).is_some()
    };
    let heads = dialect.map(|_| around::running_heads(&lines, is_line)).unwrap_or_default();
    let page =
        StrategyPage { numbered: numbering != LineNumbering::None, ..StrategyPage::default() };
    let number = |line: &PageLine| Some(numbering.number(&line.text, dialect)?.number);
    let numbers: BTreeSet<u32> = lines.iter().filter_map(number).collect();
    let plain =
        |line: &&PageLine| numbered(&line.text, dialect).is_some() && !names_block(&line.text);
    let has_plain_numbers = dialect.is_some() && lines.iter().filter(plain).count() > 1;
    let after_blank = false;
    let mut reader = StrategyPageReader {
        page,
        dialect,
        numbering,
        heads,
        after_blank,
        numbers,
        has_plain_numbers,
    };
    for PageLine { at, text } in &lines {
        reader.line(*at, text);
    }
    reader.page
}

/// Splits lines that hold several with numbers: `1. exp Gout/ 2.
/// gout.ti.`
fn parted(lines: &[PageLine], of: Dialect) -> Vec<PageLine> {
    let numbers: Vec<Option<u32>> = lines
        .iter()
        .map(|line| Some(LineNumbering::Digits.number(&line.text, Some(of))?.number))
        .collect();
    let known: BTreeSet<u32> = numbers.iter().flatten().copied().collect();
    let mut parted = Vec::with_capacity(lines.len());
    for (PageLine { at, text }, number) in lines.iter().zip(&numbers) {
        let mut rest = text.as_str();
        let mut next = number.map(|number| number + 1);
        while let Some(number) = next.filter(|number| !known.contains(number)) {
            let Some(place) = place_of(rest, number) else { break };
            parted.push(PageLine { at: *at, text: rest[..place].to_owned() });
            rest = &rest[place..];
            next = Some(number + 1);
        }
        parted.push(PageLine { at: *at, text: rest.to_owned() });
    }
    parted
}

/// Where a line with a number begins within a text: ` 2. `, ` #2 `.
fn place_of(text: &str, number: u32) -> Option<usize> {
    let forms = [
        format!(" {number}. "),
        format!(" {number}) "),
        format!(" #{number} "),
        format!(" #{number}: "),
        format!(" S{number} "),
    ];
    let bare = format!(" {number} ");
    let counted = text.match_indices(bare.as_str());
    let counted = counted.filter(|(at, _)| ends_with_count(&text[..*at]));
    let places = forms.iter().flat_map(|form| text.match_indices(form.as_str())).chain(counted);
    let begins = |at: usize, form: &str| {
        let (before, after) = (text[..at].trim_end(), &text[at + form.len()..]);
        let last = before.split([' ', '(']).next_back().unwrap_or_default().to_lowercase();
        let next = after.split_whitespace().next().unwrap_or_default().to_lowercase();
        let named = form.contains(['#', 'S']);
        let joined = named && (is_operator(&next) || next.starts_with(')') || next.is_empty());
        !is_open(before)
            && !is_operator(&last)
            && !joined
            && !before.is_empty()
            && before.chars().any(char::is_alphabetic) | before.contains(char::is_whitespace)
    };
    let mut places = places.filter(|(at, form)| begins(*at, form)).map(|(at, _)| at);
    places.next().map(|at| at + 1)
}

/// Whether a text is a search and a count of hits in brackets behind it.
fn ends_with_count(text: &str) -> bool {
    let counted = text.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
    counted.is_some_and(|(search, count)| is_count(count) && !is_open(search))
}

struct StrategyPageReader {
    page: StrategyPage,
    dialect: Option<Dialect>,
    numbering: LineNumbering,
    /// Texts that are repeated on each page.
    heads: Vec<String>,
    after_blank: bool,
    /// The numbers of all lines.
    numbers: BTreeSet<u32>,
    /// Lines begin with numbers alone.
    has_plain_numbers: bool,
}

/// What a line of a text is.
enum LineKind<'a> {
    Blank,
    /// A remark of our own language, which says nothing.
    Remark,
    /// None of the strategy.
    Passed(&'static str),
    Numbered(NumberedLine<'a>),
    /// A search behind the name of a database.
    Named(&'a str),
    /// How the line above was limited.
    Addition,
    /// The rest of the line above, for sure or not.
    Rest {
        sure: bool,
    },
    /// A line of a strategy without numbers.
    Search,
    /// A line with a label in place of a number.
    Labelled,
    /// A line that should have a number.
    WithoutNumber,
    /// Nothing says what it is.
    Unexplained,
}

impl StrategyPageReader {
    fn line(&mut self, at: usize, line: &str) {
        let blank = std::mem::replace(&mut self.after_blank, false);
        match self.kind(line, blank) {
            LineKind::Blank => self.after_blank = true,
            LineKind::Remark => self.after_blank = blank,
            LineKind::Passed(why) => {
                self.page.pass_over(at, line, why);
                self.after_blank = blank && why == REMARK;
            }
            LineKind::Numbered(found) => self.numbered(at, &found),
            LineKind::Named(search) => self.named(at, line, search),
            LineKind::Addition => {
                if let Some(last) = self.page.entries.last_mut() {
                    last.additions.push(line.trim().to_owned());
                }
            }
            LineKind::Rest { sure } => self.add(at, line.trim(), sure),
            LineKind::Search => self.push(at, line.trim()),
            LineKind::Labelled => self.labelled(at, line.trim()),
            LineKind::WithoutNumber if self.dialect.is_some() => {
                self.refused(at, line.trim(), without_number());
            }
            LineKind::WithoutNumber => {
                self.page.entries.push(StrategyEntry::new(0, at, line.trim()))
            }
            LineKind::Unexplained => self.refused(at, line.trim(), unexplained(line.trim())),
        }
    }

    fn numbered(&mut self, at: usize, found: &NumberedLine<'_>) {
        self.page.with_s |= found.with_s;
        let mut entry = StrategyEntry::new(found.number, at, found.text);
        entry.labels.extend((!found.name.is_empty()).then(|| found.name.to_lowercase()));
        self.page.entries.push(entry);
    }

    fn labelled(&mut self, at: usize, text: &str) {
        let next = self.page.entries.last().map_or(1, |last| last.number.saturating_add(1));
        let highest = self.numbers.last().copied().unwrap_or_default();
        let is_free = !self.numbers.contains(&next);
        let number = if is_free { next } else { highest.saturating_add(1) };
        self.numbers.insert(number);
        let mut entry = StrategyEntry::new(number, at, text);
        entry.remarks.push(format!("it has no number, and is named #{number} here"));
        self.page.entries.push(entry);
    }

    fn refused(&mut self, at: usize, text: &str, why: LineRefusal) {
        let mut entry = StrategyEntry::new(0, at, text);
        entry.refuse(why);
        self.page.entries.push(entry);
    }

    fn push(&mut self, at: usize, text: &str) {
        let number = u32::try_from(self.page.entries.len() + 1).unwrap_or(u32::MAX);
        let mut entry = StrategyEntry::new(number, at, text);
        let of_form = self.dialect == Some(Dialect::Ictrp) && ictrp::is_search(text);
        if self.dialect.is_some() && !of_form && around::is_sentence(text) {
            entry.refuse(unexplained(text));
        }
        self.page.entries.push(entry);
    }

    /// A search behind the name of a database on one line.
    fn named(&mut self, at: usize, line: &str, search: &str) {
        let line = line.trim();
        let name = line[..line.len() - search.len()].trim_end();
        self.page.pass_over(at, name, "a heading");
        let before = self.page.entries.len();
        self.line(at, search);
        // The text there is no line of a strategy with numbers.
        if self.page.entries.len() == before {
            self.after_blank = false;
        }
    }

    fn kind<'a>(&self, line: &'a str, blank: bool) -> LineKind<'a> {
        let trimmed = line.trim();
        let number = self.number(line);
        if trimmed.is_empty() {
            return LineKind::Blank;
        }
        if self.has_plain_numbers && names_block(trimmed) && !is_sure(trimmed) {
            return LineKind::Passed("a heading");
        }
        if is_remark(trimmed) && number.is_none() {
            return if self.dialect.is_some() {
                LineKind::Passed(REMARK)
            } else {
                LineKind::Remark
            };
        }
        if trimmed.chars().all(|c| !c.is_alphanumeric()) && trimmed.len() > 2 {
            return LineKind::Passed("a rule");
        }
        if let Some(of) = self.dialect
            && let Some(kind) = self.around(trimmed, number.is_some(), of)
        {
            return kind;
        }
        match number {
            Some(found) => LineKind::Numbered(found),
            None => self.without_number(line, blank),
        }
    }

    /// The kind of a line around another system's strategy.
    fn around<'a>(&self, trimmed: &'a str, numbered: bool, of: Dialect) -> Option<LineKind<'a>> {
        let last = self.page.entries.last();
        let open = last.is_some_and(|last| is_open(&last.text));
        if last.is_some()
            && !open
            && !numbered
            && !self.is_addition(trimmed)
            && around::is_below(trimmed)
        {
            return Some(LineKind::Passed("a note on the search"));
        }
        if open && trimmed.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        if around::is_date(trimmed) {
            return Some(LineKind::Passed("a date"));
        }
        let head = || self.heads.contains(&around::without_digits(trimmed));
        if !numbered && head() {
            return Some(LineKind::Passed("the head of a page"));
        }
        if let Some(why) = around::footer(trimmed).filter(|_| !numbered) {
            return Some(LineKind::Passed(why));
        }
        if numbered || self.is_addition(trimmed) || (open && !trimmed.contains(':')) {
            return None;
        }
        match platform(trimmed, of)? {
            PlatformLine::Heading => Some(LineKind::Passed("a heading")),
            PlatformLine::Search(search) => Some(LineKind::Named(search)),
            // Of a file that says more, it is a heading.
            PlatformLine::Unclear(search) if !self.is_numbered() && last.is_none() => {
                (!around::is_sentence(search)).then_some(LineKind::Named(search))
            }
            PlatformLine::Unclear(_) => None,
        }
    }

    fn without_number<'a>(&self, line: &'a str, blank: bool) -> LineKind<'a> {
        let trimmed = line.trim();
        if self.is_addition(trimmed) {
            LineKind::Addition
        } else if self.is_heading(trimmed, blank) {
            LineKind::Passed("a heading")
        } else if let Some(sure) = self.goes_on(line, blank) {
            LineKind::Rest { sure }
        } else if !self.is_numbered() {
            LineKind::Search
        } else if self.has_number_of_its_own(trimmed) {
            LineKind::Labelled
        } else if self.dialect.is_none() || is_sure(trimmed) {
            LineKind::WithoutNumber
        } else if blank || self.page.entries.is_empty() {
            LineKind::Passed("without a number")
        } else {
            LineKind::Unexplained
        }
    }

    /// Whether a line without a number is a search behind a known label, or
    /// joins other lines: it gets a number.
    fn has_number_of_its_own(&self, trimmed: &str) -> bool {
        let joins = |of| {
            matches!(
                line_combinations::joined(trimmed, of, &|_| None),
                Some(LineCombination::Lines(..))
            )
        };
        self.is_numbered()
            && self.dialect.is_some_and(|of| labels::is_labelled_search(trimmed, of) || joins(of))
    }

    fn is_numbered(&self) -> bool {
        self.numbering != LineNumbering::None
    }

    /// The number of a line, unless it is a line that the one before goes on
    /// in and that begins with a number by chance.
    fn number<'a>(&self, line: &'a str) -> Option<NumberedLine<'a>> {
        let found = self.numbering.number(line, self.dialect)?;
        let Some(last) = self.page.entries.last() else { return Some(found) };
        let follows = found.number.abs_diff(last.number) == 1;
        let bare = found.bare && (is_open(&last.text) || found.number > last.number + 100);
        (follows || !bare).then_some(found)
    }

    /// Whether a line is a limit to the one before.
    fn is_addition(&self, trimmed: &str) -> bool {
        let is_addition = self.dialect.is_some_and(|of| additions::is_addition(trimmed, of));
        is_addition && !self.page.entries.is_empty()
    }

    fn is_heading(&self, trimmed: &str, after_blank: bool) -> bool {
        if let Some(last) = self.page.entries.last().filter(|last| is_open(&last.text)) {
            return wrapped_words::awaits_block(&last.text) && labels::is_label(trimmed);
        }
        let known = around::is_heading(trimmed);
        let Some(_) = self.dialect else {
            return trimmed.ends_with(':') || (known && self.is_numbered());
        };
        let joins = trimmed.split_whitespace().any(|word| is_operator(&word.to_lowercase()));
        if trimmed.ends_with(':') || (labels::is_label(trimmed) && !joins) {
            return true;
        }
        if is_sure(trimmed) || goes_on(trimmed) {
            return false;
        }
        if self.has_number_of_its_own(trimmed) {
            return false;
        }
        if self.is_numbered() {
            return self.page.entries.is_empty() || known || after_blank;
        }
        let says_more = trimmed.contains(['(', '[', '"', '*']) && !trimmed.contains(['<', ':']);
        known && !says_more
    }

    /// Whether a line is the rest of the one before; `Some(true)` where that
    /// is sure.
    fn goes_on(&self, line: &str, after_blank: bool) -> Option<bool> {
        const LONG: usize = 50;
        let last = self.page.entries.last().filter(|last| last.number > 0)?;
        let trimmed = line.trim();
        let first = trimmed.split_whitespace().next().unwrap_or_default().to_lowercase();
        if is_open(&last.text) || is_operator(&first) {
            return Some(true);
        }
        let touches = self.is_numbered() && !after_blank;
        let indented = line.starts_with([' ', '\t']);
        if self.dialect.is_none() {
            return (touches && indented).then_some(false);
        }
        let form = self.dialect.is_some_and(|of| goes_on_form(&last.text, trimmed, of));
        if goes_on(trimmed) || (form && !self.is_numbered()) {
            return Some(true);
        }
        let more = is_sure(trimmed) || indented || last.text.len() > LONG;
        let wrapped = !self.is_numbered() && !after_blank && self.lacks_field(&last.text);
        (((touches && more) || wrapped) && !is_ended(&last.text)).then_some(false)
    }

    /// Whether operands of a text have fields behind them, and the last one
    /// has none.
    fn lacks_field(&self, text: &str) -> bool {
        let behind = [Dialect::PubMed, Dialect::Ovid, Dialect::Embase, Dialect::Cochrane];
        let joins = text.split_whitespace().any(|word| is_operator(&word.to_lowercase()));
        self.dialect.is_some_and(|of| behind.contains(&of)) && joins && is_sure_of_field(text)
    }

    fn add(&mut self, at: usize, more: &str, sure: bool) {
        let Some(last) = self.page.entries.last_mut() else { return };
        if self.dialect.is_some() && more.bytes().all(|byte| byte.is_ascii_digit()) {
            last.refuse(may_be_page(at, more));
        }
        match self.dialect {
            Some(_) if !self.numbering.is_some() && is_operator(&more.to_lowercase()) => {
                wrapped_words::begin_block(&mut last.text, more);
            }
            Some(_) => wrapped_words::join(&mut last.text, more),
            None => {
                last.text.push(' ');
                last.text.push_str(more);
            }
        }
        if !sure && self.dialect.is_some() {
            last.remarks.push(format!("line {at} is read as the rest of this one"));
        }
    }
}

/// Whether a text has a field or heading, beside operators.
fn is_sure_of_field(text: &str) -> bool {
    text.split_whitespace().any(|word| !is_operator(&word.to_lowercase()) && is_sure(word))
}

/// Whether a line is more of the printed form that the lines above it are.
fn goes_on_form(above: &str, line: &str, of: Dialect) -> bool {
    let label_of = |line: &str| match of {
        Dialect::Ictrp => form::label_at(line, 0, ictrp::LABELS.iter()),
        Dialect::ClinicalTrials => form::label_at(line, 0, registry::labels()),
        _ => None,
    };
    let (above, line) = (above.to_ascii_lowercase(), line.to_ascii_lowercase());
    let Some(length) = label_of(&line) else { return false };
    let chosen = of == Dialect::Ictrp && ictrp::is_list(&line);
    (chosen || label_of(&above).is_some()) && !above.contains(&line[..length])
}

/// The name of a line that says that it is no search.
const REMARK: &str = "a remark";

fn without_number() -> LineRefusal {
    LineRefusal::new(
        "the line has no number".to_owned(),
        "begin it with its number, join it to the line above, or begin it with `// ` for a remark",
    )
}

fn unexplained(words: &str) -> LineRefusal {
    LineRefusal::new(
        format!("`{words}` may be part of the search above, or a remark"),
        "join it to the line above, or begin it with `// ` for a remark",
    )
}

fn may_be_page(at: usize, number: &str) -> LineRefusal {
    LineRefusal {
        message: format!("`{number}` on line {at} may be the number of a page"),
        hint: format!("delete line {at}, or join it to the line above"),
    }
}
