//! Signs of fields that a system does not have. Fields of another system are
//! read as such, unknown ones are named, and none are read as words.

use super::field_codes::{are_fields, field};
use super::systems::Dialect;
use crate::word_list::WordList;

/// A field after a word, and where the word ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldSuffix {
    /// Bytes of the word.
    pub(super) word: usize,
    pub(super) codes: Vec<String>,
    /// The system that has such fields, where it is another one.
    pub(super) of: Option<Dialect>,
}

/// The field at the end of a word that its own system does not write so:
/// `heparin.ti,ab.` in Embase.com, `heparin:ti,ab` in Ovid, `heparin:xy`.
pub(super) fn behind(typed: &str, dialect: Dialect) -> Option<FieldSuffix> {
    if typed.contains("://") {
        return None;
    }
    if let Some((word, list)) = typed.rsplit_once(':')
        && is_word(word)
        && is_list(list)
    {
        let known = are_fields(list, Dialect::Embase);
        let own = matches!(dialect, Dialect::Embase | Dialect::Cochrane);
        return Some(FieldSuffix {
            word: word.len(),
            codes: codes(list),
            of: (known && !own).then_some(Dialect::Embase),
        });
    }
    let bare = typed.strip_suffix('.')?;
    let (word, list) = bare.split_once('.')?;
    let known = are_fields(list, Dialect::Ovid);
    (is_word(word) && is_list(list)).then(|| FieldSuffix {
        word: word.len(),
        codes: codes(list),
        of: (known && dialect != Dialect::Ovid).then_some(Dialect::Ovid),
    })
}

/// Whether a text is a word that a field may follow, rather than a part of an
/// abbreviation such as `e.g.`
fn is_word(text: &str) -> bool {
    text.is_empty() || text.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// Whether a text has the form of fields: `ti`, `ab,kw`, `m_titl`.
pub(super) fn is_list(list: &str) -> bool {
    let code = |code: &str| {
        matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_lowercase())
    };
    !list.is_empty() && list.split([',', '.']).all(|part| code(part.trim()))
}

fn codes(list: &str) -> Vec<String> {
    list.split([',', '.']).map(|code| code.trim().to_owned()).collect()
}

/// A field before its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldPrefix {
    /// Its name; `None` where no system has it.
    pub(super) name: Option<String>,
    /// Bytes that it takes, without a parenthesis.
    pub(super) length: usize,
    /// The system that has such fields.
    pub(super) of: Dialect,
}

/// Fields of EBSCOhost that are read in strategies of other systems.
const EBSCO: [&str; 5] = ["TI", "AB", "MH", "MM", "TX"];

/// Functions of Scopus in one word that others do not take for a word.
const SCOPUS: WordList = WordList(
    "TITLE|ABS|KEY|AUTHKEY|INDEXTERMS|CHEMNAME|DOCTYPE|LANGUAGE|SUBJAREA|SRCTITLE|INDEX|\
     PUBYEAR",
);

/// A field that the system of the text does not have: `TS=` in Ovid,
/// `TITLE-ABS-KEY` before a parenthesis, `TI` before words. `after` is the text
/// after the word. A line `begins` with the word if nothing comes before it.
pub(super) fn before(
    typed: &str,
    after: &str,
    dialect: Dialect,
    begins: bool,
) -> Option<FieldPrefix> {
    if typed.contains('=') {
        return before_equals(typed, after);
    }
    let upper = |c: char| c.is_ascii_uppercase() || matches!(c, '-' | '.' | ',');
    let function = typed.len() > 1 && typed.chars().all(upper);
    let opens = after.starts_with('(');
    if function && opens && (typed.contains('-') || SCOPUS.contains(typed)) {
        let known = field(typed, Dialect::Scopus).is_some();
        let name = known.then(|| typed.to_owned());
        return Some(FieldPrefix { name, length: typed.len(), of: Dialect::Scopus });
    }
    if function && opens && matches!(dialect, Dialect::Scopus | Dialect::WebOfScience) {
        return Some(FieldPrefix { name: None, length: typed.len(), of: dialect });
    }
    let next = after.trim_start();
    let quoted = next.starts_with(['(', '"']) && after.len() + 2 > next.len();
    if dialect == Dialect::Ebsco {
        return before_in_ebsco(typed, after, begins, quoted);
    }
    let words = matches!(typed, "TI" | "AB")
        && next.starts_with(|c: char| c.is_ascii_lowercase())
        && !is_of_blood(next);
    (EBSCO.contains(&typed) && (quoted || words)).then(|| FieldPrefix {
        name: Some(typed.to_owned()),
        length: typed.len(),
        of: Dialect::Ebsco,
    })
}

/// `TS=` before words.
fn before_equals(typed: &str, after: &str) -> Option<FieldPrefix> {
    let (name, value) = typed.split_once('=')?;
    let letters = name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let has_words = !value.is_empty() || !after.trim_start().is_empty();
    let known = field(name, Dialect::WebOfScience).is_some();
    (letters && has_words).then(|| FieldPrefix {
        name: known.then(|| name.to_owned()),
        length: name.len() + 1,
        of: Dialect::WebOfScience,
    })
}

/// A field that EBSCOhost does not have, or one that limits a search. An
/// operand in quotes or parentheses may follow (`quoted`).
fn before_in_ebsco(typed: &str, after: &str, begins: bool, quoted: bool) -> Option<FieldPrefix> {
    let next = after.trim_start();
    let code = typed.len() == 2
        && typed.bytes().all(|b| b.is_ascii_uppercase())
        && (quoted || !ABBREVIATIONS.contains(typed));
    let words = begins && next.starts_with(|c: char| c.is_ascii_lowercase());
    let first = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let joined = ["and", "or", "not"].contains(&first) || AFTER_ABBREVIATION.contains(first);
    let value = after.split_whitespace().next().unwrap_or_default().trim_end_matches(')');
    let limit = LIMITS.iter().any(|(field, known)| *field == typed && known.contains(&value));
    let unknown = limit || (code && (quoted || (words && !joined)));
    unknown.then_some(FieldPrefix { name: None, length: 2, of: Dialect::Ebsco })
}

/// Words behind an abbreviation that is no field: `MM patients`.
pub(super) const AFTER_ABBREVIATION: WordList = WordList(
    "patients|patient|treatment|therapy|users|stage|disease|symptoms|score|study|trial|group|\
     with|without|versus|novo",
);

/// Fields of EBSCOhost that limit a search, and the text after them.
const LIMITS: [(&str, &[&str]); 4] = [
    ("RV", &["Y"]),
    ("FT", &["Y"]),
    ("FC", &["Y"]),
    ("PO", &["Human", "Animal", "Male", "Female", "Inpatient", "Outpatient"]),
];

/// Words in two capitals that are no fields of EBSCOhost: countries, and names
/// of measurements, procedures and diseases.
const ABBREVIATIONS: WordList = WordList(
    "UK|US|EU|UN|NZ|HK|AI|ML|VR|AR|IQ|QT|ST|IV|IM|ED|ER|GP|OR|OT|MS|MI|MR|CT|HF|AF|BP|HR|PE|\
     VT|RA|OA|UC|CD|CF|CP|PD|AD|TB|DM|HD|CK|CO|DR|FH|GI|GU|IL|LH|NK|NO|PV|QI|RV|LV|SS|TG|UV|\
     VA|WB",
);

/// Whether words go on from `AB` as a group of blood does, or from an operand
/// `TI`.
fn is_of_blood(next: &str) -> bool {
    let first = next.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    const WORDS: WordList =
        WordList("and|or|not|blood|group|plasma|serum|type|positive|negative|rh|rhd|donor|donors");
    WORDS.contains(first)
}

/// The remark about a field that is read as another system's.
pub(super) fn read_as(sign: &str, of: Dialect) -> String {
    format!("`{sign}` is a field of {}, and read so", of.name())
}

/// A part behind the last slash of a word that is no heading's, and that no
/// name has: `Gout/xy`.
pub(super) fn slash(typed: &str, dialect: Dialect) -> Option<usize> {
    let (word, code) = typed.rsplit_once('/')?;
    let has_headings = matches!(dialect, Dialect::Ovid | Dialect::Embase);
    let short = code.len() < 4 && code.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_word(word) && !word.is_empty() && ((has_headings && short) || code.is_empty()))
        .then_some(word.len())
}

/// Where brackets that a text begins with are closed, those within them too.
pub(super) fn closing(rest: &str) -> usize {
    let mut depth = 0_u32;
    for (at, c) in rest.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth == 1 => return at,
            ']' => depth -= 1,
            _ => {}
        }
    }
    rest.find(']').unwrap_or(rest.len())
}

/// A word and the fields that its end names: `heparin.ti,ab.`, `heparin:ti`.
pub(super) fn with_field(typed: &str, dialect: Dialect) -> Option<(&str, Vec<String>)> {
    let split = |codes: &str| -> Vec<String> {
        codes.split([',', '.']).map(|code| code.trim().to_owned()).collect()
    };
    if dialect == Dialect::Ovid {
        let bare = typed.trim_end_matches(['.', ',']);
        // `x.ti.ab.` has two parts that are fields.
        let mut best = None;
        for (at, _) in bare.match_indices('.') {
            let codes = bare[at + 1..].trim();
            let known = are_fields(codes, dialect)
                || (typed.ends_with('.') && is_list_of_codes(&typed[at + 1..]));
            if at > 0 && known {
                best = best.or(Some((&bare[..at], split(codes))));
            }
        }
        return best;
    }
    // `x:ti:ab` has two parts that are fields.
    typed.match_indices(':').find_map(|(at, _)| {
        let codes = typed[at + 1..].trim_end_matches('.').replace(':', ",");
        (at > 0 && are_fields(&codes, dialect)).then(|| (&typed[..at], split(&codes)))
    })
}

/// Whether a text has the form of fields before their last dot: `xy,zz.`.
pub(super) fn is_list_of_codes(codes: &str) -> bool {
    let Some(codes) = codes.trim().strip_suffix('.') else { return false };
    codes.split([',', '.']).all(|code| {
        let code = code.trim();
        code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_other_systems_are_found_behind_words() {
        let found = |typed: &str, dialect| behind(typed, dialect).map(|found| found.of);
        assert_eq!(found("heparin:ti,ab", Dialect::Ovid), Some(Some(Dialect::Embase)));
        assert_eq!(found("heparin.ti,ab.", Dialect::Embase), Some(Some(Dialect::Ovid)));
        assert_eq!(found("heparin:xy", Dialect::Cochrane), Some(None));
        assert_eq!(found("heparin.xyz.", Dialect::Ovid), Some(None));
        for word in ["e.g.", "U.S.", "1:2", "CD4:CD8", "http://a.de", "5.5", "no.1"] {
            assert_eq!(behind(word, Dialect::Embase), None, "{word}");
        }
    }

    #[test]
    fn fields_of_other_systems_are_found_before_words() {
        let found = |typed: &str, after: &str| {
            before(typed, after, Dialect::Ovid, true).map(|found| (found.name.is_some(), found.of))
        };
        assert_eq!(found("TS=", "(gout)"), Some((true, Dialect::WebOfScience)));
        assert_eq!(found("XY=", "(gout)"), Some((false, Dialect::WebOfScience)));
        assert_eq!(found("TITLE-ABS-KEY", "(gout)"), Some((true, Dialect::Scopus)));
        assert_eq!(found("TI", " gout"), Some((true, Dialect::Ebsco)));
        for (word, after) in [("TI", " 20 mg"), ("AB", " blood"), ("TI", " or AB"), ("p=", "0.05")]
        {
            assert_eq!(found(word, after), None, "{word}{after}");
        }
    }
}
