//! Converts a tree of another system to one of ours. Parts that cannot be
//! translated are left out and named, so that `5 NOT 8` is `5` if 8 has no
//! translation.

mod field_writer;

use super::database_limits::{LimitMeaning, LimitTree};
use super::date_limits;
use super::earlier_lines::{EarlierLines, name_of_line};
use super::field::DialectField;
use super::headings;
use super::line_tree::DialectNode;
use super::methods::{MethodMeaning, TAKES_IN_HUMANS, method, subheading, takes_in_humans};
use super::systems::Dialect;
use super::terms::term;
use super::tokens::{Proximity, SubjectHeading};
use super::value::{PartValue, StudySet};
use crate::expression::expression;
use crate::syntax::{Expr, ExprKind, ExprPrefix, Hierarchy, TermExpr};

/// Writes the lines of a strategy.
pub(super) struct LineWriter<'a> {
    dialect: Dialect,
    known: &'a EarlierLines,
    remarks: Vec<String>,
    /// The area of the field is put around the part that is being written.
    placed: bool,
    /// The first line that is named and is not there.
    missing: Option<u32>,
}

impl<'a> LineWriter<'a> {
    pub(super) fn new(dialect: Dialect, known: &'a EarlierLines) -> Self {
        Self { dialect, known, remarks: Vec::new(), placed: false, missing: None }
    }

    /// Everything that was said, each once.
    pub(super) fn remarks(self) -> Vec<String> {
        self.remarks
    }

    /// A line that is named and is not there.
    pub(super) fn missing(&self) -> Option<u32> {
        self.missing
    }

    pub(super) fn say_all(&mut self, remarks: Vec<String>) {
        for remark in remarks {
            self.say(remark);
        }
    }

    /// The same, from here on for a line of another system.
    pub(super) fn of(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    pub(super) fn say(&mut self, remark: String) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// What a line comes to.
    pub(super) fn value(&mut self, node: &DialectNode) -> PartValue {
        self.node(node, None)
    }

    /// A part that is looked for in a field.
    fn node(&mut self, node: &DialectNode, of: Option<DialectField>) -> PartValue {
        match node {
            DialectNode::All(parts) => self.all(parts, of),
            // Each part of an exclusion is excluded.
            DialectNode::Any(parts) if parts.iter().all(is_excluded) => self.all(parts, of),
            DialectNode::Any(parts) => {
                PartValue::any(parts.iter().map(|part| self.node(part, of)).collect())
            }
            DialectNode::Except(kept, without) => self.except(kept, without, of),
            DialectNode::Near(left, nearness, right) => {
                self.around(of, |writer| writer.near(left, *nearness, right, of))
            }
            DialectNode::Run(words) if of.is_none() && is_of_kinds(words) => self.method(&words[0]),
            DialectNode::Run(words) if of.is_none() && self.is_exploded(words) => {
                let name = words[1..].join(" ");
                let major = name.starts_with('*');
                self.heading(&headings::of_field(name.trim_start_matches('*'), true, major))
            }
            DialectNode::Run(words) => self.term(&words.join(" "), !self.takes_apart(of), of),
            DialectNode::Phrase(text) => self.term(text, true, of),
            DialectNode::Heading(heading) => self.heading(heading),
            DialectNode::Lines { all, numbers } => self.lines(*all, numbers),
            DialectNode::In(codes, inner) => self.within(codes, inner, of),
            DialectNode::Limit(limit) => self.limit(limit),
            DialectNode::Excluded(limit) => self.excluded(limit),
            DialectNode::Range(from, to) => self.range(from, to),
            DialectNode::Unknown(sign, inner) => self.unknown(sign, inner),
        }
    }

    /// All parts. Of what cannot be said, limits alone would find too much.
    fn all(&mut self, parts: &[DialectNode], of: Option<DialectField>) -> PartValue {
        let values: Vec<PartValue> = parts.iter().map(|part| self.node(part, of)).collect();
        let limits =
            |node: &DialectNode| matches!(node, DialectNode::Limit(_) | DialectNode::Excluded(_));
        let mut pairs = parts.iter().zip(&values);
        let only_limits = pairs.all(|(part, value)| limits(part) || value.is_left_out())
            && !parts.iter().all(limits);
        if only_limits && parts.iter().any(limits) && !values.iter().any(PartValue::is_nothing) {
            return PartValue::left_out();
        }
        PartValue::all(values)
    }

    /// `exp Gout` in Ovid, where the slash behind the heading was forgotten.
    fn is_exploded(&self, words: &[String]) -> bool {
        self.dialect == Dialect::Ovid && words.len() > 1 && words[0].eq_ignore_ascii_case("exp")
    }

    /// Whether words side by side may be apart: Ovid, EBSCOhost and PubMed keep
    /// those of a field together.
    fn takes_apart(&self, of: Option<DialectField>) -> bool {
        match self.dialect {
            Dialect::Ovid | Dialect::Ebsco | Dialect::Embase => false,
            Dialect::PubMed => of.is_none(),
            _ => true,
        }
    }

    fn except(
        &mut self,
        kept: &DialectNode,
        without: &DialectNode,
        of: Option<DialectField>,
    ) -> PartValue {
        let kept = self.node(kept, of);
        let without = self.node(without, of);
        self.without(kept, without)
    }

    fn without(&mut self, kept: PartValue, without: PartValue) -> PartValue {
        let lost = match &without {
            PartValue::Exact(_) => None,
            PartValue::Between(bounds)
                if bounds.least == StudySet::Nothing && bounds.meant.is_some() =>
            {
                Some(
                    "a part of what follows `NOT` cannot be said here, and the rest would exclude \
                     too much: nothing is excluded by it",
                )
            }
            PartValue::Between(bounds) if bounds.meant.as_ref() != Some(&bounds.least) => {
                Some("a part of what follows `NOT` cannot be said here: only the rest is excluded")
            }
            PartValue::Between(_) => None,
            PartValue::Never => {
                Some("what follows `NOT` cannot be said here: nothing is excluded by it")
            }
        };
        let lost = match lost {
            Some(_) if without.is_left_out() => {
                Some("what follows `NOT` cannot be said here: nothing is excluded by it")
            }
            lost => lost,
        };
        if let Some(said) = lost.filter(|_| !kept.is_left_out() && !kept.is_nothing()) {
            self.say(said.to_owned());
        }
        kept.except(without)
    }

    /// Scopus' `EXCLUDE(PUBYEAR, 2019)`.
    fn excluded(&mut self, limit: &str) -> PartValue {
        let without = self.limit(limit);
        self.without(PartValue::Exact(StudySet::Everything), without)
    }

    /// A part with the fields that are named beside it.
    /// Writes a part, and puts the area of its field around it.
    fn around(
        &mut self,
        of: Option<DialectField>,
        write: impl FnOnce(&mut Self) -> PartValue,
    ) -> PartValue {
        let before = std::mem::replace(&mut self.placed, true);
        let value = write(self);
        self.placed = before;
        match of.and_then(DialectField::area).filter(|_| !before) {
            Some(area) => value.map(|expr| Expr::within(area, expr)),
            None => value,
        }
    }

    /// Words or a phrase in a field.
    fn term(&mut self, text: &str, together: bool, of: Option<DialectField>) -> PartValue {
        match of {
            Some(DialectField::Heading { .. }) if headings::is_tree_number(text) => {
                self.say(format!(
                    "`{text}` is left out: it is a place in a tree of headings; type the name of \
                     the heading"
                ));
                return PartValue::left_out();
            }
            Some(DialectField::Heading { explode, major }) => {
                let heading = headings::of_field(text, explode, major);
                return self.heading(&heading);
            }
            Some(DialectField::PublicationType) => return self.method(text),
            Some(DialectField::Subheading) => return self.said(text, subheading(text)),
            Some(DialectField::Date) => return self.date(text),
            _ => {}
        }
        if text == "NOTEXT" && matches!(of, Some(DialectField::Area(_))) {
            return self.around(of, |_| PartValue::said(Expr::new(ExprKind::Missing)));
        }
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        let (expr, remarks) = term(&words, together, self.dialect);
        self.say_all(remarks);
        if expr.is_none() {
            self.say(format!("`{text}` has no word to look for"));
        }
        self.around(of, |_| expr.into())
    }

    fn method(&mut self, name: &str) -> PartValue {
        let name = name.trim_matches(|c: char| "*$?#.\"".contains(c));
        let unknown = MethodMeaning::Unsayable("it is no kind of study that a field says");
        self.said(name, method(name).unwrap_or(unknown))
    }

    /// The field that says the same as a name, or why there is none.
    fn said(&mut self, name: &str, method: MethodMeaning) -> PartValue {
        match method {
            MethodMeaning::Said(said) => {
                self.say(format!("`{name}` is expressed by a field: {said}"));
                expression(said).ok().map(|parsed| parsed.expr).into()
            }
            MethodMeaning::Unsayable(why) => {
                self.say(format!("`{name}` is left out: {why}"));
                PartValue::left_out()
            }
            MethodMeaning::Never(why) => {
                self.say(format!("`{name}` is left out: {why}"));
                PartValue::Never
            }
            MethodMeaning::Always(why) => {
                self.say(format!("`{name}` is true of every study: {why}"));
                PartValue::Exact(StudySet::Everything)
            }
            MethodMeaning::Nowhere(why) => {
                self.say(format!("`{name}` is true of no study: {why}"));
                PartValue::Exact(StudySet::Nothing)
            }
        }
    }

    fn heading(&mut self, heading: &SubjectHeading) -> PartValue {
        let name = &heading.name;
        // CINAHL's animals are none that people are among.
        if heading.explode && self.dialect != Dialect::Ebsco && takes_in_humans(name) {
            return self.said(name, TAKES_IN_HUMANS);
        }
        if method(name).is_some() {
            return self.method(name);
        }
        if name.contains(['*', '?', '$']) {
            self.say(format!("`{name}` means several headings, and is searched as words"));
            return self.term(name, true, None);
        }
        let value = self.name_of_heading(heading);
        // It asks for less than its translation.
        match value {
            PartValue::Exact(StudySet::Found(expr)) if heading.major || heading.aspects => {
                PartValue::at_most(expr)
            }
            value => value,
        }
    }

    /// A heading as its name, without what limits it to some aspect.
    fn name_of_heading(&mut self, heading: &SubjectHeading) -> PartValue {
        let name = &heading.name;
        if heading.major {
            self.say(format!("`{name}`: a record does not say what it is mainly about"));
        }
        if heading.aspects {
            self.say(format!("`{name}`: subheadings are left out"));
        }
        let words: Vec<String> =
            name.replace(',', " ").split_whitespace().map(str::to_owned).collect();
        let (expr, _) = term(&words, true, Dialect::PubMed);
        let Some(expr) = expr else { return PartValue::left_out() };
        if !heading.explode {
            self.say(format!("`{name}` is searched as a name in all texts, with its synonyms"));
            return PartValue::said(expr);
        }
        let kind = ExprKind::Within(ExprPrefix::Explode(Hierarchy::Mesh), Box::new(expr));
        if self.dialect == Dialect::Embase || self.dialect == Dialect::Ebsco {
            self.say(format!(
                "`{name}` is from another thesaurus: MeSH is exploded where it has the name, \
                 which is searched in any case"
            ));
        }
        PartValue::said(Expr::new(kind))
    }

    fn lines(&mut self, all: bool, numbers: &[u32]) -> PartValue {
        let (mut values, mut left_out) = (Vec::new(), Vec::new());
        for number in numbers {
            if !self.known.numbers.contains(number) {
                self.missing = self.missing.or(Some(*number));
                self.say(format!("there is no line #{number} above: it is skipped"));
                values.push(PartValue::left_out());
                continue;
            }
            let value = self.line(*number);
            if value.is_left_out() {
                left_out.push(format!("#{number}"));
            }
            values.push(value);
        }
        if !left_out.is_empty() {
            self.say(format!("{} says nothing here and is skipped", left_out.join(", ")));
        }
        if all { PartValue::all(values) } else { PartValue::any(values) }
    }

    /// A line above.
    fn line(&self, number: u32) -> PartValue {
        let named = || PartValue::said(name_of_line(self.known.name(number)));
        self.known.values.get(&number).cloned().unwrap_or_else(named)
    }

    fn limit(&mut self, limit: &str) -> PartValue {
        LimitTree::read(limit).map_or_else(PartValue::left_out, |limits| self.limited(&limits))
    }

    /// Limits as an expression; what cannot be said is named. Where one of
    /// several that any will do for cannot be said, the others alone would
    /// find too little: all of them are left out.
    pub(super) fn limited(&mut self, limits: &LimitTree) -> PartValue {
        match limits {
            LimitTree::One(limited) => self.limited_to(limited),
            LimitTree::All(parts) => {
                PartValue::all(parts.iter().map(|part| self.limited(part)).collect())
            }
            LimitTree::Not(inner) => {
                let without = self.limited(inner);
                self.without(PartValue::Exact(StudySet::Everything), without)
            }
            LimitTree::Any(parts) => {
                let values: Vec<PartValue> = parts.iter().map(|part| self.limited(part)).collect();
                let lost = |value: &PartValue| value.is_left_out() && *value != PartValue::Never;
                if !values.iter().any(lost) || values.iter().any(PartValue::is_everything) {
                    return PartValue::any(values);
                }
                if values.iter().any(|value| !value.is_left_out()) {
                    self.say(
                        "a limit that any of several will do for is left out as a whole, \
                         since one of them is"
                            .to_owned(),
                    );
                }
                PartValue::left_out()
            }
        }
    }

    fn limited_to(&mut self, limited: &LimitMeaning) -> PartValue {
        match limited {
            LimitMeaning::Said { typed, expression: text } => {
                self.say(format!("the limit `{typed}` is expressed by a field: {text}"));
                if text.contains("RANGE") {
                    self.say_all(date_limits::doubt(typed).into_iter().collect());
                }
                expression(text).ok().map(|parsed| parsed.expr).into()
            }
            LimitMeaning::LeftOut(typed, why) => {
                self.say(format!("the limit `{typed}` is left out: {why}"));
                PartValue::left_out()
            }
            LimitMeaning::Never(typed, why) => {
                self.say(format!("the limit `{typed}` is left out: {why}"));
                PartValue::Never
            }
            LimitMeaning::Always(typed, why) => {
                self.say(format!("the limit `{typed}` is true of every study: {why}"));
                PartValue::Exact(StudySet::Everything)
            }
            LimitMeaning::Nowhere(typed, why) => {
                self.say(format!("the limit `{typed}` is true of no study: {why}"));
                PartValue::Exact(StudySet::Nothing)
            }
        }
    }

    fn date(&mut self, text: &str) -> PartValue {
        if date_limits::is_relative(text) {
            self.say(format!("`{text}` is left out: {}", date_limits::RELATIVE));
            return PartValue::left_out();
        }
        let Some(dates) = date_limits::dates(text) else {
            self.say(format!("the dates `{text}` are not understood, and left out"));
            return PartValue::left_out();
        };
        self.say_all(date_limits::doubt(text).into_iter().collect());
        self.started(&dates)
    }

    /// A range of dates of publication, as one of the beginning of studies.
    fn range(&mut self, from: &str, to: &str) -> PartValue {
        let Some(dates) = date_limits::between(from, to) else {
            self.say(format!("the dates `{from}` to `{to}` are not understood, and left out"));
            return PartValue::left_out();
        };
        self.say_all([from, to].into_iter().filter_map(date_limits::doubt).collect());
        self.started(&dates)
    }

    fn started(&mut self, dates: &date_limits::DateSpan) -> PartValue {
        self.say("the date of a publication is read as the date that a study began".to_owned());
        expression(&dates.expression()).ok().map(|parsed| parsed.expr).into()
    }

    /// PubMed's `"a b"[tiab:~3]`.
    fn words_near(&mut self, text: &str, distance: u32) -> PartValue {
        let mut near: Option<Expr> = None;
        for word in text.split_whitespace() {
            let (right, remarks) = term(&[word.to_owned()], false, self.dialect);
            self.say_all(remarks);
            near = match (near, right) {
                (Some(left), Some(right)) => {
                    Some(Expr::new(ExprKind::Near(vec![left, right], distance)))
                }
                (left, right) => left.or(right),
            };
        }
        near.into()
    }

    /// Two parts near each other. Each combination of the parts of an `AND` is
    /// near; parts without text are joined by `AND`.
    fn near(
        &mut self,
        left: &DialectNode,
        nearness: Proximity,
        right: &DialectNode,
        of: Option<DialectField>,
    ) -> PartValue {
        let left = self.operand(left, of);
        let right = self.operand(right, of);
        let (left, right) = match (left, right) {
            (PartValue::Exact(StudySet::Found(left)), PartValue::Exact(StudySet::Found(right))) => {
                (left, right)
            }
            (left, right) => return PartValue::all(vec![left, right]),
        };
        if nearness.ordered {
            if let (0, Some(phrase)) = (nearness.between, phrase(&left, &right)) {
                return PartValue::said(phrase);
            }
            self.say("the order of words near each other is left out".to_owned());
        }
        if left.can_be_near() && right.can_be_near() {
            return PartValue::said(Expr::new(ExprKind::Near(vec![left, right], nearness.between)));
        }
        self.say(
            "a part that is no words or phrases cannot be near others: `AND` is taken".to_owned(),
        );
        Expr::all(vec![left, right]).map_or_else(PartValue::left_out, PartValue::at_most)
    }

    /// An operand of a nearness: words side by side stay together.
    fn operand(&mut self, node: &DialectNode, of: Option<DialectField>) -> PartValue {
        match node {
            DialectNode::Run(words) => {
                self.term(&words.join(" "), true, of.filter(|of| of.is_text()))
            }
            DialectNode::In(_, inner) if inner.text().is_some() => {
                self.say("fields of words near each other are left out".to_owned());
                self.operand(inner, of)
            }
            DialectNode::Any(parts) => {
                PartValue::any(parts.iter().map(|part| self.operand(part, of)).collect())
            }
            node => self.node(node, of),
        }
    }
}

/// Whether a part is a limit that excludes.
fn is_excluded(node: &DialectNode) -> bool {
    match node {
        DialectNode::Excluded(_) => true,
        DialectNode::Any(parts) => parts.iter().all(is_excluded),
        _ => false,
    }
}

/// Whether a word alone asks for a kind of records rather than for a word.
fn is_of_kinds(words: &[String]) -> bool {
    const KINDS: [&str; 3] = ["humans", "animals", "hasabstract"];
    matches!(words, [word] if KINDS.contains(&word.to_ascii_lowercase().as_str()))
}

/// Two terms one behind the other as a phrase.
fn phrase(left: &Expr, right: &Expr) -> Option<Expr> {
    let (ExprKind::Term(left), ExprKind::Term(right)) = (&left.kind, &right.kind) else {
        return None;
    };
    let named = left.words.iter().chain(&right.words).any(|word| word.text.starts_with('#'));
    let words = [left.words.clone(), right.words.clone()].concat();
    (!named).then(|| Expr::new(ExprKind::Term(TermExpr { words, quoted: true })))
}
