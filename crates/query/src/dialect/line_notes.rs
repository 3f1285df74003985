//! What searchers write behind a search on its line: counts of hits and
//! remarks, which are not searched.

use super::line_tree::DialectNode;
use super::strategy_page::{LineRefusal, is_counted, is_number};
use super::systems::Dialect;
use super::tokens::DialectToken;
use crate::word_list::WordList;

/// How many tokens behind an operand, without an operator between, are a count
/// of hits or, behind names of lines, a remark.
pub(super) fn behind(left: Option<&DialectNode>, tokens: &[DialectToken]) -> Option<usize> {
    let length = length_of_operand(tokens)?;
    if matches!(tokens.get(length), Some(DialectToken::Suffix(_) | DialectToken::Near(_))) {
        return None;
    }
    let operand = &tokens[..length];
    let plain = operand.iter().all(|token| {
        matches!(
            token,
            DialectToken::Word(_)
                | DialectToken::Open
                | DialectToken::Close
                | DialectToken::And
                | DialectToken::Or
                | DialectToken::Not
        )
    });
    (plain && (is_count(operand) || left.is_some_and(ends_with_lines))).then_some(length)
}

/// Whether an operand is a count of hits.
pub(super) fn is_count_ahead(tokens: &[DialectToken]) -> bool {
    length_of_operand(tokens).is_some_and(|length| {
        let bare =
            !matches!(tokens.get(length), Some(DialectToken::Suffix(_) | DialectToken::Near(_)));
        bare && is_count(&tokens[..length])
    })
}

/// Tokens of the words or the group that begin here.
fn length_of_operand(tokens: &[DialectToken]) -> Option<usize> {
    const LONGEST: usize = 200;
    let mut depth = 0_usize;
    match tokens.first()? {
        DialectToken::Word(_) => {
            Some(tokens.iter().take_while(|token| matches!(token, DialectToken::Word(_))).count())
        }
        DialectToken::Open => tokens
            .iter()
            .take(LONGEST)
            .position(|token| {
                match token {
                    DialectToken::Open => depth += 1,
                    DialectToken::Close => depth -= 1,
                    _ => {}
                }
                depth == 0
            })
            .map(|last| last + 1),
        _ => None,
    }
}

fn is_count(tokens: &[DialectToken]) -> bool {
    let words = || {
        tokens.iter().filter_map(|token| match token {
            DialectToken::Word(word) => Some(word.to_lowercase()),
            _ => None,
        })
    };
    let beside = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty() || is_counted(bare)
    };
    words().any(|word| is_number(&word)) && words().all(|word| is_number(&word) || beside(&word))
}

fn ends_with_lines(node: &DialectNode) -> bool {
    match node {
        DialectNode::Lines { .. } => true,
        DialectNode::All(parts) | DialectNode::Any(parts) => {
            parts.last().is_some_and(ends_with_lines)
        }
        DialectNode::Except(_, without) => ends_with_lines(without),
        _ => false,
    }
}

/// What ready-made searches are called that are joined to lines by name (in
/// small letters).
const FILTERS: WordList = WordList(
    "filter|filters|hedge|hedges|limit|limits|limiter|limiters|restriction|restrictions|hsss|\
     strategy",
);

/// Limits that are joined to lines as if they were words (in small letters).
const LIMITS: WordList =
    WordList("english|english language|english only|in english|rcts|rcts only|human|humans only");

/// Words that searches of several words hardly have (in small letters).
const OF_PROSE: WordList = WordList(
    "a|all|and|any|as|at|by|for|from|in|is|limited|not|of|on|only|or|searched|see|the|this|\
     to|used|using|was|with",
);

/// Words of a line that are hardly searched: a name of a filter that is joined
/// to lines above, and words behind an operand without an operator between,
/// where a system has none.
pub(super) fn prose(tokens: &[DialectToken], dialect: Dialect) -> Option<LineRefusal> {
    let names_lines = tokens.iter().any(|token| matches!(token, DialectToken::Lines { .. }));
    let mut at = 0;
    while at < tokens.len() {
        let words: Vec<&str> = words_of(&tokens[at..]).collect();
        let (before, after) = (at.checked_sub(1).map(|at| &tokens[at]), at + words.len());
        let ends = matches!(tokens.get(after), None | Some(DialectToken::Close));
        let found = !words.is_empty() && ends && {
            let joined =
                matches!(before, Some(DialectToken::And | DialectToken::Or | DialectToken::Not));
            (names_lines && joined && is_name_of_filter(&words))
                || before.is_some_and(|before| are_behind(&words, before, dialect))
        };
        if found {
            let words = words.join(" ");
            let message = format!("`{words}` may be part of the search, or a remark");
            let hint = format!(
                "delete `{words}`, or write the search that it stands for; put words that are searched into quotes behind `AND`"
            );
            return Some(LineRefusal::new(message, &hint));
        }
        at = after.max(at + 1);
    }
    None
}

fn words_of(tokens: &[DialectToken]) -> impl Iterator<Item = &str> {
    tokens.iter().map_while(|token| match token {
        DialectToken::Word(word) => Some(word.as_str()),
        _ => None,
    })
}

fn is_name_of_filter(words: &[&str]) -> bool {
    let small = words.join(" ").to_lowercase();
    let last = small.rsplit(' ').next().unwrap_or_default();
    FILTERS.contains(last.trim_end_matches('.')) || LIMITS.contains(small.as_str())
}

/// Whether words follow an operand that has its end: systems whose operands
/// have fields after them join none by a blank.
fn are_behind(words: &[&str], before: &DialectToken, dialect: Dialect) -> bool {
    let ended =
        matches!(before, DialectToken::Suffix(_) | DialectToken::Heading(_) | DialectToken::Close);
    let with_operators = matches!(dialect, Dialect::Ovid | Dialect::Embase);
    let plain = |word: &&str| word.chars().all(|c| c.is_alphabetic() || "-'.,:".contains(c));
    let prose = |word: &&str| OF_PROSE.contains(word.to_lowercase().as_str());
    let letters = words.iter().all(plain) && words.iter().any(|word| word.len() > 2);
    ended
        && letters
        && words.len() > 1
        && (with_operators || (words.len() > 2 && words.iter().any(prose)))
}
