//! From keys to what they do.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use trialdex_output::{plural, study_url};
use trialdex_records::study::NctId;
use trialdex_review::{QueueOrder, ReviewError, Verdict};

use super::app::{After, App, Mode, Now, Prompt, Walk};
use super::chooser::{Choice, Chooser, Chosen, Purpose};
use super::keys::{self, Action};
use super::line::Line;
use super::sheet::Way;

impl App {
    /// What a key does. What the review says against it is shown.
    pub(super) fn press(&mut self, key: KeyEvent, now: &Now) -> After {
        self.message = None;
        self.fresh_until = None;
        let done = match std::mem::replace(&mut self.mode, Mode::Reading) {
            Mode::Reading => self.press_reading(key, now),
            Mode::Help(line) => Ok(self.press_help(key, line)),
            Mode::Typing(prompt, line) => self.press_typing(key, prompt, line, now),
            Mode::Choosing(chooser) => self.press_choosing(key, chooser, now),
        };
        done.unwrap_or_else(|error| {
            self.complain(error.to_string());
            After::Stay
        })
    }

    /// Text that was pasted: it is typed where text is, and else no keys.
    pub(super) fn paste(&mut self, text: &str) {
        match &mut self.mode {
            Mode::Typing(_, line) => line.insert(text),
            // A number that is pasted chooses nothing before Enter.
            Mode::Choosing(chooser) => chooser.line.insert(text),
            Mode::Reading | Mode::Help(_) => {}
        }
    }

    fn press_reading(&mut self, key: KeyEvent, now: &Now) -> Result<After, ReviewError> {
        let action = keys::action(key, false);
        let armed = self.armed.take().filter(|_| action == Some(Action::Undo));
        self.armed = armed;
        if self.is_too_small() && !matches!(action, Some(Action::Quit | Action::Suspend)) {
            return Ok(After::Stay);
        }
        let Some(action) = action else {
            if let KeyCode::Char(c) = key.code {
                self.say(format!("`{c}` does nothing; ? lists the keys"));
            }
            return Ok(After::Stay);
        };
        match action {
            Action::Help => self.mode = Mode::Help(0),
            Action::Redraw => return Ok(After::Redraw),
            Action::Suspend => return Ok(After::Suspend),
            Action::Quit => return Ok(After::Quit),
            Action::Undo => self.undo(now)?,
            Action::Previous => self.previous()?,
            Action::GoTo => self.mode = Mode::Typing(Prompt::GoTo, Line::default()),
            Action::Decided => {
                let decided = self.decided()?;
                self.choose(decided, "nothing is decided yet");
            }
            Action::Filter => self.choose(self.filters(), "no study has a label"),
            Action::Order => self.choose(self.orders(), ""),
            Action::Highlight => {
                self.mode = Mode::Typing(Prompt::Highlight, Line::of(&self.own_words.join(", ")));
            }
            _ if self.current().is_none() => self.say("nothing is left to read here"),
            _ => return self.press_at_study(action, now),
        }
        Ok(After::Stay)
    }

    /// What needs a study that is shown.
    fn press_at_study(&mut self, action: Action, now: &Now) -> Result<After, ReviewError> {
        match action {
            Action::Include => self.decide(Verdict::Include, None, None, now)?,
            Action::Exclude => self.choose(self.reasons(), ""),
            Action::Maybe => self.decide(Verdict::Maybe, None, None, now)?,
            Action::Skip => self.skip(now)?,
            Action::Note => {
                self.mode = Mode::Typing(Prompt::Note, Line::of(self.own_note()));
            }
            Action::Label => self.choose(self.labels(), ""),
            Action::Next => self.next()?,
            Action::Find => self.mode = Mode::Typing(Prompt::Find, Line::default()),
            Action::FindNext => self.show_place(Way::Forward),
            Action::FindPrevious => self.show_place(Way::Back),
            Action::Open => {
                return Ok(self.current().map_or(After::Stay, |nct| After::Open(study_url(nct))));
            }
            action => self.scroll(action),
        }
        Ok(After::Stay)
    }

    fn scroll(&mut self, action: Action) {
        let height = self.body_height();
        // A line of the page before stays to be seen.
        let page = height.saturating_sub(1).max(1);
        let at = self.sheet.scroll;
        match action {
            Action::Down => self.sheet.scroll_to(at + 1, height),
            Action::Up => self.sheet.scroll_to(at.saturating_sub(1), height),
            Action::PageDown => self.sheet.scroll_to(at + page, height),
            Action::PageUp => self.sheet.scroll_to(at.saturating_sub(page), height),
            Action::Top => self.sheet.scroll_to(0, height),
            Action::Bottom => self.sheet.scroll_to(usize::MAX, height),
            Action::NextSection => self.sheet.show_section(true, height),
            Action::PreviousSection => self.sheet.show_section(false, height),
            _ => {}
        }
    }

    fn show_place(&mut self, way: Way) {
        if self.find.is_empty() {
            return self.say("nothing is looked for; / finds a text");
        }
        let height = self.body_height();
        let said = match self.sheet.show_place(way, height) {
            Some(number) => {
                format!("`{}`: {number} of {}; ; and , go on", self.find, self.sheet.places())
            }
            None => format!("`{}` is not in this study", self.find),
        };
        self.say(said);
    }

    /// Opens a list, unless there is nothing in it.
    fn choose(&mut self, chooser: Chooser, nothing: &str) {
        if chooser.visible().is_empty() && !nothing.is_empty() {
            self.say(nothing);
        } else {
            self.mode = Mode::Choosing(chooser);
        }
    }

    fn press_help(&mut self, key: KeyEvent, line: usize) -> After {
        let page = usize::from(self.size.1).saturating_sub(3).max(1);
        let last = self.help_lines().len().saturating_sub(page);
        let line = match keys::action(key, false) {
            Some(Action::Down) => line + 1,
            Some(Action::Up) => line.saturating_sub(1),
            Some(Action::PageDown) => line + page,
            Some(Action::PageUp) => line.saturating_sub(page),
            Some(Action::Top) => 0,
            Some(Action::Bottom) => last,
            _ => return After::Stay,
        };
        self.mode = Mode::Help(line.min(last));
        After::Stay
    }

    fn press_typing(
        &mut self,
        key: KeyEvent,
        prompt: Prompt,
        mut line: Line,
        now: &Now,
    ) -> Result<After, ReviewError> {
        match keys::action(key, true) {
            Some(Action::Cancel) => return Ok(After::Stay),
            Some(Action::Accept) => {
                let done = self.typed(prompt, &line.text(), now);
                if done.is_err() {
                    // What was typed stays, to be written another time.
                    self.mode = Mode::Typing(prompt, line);
                }
                return done;
            }
            Some(action) => {
                line.edit(action);
            }
            None => {
                if let Some(c) = typed(key) {
                    line.insert(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
        self.mode = Mode::Typing(prompt, line);
        Ok(After::Stay)
    }

    fn typed(&mut self, prompt: Prompt, text: &str, now: &Now) -> Result<After, ReviewError> {
        match prompt {
            Prompt::Note => self.note(text, now)?,
            Prompt::GoTo => self.go_to(text.trim())?,
            Prompt::Highlight => {
                let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
                self.own_words = words.map(str::to_owned).collect();
                self.mark();
            }
            Prompt::Find => {
                text.trim().clone_into(&mut self.find);
                self.mark();
                if !self.find.is_empty() {
                    self.show_place(Way::Here);
                }
            }
        }
        Ok(After::Stay)
    }

    fn go_to(&mut self, typed: &str) -> Result<(), ReviewError> {
        let digits = !typed.is_empty() && typed.chars().all(|c| c.is_ascii_digit());
        let number =
            if digits && typed.len() == 8 { format!("NCT{typed}") } else { typed.to_owned() };
        if let Some(nct) = NctId::parse(&number) {
            if self.review.state().study(nct).is_some() {
                return self.jump(nct);
            }
            self.complain(format!("{nct} is not in the review"));
            return Ok(());
        }
        let place = typed.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
        match place.and_then(|place| self.waiting.get(place)).map(|queued| queued.nct) {
            Some(nct) => self.jump(nct)?,
            None if typed.is_empty() => {}
            None => {
                let left = plural(self.waiting.len() as u64, "study is", "studies are");
                self.complain(format!("`{typed}` is no NCT number, and no place: {left} left"));
            }
        }
        Ok(())
    }

    fn press_choosing(
        &mut self,
        key: KeyEvent,
        mut chooser: Chooser,
        now: &Now,
    ) -> Result<After, ReviewError> {
        let chosen = match keys::action(key, true) {
            Some(Action::Cancel) => return Ok(After::Stay),
            Some(action) => chooser.press(action),
            None => match typed(key) {
                Some(c) => chooser.insert(c.encode_utf8(&mut [0; 4])),
                None => Chosen::Open,
            },
        };
        match chosen {
            Chosen::Open => self.mode = Mode::Choosing(chooser),
            Chosen::Item(choice) => self.chosen(chooser.purpose, choice, now)?,
            Chosen::New(text) if chooser.purpose == Purpose::Reason => {
                self.exclude_anew(&text, now)?;
            }
            Chosen::New(text) => self.label(&text, now)?,
        }
        Ok(After::Stay)
    }

    fn chosen(&mut self, purpose: Purpose, choice: Choice, now: &Now) -> Result<(), ReviewError> {
        match choice {
            Choice::NoReason => self.decide(Verdict::Exclude, None, None, now),
            Choice::Reason(key) => self.decide(Verdict::Exclude, Some(key), None, now),
            Choice::Label(label) if purpose == Purpose::Label => self.label(&label, now),
            Choice::Label(label) => {
                self.walk = Walk::Label(label);
                self.walk_anew()
            }
            Choice::All => {
                self.walk = Walk::Queue;
                self.walk_anew()
            }
            Choice::Order(order) => self.reorder(order),
            Choice::Study(nct) => self.jump(nct),
        }
    }

    /// Another order holds from the next study on.
    fn reorder(&mut self, order: QueueOrder) -> Result<(), ReviewError> {
        self.order = order;
        self.walk_anew()?;
        if matches!(order, QueueOrder::Certainty | QueueOrder::Uncertainty)
            && self.ranking.is_none()
        {
            self.say(
                "as the searches ranked them, until an include and an exclude are learned from",
            );
        }
        Ok(())
    }
}

/// The character that a key types.
fn typed(key: KeyEvent) -> Option<char> {
    let held = KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER;
    match key.code {
        KeyCode::Char(c) if !key.modifiers.intersects(held) => Some(c),
        _ => None,
    }
}
