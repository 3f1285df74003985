//! A search strategy: numbered lines, of which later ones name earlier ones.
//!
//! ```text
//! 1. aplastic anemia
//! 2. "mesenchymal stem cells" OR MSC
//! 3. #1 AND #2
//! ```

use super::dialect::{
    Dialect, Entry, History, combination, is_remark, numbered, recognised, translate,
};
use super::left_out::left_out;
use super::request::{is_numbers, numbers_typed};
use super::{Diagnostic, Misunderstood, Parameter, Remark, Request, Span, Understood};

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
    pub understood: Understood,
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

    /// The line without another one, wherever that is part of it: what `OR`,
    /// `AND` and `NOT` join to it stays, and what is empty then goes, too.
    /// `None` where nothing is left.
    #[must_use]
    pub fn without(&self, number: u32) -> Option<String> {
        let places = self.parts.iter().filter(|(_, part)| *part == number);
        left_out(&self.whole, &places.map(|(span, _)| span.clone()).collect::<Vec<_>>())
    }
}

/// A line that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLine {
    /// Line of the file, from 1.
    pub at: usize,
    /// As typed, without its number.
    pub typed: String,
    /// Everything that is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
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
pub fn strategy(text: &str, like: &Request) -> Result<Vec<StrategyLine>, Vec<WrongLine>> {
    let (mut lines, mut wrong): (Vec<StrategyLine>, _) = (Vec::new(), Vec::new());
    let (mut wrong_numbers, mut bytes) = (Vec::new(), 0);
    for line in read(text, like.from) {
        let Read { number, at, .. } = line;
        if number == 0 {
            wrong.push(without_number(at, &line.typed));
            continue;
        }
        if let Some(first) = lines.iter().find(|line| line.number == number) {
            wrong.push(number_again(at, &line.typed, first));
            continue;
        }
        // What is wrong with a line is not wrong with those that name it.
        if names(&line.text).iter().any(|(_, named)| wrong_numbers.contains(named)) {
            wrong_numbers.push(number);
            continue;
        }
        match understood(&line.text, &lines, like) {
            Ok((Filled { whole, parts, .. }, mut understood)) => {
                bytes += whole.len();
                if bytes > LONGEST_OF_ALL {
                    wrong.push(too_long_in_all(at, &line.typed));
                    break;
                }
                line.place_remarks(&mut understood.remarks);
                let (Read { typed, text: ours, .. }, names_others) = (line, !parts.is_empty());
                lines.push(StrategyLine {
                    number,
                    at,
                    typed,
                    ours,
                    names_others,
                    understood,
                    whole,
                    parts,
                });
            }
            Err(diagnostics) => {
                wrong_numbers.push(number);
                let diagnostics = line.place(diagnostics);
                wrong.push(WrongLine { at, typed: line.typed, diagnostics });
            }
        }
    }
    if wrong.is_empty() { Ok(lines) } else { Err(wrong) }
}

/// What is said of the line from which on a strategy is too long.
fn too_long_in_all(at: usize, typed: &str) -> WrongLine {
    let diagnostic = Diagnostic {
        span: 0..typed.len(),
        message: "the strategy is too long with all that its lines name".to_owned(),
        hint: "name fewer lines, or divide the strategy".to_owned(),
    };
    WrongLine { at, typed: typed.to_owned(), diagnostics: vec![diagnostic] }
}

/// A line as it was typed, and in our language with all names of other lines
/// as `#3`.
struct Read {
    /// 0 where it has none.
    number: u32,
    at: usize,
    typed: String,
    text: String,
    remarks: Vec<String>,
}

/// The lines of a strategy.
fn read(text: &str, from: Option<Dialect>) -> Vec<Read> {
    let Some(from) = from else { return read_ours(text) };
    let mut waiting = Vec::new();
    let mut lines: Vec<Read> = Vec::new();
    for line in translate(text, from).lines {
        let mut remarks = line.notices();
        let (number, at, typed) = (line.number, line.at, line.typed);
        match line.translated {
            None => waiting.extend(remarks),
            Some(text) => {
                remarks.splice(0..0, waiting.drain(..));
                lines.push(Read { number, at, typed, text, remarks });
            }
        }
    }
    if let Some(last) = lines.last_mut() {
        last.remarks.extend(waiting);
    }
    lines
}

fn read_ours(text: &str) -> Vec<Read> {
    let History { entries, passed_over, with_s, .. } = History::read(text, None);
    let line = |Entry { number, at, text: typed, .. }: Entry| {
        // Numbers with `S` are not kept.
        let typed = if with_s { with_signs(&typed) } else { typed };
        let text = combination(&typed, with_s).unwrap_or_else(|| typed.clone());
        Read { number, at, typed, text, remarks: Vec::new() }
    };
    let mut lines: Vec<Read> = entries.into_iter().map(line).collect();
    if let (Some(first), Some(passed)) = (lines.first_mut(), passed_over.first()) {
        let (typed, why) = (&passed.typed, passed.why);
        first.remarks.push(format!("`{typed}` is passed over, and what is like it: {why}"));
    }
    lines
}

impl Read {
    /// The same places in what was typed.
    fn place(&self, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.text != self.typed {
            diagnostics.iter_mut().for_each(|found| found.span = 0..self.typed.len());
        }
        diagnostics
    }

    /// Adds what is said of the line to what is said of its words.
    fn place_remarks(&self, remarks: &mut Vec<Remark>) {
        for remark in remarks.iter_mut() {
            self.typed.clone_into(&mut remark.typed);
            if self.text != self.typed {
                remark.notice.span = 0..self.typed.len();
            }
        }
        remarks.extend(self.remarks.iter().map(|message| Remark {
            flag: String::new(),
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

/// What is said of a line that is written for another system, or that has
/// `or` in small letters, which is hardly ever looked for.
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

fn without_number(at: usize, line: &str) -> WrongLine {
    let typed = line.trim().to_owned();
    let diagnostic = Diagnostic {
        span: 0..typed.len(),
        message: "the line has no number".to_owned(),
        hint: "begin it as `3. words`, or with `// ` for a remark".to_owned(),
    };
    WrongLine { at, typed, diagnostics: vec![diagnostic] }
}

fn number_again(at: usize, line: &str, first: &StrategyLine) -> WrongLine {
    let typed = line.trim().to_owned();
    let diagnostic = Diagnostic {
        span: 0..typed.len(),
        message: format!("line {} has the number {}, too", first.at, first.number),
        hint: "give every line a number of its own".to_owned(),
    };
    WrongLine { at, typed, diagnostics: vec![diagnostic] }
}

/// A line with what it names put in.
#[derive(Default)]
struct Filled {
    whole: String,
    /// Where the named lines stand in it, and their names in what was typed.
    places: Vec<(Span, Span)>,
    /// See [`StrategyLine::parts`].
    parts: Vec<(Span, u32)>,
}

impl Filled {
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
                wrong.push(diagnostic(span, message, "name a line that stands above it"));
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

    /// Puts a line, in parentheses, where its name stands.
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
) -> Result<(Filled, Understood), Vec<Diagnostic>> {
    let filled = Filled::new(typed, known)?;
    if let Some(found) = foreign(typed, known).filter(|_| like.from.is_none()) {
        return Err(vec![found]);
    }
    let place = |span: &Span| typed_span(span, &filled.places, typed.len());
    let queries = vec![(Parameter::Words, filled.whole.clone())];
    let request = Request { queries, filters: Vec::new(), from: None, ..like.clone() };
    let mut understood = request.understand().map_err(|misunderstood| {
        let all =
            misunderstood.into_iter().flat_map(|Misunderstood { diagnostics, .. }| diagnostics);
        all.map(|found| Diagnostic { span: place(&found.span), ..found }).collect::<Vec<_>>()
    })?;
    // What is said of a line is not said again of those that name it.
    understood.remarks.retain(|Remark { notice, .. }| {
        let within = |put: &Span| put.start <= notice.span.start && notice.span.end <= put.end;
        !filled.places.iter().any(|(put, _)| within(put))
    });
    for Remark { typed: shown, notice, .. } in &mut understood.remarks {
        notice.span = place(&notice.span);
        typed.clone_into(shown);
    }
    Ok((filled, understood))
}

/// What is said of lines that are named without `#`, as in `1 and 2` or
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

/// Where something stands in what was typed that stands at `span` of the text
/// with the names' lines put in. `places` are those of the lines, and of
/// their names in what was typed.
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
mod tests {
    use super::super::Manner;
    use super::*;

    fn strategy(text: &str) -> Result<Vec<StrategyLine>, Vec<WrongLine>> {
        super::strategy(text, &Request::default())
    }

    #[test]
    fn lines_may_name_those_above() {
        let lines = strategy("1. aplastic anemia\n\n#2 MSC OR \"stem cell\"\n3 #1 AND #2\n");
        let lines = lines.expect("a strategy");
        assert_eq!(lines[2].whole, "(aplastic anemia) AND (MSC OR \"stem cell\")");
        assert_eq!((lines[2].names_others, lines[2].at), (true, 4));
        assert!(is_strategy("// mine\n1. a\n2) b\n") && !is_strategy("a\n1. b\n"));
        assert!(!is_strategy("1\ta\n"));
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_was_typed() {
        let wrong =
            strategy("1. sepsis\n2. #1 AND (\n3. #7\n4. \"#1\" #1 OR\n").expect_err("wrong");
        let places: Vec<(usize, &str)> = wrong
            .iter()
            .flat_map(|line| {
                line.diagnostics.iter().map(|found| (line.at, &line.typed[found.span.clone()]))
            })
            .collect();
        assert_eq!(places, [(2, "("), (3, "#7"), (4, "OR")]);
    }

    #[test]
    fn lines_may_be_named_as_elsewhere() {
        for (text, whole) in [
            ("1. a\n2. b\n3. 1 or 2\n", "(a) OR (b)"),
            ("1. a\n2. b\n3. or/1-2\n", "(a) OR (b)"),
            ("1.a\n2.b\n3.(1 AND 2) not 1\n", "((a) AND (b)) NOT (a)"),
            ("S1 a\nS2 b\nS3 S1 AND (S2 OR c)\n", "(a) AND ((b) OR c)"),
            ("#1\ta\t217\n#2\tb\t5\n#3\t#1 OR #2\t219\n", "(a) OR (b)"),
            ("1. x\n2. a OR\n   b\n3. #2 AND c\n", "(a OR b) AND c"),
        ] {
            let lines = strategy(text).expect(text);
            assert_eq!(lines.last().map(|line| line.whole.as_str()), Some(whole), "{text}");
        }
        let lines = strategy("1. 5 fluorouracil\n2. 2019\n3. #1 AND 5\n");
        assert_eq!(lines.map(|lines| lines.len()), Ok(3));
        assert!(strategy("1. a\n2. 1 or 7\n").is_err());
    }

    #[test]
    fn what_is_written_for_another_system_is_refused() {
        for line in [
            "exp Heparin/",
            "heparin.ti,ab.",
            "heparin adj3 dose",
            "TI heparin",
            "a or b",
            "limit 1 to humans",
        ] {
            let wrong = strategy(&format!("1. a\n2. {line}\n3. #2\n")).expect_err(line);
            assert_eq!((wrong.len(), wrong[0].at), (1, 2), "{line}");
        }
    }

    #[test]
    fn a_wrong_line_is_reported_once() {
        let wrong =
            strategy("1. sepsis )\n# a remark\nfever\n2. #1 AND shock\n").expect_err("wrong");
        let places: Vec<usize> = wrong.iter().map(|line| line.at).collect();
        assert_eq!(places, [1, 3]);
    }

    #[test]
    fn a_number_names_one_line() {
        let wrong = strategy("1. sepsis\n2. shock\n1. fever\n").expect_err("wrong");
        assert_eq!((wrong.len(), wrong[0].at, wrong[0].typed.as_str()), (1, 3, "fever"));
    }

    #[test]
    fn a_list_of_numbers_is_any_of_them_wherever_it_is_named() {
        let lines = strategy("1. NCT90000001, NCT90000002\n2. #1 AND sepsis\n").expect("lines");
        assert_eq!(lines[1].whole, "(NCT90000001 OR NCT90000002) AND sepsis");
    }

    #[test]
    fn words_match_in_the_manner_that_is_asked_for() {
        let manner = Manner { expand: super::super::Expand::Term, ..Manner::default() };
        let like = Request { manner, area: Some("BriefTitle".to_owned()), ..Request::default() };
        let lines = super::strategy("1. sepsis\n", &like).expect("a line");
        assert_eq!(lines[0].understood.text, "AREA[BriefTitle]EXPANSION[Term]sepsis");
    }

    #[test]
    fn a_line_is_left_out_of_those_that_name_it() {
        let text = "1. a\n2. b OR c\n3. #1 OR #2\n4. d\n5. #3 AND #4 NOT AREA[Phase]NA\n\
                    6. #2 OR (#2 AND #4)\n7. #5 NOT #6\n";
        let lines = strategy(text).expect("lines");
        let without = |at: usize, number| lines[at - 1].without(number);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(without(3, 1), text("b OR c"));
        assert_eq!(without(5, 2), text("a AND d AND NOT AREA[Phase]NA"));
        assert_eq!(without(5, 3), text("d AND NOT AREA[Phase]NA"));
        assert_eq!(without(6, 2), text("d"));
        assert_eq!(without(7, 6), text("(a OR b OR c) AND d AND NOT AREA[Phase]NA"));
        assert_eq!(
            without(7, 4),
            text("(a OR b OR c) AND NOT AREA[Phase]NA AND NOT (b OR c OR b OR c)")
        );
        assert_eq!((without(1, 3), lines[0].has(3)), (text("a"), false));
        let alone = strategy("1. a\n2. #1\n3. NOT #2\n").expect("lines");
        assert_eq!((alone[2].without(1), alone[2].has(1)), (None, true));
    }

    #[test]
    fn names_of_names_do_not_grow_without_end() {
        let mut text = "1. sepsis\n".to_owned();
        for line in 2..40 {
            text += &format!("{line}. #{0} OR #{0} OR #{0}\n", line - 1);
        }
        assert!(strategy(&text).is_err());
    }

    #[test]
    fn all_lines_together_are_bounded() {
        let mut text = format!("1. {}\n", "a".repeat(20_000));
        for line in 2..1_000 {
            text += &format!("{line}. #1\n");
        }
        let wrong = strategy(&text).expect_err("too long");
        let message = &wrong[0].diagnostics[0].message;
        assert!(message.contains("the strategy is too long"), "{message}");
    }
}
