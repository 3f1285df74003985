//! Lines of a search history: their numbers, the lines that they go on in,
//! counts of hits, and what stands around them.

use super::{Dialect, additions, dates, notes};

/// What a number behind a line is taken for.
pub(super) const COUNT: &str = "a count of hits elsewhere";

/// A line of a text that is none of the strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Line of the text, from 1.
    pub at: usize,
    /// As typed.
    pub typed: String,
    /// What it is taken for, such as `a heading`.
    pub why: &'static str,
}

/// A line of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::query) struct Entry {
    pub(in crate::query) number: u32,
    /// Line of the text that it begins at, from 1.
    pub(in crate::query) at: usize,
    /// Without its number and count, on one line.
    pub(in crate::query) text: String,
    pub(in crate::query) remarks: Vec<String>,
}

/// All lines of a strategy.
#[derive(Debug, Default)]
pub(in crate::query) struct History {
    pub(in crate::query) entries: Vec<Entry>,
    pub(in crate::query) passed_over: Vec<PassedOver>,
    /// Numbers stand before the lines.
    pub(in crate::query) numbered: bool,
    /// They begin with `S`, and lines are named so.
    pub(in crate::query) with_s: bool,
}

/// Beginnings of lines around a strategy (in small letters).
const HEADINGS: [&str; 46] = [
    "database",
    "databases",
    "search strategy",
    "search history",
    "search name",
    "search date",
    "searched on",
    "searched",
    "date run",
    "date searched",
    "date of search",
    "last searched",
    "comment",
    "interface",
    "search screen",
    "platform",
    "ovid",
    "medline",
    "embase <",
    "embase (",
    "embase 1",
    "pubmed",
    "cinahl",
    "cochrane",
    "central (",
    "central <",
    "central via",
    "central:",
    "web of science",
    "scopus",
    "psycinfo",
    "id search hits",
    "id\tsearch",
    "# search",
    "#\tsearch",
    "set\t",
    "search number",
    "query results",
    "no. query",
    "no query",
    "search id",
    "searches results",
    "#\tquery",
    "limiters",
    "expanders",
    "http",
];

/// Endings of a line that goes on in the next.
const OPEN_ENDS: [&str; 12] =
    ["or", "and", "not", "near", "next", "exp", "adj", "adj2", "adj3", "adj4", "adj5", "to"];

impl History {
    /// Reads a text. In our own language (`dialect` is `None`) `1<TAB>words`
    /// has no number, and lines without one are wrong where they begin the
    /// text.
    pub(in crate::query) fn read(text: &str, dialect: Option<Dialect>) -> Self {
        let mut reader = Reader {
            history: Self::default(),
            dialect,
            numbered: begins_with_numbers(text, dialect),
            after_blank: false,
        };
        for (at, line) in (1..).zip(text.lines()) {
            reader.line(at, line);
        }
        let mut history = reader.history;
        history.numbered = reader.numbered;
        if dialect == Some(Dialect::WebOfScience) {
            history.without_counts_before();
        }
        history.without_counts(dialect);
        history.in_order();
        history
    }

    fn pass_over(&mut self, at: usize, line: &str, why: &'static str) {
        let typed = line.split_whitespace().collect::<Vec<_>>().join(" ");
        self.passed_over.push(PassedOver { at, typed, why });
    }

    /// Takes Web of Science's counts of hits off the beginnings of lines, if
    /// all have one.
    fn without_counts_before(&mut self) {
        let front = |text: &str| -> Option<usize> {
            let (first, rest) = text.split_once(char::is_whitespace)?;
            (is_count(first) && !rest.trim().is_empty()).then_some(first.len())
        };
        let fronts: Vec<_> = self.entries.iter().map(|entry| front(&entry.text)).collect();
        if !self.numbered || !fronts.iter().all(Option::is_some) {
            return;
        }
        for (entry, front) in self.entries.iter_mut().zip(fronts.into_iter().flatten()) {
            let (count, rest) = entry.text.split_at(front);
            let typed = count.to_owned();
            self.passed_over.push(PassedOver { at: entry.at, typed, why: COUNT });
            entry.text = rest.trim().to_owned();
        }
    }

    /// Takes the counts of hits off the lines.
    fn without_counts(&mut self, dialect: Option<Dialect>) {
        if !self.numbered {
            return;
        }
        let kinds: [FindCount; 4] = [in_columns, labelled, in_brackets, after_blank];
        // In our own language numbers are words, unless they have a column.
        let tabs = |text: &str| text.contains('\t');
        if dialect.is_none() && !self.entries.iter().any(|entry| tabs(&entry.text)) {
            return;
        }
        if dialect.is_some() {
            self.without_days();
        }
        let kinds = kinds.into_iter().take(if dialect.is_none() { 1 } else { 4 });
        for (kind, find) in kinds.enumerate() {
            let found: Vec<_> = self
                .entries
                .iter()
                .map(|entry| find(&entry.text).filter(|_| dialect.is_some() || tabs(&entry.text)))
                .collect();
            let with = found.iter().flatten().count();
            // A number at the end may be part of what is looked for, unless
            // every line has one.
            let enough = match kind {
                0 | 1 => with > 0,
                2 => with * 2 > found.len() || (with > 0 && dialect == Some(Dialect::Ovid)),
                _ => with > 1 && with == found.len(),
            };
            if enough {
                self.take_off(found, dialect);
                break;
            }
        }
        self.passed_over.sort_by_key(|passed| passed.at);
    }

    /// Takes the counts, and what stands behind them, off the lines: `found`
    /// says where each ends, and where its count begins.
    fn take_off(&mut self, found: Vec<Option<(usize, usize)>>, dialect: Option<Dialect>) {
        for (entry, found) in self.entries.iter_mut().zip(found) {
            let Some((end, count)) = found else { continue };
            let rest = entry.text.split_off(count);
            entry.text.truncate(end);
            for column in rest.split('\t').map(str::trim).filter(|column| !column.is_empty()) {
                if dialect.is_some_and(|of| additions::is_addition(column, of)) {
                    entry.text.push_str("  ");
                    entry.text.push_str(column);
                    continue;
                }
                let bare = column.trim_matches(['(', ')', '[', ']', '.']);
                let counts = is_count(bare) || is_labelled(bare);
                let why = if counts { COUNT } else { "another column" };
                self.passed_over.push(PassedOver { at: entry.at, typed: column.to_owned(), why });
            }
        }
    }

    /// Takes the days that searches were run on off the lines, if all have
    /// one: `12,000 12 Jan 2024`.
    fn without_days(&mut self) {
        let days: Vec<_> = self.entries.iter().map(|entry| day_at_end(&entry.text)).collect();
        if !days.iter().all(Option::is_some) {
            return;
        }
        for (entry, at) in self.entries.iter_mut().zip(days.into_iter().flatten()) {
            let typed = entry.text.split_off(at).trim().to_owned();
            entry.text.truncate(entry.text.trim_end().len());
            self.passed_over.push(PassedOver { at: entry.at, typed, why: "another column" });
        }
    }

    /// Histories that begin with the last line are turned round.
    pub(super) fn in_order(&mut self) {
        let falls = self.entries.windows(2).all(|pair| pair[0].number > pair[1].number);
        if falls && self.entries.len() > 1 {
            self.entries.reverse();
        }
    }
}

/// Finds where the text of a line ends, and where its count begins.
type FindCount = fn(&str) -> Option<(usize, usize)>;

struct Reader {
    history: History,
    dialect: Option<Dialect>,
    numbered: bool,
    after_blank: bool,
}

impl Reader {
    fn line(&mut self, at: usize, line: &str) {
        let blank = std::mem::replace(&mut self.after_blank, false);
        let trimmed = line.trim();
        if trimmed.is_empty() {
            self.after_blank = true;
        } else if is_remark(trimmed) && numbered(line, self.dialect).is_none() {
            self.after_blank = blank;
        } else if trimmed.chars().all(|c| !c.is_alphanumeric()) && trimmed.len() > 2 {
            self.history.pass_over(at, line, "a rule");
        } else if self.is_note(trimmed) {
            self.history.pass_over(at, line, "a note on the search");
        } else if let Some(found) = self.number(line) {
            self.history.with_s |= found.with_s;
            let (number, text) = (found.number, found.text.to_owned());
            self.history.entries.push(Entry { number, at, text, remarks: Vec::new() });
        } else if self.is_addition(trimmed) {
            self.add(at, trimmed);
        } else if self.is_heading(trimmed, blank) {
            self.history.pass_over(at, line, "a heading");
        } else if self.goes_on(line, blank) {
            self.add(at, trimmed);
        } else if self.numbered && self.dialect.is_some() {
            self.history.pass_over(at, line, "without a number");
        } else if self.numbered {
            let entry = Entry { number: 0, at, text: trimmed.to_owned(), remarks: Vec::new() };
            self.history.entries.push(entry);
        } else {
            let number = u32::try_from(self.history.entries.len() + 1).unwrap_or(u32::MAX);
            let entry = Entry { number, at, text: trimmed.to_owned(), remarks: Vec::new() };
            self.history.entries.push(entry);
        }
    }

    /// The number of a line, unless it is a line that the one before goes on
    /// in and that begins with a number by chance.
    fn number<'a>(&self, line: &'a str) -> Option<Numbered<'a>> {
        let found = numbered(line, self.dialect).filter(|_| self.numbered)?;
        let Some(last) = self.history.entries.last() else { return Some(found) };
        let follows = found.number.abs_diff(last.number) == 1;
        let bare = found.bare && (is_open(&last.text) || found.number > last.number + 100);
        (follows || !bare).then_some(found)
    }

    /// Whether a line is a limit to the one before.
    fn is_addition(&self, trimmed: &str) -> bool {
        let is_addition = self.dialect.is_some_and(|of| additions::is_addition(trimmed, of));
        is_addition && !self.history.entries.is_empty()
    }

    /// Whether a line below a search of another system is a count or a remark.
    fn is_note(&self, trimmed: &str) -> bool {
        let goes_on = |last: &Entry| is_open(&last.text);
        self.dialect.is_some()
            && self.history.entries.last().is_some_and(|last| !goes_on(last))
            && notes::is_below(trimmed)
    }

    fn is_heading(&self, trimmed: &str, after_blank: bool) -> bool {
        let small = trimmed.to_lowercase();
        if self.history.entries.last().is_some_and(|last| is_open(&last.text)) {
            return false;
        }
        let known = small == "central" || HEADINGS.iter().any(|heading| small.starts_with(heading));
        let dialect = self.dialect.is_some();
        if self.numbered {
            let before = self.history.entries.is_empty() && dialect;
            return before || known || trimmed.ends_with(':') || (after_blank && dialect);
        }
        let says_more = trimmed.contains(['(', '[', '"', '*']) && !small.contains(['<', ':']);
        trimmed.ends_with(':') || (known && !says_more && dialect)
    }

    /// Whether a line is the rest of the one before.
    fn goes_on(&self, line: &str, after_blank: bool) -> bool {
        let Some(last) = self.history.entries.last() else { return false };
        if last.number == 0 {
            return false;
        }
        let indented = line.starts_with([' ', '\t']);
        let operator = begins_with_operator(line);
        is_open(&last.text)
            || operator
            || (self.numbered && !after_blank && (indented || self.dialect.is_some()))
    }

    fn add(&mut self, at: usize, more: &str) {
        let Some(last) = self.history.entries.last_mut() else { return };
        let addition = self.dialect.is_some_and(|of| additions::is_addition(more, of));
        let sure = is_open(&last.text) || begins_with_operator(more) || addition;
        last.text.push(' ');
        last.text.push_str(more);
        if !sure && self.dialect.is_some() {
            last.remarks.push(format!("line {at} is read as the rest of this one"));
        }
    }
}

fn begins_with_operator(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default().to_lowercase();
    ["or", "and", "not"].contains(&first.as_str())
}

/// Whether a text lacks its end: a parenthesis, bracket or quote is open, or
/// an operator stands last.
/// Texts that no line has in earnest are not open: each line would look
/// through them again.
pub(super) fn is_open(text: &str) -> bool {
    const LONGEST: usize = 50_000;
    if text.len() > LONGEST {
        return false;
    }
    let count = |sign: char| text.matches(sign).count();
    let last = text.split(|c: char| c.is_whitespace() || c == '(').next_back();
    let last = last.unwrap_or_default().to_lowercase();
    count('(') > count(')')
        || count('[') > count(']')
        || count('"') % 2 == 1
        || text.ends_with(',')
        || OPEN_ENDS.contains(&last.as_str())
}

/// Whether a line says nothing: it is blank or a remark, which begins with
/// `//`, or with `#` and a blank.
pub(in crate::query) fn is_remark(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("//") || line.starts_with("# ")
}

/// A line with its number.
pub(in crate::query) struct Numbered<'a> {
    pub(in crate::query) number: u32,
    pub(in crate::query) text: &'a str,
    /// The number begins with `S`.
    with_s: bool,
    /// Nothing but a blank parts the number from what follows.
    bare: bool,
}

/// Number and text of a line such as `#3 a AND b`, `3. a AND b`, `3.a` or
/// `S3 a`.
pub(in crate::query) fn numbered(line: &str, dialect: Option<Dialect>) -> Option<Numbered<'_>> {
    let line = line.trim();
    let sign = line.chars().next().filter(|c| matches!(c, '#' | 'S' | 's'));
    let mut rest = sign.map_or(line, |sign| &line[sign.len_utf8()..]);
    if sign == Some('#') && dialect == Some(Dialect::WebOfScience) {
        rest = rest.trim_start();
    }
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest[..digits].parse().ok()?;
    let rest = &rest[digits..];
    let text = rest.strip_prefix(['.', ')', ':', '|']).unwrap_or(rest);
    let marked = text.len() < rest.len();
    let tab = text.starts_with('\t') && (sign.is_some() || marked || dialect.is_some());
    let joined = marked && !text.starts_with(|c: char| c.is_ascii_digit() || c.is_whitespace());
    let parted = text.starts_with(' ') || tab || (joined && !text.is_empty());
    let with_s = matches!(sign, Some('S' | 's'));
    // `1 and 2` names two lines.
    if !marked && !tab && begins_with_operator(text) {
        return None;
    }
    (parted && !text.trim().is_empty()).then_some(Numbered {
        number,
        text: text.trim(),
        with_s,
        bare: sign.is_none() && !marked,
    })
}

/// Whether the lines of a text have numbers. In our own language the first
/// line has one.
fn begins_with_numbers(text: &str, dialect: Option<Dialect>) -> bool {
    let lines: Vec<&str> =
        text.lines().filter(|line| !is_remark(line) || numbered(line, dialect).is_some()).collect();
    let with = |line: &&&str| numbered(line, dialect).is_some();
    match dialect {
        None => lines.first().is_some_and(|line| with(&line)),
        Some(_) => {
            let some = lines.iter().filter(with).count();
            let first = lines.iter().find_map(|line| Some(numbered(line, dialect)?.number));
            some > 1 || (some == 1 && (lines.len() == 1 || first == Some(1)))
        }
    }
}

/// The columns behind the first one of a table: where the text ends, and
/// where the rest begins.
fn in_columns(text: &str) -> Option<(usize, usize)> {
    let end = text.find('\t').or_else(|| {
        let (before, last) = text.rsplit_once("  ")?;
        is_count(last.trim()).then_some(before.len())
    })?;
    let end = text[..end].trim_end().len();
    (end > 0).then_some((end, end))
}

/// A count in brackets at the end: `exp Heparin/ (65432)`.
fn in_brackets(text: &str) -> Option<(usize, usize)> {
    let inner = text.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    let end = text[..open].trim_end().len();
    (end > 0 && end < open && is_count(&inner[open + 1..])).then_some((end, open))
}

/// Words beside a count that say what it counts.
const COUNTED: [&str; 12] = [
    "result",
    "results",
    "hit",
    "hits",
    "record",
    "records",
    "reference",
    "references",
    "citation",
    "citations",
    "retrieved",
    "found",
];

/// A count that says so, at the end: `Results: 120`, `(n = 1,204)`, `[310]`,
/// `1,204 hits`.
fn labelled(text: &str) -> Option<(usize, usize)> {
    let whole = text.trim_end().trim_end_matches('.');
    for (open, close) in [('(', ')'), ('[', ']')] {
        let Some(inner) = whole.strip_suffix(close) else { continue };
        let at = inner.rfind(open)?;
        let inner = &inner[at + 1..];
        let end = text[..at].trim_end().len();
        let counts = is_labelled(inner) || (open == '[' && is_count(inner));
        return (counts && end > 0).then_some((end, at));
    }
    let starts = whole.char_indices().rev().filter(|(_, c)| c.is_whitespace());
    let starts: Vec<usize> = starts.map(|(at, _)| at).take(3).collect();
    let start = starts.into_iter().rfind(|at| is_labelled(&whole[*at..]))?;
    let end = text[..start].trim_end().len();
    (end > 0).then_some((end, start))
}

/// Whether a text is a count and what it counts: `Results: 120`, `n = 7`.
fn is_labelled(text: &str) -> bool {
    let marked = text.contains(['=', ':']);
    let small = text.to_lowercase().replace(['=', ':'], " ");
    let words: Vec<&str> = small.split_whitespace().collect();
    let label = |word: &&str| COUNTED.contains(word) || (marked && *word == "n");
    let counts = words.iter().filter(|word| is_count(word)).count();
    let labels = words.iter().filter(|word| label(word)).count();
    let first = words.first().is_some_and(|word| is_count(word));
    counts == 1 && labels > 0 && counts + labels == words.len() && (marked || first)
}

/// Where a day stands last, such as `12 Jan 2024`.
fn day_at_end(text: &str) -> Option<usize> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [.., day, month, year] = words.as_slice() else { return None };
    let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let month = month.len() >= 3 && month.starts_with(|c: char| c.is_ascii_uppercase());
    let dated = digits(day) && day.len() < 3 && digits(year) && year.len() == 4 && month;
    let written = format!("{day} {} {year}", words[words.len() - 2]);
    let date = dated.then(|| dates::date(&written)).flatten();
    date.and_then(|_| {
        let rest = (0..3).try_fold(text, |rest, _| {
            rest.trim_end().rsplit_once(char::is_whitespace).map(|(rest, _)| rest)
        })?;
        Some(rest.len())
    })
}

/// A number at the end.
fn after_blank(text: &str) -> Option<(usize, usize)> {
    let (before, last) = text.trim_end().rsplit_once(' ')?;
    let operator = ["or", "and", "not"];
    let word = before.split_whitespace().next_back()?.to_lowercase();
    let end = before.trim_end().len();
    (is_count(last) && !operator.contains(&word.as_str())).then_some((end, end + 1))
}

fn is_count(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '\'' | ' '))
}

/// The lines that a text joins which is nothing but names of lines and
/// operators, such as `1 or 2`, `or/1-3`, `(S1 OR S2) NOT S3`: the same with
/// `#` before each number and operators in capitals.
pub(in crate::query) fn combination(typed: &str, with_s: bool) -> Option<String> {
    let mut text = typed.trim().trim_matches(['{', '}']).to_lowercase();
    for operator in ["or", "and"] {
        if let Some(list) = text.strip_prefix(operator)
            && let Some(list) = list.strip_prefix(['/', ' '])
        {
            let numbers = list_of_numbers(list.trim(), with_s)?;
            let names: Vec<String> = numbers.iter().map(|number| format!("#{number}")).collect();
            return Some(names.join(&format!(" {} ", operator.to_uppercase())));
        }
    }
    // Beside `#1`, a bare number is a word.
    let part_is_bare = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
    text = text.replace('(', " ( ").replace(')', " ) ");
    if text.contains('#') && text.split_whitespace().any(part_is_bare) {
        return None;
    }
    let (mut written, mut named, mut joined) = (Vec::new(), 0, 0);
    for part in text.split_whitespace() {
        match part {
            "or" | "and" | "not" => {
                joined += 1;
                written.push(part.to_uppercase());
            }
            "(" | ")" => written.push(part.to_owned()),
            _ => {
                named += 1;
                written.push(format!("#{}", line_number(part, with_s)?));
            }
        }
    }
    let written = written.join(" ").replace("( ", "(").replace(" )", ")");
    (named > 1 && joined > 0 && joined + 1 >= named).then_some(written)
}

/// The number of a line that is named `3`, `#3` or, where all are, `S3`.
pub(super) fn line_number(name: &str, with_s: bool) -> Option<u32> {
    let digits = match name.strip_prefix('#') {
        Some(digits) => digits,
        None if with_s => name.strip_prefix(['s', 'S']).unwrap_or(name),
        None => name,
    };
    let known = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| known)
}

/// The numbers of `1-3,5`, `#1-#3`, `1 to 3`.
pub(super) fn list_of_numbers(list: &str, with_s: bool) -> Option<Vec<u32>> {
    const MOST: u32 = 1_000;
    let list = list.replace(" to ", "-").replace(" - ", "-");
    let mut numbers = Vec::new();
    for part in list.split([',', ' ']).filter(|part| !part.is_empty()) {
        match part.split_once('-') {
            Some((from, to)) => {
                let (from, to) = (line_number(from, with_s)?, line_number(to, with_s)?);
                if to < from || to - from > MOST {
                    return None;
                }
                numbers.extend(from..=to);
            }
            None => numbers.push(line_number(part, with_s)?),
        }
        if numbers.len() > MOST as usize {
            return None;
        }
    }
    (!numbers.is_empty()).then_some(numbers)
}
