//! The screen without a terminal: keys in, cells out.

mod deciding;
mod showing;

use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::{Color, Modifier};
use serde_json::{Value, json};
use tempfile::TempDir;

use trialdex_records::study::{NctId, Study};
use trialdex_review::{
    Act, CombinedVerdict, Decision, Fingerprint, QueueOrder, QueueTurn, Review, ReviewError,
    ReviewSource, Sample, Verdict,
};

use super::app::{KeyOutcome, KeyTime, ScreenApp, ScreenMode, ScreenOptions};
use super::draw::draw;
use super::ranker::LearnedRanking;

const AT: &str = "2026-11-01T10:00:00Z";

/// A review in a directory of its own.
struct TestDesk {
    _directory: TempDir,
    app: ScreenApp,
    seconds: u64,
}

fn study(number: u32, title: &str, rest: &Value) -> Study {
    let mut sections = json!({
        "identificationModule": {"nctId": format!("NCT9000000{number}"), "briefTitle": title},
        "statusModule": {"overallStatus": "COMPLETED", "startDateStruct": {"date": "2020-01"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Example University"}},
        "conditionsModule": {"conditions": ["Asthma"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE3"],
            "enrollmentInfo": {"count": 120, "type": "ACTUAL"}},
        "descriptionModule": {"briefSummary": format!("Asthmas treated by budesonide, study {number}.")},
        "eligibilityModule": {"sex": "ALL", "minimumAge": "18 Years", "eligibilityCriteria":
            "Inclusion Criteria:\n\n* Asthma for a year\n\nExclusion Criteria:\n\n* Smoking"},
        "outcomesModule": {"primaryOutcomes": [
            {"measure": "Forced expiratory volume", "timeFrame": "12 weeks"}]},
    });
    if let (Value::Object(sections), Value::Object(rest)) = (&mut sections, rest) {
        sections.extend(rest.clone());
    }
    let Value::Object(map) = json!({"protocolSection": sections}) else { panic!("an object") };
    Study::from_map(map)
}

fn studies() -> Vec<Study> {
    let titles = ["Budesonide in Asthma", "Steroids at School", "Breathing Exercises", "Peak Flow"];
    (1..).zip(titles).map(|(number, title)| study(number, title, &json!({}))).collect()
}

fn source(studies: &[Study]) -> Act {
    let hits = studies.iter().map(|study| {
        let record = Fingerprint::of(&serde_json::to_vec(study.as_map()).expect("JSON"));
        json!({"nctId": study.nct_id(), "record": record})
    });
    let receipt = json!({
        "schema": "trialdex.receipt.v1", "program": "0", "date": AT, "typed": [["", "asthma"]],
        "understood": "asthma AND NOT smoking",
        "index": {"digest": "", "studies": studies.len(), "latestUpdate": null},
        "required": 1, "clauses": 1, "total": studies.len(), "hits": hits.collect::<Vec<_>>(),
    });
    let origin =
        trialdex_review::SourceOrigin::Search(serde_json::from_value(receipt).expect("a receipt"));
    Act::Source(ReviewSource { name: "search 1".to_owned(), origin })
}

fn wishes() -> ScreenOptions {
    ScreenOptions {
        reviewer: "ann".to_owned(),
        order: QueueOrder::Certainty,
        highlight: vec!["budesonide".to_owned()],
        unblind: false,
        settle: false,
        color: true,
    }
}

impl TestDesk {
    fn new() -> Self {
        Self::with(&studies(), Vec::new(), wishes())
    }

    /// With these studies, and acts of `bob` besides.
    fn with(studies: &[Study], of_bob: Vec<Act>, wishes: ScreenOptions) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("asthma.review");
        let reason =
            |key: &str, wording: &str| Act::Reason { key: key.into(), wording: wording.into() };
        let acts = vec![
            Act::Begin { title: "Asthma".to_owned() },
            reason("population", "Wrong population"),
            reason("design", "Wrong study design"),
            source(studies),
        ];
        let review = Review::create::<ReviewError>(&path, |review| {
            review.keep(studies)?;
            review.append(AT, "ann", acts)?;
            review.append(AT, "bob", of_bob)?;
            Ok(())
        });
        let app = ScreenApp::open(review.expect("a review"), wishes).expect("a screen");
        Self { _directory: directory, app, seconds: 0 }
    }

    fn now(&mut self) -> KeyTime {
        self.seconds += 20;
        let (minute, second) = (self.seconds / 60, self.seconds % 60);
        let at = format!("2026-11-02T10:{minute:02}:{second:02}Z");
        KeyTime { at, elapsed: Duration::from_secs(self.seconds) }
    }

    fn key(&mut self, code: KeyCode) -> KeyOutcome {
        let now = self.now();
        self.app.press(KeyEvent::new(code, KeyModifiers::NONE), &now)
    }

    /// Types characters; `\n` is Enter.
    fn type_(&mut self, keys: &str) {
        for c in keys.chars() {
            let code = if c == '\n' { KeyCode::Enter } else { KeyCode::Char(c) };
            assert_eq!(self.key(code), KeyOutcome::Stay, "{c}");
        }
    }

    fn buffer(&mut self, columns: u16, lines: u16) -> Buffer {
        self.app.resize(columns, lines);
        let mut terminal = Terminal::new(TestBackend::new(columns, lines)).expect("a terminal");
        terminal.draw(|frame| draw(frame, &self.app)).expect("drawn");
        terminal.backend().buffer().clone()
    }

    fn shown(&mut self, columns: u16, lines: u16) -> String {
        let buffer = self.buffer(columns, lines);
        let rows = buffer.content().chunks(columns.into());
        let rows = rows.map(|row| {
            let mut text = String::new();
            let mut covered = 0;
            for cell in row {
                // A wide character covers the cell after it.
                if covered == 0 {
                    text.push_str(cell.symbol());
                    covered = unicode_width::UnicodeWidthStr::width(cell.symbol()).max(1);
                }
                covered -= 1;
            }
            text.trim_end().to_owned()
        });
        rows.collect::<Vec<_>>().join("\n")
    }

    fn number(&self) -> String {
        self.app.current().map(|nct| nct.to_string()).unwrap_or_default()
    }

    fn said(&self) -> &str {
        self.app.message.as_ref().map_or("", |message| &message.text)
    }

    fn verdict(&self, number: u32) -> Option<(Verdict, Option<String>)> {
        let study = self.app.review.state().study(nct(number)).expect("a study");
        let decision = &study.verdict_of("ann")?.decision;
        Some((decision.verdict, decision.reason.clone()))
    }
}

fn nct(number: u32) -> NctId {
    NctId::parse(&format!("NCT9000000{number}")).expect("a number")
}

fn decide(number: u32, verdict: Verdict) -> Act {
    Act::Decide(Decision::new(nct(number), verdict))
}
