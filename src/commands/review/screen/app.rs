//! The state of the screen, without a terminal and without a clock: keys change
//! it, and it is drawn from here.

use std::collections::HashSet;
use std::time::Duration;

use trialdex_records::study::NctId;
use trialdex_review::{
    QueueOrder, QueueTurn, QueuedStudy, Review, ReviewError, StudyState, decisions, queue,
};

use super::chooser::Chooser;
use super::highlights::{MarkPatterns, MarkReason};
use super::line::LineEditor;
use super::pace::ReadingPace;
use super::ranker::{DecisionLabels, LearnedRanking};
use super::study_sheet::StudySheet;
use super::theme::ScreenTheme;
use crate::commands::review::next::model_name;
use crate::commands::review::reviewer_progress::ReviewerProgress;

/// When a key was pressed.
#[derive(Debug, Clone)]
pub(super) struct KeyTime {
    /// In RFC 3339.
    pub(super) at: String,
    /// Since the screen was opened.
    pub(super) elapsed: Duration,
}

/// How the screen is opened.
#[derive(Debug, Clone)]
pub(super) struct ScreenOptions {
    pub(super) reviewer: String,
    pub(super) order: QueueOrder,
    /// Words to be marked.
    pub(super) highlight: Vec<String>,
    /// What others decided is shown.
    pub(super) unblind: bool,
    /// Conflicts are read, and settled.
    pub(super) settle: bool,
    pub(super) color: bool,
}

/// Which studies are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StudyWalk {
    /// All that is left to be read.
    Queue,
    /// Those with a label, decided or not.
    Label(String),
    /// Those on which reviewers differ.
    Conflicts,
}

/// What keys are for.
#[derive(Debug, Clone)]
pub(super) enum ScreenMode {
    Reading,
    /// The help, from that line on.
    Help(usize),
    Typing(TypedPrompt, LineEditor),
    Choosing(Chooser),
}

/// What is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TypedPrompt {
    Note,
    Find,
    GoTo,
    Highlight,
}

impl TypedPrompt {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Note => "note: ",
            Self::Find => "find: ",
            Self::GoTo => "go to (NCT number or place): ",
            Self::Highlight => "mark, with commas between: ",
        }
    }
}

/// The message below the study until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatusMessage {
    pub(super) text: String,
    pub(super) is_error: bool,
}

/// What is left to be done after a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyOutcome {
    Stay,
    /// Open a page in the browser.
    Open(String),
    Redraw,
    Suspend,
    Quit,
}

/// The state of the screen.
#[derive(Debug)]
pub(super) struct ScreenApp {
    pub(super) review: Review,
    pub(super) reviewer: String,
    pub(super) theme: ScreenTheme,
    pub(super) unblind: bool,
    pub(super) walk: StudyWalk,
    pub(super) order: QueueOrder,
    pub(super) ranking: Option<LearnedRanking>,
    /// The studies of the walk, the next first.
    pub(super) waiting: Vec<QueuedStudy>,
    /// The studies that were shown, and which of them is; behind the last
    /// one where nothing is left.
    trail: Vec<NctId>,
    at: usize,
    /// Studies that were gone past.
    pub(super) passed: HashSet<NctId>,
    pub(super) mode: ScreenMode,
    pub(super) message: Option<StatusMessage>,
    pub(super) sheet: StudySheet,
    /// Columns and lines of the terminal.
    pub(super) size: (u16, u16),
    pub(super) progress: ReviewerProgress,
    pub(super) pace: ReadingPace,
    /// The place of the last event before the screen was opened.
    pub(super) opened_at: u64,
    /// The event of an earlier day that would be taken back by another key.
    pub(super) armed: Option<trialdex_review::EventId>,
    names: MarkPatterns,
    pub(super) own_words: Vec<String>,
    pub(super) find: String,
    /// Decisions to learn from, until they are taken.
    lesson: Option<DecisionLabels>,
    /// Until when nobody can have begun to read the study shown, so that a
    /// ranking may put another one in its place.
    pub(super) fresh_until: Option<Duration>,
}

/// How long the first study waits for a model of earlier decisions, which takes
/// reading all records.
const OPENING: Duration = Duration::from_secs(3);

/// How long a study waits for a model with the decision before.
pub(super) const BLINK: Duration = Duration::from_millis(200);

impl ScreenApp {
    pub(super) fn open(review: Review, wishes: ScreenOptions) -> Result<Self, ReviewError> {
        let names = MarkPatterns::of_searches(review.state());
        let opened_at = review.events().last().map_or(0, |event| event.seq);
        let mut app = Self {
            review,
            reviewer: wishes.reviewer,
            theme: ScreenTheme { color: wishes.color },
            unblind: wishes.unblind || wishes.settle,
            walk: if wishes.settle { StudyWalk::Conflicts } else { StudyWalk::Queue },
            order: wishes.order,
            ranking: None,
            waiting: Vec::new(),
            trail: Vec::new(),
            at: 0,
            passed: HashSet::new(),
            mode: ScreenMode::Reading,
            message: None,
            sheet: StudySheet::default(),
            size: (80, 24),
            progress: ReviewerProgress::default(),
            pace: ReadingPace::default(),
            opened_at,
            armed: None,
            names,
            own_words: wishes.highlight,
            find: String::new(),
            lesson: None,
            fresh_until: Some(OPENING),
        };
        app.requeue();
        app.pick()?;
        app.message = None;
        Ok(app)
    }

    /// The study that is shown.
    pub(super) fn current(&self) -> Option<NctId> {
        self.trail.get(self.at).copied()
    }

    /// What the review knows of the study that is shown.
    pub(super) fn standing(&self) -> Option<&StudyState> {
        self.current().and_then(|nct| self.review.state().study(nct))
    }

    pub(super) fn is_settling(&self) -> bool {
        self.walk == StudyWalk::Conflicts
    }

    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.message = Some(StatusMessage { text: text.into(), is_error: false });
    }

    pub(super) fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(StatusMessage { text: text.into(), is_error: true });
    }

    /// What ordered the queue, as decisions keep it.
    pub(super) fn model(&self) -> String {
        model_name(self.order, self.ranking.as_ref().map(|ranking| ranking.name.as_str()))
    }

    /// The place of a study among the unread, from 1.
    pub(super) fn place(&self, nct: NctId) -> Option<usize> {
        self.waiting.iter().position(|queued| queued.nct == nct).map(|at| at + 1)
    }

    /// Computes the unread studies again, and the progress. The shown study
    /// stays.
    pub(super) fn requeue(&mut self) {
        let state = self.review.state();
        // Another copy may have the name in another spelling, and before.
        self.reviewer = state.called(&self.reviewer).to_owned();
        let scores = self.ranking.as_ref().map(|ranking| &ranking.scores);
        let mut waiting = queue(state, &self.reviewer, self.order, scores);
        let unread = |study: &StudyState| QueuedStudy { nct: study.nct, turn: QueueTurn::Unread };
        match &self.walk {
            StudyWalk::Queue => {}
            StudyWalk::Conflicts => {
                let studies = state.studies().into_iter();
                let conflicts = studies.filter(|study| state.is_disputed(study));
                waiting = conflicts.map(unread).collect();
            }
            StudyWalk::Label(label) => {
                let labelled = |nct| {
                    state
                        .study(nct)
                        .is_some_and(|study| self.labels_of(study).any(|it| it == label))
                };
                waiting.retain(|queued| labelled(queued.nct));
                let left: HashSet<NctId> = waiting.iter().map(|queued| queued.nct).collect();
                let rest = state.studies().into_iter();
                let rest = rest.filter(|it| labelled(it.nct) && !left.contains(&it.nct));
                waiting.extend(rest.map(unread));
            }
        }
        self.progress = ReviewerProgress::of(state, &self.reviewer);
        self.waiting = waiting;
    }

    /// The labels of a study that the reviewer may see.
    pub(super) fn labels_of<'a>(&self, study: &'a StudyState) -> impl Iterator<Item = &'a String> {
        let seen = |who: &str| self.unblind || who == self.reviewer;
        let labels: Vec<&String> =
            study.labels.iter().filter(|(who, _)| seen(who)).flat_map(|(_, all)| all).collect();
        labels.into_iter()
    }

    /// Goes on to the study after the one shown, which may have been decided.
    pub(super) fn advance(&mut self) -> Result<(), ReviewError> {
        self.passed.extend(self.current());
        let last = self.trail.last().copied();
        let went_back = self.at + 1 < self.trail.len();
        match last.filter(|nct| went_back && self.place(*nct).is_some()) {
            Some(_) => {
                self.at = self.trail.len() - 1;
                self.show()
            }
            None => self.pick(),
        }
    }

    /// Shows the next study that was not gone past.
    pub(super) fn pick(&mut self) -> Result<(), ReviewError> {
        let current = self.current();
        let fresh = |queued: &&QueuedStudy| !self.passed.contains(&queued.nct);
        let mut next = self.waiting.iter().find(fresh).map(|queued| queued.nct);
        if next.is_none() && !self.waiting.is_empty() {
            self.passed.clear();
            let others = self.waiting.iter().map(|queued| queued.nct);
            next = others.clone().find(|nct| Some(*nct) != current).or(others.clone().next());
            self.say("all were shown once: from the beginning");
        }
        match next {
            Some(nct) => self.jump(nct),
            None => {
                self.at = self.trail.len();
                self.show()
            }
        }
    }

    /// Shows a study that was chosen.
    pub(super) fn jump(&mut self, nct: NctId) -> Result<(), ReviewError> {
        if self.trail.last() != Some(&nct) {
            self.trail.push(nct);
        }
        self.at = self.trail.len() - 1;
        self.show()
    }

    /// Shows the next study without a decision.
    pub(super) fn next(&mut self) -> Result<(), ReviewError> {
        self.passed.extend(self.current());
        if self.at + 1 < self.trail.len() {
            self.at += 1;
            return self.show();
        }
        if self.waiting.iter().all(|queued| Some(queued.nct) == self.current()) {
            self.say("no other is left");
            return Ok(());
        }
        self.pick()
    }

    /// Shows the study that was shown before.
    pub(super) fn previous(&mut self) -> Result<(), ReviewError> {
        if self.at == 0 {
            self.say("this is where you began");
            return Ok(());
        }
        self.at -= 1;
        self.show()
    }

    /// Reads other studies, or in another order, from the first.
    pub(super) fn walk_anew(&mut self) -> Result<(), ReviewError> {
        self.passed.clear();
        self.requeue();
        match self.waiting.first().map(|queued| queued.nct) {
            Some(nct) => self.jump(nct),
            None => self.pick(),
        }
    }

    /// Reads the study that is shown from the review.
    pub(super) fn show(&mut self) -> Result<(), ReviewError> {
        self.sheet = match self.current() {
            None => StudySheet::default(),
            Some(nct) => {
                let study = self.review.study(nct)?;
                StudySheet::new(self.paragraphs(nct, study.as_ref()), study.as_ref())
            }
        };
        self.mark();
        Ok(())
    }

    /// Makes the lines about the reviewer's own work again, where they changed.
    pub(super) fn renew(&mut self) -> Result<(), ReviewError> {
        let scroll = self.sheet.scroll;
        self.show()?;
        self.sheet.scroll_to(scroll, self.body_height());
        Ok(())
    }

    /// Marks words again.
    pub(super) fn mark(&mut self) {
        let mut names = self.names.clone();
        for phrase in self.own_words.iter().flat_map(|words| words.split(',')) {
            names.add_phrase(MarkReason::Own, phrase);
        }
        self.sheet.mark(&names, &self.find);
        self.sheet.lay_out(self.body_width(), self.body_height());
    }

    /// The terminal has another size.
    pub(super) fn resize(&mut self, columns: u16, lines: u16) {
        self.size = (columns, lines);
        self.sheet.lay_out(self.body_width(), self.body_height());
    }

    /// What another program wrote is taken over; whether there was anything.
    pub(super) fn refresh(&mut self) -> Result<bool, ReviewError> {
        let any = self.review.refresh()?;
        if any {
            self.requeue();
            self.teach();
            match self.current() {
                Some(_) => self.renew()?,
                None => self.pick()?,
            }
            self.say("another program has written to the review");
        }
        Ok(any)
    }

    /// A ranking came: the studies after the shown one are ordered by it. So is
    /// the shown one, as long as nobody can have begun to read it.
    pub(super) fn rank(
        &mut self,
        ranking: Option<LearnedRanking>,
        elapsed: Duration,
    ) -> Result<(), ReviewError> {
        self.ranking = ranking;
        self.requeue();
        let is_fresh = self.fresh_until.take().is_some_and(|until| elapsed < until);
        if !is_fresh || self.at + 1 != self.trail.len() || self.walk != StudyWalk::Queue {
            return Ok(());
        }
        self.trail.pop();
        self.pick()
    }

    /// Remembers that there is something new to learn from.
    pub(super) fn teach(&mut self) {
        self.lesson = Some(decisions(self.review.state(), &self.reviewer));
    }

    /// Decisions to learn from, once.
    pub(super) fn lesson(&mut self) -> Option<DecisionLabels> {
        self.lesson.take()
    }
}
