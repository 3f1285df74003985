//! `trialdex watch list`

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use trialdex_output::{clean_line, plural};
use trialdex_plan::watch::WatchedSearch;

use super::list_file::{ListFileArgs, read_all};
use crate::cli::args::{GlobalArgs, ReportFormat};
use crate::cli::{CommandOutcome, CommandResult, Console};

/// The version of the JSON.
const SCHEMA: &str = "trialdex.watched.v1";

#[derive(Debug, Args)]
pub(crate) struct WatchListArgs {
    #[command(flatten)]
    list: ListFileArgs,
    /// How to write the searches
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    format: ReportFormat,
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &WatchListArgs,
) -> CommandResult {
    let path = arguments.list.path(global);
    let list = read_all(&path)?;
    match arguments.format {
        ReportFormat::Text => {
            for search in &list.searches {
                for line in lines(search) {
                    writeln!(console.out, "{}", clean_line(&line))?;
                }
            }
        }
        ReportFormat::Json => {
            let searches: Vec<Value> = list.searches.iter().map(json_of).collect();
            let json = json!({"schema": SCHEMA, "list": path, "searches": searches});
            writeln!(console.out, "{json:#}")?;
        }
    }
    console.out.flush()?;
    Ok(CommandOutcome::Done)
}

fn lines(search: &WatchedSearch) -> [String; 2] {
    let WatchedSearch { name, look, unnamed, .. } = search;
    let seen = match unnamed {
        true => format!("not looked at since it was added on {}", look.date),
        false => {
            let hits = plural(look.total as u64, "study", "studies");
            format!("{hits} on {}", look.date)
        }
    };
    [format!("{name}: {seen}"), format!("  {}", look.understood)]
}

fn json_of(search: &WatchedSearch) -> Value {
    let WatchedSearch { name, added, unnamed, look, .. } = search;
    json!({
        "name": name,
        "added": added,
        "lastLook": (!unnamed).then_some(&look.date),
        "hits": (!unnamed).then_some(look.total),
        "typed": look.typed,
        "understood": look.understood,
    })
}
