//! Parts of a search in fields.

use super::super::field::DialectField;
use super::super::field_codes::field;
use super::super::line_tree::DialectNode;
use super::super::systems::Dialect;
use super::super::tokens::EXACT;
use super::super::value::PartValue;
use super::LineWriter;
use crate::meaning::Expansion;
use crate::syntax::{Expr, ExprKind, ExprPrefix};

impl LineWriter<'_> {
    /// A part in fields.
    pub(super) fn within(
        &mut self,
        codes: &[String],
        inner: &DialectNode,
        of: Option<DialectField>,
    ) -> PartValue {
        let codes: Vec<&str> = codes.iter().map(|code| code.trim()).collect();
        if codes == [EXACT] && self.dialect == Dialect::ClinicalTrials {
            return self.exact(inner, of);
        }
        let (fields, unknown) = self.fields(&codes);
        if fields.is_empty() && !unknown.is_empty() {
            return self.unknown(&unknown.join(","), inner);
        }
        for code in unknown {
            self.say(format!("the field `{code}` is not known: the others are searched"));
        }
        if let (Some(text), Some(distance)) = (inner.text(), distance(&codes)) {
            let area = DialectField::widest(&fields).and_then(DialectField::area);
            let near = self.words_near(&text, distance);
            return match area {
                Some(area) => near.map(|expr| Expr::within(area, expr)),
                None => near,
            };
        }
        // The field that a term has itself counts.
        match DialectField::widest(&fields) {
            Some(DialectField::Foreign) => self.foreign(&codes.join(","), inner),
            Some(field) => {
                self.say_of_field(field, &codes.join(","));
                self.in_field(field, inner)
            }
            None => self.node(inner, of),
        }
    }

    /// The fields of some codes, each once, and the codes that are not known.
    fn fields<'c>(&self, codes: &[&'c str]) -> (Vec<DialectField>, Vec<&'c str>) {
        let (mut fields, mut unknown) = (Vec::new(), Vec::new());
        for code in codes {
            match field(code, self.dialect) {
                Some(field) if !fields.contains(&field) => fields.push(field),
                Some(_) => {}
                None => unknown.push(*code),
            }
        }
        (fields, unknown)
    }

    /// A part in one field.
    fn in_field(&mut self, field: DialectField, inner: &DialectNode) -> PartValue {
        if is_bare(inner) {
            return self.around(Some(field), |writer| writer.node(inner, Some(field)));
        }
        let before = std::mem::replace(&mut self.placed, false);
        let value = self.node(inner, Some(field));
        self.placed = before;
        value
    }

    /// The retired site's `EXACT`.
    fn exact(&mut self, inner: &DialectNode, of: Option<DialectField>) -> PartValue {
        self.say(format!("`{EXACT}`: forms of the words are found, too, but no synonyms"));
        let level = ExprPrefix::Expansion(Expansion::Term);
        let within = |expr| Expr::new(ExprKind::Within(level.clone(), Box::new(expr)));
        self.node(inner, of).map(within)
    }

    /// A field of publications.
    fn foreign(&mut self, code: &str, inner: &DialectNode) -> PartValue {
        let what = inner.text().unwrap_or_else(|| "a part".to_owned());
        self.say(format!(
            "`{what}` in the field `{code}` is left out: no field of a record says it"
        ));
        PartValue::left_out()
    }

    /// What changes where a field is read as another one.
    fn say_of_field(&mut self, field: DialectField, code: &str) {
        let said = match field {
            DialectField::Abstract => "a record has no abstract: all of its texts are searched",
            DialectField::HeadingWord => "words of headings are searched in all texts",
            DialectField::Substance => "names of substances are searched among interventions",
            DialectField::Person => "names are searched among the study's officials",
            DialectField::Affiliation => "affiliations are searched among sponsors and officials",
            _ => return,
        };
        self.say(format!("`{code}`: {said}"));
    }

    /// A part in a field that the system does not have.
    pub(super) fn unknown(&mut self, sign: &str, inner: &DialectNode) -> PartValue {
        let what = inner.text().unwrap_or_else(|| "what it holds for".to_owned());
        self.say(format!(
            "the field `{sign}` is not known: `{what}` in it is left out; {} has {}",
            self.dialect.name(),
            usual_fields(self.dialect)
        ));
        PartValue::left_out()
    }
}

/// Fields of a system that are named where one is not known.
fn usual_fields(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Ovid => "`.ti.`, `.ab.`, `.tw.`, `.mp.` and `.kf.`",
        Dialect::PubMed => "`[ti]`, `[tiab]`, `[tw]`, `[mh]` and `[pt]`",
        Dialect::Cochrane | Dialect::Crs => "`:ti`, `:ab`, `:kw` and `:ti,ab,kw`",
        Dialect::Embase => "`:ti`, `:ab`, `:kw`, `:de` and `:tn`",
        Dialect::Ebsco => "`TI`, `AB`, `TX`, `MH` and `SU`",
        Dialect::WebOfScience => "`TS=`, `TI=`, `AB=` and `PY=`",
        Dialect::Scopus => "`TITLE`, `ABS`, `KEY` and `TITLE-ABS-KEY`",
        Dialect::ClinicalTrials => "`[CONDITION]`, `[TREATMENT]` and `[TITLE]`",
        Dialect::ProQuest => "`ti()`, `ab()`, `su()` and `noft()`",
        Dialect::Bvs => "`tw:`, `ti:`, `ab:` and `mh:`",
        Dialect::EuropePmc => "`TITLE:`, `ABSTRACT:`, `TITLE_ABS:` and `PUB_YEAR:`",
        Dialect::PsycNet => "`Any Field:`, `Title:` and `Index Terms:`",
        Dialect::Ieee => "`\"All Metadata\":` and `\"Document Title\":`",
        Dialect::Scholar => "`intitle:` and `allintitle:`",
        Dialect::Epistemonikos => "`title:` and `abstract:`",
        Dialect::Ictrp => "`title:`, `condition:` and `intervention:`",
        Dialect::Isrctn | Dialect::EuRegister => "`title:`, `condition:` and `phase:`",
    }
}

/// The number of `[tiab:~3]`.
fn distance(codes: &[&str]) -> Option<u32> {
    let [code] = codes else { return None };
    code.split_once('~')?.1.trim().parse().ok()
}

/// Whether no part of a node names a field of its own.
fn is_bare(node: &DialectNode) -> bool {
    match node {
        DialectNode::All(parts) | DialectNode::Any(parts) => parts.iter().all(is_bare),
        DialectNode::Except(one, other) | DialectNode::Near(one, _, other) => {
            is_bare(one) && is_bare(other)
        }
        DialectNode::Run(_) | DialectNode::Phrase(_) => true,
        _ => false,
    }
}
