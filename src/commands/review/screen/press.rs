//! Maps keys to actions on the screen.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use trialdex_output::{plural, study_url};
use trialdex_records::study::NctId;
use trialdex_review::{QueueOrder, ReviewError, Verdict};

use super::app::{KeyOutcome, KeyTime, ScreenApp, ScreenMode, StudyWalk, TypedPrompt};
use super::chooser::{Chooser, ChooserChoice, ChooserOutcome, ChooserPurpose};
use super::keys::{self, KeyAction};
use super::line::LineEditor;
use super::study_sheet::FindDirection;

impl ScreenApp {
    /// What a key does. What the review says against it is shown.
    pub(super) fn press(&mut self, key: KeyEvent, now: &KeyTime) -> KeyOutcome {
        self.message = None;
        self.fresh_until = None;
        let done = match std::mem::replace(&mut self.mode, ScreenMode::Reading) {
            ScreenMode::Reading => self.press_reading(key, now),
            ScreenMode::Help(line) => Ok(self.press_help(key, line)),
            ScreenMode::Typing(prompt, line) => self.press_typing(key, prompt, line, now),
            ScreenMode::Choosing(chooser) => self.press_choosing(key, chooser, now),
        };
        done.unwrap_or_else(|error| {
            self.complain(error.to_string());
            KeyOutcome::Stay
        })
    }

    /// Text that was pasted: it is typed where text is, and else no keys.
    pub(super) fn paste(&mut self, text: &str) {
        match &mut self.mode {
            ScreenMode::Typing(_, line) => line.insert(text),
            // A number that is pasted chooses nothing before Enter.
            ScreenMode::Choosing(chooser) => chooser.line.insert(text),
            ScreenMode::Reading | ScreenMode::Help(_) => {}
        }
    }

    fn press_reading(&mut self, key: KeyEvent, now: &KeyTime) -> Result<KeyOutcome, ReviewError> {
        let action = keys::action(key, false);
        let armed = self.armed.take().filter(|_| action == Some(KeyAction::Undo));
        self.armed = armed;
        if self.is_too_small() && !matches!(action, Some(KeyAction::Quit | KeyAction::Suspend)) {
            return Ok(KeyOutcome::Stay);
        }
        let Some(action) = action else {
            if let KeyCode::Char(c) = key.code {
                self.say(format!("`{c}` does nothing; ? lists the keys"));
            }
            return Ok(KeyOutcome::Stay);
        };
        match action {
            KeyAction::Help => self.mode = ScreenMode::Help(0),
            KeyAction::Redraw => return Ok(KeyOutcome::Redraw),
            KeyAction::Suspend => return Ok(KeyOutcome::Suspend),
            KeyAction::Quit => return Ok(KeyOutcome::Quit),
            KeyAction::Undo => self.undo(now)?,
            KeyAction::Previous => self.previous()?,
            KeyAction::GoTo => {
                self.mode = ScreenMode::Typing(TypedPrompt::GoTo, LineEditor::default())
            }
            KeyAction::Decided => {
                let decided = self.decided()?;
                self.choose(decided, "nothing is decided yet");
            }
            KeyAction::Filter => self.choose(self.filters(), "no study has a label"),
            KeyAction::Order => self.choose(self.orders(), ""),
            KeyAction::Highlight => {
                self.mode = ScreenMode::Typing(
                    TypedPrompt::Highlight,
                    LineEditor::of(&self.own_words.join(", ")),
                );
            }
            _ if self.current().is_none() => self.say("nothing is left to read here"),
            _ => return self.press_at_study(action, now),
        }
        Ok(KeyOutcome::Stay)
    }

    /// What needs a study that is shown.
    fn press_at_study(
        &mut self,
        action: KeyAction,
        now: &KeyTime,
    ) -> Result<KeyOutcome, ReviewError> {
        match action {
            KeyAction::Include => self.decide(Verdict::Include, None, None, now)?,
            KeyAction::Exclude => self.choose(self.reasons(), ""),
            KeyAction::Maybe => self.decide(Verdict::Maybe, None, None, now)?,
            KeyAction::Skip => self.skip(now)?,
            KeyAction::Note => {
                self.mode = ScreenMode::Typing(TypedPrompt::Note, LineEditor::of(self.own_note()));
            }
            KeyAction::Label => self.choose(self.labels(), ""),
            KeyAction::Next => self.next()?,
            KeyAction::Find => {
                self.mode = ScreenMode::Typing(TypedPrompt::Find, LineEditor::default())
            }
            KeyAction::FindNext => self.show_place(FindDirection::Forward),
            KeyAction::FindPrevious => self.show_place(FindDirection::Back),
            KeyAction::Open => {
                return Ok(self
                    .current()
                    .map_or(KeyOutcome::Stay, |nct| KeyOutcome::Open(study_url(nct))));
            }
            action => self.scroll(action),
        }
        Ok(KeyOutcome::Stay)
    }

    fn scroll(&mut self, action: KeyAction) {
        let height = self.body_height();
        // A line of the page before stays to be seen.
        let page = height.saturating_sub(1).max(1);
        let at = self.sheet.scroll;
        match action {
            KeyAction::Down => self.sheet.scroll_to(at + 1, height),
            KeyAction::Up => self.sheet.scroll_to(at.saturating_sub(1), height),
            KeyAction::PageDown => self.sheet.scroll_to(at + page, height),
            KeyAction::PageUp => self.sheet.scroll_to(at.saturating_sub(page), height),
            KeyAction::Top => self.sheet.scroll_to(0, height),
            KeyAction::Bottom => self.sheet.scroll_to(usize::MAX, height),
            KeyAction::NextSection => self.sheet.show_section(true, height),
            KeyAction::PreviousSection => self.sheet.show_section(false, height),
            _ => {}
        }
    }

    fn show_place(&mut self, way: FindDirection) {
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
            self.mode = ScreenMode::Choosing(chooser);
        }
    }

    fn press_help(&mut self, key: KeyEvent, line: usize) -> KeyOutcome {
        let page = usize::from(self.size.1).saturating_sub(3).max(1);
        let last = self.help_lines().len().saturating_sub(page);
        let line = match keys::action(key, false) {
            Some(KeyAction::Down) => line + 1,
            Some(KeyAction::Up) => line.saturating_sub(1),
            Some(KeyAction::PageDown) => line + page,
            Some(KeyAction::PageUp) => line.saturating_sub(page),
            Some(KeyAction::Top) => 0,
            Some(KeyAction::Bottom) => last,
            _ => return KeyOutcome::Stay,
        };
        self.mode = ScreenMode::Help(line.min(last));
        KeyOutcome::Stay
    }

    fn press_typing(
        &mut self,
        key: KeyEvent,
        prompt: TypedPrompt,
        mut line: LineEditor,
        now: &KeyTime,
    ) -> Result<KeyOutcome, ReviewError> {
        match keys::action(key, true) {
            Some(KeyAction::Cancel) => return Ok(KeyOutcome::Stay),
            Some(KeyAction::Accept) => {
                let done = self.typed(prompt, &line.text(), now);
                if done.is_err() {
                    // What was typed stays, to be written another time.
                    self.mode = ScreenMode::Typing(prompt, line);
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
        self.mode = ScreenMode::Typing(prompt, line);
        Ok(KeyOutcome::Stay)
    }

    fn typed(
        &mut self,
        prompt: TypedPrompt,
        text: &str,
        now: &KeyTime,
    ) -> Result<KeyOutcome, ReviewError> {
        match prompt {
            TypedPrompt::Note => self.note(text, now)?,
            TypedPrompt::GoTo => self.go_to(text.trim())?,
            TypedPrompt::Highlight => {
                let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
                self.own_words = words.map(str::to_owned).collect();
                self.mark();
            }
            TypedPrompt::Find => {
                text.trim().clone_into(&mut self.find);
                self.mark();
                if !self.find.is_empty() {
                    self.show_place(FindDirection::Here);
                }
            }
        }
        Ok(KeyOutcome::Stay)
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
        now: &KeyTime,
    ) -> Result<KeyOutcome, ReviewError> {
        let chosen = match keys::action(key, true) {
            Some(KeyAction::Cancel) => return Ok(KeyOutcome::Stay),
            Some(action) => chooser.press(action),
            None => match typed(key) {
                Some(c) => chooser.insert(c.encode_utf8(&mut [0; 4])),
                None => ChooserOutcome::Open,
            },
        };
        match chosen {
            ChooserOutcome::Open => self.mode = ScreenMode::Choosing(chooser),
            ChooserOutcome::Item(choice) => self.chosen(chooser.purpose, choice, now)?,
            ChooserOutcome::New(text) if chooser.purpose == ChooserPurpose::Reason => {
                self.exclude_anew(&text, now)?;
            }
            ChooserOutcome::New(text) => self.label(&text, now)?,
        }
        Ok(KeyOutcome::Stay)
    }

    fn chosen(
        &mut self,
        purpose: ChooserPurpose,
        choice: ChooserChoice,
        now: &KeyTime,
    ) -> Result<(), ReviewError> {
        match choice {
            ChooserChoice::NoReason => self.decide(Verdict::Exclude, None, None, now),
            ChooserChoice::Reason(key) => self.decide(Verdict::Exclude, Some(key), None, now),
            ChooserChoice::Label(label) if purpose == ChooserPurpose::Label => {
                self.label(&label, now)
            }
            ChooserChoice::Label(label) => {
                self.walk = StudyWalk::Label(label);
                self.walk_anew()
            }
            ChooserChoice::All => {
                self.walk = StudyWalk::Queue;
                self.walk_anew()
            }
            ChooserChoice::Order(order) => self.reorder(order),
            ChooserChoice::Study(nct) => self.jump(nct),
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
