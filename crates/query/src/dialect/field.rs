//! What a field of another system holds, whatever its name there.

/// What a field of another system holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DialectField {
    /// Text of titles, abstracts and keywords: our plain words.
    Text,
    /// All text of a record.
    All,
    Title,
    Abstract,
    Keyword,
    /// A subject heading, with those below it or without.
    Heading {
        explode: bool,
        major: bool,
    },
    /// Words of subject headings.
    HeadingWord,
    PublicationType,
    /// Subheadings without a heading: the kind of action, such as drug therapy.
    Subheading,
    /// Names of substances.
    Substance,
    Person,
    Affiliation,
    Date,
    /// Numbers of trials.
    Number,
    /// One of our own areas, which the retired site had under another name.
    Area(&'static str),
    /// What says how a record got into the database, its language, journal and
    /// the like: nothing that a record of a study has.
    Foreign,
}

impl DialectField {
    /// A subject heading with those below it.
    pub(super) const EXPLODED: Self = Self::Heading { explode: true, major: false };

    /// A subject heading alone.
    pub(super) const ALONE: Self = Self::Heading { explode: false, major: false };

    /// A subject heading alone, as the main subject of a text.
    pub(super) const MAJOR: Self = Self::Heading { explode: false, major: true };

    /// The nearest area; `None` for plain words and values that are no text.
    pub(super) fn area(self) -> Option<&'static str> {
        match self {
            Self::Title => Some("TitleSearch"),
            Self::Keyword => Some("Keyword"),
            Self::Substance => Some("InterventionSearch"),
            Self::Person => Some("OverallOfficialName"),
            Self::Affiliation => Some("SponsorSearch"),
            Self::Number => Some("IdSearch"),
            Self::Area(area) => Some(area),
            _ => None,
        }
    }

    /// Whether it holds words rather than names of headings or values.
    pub(super) fn is_text(self) -> bool {
        !matches!(self, Self::Heading { .. } | Self::PublicationType | Self::Date | Self::Foreign)
    }

    /// One field for several that are looked in together: plain words take in
    /// the others.
    pub(super) fn widest(fields: &[Self]) -> Option<Self> {
        let text: Vec<Self> = fields.iter().copied().filter(|field| field.is_text()).collect();
        match text.as_slice() {
            [] => fields.first().copied(),
            [only] => Some(*only),
            _ => Some(Self::Text),
        }
    }
}
