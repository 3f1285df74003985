//! Limits to a part of a database: `limit 5 to (english and humans)`,
//! `[humans]/lim`.

use super::date_limits;
use super::methods::{MethodMeaning, method};
use crate::word_list::WordList;
use trialdex_records::study::pieces;

/// Limits joined by `and` and `or`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LimitTree {
    One(LimitMeaning),
    All(Vec<LimitTree>),
    Any(Vec<LimitTree>),
    /// All but what the limit names.
    Not(Box<LimitTree>),
}

/// What a part of a limit comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LimitMeaning {
    /// An expression that says the same.
    Said {
        /// As typed.
        typed: String,
        /// In our language.
        expression: String,
    },
    /// What cannot be said, and why.
    LeftOut(String, &'static str),
    /// What is true of no study, such as a kind of publication, and why.
    Never(String, &'static str),
    /// What is true of all studies, and why.
    Always(String, &'static str),
    /// What is true of no study that is here, such as animals, and why.
    Nowhere(String, &'static str),
}

/// Parentheses within one another, beyond which they are read as text.
const DEEPEST: usize = 30;

impl LimitTree {
    /// Limits that all hold; a single one is not wrapped.
    pub(super) fn all(limits: Vec<Self>) -> Option<Self> {
        joined(limits, Self::All)
    }

    /// Limits, one of which must hold.
    pub(super) fn any(limits: Vec<Self>) -> Option<Self> {
        joined(limits, Self::Any)
    }

    /// Reads `(english or french) and yr="2010 -Current"`; `None` where
    /// nothing is named.
    pub(super) fn read(limit: &str) -> Option<Self> {
        let mut reader = LimitParser { tokens: tokens(limit), at: 0, depth: 0 };
        let mut all = Vec::new();
        while reader.at < reader.tokens.len() {
            all.extend(reader.any());
            // A `)` without its `(`.
            reader.at += 1;
        }
        Self::all(all)
    }
}

fn joined(mut limits: Vec<LimitTree>, join: fn(Vec<LimitTree>) -> LimitTree) -> Option<LimitTree> {
    if limits.len() < 2 { limits.pop() } else { Some(join(limits)) }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum LimitToken {
    Open,
    Close,
    And,
    Or,
    Name(String),
}

/// Characters that end a word of a limit.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || "()\";".contains(c)
}

/// The tokens of a limit. Quotes keep a name together, and so do parentheses
/// behind a word: `all child (0 to 18 years)`.
fn tokens(limit: &str) -> Vec<LimitToken> {
    let mut splitter = LimitTokenizer::default();
    for part in limit.split_inclusive(ends_word) {
        let bare = part.trim_end_matches(ends_word);
        splitter.word(bare);
        if let Some(sign) = part[bare.len()..].chars().next() {
            splitter.sign(sign);
        }
    }
    splitter.end();
    splitter.tokens
}

/// A limit while it is read.
#[derive(Default)]
struct LimitTokenizer {
    tokens: Vec<LimitToken>,
    name: String,
    quoted: bool,
    /// Parentheses within the name that are open.
    within: usize,
}

impl LimitTokenizer {
    fn is_plain(&self) -> bool {
        !self.quoted && self.within == 0
    }

    /// Ends a name.
    fn end(&mut self) {
        let name = std::mem::take(&mut self.name);
        let text = name.trim_matches(|c: char| c.is_whitespace() || "[].,".contains(c));
        if !text.is_empty() {
            self.tokens.push(LimitToken::Name(unquoted(text)));
        }
    }

    fn end_with(&mut self, token: LimitToken) {
        self.end();
        self.tokens.push(token);
    }

    fn word(&mut self, bare: &str) {
        match bare.to_ascii_lowercase().as_str() {
            "and" if self.is_plain() => self.end_with(LimitToken::And),
            "or" if self.is_plain() => self.end_with(LimitToken::Or),
            _ => self.name.push_str(bare),
        }
    }

    fn sign(&mut self, sign: char) {
        match sign {
            '(' if self.is_plain() && self.name.trim().is_empty() => {
                self.tokens.push(LimitToken::Open)
            }
            ')' if self.is_plain() => return self.end_with(LimitToken::Close),
            ';' if self.is_plain() => return self.end_with(LimitToken::And),
            '"' => self.quoted = !self.quoted,
            '(' if !self.quoted => self.within += 1,
            ')' if !self.quoted => self.within -= 1,
            _ => {}
        }
        let opens = sign == '(' && self.tokens.last() == Some(&LimitToken::Open) && self.is_plain();
        if !opens {
            self.name.push(sign);
        }
    }
}

/// A name without quotes that belong to the whole of it.
fn unquoted(name: &str) -> String {
    let inner = name.strip_prefix('"').map(|inner| inner.strip_suffix('"').unwrap_or(inner));
    match inner {
        Some(inner) if !inner.contains('"') => inner.trim().to_owned(),
        _ => name.to_owned(),
    }
}

struct LimitParser {
    tokens: Vec<LimitToken>,
    at: usize,
    depth: usize,
}

impl LimitParser {
    fn take(&mut self, token: &LimitToken) -> bool {
        let found = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Option<LimitTree> {
        let mut parts: Vec<LimitTree> = self.all().into_iter().collect();
        while self.take(&LimitToken::Or) {
            parts.extend(self.all());
        }
        LimitTree::any(parts)
    }

    fn all(&mut self) -> Option<LimitTree> {
        let mut parts = Vec::new();
        loop {
            match self.tokens.get(self.at).cloned() {
                Some(LimitToken::Name(name)) => {
                    self.at += 1;
                    parts.push(LimitTree::One(named(&name)));
                }
                Some(LimitToken::Open) if self.depth < DEEPEST => {
                    self.at += 1;
                    self.depth += 1;
                    parts.extend(self.any());
                    self.depth -= 1;
                    self.take(&LimitToken::Close);
                }
                Some(LimitToken::And | LimitToken::Open) => self.at += 1,
                Some(LimitToken::Or | LimitToken::Close) | None => return LimitTree::all(parts),
            }
        }
    }
}

/// What a limit by name, or by years, comes to.
pub(super) fn named(typed: &str) -> LimitMeaning {
    if let Some(limited) = years(typed) {
        return limited;
    }
    if let Some(expression) = age(typed) {
        return LimitMeaning::Said { typed: typed.to_owned(), expression: expression.to_owned() };
    }
    // `all adult (19 plus years)`
    let name = typed.split('(').next().unwrap_or(typed).trim_matches([' ', '"']);
    let typed = typed.to_owned();
    match method(name) {
        Some(MethodMeaning::Said(expression)) => {
            LimitMeaning::Said { typed, expression: expression.to_owned() }
        }
        Some(MethodMeaning::Unsayable(why)) => LimitMeaning::LeftOut(typed, why),
        Some(MethodMeaning::Never(why)) => LimitMeaning::Never(typed, why),
        Some(MethodMeaning::Always(why)) => LimitMeaning::Always(typed, why),
        Some(MethodMeaning::Nowhere(why)) => LimitMeaning::Nowhere(typed, why),
        None => LimitMeaning::LeftOut(typed, "no field of a record says so"),
    }
}

/// Words that name people of some age.
const OF_AGES: WordList = WordList(
    "adult|adults|aged|old|over|adolescent|adolescence|adolescents|child|children|childhood|\
     infant|infancy|newborn|neonatal|preschool|school|adulthood|middle|thirties|age|neonate",
);

/// The groups of ages that a limit with years names, such as `adult <18 to 64
/// years>`, `Aged: 65+ years` or `all adult (19 plus years)`.
pub(super) fn age(typed: &str) -> Option<&'static str> {
    let small = typed.to_ascii_lowercase();
    let words: Vec<&str> = small
        .split(|c: char| !c.is_alphanumeric() && c != '+')
        .filter(|word| !word.is_empty())
        .collect();
    if !words.iter().any(|word| OF_AGES.contains(word)) {
        return None;
    }
    let (from, to) = span_of_ages(&words)?;
    match (from < 18, from < 65 && to > 18, to >= 65) {
        (true, true, true) => Some("ALL"),
        (true, true, false) => Some("AREA[StdAge](CHILD OR ADULT)"),
        (true, false, _) => Some("AREA[StdAge]CHILD"),
        (false, true, true) => Some("AREA[StdAge](ADULT OR OLDER_ADULT)"),
        (false, true, false) => Some("AREA[StdAge]ADULT"),
        (false, false, true) => Some("AREA[StdAge]OLDER_ADULT"),
        (false, false, false) => None,
    }
}

/// The range of years of age for the words of a limit.
fn span_of_ages(words: &[&str]) -> Option<(u32, u32)> {
    let any = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let unit = |begins: &[&str]| {
        words.iter().any(|word| begins.iter().any(|begin| word.starts_with(begin)))
    };
    if unit(&["month"]) || any(&["mo"]) {
        return Some((0, 1));
    }
    if !unit(&["year", "yr"]) && !any(&["80"]) {
        return None;
    }
    // `320 young adulthood <age 18 to 29 yrs>` begins with a code.
    let code = words.first().is_some_and(|word| word.len() == 3 && word.parse::<u32>().is_ok());
    let numbers: Vec<u32> = words[usize::from(code)..]
        .iter()
        .filter_map(|word| word.trim_end_matches('+').parse().ok())
        .collect();
    let open = words.iter().any(|word| word.ends_with('+')) || any(&["plus", "older", "over"]);
    match numbers.as_slice() {
        [.., to] if any(&["birth"]) => Some((0, *to)),
        [.., from] if open => Some((*from, u32::MAX)),
        [.., from, to] => Some((*from, *to)),
        [to] if any(&["to"]) => Some((0, *to)),
        [only] => Some((*only, *only)),
        [] => None,
    }
}

/// Names of years of publication, folded.
const YEARS: WordList =
    WordList("|yr|py|dp|year|publicationyear|pubyear|publicationdate|publisheddate");

/// `yr="2010 -Current"`, `2010-2020` as a range of start dates.
fn years(part: &str) -> Option<LimitMeaning> {
    let typed = part.to_owned();
    if date_limits::is_relative(part) {
        return Some(LimitMeaning::LeftOut(typed, date_limits::RELATIVE));
    }
    let (name, value) = part.split_once(['=', ':']).unwrap_or(("", part));
    if !YEARS.contains(pieces::fold(name).as_str()) {
        return None;
    }
    match date_limits::dates(value) {
        Some(dates) => Some(LimitMeaning::Said { typed, expression: dates.expression() }),
        None if name.is_empty() => None,
        None => Some(LimitMeaning::LeftOut(typed, "the dates are not understood")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names in a limit, with the joints between them.
    fn shape(limits: &LimitTree) -> String {
        let list = |parts: &[LimitTree], joint: &str| {
            let parts: Vec<String> = parts.iter().map(shape).collect();
            format!("({})", parts.join(joint))
        };
        match limits {
            LimitTree::One(
                LimitMeaning::Said { typed, .. }
                | LimitMeaning::LeftOut(typed, _)
                | LimitMeaning::Never(typed, _)
                | LimitMeaning::Always(typed, _)
                | LimitMeaning::Nowhere(typed, _),
            ) => typed.clone(),
            LimitTree::Not(inner) => format!("not {}", shape(inner)),
            LimitTree::All(parts) => list(parts, " & "),
            LimitTree::Any(parts) => list(parts, " | "),
        }
    }

    #[test]
    fn and_and_or_are_kept_apart() {
        for (typed, expected) in [
            (
                "((\"all child (0 to 18 years)\" or \"all adult (19 plus years)\") and english)",
                "((all child (0 to 18 years) | all adult (19 plus years)) & english)",
            ),
            ("(female or male)", "(female | male)"),
            (
                "(english language and humans and yr=\"2010-Current\")",
                "(english language & humans & yr=\"2010-Current\")",
            ),
            ("english or french and humans", "(english | (french & humans))"),
            ("all child (0 to 18 years) or english", "(all child (0 to 18 years) | english)"),
            ("humans; english", "(humans & english)"),
            ("clinical trial, phase iii", "clinical trial, phase iii"),
            ("(humans", "humans"),
            ("humans) and english", "(humans & english)"),
        ] {
            let read = LimitTree::read(typed).expect(typed);
            assert_eq!(shape(&read), expected, "{typed}");
        }
        assert_eq!(LimitTree::read("( and )"), None);
        assert!(LimitTree::read(&"(".repeat(100_000)).is_none());
    }
}
