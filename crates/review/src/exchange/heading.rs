//! Reads the heading of a column: whether it holds decisions, and whose.

/// How sure it is that a column holds decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum HeadingPromise {
    /// Its heading says nothing of decisions.
    None,
    /// It may, such as `Status`; its cells tell.
    Weak,
    /// It does: `Decision`.
    Strong,
}

/// A heading in its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ColumnHeading {
    /// Whether decisions are below.
    pub(super) promise: HeadingPromise,
    /// Whether they are those that count in the end: `Consensus`.
    pub(super) last: bool,
    /// The stage of screening, later ones higher.
    pub(super) stage: Option<u32>,
    /// Whose they are: `Reviewer 1`, `Anna`.
    pub(super) reviewer: Option<String>,
    /// A number that says neither who nor when: `Screening 2`.
    pub(super) number: Option<String>,
    /// `Excluded`: a yes below it is an exclusion.
    pub(super) negative: bool,
    /// `Included`, `Include?`
    pub(super) positive: bool,
    /// Reasons are below.
    pub(super) reason: bool,
}

#[rustfmt::skip]
const STRONG: [&str; 58] = [
    "ineligible", "retained", "discarded", "unselected", "nonrelevant", "incl", "excl", "decision", "decisions", "decided", "verdict", "include", "included",
    "inclusion", "exclude", "excluded", "exclusion", "vote", "votes", "judgment", "judgement",
    "consensus", "adjudication", "adjudicated", "eligible", "relevant", "irrelevant", "accepted",
    "rejected", "maybe", "adjudicator", "entscheidung", "entscheid", "urteil", "einschluss",
    "ausschluss", "eingeschlossen", "ausgeschlossen", "décision", "decisión", "decisione",
    "decisão", "besluit", "beslissing", "beslut", "inclus", "exclu", "incluido", "excluido",
    "incluso", "escluso", "incluído", "excluído", "inclusie", "exclusie", "inclusión",
    "exclusión", "esito",
];

const WEAK: [&str; 15] = [
    "keep",
    "status",
    "screening",
    "screened",
    "screen",
    "label",
    "result",
    "assessment",
    "eligibility",
    "relevance",
    "selection",
    "selected",
    "accept",
    "reject",
    "outcome",
];

/// What a column of decisions is not.
#[rustfmt::skip]
const OTHERWISE: [&str; 29] = [
    "criteria", "criterion", "date", "time", "by", "count", "score", "probability", "confidence",
    "note", "notes", "comment", "comments", "id", "who", "when", "age", "primary", "secondary",
    "deduplication", "kriterien", "kriterium", "critères", "criterios", "criteri", "critérios",
    "datum", "bemerkung", "kommentar",
];

#[rustfmt::skip]
const REASONS: [&str; 18] = [
    "reason", "reasons", "why", "rationale", "justification", "grund", "gründe",
    "ausschlussgrund", "begründung", "motif", "raison", "motivo", "razón", "reden", "ragione",
    "årsag", "orsak", "razão",
];

#[rustfmt::skip]
const LAST: [&str; 22] = [
    "final", "consensus", "overall", "agreed", "adjudicated", "adjudication", "adjudicator",
    "resolved", "resolution", "reconciled", "reconciliation", "combined", "joint", "team",
    "settled", "concluding", "endgültig", "définitif", "finale", "definitivo", "definitief",
    "konsens",
];

const WHO: [&str; 10] = [
    "reviewer",
    "reviewers",
    "rater",
    "screener",
    "assessor",
    "coder",
    "reader",
    "judge",
    "user",
    "r",
];

const COUNTED: [&str; 6] = ["level", "stage", "phase", "step", "round", "pass"];

#[rustfmt::skip]
const POSITIVE: [&str; 18] = [
    "retained", "selected",
    "incl", "include", "included", "inclusion", "eligible", "relevant", "accept", "accepted",
    "einschluss", "eingeschlossen", "inclus", "incluido", "incluso", "incluído", "inclusie",
    "inclusión",
];
#[rustfmt::skip]
const NEGATIVE: [&str; 19] = [
    "discarded", "unselected", "nonrelevant",
    "excl", "exclude", "excluded", "exclusion", "irrelevant", "reject", "rejected", "ineligible",
    "ausschluss", "ausgeschlossen", "exclu", "excluido", "escluso", "excluído", "exclusie",
    "exclusión",
];

/// Words that name nobody.
#[rustfmt::skip]
const FILLERS: [&str; 50] = [
    "not", "non", "nicht", "or",
    "the", "a", "an", "of", "for", "on", "in", "at", "to", "s", "is", "be", "this", "it", "and",
    "should", "study", "studies", "article", "record", "records", "reference", "citation",
    "trial", "paper", "review", "my", "our", "your", "title", "titles", "abstract", "abstracts",
    "full", "text", "fulltext", "ta", "ft", "tiab", "y", "n", "yes", "no", "rayyan", "zum", "zur",
];

/// Words that turn the next one round: `Not eligible`.
const DENIALS: [&str; 3] = ["not", "non", "nicht"];

/// Articles and the like, as they are typed: `Le` may be somebody.
#[rustfmt::skip]
const ARTICLES: [&str; 18] = [
    "de", "du", "des", "le", "la", "les", "el", "il", "di", "do", "van", "der", "die", "das", "l",
    "d", "del", "della",
];

impl ColumnHeading {
    /// Reads a heading.
    pub(super) fn of(text: &str) -> Self {
        let words = words(text);
        let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
        let has = |list: &[&str]| lower.iter().any(|word| list.contains(&word.as_str()));
        // `Exclusion criterion` is one of the review, `Exclusion criteria` are
        // those of a trial.
        let criterion = has(&["criterion"]) && has(&NEGATIVE);
        let reason = (has(&REASONS) && !has(&["stopped"])) || criterion;
        let promise = match () {
            () if reason || has(&OTHERWISE) || is_moment(&lower) => HeadingPromise::None,
            () if has(&STRONG) || is_choice(&lower) => HeadingPromise::Strong,
            () if has(&WEAK) || has(&WHO[..8]) || stage(&lower).is_some() => HeadingPromise::Weak,
            () => HeadingPromise::None,
        };
        let (reviewer, number) = who(text, &words, &lower, reason);
        let denied = lower.windows(2).any(|pair| {
            DENIALS.contains(&pair[0].as_str()) && POSITIVE.contains(&pair[1].as_str())
        });
        let (positive, negative) = (has(&POSITIVE) && !denied, has(&NEGATIVE) || denied);
        Self {
            promise,
            last: has(&LAST),
            stage: stage(&lower),
            reviewer,
            number,
            negative: negative && !positive,
            positive: positive && !negative,
            reason,
        }
    }
}

/// The words of a heading, parted where the case changes, too.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for c in text.chars() {
        if c.is_alphanumeric() {
            let parted = !before.is_alphanumeric()
                || (before.is_lowercase() && c.is_uppercase())
                || before.is_ascii_digit() != c.is_ascii_digit();
            if parted {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        }
        before = c;
    }
    words
}

/// `decided_at`, `screened on`.
fn is_moment(lower: &[String]) -> bool {
    lower.last().is_some_and(|last| ["at", "on"].contains(&last.as_str()))
}

/// `I/E`, `In/Out`.
fn is_choice(lower: &[String]) -> bool {
    [["i", "e"], ["in", "out"]].iter().any(|choice| lower == choice)
}

fn stage(lower: &[String]) -> Option<u32> {
    let has = |word: &str| lower.iter().any(|it| it == word);
    let counted = lower.windows(2).find(|pair| COUNTED.contains(&pair[0].as_str()));
    if let Some(number) = counted.and_then(|pair| pair[1].parse().ok()) {
        return Some(number);
    }
    match () {
        () if has("fulltext") || has("ft") || (has("full") && has("text")) => Some(3),
        () if has("tiab") || has("ta") || has("abstract") || has("abstracts") => Some(2),
        // Colandr screens citations, then full texts.
        () if has("citation") => Some(2),
        () if has("title") || has("titles") => Some(1),
        () => None,
    }
}

/// Whose decisions a heading names, or the number that it has instead.
fn who(
    text: &str,
    words: &[String],
    lower: &[String],
    reason: bool,
) -> (Option<String>, Option<String>) {
    let lists: [&[&str]; 6] = [&STRONG, &WEAK, &LAST, &FILLERS, &REASONS, &COUNTED];
    let is_known = |at: usize| lists.iter().any(|list| list.contains(&lower[at].as_str()));
    // `Vote A` belongs to somebody; `a vote` and `Include (Y/N)` do not.
    let is_pair = ["y", "n"].iter().all(|letter| lower.iter().any(|it| it == letter));
    let is_last = |at: usize| at + 1 == words.len();
    let is_letter = |at: usize| match words[at].as_str() {
        "Y" | "N" | "y" | "n" if is_pair => false,
        "s" if text.contains(['\'', '’']) => false,
        word if at == 0 && !is_last(at) => word.len() == 1 && word < "a",
        word => word.len() == 1 && is_last(at),
    };
    // `MOTIF D'EXCLUSION` is nobody's, `Reason (Le)` is Le's.
    let is_within_reason = |at: usize| {
        let Some(next) = lower.get(at + 1) else { return false };
        let of_nobody = is_known(at + 1) || ARTICLES.contains(&next.as_str());
        let of_somebody = at > 0 && WHO.contains(&lower[at - 1].as_str());
        reason && of_nobody && !of_somebody && !next.starts_with("reason")
    };
    let is_article = |at: usize| {
        let typed = if is_within_reason(at) { &lower[at] } else { &words[at] };
        !is_last(at) && ARTICLES.contains(&typed.as_str())
    };
    let names = |at: &usize| match *at {
        at if is_article(at) => false,
        at => is_letter(at) || !is_known(at),
    };
    let left: Vec<&str> = (0..words.len()).filter(names).map(|at| words[at].as_str()).collect();
    let digits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let is_who = |word: &&str| WHO.contains(&word.to_lowercase().as_str());
    match left.as_slice() {
        [] => (None, None),
        [only] if is_who(only) => (None, None),
        all if all.iter().all(digits) => {
            let counted = stage(lower).is_some();
            (None, (!counted).then(|| all.join(" ")))
        }
        all if all.len() == words.len() => (Some(text.trim().to_owned()), None),
        all => (Some(all.join(" ")), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_say_what_is_below() {
        let promise = |text| ColumnHeading::of(text).promise;
        for text in ["screening_decision", "Include?", "finalDecision", "Verdict", "Eligible (Y/N)"]
        {
            assert_eq!(promise(text), HeadingPromise::Strong, "{text}");
        }
        for text in ["Status", "Reviewer 2", "Full text", "Level 1"] {
            assert_eq!(promise(text), HeadingPromise::Weak, "{text}");
        }
        for text in ["Inclusion criteria", "Decision date", "Why Stopped", "Sponsor"] {
            assert_eq!(promise(text), HeadingPromise::None, "{text}");
        }
        for text in ["Entscheidung", "Décision", "decisión final", "Einschluss", "Besluit"] {
            assert_eq!(promise(text), HeadingPromise::Strong, "{text}");
        }
        assert!(
            ColumnHeading::of("Ausschlussgrund").reason
                && ColumnHeading::of("Motif d'exclusion").reason
        );
        assert!(ColumnHeading::of("Einschlusskriterien").promise == HeadingPromise::None);
        assert!(
            ColumnHeading::of("Reason for exclusion").reason
                && !ColumnHeading::of("Why Stopped").reason
        );
        for text in
            ["Ineligible", "Not eligible", "non-relevant", "Discarded", "nicht eingeschlossen"]
        {
            let heading = ColumnHeading::of(text);
            assert!(heading.negative && heading.promise == HeadingPromise::Strong, "{text}");
            assert_eq!(heading.reviewer, None, "{text}");
        }
        assert!(ColumnHeading::of("Included or not").positive);
        assert!(
            ColumnHeading::of("Excluded").negative
                && !ColumnHeading::of("Include/Exclude").negative
        );
    }

    #[test]
    fn reviewers_and_stages_are_told() {
        let of = |text| {
            let heading = ColumnHeading::of(text);
            (heading.reviewer, heading.number, heading.stage, heading.last)
        };
        let named = |name: &str| Some(name.to_owned());
        assert_eq!(of("Reviewer 1 decision"), (named("Reviewer 1"), None, None, false));
        assert_eq!(of("Decision (Anna)"), (named("Anna"), None, None, false));
        assert_eq!(of("R2"), (named("R2"), None, None, false));
        for (text, name) in [
            ("Reviewer A", "Reviewer A"),
            ("Reviewer D", "Reviewer D"),
            ("reviewer_a", "reviewer_a"),
            ("Decision (L)", "L"),
            ("decision_le", "le"),
            ("D decision", "D"),
            ("Decision (Le)", "Le"),
            ("Décision de Anna", "Anna"),
            ("Reason (Le)", "Le"),
        ] {
            assert_eq!(of(text).0, named(name), "{text}");
        }
        for text in [
            "Include (Y/N)",
            "a vote",
            "Vote's",
            "MOTIF D'EXCLUSION",
            "Le motif",
            "Motif de la décision",
        ] {
            assert_eq!(of(text).0, None, "{text}");
        }
        assert_eq!(of("Screening 2"), (None, named("2"), None, false));
        assert_eq!(of("Level 2 decision"), (None, None, Some(2), false));
        assert_eq!(of("fulltext_screening_status"), (None, None, Some(3), false));
        assert_eq!(of("citation_screening_status"), (None, None, Some(2), false));
        assert_eq!(of("Title/abstract consensus"), (None, None, Some(2), true));
        assert_eq!(of("screening_decision"), (None, None, None, false));
    }
}
