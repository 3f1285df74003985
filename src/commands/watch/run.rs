//! `trialdex watch run`

use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_output::{
    ChangeCounts, ChangeFormat, ChangeKind, ChangeWriter, FeedHeading, StudyChange, clean_line,
    plural,
};
use trialdex_plan::receipt::{Receipt, ReplayedSearch};
use trialdex_plan::watch::WatchedSearch;
use trialdex_session::{
    AnyIndex, EarlierRecords, SettingChange, WatchLook, WatchedStudy, look_again,
};

use super::add::check_total;
use super::list_file::{self, ListFileArgs, chosen, read_all};
use super::reason::reason_of;
use crate::cli::args::GlobalArgs;
use crate::cli::asked::with_files;
use crate::cli::change_format::ChangeFormatArg;
use crate::cli::named_index::open;
use crate::cli::receipt_file::now;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

/// What the reason of a hit is that was never named.
const FIRST: &str = "first looked at";

#[derive(Debug, Args)]
pub(crate) struct WatchRunArgs {
    /// Names of watched searches [default: all]
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// An index of the time of the last look, which has all earlier records
    #[arg(long, value_name = "DIR")]
    before: Option<PathBuf>,
    /// Read earlier records out of the sources of the index, where these have them; takes as long
    /// as reading the files
    #[arg(long, conflicts_with = "before")]
    pub(super) sources: bool,
    /// Keep the last look: the next run says the same again
    #[arg(long)]
    keep: bool,
    /// Write values whole
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    list: ListFileArgs,
    /// How to write the changes: `jsonl` is one object a study, `atom` a feed for readers of news
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: ChangeFormatArg,
}

/// A search that was looked at.
struct LookedAt<'l> {
    watched: &'l WatchedSearch,
    look: WatchLook,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &WatchRunArgs,
) -> CommandResult {
    let path = arguments.list.path(global);
    let list = read_all(&path)?;
    let searches = chosen(&list, &arguments.names)?;
    let index = open(&global.index)?;
    let before = arguments.before.as_deref().map(open).transpose()?;
    let earlier = match &before {
        Some(before) => EarlierRecords::Index(before),
        None if arguments.sources => EarlierRecords::Sources,
        None => EarlierRecords::Nowhere,
    };
    let (mut looks, mut failed) = (Vec::new(), Vec::new());
    for watched in &searches {
        match look_at(console, watched, &index, earlier) {
            Ok(look) => looks.push(LookedAt { watched, look }),
            Err(failure) => failed.push((watched.name.as_str(), failure)),
        }
    }
    let counts = write(console, arguments, &looks)?;
    // What is shown on a terminal was shown, or its reader has quit.
    console.close();
    if !arguments.keep {
        save(console, &path, &looks)?;
    }
    ended(console, counts, &failed)
}

fn look_at(
    console: &Console,
    watched: &WatchedSearch,
    index: &AnyIndex,
    earlier: EarlierRecords<'_>,
) -> Result<WatchLook, Failure> {
    let ReplayedSearch { search, change, .. } = watched.look.replay()?;
    let name = &watched.name;
    if let Some(change) = change {
        console.say(&clean_line(&format!("note: {name}: {change}")));
    }
    let look = look_again(watched, index, &with_files(search)?, earlier, now())?;
    check_total(name, look.look.total)?;
    if look.downloaded > 0 {
        let records = plural(look.downloaded as u64, "record differs", "records differ");
        let only = "in nothing but the date of the download";
        console.say(&clean_line(&format!("note: {name}: {records} {only}")));
    }
    Ok(look)
}

/// Writes all changes, to the end.
fn write(
    console: &mut Console,
    arguments: &WatchRunArgs,
    looks: &[LookedAt<'_>],
) -> Result<ChangeCounts, Failure> {
    match arguments.format {
        ChangeFormatArg::Text => console.page(),
        ChangeFormatArg::Jsonl | ChangeFormatArg::Atom => console.data(),
    }
    let names: Vec<&str> = looks.iter().map(|looked| looked.watched.name.as_str()).collect();
    let heading = FeedHeading {
        title: format!("Watched searches: {}", names.join(", ")),
        id: "watch".to_owned(),
        made: now(),
    };
    let (format, paint): (ChangeFormat, _) = (arguments.format.into(), console.paint);
    let mut writer = ChangeWriter::begin(&mut console.out, format, paint, arguments.full, heading)?;
    for LookedAt { watched, look } in looks {
        let WatchedSearch { name, unnamed, .. } = watched;
        let Receipt { date, understood, .. } = &watched.look;
        let id = blake3::hash(format!("{name}\n{understood}").as_bytes());
        let about = format!("since {date}: {understood}");
        writer.section(name, &id.to_hex()[..16], &about)?;
        let came = look.came.iter().map(|study| (ChangeKind::Came, study));
        let went = look.went.iter().map(|study| (ChangeKind::Went, study));
        let changed = look.changed.iter().map(|study| (ChangeKind::Changed, study));
        for (kind, study) in came.chain(went).chain(changed) {
            writer.write(&told(kind, study, look.setting, *unnamed))?;
        }
    }
    Ok(writer.finish()?)
}

fn told(
    kind: ChangeKind,
    study: &WatchedStudy,
    setting: SettingChange,
    unnamed: bool,
) -> StudyChange {
    let reason = match unnamed && kind == ChangeKind::Came {
        true => Some(FIRST.to_owned()),
        false => reason_of(kind, study, setting),
    };
    StudyChange {
        nct_id: study.nct_id,
        kind,
        change: study.change,
        title: study.title.clone(),
        updated: study.updated.clone(),
        reason,
        fields: study.fields.clone(),
        unkept: study.unkept.clone(),
    }
}

/// Puts what was seen in place of the last look, unless another run has done so meanwhile: what that
/// one did not name is named by the next one.
fn save(console: &Console, path: &Path, looks: &[LookedAt<'_>]) -> Result<(), Failure> {
    let mut left = Vec::new();
    list_file::change(path, |list| {
        for LookedAt { watched, look } in looks {
            let place = list.searches.iter_mut().find(|search| search.name == watched.name);
            match place {
                Some(search) if *search == **watched => {
                    search.look.clone_from(&look.look);
                    search.facts.clone_from(&look.facts);
                    search.unnamed = false;
                }
                Some(_) => left.push(format!("`{}` was looked at", watched.name)),
                None => left.push(format!("`{}` was removed", watched.name)),
            }
        }
        Ok(())
    })?;
    for left in left {
        console.say(&clean_line(&format!("note: {left} by another run meanwhile, which is kept")));
    }
    Ok(())
}

/// How the command ends: with an error where a search could not be looked at.
fn ended(console: &mut Console, counts: ChangeCounts, failed: &[(&str, Failure)]) -> CommandResult {
    if failed.is_empty() {
        let nothing = counts.is_empty();
        return Ok(if nothing { CommandOutcome::NothingFound } else { CommandOutcome::Done });
    }
    for (_, failure) in failed {
        console.report(failure);
    }
    let names: Vec<String> = failed.iter().map(|(name, _)| format!("`{name}`")).collect();
    let names = clean_line(&names.join(", ")).into_owned();
    Err(Failure::new(format!("{names} could not be looked at; the others were"))
        .hint("the last look at it is as it was; `trialdex watch list` shows the searches"))
}
