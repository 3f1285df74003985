//! A piece of the data model.

use super::enums::EnumType;

/// What kind of value a piece holds.
#[derive(Debug, Clone, Copy)]
pub enum PieceKind {
    /// An object, or a list of objects.
    Structure,
    /// Plain text.
    Text,
    /// CommonMark text.
    Markup,
    /// One of the constants of the type.
    Enum(&'static EnumType),
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// `yyyy`, `yyyy-MM` or `yyyy-MM-dd`.
    Date,
    /// `yyyy-MM-ddTHH:mm`.
    DateTime,
    /// A duration such as `18 Years`.
    Age,
    /// `{"lat": .., "lon": ..}` in degrees.
    GeoPoint,
}

/// One node of the data model.
#[derive(Debug)]
pub struct Piece {
    /// The name unique in the whole model, such as `BriefTitle`.
    pub name: &'static str,
    /// Dotted path in an API v2 study, such as
    /// `protocolSection.identificationModule.briefTitle`.
    pub path: &'static str,
    /// Kind of its values.
    pub kind: PieceKind,
    /// Whether the value is an array.
    pub list: bool,
    /// Whether synonyms apply to it.
    pub synonyms: bool,
    /// Whether conditions can be held to one element of it.
    pub nested: bool,
    /// The registry's title for it, or empty.
    pub label: &'static str,
    /// Names it had in earlier versions of the registry.
    pub older_names: &'static [&'static str],
}

impl Piece {
    /// The last step of the path, the key in JSON.
    #[must_use]
    pub fn key(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// Whether the piece is an object or a list of objects.
    #[must_use]
    pub fn is_structure(&self) -> bool {
        matches!(self.kind, PieceKind::Structure)
    }

    /// Whether the piece is below `ancestor` in the model.
    #[must_use]
    pub fn is_below(&self, ancestor: &Piece) -> bool {
        self.path.strip_prefix(ancestor.path).is_some_and(|rest| rest.starts_with('.'))
    }
}
