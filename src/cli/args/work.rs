//! Flags for building an index: threads, memory, limits of sources.

use std::time::SystemTime;

use clap::Args;

use trialdex_engine::index::{LockOwner, PruneMode, UpdateOptions};
use trialdex_records::source::ReadLimits;

/// Megabytes for the indexing threads.
const MEMORY: u32 = (UpdateOptions::MEMORY / 1_000_000) as u32;

/// Megabytes of the longest record.
const MAX_RECORD: u32 = (ReadLimits::DEFAULT.record >> 20) as u32;

/// Growth of an archive when it is unpacked.
const MAX_RATIO: u64 = ReadLimits::DEFAULT.ratio;

/// Gigabytes that a source may unpack to.
const MAX_UNPACKED: u32 = (ReadLimits::DEFAULT.unpacked >> 30) as u32;

/// Gigabytes of an archive inside another one.
const MAX_SPOOL: u32 = (ReadLimits::DEFAULT.spool >> 30) as u32;

/// Members of the archives of a source.
const MAX_MEMBERS: u64 = ReadLimits::DEFAULT.members;

/// Containers inside one another.
const MAX_DEPTH: u8 = ReadLimits::DEFAULT.depth as u8;

/// Values of a JSON record.
const MAX_VALUES: u32 = ReadLimits::DEFAULT.values as u32;

/// Cells of a row.
const MAX_CELLS: u32 = ReadLimits::DEFAULT.cells as u32;

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

impl WorkArgs {
    /// The same as options of an update that is run now.
    pub(crate) fn options(&self, prune: PruneMode) -> UpdateOptions {
        let new = new_options();
        UpdateOptions {
            prune,
            limits: ReadLimits {
                record: (self.max_record as usize) << 20,
                values: self.max_values as usize,
                cells: self.max_cells as usize,
                ratio: self.max_ratio,
                unpacked: u64::from(self.max_unpacked) << 30,
                spool: u64::from(self.max_spool) << 30,
                members: self.max_members,
                depth: usize::from(self.max_depth),
                ..ReadLimits::DEFAULT
            },
            threads: self.threads.map_or(new.threads, usize::from),
            memory: (self.memory as usize) * 1_000_000,
            ..new
        }
    }
}

/// Options of an update that is run now, where nothing can be typed.
pub(crate) fn new_options() -> UpdateOptions {
    UpdateOptions { holder: holder(), ..UpdateOptions::new(SystemTime::now()) }
}

/// Who this is, for others that want to write to the index meanwhile.
pub(crate) fn holder() -> LockOwner {
    let typed = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    let command = ["trialdex".to_owned()].into_iter().chain(typed).collect::<Vec<_>>().join(" ");
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .unwrap_or_default();
    let host = host.trim().to_owned();
    LockOwner { process: std::process::id(), host, command, since: String::new() }
}
