//! `trialdex review NAME`: a review on the screen.
//!
//! Keys go through one table ([`keys`]) to the state of the screen ([`app`]),
//! which knows neither a terminal nor a clock; it is drawn by [`draw`]. What
//! is here is the loop around these.

mod app;
mod browser;
mod chooser;
mod doing;
mod draw;
mod keys;
mod layout;
mod line;
mod lists;
mod marks;
mod pace;
mod page;
mod press;
mod progress;
mod ranker;
mod sheet;
mod terminal;
#[cfg(test)]
mod tests;
mod theme;

use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{Event, KeyEventKind, poll, read};
use trialdex::triage::Order;

use super::super::{Console, Failure, Outcome};
use super::args::{OrderArg, ScreenArgs};
use super::{now, open, reviewer};
use app::{After, App, Now, Wishes};
use ranker::{Learn, Ranker};
use terminal::Screen;

/// How long keys are waited for before it is looked whether anything else
/// happened.
const TICK: Duration = Duration::from_millis(100);

/// How often it is looked whether another program wrote to the review.
const LOOK: Duration = Duration::from_secs(1);

pub(crate) fn run(console: &Console, arguments: &ScreenArgs) -> super::super::Result {
    let review = open(arguments.name.as_deref().unwrap_or_default())?;
    let wishes = Wishes {
        reviewer: reviewer(&arguments.who)?,
        order: order(arguments.order),
        highlight: arguments.highlight.clone(),
        unblind: arguments.unblind,
        settle: arguments.settle,
        color: console.paint.color,
    };
    terminal::check()?;
    let path = review.path().to_owned();
    let mut app = App::open(review, wishes)?;
    app.teach();
    let ranker = Ranker::start(move || learner(&path));
    let color = app.theme.color;
    let mut screen = Screen::open(color).map_err(Failure::from)?;
    let ended = Loop { began: Instant::now(), ranker }.run(&mut screen, &mut app);
    drop(screen);
    ended?;
    let progress = app.progress;
    let (decided, left) = (progress.decided(), progress.left());
    console
        .say(&format!("{decided} decided, {left} left; all is in {}", app.review.path().display()));
    Ok(Outcome::Done)
}

fn order(order: OrderArg) -> Order {
    match order {
        OrderArg::Certainty => Order::Certainty,
        OrderArg::Uncertainty => Order::Uncertainty,
        OrderArg::Relevance => Order::Relevance,
        OrderArg::Random => Order::Random(0),
    }
}

/// What learns from the decisions of a review, once all its records are read.
fn learner(_path: &Path) -> Option<Learn> {
    None
}

struct Loop {
    began: Instant,
    ranker: Ranker,
}

impl Loop {
    fn run(&mut self, screen: &mut Screen, app: &mut App) -> Result<(), Failure> {
        let told = terminal::told_to_end();
        let size = screen.terminal.size()?;
        app.resize(size.width, size.height);
        let mut looked = Instant::now();
        let mut changed = true;
        while !told.load(Ordering::Relaxed) {
            if let Some(labels) = app.lesson() {
                self.ranker.learn(labels);
            }
            if let Some(ranking) = self.ranker.ranked() {
                app.rank(ranking);
                changed = true;
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
    fn take(&self, event: Event, screen: &mut Screen, app: &mut App) -> io::Result<bool> {
        let now = Now { at: now(), elapsed: self.began.elapsed() };
        let after = match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => app.press(key, &now),
            Event::Paste(text) => {
                app.paste(&text);
                After::Stay
            }
            Event::Resize(columns, lines) => {
                app.resize(columns, lines);
                After::Stay
            }
            _ => After::Stay,
        };
        match after {
            After::Stay => {}
            After::Quit => return Ok(false),
            After::Redraw => screen.terminal.clear()?,
            After::Suspend => screen.suspend()?,
            After::Open(url) => {
                let opened = if browser::open(&url) { "opening" } else { "no browser; open" };
                app.say(format!("{opened} {url}"));
            }
        }
        Ok(true)
    }
}
