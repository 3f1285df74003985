//! Arguments that several commands share.

pub(crate) mod work;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Heading of the options that every command has.
const GLOBAL: &str = "Global options";

#[derive(Debug, Args)]
pub(crate) struct GlobalArgs {
    /// Directory of the index, or its address on a cluster
    #[arg(
        long,
        global = true,
        env = "TRIALDEX_INDEX",
        default_value = "index",
        value_name = "DIR", help_heading = GLOBAL)]
    pub(crate) index: PathBuf,
    /// When to use colour and hyperlinks; `auto` means on a terminal only
    #[arg(
        long,
        global = true,
        env = "TRIALDEX_COLOR",
        default_value = "auto",
        value_name = "WHEN", help_heading = GLOBAL)]
    pub(crate) color: ColorChoice,
    /// Write nothing but errors to standard error
    #[arg(long, short, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,
    /// Program that shows text on a terminal [default: PAGER, else less]
    #[arg(long, global = true, env = "TRIALDEX_PAGER", value_name = "COMMAND", help_heading = GLOBAL)]
    pub(crate) pager: Option<String>,
    /// Write text to the terminal without a pager
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) no_pager: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    Text,
    Json,
}
