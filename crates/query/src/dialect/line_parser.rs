//! Parses tokens of another system into a tree. Errors are reported and
//! skipped, so that one error does not cost a whole strategy.

use super::line_notes;
use super::line_tree::DialectNode;
use super::systems::Dialect;
use super::tokens::DialectToken;

/// Parentheses within one another.
const DEEPEST: usize = 60;

/// Words for nearness in a row.
const LONGEST_CHAIN: usize = 20;

/// Reads tokens; reports skipped ones.
pub(super) fn parse(
    tokens: Vec<DialectToken>,
    dialect: Dialect,
) -> (Option<DialectNode>, Vec<String>) {
    let mut parser = DialectParser { tokens, at: 0, dialect, depth: 0, wrong: Vec::new() };
    let mut parts = Vec::new();
    while parser.at < parser.tokens.len() {
        parts.extend(parser.expression());
        if parser.peek() == Some(&DialectToken::Close) {
            parser.wrong.push("a `)` without its `(` is skipped".to_owned());
            parser.at += 1;
        }
    }
    (joined(parts, DialectNode::All), parser.wrong)
}

/// Parts as one; no parts are nothing, and a single one is not wrapped.
fn joined(
    mut parts: Vec<DialectNode>,
    join: fn(Vec<DialectNode>) -> DialectNode,
) -> Option<DialectNode> {
    if parts.len() < 2 { parts.pop() } else { Some(join(parts)) }
}

struct DialectParser {
    tokens: Vec<DialectToken>,
    at: usize,
    dialect: Dialect,
    depth: usize,
    wrong: Vec<String>,
}

impl DialectParser {
    fn peek(&self) -> Option<&DialectToken> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, token: &DialectToken) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expression(&mut self) -> Option<DialectNode> {
        match self.dialect {
            Dialect::PubMed => self.left_to_right(),
            Dialect::Scopus | Dialect::Scholar => self.or_first(),
            _ => self.and_first(),
        }
    }

    /// PubMed joins from left to right, whatever the operator.
    fn left_to_right(&mut self) -> Option<DialectNode> {
        let mut left = self.near();
        loop {
            if self.take(&DialectToken::Or) {
                let right = self.near();
                left = self.any_of(left, right);
            } else if self.take(&DialectToken::Not) {
                let right = self.near();
                left = except(left, right);
            } else if self.take(&DialectToken::And) {
                if self.take(&DialectToken::Not) {
                    let right = self.near();
                    left = except(left, right);
                } else {
                    let right = self.near();
                    left = all_of(left, right);
                }
            } else if self.at_end() {
                return left;
            } else if !self.note(left.as_ref()) {
                let right = self.near();
                left = all_of(left, right);
            }
        }
    }

    /// Passes over a count of hits or a remark behind an operand.
    fn note(&mut self, left: Option<&DialectNode>) -> bool {
        let Some(length) = line_notes::behind(left, &self.tokens[self.at..]) else { return false };
        let words = self.tokens[self.at..self.at + length].iter().filter_map(|token| match token {
            DialectToken::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let said = words.collect::<Vec<_>>().join(" ");
        self.wrong.push(format!(
            "`{said}` is read as a count of hits or a remark, and is skipped; type `AND` before it if it is searched"
        ));
        self.at += length;
        true
    }

    fn any_of(
        &mut self,
        left: Option<DialectNode>,
        right: Option<DialectNode>,
    ) -> Option<DialectNode> {
        if left.is_none() != right.is_none() {
            self.wrong.push("an `OR` has nothing on one side, and is skipped".to_owned());
        }
        match left {
            Some(DialectNode::Any(mut parts)) => {
                parts.extend(right);
                Some(DialectNode::Any(parts))
            }
            left => joined(left.into_iter().chain(right).collect(), DialectNode::Any),
        }
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(DialectToken::Close))
    }

    /// `AND` and `NOT` bind tighter than `OR`.
    fn and_first(&mut self) -> Option<DialectNode> {
        let mut any = self.conjunction();
        while self.take(&DialectToken::Or) {
            let right = self.conjunction();
            any = self.any_of(any, right);
        }
        any
    }

    fn conjunction(&mut self) -> Option<DialectNode> {
        let mut left = self.near();
        while !self.at_end() && self.peek() != Some(&DialectToken::Or) {
            let and = self.take(&DialectToken::And);
            if !and && self.note(left.as_ref()) {
                continue;
            }
            if self.take(&DialectToken::Not) {
                let right = self.near();
                left = except(left, right);
            } else {
                let before = self.at;
                let right = self.near();
                if !and && self.at == before {
                    break;
                }
                left = all_of(left, right);
            }
        }
        left
    }

    /// Scopus and Google Scholar: `OR` first, then `AND`, then `AND NOT`.
    fn or_first(&mut self) -> Option<DialectNode> {
        let mut parts = Vec::new();
        let mut without = Vec::new();
        loop {
            let mut not = self.take(&DialectToken::Not);
            if self.take(&DialectToken::And) {
                not |= self.take(&DialectToken::Not);
            }
            let before = self.at;
            let mut any = self.near();
            while self.take(&DialectToken::Or) {
                let right = self.near();
                any = self.any_of(any, right);
            }
            if not {
                without.extend(any)
            } else {
                parts.extend(any)
            }
            if self.at_end() || self.at == before {
                break;
            }
        }
        let kept = joined(parts, DialectNode::All);
        without.into_iter().fold(kept, |kept, part| except(kept, Some(part)))
    }

    /// Operands near each other, from left to right.
    fn near(&mut self) -> Option<DialectNode> {
        let mut left = self.operand();
        let mut joined = Vec::new();
        let mut chained = 0;
        while let Some(DialectToken::Near(nearness)) = self.peek().cloned() {
            self.at += 1;
            let right = self.operand();
            chained += 1;
            if chained > LONGEST_CHAIN {
                chained = 0;
                joined.extend(left.take());
                left = right;
                continue;
            }
            left = match (left, right) {
                (Some(left), Some(right)) => {
                    Some(DialectNode::Near(Box::new(left), nearness, Box::new(right)))
                }
                (left, right) => {
                    self.wrong.push(
                        "an operator for nearness has nothing on one side, and is skipped"
                            .to_owned(),
                    );
                    left.or(right)
                }
            };
        }
        if joined.is_empty() {
            return left;
        }
        self.wrong
            .push(format!("more than {LONGEST_CHAIN} words near one another are joined by `AND`"));
        joined.extend(left);
        Some(DialectNode::All(joined))
    }

    /// An operand with the fields before and behind it.
    fn operand(&mut self) -> Option<DialectNode> {
        let mut before: Vec<DialectToken> = Vec::new();
        while let Some(
            DialectToken::Prefix(_) | DialectToken::Unknown(_) | DialectToken::PassedOver(_),
        ) = self.peek()
        {
            match self.tokens[self.at].clone() {
                DialectToken::PassedOver(said) => self.wrong.push(said),
                field => before.push(field),
            }
            self.at += 1;
        }
        let mut node = self.source();
        while let Some(DialectToken::Suffix(_) | DialectToken::PassedOver(_) | DialectToken::To) =
            self.peek()
        {
            let token = self.tokens[self.at].clone();
            self.at += 1;
            node = match token {
                DialectToken::Suffix(fields) => {
                    node.map(|node| DialectNode::In(fields, Box::new(node)))
                }
                DialectToken::To => self.range(node),
                DialectToken::PassedOver(said) => {
                    self.wrong.push(said);
                    node
                }
                _ => node,
            };
        }
        let within = |node: DialectNode, field: DialectToken| match field {
            DialectToken::Prefix(fields) => DialectNode::In(fields, Box::new(node)),
            DialectToken::Unknown(sign) => DialectNode::Unknown(sign, Box::new(node)),
            _ => node,
        };
        before.into_iter().rev().fold(node, |node, field| node.map(|node| within(node, field)))
    }

    /// The two ends of a range; the first one is read already.
    fn range(&mut self, from: Option<DialectNode>) -> Option<DialectNode> {
        let to = self.source();
        let mut fields = Vec::new();
        if let Some(DialectToken::Suffix(of)) = self.peek() {
            fields.clone_from(of);
            self.at += 1;
        }
        let bare = |node: Option<DialectNode>, fields: &mut Vec<String>| match node {
            Some(DialectNode::In(of, inner)) => {
                *fields = of;
                inner.text()
            }
            Some(node) => node.text(),
            None => None,
        };
        let (from, to) = (bare(from, &mut fields)?, bare(to, &mut Vec::new())?);
        let range = DialectNode::Range(from, to);
        Some(if fields.is_empty() { range } else { DialectNode::In(fields, Box::new(range)) })
    }

    fn source(&mut self) -> Option<DialectNode> {
        match self.peek()?.clone() {
            DialectToken::Open => self.group(),
            DialectToken::Word(_) => Some(self.run()),
            DialectToken::Quoted(text) => self.single(DialectNode::Phrase(text)),
            DialectToken::Heading(heading) => self.single(DialectNode::Heading(heading)),
            DialectToken::Lines { all, numbers } => {
                self.single(DialectNode::Lines { all, numbers })
            }
            DialectToken::Limit(limit) => self.single(DialectNode::Limit(limit)),
            DialectToken::Excluded(limit) => self.single(DialectNode::Excluded(limit)),
            DialectToken::Suffix(_) => {
                self.wrong.push("a field that follows nothing is skipped".to_owned());
                self.at += 1;
                None
            }
            _ => None,
        }
    }

    fn single(&mut self, node: DialectNode) -> Option<DialectNode> {
        self.at += 1;
        Some(node)
    }

    fn run(&mut self) -> DialectNode {
        let mut words = Vec::new();
        while let Some(DialectToken::Word(word)) = self.peek() {
            words.push(word.clone());
            self.at += 1;
        }
        DialectNode::Run(words)
    }

    fn group(&mut self) -> Option<DialectNode> {
        self.at += 1;
        if self.depth == DEEPEST {
            self.wrong.push("parentheses too deep within one another are skipped".to_owned());
            return None;
        }
        self.depth += 1;
        let mut parts = Vec::new();
        while !self.at_end() {
            let before = self.at;
            parts.extend(self.expression());
            if self.at == before {
                self.at += 1;
            }
        }
        self.depth -= 1;
        if !self.take(&DialectToken::Close) {
            self.wrong.push("a `(` without its `)` is closed at the end of the line".to_owned());
        }
        joined(parts, DialectNode::All)
    }
}

fn all_of(left: Option<DialectNode>, right: Option<DialectNode>) -> Option<DialectNode> {
    match left {
        Some(DialectNode::All(mut parts)) => {
            parts.extend(right);
            Some(DialectNode::All(parts))
        }
        left => joined(left.into_iter().chain(right).collect(), DialectNode::All),
    }
}

/// The rest without a part; without the first part, nothing is left.
fn except(left: Option<DialectNode>, right: Option<DialectNode>) -> Option<DialectNode> {
    match (left, right) {
        (Some(left), Some(right)) => Some(DialectNode::Except(Box::new(left), Box::new(right))),
        (left, _) => left,
    }
}
