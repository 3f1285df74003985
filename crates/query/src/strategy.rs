//! A search strategy: numbered lines; later lines name earlier ones.
//!
//! ```text
//! 1. aplastic anemia
//! 2. "mesenchymal stem cells" OR MSC
//! 3. #1 AND #2
//! ```

use super::dialect::{
    StrategyEntry, StrategyPage, Translation, combination, is_remark, numbered, recognised,
    translate,
};
use super::excerpt::{MarkedText, marks};
use super::line_omission::left_out;
use super::request::{is_numbers, numbers_typed};
use super::{
    Diagnostic, NotUnderstood, Parameter, Request, RequestRemark, Span, UnderstoodRequest,
};

/// Bytes of a line with all that it names put in at most: names of names grow
/// fast.
const LONGEST: usize = 100_000;

/// Bytes of all lines of a strategy with what they name put in at most.
pub(super) const LONGEST_OF_ALL: usize = 10_000_000;

/// A line of a strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct StrategyLine {
    /// The number that it is named by.
    pub number: u32,
    /// Line of the file, from 1.
    pub at: usize,
    /// As typed, without its number.
    pub typed: String,
    /// In our language, with other lines named as `#3`.
    pub ours: String,
    /// Whether it names other lines.
    pub names_others: bool,
    /// What it means.
    pub understood: UnderstoodRequest,
    /// As typed, with the lines that it names in their place.
    pub whole: String,
    /// Where lines were put into [`Self::whole`], and their numbers: those
    /// that it names, those that these name, and so on.
    pub parts: Vec<(Span, u32)>,
}

impl StrategyLine {
    /// Whether another line is part of it, by its name or by that of a line
    /// between them.
    #[must_use]
    pub fn has(&self, number: u32) -> bool {
        self.parts.iter().any(|(_, part)| *part == number)
    }

    /// The line without another one, wherever that is part of it: parts that
    /// `OR`, `AND` and `NOT` join to it stay, and empty parts go, too. `None`
    /// if nothing is left.
    #[must_use]
    pub fn without(&self, number: u32) -> Option<String> {
        let places = self.parts.iter().filter(|(_, part)| *part == number);
        left_out(&self.whole, &places.map(|(span, _)| span.clone()).collect::<Vec<_>>())
    }
}

/// A line that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrategyLineError {
    /// Line of the file, from 1.
    pub at: usize,
    /// As typed, without its number.
    pub typed: String,
    /// Everything that is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl StrategyLineError {
    /// The line with its place before it, and each thing that is wrong at its place in that text.
    #[must_use]
    pub fn marks(&self) -> Vec<MarkedText> {
        marks(&format!("{}: ", self.at), &self.typed, &self.diagnostics)
    }
}

/// Whether a text is a strategy: its first line has a number.
#[must_use]
pub fn is_strategy(text: &str) -> bool {
    let first = text.lines().find(|line| !is_remark(line));
    first.is_some_and(|line| numbered(line, None).is_some())
}

/// Understands a strategy. Words of its lines are looked for in the area of
/// `like` and match in the manner of it.
///
/// # Errors
///
/// Every line that is wrong.
pub fn strategy(text: &str, like: &Request) -> Result<Vec<StrategyLine>, Vec<StrategyLineError>> {
    let read = match like.from {
        None => read_ours(text),
        Some(from) => read(&translate(text, from))?,
    };
    let mut reader = StrategyReader::new(like);
    for line in read {
        if !reader.line(line) {
            break;
        }
    }
    if reader.wrong.is_empty() { Ok(reader.lines) } else { Err(reader.wrong) }
}

/// The lines that are understood so far.
struct StrategyReader<'a> {
    like: &'a Request,
    lines: Vec<StrategyLine>,
    wrong: Vec<StrategyLineError>,
    wrong_numbers: Vec<u32>,
    /// Bytes of all lines with what they name.
    bytes: usize,
}

impl<'a> StrategyReader<'a> {
    fn new(like: &'a Request) -> Self {
        let (lines, wrong, wrong_numbers) = (Vec::new(), Vec::new(), Vec::new());
        Self { like, lines, wrong, wrong_numbers, bytes: 0 }
    }

    /// Reads a line; `false` where there is no room for more.
    fn line(&mut self, mut line: TypedLine) -> bool {
        let TypedLine { number, at, .. } = line;
        if let Some(diagnostic) = line.refused.take() {
            self.wrong_numbers.push(number);
            self.refuse(line, vec![diagnostic]);
        } else if number == 0 {
            self.wrong.push(without_number(at, &line.typed));
        } else if let Some(first) = self.lines.iter().find(|line| line.number == number) {
            self.wrong.push(number_again(at, &line.typed, first));
        } else if names(&line.text).iter().any(|(_, named)| self.wrong_numbers.contains(named)) {
            // What is wrong with a line is not wrong with those that name it.
            self.wrong_numbers.push(number);
        } else {
            match understood(&line.text, &self.lines, self.like) {
                Ok((filled, understood)) => return self.add(line, filled, understood),
                Err(diagnostics) => {
                    self.wrong_numbers.push(number);
                    let diagnostics = line.place(diagnostics);
                    self.refuse(line, diagnostics);
                }
            }
        }
        true
    }

    fn refuse(&mut self, line: TypedLine, diagnostics: Vec<Diagnostic>) {
        self.wrong.push(StrategyLineError { at: line.at, typed: line.typed, diagnostics });
    }

    fn add(
        &mut self,
        line: TypedLine,
        filled: ExpandedLine,
        mut understood: UnderstoodRequest,
    ) -> bool {
        let ExpandedLine { whole, parts, .. } = filled;
        self.bytes += whole.len();
        if self.bytes > LONGEST_OF_ALL {
            self.wrong.push(too_long_in_all(line.at, &line.typed));
            return false;
        }
        line.place_remarks(&mut understood.remarks);
        let TypedLine { number, at, typed, text: ours, .. } = line;
        let names_others = !parts.is_empty();
        self.lines.push(StrategyLine {
            number,
            at,
            typed,
            ours,
            names_others,
            understood,
            whole,
            parts,
        });
        true
    }
}

/// The diagnostic for the line at which a strategy becomes too long.
fn too_long_in_all(at: usize, typed: &str) -> StrategyLineError {
    let diagnostic = Diagnostic {
        span: 0..typed.len(),
        message: "the strategy is too long with all that its lines name".to_owned(),
        hint: "name fewer lines, or divide the strategy".to_owned(),
    };
    StrategyLineError { at, typed: typed.to_owned(), diagnostics: vec![diagnostic] }
}

/// A line as it was typed, and in our language with all names of other lines
/// as `#3`.
struct TypedLine {
    /// 0 where it has none.
    number: u32,
    at: usize,
    typed: String,
    text: String,
    remarks: Vec<String>,
    /// Why it is not read.
    refused: Option<Diagnostic>,
}

/// The lines of a strategy of another system.
///
/// # Errors
///
/// Lines with words whose meaning is unclear.
fn read(translation: &Translation) -> Result<Vec<TypedLine>, Vec<StrategyLineError>> {
    let refused = translation.refused();
    if !refused.is_empty() {
        return Err(refused);
    }
    let mut waiting: Vec<String> = translation.around().into_iter().collect();
    let mut lines: Vec<TypedLine> = Vec::new();
    for line in &translation.lines {
        let mut remarks = line.notices();
        let (number, at, typed) = (line.number, line.at, line.typed.clone());
        match line.translated.clone() {
            None => waiting.extend(remarks),
            Some(text) => {
                remarks.splice(0..0, waiting.drain(..));
                let refused = None;
                lines.push(TypedLine { number, at, typed, text, remarks, refused });
            }
        }
    }
    if let Some(last) = lines.last_mut() {
        last.remarks.extend(waiting);
    }
    Ok(lines)
}

fn read_ours(text: &str) -> Vec<TypedLine> {
    let StrategyPage { entries, passed_over, with_s, .. } = StrategyPage::read(text, None);
    let line = |StrategyEntry { number, at, text: typed, refused, .. }: StrategyEntry| {
        let span = 0..typed.len();
        let refused =
            refused.map(|found| Diagnostic { span, message: found.message, hint: found.hint });
        // Numbers with `S` are not kept.
        let typed = if with_s { with_signs(&typed) } else { typed };
        let text = combination(&typed, with_s).unwrap_or_else(|| typed.clone());
        TypedLine { number, at, typed, text, remarks: Vec::new(), refused }
    };
    let mut lines: Vec<TypedLine> = entries.into_iter().map(line).collect();
    if let (Some(first), Some(passed)) = (lines.first_mut(), passed_over.first()) {
        let (typed, why) = (&passed.typed, passed.why);
        first.remarks.push(format!("`{typed}` is skipped, and what is like it: {why}"));
    }
    lines
}

impl TypedLine {
    /// The same places in the typed text.
    fn place(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.text != self.typed {
            diagnostics.iter_mut().for_each(|found| found.span = 0..self.typed.len());
        }
        diagnostics
    }

    /// Adds the diagnostics of the line to those of its words.
    fn place_remarks(&self, remarks: &mut Vec<RequestRemark>) {
        for remark in remarks.iter_mut() {
            self.typed.clone_into(&mut remark.typed);
            if self.text != self.typed {
                remark.notice.span = 0..self.typed.len();
            }
        }
        remarks.extend(self.remarks.iter().map(|message| RequestRemark {
            name: String::new(),
            typed: self.typed.clone(),
            notice: Diagnostic {
                span: 0..self.typed.len(),
                message: message.clone(),
                hint: "`trialdex translate` shows all lines".to_owned(),
            },
        }));
    }
}

/// A text with `#3` for each `S3` outside of quotes.
fn with_signs(typed: &str) -> String {
    let (mut text, mut quoted) = (typed.to_owned(), false);
    for (at, c) in typed.char_indices() {
        quoted ^= c == '"';
        let begins = !typed[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-');
        let digits: usize =
            typed[at + c.len_utf8()..].bytes().take_while(u8::is_ascii_digit).count();
        let after = &typed[(at + c.len_utf8() + digits).min(typed.len())..];
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || c == '-');
        if matches!(c, 'S' | 's') && !quoted && begins && ends && digits > 0 {
            text.replace_range(at..=at, "#");
        }
    }
    text
}

/// Puts lines into a text that names them; `None` where one of them is not
/// known or the text grows too long.
pub(super) fn filled<'a>(typed: &str, known: impl Fn(u32) -> Option<&'a str>) -> Option<String> {
    let (mut whole, mut from) = (String::new(), 0);
    for (span, number) in names(typed) {
        whole.push_str(&typed[from..span.start]);
        whole.push_str(&format!("({})", known(number)?));
        from = span.end;
        if whole.len() > LONGEST {
            return None;
        }
    }
    whole.push_str(&typed[from..]);
    (whole.len() <= LONGEST).then_some(whole)
}

/// The diagnostic for a line that is written for another system, or that has
/// `or` in small letters, which is hardly ever a word to look for.
fn foreign(typed: &str, known: &[StrategyLine]) -> Option<Diagnostic> {
    let known = known.iter().map(|line| line.number).collect();
    recognised(typed, &known, true).or_else(|| small_or(typed))
}

fn small_or(typed: &str) -> Option<Diagnostic> {
    let (mut written, mut found) = (String::new(), None);
    let mut quoted = false;
    for word in typed.split_inclusive([' ', '(', ')', '"']) {
        let at = written.len();
        let bare = word.trim_end();
        if bare == "or" && !quoted && at > 0 && at + bare.len() < typed.trim_end().len() {
            found = found.or(Some(at..at + bare.len()));
        }
        let operator = ["or", "and", "not"].contains(&bare) && !quoted;
        written.push_str(&if operator { word.to_uppercase() } else { word.to_owned() });
        quoted ^= word.ends_with('"');
    }
    Some(Diagnostic {
        span: found?,
        message: "`or` in small letters is a word".to_owned(),
        hint: format!("type `{written}`, or `\\or` for the word"),
    })
}

fn without_number(at: usize, line: &str) -> StrategyLineError {
    let typed = line.trim().to_owned();
    let diagnostic = Diagnostic {
        span: 0..typed.len(),
        message: "the line has no number".to_owned(),
        hint: "begin it as `3. words`, or with `// ` for a remark".to_owned(),
    };
    StrategyLineError { at, typed, diagnostics: vec![diagnostic] }
}

fn number_again(at: usize, line: &str, first: &StrategyLine) -> StrategyLineError {
    let typed = line.trim().to_owned();
    let diagnostic = Diagnostic {
        span: 0..typed.len(),
        message: format!("line {} has the number {}, too", first.at, first.number),
        hint: "give every line a number of its own".to_owned(),
    };
    StrategyLineError { at, typed, diagnostics: vec![diagnostic] }
}

/// A line with what it names put in.
#[derive(Default)]
struct ExpandedLine {
    whole: String,
    /// The places of the named lines in it, and of their names in the typed
    /// text.
    places: Vec<(Span, Span)>,
    /// See [`StrategyLine::parts`].
    parts: Vec<(Span, u32)>,
}

impl ExpandedLine {
    /// Puts the lines into a text that it names.
    fn new(typed: &str, known: &[StrategyLine]) -> Result<Self, Vec<Diagnostic>> {
        let (mut filled, mut from, mut wrong) = (Self::default(), 0, Vec::new());
        let diagnostic = |span: Span, message: String, hint: &str| Diagnostic {
            span,
            message,
            hint: hint.to_owned(),
        };
        for (span, number) in names(typed) {
            let Some(line) = known.iter().rev().find(|line| line.number == number) else {
                let message = format!("there is no line `#{number}` above");
                wrong.push(diagnostic(span, message, "name a line above it"));
                continue;
            };
            filled.whole.push_str(&typed[from..span.start]);
            filled.put(line, span.clone());
            from = span.end;
            if filled.whole.len() > LONGEST {
                let hint = "name fewer lines, or join them in a line of their own";
                wrong.push(diagnostic(span, "too long with all that it names".to_owned(), hint));
                break;
            }
        }
        filled.whole.push_str(&typed[from..]);
        wrong.extend(bare_numbers(typed));
        if is_numbers(typed) {
            // Side by side, they are what a study has to be; in a list of
            // their own, any of them.
            let numbers = numbers_typed(typed).into_iter().map(|number| number.to_string());
            filled.whole = numbers.collect::<Vec<_>>().join(" OR ");
        }
        if wrong.is_empty() { Ok(filled) } else { Err(wrong) }
    }

    /// Puts a line, in parentheses, in the place of its name.
    fn put(&mut self, line: &StrategyLine, name: Span) {
        let start = self.whole.len();
        self.whole.push_str(&format!("({})", line.whole));
        let place = start..self.whole.len();
        self.parts.push((place.clone(), line.number));
        let within =
            |(span, number): &(Span, u32)| (start + 1 + span.start..start + 1 + span.end, *number);
        self.parts.extend(line.parts.iter().map(within));
        self.places.push((place, name));
    }
}

/// A line with what it names put in, and what it means.
fn understood(
    typed: &str,
    known: &[StrategyLine],
    like: &Request,
) -> Result<(ExpandedLine, UnderstoodRequest), Vec<Diagnostic>> {
    let filled = ExpandedLine::new(typed, known)?;
    if let Some(found) = foreign(typed, known).filter(|_| like.from.is_none()) {
        return Err(vec![found]);
    }
    let place = |span: &Span| typed_span(span, &filled.places, typed.len());
    let queries = vec![(Parameter::Words, filled.whole.clone())];
    let request = Request { queries, filters: Vec::new(), from: None, ..like.clone() };
    let mut understood = request.understand().map_err(|NotUnderstood { parts }| {
        let all = parts.into_iter().flat_map(|part| part.diagnostics);
        all.map(|found| Diagnostic { span: place(&found.span), ..found }).collect::<Vec<_>>()
    })?;
    // Diagnostics of a line are not repeated for lines that name it.
    understood.remarks.retain(|RequestRemark { notice, .. }| {
        let within = |put: &Span| put.start <= notice.span.start && notice.span.end <= put.end;
        !filled.places.iter().any(|(put, _)| within(put))
    });
    for RequestRemark { typed: shown, notice, .. } in &mut understood.remarks {
        notice.span = place(&notice.span);
        typed.clone_into(shown);
    }
    Ok((filled, understood))
}

/// The diagnostic for lines that are named without `#`, as in `1 and 2` or
/// `or/1-3`: they would be looked for as words.
fn bare_numbers(typed: &str) -> Option<Diagnostic> {
    let parts = typed.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/' | '-'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let operator = |part: &str| ["and", "or", "not"].contains(&part.to_lowercase().as_str());
    let number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let names = parts.iter().any(|part| operator(part))
        && parts.iter().any(|part| number(part))
        && parts.iter().all(|part| operator(part) || number(part));
    names.then(|| Diagnostic {
        span: 0..typed.len(),
        message: "lines are named with `#`; numbers alone are words".to_owned(),
        hint: "name each line: `#1 AND #2`, or `#1 OR #2 OR #3` for `or/1-3`".to_owned(),
    })
}

/// The names of lines in a text, outside of quotes: `#3`.
fn names(typed: &str) -> Vec<(Span, u32)> {
    let (mut found, mut quoted) = (Vec::new(), false);
    for (at, c) in typed.char_indices() {
        quoted ^= c == '"';
        let before = typed[..at].chars().next_back();
        if c != '#' || quoted || before.is_some_and(|c| c.is_alphanumeric() || c == '\\') {
            continue;
        }
        let rest = &typed[at + 1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let ends = !rest[digits..].starts_with(char::is_alphanumeric);
        if let Some(number) = rest[..digits].parse().ok().filter(|_| ends) {
            found.push((at..at + 1 + digits, number));
        }
    }
    found
}

/// The place in the typed text for `span` of the text with the lines put in.
/// `places` are those of the lines, and of their names in the typed text.
fn typed_span(span: &Span, places: &[(Span, Span)], length: usize) -> Span {
    let position = |at: usize, end: bool| {
        let mut shift: isize = 0;
        for (put, name) in places {
            if at < put.start {
                break;
            }
            if at < put.end {
                return if end { name.end } else { name.start };
            }
            shift = name.end as isize - put.end as isize;
        }
        at.saturating_add_signed(shift).min(length)
    };
    let (start, end) = (position(span.start, false), position(span.end, true));
    start..end.max(start)
}

#[cfg(test)]
mod tests;
