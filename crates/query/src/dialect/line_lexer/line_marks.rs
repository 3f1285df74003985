//! Words of a line that are no words to look for: nearness, ages, years of
//! Scopus, and what says how or where a system searches.

use super::super::systems::Dialect;
use super::super::tokens::{DialectToken, EXACT, Proximity};
use super::super::{database_limits, field_prefixes, named_fields, scopus};
use super::DialectLexer;

impl DialectLexer<'_> {
    /// Web of Science's `gout (Topic)`.
    pub(super) fn named_behind(&mut self) -> bool {
        const NAMES: [&str; 6] =
            ["topic", "title", "abstract", "author keywords", "all fields", "keyword plus"];
        let rest = self.rest();
        let Some(end) = rest.find(')').filter(|end| *end < 20) else { return false };
        let name = rest[1..end].trim().to_ascii_lowercase();
        let found = self.dialect == Dialect::WebOfScience && NAMES.contains(&name.as_str());
        if found {
            self.push(DialectToken::Suffix(vec![name.replace("keyword plus", "kp")]), end + 1);
        }
        found
    }

    /// A field of a system whose fields are names, behind an operand: a blank
    /// joins both, as in `gout intitle:flare`.
    pub(super) fn named_before(&self) -> Option<(DialectToken, usize)> {
        let parted = self.typed[..self.at].ends_with([' ', ')']);
        if !parted || self.at_start() || !named_fields::joins_by_blanks(self.dialect) {
            return None;
        }
        let found = field_prefixes::prefix(self.rest(), self.dialect);
        found.filter(|(token, _)| matches!(token, DialectToken::Prefix(_)))
    }

    /// Nearness with a separate number, as in `gout adj 3 flare`.
    pub(super) fn parted_nearness(&mut self, typed: &str) -> bool {
        let capitals = typed.chars().all(|c| c.is_ascii_uppercase() || c == '/');
        if self.at_start() || !(capitals || Proximity::named(typed, self.dialect).is_some()) {
            return false;
        }
        let rest = self.rest();
        let number = rest.split_whitespace().next().unwrap_or_default();
        let bare = number.trim_start_matches('/');
        let digits = matches!(bare.len(), 1 | 2) && bare.bytes().all(|byte| byte.is_ascii_digit());
        let length = rest.len() - rest.trim_start().len() + number.len();
        let Some(nearness) =
            Proximity::named(&format!("{typed}{bare}"), self.dialect).filter(|_| digits)
        else {
            return false;
        };
        if !rest[length..]
            .trim_start()
            .starts_with(|c: char| c.is_alphanumeric() || "\"('*".contains(c))
        {
            return false;
        }
        self.tokens.push(DialectToken::Near(nearness));
        let said = format!("`{typed} {number}` is read as `{typed}{number}`");
        self.push(DialectToken::PassedOver(said), length);
        true
    }

    /// Ovid's `adult <18 to 64 years>`, a limit to an age.
    pub(super) fn ages(&mut self) -> bool {
        let rest = self.rest();
        let Some(end) = rest.find('>').filter(|end| *end < 40) else { return false };
        let words =
            self.tokens.iter().rev().take_while(|token| matches!(token, DialectToken::Word(_)));
        let start = self.tokens.len() - words.count();
        let text = |token: &DialectToken| match token {
            DialectToken::Word(word) => word.clone(),
            _ => String::new(),
        };
        let name = self.tokens[start..].iter().map(text).collect::<Vec<_>>().join(" ");
        let limit = format!("\"{name} {}\"", &rest[..=end]);
        let known = database_limits::age(&limit).is_some();
        if known {
            self.tokens.truncate(start);
            self.push(DialectToken::Limit(limit), end + 1);
        }
        known
    }

    /// Words that say how or where a system searches: Ovid's `use ppez`, and
    /// `EXACT` of the retired site.
    pub(super) fn without_meaning(&mut self, typed: &str) -> bool {
        let exact = self.dialect == Dialect::ClinicalTrials
            && self.at_start()
            && ["EXACT", "INFLECT"].contains(&typed);
        if exact {
            // `INFLECT EXACT` asks for forms of the words, too.
            if self.tokens.last() != Some(&DialectToken::Prefix(vec![EXACT.to_owned()])) {
                self.tokens.push(DialectToken::Prefix(vec![EXACT.to_owned()]));
            }
            return true;
        }
        let used = self.dialect == Dialect::Ovid && typed == "use" && !self.at_start();
        let rest = self.rest();
        let code = rest.trim_start();
        let end = code.find(|c: char| !c.is_ascii_alphanumeric() && c != ',').unwrap_or(code.len());
        let code = &code[..end];
        let base =
            (4..=8).contains(&code.len()) && code.bytes().all(|byte| !byte.is_ascii_uppercase());
        let ends = matches!(
            self.tokens.last(),
            Some(
                DialectToken::Heading(_)
                    | DialectToken::Suffix(_)
                    | DialectToken::Lines { .. }
                    | DialectToken::Close
            )
        );
        if !used || !base || !ends {
            return false;
        }
        let length = rest.len() - rest.trim_start().len() + code.len();
        self.at -= typed.len();
        self.leave(typed.len() + length, "it is about a database, not about studies");
        true
    }

    /// Scopus' `PUBYEAR > 2014`, `LIMIT-TO(LANGUAGE, "English")` and
    /// `EXCLUDE(...)`, from the word that was read on.
    pub(super) fn function(&mut self, typed: &str) -> bool {
        let start = self.at - typed.len();
        let line = &self.typed[start..];
        let Some((token, length)) = scopus::limit(line) else { return false };
        self.at = start;
        self.push(token, length);
        true
    }
}
