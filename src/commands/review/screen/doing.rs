//! Writes to the review for the screen.

use trialdex_records::study::NctId;
use trialdex_review::{Act, Decision, ReviewError, Verdict, reason_key};

use super::app::{BLINK, KeyTime, ScreenApp};
use super::chooser::{Chooser, ChooserChoice, ChooserItem, ChooserPurpose};

impl ScreenApp {
    /// Writes to the file; nothing is shown as done before it is there.
    fn write(&mut self, acts: Vec<Act>, now: &KeyTime) -> Result<(), ReviewError> {
        self.review.append(&now.at, &self.reviewer, acts)?;
        self.requeue();
        Ok(())
    }

    /// Decides on the study shown, and goes on.
    pub(super) fn decide(
        &mut self,
        verdict: Verdict,
        reason: Option<String>,
        new: Option<Act>,
        now: &KeyTime,
    ) -> Result<(), ReviewError> {
        let Some(nct) = self.current() else { return Ok(()) };
        if self.is_settling() && !self.is_contested() {
            self.complain(format!("{nct}: there is no conflict to settle"));
            return Ok(());
        }
        let rank = self.place(nct).filter(|_| !self.is_settling());
        let decision = Decision {
            record: self.standing().and_then(|study| study.record.clone()),
            reason,
            rank,
            model: rank.map(|_| self.model()),
            ..Decision::new(nct, verdict)
        };
        let decided = if self.is_settling() { Act::Settle } else { Act::Decide };
        let acts = new.into_iter().chain([decided(decision.clone())]);
        self.write(acts.collect(), now)?;
        self.pace.decided(now.elapsed);
        self.teach();
        self.say(said(&decision, &self.review.state().reasons));
        self.fresh_until = Some(now.elapsed + BLINK);
        self.advance()
    }

    /// Whether reviewers differ on the study shown, or did before it was
    /// settled.
    fn is_contested(&self) -> bool {
        let state = self.review.state();
        self.standing().is_some_and(|study| study.settled.is_some() || state.is_disputed(study))
    }

    /// Excludes for a reason that is not in the list yet.
    pub(super) fn exclude_anew(&mut self, wording: &str, now: &KeyTime) -> Result<(), ReviewError> {
        let key = reason_key(wording, &self.review.state().reasons);
        let reason = Act::Reason { key: key.clone(), wording: wording.to_owned() };
        self.decide(Verdict::Exclude, Some(key), Some(reason), now)
    }

    pub(super) fn skip(&mut self, now: &KeyTime) -> Result<(), ReviewError> {
        let Some(nct) = self.current() else { return Ok(()) };
        if self.is_settling() {
            return self.next();
        }
        self.write(vec![Act::Skip { nct }], now)?;
        self.say(format!("{nct} put off"));
        self.advance()
    }

    /// Takes back the last command of the reviewer, which may have decided many
    /// studies, and shows the last of these. What was done before the screen
    /// was opened is named first.
    pub(super) fn undo(&mut self, now: &KeyTime) -> Result<(), ReviewError> {
        let events = self.review.last_command(&self.reviewer);
        let Some(event) = events.first() else {
            self.say("there is nothing to take back");
            return Ok(());
        };
        let (id, nct, mut what) = (event.id.clone(), event.act.nct(), event.act.summary());
        if let others @ 1.. = events.len() - 1 {
            what = format!("{what} and {others} more");
        }
        let undos = events.iter().map(|event| event.taken_back()).collect();
        let decided = matches!(event.act, Act::Decide(_) | Act::Settle(_));
        let earlier = event.seq <= self.opened_at;
        let when = event.at.split('T').next().unwrap_or_default().to_owned();
        if earlier && self.armed.as_ref() != Some(&id) {
            self.say(format!("u again takes back, of {when}: {what}"));
            self.armed = Some(id);
            return Ok(());
        }
        self.write(undos, now)?;
        if decided && !earlier {
            self.pace.undone();
        }
        self.teach();
        self.say(format!("taken back: {what}"));
        match nct.filter(|nct| self.review.state().study(*nct).is_some()) {
            Some(nct) => self.return_to(nct),
            // An import took its studies with it.
            None => self.renew(),
        }
    }

    fn return_to(&mut self, nct: NctId) -> Result<(), ReviewError> {
        self.passed.remove(&nct);
        if self.current() == Some(nct) { self.renew() } else { self.jump(nct) }
    }

    /// Writes a note in place of the one before.
    pub(super) fn note(&mut self, text: &str, now: &KeyTime) -> Result<(), ReviewError> {
        let Some(nct) = self.current() else { return Ok(()) };
        let text = text.trim();
        if text == self.own_note() {
            return Ok(());
        }
        self.write(vec![Act::Note { nct, text: text.to_owned() }], now)?;
        self.say(if text.is_empty() { "no note any longer" } else { "noted" });
        self.renew()
    }

    pub(super) fn own_note(&self) -> &str {
        let note = self.standing().and_then(|study| study.notes.get(&self.reviewer));
        note.map_or("", String::as_str)
    }

    /// Puts on a label, or takes it off where it is on.
    pub(super) fn label(&mut self, label: &str, now: &KeyTime) -> Result<(), ReviewError> {
        let Some(nct) = self.current() else { return Ok(()) };
        let own = self.standing().and_then(|study| study.labels.get(&self.reviewer));
        let label = label.trim().to_owned();
        let (said, act) = if own.is_some_and(|labels| labels.contains(&label)) {
            (format!("label {label} taken off"), Act::Unlabel { nct, label })
        } else {
            (format!("label {label} put on"), Act::Label { nct, label })
        };
        self.write(vec![act], now)?;
        self.say(said);
        self.renew()
    }

    /// The reasons of the review, after none at all.
    pub(super) fn reasons(&self) -> Chooser {
        let mut items = vec![ChooserItem::new("no reason", ChooserChoice::NoReason)];
        let standing = self.standing().and_then(|study| study.verdict_of(&self.reviewer));
        let reason = standing.and_then(|standing| standing.decision.reason.as_deref());
        items.extend(self.review.state().reasons.iter().map(|(key, wording)| ChooserItem {
            on: reason == Some(key),
            ..ChooserItem::new(wording.clone(), ChooserChoice::Reason(key.clone()))
        }));
        Chooser::new(ChooserPurpose::Reason, items)
    }
}

/// A decision in a line.
fn said(decision: &Decision, reasons: &[(String, String)]) -> String {
    let Decision { nct, verdict, reason, .. } = decision;
    let wording = reason.as_ref().map(|reason| {
        let known = reasons.iter().find(|(key, _)| key == reason);
        format!(": {}", known.map_or(reason, |(_, wording)| wording))
    });
    format!("{nct} {verdict}{} (u takes it back)", wording.unwrap_or_default())
}
