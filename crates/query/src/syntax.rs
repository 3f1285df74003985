//! An expression as a tree.

use super::Span;
use super::geo_circle::GeoCircle;
use super::meaning::{Coverage, Expansion, QueryWord};

/// A part of an expression, with the place it was typed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Bytes of the typed text.
    pub span: Span,
}

/// What a part of an expression is.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// All of these: at least two, and no `And` among them.
    And(Vec<Expr>),
    /// Any of these: at least two, and no `Or` among them.
    Or(Vec<Expr>),
    /// Not this.
    Not(Box<Expr>),
    /// This, with the prefix before it.
    Within(ExprPrefix, Box<Expr>),
    /// Words side by side, or a phrase.
    Term(TermExpr),
    /// `a NEAR/3 b`: two operands at least, and the most words between two
    /// neighbours. Each is a [`ExprKind::Term`], an [`ExprKind::Or`] of
    /// operands, or itself a `Near`.
    Near(Vec<Expr>, u32),
    /// `RANGE[a, b]`; `None` for `MIN` and `MAX`.
    Range(Option<RangeBound>, Option<RangeBound>),
    /// `DISTANCE[lat, lon, radius]`
    Distance(GeoCircle),
    /// `MISSING`
    Missing,
    /// `ALL`
    All,
}

/// Words that are looked for together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermExpr {
    /// At least one, with a letter or digit in one of them.
    pub words: Vec<QueryWord>,
    /// Whether they were quoted.
    pub quoted: bool,
}

/// An end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeBound {
    /// As typed, without quotes.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A name in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BracketedName {
    /// The name of today, if the name is known.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A prefix of a part of an expression. It applies to that part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprPrefix {
    /// `AREA[name]`: where to look.
    Area(BracketedName),
    /// `TILT[name]`: what raises the rank.
    Tilt(BracketedName),
    /// `SEARCH[scope]`: what has to match it.
    Search(SearchScope),
    /// `COVERAGE[part]`: how much of a value.
    Coverage(Coverage),
    /// `EXPANSION[level]`: how it may match.
    Expansion(Expansion),
    /// `EXPLODE[MeSH]`: with the names of all narrower concepts. The registry
    /// does not have it.
    Explode(Hierarchy),
}

/// A hierarchy of broader and narrower concepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hierarchy {
    /// The tree of medical subject headings.
    Mesh,
}

/// Names of [`Hierarchy`] in brackets.
pub(super) const HIERARCHIES: [(&str, Hierarchy); 1] = [("MeSH", Hierarchy::Mesh)];

/// What has to match an expression as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchScope {
    /// The study.
    Study,
    /// One of its sites.
    Location,
}

/// Names of [`Coverage`] in brackets.
pub(super) const COVERAGES: [(&str, Coverage); 4] = [
    ("Contains", Coverage::Contains),
    ("FullMatch", Coverage::FullMatch),
    ("StartsWith", Coverage::StartsWith),
    ("EndsWith", Coverage::EndsWith),
];

/// Names of [`Expansion`] in brackets.
pub(super) const EXPANSIONS: [(&str, Expansion); 5] = [
    ("None", Expansion::None),
    ("Term", Expansion::Term),
    ("Concept", Expansion::Concept),
    ("Relaxation", Expansion::Relaxation),
    ("Lossy", Expansion::Lossy),
];

/// Names of [`SearchScope`] in brackets.
pub(super) const SCOPES: [(&str, SearchScope); 2] =
    [("Study", SearchScope::Study), ("Location", SearchScope::Location)];

impl Expr {
    /// A part without a place in a typed text.
    pub(super) fn new(kind: ExprKind) -> Self {
        Self { kind, span: 0..0 }
    }

    /// Words in an area, without a place in a typed text.
    pub(super) fn within(area: &str, inner: Self) -> Self {
        let (span, text) = (inner.span.clone(), area.to_owned());
        let prefix = ExprPrefix::Area(BracketedName { text, span: 0..0 });
        Self { kind: ExprKind::Within(prefix, Box::new(inner)), span }
    }

    /// All of these; a single one is not wrapped.
    pub(super) fn all(parts: Vec<Self>) -> Option<Self> {
        Self::joined(parts, ExprKind::And, |kind| match kind {
            ExprKind::And(parts) => Ok(parts),
            other => Err(other),
        })
    }

    /// Any of these; a single one is not wrapped.
    pub(super) fn any(parts: Vec<Self>) -> Option<Self> {
        Self::joined(parts, ExprKind::Or, |kind| match kind {
            ExprKind::Or(parts) => Ok(parts),
            other => Err(other),
        })
    }

    fn joined(
        parts: Vec<Self>,
        join: fn(Vec<Self>) -> ExprKind,
        split: fn(ExprKind) -> Result<Vec<Self>, ExprKind>,
    ) -> Option<Self> {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match split(part.kind) {
                Ok(inner) => flat.extend(inner),
                Err(kind) => flat.push(Self { kind, span: part.span }),
            }
        }
        if flat.len() < 2 {
            return flat.pop();
        }
        let span = flat[0].span.start..flat[flat.len() - 1].span.end;
        Some(Self { kind: join(flat), span })
    }

    /// Whether it can be an operand of nearness.
    pub(super) fn can_be_near(&self) -> bool {
        match &self.kind {
            ExprKind::Term(_) | ExprKind::Near(..) => true,
            ExprKind::Or(any) => any.iter().all(Self::can_be_near),
            _ => false,
        }
    }
}

#[cfg(test)]
impl Expr {
    /// The same as if it was typed nowhere, for comparing trees.
    pub(super) fn without_spans(mut self) -> Self {
        self.span = 0..0;
        let all = |parts: Vec<Self>| parts.into_iter().map(Self::without_spans).collect();
        let bound =
            |bound: Option<RangeBound>| bound.map(|bound| RangeBound { span: 0..0, ..bound });
        self.kind = match self.kind {
            ExprKind::And(parts) => ExprKind::And(all(parts)),
            ExprKind::Or(parts) => ExprKind::Or(all(parts)),
            ExprKind::Not(inner) => ExprKind::Not(Box::new(inner.without_spans())),
            ExprKind::Within(prefix, inner) => {
                ExprKind::Within(prefix.without_spans(), Box::new(inner.without_spans()))
            }
            ExprKind::Term(term) => ExprKind::Term(term.without_spans()),
            ExprKind::Near(operands, distance) => ExprKind::Near(all(operands), distance),
            ExprKind::Range(lower, upper) => ExprKind::Range(bound(lower), bound(upper)),
            other => other,
        };
        self
    }
}

#[cfg(test)]
impl ExprPrefix {
    fn without_spans(self) -> Self {
        match self {
            Self::Area(name) => Self::Area(BracketedName { span: 0..0, ..name }),
            Self::Tilt(name) => Self::Tilt(BracketedName { span: 0..0, ..name }),
            other => other,
        }
    }
}

#[cfg(test)]
impl TermExpr {
    fn without_spans(mut self) -> Self {
        self.words.iter_mut().for_each(|word| word.span = 0..0);
        self
    }
}
