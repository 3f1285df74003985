//! `trialdex review NAME`: a review on the screen.
//!
//! Keys go through one table ([`keys`]) to the state of the screen ([`app`]),
//! which knows neither a terminal nor a clock; it is drawn by [`draw`]. What
//! is here is the loop around these.

mod app;
mod background_learner;
mod browser;
mod chooser;
mod doing;
mod draw;
mod highlights;
mod keys;
mod line;
mod line_wrapping;
mod pace;
mod popups;
mod press;
mod ranker;
mod screen_terminal;
pub(crate) mod study_page;
mod study_sheet;
#[cfg(test)]
mod tests;
mod theme;

use std::ffi::OsString;
use std::io;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use clap::Args;
use ratatui::crossterm::event::{Event, KeyEventKind, poll, read};

use trialdex_output::clean_line;
use trialdex_review::{QueueOrder, Review, ReviewError};

use super::reviewer::{ReviewerArg, reviewer, say_called};
use super::session::{now, open, typed_name};
use super::shared_args::OrderArg;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};
use app::{KeyOutcome, KeyTime, ScreenApp, ScreenOptions};
use ranker::Ranker;
use screen_terminal::TerminalScreen;

#[cfg(unix)]
pub(crate) use screen_terminal::give_back_if_taken as give_back_terminal;

/// The screen.
#[derive(Debug, Args)]
pub(crate) struct ScreenArgs {
    /// The review: its file, with or without `.review`
    #[arg(value_name = "NAME", required = true)]
    pub(crate) name: Option<OsString>,
    #[command(flatten)]
    pub(crate) who: ReviewerArg,
    /// Which studies come first
    #[arg(long, default_value = "certainty", value_name = "ORDER")]
    pub(crate) order: OrderArg,
    /// Words of your own to mark
    #[arg(long, value_name = "WORDS")]
    pub(crate) highlight: Vec<String>,
    /// Show what other reviewers decided
    #[arg(long)]
    pub(crate) unblind: bool,
    /// Show the studies on which reviewers differ, and settle them
    #[arg(long)]
    pub(crate) settle: bool,
}

/// How long keys are waited for before it is looked whether anything else
/// happened.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked whether another program wrote to the review.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) fn run(console: &Console, arguments: &ScreenArgs) -> CommandResult {
    let review = open(arguments.name.as_deref().unwrap_or_default())?;
    let typed = reviewer(&arguments.who)?;
    let wishes = ScreenOptions {
        reviewer: review.state().called(&typed).to_owned(),
        order: QueueOrder::from(arguments.order),
        highlight: arguments.highlight.clone(),
        unblind: arguments.unblind,
        settle: arguments.settle,
        color: console.paint.color,
    };
    say_called(console, &typed, &wishes.reviewer);
    screen_terminal::check(&typed_name(review.path()))?;
    let mut app = ScreenApp::open(review, wishes)?;
    let color = app.theme.color;
    let mut screen = TerminalScreen::open(color).map_err(Failure::from)?;
    let ended = EventLoop::new(&mut app).run(&mut screen, &mut app);
    drop(screen);
    ended?;
    let progress = app.progress;
    let (decided, left) = (progress.decided(), progress.left());
    let path = clean_line(&app.review.path().display().to_string()).into_owned();
    match app.review.lost() {
        Ok(0) => console.say(&format!("{decided} decided, {left} left; all is in {path}")),
        _ => return Err(lost(&app.review)),
    }
    Ok(CommandOutcome::Done)
}

/// What was decided is not in the file: says where it is.
fn lost(review: &Review) -> Failure {
    let replaced = ReviewError::Replaced(review.path().to_owned()).to_string();
    let name = typed_name(review.path());
    match review.rescue() {
        Err(error) => Failure::lines([replaced, format!("nothing could be saved: {error}")]),
        Ok(rescued) => {
            let saved = format!("all that was decided here is in {}", rescued.display());
            let rescued = typed_name(&rescued);
            Failure::lines([replaced, saved]).hint(if review.path().is_file() {
                format!("take it over: `trialdex review merge {name} {rescued}`")
            } else {
                format!("give it the name back: `trialdex review copy {rescued} {name}`")
            })
        }
    }
}

struct EventLoop {
    began: Instant,
    /// What learns, until it has ended.
    ranker: Option<Ranker>,
    /// Studies of the review that it reads.
    studies: usize,
}

impl EventLoop {
    fn new(app: &mut ScreenApp) -> Self {
        let mut this = Self { began: Instant::now(), ranker: None, studies: 0 };
        this.start_learning(app);
        this
    }

    /// Starts reading the records of the review, which may have changed.
    fn start_learning(&mut self, app: &mut ScreenApp) {
        let path = app.review.path().to_owned();
        self.studies = app.review.state().len();
        self.ranker = Some(Ranker::start(move || background_learner::prepare(&path)));
        app.teach();
    }

    /// Sends decisions to the learner, and takes its scores; returns whether to
    /// draw again.
    fn learn(&mut self, app: &mut ScreenApp) -> bool {
        if self.studies != app.review.state().len() {
            self.start_learning(app);
        }
        let Some(ranker) = &mut self.ranker else { return false };
        if let Some(labels) = app.lesson() {
            ranker.learn(labels);
        }
        let ranking = ranker.ranked();
        if ranker.ended {
            self.ranker = None;
            app.complain("nothing can be learned from the decisions: a record cannot be read");
            return true;
        }
        let any = ranking.is_some();
        if let Some(ranking) = ranking
            && let Err(error) = app.rank(ranking, self.began.elapsed())
        {
            app.complain(error.to_string());
        }
        any
    }

    fn run(&mut self, screen: &mut TerminalScreen, app: &mut ScreenApp) -> Result<(), Failure> {
        let told = screen_terminal::told_to_end();
        let mut looked = Instant::now();
        let mut changed = true;
        while !told.load(Ordering::Relaxed) {
            changed |= self.learn(app);
            // Asked for each time: of a key and a new size that come at once,
            // crossterm (0.29) reports the one that it reads first.
            let size = screen.size()?;
            if app.size != (size.width, size.height) {
                screen.resize(size)?;
                let was_unseen = app.is_too_small();
                app.resize(size.width, size.height);
                changed = true;
                // Keys typed blindly are not meant for the next study.
                while was_unseen && poll(Duration::ZERO)? {
                    read()?;
                }
            }
            if changed {
                screen.terminal.draw(|frame| draw::draw(frame, app))?;
                changed = false;
            }
            if poll(TICK)? {
                changed = true;
                if !self.take(read()?, screen, app)? {
                    return Ok(());
                }
            } else if looked.elapsed() > LOOK {
                looked = Instant::now();
                match app.refresh() {
                    Ok(any) => changed |= any,
                    Err(error) => {
                        app.complain(error.to_string());
                        changed = true;
                    }
                }
            }
        }
        Ok(())
    }

    /// What comes of an event; `false` where the screen is left.
    fn take(
        &self,
        event: Event,
        screen: &mut TerminalScreen,
        app: &mut ScreenApp,
    ) -> io::Result<bool> {
        let now = KeyTime { at: now(), elapsed: self.began.elapsed() };
        let after = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => app.press(key, &now),
            Event::Paste(text) => {
                app.paste(&text);
                KeyOutcome::Stay
            }
            _ => KeyOutcome::Stay,
        };
        match after {
            KeyOutcome::Stay => {}
            KeyOutcome::Quit => return Ok(false),
            KeyOutcome::Redraw => screen.terminal.clear()?,
            KeyOutcome::Suspend => screen.suspend()?,
            KeyOutcome::Open(url) => {
                let opened = if browser::open(&url) { "opening" } else { "no browser; open" };
                app.say(format!("{opened} {url}"));
            }
        }
        Ok(true)
    }
}
