//! The parameters and filters of a request one by one, to say what each of
//! them leaves and leaves out.

#[cfg(doc)]
use super::UnderstoodRequest;
use super::meaning::{MatchCondition, SearchTarget};
use super::parameter::{LanguageVersion, Parameter};
use super::resolve::resolve_in;
use super::syntax::{Expr, ExprKind, ExprPrefix};

/// A parameter or a filter, as it is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestPart {
    /// Its name, as a front end spells it ([`UnderstoodRequest::spelled`]); empty for plain words.
    pub name: String,
    /// What was typed for it; several values of one list with commas between.
    pub typed: String,
    /// It is a filter, without a part in the rank.
    pub filter: bool,
    /// Fields that a study must have a value of to pass the filter; a study
    /// with a value of none of them is unknown to it.
    pub fields: &'static [&'static str],
    /// What it asks for; words of it name their area.
    pub(super) expr: Expr,
}

/// A condition that a search comes down to.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionStep {
    /// The name of the parameter or filter, as [`RequestPart::name`].
    pub name: String,
    /// What it is, as people type it.
    pub label: String,
    /// It is a filter, without a part in the rank.
    pub filter: bool,
    /// What it asks for.
    pub condition: MatchCondition,
}

impl RequestPart {
    /// The conditions of the part, divided at `AND` on its top level.
    #[must_use]
    pub fn steps(&self) -> Vec<ConditionStep> {
        let parts = if self.filter { vec![self.expr.clone()] } else { divided(&self.expr) };
        let whole = parts.len() == 1;
        let steps = parts.into_iter().filter_map(|part| {
            let label = if whole { self.typed.clone() } else { bare(&part).to_string() };
            let condition = condition(&part)?;
            Some(ConditionStep { name: self.name.clone(), label, filter: self.filter, condition })
        });
        steps.collect()
    }

    /// The fields that a study must have a value of, to be looked up.
    #[must_use]
    pub fn targets(&self) -> Vec<SearchTarget> {
        self.fields.iter().filter_map(|field| SearchTarget::named(field)).collect()
    }
}

/// The meaning of a tree that was checked before, whatever is refused today.
pub(super) fn condition(tree: &Expr) -> Option<MatchCondition> {
    let basic = SearchTarget::named(Parameter::Term.area())?;
    resolve_in(tree, &basic, LanguageVersion::First).ok().map(|resolved| resolved.condition)
}

/// The same, or no value in any of the fields.
pub(super) fn or_missing(expr: Expr, fields: &[&str]) -> Expr {
    let missing = fields.iter().map(|field| Expr::within(field, Expr::new(ExprKind::Missing)));
    let Some(missing) = Expr::all(missing.collect()) else { return expr };
    Expr { span: expr.span.clone(), kind: ExprKind::Or(alternatives(expr, missing)) }
}

/// One list, as it is read again once it is printed.
fn alternatives(expr: Expr, missing: Expr) -> Vec<Expr> {
    let mut all = match expr.kind {
        ExprKind::Or(parts) => parts,
        _ => vec![expr],
    };
    all.push(missing);
    all
}

/// The parts of an expression that must all hold, each with the prefixes of the
/// whole.
fn divided(expr: &Expr) -> Vec<Expr> {
    match &expr.kind {
        ExprKind::And(parts) => parts.iter().flat_map(divided).collect(),
        ExprKind::Within(prefix, inner) if distributes(prefix) => {
            let within = |part: Expr| Expr {
                span: part.span.clone(),
                kind: ExprKind::Within(prefix.clone(), Box::new(part)),
            };
            divided(inner).into_iter().map(within).collect()
        }
        _ => vec![expr.clone()],
    }
}

/// Whether a prefix before several parts means the same as one before each.
fn distributes(prefix: &ExprPrefix) -> bool {
    !matches!(prefix, ExprPrefix::Search(_) | ExprPrefix::Tilt(_))
}

/// A part without the area that its parameter names.
fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Within(ExprPrefix::Area(name), inner) if Parameter::has_area(&name.text) => inner,
        _ => expr,
    }
}
