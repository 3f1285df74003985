//! Texts of the legacy XML that mean more, or other, than they say.

use serde_json::{Map, Value, json};

use super::element_target::ElementRule;
use super::{XmlConversion, at};
use crate::study::pieces::{self, PieceKind};
use crate::study::put;

/// The parts of a `study_design` text: key and piece.
const DESIGN_PARTS: [(&str, &str); 5] = [
    ("Allocation", "DesignAllocation"),
    ("Intervention Model", "DesignInterventionModel"),
    ("Primary Purpose", "DesignPrimaryPurpose"),
    ("Observational Model", "DesignObservationalModel"),
    ("Time Perspective", "DesignTimePerspective"),
];

/// The sentences for a restriction that API v2 has a constant for; any other
/// text is the sponsor's own.
const EMBARGO: [(&str, &str); 2] = [
    ("for a period that is less than or equal to 60 days.", "LTE60"),
    ("for a period that is more than 60 days but less than or equal to 180 days.", "GT60"),
];

const TRACKING: &str = "derivedSection.miscInfoModule.submissionTracking";
const UNPOSTED: &str = "annotationSection.annotationModule.unpostedAnnotation.unpostedEvents";

impl XmlConversion<'_> {
    /// Takes a text by a rule of its own.
    pub(super) fn apply(&mut self, rule: ElementRule, text: &str) {
        if text.is_empty() {
            return;
        }
        match rule {
            ElementRule::StudyType => self.study_type(text),
            ElementRule::Phase => self.phases(text),
            ElementRule::StudyDesign => self.design(text),
            ElementRule::Masking => self.masking(text),
            ElementRule::ExpandedAccess => self.expanded_access(text),
            ElementRule::HealthyVolunteers if text == "Accepts Healthy Volunteers" => {
                self.put_text("HealthyVolunteers", "Yes");
            }
            ElementRule::HealthyVolunteers => self.put_text("HealthyVolunteers", text),
            ElementRule::AgeLimit(piece) => {
                self.seen.age_limits = true;
                self.put_text(piece, text);
            }
            ElementRule::GivenName => self.name_part(" ", text),
            ElementRule::Degrees => self.name_part(", ", text),
            ElementRule::LocationCountry => self.seen.countries.push(text.to_owned()),
            ElementRule::ArmCount => self.seen.arm_counts.push((self.path(&[]), text.to_owned())),
            ElementRule::DocumentUrl => self.document_url(text),
            ElementRule::Submitted => self.submission("releaseDate", "RELEASE", text),
            ElementRule::Canceled => self.submission("unreleaseDate", "UNRELEASE", text),
            ElementRule::Returned => self.submission("resetDate", "RESET", text),
            ElementRule::EventCategory => text.clone_into(&mut self.seen.event_category),
            ElementRule::EventVocabulary => self.seen.event_vocabulary = Some(text.into()),
            ElementRule::EventAssessment => {
                self.seen.event_assessment = constant("SeriousEventAssessmentType", text);
            }
            ElementRule::Employment => self.employment(text),
            ElementRule::Agreement => self.agreement(text),
        }
    }

    fn study_type(&mut self, text: &str) {
        self.put_text("StudyType", text);
        if text.ends_with("[Patient Registry]") {
            self.put_text("PatientRegistry", "Yes");
        }
    }

    fn phases(&mut self, text: &str) {
        if text == "N/A" {
            return self.put_text("Phase", text);
        }
        for phase in text.split('/') {
            self.put_text("Phase", phase);
        }
    }

    /// `Allocation: Randomized, Masking: Open Label`, or before 2008 the
    /// values alone: `Randomized, Open Label`.
    fn design(&mut self, text: &str) {
        for part in design_parts(text) {
            let (key, value) = part.split_once(':').unwrap_or(("", part));
            let (key, value) = (key.trim(), value.trim());
            let known = DESIGN_PARTS.iter().find(|(part, _)| *part == key);
            let named = match known {
                Some((_, piece)) => Some(*piece),
                None if key.is_empty() => design_piece(value),
                None => None,
            };
            match named {
                _ if key == "Masking" => self.masking(value),
                Some(piece) => self.put_text(piece, value),
                None if key.is_empty() && constant("DesignMasking", value).is_some() => {
                    self.masking(value);
                }
                None => {
                    let name = if key.is_empty() { value } else { key };
                    let path = self.path(&["/", name]);
                    self.notes.unplaced(&path);
                }
            }
        }
    }

    /// `Double (Participant, Investigator)`: how many, and who.
    fn masking(&mut self, text: &str) {
        let (level, who) = match text.split_once('(') {
            Some((level, who)) if constant("DesignMasking", text).is_none() => (level, who),
            _ => return self.put_text("DesignMasking", text),
        };
        self.put_text("DesignMasking", level);
        for who in who.trim_end_matches(')').split(',') {
            self.put_text("DesignWhoMasked", who);
        }
    }

    /// `Yes` or `No`; before 2018 also how far the access had come.
    fn expanded_access(&mut self, text: &str) {
        if constant("ExpandedAccessStatusForNCTId", text).is_some() {
            self.put_text("HasExpandedAccess", "Yes");
            self.put_text("ExpandedAccessStatusForNCTId", text);
        } else {
            self.put_text("HasExpandedAccess", text);
        }
    }

    /// Adds to the name of the person that is open.
    fn name_part(&mut self, separator: &str, text: &str) {
        let Some(person) = self.open.last_mut() else {
            return;
        };
        let name = match person.get("name").and_then(Value::as_str) {
            Some(before) => format!("{before}{separator}{text}"),
            None => text.to_owned(),
        };
        person.insert("name".to_owned(), name.into());
    }

    /// API v2 has the name of the file; the rest of its address follows from
    /// the NCT number.
    fn document_url(&mut self, text: &str) {
        if let Some(document) = self.open.last_mut() {
            let name = text.rsplit('/').next().unwrap_or(text);
            document.insert("filename".to_owned(), name.into());
        }
    }

    /// Results that were submitted, withdrawn or sent back and are not posted
    /// yet: every submission begins a round.
    fn submission(&mut self, key: &str, event: &str, text: &str) {
        let date = match text {
            "Unknown" => None,
            text => constant("SubmissionReleaseDate", text),
        };
        let (key, said) = match &date {
            Some(date) => (key.to_owned(), date.clone()),
            None => (format!("{key}Unknown"), true.into()),
        };
        if key == "releaseDate" && at(&self.root, TRACKING).is_none() {
            let estimated = format!("{TRACKING}.estimatedResultsFirstSubmitDate");
            put(&mut self.root, &estimated, false, said.clone());
        }
        let rounds = format!("{TRACKING}.submissionInfos");
        match last_round(&mut self.root).filter(|_| !key.starts_with("release")) {
            Some(round) => {
                round.insert(key, said);
            }
            None => put(&mut self.root, &rounds, true, json!({key: said})),
        }
        let event = match date {
            Some(date) => json!({"type": event, "date": date}),
            None => json!({"type": event, "dateUnknown": true}),
        };
        put(&mut self.root, UNPOSTED, true, event);
    }

    /// A whole sentence says whether the investigators are the sponsor's.
    fn employment(&mut self, text: &str) {
        let said = if text.contains("are NOT employed") {
            "No"
        } else if text.contains("ARE employed") {
            "Yes"
        } else {
            text
        };
        self.put_text("AgreementPISponsorEmployee", said);
    }

    fn agreement(&mut self, text: &str) {
        if text.starts_with("There is NOT an agreement") {
            return self.put_text("AgreementRestrictiveAgreement", "No");
        }
        self.put_text("AgreementRestrictiveAgreement", "Yes");
        if text.starts_with("There IS an agreement") {
            return;
        }
        let ready_made = text.starts_with("The only disclosure restriction on the PI")
            && text.ends_with("and cannot extend the embargo.");
        let known = EMBARGO.iter().find(|(period, _)| ready_made && text.contains(period));
        if let Some((_, constant)) = known {
            return self.put_text("AgreementRestrictionType", constant);
        }
        self.put_text("AgreementRestrictionType", "OTHER");
        self.put_text("AgreementOtherDetails", text);
    }
}

fn last_round(root: &mut Map<String, Value>) -> Option<&mut Map<String, Value>> {
    let section = root.get_mut("derivedSection")?.get_mut("miscInfoModule")?;
    let rounds = section.get_mut("submissionTracking")?.get_mut("submissionInfos")?;
    rounds.as_array_mut()?.last_mut()?.as_object_mut()
}

/// The parts between commas, but for those in parentheses.
fn design_parts(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = text.split(move |c: char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// The piece of a study design that can have this value.
fn design_piece(text: &str) -> Option<&'static str> {
    let mut pieces = DESIGN_PARTS.iter().map(|(_, piece)| *piece);
    pieces.find(|piece| match pieces::named(piece).map(|piece| piece.kind) {
        Some(PieceKind::Enum(known)) => known.constant(text).is_some(),
        _ => false,
    })
}

/// The value at a piece of another kind than text, if the text is one.
pub(super) fn constant(piece: &str, text: &str) -> Option<Value> {
    let piece = pieces::named(piece)?;
    match piece.kind {
        PieceKind::Enum(known) => known.constant(text).map(Value::from),
        _ => crate::study::typed(piece, text),
    }
}
