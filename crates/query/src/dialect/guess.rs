//! Guesses the system that a text is written for, by signs that only some
//! systems have.

use super::field::DialectField;
use super::field_codes::{are_fields, field};
use super::field_signs::AFTER_ABBREVIATION;
use super::strategy_page::{plain_signs, rows_of_signs};
use super::systems::Dialect;
use super::{headings, named_fields, registry};
use crate::word_list::WordList;
use crate::word_syntax::{OPERATORS, is_quote, near};
use crate::{Span, web_search};

/// A sign of a system.
#[derive(Debug, Clone)]
pub(super) struct DialectSign {
    pub(super) dialect: Dialect,
    /// What it weighs against signs of other systems.
    weight: u32,
    /// Whether it shows by itself that a text is not written in our language.
    pub(super) sure: bool,
    /// Whether it does so beside another sign, or in a line with a number.
    pub(super) likely: bool,
    /// Bytes of the text.
    pub(super) span: Span,
}

/// The system that a text is written for; `None` where no sign says so.
#[must_use]
pub fn guess(text: &str) -> Option<Dialect> {
    let text = plain_signs(text);
    let text = rows_of_signs(&text).unwrap_or(text);
    let mut weights = [0_u32; Dialect::ALL.len()];
    let all: Vec<Vec<DialectSign>> = text.lines().map(signs).collect();
    let own = only_one_of(&all);
    for line in &all {
        for sign in line {
            let mut sign = sign.clone();
            if let Some(own) = own.filter(|_| is_shared(&sign)) {
                sign.dialect = own;
            }
            if let Some(at) = Dialect::ALL.iter().position(|dialect| *dialect == sign.dialect) {
                weights[at] += sign.weight;
            }
        }
    }
    let most = weights.iter().copied().max().filter(|most| *most > 1)?;
    let at = weights.iter().position(|weight| *weight == most)?;
    Some(Dialect::ALL[at])
}

/// Whether Embase.com and the Cochrane Library both have a sign, such as
/// `:ti,ab` and `NEAR/3`.
fn is_shared(sign: &DialectSign) -> bool {
    sign.weight < 4 && matches!(sign.dialect, Dialect::Embase | Dialect::Cochrane)
}

/// Which of Embase.com and the Cochrane Library has signs that the other one
/// lacks, where only one of them does.
fn only_one_of(lines: &[Vec<DialectSign>]) -> Option<Dialect> {
    let has = |dialect| {
        let own = |sign: &DialectSign| sign.dialect == dialect && !is_shared(sign);
        lines.iter().flatten().any(own)
    };
    match (has(Dialect::Embase), has(Dialect::Cochrane)) {
        (true, false) => Some(Dialect::Embase),
        (false, true) => Some(Dialect::Cochrane),
        _ => None,
    }
}

/// The other system that a text may be written for just as well: the signs of
/// it that Embase.com and the Cochrane Library have are those of both.
#[must_use]
pub fn or_else(text: &str, guessed: Dialect) -> Option<Dialect> {
    let text = plain_signs(text);
    let all: Vec<Vec<DialectSign>> = text.lines().map(signs).collect();
    if only_one_of(&all).is_some() || !all.iter().flatten().any(is_shared) {
        return None;
    }
    match guessed {
        Dialect::Embase => Some(Dialect::Cochrane),
        Dialect::Cochrane => Some(Dialect::Embase),
        _ => None,
    }
}

/// The system of a line that has no sign of its strategy's system, but a sign
/// of another.
pub(super) fn other_than(line: &str, own: Dialect) -> Option<Dialect> {
    if named_fields::has_names(own) {
        return None;
    }
    let all = signs(line);
    let adjacent = |sign: &DialectSign| {
        let word = line.get(sign.span.clone()).unwrap_or_default().to_ascii_lowercase();
        own == Dialect::Cochrane && word.starts_with("adj")
    };
    let related = |sign: &DialectSign| are_related(sign, own) || adjacent(sign);
    if all.iter().any(|sign| sign.dialect == own || related(sign)) {
        return None;
    }
    let sure = sure_one(&all, true)?;
    Some(guess(line).unwrap_or(sure.dialect))
        .filter(|found| *found != own && found.rules() == *found)
}

/// The first sign that shows by itself, by others beside it or by the number
/// of its line that a text is not written in our language.
pub(super) fn sure_one(signs: &[DialectSign], in_numbered_line: bool) -> Option<&DialectSign> {
    signs.iter().find(|sign| {
        let together = || signs.iter().filter(|other| other.dialect == sign.dialect).count() > 1;
        sign.sure || (sign.likely && (in_numbered_line || together()))
    })
}

/// The places of words that are surely written for another system.
pub(crate) fn sure_words(typed: &str) -> Vec<Span> {
    let plain = plain_signs(typed);
    let sure = signs(&plain).into_iter().filter(|sign| sign.sure);
    sure.map(|sign| typed_span(typed, &plain, &sign.span)).collect()
}

/// The same place in the text before signs were made plain, which has as many
/// characters.
pub(super) fn typed_span(typed: &str, plain: &str, span: &Span) -> Span {
    let place = |at: usize| {
        let characters = plain[..at].chars().count();
        typed.char_indices().nth(characters).map_or(typed.len(), |(at, _)| at)
    };
    place(span.start)..place(span.end)
}

/// Whether a sign of one system is plain in another, too.
fn are_related(sign: &DialectSign, own: Dialect) -> bool {
    match (sign.dialect, own) {
        (Dialect::Cochrane, Dialect::Embase | Dialect::WebOfScience)
        | (Dialect::Embase, Dialect::Cochrane) => sign.weight < 4,
        (Dialect::PubMed, Dialect::ClinicalTrials) | (Dialect::ClinicalTrials, Dialect::PubMed) => {
            true
        }
        _ => false,
    }
}

/// The signs in a line.
pub(super) fn signs(line: &str) -> Vec<DialectSign> {
    let mut finder = SignFinder { line, signs: Vec::new() };
    let has_colons = line.contains(':');
    let parts = line.split_whitespace().filter(|_| has_colons);
    for word in parts.filter(|word| word.contains("://")) {
        if let Some(found) = web_search::of_address(word) {
            let span = 0..line.len();
            let dialect = found.dialect;
            finder.signs.push(DialectSign { dialect, weight: 9, sure: false, likely: false, span });
        }
    }
    if registry::is_details(line) {
        finder.add(Dialect::ClinicalTrials, 9, true, 0..line.len());
    }
    let small = line.to_ascii_lowercase();
    for (dialect, weight, start, end) in named_signs(&small) {
        // They are asked for elsewhere where our own language is expected.
        let span = start..end;
        finder.signs.push(DialectSign { dialect, weight, sure: false, likely: false, span });
    }
    finder.commands(&small);
    finder.brackets();
    let words = words(line);
    for at in (0..words.len()).filter(|at| !says_nothing(&line[words[*at].clone()])) {
        finder.word(&words, at);
    }
    finder.signs
}

/// Words of a line outside of quotes and of the brackets of our operators; each
/// parenthesis is a word.
fn words(line: &str) -> Vec<Span> {
    let (mut words, mut start, mut quoted) = (Vec::new(), None, false);
    for (at, c) in line.char_indices() {
        let ends = c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
        if ends || quoted {
            words.extend(start.take().map(|start| start..at));
            quoted ^= is_quote(c);
            if !quoted && matches!(c, '(' | ')') {
                words.push(at..at + 1);
            }
        } else {
            start = start.or(Some(at));
        }
    }
    words.extend(start.map(|start| start..line.len()));
    words
}

/// Bytes of a name in brackets at most.
const LONGEST_NAME: usize = 300;

struct SignFinder<'a> {
    line: &'a str,
    signs: Vec<DialectSign>,
}

/// Functions of Scopus.
const SCOPUS: WordList = WordList(
    "TITLE|TITLE-ABS-KEY|TITLE-ABS|TITLE-ABS-KEY-AUTH|AUTHKEY|INDEXTERMS|KEY|ABS|LIMIT-TO|\
     EXCLUDE",
);

/// Fields of Web of Science before `=`.
const WOS: [&str; 10] = ["TS", "TI", "AB", "AK", "KP", "AU", "SO", "ALL", "DT", "PY"];

/// Fields of EBSCOhost before words, which are also abbreviations of other
/// things.
const EBSCO: [&str; 8] = ["TI", "AB", "MH", "MM", "DE", "SU", "MW", "TX"];

/// Further fields of EBSCOhost, which are more often abbreviations.
const EBSCO_MAYBE: [&str; 2] = ["PT", "KW"];

/// Codes of Ovid that are known without a dot behind them.
const OVID: [&str; 11] = ["af", "tw", "ti", "ab", "mp", "kw", "kf", "pt", "sh", "hw", "nm"];

impl SignFinder<'_> {
    fn add(&mut self, dialect: Dialect, weight: u32, sure: bool, span: Span) {
        self.signs.push(DialectSign { dialect, weight, sure, likely: sure, span });
    }

    /// Commands and headings in many words, in the line in small letters.
    fn commands(&mut self, small: &str) {
        let trimmed = small.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let start = small.len() - trimmed.len();
        if let Some(rest) = trimmed.strip_prefix("limit ") {
            let mut words = rest.split_whitespace();
            let line = words.next().unwrap_or_default().trim_start_matches(['#', 's']);
            if line.parse::<u32>().is_ok() && words.next() == Some("to") {
                self.add(Dialect::Ovid, 5, true, start..small.len());
            }
        }
        if let Some(at) = place_of("mesh descriptor", small) {
            self.add(Dialect::Cochrane, 9, true, at..at + "mesh descriptor".len());
        }
        if let Some(at) = place_of("{or #", small).or_else(|| place_of("{and #", small)) {
            self.add(Dialect::Cochrane, 4, true, at..small.len());
        }
    }

    /// Fields and headings in square brackets.
    fn brackets(&mut self) {
        let line = self.line;
        for (at, _) in line.match_indices('[') {
            // A name has an end; without one, each would look through the rest.
            let bytes = line[at..].bytes().take(LONGEST_NAME);
            let Some(length) = bytes.into_iter().position(|byte| byte == b']') else { continue };
            let span = at..at + length + 1;
            let inner = line[at + 1..at + length].trim();
            let (before, after) = (line[..at].trim_end(), &line[span.end..]);
            if inner.is_empty() {
                continue;
            }
            if headings::in_brackets(inner).is_some() {
                self.add(Dialect::Cochrane, 5, true, span);
            } else if after.starts_with("/lim") || after.starts_with("/py") {
                self.add(Dialect::Embase, 5, true, span);
            } else if is_operand_end(before) && field(inner, Dialect::PubMed).is_some() {
                self.add(Dialect::PubMed, 3, true, span);
            } else if is_operand_end(before) && line[..at].ends_with([' ', ')', '"']) {
                let named = field(inner, Dialect::ClinicalTrials);
                if matches!(named, Some(DialectField::Area(_))) {
                    self.add(Dialect::ClinicalTrials, 3, true, span);
                }
            }
        }
    }

    fn word(&mut self, words: &[Span], at: usize) {
        let span = words[at].clone();
        let word = &self.line[span.clone()];
        let text = |span: Option<&Span>| span.map_or("", |span| &self.line[span.clone()]);
        let quote_before = self.line[..span.start].trim_end().ends_with(is_quote);
        let quote_behind = self.line[span.end..].trim_start().starts_with(is_quote);
        let before = at.checked_sub(1).map_or("", |at| text(words.get(at)));
        let before = if quote_before { "\"" } else { before };
        let next = if quote_behind { "\"" } else { text(words.get(at + 1)) };
        if word.contains("://") || word.contains('\\') {
            return;
        }
        if let Some((dialect, weight, sure)) = of_form(word, before, next, self.line, &span)
            .or_else(|| of_field(word, before, next))
            .or_else(|| of_operator(word, before, next))
        {
            self.add(dialect, weight, sure, span);
        } else if let Some((dialect, weight)) = likely(word, before, next) {
            self.signs.push(DialectSign { dialect, weight, sure: false, likely: true, span });
        }
    }
}

/// Words of small letters alone that may be signs.
const SMALL_SIGNS: [&str; 3] = ["adj", "exp", "explode"];

/// Whether a word is no sign, whatever is beside it: most words of plain text.
fn says_nothing(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase()) && !SMALL_SIGNS.contains(&word)
}

/// Where a text has another one; in short texts, with less effort than
/// [`str::find`].
fn place_of(wanted: &str, text: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|part| part == wanted.as_bytes())
}

/// Whether an operand may end a text: it ends in a word, quote or `)`.
fn is_operand_end(before: &str) -> bool {
    let keyword = before.split(|c: char| !c.is_ascii_uppercase()).next_back().unwrap_or("");
    let last = before.chars().next_back();
    last.is_some_and(|c| {
        c.is_alphanumeric() || matches!(c, '"' | ')' | '*' | '?' | '$' | '#' | '\'')
    }) && !OPERATORS.contains(keyword)
}

fn is_boundary(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')', ':']).unwrap_or_default();
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    numbered
        || matches!(
            word.to_ascii_lowercase().as_str(),
            "" | "(" | ")" | "and" | "or" | "not" | "andnot"
        )
}

/// A sign that other things look like: a subheading, as in `chemo/rt`, and a
/// field of EBSCOhost before a word, as in `MM stage`.
fn likely(word: &str, before: &str, next: &str) -> Option<(Dialect, u32)> {
    if let Some((stem, codes)) = word.split_once('/') {
        let named = stem.chars().filter(|c| c.is_alphabetic()).count() > 2 || before == ")";
        let ends = is_boundary(next) || next.starts_with('[');
        let known = headings::are_codes(codes.trim_end_matches(','), Dialect::Ovid);
        return (named && ends && known).then_some((Dialect::Ovid, 3));
    }
    let starts = is_boundary(before) && before != ")";
    let operand = !next.is_empty() && next != ")" && !is_boundary_word(next);
    let operand = (operand && !is_one_name(word, next)) || (next.is_empty() && before == "(");
    (EBSCO.contains(&word) && starts && operand).then_some((Dialect::Ebsco, 3))
}

type SignMatch = Option<(Dialect, u32, bool)>;

/// `exp Heparin`, a heading without its slash; the name begins with a capital.
fn is_exploded(word: &str, before: &str, next: &str) -> bool {
    let (capital, rest) = next.split_at_checked(1).unwrap_or(("", ""));
    let name = capital.chars().all(|c| c.is_ascii_uppercase())
        && rest.len() > 2
        && rest.chars().all(|c| c.is_lowercase() || "-,/".contains(c));
    matches!(word, "exp" | "explode") && name && is_boundary(before) && before != ")"
}

/// A sign in the form of a word: fields and headings behind it, endings.
fn of_form(word: &str, before: &str, next: &str, line: &str, span: &Span) -> SignMatch {
    if let Some(found) = ovid_field(word, before) {
        return Some(found);
    }
    if is_exploded(word, before, next) && !next.contains('/') {
        return Some((Dialect::Ovid, 3, true));
    }
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    let touches_quote = line[..span.start].ends_with('"');
    if let Some((stem, codes)) = word.split_once('/') {
        let long = letters(stem) > 2 || touches_quote || before == ")";
        let small = codes.trim_end_matches(',').to_ascii_lowercase();
        let mark = small.split('/').next().unwrap_or_default();
        let short = stem.len() > 1 && letters(stem) > 0 && mark == "exp";
        if short || (long && matches!(mark, "exp" | "de" | "mj")) {
            return Some((Dialect::Embase, 4, true));
        }
        let ends = is_boundary(next) || next.starts_with('[');
        let list = codes.ends_with(',') && headings::are_codes(next, Dialect::Ovid);
        let exploded = before.eq_ignore_ascii_case("exp") || before.eq_ignore_ascii_case("explode");
        let known = headings::are_codes(&small, Dialect::Ovid);
        // A subheading alone is also an abbreviation: `PET/CT`.
        let is_name = stem.starts_with(char::is_uppercase)
            && letters(stem) > 4
            && stem.chars().skip(1).all(|c| c.is_lowercase() || c == '-')
            && codes == small;
        if long && known && (list || (ends && (exploded || is_name || small.is_empty()))) {
            return Some((Dialect::Ovid, 3, true));
        }
    }
    let digits = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if let Some(stem) = digits.strip_suffix('$')
        && letters(stem) > 2
        && stem.chars().all(|c| c.is_alphanumeric() || c == '-')
    {
        return Some((Dialect::Ovid, 1, true));
    }
    None
}

/// `heparin.ti,ab.`, `).tw`
fn ovid_field(word: &str, before: &str) -> SignMatch {
    let dotted = word.ends_with(['.', ',']);
    let bare = word.trim_end_matches(['.', ',']);
    let (stem, codes) = bare.split_once('.')?;
    let known =
        codes.split([',', '.']).all(|code| OVID.contains(&code.to_ascii_lowercase().as_str()))
            || (dotted && are_fields(codes, Dialect::Ovid) && codes.len() < 30);
    let after_group = stem.is_empty() && before == ")";
    let letters = stem.chars().all(|c| c.is_alphanumeric() || "-*$?#".contains(c));
    let word = stem.chars().filter(|c| c.is_alphabetic()).count() > 2 && letters;
    let listed = dotted || codes.contains(',') || after_group;
    (known && (after_group || word || stem.is_empty()) && (listed || word)).then_some((
        Dialect::Ovid,
        3,
        true,
    ))
}

/// `heparin:ti,ab`
fn field_after_colon(word: &str, before: &str) -> SignMatch {
    let (stem, codes) = word.split_once(':')?;
    let operand =
        stem.chars().filter(|c| c.is_alphabetic()).count() > 2 || before == ")" || stem.is_empty();
    let short = codes.split([',', ':']).all(|code| code.len() == 2);
    if !operand || !short || !are_fields(&codes.replace(':', ","), Dialect::Cochrane) {
        return None;
    }
    let first = codes.split(',').next().unwrap_or_default();
    let dialect = match codes {
        "ti,ab,kw" | "kw" => Dialect::Cochrane,
        _ if first == "ab" || codes.contains("de") || codes.contains("tn") => Dialect::Embase,
        _ => Dialect::Cochrane,
    };
    Some((dialect, 3, true))
}

/// Fields before or behind an operand.
fn of_field(word: &str, before: &str, next: &str) -> SignMatch {
    if let Some(found) = field_after_colon(word, before) {
        return Some(found);
    }
    if let Some((name, _)) = word.split_once('=')
        && WOS.contains(&name)
    {
        return Some((Dialect::WebOfScience, 4, true));
    }
    if WOS.contains(&word) && next == "=" {
        return Some((Dialect::WebOfScience, 4, true));
    }
    if (SCOPUS.contains(word) && next == "(") || word == "PUBYEAR" {
        return Some((Dialect::Scopus, 4, true));
    }
    let starts = is_boundary(before) && before != ")";
    let operand = !next.is_empty() && next != ")" && !is_boundary_word(next);
    let operand = operand && !is_one_name(word, next);
    let small = next.len() > 3 && next.chars().all(|c| c.is_lowercase() || "-*".contains(c));
    let small = small
        && ["TI", "AB", "TX", "SU", "DE"].contains(&word)
        && operand
        && !AFTER_ABBREVIATION.contains(next);
    if EBSCO.contains(&word) && starts && (small || matches!(next, "(" | "\"")) {
        return Some((Dialect::Ebsco, 3, true));
    }
    (EBSCO_MAYBE.contains(&word) && starts && operand).then_some((Dialect::Ebsco, 1, false))
}

/// Whether two words are one name in medicine: `AB blood group`, `TI 20 mg`.
fn is_one_name(word: &str, next: &str) -> bool {
    const OF_BLOOD: WordList =
        WordList("blood|group|plasma|serum|type|positive|negative|rh|rhd|donor|donors");
    let next = next.trim_end_matches([',', '.']).to_lowercase();
    match word {
        "AB" => OF_BLOOD.contains(next.as_str()),
        "TI" => next.starts_with(|c: char| c.is_ascii_digit()) || next == "plasmid",
        _ => false,
    }
}

fn is_boundary_word(word: &str) -> bool {
    word != "(" && is_boundary(word)
}

/// Words between two operands.
fn of_operator(word: &str, before: &str, next: &str) -> SignMatch {
    let between = !before.is_empty() && before != "(" && !next.is_empty() && next != ")";
    let small = word.to_ascii_lowercase();
    let letters = small.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = small.len() > letters.len();
    let lists = |list: &str| {
        list.contains(['-', ',']) && list.chars().all(|c| c.is_ascii_digit() || "-,".contains(c))
    };
    if small.strip_suffix("/or").or(small.strip_suffix("/and")).is_some_and(lists) {
        return Some((Dialect::Ovid, 3, true));
    }
    // Not in a title in capitals.
    let beside_capitals =
        [before, next].iter().any(|word| word.len() > 1 && !word.chars().any(char::is_lowercase));
    let stage = |word: &str| word.len() <= 3 && word.starts_with(['T', 'M', 'N', 't', 'm']);
    match letters {
        "or/" | "and/" if digits => Some((Dialect::Ovid, 2, false)),
        _ if !between => None,
        "adj" => Some((Dialect::Ovid, 4, true)),
        "same" if word == "SAME" && !beside_capitals => Some((Dialect::WebOfScience, 4, true)),
        "near/" if digits && near(word).is_none() => Some((Dialect::Cochrane, 1, true)),
        "near/" if digits => Some((Dialect::Cochrane, 1, false)),
        "next/" if digits => Some((Dialect::Cochrane, 2, true)),
        "next" if word == "NEXT" => Some((Dialect::Cochrane, 2, true)),
        "near" if word == "NEAR" && !beside_capitals => Some((Dialect::Cochrane, 2, true)),
        "w/" | "pre/" if digits => Some((Dialect::Scopus, 3, true)),
        "n" | "w" if digits && !stage(before) && !stage(next) => Some((Dialect::Ebsco, 1, false)),
        "andnot" if word == "ANDNOT" => Some((Dialect::Cochrane, 1, true)),
        _ => None,
    }
}

/// Signs of systems whose fields are names, in a line (in small letters), and what they weigh.
const NAMED: [(&str, Dialect, u32); 40] = [
    ("noft(", Dialect::ProQuest, 6),
    ("ti,ab(", Dialect::ProQuest, 9),
    ("ti,ab,su(", Dialect::ProQuest, 9),
    ("ab,ti(", Dialect::ProQuest, 9),
    ("mesh.exact", Dialect::ProQuest, 9),
    ("emb.exact", Dialect::ProQuest, 9),
    ("mainsubject.exact", Dialect::ProQuest, 9),
    ("su.exact(", Dialect::ProQuest, 9),
    ("subject.exact(", Dialect::ProQuest, 9),
    ("mainsubject(", Dialect::ProQuest, 9),
    ("tw:(", Dialect::Bvs, 6),
    ("mh:(", Dialect::Bvs, 6),
    ("mh:\"", Dialect::Bvs, 6),
    ("ti:(", Dialect::Bvs, 4),
    ("ab:(", Dialect::Bvs, 4),
    ("db:(\"", Dialect::Bvs, 9),
    ("instance:\"", Dialect::Bvs, 9),
    ("year_cluster:", Dialect::Bvs, 9),
    ("advanced_title", Dialect::Epistemonikos, 9),
    ("advanced_abstract", Dialect::Epistemonikos, 9),
    ("title:(", Dialect::Epistemonikos, 4),
    ("abstract:(", Dialect::Epistemonikos, 4),
    ("title_abs:", Dialect::EuropePmc, 9),
    ("first_pdate:", Dialect::EuropePmc, 9),
    ("pub_year:", Dialect::EuropePmc, 9),
    ("src:med", Dialect::EuropePmc, 9),
    ("pub_type:", Dialect::EuropePmc, 9),
    ("any field: ", Dialect::PsycNet, 6),
    ("index terms: {", Dialect::PsycNet, 9),
    ("\"all metadata\":", Dialect::Ieee, 9),
    ("\"document title\":", Dialect::Ieee, 9),
    ("allintitle:", Dialect::Scholar, 9),
    ("recruitment status is ", Dialect::Ictrp, 6),
    ("phases are", Dialect::Ictrp, 6),
    (" in the title", Dialect::Ictrp, 3),
    ("inregister", Dialect::Crs, 9),
    ("central:target", Dialect::Crs, 12),
    (":crscreated", Dialect::Crs, 12),
    (":ti,ab,ky", Dialect::Crs, 12),
    ("explode all trees with qualifiers", Dialect::Crs, 12),
];

/// Which of [`NAMED`] begin with a byte: a bit for each.
static NAMED_BY_FIRST: [u64; 256] = {
    let (mut by_first, mut at) = ([0; 256], 0);
    while at < NAMED.len() {
        by_first[NAMED[at].0.as_bytes()[0] as usize] |= 1 << at;
        at += 1;
    }
    by_first
};

/// The signs in a line in small letters: their places and weights.
fn named_signs(small: &str) -> Vec<(Dialect, u32, usize, usize)> {
    let begins = |at: usize, sign: &str| {
        !sign.starts_with(|c: char| c.is_alphanumeric())
            || !small[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, ':' | '_' | '-'))
    };
    let (mut places, mut left) = ([None; NAMED.len()], u64::MAX);
    for (at, byte) in small.bytes().enumerate() {
        let mut signs = NAMED_BY_FIRST[usize::from(byte)] & left;
        while signs != 0 {
            let sign = signs.trailing_zeros() as usize;
            signs &= signs - 1;
            let name = NAMED[sign].0;
            if small[at..].starts_with(name) && begins(at, name) {
                places[sign] = Some(at);
                left &= !(1 << sign);
            }
        }
    }
    let found = NAMED.iter().zip(places).filter_map(|((sign, dialect, weight), at)| {
        let at = at?;
        Some((*dialect, *weight, at, at + sign.len()))
    });
    found.collect()
}

#[cfg(test)]
mod tests;
