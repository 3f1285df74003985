//! Why nothing can be read from a file.

use trialdex_records::workbook::WorkbookError;

/// Why nothing can be read from a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// It is none of the formats.
    #[error("no RIS, no JSON, and no table with a title among its headings")]
    Format,
    /// It is of a format, but there is nothing in it.
    #[error("no record")]
    Empty,
    /// It is a table whose first line is no heading.
    #[error("a table without headings")]
    Headless,
    /// It is of a kind that is known and not read.
    #[error("{what}, which is not read")]
    Refused {
        /// What it is.
        what: &'static str,
        /// What to give instead.
        instead: &'static str,
    },
    /// It is damaged.
    #[error("damaged: {0}")]
    Damaged(String),
    /// It unpacks to more than can be read.
    #[error("it unpacks to more than can be read")]
    TooLarge,
    /// It is a log of Rayyan, and no file says what its articles are.
    #[error("Rayyan's log, which names articles by numbers of Rayyan's own: {}", shown(articles))]
    LogAlone {
        /// The articles.
        articles: Vec<String>,
    },
    /// A sheet that was asked for is not there.
    #[error("no sheet `{name}`")]
    NoSheet {
        /// What was typed.
        name: String,
        /// Those that are there.
        known: Vec<String>,
    },
    /// Several columns hold decisions, and differ.
    #[error(
        "line {line}: {} hold decisions that differ, and nothing says which counts",
        quoted(columns)
    )]
    Ambiguous {
        /// A line in which they differ.
        line: u64,
        /// The columns.
        columns: Vec<String>,
    },
    /// A column has codes that can mean several things.
    #[error("`{column}` has {}, and nothing says what they mean", listed(codes))]
    Scale {
        /// The column.
        column: String,
        /// The codes, in their order.
        codes: Vec<i64>,
    },
    /// A column that was asked for is not there.
    #[error("no column `{name}`")]
    Column {
        /// What was typed.
        name: String,
        /// Those that are there.
        known: Vec<String>,
    },
}

impl From<WorkbookError> for ImportError {
    fn from(error: WorkbookError) -> Self {
        match error {
            WorkbookError::Damaged(what) => Self::Damaged(what),
            WorkbookError::TooLarge => Self::TooLarge,
        }
    }
}

impl ImportError {
    /// What to do; `spell` writes the options `map` and `decision-column` as
    /// they are given, such as `--map` on a command line.
    #[must_use]
    pub fn hint(&self, spell: impl Fn(&str) -> String) -> String {
        match self {
            Self::Format | Self::Empty => {
                "RIS, CSV, TSV, JSON, EndNote XML, Excel (`.xlsx`), PubMed's and CENTRAL's \
                 exports and lists of NCT numbers are read"
                    .to_owned()
            }
            Self::Headless => "name the columns in a first line, such as `nct,decision`".to_owned(),
            Self::Refused { instead, .. } => (*instead).to_owned(),
            Self::Ambiguous { columns, .. } => ambiguous(columns, &spell(COLUMN)),
            Self::Scale { codes, .. } => scale(codes, &spell(MAP), &spell(COLUMN)),
            Self::Damaged(_) => "export it again, or save it as CSV".to_owned(),
            Self::TooLarge => "save it as CSV".to_owned(),
            Self::LogAlone { .. } => "give the file of articles of the same export with it: \
                                      `articles.csv customizations_log.csv`, or the zip archive"
                .to_owned(),
            Self::NoSheet { known, .. } => format!("its sheets are {}", quoted(known)),
            Self::Column { known, .. } => format!("its columns are {}", quoted(known)),
        }
    }
}

/// The option that says what the values of a column mean.
const MAP: &str = "map";

/// The option that names a column of decisions.
const COLUMN: &str = "decision-column";

/// Articles that are named in a message.
const NAMED: usize = 10;

fn shown(articles: &[String]) -> String {
    let more = if articles.len() > NAMED { ", ..." } else { "" };
    format!("{}{more}", articles[..articles.len().min(NAMED)].join(", "))
}

/// `1, 2 and 3`.
fn listed(codes: &[i64]) -> String {
    let codes: Vec<String> = codes.iter().map(i64::to_string).collect();
    match codes.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

fn scale(codes: &[i64], map: &str, column: &str) -> String {
    if codes.contains(&-1) {
        return format!(
            "say what they mean: `{map} include=1,maybe=0,exclude=-1`, or \
             `{map} include=1,exclude=0,none=-1`"
        );
    }
    let words = ["include", "exclude", "maybe"].into_iter().chain(std::iter::repeat("none"));
    let pairs = words.zip(codes).map(|(word, code)| format!("{word}={code}"));
    let pairs = pairs.collect::<Vec<_>>().join(",");
    format!(
        "say what they mean, such as `{map} {pairs}`; if they are no decisions, name the column \
         that has them with `{column}`"
    )
}

fn ambiguous(columns: &[String], option: &str) -> String {
    let last = columns.last().map(String::as_str).unwrap_or_default();
    let each = columns.iter().zip(["ANN", "BO", "CY", "DI"]);
    let each = each.map(|(column, who)| format!("{option} '{who}={column}'"));
    format!(
        "choose one with `{option} '{last}'`, or give each its reviewer: `{}`",
        each.collect::<Vec<_>>().join(" ")
    )
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
