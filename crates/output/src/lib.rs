//! Formats hits, studies and measures for people and programs.

mod also;
mod changes;
mod details;
mod disclosure;
mod evaluation;
mod explain;
mod facets;
mod field_reference;
mod fields;
mod hit_values;
mod hits;
mod paint;
mod profile;
mod registry_csv;
mod registry_table;
mod ris;
mod studies;
mod study_text;
mod table_writer;
mod thesaurus;

use trialdex_records::study::clean;
pub use trialdex_records::study::number_format::{bytes, grouped, plural};

pub use changes::{ChangeCounts, ChangeFormat, ChangeKind, ChangeWriter, FeedHeading, StudyChange};
pub use details::details_text;
pub use disclosure::{disclosure_json, disclosure_lines, funnel_lines};
pub use evaluation::{EvaluationFormat, EvaluationReport, write_evaluation};
pub use explain::{explained_json, explained_text, understood_json, understood_text};
pub use facets::{FacetFormat, write_facets};
pub use field_reference::field_reference;
pub use fields::FieldDescription;
pub use hit_values::{StudyHit, UnknownPiece, chosen_pieces};
pub use hits::{HitWriter, SearchHeading};
pub use paint::{DisplayOptions, url as study_url};
pub use profile::{profile_json, profile_lines};
pub use registry_table::RegistryTable;
pub use ris::{RIS_TAGS, write_ris};
pub use studies::StudyFormat;
pub use study_text::write_study;
pub use thesaurus::{doubtful_json, doubtful_text, looked_up_json, looked_up_text};

/// What a text looks like to a terminal: see [`clean::line`].
pub use clean::line as clean_line;

/// What data look like to a terminal: see [`clean::terminal`].
pub use clean::terminal as clean_terminal;

/// How hits are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitFormat {
    /// For people.
    Text,
    /// One JSON object with everything.
    Json,
    /// A JSON object a line and hit.
    JsonLines,
    /// Comma-separated values.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// NCT numbers.
    Ids,
    /// Reference managers' tagged format.
    Ris,
}
