//! A list to choose from, narrowed by the typed text.

use trialdex_records::study::NctId;
use trialdex_review::QueueOrder;

use super::keys::KeyAction;
use super::line::LineEditor;

/// What a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChooserPurpose {
    Reason,
    Label,
    Filter,
    Order,
    Decided,
}

impl ChooserPurpose {
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Reason => "Exclude: why?",
            Self::Label => "Label",
            Self::Filter => "Read the studies with a label",
            Self::Order => "What comes first",
            Self::Decided => "Decided",
        }
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::Reason => "a number, a new reason, Enter for what is chosen",
            Self::Label => "type a label or choose one; one that is on comes off",
            Self::Decided => "type to narrow; Enter shows the study",
            Self::Filter | Self::Order => "Enter takes what is chosen",
        }
    }
}

/// What is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ChooserChoice {
    NoReason,
    Reason(String),
    Label(String),
    All,
    Order(QueueOrder),
    Study(NctId),
}

/// A line of a list.
#[derive(Debug, Clone)]
pub(super) struct ChooserItem {
    pub(super) text: String,
    pub(super) choice: ChooserChoice,
    /// It is the present value.
    pub(super) on: bool,
}

impl ChooserItem {
    pub(super) fn new(text: impl Into<String>, choice: ChooserChoice) -> Self {
        Self { text: text.into(), choice, on: false }
    }
}

/// A list that is open.
#[derive(Debug, Clone)]
pub(super) struct Chooser {
    pub(super) purpose: ChooserPurpose,
    pub(super) line: LineEditor,
    items: Vec<ChooserItem>,
    /// Which of the visible ones is chosen.
    pub(super) at: usize,
}

/// What a key did to a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ChooserOutcome {
    /// Nothing is chosen yet.
    Open,
    /// One of the list.
    Item(ChooserChoice),
    /// Something that is not in it.
    New(String),
}

impl Chooser {
    pub(super) fn new(purpose: ChooserPurpose, items: Vec<ChooserItem>) -> Self {
        Self { purpose, line: LineEditor::default(), items, at: 0 }
    }

    /// Items are numbered from 0, and chosen by that.
    pub(super) fn is_numbered(&self) -> bool {
        self.purpose == ChooserPurpose::Reason
    }

    /// Where the typed text can be something new.
    fn takes_new(&self) -> bool {
        matches!(self.purpose, ChooserPurpose::Reason | ChooserPurpose::Label)
    }

    /// The items that contain the typed text, with their numbers.
    pub(super) fn visible(&self) -> Vec<(usize, &ChooserItem)> {
        let typed = self.line.text().trim().to_lowercase();
        let number = self.typed_number();
        let items = self.items.iter().enumerate();
        let has = |(at, item): &(usize, &ChooserItem)| match number {
            Some(_) => at.to_string().starts_with(&typed),
            None => item.text.to_lowercase().contains(&typed),
        };
        items.filter(has).collect()
    }

    fn typed_number(&self) -> Option<usize> {
        let typed = self.line.text();
        self.is_numbered().then(|| typed.trim().parse().ok()).flatten()
    }

    /// What is typed, where it can be something new that is not in the list.
    pub(super) fn new_text(&self) -> Option<String> {
        let typed = self.line.text().trim().to_owned();
        let known = |item: &ChooserItem| item.text.to_lowercase() == typed.to_lowercase();
        let new = self.takes_new() && !typed.is_empty() && self.typed_number().is_none();
        (new && !self.items.iter().any(known)).then_some(typed)
    }

    /// Types text; a number that can be no other chooses its item.
    pub(super) fn insert(&mut self, text: &str) -> ChooserOutcome {
        self.line.insert(text);
        self.at = 0;
        let visible = self.visible();
        match (self.typed_number(), visible.as_slice()) {
            (Some(number), [(at, item)]) if number == *at => {
                ChooserOutcome::Item(item.choice.clone())
            }
            _ => ChooserOutcome::Open,
        }
    }

    /// What a key does in a list.
    pub(super) fn press(&mut self, action: KeyAction) -> ChooserOutcome {
        let last =
            (self.visible().len() + usize::from(self.new_text().is_some())).saturating_sub(1);
        match action {
            KeyAction::ItemDown => self.at = (self.at + 1).min(last),
            KeyAction::ItemUp => self.at = self.at.saturating_sub(1),
            KeyAction::Complete => {
                if let Some((_, item)) = self.visible().get(self.at) {
                    self.line = LineEditor::of(&item.text.clone());
                    self.at = 0;
                }
            }
            KeyAction::Accept => return self.accepted(),
            other => {
                if self.line.edit(other) {
                    self.at = 0;
                }
            }
        }
        ChooserOutcome::Open
    }

    fn accepted(&self) -> ChooserOutcome {
        let visible = self.visible();
        let by_number = self.typed_number();
        let exact = visible.iter().find(|(at, _)| Some(*at) == by_number);
        match exact.or(visible.get(self.at)) {
            Some((_, item)) => ChooserOutcome::Item(item.choice.clone()),
            None => self.new_text().map_or(ChooserOutcome::Open, ChooserOutcome::New),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(count: usize) -> Chooser {
        let mut items = vec![ChooserItem::new("no reason", ChooserChoice::NoReason)];
        let key = |at: usize| ChooserChoice::Reason(at.to_string());
        items.extend((1..=count).map(|at| ChooserItem::new(format!("Reason {at}"), key(at))));
        Chooser::new(ChooserPurpose::Reason, items)
    }

    #[test]
    fn a_number_chooses_as_soon_as_it_can_be_no_other() {
        assert_eq!(
            reasons(3).insert("2"),
            ChooserOutcome::Item(ChooserChoice::Reason("2".to_owned()))
        );
        assert_eq!(reasons(3).insert("0"), ChooserOutcome::Item(ChooserChoice::NoReason));
        let mut many = reasons(12);
        assert_eq!(many.insert("1"), ChooserOutcome::Open);
        assert_eq!(
            many.press(KeyAction::Accept),
            ChooserOutcome::Item(ChooserChoice::Reason("1".to_owned()))
        );
        assert_eq!(many.insert("2"), ChooserOutcome::Item(ChooserChoice::Reason("12".to_owned())));
        assert_eq!(reasons(3).insert("7"), ChooserOutcome::Open);
    }

    #[test]
    fn without_a_number_the_first_is_chosen_or_a_new_one() {
        assert_eq!(
            reasons(3).press(KeyAction::Accept),
            ChooserOutcome::Item(ChooserChoice::NoReason)
        );
        let mut typed = reasons(3);
        assert_eq!(typed.insert("son 2"), ChooserOutcome::Open);
        assert_eq!(
            typed.press(KeyAction::Accept),
            ChooserOutcome::Item(ChooserChoice::Reason("2".to_owned()))
        );
        let mut new = reasons(3);
        new.insert("No controls");
        assert_eq!(new.press(KeyAction::Accept), ChooserOutcome::New("No controls".to_owned()));
    }

    #[test]
    fn what_is_typed_can_be_new_although_others_have_it() {
        let mut labels = Chooser::new(
            ChooserPurpose::Label,
            vec![ChooserItem::new("phase 3", ChooserChoice::Label("phase 3".to_owned()))],
        );
        labels.insert("phase");
        labels.press(KeyAction::ItemDown);
        assert_eq!(labels.press(KeyAction::Accept), ChooserOutcome::New("phase".to_owned()));
    }
}
