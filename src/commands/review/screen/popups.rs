//! Lists that can be opened, and the information about a study besides its
//! record.

use std::collections::BTreeMap;

use trialdex_output::plural;
use trialdex_records::study::{NctId, Study};
use trialdex_review::{CurrentVerdict, QueueOrder, ReviewError, StudyState};

use super::app::{ScreenApp, StudyWalk};
use super::chooser::{Chooser, ChooserChoice, ChooserItem, ChooserPurpose};
use super::ranker::StrongestWords;
use super::study_page::{Paragraph, ParagraphRole};

/// Words for and against that are shown.
const WITNESSES: usize = 6;

/// Orders, with what they are called in the list.
const ORDERS: [(QueueOrder, &str); 4] = [
    (
        QueueOrder::Certainty,
        "certainty: what a model, learned from your decisions, takes for relevant",
    ),
    (QueueOrder::Uncertainty, "uncertainty: what the model is least sure of"),
    (QueueOrder::Relevance, "relevance: as the searches ranked them"),
    (QueueOrder::Random(0), "random: by chance, always the same"),
];

impl ScreenApp {
    /// All labels that the reviewer may see, with how many studies have them.
    fn all_labels(&self) -> BTreeMap<&str, usize> {
        let mut all = BTreeMap::new();
        for study in self.review.state().studies() {
            for label in self.labels_of(study) {
                *all.entry(label.as_str()).or_default() += 1;
            }
        }
        all
    }

    /// Labels to be put on or taken off.
    pub(super) fn labels(&self) -> Chooser {
        let own = self.standing().and_then(|study| study.labels.get(&self.reviewer));
        let items = self.all_labels().into_keys().map(|label| ChooserItem {
            on: own.is_some_and(|own| own.contains(label)),
            ..ChooserItem::new(label, ChooserChoice::Label(label.to_owned()))
        });
        Chooser::new(ChooserPurpose::Label, items.collect())
    }

    /// Labels to read studies by; nothing if there is none.
    pub(super) fn filters(&self) -> Chooser {
        let labels = self.all_labels();
        let mut items = Vec::new();
        if !labels.is_empty() || self.walk != StudyWalk::Queue {
            items.push(ChooserItem {
                on: self.walk == StudyWalk::Queue,
                ..ChooserItem::new("all that is left", ChooserChoice::All)
            });
        }
        items.extend(labels.into_iter().map(|(label, studies)| ChooserItem {
            on: self.walk == StudyWalk::Label(label.to_owned()),
            ..ChooserItem::new(
                format!("{label} ({})", plural(studies as u64, "study", "studies")),
                ChooserChoice::Label(label.to_owned()),
            )
        }));
        Chooser::new(ChooserPurpose::Filter, items)
    }

    pub(super) fn orders(&self) -> Chooser {
        let items = ORDERS.map(|(order, text)| ChooserItem {
            on: std::mem::discriminant(&order) == std::mem::discriminant(&self.order),
            ..ChooserItem::new(text, ChooserChoice::Order(order))
        });
        Chooser::new(ChooserPurpose::Order, items.to_vec())
    }

    /// What the reviewer decided, the last first.
    pub(super) fn decided(&self) -> Result<Chooser, ReviewError> {
        let studies = self.review.state().studies().into_iter();
        let mut decided: Vec<(&StudyState, &CurrentVerdict)> =
            studies.filter_map(|study| Some((study, study.verdict_of(&self.reviewer)?))).collect();
        decided.sort_by_key(|(_, standing)| std::cmp::Reverse(standing.seq));
        let items = decided.into_iter().map(|(study, standing)| {
            let title = match &study.record {
                Some(record) => self.review.title(record)?.unwrap_or_default(),
                None => String::new(),
            };
            let verdict = self.verdict_text(standing);
            let text = format!("{}  {verdict:<28}  {title}", study.nct);
            Ok(ChooserItem::new(text, ChooserChoice::Study(study.nct)))
        });
        Ok(Chooser::new(ChooserPurpose::Decided, items.collect::<Result<_, ReviewError>>()?))
    }

    /// A verdict with the wording of its reason.
    pub(super) fn verdict_text(&self, standing: &CurrentVerdict) -> String {
        let decision = &standing.decision;
        match decision.reason.as_deref() {
            Some(reason) => {
                format!("{}: {}", decision.verdict, self.review.state().wording(reason))
            }
            None => decision.verdict.to_string(),
        }
    }

    /// The text below the title of a study: where it was found, its place by
    /// the model, decisions and notes.
    pub(super) fn paragraphs(&self, nct: NctId, study: Option<&Study>) -> Vec<Paragraph> {
        let mut rows = Vec::new();
        if study.is_none() {
            rows.push(("Record", "the review has none of this study".to_owned()));
        }
        if let Some(standing) = self.review.state().study(nct) {
            rows.extend(self.own_rows(standing));
            rows.extend(self.rows_of_others(standing));
            if standing.vanished {
                rows.push(("Vanished", "it is no longer in the index".to_owned()));
            }
            rows.push(("Found by", self.sources_text(nct)));
        }
        rows.extend(study.and_then(|study| self.model_row(nct, study)));
        let rows = rows.into_iter().filter(|(_, text)| !text.is_empty());
        rows.map(|(lead, text)| Paragraph::led(ParagraphRole::Faint, lead, &text)).collect()
    }

    fn own_rows(&self, study: &StudyState) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        if let Some(standing) = study.verdict_of(&self.reviewer) {
            let day = standing.at.split('T').next().unwrap_or_default();
            rows.push(("You said", format!("{} ({day})", self.verdict_text(standing))));
        }
        let note = study.notes.get(&self.reviewer).cloned();
        rows.push(("Your note", note.unwrap_or_default()));
        let labels = study.labels.get(&self.reviewer).into_iter().flatten();
        let labels: Vec<&str> = labels.map(String::as_str).collect();
        rows.push(("Your labels", labels.join(", ")));
        rows.push(("Changed", study.stale_for(&self.reviewer).join(", ")));
        rows
    }

    /// What others said, where it may be seen.
    fn rows_of_others(&self, study: &StudyState) -> Vec<(&'static str, String)> {
        if !self.unblind {
            return Vec::new();
        }
        let mut who: Vec<&String> = study.verdicts.keys().collect();
        who.extend(study.notes.keys().chain(study.labels.keys()));
        who.sort_unstable();
        who.dedup();
        let others = who.into_iter().filter(|who| **who != self.reviewer);
        let mut rows: Vec<(&'static str, String)> = others
            .map(|who| {
                let verdict = study.verdict_of(who).map(|standing| self.verdict_text(standing));
                let labels = study.labels.get(who).into_iter().flatten();
                let labels: Vec<&str> = labels.map(String::as_str).collect();
                let parts = [verdict, study.notes.get(who).cloned(), Some(labels.join(", "))];
                let parts: Vec<String> =
                    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
                ("Others", format!("{who}: {}", parts.join(" — ")))
            })
            .collect();
        if let Some(settled) = &study.settled {
            let text = format!("{} by {}", self.verdict_text(settled), settled.reviewer);
            rows.push(("Settled", text));
        }
        rows
    }

    /// The rank of a study in each of the sources that have it.
    fn sources_text(&self, nct: NctId) -> String {
        let sources = self.review.state().sources.iter();
        let ranks = sources.filter_map(|source| {
            let rank = source.ranks.get(&nct)?;
            Some(format!("{} ({rank}. of {})", source.name, source.ranks.len()))
        });
        ranks.collect::<Vec<_>>().join(", ")
    }

    fn model_row(&self, nct: NctId, study: &Study) -> Option<(&'static str, String)> {
        let ranking = self.ranking.as_ref()?;
        let score = ranking.scores.get(&nct)?;
        let (pro, contra) = (ranking.why)(nct, study);
        let words = |what: &str, words: &StrongestWords| {
            let shown: Vec<&str> = words.iter().take(WITNESSES).map(String::as_str).collect();
            if shown.is_empty() { String::new() } else { format!("; {what}: {}", shown.join(", ")) }
        };
        let (pro, contra) = (words("for", &pro), words("against", &contra));
        Some(("Model", format!("{score:+.2}, {}{pro}{contra}", ranking.name)))
    }
}
