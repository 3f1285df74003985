//! What was asked with parameters and filters, and what it means.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::comma_lists::{CommaDiagnostics, commas};
use super::dialect::{Dialect, recognised, translate};
use super::excerpt::{NotUnderstood, RequestError};
use super::expression::{read, read_as_at_first};
use super::filter_terms::merged;
use super::kindred;
use super::match_options::{in_manner, is_default};
use super::meaning::{MatchCondition, Question, SearchTarget};
use super::nct_numbers::numbers_alone;
use super::negation;
use super::parser::{MOST_WORDS, PartialParse as Read};
use super::patient_record;
use super::request_parts::{RequestPart, condition, or_missing};
use super::resolve::{ResolvedExpression, resolve, resolve_in, resolve_into};
use super::syntax::{Expr, ExprKind, TermExpr};
use super::word_syntax::{holds_words, whole};
use super::{Diagnostic, Span};
use trialdex_records::study::NctId;

pub use super::filters::Filter;
pub use super::match_options::{MatchOptions, WordExpansion};
pub use super::parameter::{LanguageVersion, Parameter};

/// What was asked, as data: it can be written as JSON and read again.
///
/// ```
/// use trialdex_query::Request;
///
/// let json = r#"{"queries": [["cond", "sepsis"]], "filters": [["phase", "2,3"]],
///     "match": {"expand": "term"}}"#;
/// let request: Request = serde_json::from_str(json)?;
/// assert_eq!(request.filters[0].1, "2,3");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Request {
    /// Expressions that rank; a study must match all of them.
    #[serde(skip_serializing_if = "is_default")]
    pub queries: Vec<(Parameter, String)>,
    /// Where plain words are looked for, if not in `Words`.
    #[serde(skip_serializing_if = "is_default")]
    pub area: Option<String>,
    /// What has to be fulfilled besides. The same list twice asks for either.
    #[serde(skip_serializing_if = "is_default")]
    pub filters: Vec<(Filter, String)>,
    /// Filters take in studies that have no value of their field.
    #[serde(skip_serializing_if = "is_default")]
    pub include_missing: bool,
    /// How words match.
    #[serde(rename = "match", skip_serializing_if = "is_default")]
    pub manner: MatchOptions,
    /// What plain words are written for, if not for our own language.
    #[serde(skip_serializing_if = "is_default")]
    pub from: Option<Dialect>,
    /// What it is that parameters mean. It is always written.
    #[serde(rename = "language")]
    pub sense: LanguageVersion,
}

/// An expression, read as it is in a version of the language.
fn read_in(version: LanguageVersion, typed: &str) -> Read {
    match version {
        LanguageVersion::Today => read(typed),
        LanguageVersion::First => read_as_at_first(typed),
    }
}

/// A remark about a request that is understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRemark {
    /// The name of the parameter or filter, or empty for plain words.
    pub name: String,
    /// What was typed for it.
    pub typed: String,
    /// The remark.
    pub notice: Diagnostic,
}

/// A request that is understood.
#[derive(Debug, Clone, PartialEq)]
pub struct UnderstoodRequest {
    /// What it means.
    pub question: Question,
    /// All of it as one expression, which is understood the same whatever the
    /// area that it is typed for; `ALL` if nothing is asked.
    pub text: String,
    /// The part of it that ranks, or empty.
    pub ranked_text: String,
    /// The part of it that filters, or empty.
    pub filter_text: String,
    /// Its parameters and filters one by one: those of
    /// [`Question::ranked`], then those of [`Question::filters`].
    pub parts: Vec<RequestPart>,
    /// Remarks about it.
    pub remarks: Vec<RequestRemark>,
    /// Whether a query was NCT numbers alone, so that the filters are left
    /// out as the registry does.
    pub numbers_only: bool,
    /// Whether all that ranks is plain words without operators, so that
    /// studies with fewer of them may be shown where none has all.
    pub plain_words: bool,
}

impl Request {
    /// Looks up and checks everything.
    ///
    /// # Errors
    ///
    /// All that cannot be understood.
    pub fn understand(&self) -> Result<UnderstoodRequest, NotUnderstood> {
        let mut reading = RequestDiagnostics::default();
        let queries: Vec<Option<ResolvedTree>> = self
            .queries
            .iter()
            .map(|query| match (query, self.from) {
                ((Parameter::Words, typed), Some(from)) => reading.foreign(self, typed, from),
                _ => reading.query(self, query),
            })
            .collect();
        reading.area_of_nothing(self);
        let by_number = self.queries.iter().find(|(_, typed)| is_numbers(typed));
        let filters = match by_number {
            Some(query) => {
                reading.filters_left_out(query, &self.filters);
                Vec::new()
            }
            None => reading.filters(self),
        };
        if !reading.wrong.is_empty() {
            return Err(NotUnderstood { parts: reading.wrong });
        }
        let (ranked, ranked_exprs): (Vec<_>, Vec<_>) = queries.into_iter().flatten().unzip();
        let (filters, filter_parts): (Vec<_>, Vec<RequestPart>) = filters.into_iter().unzip();
        let filter_exprs: Vec<Expr> = filter_parts.iter().map(|part| part.expr.clone()).collect();
        let queries = self.queries.iter().zip(&ranked_exprs);
        let mut parts: Vec<RequestPart> =
            queries.map(|(query, expr)| ranked_part(query, expr)).collect();
        parts.extend(filter_parts);
        let plain_words = self.from.is_none() && !reading.beyond_words;
        let written = |exprs: Vec<Expr>| Expr::all(exprs).map(|expr| expr.to_string());
        let both = [&ranked_exprs[..], &filter_exprs[..]].concat();
        let (ranked_text, filter_text) = (written(ranked_exprs), written(filter_exprs));
        let text = match (&ranked_text, &filter_text) {
            (Some(_), Some(_)) => written(both),
            (only, None) | (None, only) => only.clone(),
        };
        Ok(UnderstoodRequest {
            text: text.unwrap_or_else(|| "ALL".to_owned()),
            ranked_text: ranked_text.unwrap_or_default(),
            filter_text: filter_text.unwrap_or_default(),
            question: Question { ranked, filters },
            parts,
            remarks: reading.remarks,
            numbers_only: by_number.is_some(),
            plain_words,
        })
    }
}

impl UnderstoodRequest {
    /// The same with its parts named as a front end names parameters: `cond`
    /// becomes `--cond` on a command line. Plain words have no name.
    #[must_use]
    pub fn spelled(mut self, spell: impl Fn(&str) -> String) -> Self {
        for part in self.parts.iter_mut().filter(|part| !part.name.is_empty()) {
            part.name = spell(&part.name);
        }
        self
    }
}

impl Request {
    /// The NCT numbers that it filters by, as they were typed.
    #[must_use]
    pub fn numbers(&self) -> Vec<NctId> {
        let lists = self.filters.iter().filter(|(filter, _)| *filter == Filter::Ids);
        lists.flat_map(|(_, typed)| numbers_typed(typed)).collect()
    }

    /// All plain words as one text.
    #[must_use]
    pub fn words(&self) -> String {
        let words = self.queries.iter().filter(|(it, _)| *it == Parameter::Words);
        words.map(|(_, typed)| typed.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Whether the typed text is a patient's record rather than an expression.
    fn is_note(&self, parameter: Parameter, typed: &str) -> bool {
        match (parameter, self.sense) {
            (Parameter::Patient, LanguageVersion::Today) => patient_record::is_note(typed),
            (Parameter::Patient | Parameter::Words, LanguageVersion::First) => {
                patient_record::is_long(typed)
            }
            _ => false,
        }
    }
}

/// Whether an expression is words without operators.
fn is_words(reading: &Read) -> bool {
    let words = |expr: &Expr| matches!(expr.kind, ExprKind::Term(_));
    reading.operator.is_none()
        && reading.expr.as_ref().is_some_and(|expr| match &expr.kind {
            ExprKind::And(parts) => parts.iter().all(words),
            _ => words(expr),
        })
}

/// A condition and the tree that it comes from.
type ResolvedTree = (MatchCondition, Expr);

/// What comes up while a request is read.
#[derive(Default)]
struct RequestDiagnostics {
    wrong: Vec<RequestError>,
    remarks: Vec<RequestRemark>,
    /// Whether a query is more than words without operators.
    beyond_words: bool,
}

impl RequestDiagnostics {
    fn wrong(&mut self, name: &str, typed: &str, diagnostics: Vec<Diagnostic>) {
        let (name, typed) = (name.to_owned(), typed.to_owned());
        self.wrong.push(RequestError { name, typed, diagnostics });
    }

    fn remark(&mut self, name: &str, typed: &str, notices: Vec<Diagnostic>) {
        self.remarks.extend(notices.into_iter().map(|notice| RequestRemark {
            name: name.to_owned(),
            typed: typed.to_owned(),
            notice,
        }));
    }

    /// Plain words that are written for another system.
    fn foreign(&mut self, request: &Request, typed: &str, from: Dialect) -> Option<ResolvedTree> {
        let translation = translate(typed, from);
        let shown = beginning(typed);
        let notice = |message: String| Diagnostic {
            span: shown.clone(),
            message,
            hint: "see `trialdex translate`".to_owned(),
        };
        let notices = translation.notices().into_iter().map(notice);
        self.remark("", typed, notices.collect());
        let Some(expression) = translation.expression() else {
            let hint = "`trialdex translate` says why, part by part".to_owned();
            let message = "nothing of it can be said here".to_owned();
            let span = 0..typed.len();
            self.wrong("", typed, vec![Diagnostic { span, message, hint }]);
            return None;
        };
        self.query(request, &(Parameter::Words, expression))
    }

    /// A query with its parameter.
    fn query(
        &mut self,
        request: &Request,
        (parameter, typed): &(Parameter, String),
    ) -> Option<ResolvedTree> {
        let area = match (parameter, &request.area) {
            (Parameter::Words, Some(area)) => area.as_str(),
            _ => parameter.area(),
        };
        let Some(target) = SearchTarget::named(area) else {
            let (message, hint) = super::complaints::unknown_area(area);
            let diagnostic = Diagnostic { span: 0..area.len(), message, hint };
            self.wrong("area", area, vec![diagnostic]);
            return None;
        };
        self.beyond_words |= *parameter != Parameter::Words;
        if request.is_note(*parameter, typed) {
            self.beyond_words = true;
            self.remark(parameter.label(), typed, vec![taken_for_a_note(typed)]);
            return note_of(typed, request.manner);
        }
        let foreign = recognised(typed, &BTreeSet::new(), false);
        if let Some(diagnostic) = foreign.filter(|_| request.sense == LanguageVersion::Today) {
            self.wrong(parameter.label(), typed, vec![diagnostic]);
            return None;
        }
        match understood(typed, &target, request) {
            Ok(ReadQuery { resolved, expr, is_words }) => {
                self.beyond_words |= !is_words;
                let ResolvedExpression { condition, mut notices } = resolved;
                notices.extend(kindred::notice_of_class(*parameter, typed));
                self.remark(parameter.label(), typed, notices);
                Some((condition, expr))
            }
            Err(diagnostics) => {
                self.wrong(parameter.label(), typed, diagnostics);
                None
            }
        }
    }

    /// Every filter; those of the same list are one.
    fn filters(&mut self, request: &Request) -> Vec<(MatchCondition, RequestPart)> {
        let mut read: Vec<(Filter, String, Vec<Expr>)> = Vec::new();
        for (filter, typed) in &request.filters {
            let Some(found) = self.filter(*filter, typed, request.sense) else { continue };
            let same = read.iter_mut().find(|(known, ..)| known == filter && filter.is_list());
            match same {
                Some((_, all, alternatives)) => {
                    *all = format!("{all},{typed}");
                    alternatives.extend(found);
                }
                None => read.push((*filter, typed.clone(), found)),
            }
        }
        let parts = read.into_iter().filter_map(|(filter, typed, alternatives)| {
            let (name, fields) = (filter.name().to_owned(), filter.fields());
            let tree = merged(alternatives)?;
            let expr = if request.include_missing { or_missing(tree, fields) } else { tree };
            Some((condition(&expr)?, RequestPart { name, typed, filter: true, fields, expr }))
        });
        parts.collect()
    }

    /// What a filter asks for, each alternative checked.
    fn filter(&mut self, filter: Filter, typed: &str, sense: LanguageVersion) -> Option<Vec<Expr>> {
        let checked = filter.alternatives(typed, sense).and_then(|(trees, mut notices)| {
            let basic = SearchTarget::named(Parameter::Term.area()).ok_or_else(Vec::new)?;
            for tree in &trees {
                notices.extend(resolve_in(tree, &basic, sense)?.notices);
            }
            Ok((trees, notices))
        });
        match checked {
            Ok((trees, notices)) => {
                self.remark(filter.name(), typed, notices);
                Some(trees)
            }
            Err(diagnostics) => {
                self.wrong(filter.name(), typed, diagnostics);
                None
            }
        }
    }

    /// An area is for plain words. At first, it was left out without any.
    fn area_of_nothing(&mut self, request: &Request) {
        let words = request.queries.iter().any(|(parameter, _)| *parameter == Parameter::Words);
        let Some(area) = request.area.as_ref().filter(|_| !words) else { return };
        if request.sense == LanguageVersion::Today {
            let diagnostic = Diagnostic {
                span: 0..area.len(),
                message: format!("no words to look for in `{area}`"),
                hint: "type some before `{area}`, or leave it out".to_owned(),
            };
            self.wrong("area", area, vec![diagnostic]);
        }
    }

    fn filters_left_out(&mut self, query: &(Parameter, String), filters: &[(Filter, String)]) {
        let (parameter, typed) = query;
        if !filters.is_empty() {
            let notice = Diagnostic {
                span: 0..typed.len(),
                message: "studies are looked up by number; the filters are left out".to_owned(),
                hint: "name the numbers with `{ids}` to filter them".to_owned(),
            };
            self.remark(parameter.label(), typed, vec![notice]);
        }
    }
}

/// A query as a part of a request that is understood.
fn ranked_part((parameter, typed): &(Parameter, String), expr: &Expr) -> RequestPart {
    let (name, typed, expr) = (parameter.label().to_owned(), typed.clone(), expr.clone());
    RequestPart { name, typed, filter: false, fields: &[], expr }
}

/// The NCT numbers of a list as it is typed to filter by them.
pub(super) fn numbers_typed(typed: &str) -> Vec<NctId> {
    let numbers = numbers_alone(typed, true).unwrap_or_default();
    numbers.found.into_iter().map(|(number, _)| number).collect()
}

/// Whether a text is a list of NCT numbers and nothing else.
pub(super) fn is_numbers(typed: &str) -> bool {
    numbers_alone(typed, false).is_some()
}

/// A query that is understood.
struct ReadQuery {
    resolved: ResolvedExpression,
    expr: Expr,
    /// Whether it is words without operators.
    is_words: bool,
}

/// Reads a query for an area.
fn understood(
    typed: &str,
    target: &SearchTarget,
    request: &Request,
) -> Result<ReadQuery, Vec<Diagnostic>> {
    let manner = request.manner;
    if let Some(numbers) = numbers_alone(typed, false) {
        let tree = merged(numbers.trees()).ok_or_else(Vec::new)?;
        let mut resolved = resolve(&tree, target)?;
        resolved.notices.extend(numbers.notices);
        let is_words = is_words(&read_in(request.sense, typed));
        return Ok(ReadQuery { resolved, expr: tree, is_words });
    }
    let reading = read_in(request.sense, typed);
    let is_words = is_words(&reading);
    let mut report = reading.report;
    let CommaDiagnostics { refused, mut notices } = match request.sense {
        LanguageVersion::Today => commas(typed, target),
        LanguageVersion::First => CommaDiagnostics::default(),
    };
    if !refused.is_empty() {
        refused.into_iter().for_each(|one| report.push(one));
        return Err(report.finish());
    }
    if manner.any
        && let Some(span) = reading.operator
    {
        report.push(not_with_any(typed, span));
    }
    notices.extend(reading.expr.iter().flat_map(|expr| negation::notices(typed, expr)));
    let tree = reading.expr.map(|expr| in_manner(expr, manner));
    let resolved =
        tree.as_ref().and_then(|tree| resolve_into(tree, target, request.sense, &mut report));
    match (tree, resolved) {
        (Some(tree), Some(mut resolved)) if report.is_empty() => {
            resolved.notices.extend(reading.notices.into_iter().chain(notices));
            resolved.notices.sort_by_key(|notice| notice.span.start);
            Ok(ReadQuery { resolved, expr: tree.in_area(&target.name), is_words })
        }
        _ => Err(report.finish()),
    }
}

fn not_with_any(typed: &str, span: Span) -> Diagnostic {
    Diagnostic {
        message: format!("`{}` does not work where any word is enough", &typed[span.clone()]),
        span,
        hint: "leave `{any}` out, and type `OR` between words of which one is enough".to_owned(),
    }
}

fn taken_for_a_note(typed: &str) -> Diagnostic {
    Diagnostic {
        span: beginning(typed),
        message: "this is read as a patient's record: any of its words will do".to_owned(),
        hint: "type a few words for studies that have all of them".to_owned(),
    }
}

/// The first words of a text, to show which one it is.
fn beginning(typed: &str) -> Span {
    const LONGEST: usize = 40;
    let blanks = typed.match_indices(char::is_whitespace).map(|(at, _)| at);
    0..blanks.take_while(|at| *at <= LONGEST).last().unwrap_or(typed.len())
}

/// A patient's record as a query: any of its words will do.
fn note_of(typed: &str, manner: MatchOptions) -> Option<ResolvedTree> {
    let target = SearchTarget::named(Parameter::Words.area())?;
    let words = patient_record::telling(typed);
    let kind = match words.is_empty() {
        true => nothing().kind,
        false => ExprKind::Term(TermExpr { words, quoted: false }),
    };
    let tree = in_manner(Expr { kind, span: 0..typed.len() }, MatchOptions { any: true, ..manner });
    let resolved = resolve(&tree, &target).ok()?;
    Some((resolved.condition, tree.in_area(&target.name)))
}

/// Takes any text for words, as many tools' query files hold it: quotes and
/// operators lose their meaning. Words behind the first 2,000 are left out.
/// Without a word, it asks for nothing that any study has.
#[must_use]
pub fn plain(typed: &str, manner: MatchOptions) -> Question {
    let ranked = plain_words(typed, manner).map(|(condition, _)| condition);
    let nothing = || MatchCondition::Not(Box::new(MatchCondition::All));
    Question { ranked: vec![ranked.unwrap_or_else(nothing)], filters: Vec::new() }
}

/// The same with all that is known of a request.
#[must_use]
pub fn plain_request(typed: &str, manner: MatchOptions) -> UnderstoodRequest {
    let nothing = || (MatchCondition::Not(Box::new(MatchCondition::All)), nothing());
    let (condition, expr) = plain_words(typed, manner).unwrap_or_else(nothing);
    let text = expr.to_string();
    UnderstoodRequest {
        parts: vec![ranked_part(&(Parameter::Words, typed.to_owned()), &expr)],
        question: Question { ranked: vec![condition], filters: Vec::new() },
        text: text.clone(),
        ranked_text: text,
        filter_text: String::new(),
        remarks: Vec::new(),
        numbers_only: false,
        plain_words: false,
    }
}

/// What no study fulfils.
fn nothing() -> Expr {
    Expr::new(ExprKind::Not(Box::new(Expr::new(ExprKind::All))))
}

fn plain_words(typed: &str, manner: MatchOptions) -> Option<ResolvedTree> {
    let start = |word: &str| word.as_ptr() as usize - typed.as_ptr() as usize;
    if manner.any && patient_record::is_long(typed) {
        return note_of(typed, manner);
    }
    let words: Vec<_> = typed
        .split_whitespace()
        .filter(|word| holds_words(word))
        .take(MOST_WORDS)
        .map(|word| whole(word, start(word)..start(word) + word.len()))
        .collect();
    let target = SearchTarget::named(Parameter::Words.area()).filter(|_| !words.is_empty())?;
    let kind = ExprKind::Term(TermExpr { words, quoted: false });
    let tree = in_manner(Expr { kind, span: 0..typed.len() }, manner);
    let condition = resolve(&tree, &target).ok()?.condition;
    Some((condition, tree.in_area(&target.name)))
}

#[cfg(test)]
mod tests;
