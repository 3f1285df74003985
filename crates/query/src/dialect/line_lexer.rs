//! Splits a line that is written for another system into tokens.

mod line_marks;

use std::collections::BTreeSet;

use super::field_codes::{are_fields, field};
use super::field_signs::{self, closing, is_list_of_codes, with_field};
use super::strategy_page::{combination, line_number, list_of_numbers};
use super::systems::Dialect;
use super::tokens::{DialectToken, Proximity};
use super::{field_prefixes, headings, named_fields};
use crate::word_syntax::possessive;

/// The tokens of a line; `known` are the numbers of the lines above.
pub(super) fn tokens(typed: &str, dialect: Dialect, known: &BTreeSet<u32>) -> Vec<DialectToken> {
    let joins = combination(typed, dialect.names_with_s()).is_some();
    let mut lexer = DialectLexer { typed, at: 0, dialect, known, joins, tokens: Vec::new() };
    while lexer.at < typed.len() {
        lexer.next();
    }
    if named_fields::has_names(dialect) {
        field_prefixes::one_word_each(lexer.tokens, dialect)
    } else {
        lexer.tokens
    }
}

struct DialectLexer<'a> {
    typed: &'a str,
    at: usize,
    dialect: Dialect,
    known: &'a BTreeSet<u32>,
    /// The line is nothing but names of lines and operators.
    joins: bool,
    tokens: Vec<DialectToken>,
}

/// Words of a line that begin a command on another one.
const COMMANDS: [&str; 4] = ["limit", "remove", "from", "dedup"];

impl<'a> DialectLexer<'a> {
    fn rest(&self) -> &'a str {
        &self.typed[self.at..]
    }

    fn push(&mut self, token: DialectToken, length: usize) {
        self.tokens.push(token);
        self.at += length;
    }

    /// Passes over a part, and says why.
    fn leave(&mut self, length: usize, why: &str) {
        let part = self.rest()[..length].trim();
        let said = format!("`{part}` is left out: {why}");
        self.push(DialectToken::PassedOver(said), length);
    }

    /// Whether an operand may begin here.
    fn at_start(&self) -> bool {
        !matches!(
            self.tokens.last(),
            Some(
                DialectToken::Word(_)
                    | DialectToken::Quoted(_)
                    | DialectToken::Close
                    | DialectToken::Suffix(_)
                    | DialectToken::Heading(_)
                    | DialectToken::Lines { .. }
                    | DialectToken::Limit(_)
                    | DialectToken::Excluded(_)
            )
        )
    }

    fn next(&mut self) {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return };
        if c.is_whitespace() || c == ',' || c == ';' {
            self.at += c.len_utf8();
        } else if self.at_start()
            && let Some((token, length)) = field_prefixes::prefix(rest, self.dialect)
        {
            self.push(token, length);
        } else if let Some((token, length)) = self.named_before() {
            self.tokens.push(DialectToken::And);
            self.push(token, length);
        } else if self.at_start() && self.command() {
        } else {
            match c {
                '(' if !self.at_start() && self.named_behind() => {}
                '(' => self.push(DialectToken::Open, 1),
                ')' => self.push(DialectToken::Close, 1),
                '<' if !self.at_start() && self.ages() => {}
                '{' => self.braces(),
                '}' | ']' => self.leave(1, "it closes nothing"),
                '"' => self.quoted('"'),
                '\'' if self.at_start() && rest[1..].contains('\'') => self.quoted('\''),
                '[' => self.brackets(),
                '/' if !self.at_start() => self.slash(),
                ':' | '.' if !self.at_start() => self.suffix(),
                '=' if matches!(self.tokens.last(), Some(DialectToken::Prefix(_))) => self.at += 1,
                _ => self.word(),
            }
        }
    }

    /// What begins an operand and is longer than a word: a heading in many
    /// words, a list of lines, a command on a line.
    fn command(&mut self) -> bool {
        let rest = self.rest();
        // Signs begin no command, and each would look through the whole rest.
        if !rest.starts_with(|c: char| c.is_alphanumeric() || c == '#') {
            return false;
        }
        let found = headings::descriptor(rest)
            .map(|(heading, length)| (DialectToken::Heading(heading), length))
            .or_else(|| self.lines(rest));
        if let Some((token, length)) = found {
            self.push(token, length);
            return true;
        }
        self.tokens.is_empty() && self.of_line(rest)
    }

    /// `or/1-7`, `and/3,5`, `1-7/or`.
    fn lines(&self, rest: &str) -> Option<(DialectToken, usize)> {
        let with_s = self.dialect.names_with_s();
        let word = rest.split([' ', ')']).next()?;
        if !word.contains('/') {
            return None;
        }
        let small = rest.to_ascii_lowercase();
        for (operator, all) in [("or/", false), ("and/", true)] {
            if let Some(list) = small.strip_prefix(operator) {
                let part = |c: char| c.is_ascii_digit() || matches!(c, '#' | 's' | '-' | ',' | ' ');
                let end = list.find(|c| !part(c)).unwrap_or(list.len());
                let numbers = list_of_numbers(list[..end].trim(), with_s)?;
                return Some((DialectToken::Lines { all, numbers }, operator.len() + end));
            }
        }
        let word = small.split([' ', ')']).next()?;
        let (list, operator) = word.rsplit_once('/')?;
        let all = operator == "and";
        let numbers = list_of_numbers(list, with_s).filter(|_| all || operator == "or")?;
        Some((DialectToken::Lines { all, numbers }, word.len()))
    }

    /// `limit 3 to humans`, `remove duplicates from 3`, `from 3 keep 1-10`,
    /// `3 use ppez`.
    fn of_line(&mut self, rest: &str) -> bool {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let number = |word: Option<&&str>| line_number(word?.trim_matches(['(', ')']), true);
        let small = rest.to_ascii_lowercase();
        let first = words.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
        let (line, limit) = match (first.as_str(), words.get(1).map(|word| word.to_lowercase())) {
            ("limit", _) if words.get(2).is_some_and(|word| word.eq_ignore_ascii_case("to")) => {
                let begin = small.find(" to ").map_or(rest.len(), |at| at + 4);
                (number(words.get(1)), Some(rest[begin..].to_owned()))
            }
            ("remove" | "dedup" | "deduplicate", _) => (number(words.last()), None),
            ("from", _) => (number(words.get(1)), None),
            (_, Some(second)) if second == "use" && words.len() > 2 => {
                (number(words.first()), None)
            }
            _ => return false,
        };
        let Some(line) = line.filter(|line| self.known.contains(line)) else {
            if COMMANDS.contains(&first.as_str()) && words.len() > 2 && limit.is_some() {
                self.push(
                    DialectToken::PassedOver(format!("`{rest}` names no line above")),
                    rest.len(),
                );
                return true;
            }
            return false;
        };
        self.tokens.push(DialectToken::Lines { all: false, numbers: vec![line] });
        match limit {
            Some(limit) => self.tokens.extend([DialectToken::And, DialectToken::Limit(limit)]),
            None => self.tokens.push(DialectToken::PassedOver(format!(
                "`{rest}` is left out: it is about a database, not about studies"
            ))),
        }
        self.at = self.typed.len();
        true
    }

    /// `{or #1-#7}`, or Scopus' exact phrases.
    fn braces(&mut self) {
        let rest = self.rest();
        let end = rest.find('}').unwrap_or(rest.len());
        let inner = rest[1..end].trim().to_owned();
        let length = (end + 1).min(rest.len());
        let small = inner.to_ascii_lowercase();
        for (operator, all) in [("or ", false), ("and ", true)] {
            if let Some(list) = small.strip_prefix(operator)
                && let Some(numbers) = list_of_numbers(list, true)
            {
                self.push(DialectToken::Lines { all, numbers }, length);
                return;
            }
        }
        // Ovid's basic search says so behind a search.
        if self.dialect == Dialect::Ovid && small.ends_with("related terms") {
            let said = format!("`{{{inner}}}` is left out: names of the same are found here");
            self.push(DialectToken::PassedOver(said), length);
            return;
        }
        self.push(DialectToken::Quoted(inner), length);
    }

    fn quoted(&mut self, quote: char) {
        let rest = &self.rest()[1..];
        let closing = rest
            .match_indices(quote)
            .map(|(at, _)| at)
            .find(|at| quote == '"' || !rest[at + 1..].starts_with(|c: char| c.is_alphanumeric()));
        let end = closing.unwrap_or(rest.len());
        let length = (end + 2).min(rest.len() + 1);
        self.push(DialectToken::Quoted(rest[..end].trim().to_owned()), length);
        self.at += possessive(self.rest());
    }

    /// A field after a term, a heading in brackets, or a limit.
    fn brackets(&mut self) {
        let rest = self.rest();
        let end = closing(rest);
        let inner = rest[1..end].trim();
        let mut length = (end + 1).min(rest.len());
        let after = &rest[length..];
        let range = inner.split_once(" TO ").filter(|_| named_fields::has_names(self.dialect));
        if let Some((from, to)) = range {
            let ends = [from, to].map(|end| DialectToken::Word(end.trim().to_owned()));
            let [from, to] = ends;
            self.tokens.extend([from, DialectToken::To, to]);
            self.at += length;
        } else if let Some(heading) = headings::in_brackets(inner) {
            self.push(DialectToken::Heading(heading), length);
        } else if after.starts_with('/') && after[1..].starts_with(|c: char| c.is_alphabetic()) {
            let code = &after[1..after.find([' ', ')']).unwrap_or(after.len())];
            length += 1 + code.len();
            self.push(DialectToken::Limit(self.limit(inner, code)), length);
        } else if self.dialect == Dialect::Ovid && !self.is_tag(inner) {
            let heading = matches!(self.tokens.last(), Some(DialectToken::Heading(_)));
            if heading || inner.contains('=') {
                // The names of subheadings and fields for its codes.
                self.at += length;
            } else {
                self.leave(length, "it is in brackets, and is no field of Ovid");
            }
        } else if self.at_start() {
            let said = format!("`[{inner}]` follows nothing and is left out");
            self.push(DialectToken::PassedOver(said), length);
        } else {
            self.tag(inner, length);
        }
    }

    /// The limit that brackets with a code behind them are, such as
    /// `[2010-2020]/py`.
    fn limit(&self, inner: &str, code: &str) -> String {
        // Embase.com's adults are younger than its aged.
        let adult = self.dialect == Dialect::Embase && inner.eq_ignore_ascii_case("adult");
        match code {
            "py" | "sd" | "dd" => format!("{code}={inner}"),
            _ if adult => format!("{inner} <18 to 64 years>"),
            _ => inner.to_owned(),
        }
    }

    /// A field in brackets behind an operand.
    fn tag(&mut self, inner: &str, length: usize) {
        let own = matches!(self.dialect, Dialect::PubMed | Dialect::ClinicalTrials);
        if !own && field(inner, Dialect::PubMed).is_some() {
            let said = field_signs::read_as(&format!("[{inner}]"), Dialect::PubMed);
            self.tokens.push(DialectToken::PassedOver(said));
        }
        self.push(DialectToken::Suffix(vec![inner.to_owned()]), length);
    }

    /// Whether brackets behind words are a field of PubMed.
    fn is_tag(&self, inner: &str) -> bool {
        let behind =
            matches!(self.tokens.last(), Some(DialectToken::Word(_) | DialectToken::Quoted(_)));
        behind && field(inner, Dialect::PubMed).is_some()
    }

    /// `/`, `/exp`, `/de`, `/dt [Drug Therapy]` after a heading.
    fn slash(&mut self) {
        let rest = self.rest();
        let (codes, length) = headings::codes(&rest[1..]);
        let codes = codes.to_ascii_lowercase();
        let end = rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c));
        let whole = &rest[..end.unwrap_or(rest.len())];
        if self.dialect == Dialect::Ovid && whole.starts_with("/freq=") {
            self.leave(whole.len(), "how often a word occurs in a text is not counted here");
            return;
        }
        let exploded = self.is_exploded();
        let of = if exploded { Dialect::Ovid } else { self.dialect };
        if !headings::are_codes(&codes, of) {
            self.leave(whole.len(), "it is no part of a heading that is known");
            return;
        }
        let heading = headings::taken_back(&mut self.tokens, &codes, of);
        self.at += 1 + length;
        self.tokens.extend(heading.map(DialectToken::Heading));
    }

    /// Whether Ovid's `exp` precedes the last words.
    fn is_exploded(&self) -> bool {
        let words = self.tokens.iter().rev().map_while(|token| match token {
            DialectToken::Word(word) => Some(word.trim_matches('*')),
            _ => None,
        });
        words.take(12).any(|word| word.eq_ignore_ascii_case("exp"))
    }

    /// `.ti,ab.` or `:ti,ab` after a parenthesis or quote.
    fn suffix(&mut self) {
        const LONGEST: usize = 200;
        let rest = self.rest();
        let sign = &rest[..1];
        let end = rest
            .char_indices()
            .find(|(at, c)| "()\"[/".contains(*c) || *at > LONGEST)
            .map_or(rest.len(), |(at, _)| at);
        let words = rest[1..end].split_inclusive(char::is_whitespace);
        let mut length = 0;
        // Blanks may follow commas.
        for word in words {
            length += word.len();
            if !word.trim_end().ends_with(',') {
                break;
            }
        }
        let codes = rest[1..=length].trim();
        let bare = codes.trim_end_matches('.');
        let of = if sign == "." { Dialect::Ovid } else { Dialect::Embase };
        let related = |own| own == of || (sign == ":" && own == Dialect::Cochrane);
        let touches = !rest[1..].starts_with(char::is_whitespace);
        if are_fields(bare, self.dialect)
            || (touches && (are_fields(bare, of) || field_signs::is_list(bare)))
            || (sign == "." && is_list_of_codes(codes))
        {
            if !related(self.dialect) && are_fields(bare, of) {
                let sign = rest[..=length].trim();
                self.tokens.push(DialectToken::PassedOver(field_signs::read_as(sign, of)));
            }
            let codes = bare.split([',', '.']).map(|code| code.trim().to_owned()).collect();
            self.push(DialectToken::Suffix(codes), 1 + length);
        } else if sign == ":" {
            self.push(DialectToken::To, 1);
        } else {
            self.at += 1;
        }
    }

    /// The word here, with a list of fields behind it that has blanks.
    fn next_word(&self) -> &'a str {
        let rest = self.rest();
        let bar = self.dialect == Dialect::Scholar;
        let ends = |c: char| c.is_whitespace() || "()[]\"{}".contains(c) || (bar && c == '|');
        let end = rest.find(ends).unwrap_or(rest.len()).max(1);
        // `heparin.ti, ab.`
        let codes = rest[..end].strip_suffix(',').and_then(|word| word.rsplit_once('.'));
        if codes.is_some_and(|(_, codes)| are_fields(codes, self.dialect)) {
            let after = rest[end..].trim_start();
            let next = after.find(|c: char| c.is_whitespace() || "()".contains(c));
            let next = &after[..next.unwrap_or(after.len())];
            if are_fields(next.trim_end_matches(['.', ',']), self.dialect) {
                return &rest[..rest.len() - after.len() + next.len()];
            }
        }
        &rest[..end]
    }

    fn word(&mut self) {
        let typed = self.next_word();
        self.at += typed.len();
        if self.dialect == Dialect::Scopus && self.function(typed) {
            return;
        }
        // `Asthma[MeSH] explode`: a heading with this tag is exploded as it is.
        let marks = self.dialect == Dialect::PubMed && typed.eq_ignore_ascii_case("explode");
        if marks && matches!(self.tokens.last(), Some(DialectToken::Suffix(_))) {
            return;
        }
        if self.dialect == Dialect::Cochrane && ["INREGISTER", "INSEGMENT"].contains(&typed) {
            self.tokens.push(DialectToken::Limit(typed.to_owned()));
        } else if self.dialect == Dialect::Scholar
            && let Some(excluded) = typed.strip_prefix('-')
            && (!excluded.is_empty() || self.rest().starts_with(['"', '(']))
        {
            self.at -= excluded.len();
            self.tokens.push(DialectToken::Not);
        } else if self.without_meaning(typed) {
        } else if !self.operator(typed) && !self.prefix(typed) && !self.line(typed) {
            self.parted(typed);
        }
    }

    fn operator(&mut self, typed: &str) -> bool {
        if self.parted_nearness(typed) {
            return true;
        }
        let small = typed.to_ascii_lowercase();
        let token = match small.as_str() {
            "and" | "&&" => DialectToken::And,
            "or" | "||" | "|" => DialectToken::Or,
            "not" => DialectToken::Not,
            "andnot" | "but-not" => DialectToken::Not,
            ":" => DialectToken::To,
            "same" if typed == "SAME" && self.dialect == Dialect::WebOfScience => {
                self.tokens.push(DialectToken::PassedOver(
                    "`SAME` is read as `AND`: it asks for words in one address".to_owned(),
                ));
                DialectToken::And
            }
            _ => match Proximity::named(typed, self.dialect) {
                Some(nearness) => DialectToken::Near(nearness),
                None => return false,
            },
        };
        if self.at_start() && matches!(token, DialectToken::Near(_)) {
            return false;
        }
        self.tokens.push(token);
        true
    }

    /// A field before what it holds for: `TI`, `TS=`, `TITLE-ABS-KEY(`.
    fn prefix(&mut self, typed: &str) -> bool {
        if !self.at_start() {
            return false;
        }
        let after = self.rest().trim_start();
        let upper = typed.chars().all(|c| c.is_ascii_uppercase() || c == '-');
        let (name, used) = match typed.split_once(['=', ':']) {
            Some((name, _)) if self.dialect == Dialect::WebOfScience => (name, name.len() + 1),
            _ => (typed, typed.len()),
        };
        let known = field(name, self.dialect).is_some();
        let touches = self.rest().starts_with('(');
        let is_prefix = match self.dialect {
            Dialect::Ebsco => upper && known && typed.len() == 2 && !after.is_empty(),
            Dialect::WebOfScience => known && (used > name.len() || after.starts_with('=')),
            Dialect::Scopus => known && after.starts_with('(') && (upper || touches),
            _ => false,
        };
        if is_prefix {
            self.at -= typed.len() - used;
            self.tokens.push(DialectToken::Prefix(vec![name.to_owned()]));
        }
        is_prefix || self.other_prefix(typed)
    }

    /// A field before what it holds for that the system does not have.
    fn other_prefix(&mut self, typed: &str) -> bool {
        let begins = matches!(
            self.tokens.last(),
            None | Some(
                DialectToken::And | DialectToken::Or | DialectToken::Not | DialectToken::Open
            )
        );
        let Some(found) = field_signs::before(typed, self.rest(), self.dialect, begins) else {
            return false;
        };
        let sign = &typed[..found.length];
        self.at -= typed.len() - found.length;
        match found.name {
            Some(name) => {
                self.tokens.push(DialectToken::PassedOver(field_signs::read_as(sign, found.of)));
                self.tokens.push(DialectToken::Prefix(vec![name]));
            }
            None => self.tokens.push(DialectToken::Unknown(sign.to_owned())),
        }
        true
    }

    /// The name of a line above: `#3`, `S3`, and `3` if it is alone.
    fn line(&mut self, typed: &str) -> bool {
        let Some(number) = line_number(typed, self.dialect.names_with_s()) else { return false };
        let bare = typed.starts_with(|c: char| c.is_ascii_digit());
        let next = self.rest().trim_start().to_ascii_lowercase();
        let ends = next.is_empty()
            || next.starts_with([
                ')', '[', '(', '{', '<', '=', '-', '\u{2013}', '\u{2014}', '\u{2192}',
            ])
            || ["and ", "or ", "not ", "adj", "near"].iter().any(|word| next.starts_with(word));
        let names = self.joins || (self.known.contains(&number) && !self.is_in_group_of_words());
        if bare && !(self.at_start() && ends && names) {
            return false;
        }
        self.tokens.push(DialectToken::Lines { all: false, numbers: vec![number] });
        true
    }

    /// Whether a parenthesis around this place holds words: a field or nearness
    /// follows it, as in `(type 1 or 2) adj2 diabetes`.
    fn is_in_group_of_words(&self) -> bool {
        const FARTHEST: usize = 2_000;
        let rest = self.rest();
        let mut depth = 0_u32;
        for (at, c) in rest.char_indices().take(FARTHEST) {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                ')' => {
                    let behind = &rest[at + 1..];
                    let word = behind.split_whitespace().next().unwrap_or_default();
                    if behind.starts_with(['.', ':', '['])
                        || Proximity::named(word, self.dialect).is_some()
                    {
                        return true;
                    }
                }
                _ => {}
            }
        }
        false
    }

    /// A word, and fields or headings that its end names.
    fn parted(&mut self, typed: &str) {
        if let Some((word, codes)) = with_field(typed, self.dialect) {
            self.tokens.push(DialectToken::Word(word.to_owned()));
            self.tokens.push(DialectToken::Suffix(codes));
            return;
        }
        let heading = typed.split_once('/').filter(|(word, codes)| {
            let codes = codes.trim_end_matches(',').to_ascii_lowercase();
            !word.is_empty() && headings::are_codes(&codes, self.dialect)
        });
        let counted = || typed.split_once("/freq=").filter(|_| self.dialect == Dialect::Ovid);
        if let Some((word, _)) = heading {
            self.up_to_slash(typed, word);
        } else if let Some((word, _)) = counted() {
            self.at -= typed.len() - word.len();
            self.parted(word);
        } else if let Some(found) = field_signs::behind(typed, self.dialect) {
            if let Some(of) = found.of {
                let said = field_signs::read_as(&typed[found.word..], of);
                self.tokens.push(DialectToken::PassedOver(said));
            }
            if found.word > 0 {
                self.tokens.push(DialectToken::Word(typed[..found.word].to_owned()));
            }
            self.tokens.push(DialectToken::Suffix(found.codes));
        } else if let Some(word) = field_signs::slash(typed, self.dialect) {
            self.up_to_slash(typed, &typed[..word]);
        } else {
            self.tokens.push(DialectToken::Word(typed.to_owned()));
        }
    }

    /// The word before the slash, and the meaning of the slash.
    fn up_to_slash(&mut self, typed: &str, word: &str) {
        self.at -= typed.len() - word.len();
        self.tokens.push(DialectToken::Word(word.to_owned()));
        self.slash();
    }
}
