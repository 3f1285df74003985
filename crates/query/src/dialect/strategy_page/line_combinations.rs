//! Lines that join other lines, in the forms that people write: `1 or 2`,
//! `or/1-5,7`, `#1-#3 OR`, `combine sets 1 and 2`, `Population AND
//! Intervention`.

use std::collections::HashMap;

use super::page_lines::{LineRefusal, StrategyEntry, StrategyPage};
use crate::dialect::systems::Dialect;
use crate::word_list::WordList;

/// What a line that joins others says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineCombination {
    /// The same with `#` before each number and operators in capitals, and
    /// the numbers.
    Lines(String, Vec<u32>),
    /// It names lines, but not how they are joined: the words that are not
    /// clear.
    Unclear(String),
}

/// A sign or word of such a line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum CombinationPart {
    Numbers(Vec<u32>),
    Operator(&'static str),
    Open,
    Close,
    Comma,
    Dash,
    Slash,
    /// What joins lines in no way that is known.
    Unclear(String),
}

/// Numbers that a list holds at most.
const MOST: u32 = 1_000;

/// Numbers from here on are years rather than names of lines.
const FIRST_YEAR: u32 = 1_000;

/// Words before the names of lines (in small letters).
const NOUNS: WordList = WordList(
    "line|lines|set|sets|search|searches|concept|concepts|query|queries|step|steps|statement|\
     statements|block|blocks|string|strings|no|nos",
);

/// Words around a combination that say no more (in small letters).
const FILLERS: [&str; 9] =
    ["combine", "combined", "combining", "combination", "of", "with", "using", "by", "together"];

/// What a text that is nothing but names of lines and operators joins.
/// `labelled` gives the line that a label names.
pub(super) fn joined(
    text: &str,
    of: Dialect,
    labelled: &dyn Fn(&str) -> Option<u32>,
) -> Option<LineCombination> {
    const LONGEST: usize = 10_000;
    if text.len() > LONGEST {
        return None;
    }
    let small = text.trim().trim_end_matches(['.', ';']).trim_matches(['{', '}']).to_lowercase();
    let small = names_in_brackets(&small);
    if is_all_above(&small) {
        return Some(LineCombination::Unclear(small));
    }
    let parts = parts(&small, of, labelled)?;
    let numbers: Vec<u32> = parts.iter().flat_map(numbers_of).collect();
    let operators = parts.iter().filter(|part| is_joint(part)).count();
    let years = !small.contains('#') && numbers.iter().all(|number| *number >= FIRST_YEAR);
    let named = small.contains('#') || NOUNS.begins(&small);
    if operators == 0 && numbers.len() > 1 && named && !years {
        return Some(LineCombination::Unclear(text.trim().to_owned()));
    }
    if numbers.is_empty() || operators == 0 || years {
        return None;
    }
    let unclear = |part: &CombinationPart| match part {
        CombinationPart::Unclear(word) => Some(word.clone()),
        _ => None,
    };
    if let Some(word) = parts.iter().find_map(unclear) {
        return Some(LineCombination::Unclear(word));
    }
    let written = CombinationWriter { parts: grouped(parts), at: 0 }.whole();
    match written {
        Some(written) => Some(LineCombination::Lines(written, numbers)),
        None if numbers.len() > 1 => Some(LineCombination::Unclear(text.trim().to_owned())),
        None => None,
    }
}

/// `[1] or [2]` as `#1 or #2`.
fn names_in_brackets(small: &str) -> String {
    let mut written = String::with_capacity(small.len());
    let mut rest = small;
    while let Some((before, behind)) = rest.split_once('[') {
        let number = behind.split_once(']');
        let digits = |inner: &str| !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit());
        written.push_str(before);
        match number.filter(|(inner, _)| digits(inner)) {
            Some((inner, after)) => {
                written.push('#');
                written.push_str(inner);
                rest = after;
            }
            None => {
                written.push('[');
                rest = behind;
            }
        }
    }
    written + rest
}

fn is_all_above(small: &str) -> bool {
    let bare = small.trim_start_matches("combine ").trim_start_matches("combination of ");
    let known = ["all of the above", "all the above", "all above", "any of the above", "above"];
    known.contains(&bare) && bare.len() + small.len() > 10
}

fn is_joint(part: &CombinationPart) -> bool {
    match part {
        CombinationPart::Operator(_) | CombinationPart::Comma | CombinationPart::Unclear(_) => true,
        CombinationPart::Numbers(_)
        | CombinationPart::Open
        | CombinationPart::Close
        | CombinationPart::Dash
        | CombinationPart::Slash => false,
    }
}

fn numbers_of(part: &CombinationPart) -> Vec<u32> {
    match part {
        CombinationPart::Numbers(numbers) => numbers.clone(),
        _ => Vec::new(),
    }
}

/// The parts of a text; `None` where it has others.
fn parts(
    small: &str,
    of: Dialect,
    labelled: &dyn Fn(&str) -> Option<u32>,
) -> Option<Vec<CombinationPart>> {
    let (mut parts, mut rest) = (Vec::new(), small);
    while let Some(c) = rest.chars().next() {
        let sign = match c {
            '(' => Some(CombinationPart::Open),
            ')' => Some(CombinationPart::Close),
            ',' => Some(CombinationPart::Comma),
            '-' => Some(CombinationPart::Dash),
            '/' => Some(CombinationPart::Slash),
            '&' => Some(CombinationPart::Operator("AND")),
            '+' => Some(CombinationPart::Unclear("+".to_owned())),
            _ => None,
        };
        if c.is_whitespace() || sign.is_some() {
            parts.extend(sign);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || "(),-/&+".contains(c));
        let word = &rest[..end.unwrap_or(rest.len())];
        let (part, length) = named(rest, labelled).or_else(|| {
            let part = of_word(word, of, parts.is_empty())?;
            Some((part, word.len()))
        })?;
        parts.extend(part);
        rest = &rest[length..];
    }
    Some(ranges(parts))
}

/// The line whose label begins a text: a label ends at an operator or sign.
fn named(
    rest: &str,
    labelled: &dyn Fn(&str) -> Option<u32>,
) -> Option<(Option<CombinationPart>, usize)> {
    let ends = [" and ", " or ", " not ", "(", ")", ","].iter().filter_map(|end| rest.find(end));
    let label = &rest[..ends.min().unwrap_or(rest.len())];
    let number = labelled(label.trim())?;
    Some((Some(CombinationPart::Numbers(vec![number])), label.len()))
}

/// What a word is; `Some(None)` where it says nothing.
fn of_word(word: &str, of: Dialect, first: bool) -> Option<Option<CombinationPart>> {
    let part = match word {
        "and" | "&&" => CombinationPart::Operator("AND"),
        "or" | "||" => CombinationPart::Operator("OR"),
        "not" | "andnot" | "minus" => CombinationPart::Operator("NOT"),
        "to" | "through" | "thru" => CombinationPart::Dash,
        "then" => CombinationPart::Unclear(word.to_owned()),
        _ if NOUNS.contains(word.trim_end_matches('.')) => return Some(None),
        _ if FILLERS.contains(&word.trim_end_matches(':')) => return Some(None),
        "#" if of == Dialect::WebOfScience || first => return Some(None),
        _ => {
            let word = word.trim_end_matches(':').trim_start_matches(['"', '\'']);
            CombinationPart::Numbers(vec![line_number(word, true)?])
        }
    };
    Some(Some(part))
}

/// Numbers with a dash between become those from one to the other.
fn ranges(parts: Vec<CombinationPart>) -> Vec<CombinationPart> {
    let mut read: Vec<CombinationPart> = Vec::with_capacity(parts.len());
    for part in parts {
        let to = numbers_of(&part);
        if let ([.., CombinationPart::Numbers(from), CombinationPart::Dash], [to]) =
            (read.as_slice(), to.as_slice())
            && let Some(from) = from.last().copied()
            && from <= *to
            && to - from <= MOST
        {
            read.pop();
            if let Some(CombinationPart::Numbers(numbers)) = read.last_mut() {
                numbers.extend(from + 1..=*to);
            }
            continue;
        }
        read.push(part);
    }
    read
}

/// Lists joined by one operator, as in `or/1-3`, `1-3/or`, `or 1-3` and `1-3
/// or`, become groups with the operator between.
fn grouped(parts: Vec<CombinationPart>) -> Vec<CombinationPart> {
    let mut parts = lists(parts);
    let mut at = 0;
    while at < parts.len() {
        let begins = at == 0 || parts[at - 1] == CombinationPart::Open;
        let Some((operator, numbers, length)) = list_at(&parts[at..], begins) else {
            at += 1;
            continue;
        };
        let group = joined_by(operator, &numbers);
        // `1 or/2-3` joins the first one, too.
        let before = matches!(
            parts[..at].last(),
            Some(CombinationPart::Numbers(_) | CombinationPart::Close)
        );
        let mut put = if before { vec![CombinationPart::Operator(operator)] } else { Vec::new() };
        let ends = matches!(parts.get(at + length), None | Some(CombinationPart::Close));
        let alone = begins && ends;
        put.extend(if alone { group } else { in_parentheses(group) });
        let added = put.len();
        parts.splice(at..at + length, put);
        at += added;
    }
    parts
}

/// The list with its operator that parts begin with, and how many parts it is.
/// Without a slash it `begins` and ends a group.
fn list_at(parts: &[CombinationPart], begins: bool) -> Option<(&'static str, Vec<u32>, usize)> {
    use CombinationPart::{Close, Numbers, Operator, Slash};
    match parts {
        [Operator(operator), Slash, Numbers(numbers), ..]
        | [Numbers(numbers), Slash, Operator(operator), ..] => {
            Some((*operator, numbers.clone(), 3))
        }
        [Operator(operator), Numbers(numbers), rest @ ..]
        | [Numbers(numbers), Operator(operator), rest @ ..]
            if begins && matches!(rest.first(), None | Some(Close)) =>
        {
            Some((*operator, numbers.clone(), 2))
        }
        _ => None,
    }
}

/// Numbers with commas between, as one list.
fn lists(parts: Vec<CombinationPart>) -> Vec<CombinationPart> {
    let mut read: Vec<CombinationPart> = Vec::with_capacity(parts.len());
    for part in parts {
        let more = numbers_of(&part);
        if !more.is_empty()
            && matches!(read.as_slice(), [.., CombinationPart::Numbers(_), CombinationPart::Comma])
        {
            read.pop();
            if let Some(CombinationPart::Numbers(numbers)) = read.last_mut() {
                numbers.extend(more);
            }
            continue;
        }
        read.push(part);
    }
    read
}

fn joined_by(operator: &'static str, numbers: &[u32]) -> Vec<CombinationPart> {
    let mut parts = Vec::new();
    for number in numbers {
        if !parts.is_empty() {
            parts.push(CombinationPart::Operator(operator));
        }
        parts.push(CombinationPart::Numbers(vec![*number]));
    }
    parts
}

fn in_parentheses(group: Vec<CombinationPart>) -> Vec<CombinationPart> {
    [CombinationPart::Open].into_iter().chain(group).chain([CombinationPart::Close]).collect()
}

/// Writes parts as a search.
struct CombinationWriter {
    parts: Vec<CombinationPart>,
    at: usize,
}

impl CombinationWriter {
    fn whole(mut self) -> Option<String> {
        let written = self.group(0)?;
        (self.at == self.parts.len()).then_some(written)
    }

    fn next(&mut self) -> Option<CombinationPart> {
        let part = self.parts.get(self.at).cloned();
        self.at += usize::from(part.is_some());
        part
    }

    /// Operands with operators between, up to the end or a `)`.
    fn group(&mut self, depth: usize) -> Option<String> {
        const DEEPEST: usize = 50;
        let list = self.operator_of_lists()?;
        let mut written = Vec::new();
        loop {
            match self.next()? {
                CombinationPart::Numbers(numbers) => {
                    let names: Vec<String> =
                        numbers.iter().map(|number| format!("#{number}")).collect();
                    written.push(names.join(&format!(" {list} ")));
                }
                CombinationPart::Open if depth < DEEPEST => {
                    let inner = self.group(depth + 1)?;
                    (self.next()? == CombinationPart::Close).then_some(())?;
                    written.push(format!("({inner})"));
                }
                _ => return None,
            }
            match self.parts.get(self.at) {
                None | Some(CombinationPart::Close) => return Some(written.join(" ")),
                Some(CombinationPart::Operator(operator)) => {
                    written.push((*operator).to_owned());
                    self.at += 1;
                    // `AND NOT`
                    if self.parts.get(self.at) == Some(&CombinationPart::Operator("NOT"))
                        && *written.last()? == "AND"
                    {
                        self.at += 1;
                        *written.last_mut()? = "NOT".to_owned();
                    }
                }
                Some(_) => return None,
            }
        }
    }

    /// The operator that joins the numbers of a list in this group: the only
    /// one there is. `None` where a list has none.
    fn operator_of_lists(&self) -> Option<&'static str> {
        let (mut depth, mut lists, mut operators) = (0_u32, false, Vec::new());
        for part in &self.parts[self.at..] {
            match part {
                CombinationPart::Open => depth += 1,
                CombinationPart::Close if depth == 0 => break,
                CombinationPart::Close => depth -= 1,
                CombinationPart::Numbers(numbers) if depth == 0 => lists |= numbers.len() > 1,
                CombinationPart::Operator(operator) if depth == 0 => operators.push(*operator),
                _ => {}
            }
        }
        operators.dedup();
        match (lists, operators.as_slice()) {
            (false, _) => Some(""),
            (true, [operator]) if *operator != "NOT" => Some(operator),
            (true, _) => None,
        }
    }
}

/// `3 and limit to humans`, as `limit 3 to humans`.
fn limited(text: &str) -> Option<(String, u32)> {
    let small = text.to_lowercase();
    let at = small.find("limit")?;
    let before = text[..at].trim();
    let rest = text[at..].split_once(char::is_whitespace)?.1.trim_start();
    let before = before.trim_end_matches(|c: char| c.is_ascii_punctuation()).trim_end();
    let line = before.strip_suffix("and").or_else(|| before.strip_suffix("AND")).unwrap_or(before);
    if line.is_empty() {
        let (line, _) = rest.split_once(char::is_whitespace)?;
        return Some((text.to_owned(), line_number(line, true)?));
    }
    let number = line_number(line.trim(), true)?;
    let limit = rest.strip_prefix("to ")?;
    Some((format!("limit {number} to {limit}"), number))
}

impl StrategyPage {
    /// Writes lines that join others with the names of these, and refuses
    /// what names no line or joins in no way that is known.
    pub(super) fn with_names(&mut self, of: Dialect) {
        let names = LineNames::of(&self.entries);
        for (at, entry) in self.entries.iter_mut().enumerate() {
            let found = joined(&entry.text, of, &|label| names.labelled(entry, label));
            let (text, refusal) = names.named(at, entry, found);
            entry.typed = std::mem::replace(&mut entry.text, text);
            if let Some(refusal) = refusal {
                entry.refuse(refusal);
            }
        }
    }
}

/// What the lines of a page are named by.
struct LineNames {
    /// The first line of a strategy with a number.
    places: HashMap<(usize, u32), usize>,
    /// Numbers of the lines of a strategy that have a label.
    labels: HashMap<(usize, String), Vec<u32>>,
}

impl LineNames {
    fn of(entries: &[StrategyEntry]) -> Self {
        let mut names = Self { places: HashMap::new(), labels: HashMap::new() };
        for (at, entry) in entries.iter().enumerate() {
            names.places.entry((entry.strategy, entry.number)).or_insert(at);
            for label in &entry.labels {
                let key = (entry.strategy, label.clone());
                names.labels.entry(key).or_default().push(entry.number);
            }
        }
        names
    }

    /// The one other line that a label names.
    fn labelled(&self, entry: &StrategyEntry, label: &str) -> Option<u32> {
        let found = self.labels.get(&(entry.strategy, label.to_owned()))?;
        match found.as_slice() {
            [number] if *number != entry.number => Some(*number),
            _ => None,
        }
    }

    /// The text of a line with the names of the lines that it joins, and the
    /// errors in them.
    fn named(
        &self,
        at: usize,
        entry: &StrategyEntry,
        found: Option<LineCombination>,
    ) -> (String, Option<LineRefusal>) {
        let is_above = |number: &u32| {
            self.places.get(&(entry.strategy, *number)).is_some_and(|place| *place < at)
        };
        let missing = |numbers: &[u32]| {
            numbers.iter().find(|number| !is_above(number)).map(|number| no_line(*number))
        };
        match found {
            Some(LineCombination::Unclear(words)) => {
                (entry.text.clone(), Some(unclear(&words, entry.number)))
            }
            Some(LineCombination::Lines(said, numbers)) => (said, missing(&numbers)),
            None => match limited(&entry.text) {
                Some((said, number)) => (said, missing(&[number])),
                None => (entry.text.clone(), None),
            },
        }
    }
}

/// The diagnostic for a line that names one that is not there.
pub(in super::super) fn no_line(number: u32) -> LineRefusal {
    LineRefusal::new(
        format!("there is no line `#{number}` above"),
        "name a line above it, or add that line to the file",
    )
}

fn unclear(words: &str, number: u32) -> LineRefusal {
    let last = number.saturating_sub(1).max(1);
    LineRefusal {
        message: format!("`{words}` does not say how lines are joined"),
        hint: format!("type `or/1-{last}`, `and/1-{last}`, or such as `1 or 2` and `1 and 2`"),
    }
}

/// The lines that a text joins which is nothing but names of lines and
/// operators, such as `1 or 2`, `or/1-3`, `(S1 OR S2) NOT S3`: the same with
/// `#` before each number and operators in capitals.
pub(crate) fn combination(typed: &str, with_s: bool) -> Option<String> {
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
pub(in super::super) fn line_number(name: &str, with_s: bool) -> Option<u32> {
    let digits = match name.strip_prefix('#') {
        Some(digits) => digits,
        None if with_s => name.strip_prefix(['s', 'S']).unwrap_or(name),
        None => name,
    };
    let known = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| known)
}

/// The numbers of `1-3,5`, `#1-#3`, `1 to 3`.
pub(in super::super) fn list_of_numbers(list: &str, with_s: bool) -> Option<Vec<u32>> {
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

#[cfg(test)]
mod tests;
