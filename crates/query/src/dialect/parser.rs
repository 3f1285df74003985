//! Tokens of another system into a tree. What is wrong is said and passed
//! over: one slip must not cost a whole strategy.

use super::Dialect;
use super::headings::Heading;
use super::lexer::{Nearness, Token};
use super::notes;

/// A part of a line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    /// The first without the second.
    Except(Box<Node>, Box<Node>),
    Near(Box<Node>, Nearness, Box<Node>),
    /// Words side by side.
    Run(Vec<String>),
    /// Words between quotes.
    Phrase(String),
    Heading(Heading),
    Lines {
        all: bool,
        numbers: Vec<u32>,
    },
    /// A part and the fields that it is looked for in.
    In(Vec<String>, Box<Node>),
    Limit(String),
    /// A limit to what it does not name.
    Excluded(String),
    /// From one date to another.
    Range(String, String),
    /// A part in a field that nobody has, such as `XY=`.
    Unknown(String, Box<Node>),
}

/// Parentheses within one another.
const DEEPEST: usize = 60;

/// Words for nearness in a row.
const LONGEST_CHAIN: usize = 20;

/// Reads tokens; says what is skipped.
pub(super) fn parse(tokens: Vec<Token>, dialect: Dialect) -> (Option<Node>, Vec<String>) {
    let mut parser = Parser { tokens, at: 0, dialect, depth: 0, wrong: Vec::new() };
    let mut parts = Vec::new();
    while parser.at < parser.tokens.len() {
        parts.extend(parser.expression());
        if parser.peek() == Some(&Token::Close) {
            parser.wrong.push("a `)` without its `(` is skipped".to_owned());
            parser.at += 1;
        }
    }
    (joined(parts, Node::All), parser.wrong)
}

/// Parts as one; none is nothing, and one stands for itself.
fn joined(mut parts: Vec<Node>, join: fn(Vec<Node>) -> Node) -> Option<Node> {
    if parts.len() < 2 { parts.pop() } else { Some(join(parts)) }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    dialect: Dialect,
    depth: usize,
    wrong: Vec<String>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expression(&mut self) -> Option<Node> {
        match self.dialect {
            Dialect::PubMed => self.left_to_right(),
            Dialect::Scopus | Dialect::Scholar => self.or_first(),
            _ => self.and_first(),
        }
    }

    /// PubMed joins from left to right, whatever the operator.
    fn left_to_right(&mut self) -> Option<Node> {
        let mut left = self.near();
        loop {
            if self.take(&Token::Or) {
                let right = self.near();
                left = self.any_of(left, right);
            } else if self.take(&Token::Not) {
                let right = self.near();
                left = except(left, right);
            } else if self.take(&Token::And) {
                if self.take(&Token::Not) {
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
    fn note(&mut self, left: Option<&Node>) -> bool {
        let Some(length) = notes::behind(left, &self.tokens[self.at..]) else { return false };
        let words = self.tokens[self.at..self.at + length].iter().filter_map(|token| match token {
            Token::Word(word) => Some(word.as_str()),
            _ => None,
        });
        let said = words.collect::<Vec<_>>().join(" ");
        self.wrong.push(format!(
            "`{said}` is read as a count of hits or a remark, and is skipped; type `AND` before it if it is searched"
        ));
        self.at += length;
        true
    }

    fn any_of(&mut self, left: Option<Node>, right: Option<Node>) -> Option<Node> {
        if left.is_none() != right.is_none() {
            self.wrong.push("an `OR` has nothing on one side, and is skipped".to_owned());
        }
        match left {
            Some(Node::Any(mut parts)) => {
                parts.extend(right);
                Some(Node::Any(parts))
            }
            left => joined(left.into_iter().chain(right).collect(), Node::Any),
        }
    }

    fn at_end(&self) -> bool {
        matches!(self.peek(), None | Some(Token::Close))
    }

    /// `AND` and `NOT` bind tighter than `OR`.
    fn and_first(&mut self) -> Option<Node> {
        let mut any = self.conjunction();
        while self.take(&Token::Or) {
            let right = self.conjunction();
            any = self.any_of(any, right);
        }
        any
    }

    fn conjunction(&mut self) -> Option<Node> {
        let mut left = self.near();
        while !self.at_end() && self.peek() != Some(&Token::Or) {
            let and = self.take(&Token::And);
            if !and && self.note(left.as_ref()) {
                continue;
            }
            if self.take(&Token::Not) {
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
    fn or_first(&mut self) -> Option<Node> {
        let mut parts = Vec::new();
        let mut without = Vec::new();
        loop {
            let mut not = self.take(&Token::Not);
            if self.take(&Token::And) {
                not |= self.take(&Token::Not);
            }
            let before = self.at;
            let mut any = self.near();
            while self.take(&Token::Or) {
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
        let kept = joined(parts, Node::All);
        without.into_iter().fold(kept, |kept, part| except(kept, Some(part)))
    }

    /// Operands near each other, from left to right.
    fn near(&mut self) -> Option<Node> {
        let mut left = self.operand();
        let mut joined = Vec::new();
        let mut chained = 0;
        while let Some(Token::Near(nearness)) = self.peek().cloned() {
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
                    Some(Node::Near(Box::new(left), nearness, Box::new(right)))
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
        Some(Node::All(joined))
    }

    /// An operand with the fields before and behind it.
    fn operand(&mut self) -> Option<Node> {
        let mut before: Vec<Token> = Vec::new();
        while let Some(Token::Prefix(_) | Token::Unknown(_) | Token::PassedOver(_)) = self.peek() {
            match self.tokens[self.at].clone() {
                Token::PassedOver(said) => self.wrong.push(said),
                field => before.push(field),
            }
            self.at += 1;
        }
        let mut node = self.source();
        while let Some(Token::Suffix(_) | Token::PassedOver(_) | Token::To) = self.peek() {
            let token = self.tokens[self.at].clone();
            self.at += 1;
            node = match token {
                Token::Suffix(fields) => node.map(|node| Node::In(fields, Box::new(node))),
                Token::To => self.range(node),
                Token::PassedOver(said) => {
                    self.wrong.push(said);
                    node
                }
                _ => node,
            };
        }
        let within = |node: Node, field: Token| match field {
            Token::Prefix(fields) => Node::In(fields, Box::new(node)),
            Token::Unknown(sign) => Node::Unknown(sign, Box::new(node)),
            _ => node,
        };
        before.into_iter().rev().fold(node, |node, field| node.map(|node| within(node, field)))
    }

    /// The two ends of a range, of which the first is read.
    fn range(&mut self, from: Option<Node>) -> Option<Node> {
        let to = self.source();
        let mut fields = Vec::new();
        if let Some(Token::Suffix(of)) = self.peek() {
            fields.clone_from(of);
            self.at += 1;
        }
        let bare = |node: Option<Node>, fields: &mut Vec<String>| match node {
            Some(Node::In(of, inner)) => {
                *fields = of;
                text_of(&inner)
            }
            Some(node) => text_of(&node),
            None => None,
        };
        let (from, to) = (bare(from, &mut fields)?, bare(to, &mut Vec::new())?);
        let range = Node::Range(from, to);
        Some(if fields.is_empty() { range } else { Node::In(fields, Box::new(range)) })
    }

    fn source(&mut self) -> Option<Node> {
        match self.peek()?.clone() {
            Token::Open => self.group(),
            Token::Word(_) => Some(self.run()),
            Token::Quoted(text) => self.single(Node::Phrase(text)),
            Token::Heading(heading) => self.single(Node::Heading(heading)),
            Token::Lines { all, numbers } => self.single(Node::Lines { all, numbers }),
            Token::Limit(limit) => self.single(Node::Limit(limit)),
            Token::Excluded(limit) => self.single(Node::Excluded(limit)),
            Token::Suffix(_) => {
                self.wrong.push("a field that follows nothing is skipped".to_owned());
                self.at += 1;
                None
            }
            _ => None,
        }
    }

    fn single(&mut self, node: Node) -> Option<Node> {
        self.at += 1;
        Some(node)
    }

    fn run(&mut self) -> Node {
        let mut words = Vec::new();
        while let Some(Token::Word(word)) = self.peek() {
            words.push(word.clone());
            self.at += 1;
        }
        Node::Run(words)
    }

    fn group(&mut self) -> Option<Node> {
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
        if !self.take(&Token::Close) {
            self.wrong.push("a `(` without its `)` is closed at the end of the line".to_owned());
        }
        joined(parts, Node::All)
    }
}

fn all_of(left: Option<Node>, right: Option<Node>) -> Option<Node> {
    match left {
        Some(Node::All(mut parts)) => {
            parts.extend(right);
            Some(Node::All(parts))
        }
        left => joined(left.into_iter().chain(right).collect(), Node::All),
    }
}

/// What is left without a part; without the first, nothing is said.
fn except(left: Option<Node>, right: Option<Node>) -> Option<Node> {
    match (left, right) {
        (Some(left), Some(right)) => Some(Node::Except(Box::new(left), Box::new(right))),
        (left, _) => left,
    }
}

/// The text of a node that is words.
pub(super) fn text_of(node: &Node) -> Option<String> {
    match node {
        Node::Run(words) => Some(words.join(" ")),
        Node::Phrase(text) => Some(text.clone()),
        _ => None,
    }
}
