//! Subject headings as other systems write them.

use super::systems::Dialect;
use super::tokens::{DialectToken, SubjectHeading};
use crate::word_list::WordList;

/// Codes of MEDLINE's subheadings and, at the end, further ones of Embase.
const ASPECTS: WordList = WordList(
    "ab|ac|ad|ae|ag|ah|ai|aa|an|bi|bl|bs|cf|ch|ci|cl|co|ct|cn|cy|df|di|dg|dh|ec|ed|em|en|ep|\
     es|et|eh|ge|gd|hi|ht|hy|im|in|ip|ir|is|li|lj|ma|me|mi|mo|mt|nu|og|pa|pc|ph|pk|po|pp|ps|\
     px|py|ra|rd|re|rh|ri|rt|sc|sd|sn|st|su|sy|sd|td|th|tm|to|tr|tu|tx|ul|us|ut|ur|ve|vi|vs|\
     cr|cs|cb|cm|do|dl|it|na|pe|pd|pr|pv|rc|si|dt|tl|ei|ss|ev",
);

/// What Embase.com and Ovid write after a slash beside subheadings.
const MARKS: [&str; 10] = ["exp", "de", "mj", "br", "syn", "lnk", "freq", "dm", "dd", "maj"];

/// Names of MEDLINE's subheadings.
const ASPECT_NAMES: WordList = WordList(
    "administration and dosage|administration & dosage|adverse effects|anatomy and histology|\
     blood|chemically induced|classification|complications|congenital|diagnosis|\
     diagnostic imaging|diet therapy|drug effects|drug therapy|economics|embryology|\
     epidemiology|ethnology|etiology|genetics|history|immunology|metabolism|microbiology|\
     mortality|nursing|pathology|pharmacology|physiology|physiopathology|\
     prevention and control|prevention & control|psychology|radiotherapy|rehabilitation|\
     statistics and numerical data|surgery|therapeutic use|therapy|toxicity",
);

/// Whether a text is the name of an aspect of a heading, as in `Asthma/drug
/// therapy`.
pub(crate) fn is_aspect(name: &str) -> bool {
    ASPECT_NAMES.contains(name)
}

/// The codes after a slash, and how many bytes they take: `dt, ad [Drug
/// Therapy]` has two.
pub(super) fn codes(rest: &str) -> (String, usize) {
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | ',');
    let mut end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
    // Blanks may follow commas.
    while rest[..end].ends_with(',') && rest[end..].starts_with(' ') {
        let after = &rest[end + 1..];
        let length = after.find(|c: char| !part(c)).unwrap_or(after.len());
        let next = after[..length].trim_end_matches(',');
        if !ASPECTS.contains(next.to_ascii_lowercase().as_str()) {
            break;
        }
        end += 1 + length;
    }
    let codes = rest[..end].trim_end_matches(',').replace(' ', "");
    let length = rest[..end].trim_end_matches(',').len();
    (codes, length)
}

/// Whether a text can follow the slash of a heading.
pub(super) fn are_codes(codes: &str, dialect: Dialect) -> bool {
    let known = |code: &str| {
        MARKS.contains(&code)
            || ASPECTS.contains(code)
            || code.starts_with("dm_")
            || code.starts_with("dd_")
    };
    match dialect {
        Dialect::Ovid => codes.is_empty() || codes.split([',', '/']).all(known),
        Dialect::Embase => !codes.is_empty() && codes.split([',', '/']).all(known),
        _ => codes == "exp" || codes == "de",
    }
}

/// Takes the name at the end of the tokens as a heading.
pub(super) fn taken_back(
    tokens: &mut Vec<DialectToken>,
    codes: &str,
    dialect: Dialect,
) -> Option<SubjectHeading> {
    let start = start_of_name(tokens, dialect);
    let words = tokens.split_off(start).into_iter().map(|token| match token {
        DialectToken::Word(word) | DialectToken::Quoted(word) => word,
        _ => "and".to_owned(),
    });
    let name = words.collect::<Vec<_>>().join(" ");
    let mut explode = codes.split(['/', ',']).any(|code| matches!(code, "exp" | "syn"));
    let mut major = codes.split(['/', ',']).any(|code| matches!(code, "mj" | "maj"));
    while let Some(DialectToken::Word(word)) = tokens.last()
        && (is_explode(word) || word == "*")
    {
        explode |= is_explode(word);
        major |= word.contains('*');
        tokens.pop();
    }
    major |= name.starts_with('*');
    let aspects = codes.split(['/', ',']).any(|code| ASPECTS.contains(code) || code.contains('_'));
    let name = clean(&name);
    (!name.is_empty()).then_some(SubjectHeading { name, explode, major, aspects })
}

/// Where the name at the end of the tokens begins.
fn start_of_name(tokens: &[DialectToken], dialect: Dialect) -> usize {
    let mut start = tokens.len();
    while let Some(at) = start.checked_sub(1) {
        let taken = match &tokens[at] {
            DialectToken::Word(word) => !is_explode(word),
            DialectToken::Quoted(_) => start == tokens.len(),
            DialectToken::And if dialect == Dialect::Ovid => {
                is_within_name(&tokens[..at], start < tokens.len())
            }
            _ => false,
        };
        if !taken || (at + 1 < tokens.len() && matches!(tokens[at], DialectToken::Quoted(_))) {
            break;
        }
        start = at;
        if matches!(tokens[at], DialectToken::Quoted(_)) {
            break;
        }
    }
    start
}

fn is_explode(word: &str) -> bool {
    let word = word.trim_matches('*').to_ascii_lowercase();
    matches!(word.as_str(), "exp" | "explode")
}

/// Whether an `and` is part of a name such as `Head and Neck Neoplasms`: the
/// words before it are exploded, or are in capitals without a field.
fn is_within_name(before: &[DialectToken], has_more: bool) -> bool {
    let words: Vec<&str> = before
        .iter()
        .rev()
        .map_while(|token| match token {
            DialectToken::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    let exploded = words.iter().any(|word| is_explode(word));
    let capital = |word: &&str| word.trim_start_matches('*').starts_with(char::is_uppercase);
    has_more && !words.is_empty() && (exploded || words.iter().all(capital))
}

/// Whether a text is a place in the trees of MeSH and DeCS: `C10`,
/// `C10.228*`, `SP4.001.012`.
pub(super) fn is_tree_number(text: &str) -> bool {
    let mut parts = text.trim_end_matches(['*', '$', '.']).split('.');
    let first = parts.next().unwrap_or_default();
    let digits = first.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let letters = first.len() - digits.len();
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(letters, 1 | 2)
        && matches!((letters, digits.len()), (1, 2) | (2, 1..=2))
        && number(digits)
        && parts.all(|part| part.len() == 3 && number(part))
}

/// A name without signs around it.
fn clean(name: &str) -> String {
    let name = name.trim_matches(|c: char| c.is_whitespace() || "*^\"'+,.".contains(c));
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A heading as the text of a field: `Heparin/therapeutic use`, `Heparin+`.
pub(super) fn of_field(text: &str, explode: bool, major: bool) -> SubjectHeading {
    let (name, aspect) = text.split_once('/').map_or((text, ""), |(name, aspect)| (name, aspect));
    let plus = name.trim_end().ends_with('+') || aspect.trim_end().ends_with('+');
    SubjectHeading {
        name: clean(name),
        explode: explode || plus,
        major,
        aspects: !aspect.trim_matches('+').is_empty(),
    }
}

/// The Cochrane Library's `[mh "Heparin"]`, `[mh ^"Heparin"]`: the text between
/// the brackets.
pub(super) fn in_brackets(inner: &str) -> Option<SubjectHeading> {
    let (code, name) = inner.split_at_checked(2)?;
    let major = match code.to_ascii_lowercase().as_str() {
        "mh" => false,
        "mj" => true,
        _ => return None,
    };
    let bare = name.trim_start();
    let begins = name.starts_with(char::is_whitespace) || bare.starts_with(['^', '"']);
    if bare.is_empty() || !begins {
        return None;
    }
    let explode = !bare.starts_with('^');
    let name = bare.trim_start_matches('^').replace('"', "");
    // `[mh "heart failure"[mj]]`
    let (name, marked) = name.strip_suffix("[mj]").map_or((&*name, false), |name| (name, true));
    Some(of_field(name, explode, major || marked))
}

/// The Cochrane Library's `MeSH descriptor: [Heparin] explode all trees`, and
/// how many bytes it takes.
pub(super) fn descriptor(rest: &str) -> Option<(SubjectHeading, usize)> {
    const BEGINNING: &str = "mesh descriptor";
    let beginning = rest.get(..BEGINNING.len())?;
    if !beginning.eq_ignore_ascii_case(BEGINNING) {
        return None;
    }
    let small = rest.to_ascii_lowercase();
    let after = small.strip_prefix(BEGINNING)?.trim_start_matches([':', ' ', 's']);
    let start = rest.len() - after.len();
    let bracketed = after.starts_with('[');
    let name_end = end_of_name(after)?;
    let (name, tail) = (&rest[start..start + name_end], &small[start + name_end..]);
    // The Cochrane Register of Studies, which writes it in capitals without
    // brackets, explodes only what says so.
    let of_register = !bracketed && beginning.chars().all(|c| !c.is_ascii_lowercase());
    let (explode, length) = scope(tail).unwrap_or((!of_register, 0));
    let name = clean(&name.replace(['[', ']', '"'], ""));
    let name = name.trim_end_matches(['(', ',', ' ']).to_owned();
    let with = &tail[length..];
    let qualified = with.trim_start();
    let qualified = qualified.strip_prefix("and ").unwrap_or(qualified);
    let aspects = qualified.starts_with("with qualifier");
    let length = length + if aspects { qualifiers(with) } else { 0 };
    let heading = SubjectHeading { name, explode, major: false, aspects };
    (!heading.name.is_empty()).then_some((heading, start + name_end + length))
}

/// Where the name of a heading ends that a text (in small letters) begins with.
fn end_of_name(after: &str) -> Option<usize> {
    const SCOPES: [&str; 5] =
        ["explode", "this term only", "(this term only", "in all mesh", "with qualifier"];
    if after.starts_with('[') {
        return Some(after.find(']')? + 1);
    }
    let scope = SCOPES.iter().filter_map(|end| after.find(end)).min();
    let joint = [" or ", " and "].iter().filter_map(|end| after.find(end)).min();
    Some(match (scope, joint) {
        // `Head and Neck Neoplasms explode all trees`
        (Some(scope), Some(joint)) if joint < scope && is_name(&after[joint..scope]) => scope,
        (scope, joint) => scope.into_iter().chain(joint).min().unwrap_or(after.len()),
    })
}

/// Whether a text goes on a name rather than being another operand.
fn is_name(text: &str) -> bool {
    !text.contains([':', '#', '(', ')', '[', '"', '*']) && !text.contains("mesh descriptor")
}

/// Whether what follows a heading's name says that it is exploded, and how
/// many bytes say it; `None` where it says neither.
fn scope(tail: &str) -> Option<(bool, usize)> {
    const PRODUCTS: &str = " in all mesh products";
    // A heading without a scope is exploded: the wider reading.
    if tail.starts_with(PRODUCTS) {
        return Some((true, PRODUCTS.len()));
    }
    let blanks = tail.len() - tail.trim_start_matches([' ', ',', '(']).len();
    let rest = &tail[blanks..];
    for (words, explode) in [
        ("explode all trees", true),
        ("explode trees", true),
        ("explode tree", true),
        ("explode", true),
        ("this term only", false),
    ] {
        if let Some(after) = rest.strip_prefix(words) {
            let more = |c: char| c.is_ascii_digit() || matches!(c, ' ' | ',' | ')');
            let numbered = after.trim_start().starts_with(|c: char| c.is_ascii_digit());
            let trees = if (words.ends_with(['e', 's']) && words.starts_with("explode tree"))
                || (words == "explode" && numbered)
            {
                after.find(|c: char| !more(c)).unwrap_or(after.len())
            } else if after.starts_with(')') && tail.trim_start().starts_with('(') {
                1
            } else {
                0
            };
            let listed = and_number(&after[trees..]);
            let length = blanks + words.len() + trees + if numbered { listed } else { 0 };
            let products = [PRODUCTS, " in mesh products"];
            let more = products.iter().find(|words| tail[length..].starts_with(**words));
            let more = more.map_or(0, |words| words.len());
            return Some((explode, length + more));
        }
    }
    None
}

/// Bytes of ` and 2` behind numbers of trees.
fn and_number(after: &str) -> usize {
    let begin = after.len() - after.trim_start().len();
    let Some(rest) = after.trim_start().strip_prefix("and ") else {
        return 0;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 { 0 } else { begin + 4 + digits }
}

/// Bytes of `and with qualifier(s): [Adverse effects - AE]`, and of the
/// Cochrane Register's `with qualifiers DT, TH`.
fn qualifiers(text: &str) -> usize {
    let words = text.find("qualifier").map_or(0, |at| at + "qualifier".len());
    let rest = text[words..].trim_start_matches(['s', '(', ')', ':', ' ']);
    if rest.starts_with('[') {
        return text.find(']').map_or(text.len(), |end| end + 1);
    }
    let mut end = text.len() - rest.len();
    for word in rest.split_inclusive([',', ' ']) {
        let code = word.trim_matches([',', ' ', ')']);
        if !code.is_empty() && !ASPECTS.contains(code) {
            break;
        }
        let closed = word.find(')');
        end += closed.unwrap_or(word.len());
        if closed.is_some() {
            break;
        }
    }
    end
}
