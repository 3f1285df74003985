//! Translates search strategies of other systems into our language.
//!
//! [`guess()`] says which system a text is written for, [`translate`] gives its
//! lines in our language, with what had to change in meaning beside each.
//! What cannot be said here is left out, and named.
//!
//! Sources of the rules: Ovid's "Advanced Searching" help, PubMed's User
//! Guide, the Cochrane Library's "Search manager help", Embase's "Search
//! syntax", EBSCOhost's "Field codes" and "Proximity", Web of Science's
//! "Search operators", Scopus' "How do I search for a document".

mod additions;
mod database_blocks;
mod database_limits;
mod date_limits;
mod earlier_lines;
mod field;
mod field_codes;
mod field_equivalents;
mod field_prefixes;
mod field_signs;
mod form;
mod guess;
mod headings;
mod ictrp;
mod line_lexer;
mod line_notes;
mod line_parser;
mod line_translation;
mod line_tree;
mod line_writer;
mod methods;
mod missing_operators;
mod named_fields;
mod products;
mod recognise;
mod registry;
mod scopus;
mod strategy_page;
mod systems;
mod tags;
mod terms;
mod tokens;
mod translation;
mod value;
mod wos;

pub(super) use field_equivalents::{FieldEquivalent, is_field, is_function, listed, nearest};
pub(super) use guess::sure_words;
pub use guess::{guess, or_else};
pub(super) use headings::is_aspect;
pub(super) use recognise::recognised;
pub use strategy_page::{PassedOver, system_named};
pub(super) use strategy_page::{StrategyEntry, StrategyPage, combination, is_remark, numbered};
pub use systems::Dialect;
pub(super) use tags::{is_like_a_tag, is_tag, nearest_tag};
pub use translation::{TranslatedLine, Translation, translate};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod written_forms;
