//! The words for decisions.

use crate::event::Verdict;

/// What a cell of a decision column says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CellVerdict {
    /// A verdict, and the text after it: `Exclude (wrong dose)`.
    Verdict(Verdict, Option<String>),
    /// That nothing was decided yet.
    Nothing,
    /// Something else.
    Unread,
}

/// Includes, in English and then in other languages.
#[rustfmt::skip]
const INCLUDE: [&str; 58] = [
    "i", "pass", "passed", "✅", "include", "included", "inclusion", "incl", "inc", "in", "yes",
    "y", "1", "1.0", "true", "t", "relevant", "accept", "accepted", "eligible", "keep", "kept",
    "select", "selected", "retain", "retained", "advance", "advanced", "eingeschlossen",
    "einschließen", "einschluss", "einschliessen", "ja", "inclus", "incluse", "inclure", "inclu",
    "oui", "incluido", "incluida", "incluir", "sí", "si", "incluso", "inclusa", "includere",
    "incluído", "incluída", "sim", "geïncludeerd", "geincludeerd", "includeren", "inkluderad",
    "inkluderet", "inkludert", "inkludieren", "behalten", "retenu",
];

/// Exclusions, in the same way.
#[rustfmt::skip]
const EXCLUDE: [&str; 72] = [
    "e", "fail", "failed", "❌", "exclude", "excluded", "exclusion", "excl", "exc", "out", "no",
    "n", "0", "0.0", "false", "f", "irrelevant", "reject", "rejected", "ineligible", "discard",
    "discarded", "drop", "dropped", "remove", "removed", "not relevant", "non relevant",
    "nonrelevant", "not eligible", "not included", "not include", "do not include",
    "don't include", "not selected", "not accepted", "unselected", "to exclude", "omit",
    "ausgeschlossen", "ausschließen", "ausschluss", "ausschliessen", "nein", "exclu", "exclus",
    "excluse", "exclue", "exclure", "non", "excluido", "excluida", "excluir", "escluso",
    "esclusa", "escludere", "excluído", "excluída", "não", "nao", "geëxcludeerd", "geexcludeerd",
    "excluderen", "nee", "nej", "nei", "exkluderad", "ekskluderet", "ekskludert",
    "nicht relevant", "irrelevante", "rejeté",
];

/// Studies that need another look, in the same way.
#[rustfmt::skip]
const MAYBE: [&str; 56] = [
    "m", "in conflict", "awaiting adjudication", "awaiting consensus", "maybe", "unsure",
    "unclear", "uncertain", "conflict", "conflicted", "undecided", "possible", "possibly",
    "possibly relevant", "potentially relevant", "potentially eligible", "perhaps", "not sure",
    "discuss", "to discuss", "to be discussed", "borderline", "unknown", "can't tell",
    "cannot tell", "disagree", "disagreement", "awaiting classification", "?", "vielleicht",
    "unklar", "unsicher", "fraglich", "peut-être", "peut être", "incertain", "à discuter",
    "dudoso", "duda", "quizás", "quizas", "tal vez", "forse", "dubbio", "incerto", "talvez",
    "dúvida", "misschien", "twijfel", "onduidelijk", "osäker", "usikker", "kanske", "måske",
    "kanskje", "zu diskutieren",
];

/// What programs write where nothing was decided: pandas, Colandr, metagear
/// and people.
#[rustfmt::skip]
const NOTHING: [&str; 34] = [
    "waiting", "", "nan", "none", "na", "n/a", "<na>", "null", "nil", "-", "--", "not screened",
    "unscreened", "not yet screened", "to be screened", "awaiting screening", "screened once",
    "not vetted", "not reviewed", "not seen", "unseen", "pending", "todo", "to do", "unread",
    "unlabelled", "unlabeled", "no vote", "nicht gesichtet", "offen", "à lire", "pendiente",
    "pendente", "in attesa",
];

/// With what words begin that say a verdict by themselves, whatever is
/// above them.
#[rustfmt::skip]
const STEMS: [&str; 13] = [
    "irrelevant", "relevant", "reject", "accept", "eingeschl", "ausgeschl", "inclu", "exclu", "escl", "geïncl", "geëxcl", "inklud", "ekskl",
];

/// Words that make a verdict depend on something.
const CONDITIONS: [&str; 9] =
    ["if", "unless", "but", "or", "until", "pending", "maybe", "either", "not"];

/// What is between a verdict and a remark.
const BETWEEN: [char; 9] = ['-', '–', '—', ':', ';', ',', '(', '.', '/'];

/// Reads a cell.
pub(super) fn said(cell: &str) -> CellVerdict {
    let plain = plain(cell);
    if let Some(said) = whole(&plain) {
        return said;
    }
    if let Some(doubted) = plain.strip_suffix('?') {
        let known = matches!(whole(doubted.trim_end()), Some(CellVerdict::Verdict(..)));
        return if known {
            CellVerdict::Verdict(Verdict::Maybe, None)
        } else {
            CellVerdict::Unread
        };
    }
    remarked(cell, &plain)
}

/// The verdict of a word; `None` where it is none.
pub(super) fn verdict(word: &str) -> Option<Verdict> {
    match said(word) {
        CellVerdict::Verdict(verdict, _) => Some(verdict),
        CellVerdict::Nothing | CellVerdict::Unread => None,
    }
}

/// Whether a cell is a decision whatever is above it: `yes`, `1` and
/// `no` can answer any question.
pub(super) fn is_plain_decision(cell: &str) -> bool {
    let plain = plain(cell);
    let first = plain.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let stem = is_spelt(first);
    let negated = plain.starts_with("not ") || first == "maybe";
    (stem || negated) && matches!(said(cell), CellVerdict::Verdict(..))
}

/// Whether a word is a form of a verb that says a verdict; `inclusion` is part
/// of names of diseases.
fn is_spelt(word: &str) -> bool {
    STEMS.iter().any(|stem| word.starts_with(stem)) && !word.ends_with("sion")
}

/// Lower case, single blanks, no marks around.
pub(super) fn plain(cell: &str) -> String {
    let lower = cell.to_lowercase().replace(['_', '\u{a0}', '’'], " ");
    let words: Vec<&str> = lower.split_whitespace().collect();
    let plain = words.join(" ");
    plain.trim_matches(['"', '\'', '*']).trim_end_matches(['.', '!']).trim().to_owned()
}

fn whole(plain: &str) -> Option<CellVerdict> {
    let lists = [
        (&INCLUDE[..], Verdict::Include),
        (&EXCLUDE[..], Verdict::Exclude),
        (&MAYBE[..], Verdict::Maybe),
    ];
    if NOTHING.contains(&plain) {
        return Some(CellVerdict::Nothing);
    }
    let found = lists.into_iter().find(|(list, _)| list.contains(&plain));
    found.map(|(_, verdict)| CellVerdict::Verdict(verdict, None))
}

/// A verdict with a remark behind it: `Exclude: wrong dose`, `EXCLUDE on
/// population`, `No (animals)`.
fn remarked(cell: &str, plain: &str) -> CellVerdict {
    let end = plain.find(|c: char| !c.is_alphanumeric()).unwrap_or(plain.len());
    let (word, rest) = plain.split_at(end);
    let Some(CellVerdict::Verdict(verdict, _)) = whole(word) else { return CellVerdict::Unread };
    let parted = rest.trim_start().starts_with(BETWEEN) && !rest.trim_start().starts_with('/');
    let spelt = is_spelt(word) && !word.contains("relevant");
    if rest.contains("second opinion") {
        return CellVerdict::Verdict(Verdict::Maybe, None);
    }
    let mut words = rest.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let conditional = words.clone().take(2).any(|word| CONDITIONS.contains(&word));
    let opposed = words.any(|other| {
        let other = whole(other);
        matches!(other, Some(CellVerdict::Verdict(other, _)) if other != verdict)
            && spelt
            && !parted
    });
    let reads = parted || (spelt && !conditional);
    if !reads || opposed {
        return CellVerdict::Unread;
    }
    CellVerdict::Verdict(verdict, remark(cell, word))
}

/// What is behind a verdict, as it was written.
fn remark(cell: &str, word: &str) -> Option<String> {
    let from = cell.to_lowercase().find(word)? + word.len();
    let rest = cell.get(from..)?.trim_start_matches(BETWEEN).trim();
    let rest = rest.trim_start_matches(BETWEEN).trim_end_matches(')').trim();
    let rest = ["on ", "because of ", "because ", "due to ", "for ", "wegen ", "weil ", "car "]
        .iter()
        .fold(rest, |rest, lead| {
            let leads = rest.get(..lead.len()).is_some_and(|head| head.eq_ignore_ascii_case(lead));
            if leads { rest[lead.len()..].trim_start() } else { rest }
        });
    (!rest.is_empty()).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_read_in_the_words_of_many_programs() {
        for (verdict, words) in [
            (Verdict::Include, "INCLUDE|Included|yes|1|1.0|TRUE|Relevant|accept|selected|Y"),
            (Verdict::Exclude, "Exclude|excluded|No|0|false|Irrelevant|reject|Not relevant|n"),
            (Verdict::Maybe, "Maybe|unsure|Unclear|conflict|Undecided|include?|?|borderline"),
        ] {
            for word in words.split('|') {
                assert_eq!(said(word), CellVerdict::Verdict(verdict, None), "{word}");
            }
        }
        for word in ["", "NA", "not_screened", "screened_once", "not vetted", "-"] {
            assert_eq!(said(word), CellVerdict::Nothing, "{word}");
        }
        for word in [
            "dunno",
            "include/exclude",
            "include if randomised",
            "no idea",
            "2",
            "Completed",
            "include or exclude",
            "in vitro",
        ] {
            assert_eq!(said(word), CellVerdict::Unread, "{word}");
        }
    }

    #[test]
    fn verdicts_are_read_in_other_languages() {
        for (verdict, words) in [
            (Verdict::Include, "Eingeschlossen|ja|inclus|Oui|incluido|Sí|incluído|geïncludeerd"),
            (Verdict::Exclude, "ausgeschlossen|Nein|exclu|non|Excluido|escluso|não|geëxcludeerd"),
            (Verdict::Maybe, "vielleicht|unklar|peut-être|dudoso|forse|misschien|ja?"),
        ] {
            for word in words.split('|') {
                assert_eq!(said(word), CellVerdict::Verdict(verdict, None), "{word}");
            }
        }
        let reason = Some("falsche Population".to_owned());
        let cell = "ausgeschlossen: falsche Population";
        assert_eq!(said(cell), CellVerdict::Verdict(Verdict::Exclude, reason));
        assert!(is_plain_decision("Exclu") && !is_plain_decision("non"));
        for word in ["exclusive", "ja aber", "Inclusion body myositis", "si randomisé"] {
            assert_eq!(said(word), CellVerdict::Unread, "{word}");
        }
    }

    #[test]
    fn what_stands_behind_a_verdict_is_kept() {
        for (cell, rest) in [
            ("EXCLUDE on population", Some("population")),
            ("Excluded: Wrong dose", Some("Wrong dose")),
            ("exclude (wrong dose)", Some("wrong dose")),
            ("No - animals", Some("animals")),
        ] {
            let rest = rest.map(str::to_owned);
            assert_eq!(said(cell), CellVerdict::Verdict(Verdict::Exclude, rest), "{cell}");
        }
        assert_eq!(verdict("INCLUDE on title & abstract"), Some(Verdict::Include));
        assert_eq!(verdict("INCLUDE for second opinion"), Some(Verdict::Maybe));
    }

    #[test]
    fn answers_to_any_question_are_no_plain_decisions() {
        assert!(is_plain_decision("Excluded") && is_plain_decision("INCLUDE on title"));
        assert!(!is_plain_decision("yes") && !is_plain_decision("0"));
        assert!(!is_plain_decision("Completed"));
    }
}
