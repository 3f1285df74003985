//! A list to choose from, narrowed by what is typed.

use trialdex_records::study::NctId;
use trialdex_review::QueueOrder;

use super::keys::Action;
use super::line::Line;

/// What a list is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Reason,
    Label,
    Filter,
    Order,
    Decided,
}

impl Purpose {
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
pub(super) enum Choice {
    NoReason,
    Reason(String),
    Label(String),
    All,
    Order(QueueOrder),
    Study(NctId),
}

/// A line of a list.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) text: String,
    pub(super) choice: Choice,
    /// It is what holds now.
    pub(super) on: bool,
}

impl Item {
    pub(super) fn new(text: impl Into<String>, choice: Choice) -> Self {
        Self { text: text.into(), choice, on: false }
    }
}

/// A list that is open.
#[derive(Debug, Clone)]
pub(super) struct Chooser {
    pub(super) purpose: Purpose,
    pub(super) line: Line,
    items: Vec<Item>,
    /// Which of the visible ones is chosen.
    pub(super) at: usize,
}

/// What a key did to a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Nothing is chosen yet.
    Open,
    /// One of the list.
    Item(Choice),
    /// Something that is not in it.
    New(String),
}

impl Chooser {
    pub(super) fn new(purpose: Purpose, items: Vec<Item>) -> Self {
        Self { purpose, line: Line::default(), items, at: 0 }
    }

    /// Items are numbered from 0, and chosen by that.
    pub(super) fn is_numbered(&self) -> bool {
        self.purpose == Purpose::Reason
    }

    /// Where the typed text can be something new.
    fn takes_new(&self) -> bool {
        matches!(self.purpose, Purpose::Reason | Purpose::Label)
    }

    /// The items that have what is typed, with their numbers.
    pub(super) fn visible(&self) -> Vec<(usize, &Item)> {
        let typed = self.line.text().trim().to_lowercase();
        let number = self.typed_number();
        let items = self.items.iter().enumerate();
        let has = |(at, item): &(usize, &Item)| match number {
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
        let known = |item: &Item| item.text.to_lowercase() == typed.to_lowercase();
        let new = self.takes_new() && !typed.is_empty() && self.typed_number().is_none();
        (new && !self.items.iter().any(known)).then_some(typed)
    }

    /// Types text; a number that can be no other chooses its item.
    pub(super) fn insert(&mut self, text: &str) -> Chosen {
        self.line.insert(text);
        self.at = 0;
        let visible = self.visible();
        match (self.typed_number(), visible.as_slice()) {
            (Some(number), [(at, item)]) if number == *at => Chosen::Item(item.choice.clone()),
            _ => Chosen::Open,
        }
    }

    /// What a key does in a list.
    pub(super) fn press(&mut self, action: Action) -> Chosen {
        let last =
            (self.visible().len() + usize::from(self.new_text().is_some())).saturating_sub(1);
        match action {
            Action::ItemDown => self.at = (self.at + 1).min(last),
            Action::ItemUp => self.at = self.at.saturating_sub(1),
            Action::Complete => {
                if let Some((_, item)) = self.visible().get(self.at) {
                    self.line = Line::of(&item.text.clone());
                    self.at = 0;
                }
            }
            Action::Accept => return self.accepted(),
            other => {
                if self.line.edit(other) {
                    self.at = 0;
                }
            }
        }
        Chosen::Open
    }

    fn accepted(&self) -> Chosen {
        let visible = self.visible();
        let by_number = self.typed_number();
        let exact = visible.iter().find(|(at, _)| Some(*at) == by_number);
        match exact.or(visible.get(self.at)) {
            Some((_, item)) => Chosen::Item(item.choice.clone()),
            None => self.new_text().map_or(Chosen::Open, Chosen::New),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reasons(count: usize) -> Chooser {
        let mut items = vec![Item::new("no reason", Choice::NoReason)];
        let key = |at: usize| Choice::Reason(at.to_string());
        items.extend((1..=count).map(|at| Item::new(format!("Reason {at}"), key(at))));
        Chooser::new(Purpose::Reason, items)
    }

    #[test]
    fn a_number_chooses_as_soon_as_it_can_be_no_other() {
        assert_eq!(reasons(3).insert("2"), Chosen::Item(Choice::Reason("2".to_owned())));
        assert_eq!(reasons(3).insert("0"), Chosen::Item(Choice::NoReason));
        let mut many = reasons(12);
        assert_eq!(many.insert("1"), Chosen::Open);
        assert_eq!(many.press(Action::Accept), Chosen::Item(Choice::Reason("1".to_owned())));
        assert_eq!(many.insert("2"), Chosen::Item(Choice::Reason("12".to_owned())));
        assert_eq!(reasons(3).insert("7"), Chosen::Open);
    }

    #[test]
    fn without_a_number_the_first_is_chosen_or_a_new_one() {
        assert_eq!(reasons(3).press(Action::Accept), Chosen::Item(Choice::NoReason));
        let mut typed = reasons(3);
        assert_eq!(typed.insert("son 2"), Chosen::Open);
        assert_eq!(typed.press(Action::Accept), Chosen::Item(Choice::Reason("2".to_owned())));
        let mut new = reasons(3);
        new.insert("No controls");
        assert_eq!(new.press(Action::Accept), Chosen::New("No controls".to_owned()));
    }

    #[test]
    fn what_is_typed_can_be_new_although_others_have_it() {
        let mut labels = Chooser::new(
            Purpose::Label,
            vec![Item::new("phase 3", Choice::Label("phase 3".to_owned()))],
        );
        labels.insert("phase");
        labels.press(Action::ItemDown);
        assert_eq!(labels.press(Action::Accept), Chosen::New("phase".to_owned()));
    }
}
