//! Kinds of fields.

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
