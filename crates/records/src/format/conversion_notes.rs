//! What a conversion has to say although it went well.

use std::borrow::Cow;

use encoding_rs::UTF_8;
use serde_json::Value;

use crate::encoding::{DecodedText, decode_record};
use crate::study::pieces::Piece;

/// What a conversion has to say although it went well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConversionNotes {
    /// Fields of the record that API v2 has no place for, each named as the
    /// record names it (`clinical_study/rank`, `Rank`, `Ignite Creation
    /// Date`). A field is named once a record.
    pub unplaced: Vec<String>,
    /// The encoding that the text was found to be in, where not clean UTF-8.
    pub encoding: Option<&'static str>,
    /// Values that do not fit their piece and were kept as they are: the
    /// piece's name, and the value, cut to 100 characters.
    pub unfit: Vec<(&'static str, String)>,
    /// What of the record is not read, and why.
    pub lost: Vec<String>,
    /// The column, or element, that says which of several versions of a study a
    /// record is.
    pub version: Option<String>,
    /// Paths of pieces that the record has a place for and no value in it: it
    /// says that the study has none.
    pub empty: Vec<String>,
}

impl ConversionNotes {
    /// Names a field that API v2 has no place for, once. After
    /// [`ConversionNotes::MOST`] of a record the rest is named as one.
    pub fn unplaced(&mut self, name: &str) {
        let name = if self.unplaced.len() < Self::MOST { name } else { "(and more)" };
        let cut = name.char_indices().nth(Self::LONGEST).map(|(cut, _)| cut);
        let name = cut.map_or(name, |cut| &name[..cut]);
        if !self.unplaced.iter().any(|known| known == name) {
            self.unplaced.push(name.to_owned());
        }
    }

    /// Notes a part of the record that is not read. After [`ConversionNotes::MOST`] of a
    /// record no more are noted.
    pub(super) fn lost(&mut self, reason: String) {
        if self.lost.len() < Self::MOST && !self.lost.contains(&reason) {
            self.lost.push(reason);
        }
    }

    /// Notes a value that does not fit its piece. After [`ConversionNotes::MOST`] of a
    /// record no more are noted.
    pub(super) fn unfit(&mut self, piece: &Piece, value: &Value) {
        const LONGEST: usize = 100;
        if self.unfit.len() < Self::MOST {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.unfit.push((piece.name, text.chars().take(LONGEST).collect()));
        }
    }

    /// Characters of a field's name that are kept.
    const LONGEST: usize = 300;

    /// Fields of a record that are named, before the rest is named as one.
    pub const MOST: usize = 300;
}

/// The text of a record. Notes its encoding where it is not clean UTF-8.
pub(super) fn text_of<'a>(bytes: &'a [u8], notes: &mut ConversionNotes) -> Cow<'a, str> {
    let DecodedText { text, encoding, broken } = decode_record(bytes);
    if broken {
        notes.encoding = Some("UTF-8 with broken bytes");
    } else if encoding != UTF_8 {
        notes.encoding = Some(encoding.name());
    }
    text
}
