//! How changes are written.

use clap::ValueEnum;

use trialdex_output::ChangeFormat;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChangeFormatArg {
    Text,
    Jsonl,
    Atom,
}

impl From<ChangeFormatArg> for ChangeFormat {
    fn from(format: ChangeFormatArg) -> Self {
        match format {
            ChangeFormatArg::Text => Self::Text,
            ChangeFormatArg::Jsonl => Self::JsonLines,
            ChangeFormatArg::Atom => Self::Atom,
        }
    }
}
