//! How an index is built: threads, memory, limits to what is read.

use clap::{Args, ValueEnum};
use trialdex_engine::index::Prune;

/// Megabytes for the indexing threads.
const MEMORY: u32 = 200;

/// Megabytes of the longest record.
const MAX_RECORD: u32 = 32;

/// Growth of an archive when it is unpacked.
const MAX_RATIO: u64 = 200;

/// Gigabytes that a source may unpack to.
const MAX_UNPACKED: u32 = 256;

/// Gigabytes of an archive inside another one.
const MAX_SPOOL: u32 = 16;

/// Members of the archives of a source.
const MAX_MEMBERS: u64 = 1_000_000;

/// Containers inside one another.
const MAX_DEPTH: u8 = 6;

/// Values of a JSON record.
const MAX_VALUES: u32 = 4_000_000;

/// Cells of a row.
const MAX_CELLS: u32 = 10_000;

/// What `--prune` takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PruneArg {
    /// Studies that readable sources no longer have
    Gone,
    /// Also studies that are missing from damaged sources, or from sources that
    /// no longer have any studies
    All,
}

impl From<PruneArg> for Prune {
    fn from(which: PruneArg) -> Self {
        match which {
            PruneArg::Gone => Self::Gone,
            PruneArg::All => Self::All,
        }
    }
}

/// How an index is built.
#[derive(Debug, Args)]
pub(crate) struct WorkArgs {
    /// Number of threads that convert records, and of threads that index them
    /// [default: one a core, at most 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) threads: Option<u8>,
    /// Megabytes that the indexing threads may use together
    #[arg(long, default_value_t = MEMORY, value_name = "MB", value_parser = clap::value_parser!(u32).range(50..=65_536))]
    pub(crate) memory: u32,
    /// Megabytes of the longest record
    #[arg(long, default_value_t = MAX_RECORD, value_name = "MB", value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(crate) max_record: u32,
    /// Growth of an archive when it is unpacked, in multiples of its size
    #[arg(long, default_value_t = MAX_RATIO, value_name = "N")]
    pub(crate) max_ratio: u64,
    /// Gigabytes that a file may unpack to, archives inside it included
    #[arg(long, default_value_t = MAX_UNPACKED, value_name = "GB", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_unpacked: u32,
    /// Gigabytes of a zip archive inside another archive
    #[arg(long, default_value_t = MAX_SPOOL, value_name = "GB", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_spool: u32,
    /// Members of all archives in a file
    #[arg(long, default_value_t = MAX_MEMBERS, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) max_members: u64,
    /// Archives inside one another
    #[arg(long, default_value_t = MAX_DEPTH, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub(crate) max_depth: u8,
    /// Values of one JSON record
    #[arg(long, default_value_t = MAX_VALUES, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_values: u32,
    /// Cells of one row of a table
    #[arg(long, default_value_t = MAX_CELLS, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_cells: u32,
}

impl Default for WorkArgs {
    /// What is used where nothing can be typed.
    fn default() -> Self {
        Self {
            threads: None,
            memory: MEMORY,
            max_record: MAX_RECORD,
            max_ratio: MAX_RATIO,
            max_unpacked: MAX_UNPACKED,
            max_spool: MAX_SPOOL,
            max_members: MAX_MEMBERS,
            max_depth: MAX_DEPTH,
            max_values: MAX_VALUES,
            max_cells: MAX_CELLS,
        }
    }
}
