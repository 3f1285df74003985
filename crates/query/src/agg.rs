//! The short names of the registry's own filters (`aggFilters`), such as
//! `phase:2 3,status:rec`.
//!
//! Ids and keys are facts of the API v2. The meaning of `funderType:other`,
//! `obs_patreg` and `exp_...` is not documented; it is taken from the words of
//! the site's form.

use super::expression::expression;
use super::filter_terms::{constant_term, merged, spans_between};
use super::syntax::{Expr, ExprKind};
use super::{Diagnostic, Span};
use trialdex_records::study::nearest_of;

/// A key of a filter, and what it asks for.
struct AggKey {
    id: &'static str,
    key: &'static str,
    /// The area to look in, or empty where `value` is a whole expression.
    area: &'static str,
    value: &'static str,
}

const fn key(
    id: &'static str,
    key: &'static str,
    area: &'static str,
    value: &'static str,
) -> AggKey {
    AggKey { id, key, area, value }
}

/// Every key.
#[rustfmt::skip]
static KEYS: &[AggKey] = &[
    key("status", "rec", "OverallStatus", "RECRUITING"),
    key("status", "not", "OverallStatus", "NOT_YET_RECRUITING"),
    key("status", "act", "OverallStatus", "ACTIVE_NOT_RECRUITING"),
    key("status", "com", "OverallStatus", "COMPLETED"),
    key("status", "ter", "OverallStatus", "TERMINATED"),
    key("status", "enr", "OverallStatus", "ENROLLING_BY_INVITATION"),
    key("status", "sus", "OverallStatus", "SUSPENDED"),
    key("status", "wit", "OverallStatus", "WITHDRAWN"),
    key("status", "unk", "OverallStatus", "UNKNOWN"),
    key("status", "ava", "OverallStatus", "AVAILABLE"),
    key("status", "nla", "OverallStatus", "NO_LONGER_AVAILABLE"),
    key("status", "tna", "OverallStatus", "TEMPORARILY_NOT_AVAILABLE"),
    key("status", "afm", "OverallStatus", "APPROVED_FOR_MARKETING"),
    key("phase", "0", "Phase", "EARLY_PHASE1"),
    key("phase", "1", "Phase", "PHASE1"),
    key("phase", "2", "Phase", "PHASE2"),
    key("phase", "3", "Phase", "PHASE3"),
    key("phase", "4", "Phase", "PHASE4"),
    key("phase", "NA", "Phase", "NA"),
    key("studyType", "int", "StudyType", "INTERVENTIONAL"),
    key("studyType", "obs", "StudyType", "OBSERVATIONAL"),
    key("studyType", "obs_patreg", "", "AREA[StudyType]OBSERVATIONAL AND AREA[PatientRegistry]true"),
    key("studyType", "exp", "StudyType", "EXPANDED_ACCESS"),
    key("studyType", "exp_indiv", "", "AREA[StudyType]EXPANDED_ACCESS AND AREA[ExpAccTypeIndividual]true"),
    key("studyType", "exp_inter", "", "AREA[StudyType]EXPANDED_ACCESS AND AREA[ExpAccTypeIntermediate]true"),
    key("studyType", "exp_treat", "", "AREA[StudyType]EXPANDED_ACCESS AND AREA[ExpAccTypeTreatment]true"),
    key("ages", "child", "StdAge", "CHILD"),
    key("ages", "adult", "StdAge", "ADULT"),
    key("ages", "older", "StdAge", "OLDER_ADULT"),
    key("sex", "f", "Sex", "FEMALE"),
    key("sex", "m", "Sex", "MALE"),
    key("healthy", "y", "HealthyVolunteers", "true"),
    key("results", "with", "HasResults", "true"),
    key("results", "without", "HasResults", "false"),
    key("docs", "prot", "LargeDocHasProtocol", "true"),
    key("docs", "sap", "LargeDocHasSAP", "true"),
    key("docs", "icf", "LargeDocHasICF", "true"),
    key("funderType", "nih", "FunderTypeSearch", "NIH"),
    key("funderType", "fed", "FunderTypeSearch", "FED"),
    key("funderType", "industry", "FunderTypeSearch", "INDUSTRY"),
    key("funderType", "other", "", "AREA[FunderTypeSearch](OTHER OR OTHER_GOV OR INDIV OR NETWORK OR AMBIG OR UNKNOWN)"),
    key("violation", "y", "FDAAA801Violation", "true"),
];

/// What a key of a filter asks for.
pub(super) fn meaning(id: &str, name: &str) -> Option<Expr> {
    let key = KEYS.iter().find(|key| key.id == id && key.key == name)?;
    if key.area.is_empty() {
        return expression(key.value).ok().map(|parsed| parsed.expr);
    }
    Some(Expr::within(key.area, constant_term(key.value, 0..0)))
}

/// The keys of a filter.
pub(super) fn keys(id: &str) -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(move |key| key.id == id).map(|key| key.key)
}

/// The constants of a filter's keys.
pub(super) fn constants(id: &str) -> impl Iterator<Item = &'static str> {
    KEYS.iter().filter(move |key| key.id == id && !key.area.is_empty()).map(|key| key.value)
}

fn ids() -> Vec<&'static str> {
    let mut ids: Vec<&str> = KEYS.iter().map(|key| key.id).collect();
    ids.dedup();
    ids
}

/// Reads `id:key key,id:key`. All ids have to be fulfilled, and any key of
/// each; the last of the same id counts. As on the site, an unknown key
/// matches nothing; the second part of the answer says so.
///
/// # Errors
///
/// Everything that has no id or an unknown one.
pub(super) fn conditions(typed: &str) -> Result<(Vec<Expr>, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (mut found, mut notices, mut wrong) = (Vec::<(&str, Expr)>::new(), Vec::new(), Vec::new());
    for span in spans_between(typed, |c| matches!(c, ',' | '|')) {
        match typed[span.clone()].split_once(':') {
            Some((id, list)) if ids().contains(&id.trim()) => {
                let id = id.trim();
                found.retain(|(known, _)| *known != id);
                let keys = spans_between(list, char::is_whitespace);
                let offset = span.end - list.len();
                let keys = keys.into_iter().map(|key| key.start + offset..key.end + offset);
                found.push((id, any_key(typed, id, keys, &mut notices)));
            }
            Some((id, _)) => wrong.push(unknown_id(id.trim(), span)),
            None => wrong.push(Diagnostic {
                message: format!("`{}` has no id before it", &typed[span.clone()]),
                span,
                hint: "type blanks between keys and commas between ids: `phase:2 3,status:rec`"
                    .to_owned(),
            }),
        }
    }
    if found.is_empty() && wrong.is_empty() {
        wrong.push(Diagnostic {
            span: 0..typed.len(),
            message: "no filter is named".to_owned(),
            hint: "type ids and keys, such as `phase:2 3,status:rec`".to_owned(),
        });
    }
    let found = found.into_iter().map(|(_, expr)| expr).collect();
    if wrong.is_empty() { Ok((found, notices)) } else { Err(wrong) }
}

/// Any of some keys; without one that is known, nothing.
fn any_key(
    typed: &str,
    id: &str,
    keys: impl Iterator<Item = Span>,
    notices: &mut Vec<Diagnostic>,
) -> Expr {
    let mut known = Vec::new();
    for span in keys {
        let name = &typed[span.clone()];
        match meaning(id, name) {
            Some(expr) => known.push(expr),
            None => notices.push(Diagnostic {
                span,
                message: format!("`{name}` is no key of `{id}` and matches nothing"),
                hint: format!("type {}", with_keys(id, name)),
            }),
        }
    }
    merged(known).unwrap_or_else(|| Expr::new(ExprKind::Not(Box::new(Expr::new(ExprKind::All)))))
}

/// An id with each of its keys, or with the one that differs from a name in
/// case alone.
fn with_keys(id: &str, name: &str) -> String {
    let same = keys(id).find(|key| key.eq_ignore_ascii_case(name));
    let all = keys(id).filter(|key| same.is_none_or(|same| same == *key));
    let all: Vec<String> = all.map(|key| format!("`{id}:{key}`")).collect();
    match all.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
        _ => all.join(""),
    }
}

fn unknown_id(id: &str, span: Span) -> Diagnostic {
    let ids = ids();
    let hint = match nearest_of(id, ids.iter().copied()).first() {
        Some(nearest) => format!("type {}", with_keys(nearest, "")),
        None => format!("the ids are {}", ids.join(", ")),
    };
    Diagnostic { span, message: format!("unknown filter: `{id}`"), hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meaning::SearchTarget;
    use crate::resolve::resolve;

    fn shown(typed: &str) -> String {
        match conditions(typed) {
            Ok((found, notices)) => {
                let mut shown: Vec<String> = found.iter().map(ToString::to_string).collect();
                shown.extend(
                    notices.iter().map(|notice| format!("{}; {}", notice.message, notice.hint)),
                );
                shown.join(" | ")
            }
            Err(wrong) => {
                let wrong =
                    wrong.iter().map(|one| format!("{:?} {}; {}", one.span, one.message, one.hint));
                wrong.collect::<Vec<_>>().join(" | ")
            }
        }
    }

    #[test]
    fn every_key_has_a_meaning() {
        let target = SearchTarget::named("BasicSearch").expect("an area");
        for key in KEYS {
            let expr = meaning(key.id, key.key).expect(key.value);
            assert!(resolve(&expr, &target).is_ok(), "{expr}");
        }
    }

    #[test]
    fn ids_are_joined_and_keys_alternatives() {
        assert_eq!(
            shown("phase:2 3,studyType:int exp_indiv|phase:1 NA"),
            "AREA[StudyType]INTERVENTIONAL OR AREA[StudyType]EXPANDED_ACCESS AND \
             AREA[ExpAccTypeIndividual]true | AREA[Phase](PHASE1 OR NA)"
        );
    }

    #[test]
    fn what_is_unknown_is_said() {
        assert_eq!(
            shown("phase:na,ages:child"),
            "NOT ALL | AREA[StdAge]CHILD | `na` is no key of `phase` and matches nothing; type \
             `phase:NA`"
        );
        assert_eq!(
            shown("phase:2,3,fase:2"),
            "8..9 `3` has no id before it; type blanks between keys and commas between ids: \
             `phase:2 3,status:rec` | 10..16 unknown filter: `fase`; type \
             `phase:0`, `phase:1`, `phase:2`, `phase:3`, `phase:4` or `phase:NA`"
        );
        assert_eq!(
            shown(" "),
            "0..1 no filter is named; type ids and keys, such as `phase:2 3,status:rec`"
        );
    }
}
