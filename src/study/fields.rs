//! What a query can look in, a result be sorted by and a facet count: the
//! pieces of the data model, the lengths of its lists, and the values that
//! the registry's own index computes.

use std::fmt;

use super::computed::{self, Computed};
use super::pieces::{self, Kind, Piece};

/// Something that every study has values of, or none.
#[derive(Debug, Clone, Copy)]
pub enum Field {
    /// A piece of the data model, which may be a structure.
    Piece(&'static Piece),
    /// The number of elements of a list, as in `Phase:size`. A list within a
    /// list has a number for each element of the outer one.
    Size(&'static Piece),
    /// A value that no record holds but that follows from it.
    Computed(&'static Computed),
}

/// What ends the name of a list's length.
const SIZE: &str = ":size";

impl Field {
    /// The field of that name, matched exactly: a piece by its name of today
    /// or an older one or by its path, a list's length as `Phase:size`, a
    /// computed value by its name or path.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let piece = |name: &str| pieces::named(name).or_else(|| pieces::at(name));
        match name.strip_suffix(SIZE) {
            Some(list) => piece(list).filter(|piece| piece.list).map(Self::Size),
            None => piece(name).map(Self::Piece).or_else(|| computed::named(name)),
        }
    }

    /// The name of today, such as `BriefTitle` or `Phase:size`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Piece(piece) => piece.name.to_owned(),
            Self::Size(piece) => format!("{}{SIZE}", piece.name),
            Self::Computed(computed) => computed.name.to_owned(),
        }
    }

    /// Whether it belongs to the tables of results, of which an index keeps no
    /// columns to sort and count by: they would be most of them.
    #[must_use]
    pub fn is_of_results(self) -> bool {
        let path = match self {
            Self::Piece(piece) | Self::Size(piece) => piece.path,
            Self::Computed(computed) => computed.path,
        };
        path.starts_with("resultsSection.")
    }

    /// What its values are.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            Self::Size(_) => FieldKind::Number,
            Self::Computed(computed) => computed.kind(),
            Self::Piece(piece) => match piece.kind {
                Kind::Structure => FieldKind::Structure,
                Kind::Text | Kind::Markup => FieldKind::Text,
                Kind::Enum(_) => FieldKind::Constant,
                Kind::Boolean => FieldKind::Boolean,
                Kind::Integer => FieldKind::Number,
                Kind::Date | Kind::DateTime => FieldKind::Date,
                Kind::Age => FieldKind::Age,
                Kind::GeoPoint => FieldKind::Point,
            },
        }
    }
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Field {}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// What the values of a field are, and what a number means in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// No values of its own, but those below it.
    Structure,
    /// Words.
    Text,
    /// One of a set of constants.
    Constant,
    /// 0 or 1.
    Boolean,
    /// A whole number.
    Number,
    /// Days since 1970-01-01.
    Date,
    /// Minutes.
    Age,
    /// Degrees north and east.
    Point,
    /// A short text that is compared whole, such as a country's code.
    Code,
}
