//! Resolves a tree into a condition: looks up names, reads values, and refuses
//! what cannot be asked.

use std::rc::Rc;

use super::complaints;
use super::date_notations;
use super::diagnostics::DiagnosticReport;
use super::geo_circle::GeoCircle;
use super::meaning::{
    Coverage, Expansion, FieldCondition, MatchCondition, ProximityCondition, ProximityOperand,
    QueryWord, SearchTarget, ValueCondition, ValueSet, WordMatching, WordSequence,
};
use super::parameter::LanguageVersion;
use super::syntax::{
    BracketedName, Expr, ExprKind, ExprPrefix, Hierarchy, RangeBound, SearchScope, TermExpr,
};
use super::typed::{between, constants, typed};
use super::{Diagnostic, Span};
use trialdex_records::study::NctId;
use trialdex_records::study::enums::EnumType;
use trialdex_records::study::study_fields::{FieldKind, StudyField};

/// Whether `AREA[Sex]ALL` is every study, as the registry's grammar has it,
/// rather than the constant `ALL`.
const ALL_IS_OPERATOR: bool = true;

/// What an expression asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedExpression {
    /// What a study has to match.
    pub condition: MatchCondition,
    /// Notices: parts that may have another meaning than the one they are
    /// given.
    pub notices: Vec<Diagnostic>,
}

/// Looks up all that an expression names. Words without an area are looked
/// for in `initial`.
///
/// # Errors
///
/// Everything that is unknown or cannot be asked, in the order of the text.
pub fn resolve(expr: &Expr, initial: &SearchTarget) -> Result<ResolvedExpression, Vec<Diagnostic>> {
    resolve_in(expr, initial, LanguageVersion::Today)
}

/// The same in a version of the language.
pub(super) fn resolve_in(
    expr: &Expr,
    initial: &SearchTarget,
    sense: LanguageVersion,
) -> Result<ResolvedExpression, Vec<Diagnostic>> {
    let mut report = DiagnosticReport::default();
    let resolved = resolve_into(expr, initial, sense, &mut report);
    resolved.filter(|_| report.is_empty()).ok_or_else(|| report.finish())
}

/// The same with the errors in a report; `None` only where there are any.
pub(super) fn resolve_into(
    expr: &Expr,
    initial: &SearchTarget,
    sense: LanguageVersion,
    report: &mut DiagnosticReport,
) -> Option<ResolvedExpression> {
    let mut resolver = Resolver { report, sense, notices: Vec::new() };
    let context = ResolveContext {
        target: Some(Rc::new(initial.clone())),
        outside: None,
        at_site: false,
        expansion: Expansion::default(),
        coverage: Coverage::default(),
        explode: false,
    };
    let condition = resolver.condition(expr, &context)?;
    Some(ResolvedExpression { condition, notices: resolver.notices })
}

/// What holds for a part of an expression.
#[derive(Clone)]
struct ResolveContext {
    /// Where words are looked for; `None` after a name that is unknown.
    target: Option<Rc<SearchTarget>>,
    /// Where they were looked for outside of `SEARCH[Location]`, unless an
    /// area was named since.
    outside: Option<Rc<SearchTarget>>,
    at_site: bool,
    expansion: Expansion,
    coverage: Coverage,
    explode: bool,
}

struct Resolver<'a> {
    report: &'a mut DiagnosticReport,
    sense: LanguageVersion,
    notices: Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn condition(&mut self, expr: &Expr, context: &ResolveContext) -> Option<MatchCondition> {
        match &expr.kind {
            ExprKind::And(parts) => Some(MatchCondition::And(self.conditions(parts, context))),
            ExprKind::Or(parts) => Some(MatchCondition::Or(self.conditions(parts, context))),
            ExprKind::Not(inner) => {
                Some(MatchCondition::Not(Box::new(self.condition(inner, context)?)))
            }
            ExprKind::Within(prefix, inner) => self.within(prefix, inner, context),
            ExprKind::All => self.all(&expr.span, context),
            source => {
                let target = context.target.clone()?;
                let wanted = self.wanted(source, &target, &expr.span, context)?;
                let target = SearchTarget::clone(&target);
                Some(MatchCondition::Field(FieldCondition {
                    target,
                    wanted,
                    span: expr.span.clone(),
                }))
            }
        }
    }

    fn conditions(&mut self, parts: &[Expr], context: &ResolveContext) -> Vec<MatchCondition> {
        parts.iter().filter_map(|part| self.condition(part, context)).collect()
    }

    fn within(
        &mut self,
        prefix: &ExprPrefix,
        inner: &Expr,
        outer: &ResolveContext,
    ) -> Option<MatchCondition> {
        let mut context = outer.clone();
        match prefix {
            ExprPrefix::Area(name) => {
                context.target = self.target(name, outer.at_site).map(Rc::new);
                context.outside = None;
            }
            ExprPrefix::Coverage(coverage) => context.coverage = *coverage,
            ExprPrefix::Expansion(expansion) => context.expansion = *expansion,
            ExprPrefix::Explode(Hierarchy::Mesh) => context.explode = true,
            ExprPrefix::Search(scope) => return self.search(*scope, inner, outer),
            ExprPrefix::Tilt(name) => {
                let field = self.ordered(name);
                let condition = self.condition(inner, outer)?;
                return Some(MatchCondition::Tilted(field?, Box::new(condition)));
            }
        }
        self.condition(inner, &context)
    }

    fn target(&mut self, name: &BracketedName, at_site: bool) -> Option<SearchTarget> {
        let Some(target) = SearchTarget::named(&name.text) else {
            self.complain(&name.span, || complaints::unknown_area(&name.text));
            return None;
        };
        if !at_site {
            return Some(target);
        }
        let at_site = target.at_site();
        if at_site.parts.is_empty() {
            self.complain(&name.span, || complaints::no_part_of_a_site(&name.text));
            return None;
        }
        Some(at_site)
    }

    /// Makes a diagnostic if there is room for it.
    fn complain(&mut self, span: &Span, complaint: impl FnOnce() -> (String, String)) {
        if !self.report.is_full() {
            let (message, hint) = complaint();
            self.report.add(span.clone(), message, hint);
        }
    }

    /// `SEARCH[...]`: within a site, words without an area look at its texts,
    /// unless all that they looked at was of sites.
    fn search(
        &mut self,
        scope: SearchScope,
        inner: &Expr,
        outer: &ResolveContext,
    ) -> Option<MatchCondition> {
        let mut context = outer.clone();
        match (scope, outer.at_site) {
            (SearchScope::Location, false) => {
                context.at_site = true;
                if outer.target.as_ref().is_some_and(|target| !target.is_of_site()) {
                    context.outside = outer.target.clone();
                    context.target = Some(Rc::new(SearchTarget::site()));
                }
                Some(MatchCondition::AtSite(Box::new(self.condition(inner, &context)?)))
            }
            (SearchScope::Study, true) => {
                context.at_site = false;
                context.target = outer.outside.clone().or_else(|| outer.target.clone());
                context.outside = None;
                Some(MatchCondition::OfStudy(Box::new(self.condition(inner, &context)?)))
            }
            _ => self.condition(inner, outer),
        }
    }

    fn ordered(&mut self, name: &BracketedName) -> Option<StudyField> {
        let Some(field) = StudyField::named(&name.text) else {
            self.complain(&name.span, || match SearchTarget::named(&name.text) {
                Some(_) => complaints::not_ordered(&name.text, "an area"),
                None => complaints::unknown_area(&name.text),
            });
            return None;
        };
        let ordered = matches!(field.kind(), FieldKind::Date | FieldKind::Number | FieldKind::Age);
        if ordered && !field.is_of_results() {
            return Some(field);
        }
        let of_results = "of the tables of results";
        let what = if ordered { of_results } else { complaints::kind(field.kind()) };
        self.complain(&name.span, || complaints::not_ordered(&name.text, what));
        None
    }

    fn all(&mut self, span: &Span, context: &ResolveContext) -> Option<MatchCondition> {
        let field = context.target.as_ref().and_then(|target| target.single());
        let constant = field.and_then(constants).and_then(|known| known.current("ALL"));
        let (Some(field), Some(constant)) = (field, constant) else {
            return Some(MatchCondition::All);
        };
        if ALL_IS_OPERATOR {
            self.notices.push(complaints::all_is_operator(span, &field.name()));
            return Some(MatchCondition::All);
        }
        let target = SearchTarget::clone(context.target.as_ref()?);
        let wanted = ValueCondition::Value(ValueSet::Constants(vec![constant]));
        Some(MatchCondition::Field(FieldCondition { target, wanted, span: span.clone() }))
    }

    fn wanted(
        &mut self,
        source: &ExprKind,
        target: &SearchTarget,
        span: &Span,
        context: &ResolveContext,
    ) -> Option<ValueCondition> {
        match source {
            ExprKind::Term(term) => self.term(term, target, span, context),
            ExprKind::Near(operands, distance) => {
                if !target.has_text() {
                    self.complain(span, || complaints::near_without_text(&target.name));
                    return None;
                }
                Some(ValueCondition::Near(near(operands, *distance, context)))
            }
            ExprKind::Range(lower, upper) => {
                self.range(lower.as_ref(), upper.as_ref(), target, span)
            }
            ExprKind::Distance(place) => self.distance(*place, target, span),
            // The rest is no source but for this.
            _ => Some(ValueCondition::Missing),
        }
    }

    fn term(
        &mut self,
        term: &TermExpr,
        target: &SearchTarget,
        span: &Span,
        context: &ResolveContext,
    ) -> Option<ValueCondition> {
        let words = words(term, context, term.quoted);
        if target.has_text() {
            return Some(ValueCondition::Words(words));
        }
        let Some(field) = alike(target) else { return Some(ValueCondition::Words(words)) };
        self.say_which_day(field, &words.text, span);
        match typed(field, &words.text) {
            Some(value) => Some(ValueCondition::Value(value)),
            None => {
                self.complain(span, || complaints::value(&target.name, field, &words.text));
                None
            }
        }
    }

    fn range(
        &mut self,
        lower: Option<&RangeBound>,
        upper: Option<&RangeBound>,
        target: &SearchTarget,
        span: &Span,
    ) -> Option<ValueCondition> {
        let ranged = alike(target).filter(|field| {
            !matches!(field.kind(), FieldKind::Text | FieldKind::Point | FieldKind::Code)
        });
        let Some(field) = ranged else {
            self.complain(span, || complaints::no_range(target));
            return None;
        };
        let ends = [lower, upper].map(|bound| bound.map(|bound| bound.text.as_str()));
        let mut wrong = false;
        for bound in [lower, upper].into_iter().flatten() {
            if !self.is_bound(field, &bound.text) {
                self.complain(&bound.span, || complaints::bound(&target.name, field, &bound.text));
                wrong = true;
            }
            self.say_which_day(field, &bound.text, &bound.span);
        }
        let value = between(field, ends[0], ends[1]).ok()?;
        if self.sense == LanguageVersion::Today && !wrong {
            if let ([Some(lower), Some(upper)], true) = (ends, value.is_empty()) {
                self.complain(span, || complaints::reversed(&target.name, lower, upper));
                return None;
            }
            if let (ValueSet::Constants(constants), [Some(_), _] | [_, Some(_)]) = (&value, ends) {
                self.notices.push(complaints::by_letters(span, &target.name, constants));
            }
        }
        (!wrong).then_some(ValueCondition::Value(value))
    }

    /// Whether a text can be a bound of a range. At first, any text was
    /// compared with constants.
    fn is_bound(&self, field: StudyField, text: &str) -> bool {
        match constants(field) {
            Some(known) => self.sense == LanguageVersion::First || known.constant(text).is_some(),
            None => between(field, Some(text), None).is_ok(),
        }
    }

    /// Says which day a date with slashes is read as, if it may be another.
    fn say_which_day(&mut self, field: StudyField, text: &str, span: &Span) {
        let days =
            date_notations::month_or_day_first(text).filter(|_| field.kind() == FieldKind::Date);
        if let Some((taken, other)) = days {
            self.notices.push(Diagnostic {
                span: span.clone(),
                message: format!("the month comes first, so this is {taken}"),
                hint: format!("type `{other}` if the day comes first"),
            });
        }
    }

    fn distance(
        &mut self,
        place: GeoCircle,
        target: &SearchTarget,
        span: &Span,
    ) -> Option<ValueCondition> {
        if !target.parts.iter().all(|part| part.field.kind() == FieldKind::Point) {
            self.complain(span, || complaints::no_place(&target.name, place));
            return None;
        }
        let metres = place.metres();
        Some(ValueCondition::Value(ValueSet::Circle { lat: place.lat, lon: place.lon, metres }))
    }
}

/// One field in the place of all fields of a target, if they have values of the
/// same kind and, for constants, the same constants.
pub(super) fn alike(target: &SearchTarget) -> Option<StudyField> {
    let first = target.parts.first()?.field;
    let same_constants = |one: Option<&EnumType>, other: Option<&EnumType>| {
        one.map(|known| known.name) == other.map(|known| known.name)
    };
    let same = target.parts.iter().all(|part| {
        part.field.kind() == first.kind() && same_constants(constants(part.field), constants(first))
    });
    same.then_some(first)
}

fn near(operands: &[Expr], distance: u32, context: &ResolveContext) -> ProximityCondition {
    let operands = operands.iter().filter_map(|operand| beside(operand, context)).collect();
    ProximityCondition { operands, distance }
}

/// An operand of `NEAR`; the parser lets nothing else through.
fn beside(expr: &Expr, context: &ResolveContext) -> Option<ProximityOperand> {
    match &expr.kind {
        ExprKind::Term(term) => Some(ProximityOperand::Words(words(term, context, true))),
        ExprKind::Or(any) => {
            Some(ProximityOperand::Any(any.iter().filter_map(|one| beside(one, context)).collect()))
        }
        ExprKind::Near(operands, distance) => {
            Some(ProximityOperand::Near(near(operands, *distance, context)))
        }
        _ => None,
    }
}

/// The words of a term with their context. If a pair of levels does not go
/// together, the nearest pair that does is used.
fn words(term: &TermExpr, context: &ResolveContext, quoted: bool) -> WordSequence {
    let whole = quoted || context.coverage != Coverage::Contains;
    let most = if whole { Expansion::Concept } else { Expansion::Lossy };
    let expansion = context.expansion.min(most);
    WordSequence {
        quoted,
        coverage: context.coverage,
        explode: context.explode,
        ..together(term.words.clone(), expansion)
    }
}

/// Words side by side. Numbers of studies get all their digits.
pub(super) fn together(mut words: Vec<QueryWord>, expansion: Expansion) -> WordSequence {
    for word in words.iter_mut().filter(|word| word.matching == WordMatching::Whole) {
        let bare = word.text.trim_matches(|c: char| !c.is_alphanumeric());
        if let Some(number) = NctId::parse_typed(bare) {
            word.text = number.to_string();
        }
    }
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let (text, coverage) = (text.join(" "), Coverage::Contains);
    WordSequence { text, words, quoted: false, expansion, coverage, explode: false }
}

#[cfg(test)]
mod tests;
