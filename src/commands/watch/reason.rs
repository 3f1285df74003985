//! Why a hit came, went or changed, in words.

use trialdex_engine::search::receipt::Change;
use trialdex_output::ChangeKind;
use trialdex_session::{EarlierRecord, SettingChange, WatchedStudy};

/// The date that every other record has, whatever changed in it.
const OF_UPDATE: &str = "LastUpdatePostDate";

/// Why a study came, went or changed; `None` where its fields alone say it.
pub(super) fn reason_of(
    kind: ChangeKind,
    study: &WatchedStudy,
    setting: SettingChange,
) -> Option<String> {
    Some(match (kind, study.change) {
        (ChangeKind::Changed, _) => return changed(study),
        (_, Change::New) => match &study.posted {
            Some(posted) => format!("new since the last look; first posted on {posted}"),
            None => "new since the last look".to_owned(),
        },
        (_, Change::Vanished) => {
            "no longer in the index: the registry removed it, or its file is gone".to_owned()
        }
        (ChangeKind::Came, Change::Changed) => came(study),
        (ChangeKind::Went, Change::Changed) => {
            format!("its record changed, and {}", lost(study))
        }
        (kind, Change::Same) => {
            let why = why(setting).unwrap_or_else(|| "other records decide about it".to_owned());
            match kind {
                ChangeKind::Went => format!("its record is the same, and {}: {why}", lost(study)),
                _ => format!("its record is the same, and it matches now: {why}"),
            }
        }
        (_, Change::Unknown) => {
            let also = why(setting).map(|why| format!("; {why}")).unwrap_or_default();
            format!(
                "its record is older than the last look: it was not in the index, or did not match; \
                 which of the two is not kept{also}"
            )
        }
    })
}

fn came(study: &WatchedStudy) -> String {
    let updated = study.updated.as_ref().map(|day| format!(" on {day}")).unwrap_or_default();
    match study.earlier {
        EarlierRecord::Unknown => format!(
            "it was in the registry before, was updated{updated}, and matches now; its earlier text \
             is not kept"
        ),
        _ => "it was there before, its record changed, and it matches now".to_owned(),
    }
}

/// What a study that went does not have.
fn lost(study: &WatchedStudy) -> String {
    let unmet: Vec<String> = study.unmet.iter().map(|part| format!("`{part}`")).collect();
    match unmet.is_empty() {
        true => "no longer matches".to_owned(),
        false => format!("no longer matches {}", unmet.join(" and ")),
    }
}

fn changed(study: &WatchedStudy) -> Option<String> {
    let told = study.fields.iter().any(|field| field.name() != OF_UPDATE);
    match study.earlier {
        EarlierRecord::Unknown => {
            Some("its record changed; its earlier text is not kept".to_owned())
        }
        EarlierRecord::Facts if !told && study.unkept.is_empty() => {
            Some("in other fields than those that the search looks in".to_owned())
        }
        _ => None,
    }
}

/// How the search is carried out otherwise; `None` where it is not.
fn why(setting: SettingChange) -> Option<String> {
    let SettingChange { query, vocabulary, synonyms, required } = setting;
    let mut why: Vec<String> = [
        (query, "this version reads the search otherwise"),
        (vocabulary, "the vocabulary is another one"),
        (synonyms, "your own synonyms are others"),
    ]
    .into_iter()
    .filter(|(changed, _)| *changed)
    .map(|(_, text)| text.to_owned())
    .collect();
    why.extend(required.map(|(then, now)| {
        format!("hits had to have {then} of the words, and have to have {now} now")
    }));
    (!why.is_empty()).then(|| why.join("; "))
}

#[cfg(test)]
mod tests {
    use trialdex_records::study::{FieldDifference, NctId, pieces};

    use super::*;

    fn study(change: Change, earlier: EarlierRecord, fields: &[&str]) -> WatchedStudy {
        let field = |name: &&str| FieldDifference {
            piece: pieces::named(name),
            removed: vec!["a".to_owned()],
            added: vec!["b".to_owned()],
        };
        WatchedStudy {
            nct_id: NctId::from_number(90_000_001).expect("a number"),
            change,
            title: "Tea".to_owned(),
            posted: Some("2026-02-01".to_owned()),
            updated: Some("2026-03-01".to_owned()),
            fields: fields.iter().map(field).collect(),
            unkept: Vec::new(),
            unmet: vec!["--status recruiting".to_owned()],
            earlier,
        }
    }

    #[test]
    fn each_reason_says_what_is_known_and_what_is_not() {
        use ChangeKind::{Came, Changed, Went};
        let none = SettingChange::default();
        let vocabulary = SettingChange { vocabulary: true, required: Some((3, 2)), ..none };
        let (unknown, facts, whole) =
            (EarlierRecord::Unknown, EarlierRecord::Facts, EarlierRecord::Whole);
        for (kind, change, earlier, fields, setting, expected) in [
            (Came, Change::New, unknown, &[][..], none, "first posted on 2026-02-01"),
            (Came, Change::Changed, unknown, &[], none, "earlier text is not kept"),
            (Came, Change::Changed, whole, &["Phase"], none, "it was there before"),
            (Came, Change::Unknown, unknown, &[], none, "which of the two is not kept"),
            (Went, Change::Changed, facts, &[], none, "no longer matches `--status recruiting`"),
            (Went, Change::Same, facts, &[], none, "other records decide"),
            (Went, Change::Same, facts, &[], vocabulary, "the vocabulary is another one; hits had"),
            (Went, Change::Vanished, facts, &[], none, "the registry removed it"),
            (Changed, Change::Changed, facts, &[OF_UPDATE], none, "in other fields than"),
            (Changed, Change::Changed, unknown, &[], none, "its earlier text is not kept"),
        ] {
            let reason = reason_of(kind, &study(change, earlier, fields), setting);
            let reason = reason.expect("a reason");
            assert!(reason.contains(expected), "{reason}");
        }
        let told = study(Change::Changed, facts, &["Phase", OF_UPDATE]);
        assert_eq!(reason_of(Changed, &told, none), None);
        let told = study(Change::Changed, whole, &[OF_UPDATE]);
        assert_eq!(reason_of(Changed, &told, none), None);
    }
}
