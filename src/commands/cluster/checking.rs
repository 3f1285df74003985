//! `trialdex check` on a cluster.

use std::io::Write;

use trialdex_cluster::{ClusterCheck, ClusterError, ClusterFault, ClusterFinding, ClusterIndex};
use trialdex_output::{clean_line, plural};

use crate::cli::args::ReportFormat;
use crate::cli::{CommandOutcome, CommandResult, Console};
use crate::commands::check::{CheckArgs, named};

/// Checks the version that a name stands for.
pub(super) fn check(
    console: &mut Console,
    index: &ClusterIndex,
    arguments: &CheckArgs,
) -> CommandResult {
    let refused = [("--sources", arguments.sources), ("--repair", arguments.repair)];
    if let Some((flag, _)) = refused.iter().find(|(_, typed)| *typed) {
        return Err(ClusterError::NotYet(format!("{flag} does not work")).into());
    }
    let check = index.check(arguments.quick)?;
    match arguments.format {
        ReportFormat::Text => writeln!(console.out, "{}", text(&check))?,
        ReportFormat::Json => writeln!(console.out, "{:#}", json(&check)?)?,
    }
    console.out.flush()?;
    Ok(if check.whole { CommandOutcome::Done } else { CommandOutcome::Damaged })
}

fn json(check: &ClusterCheck) -> std::io::Result<serde_json::Value> {
    let mut json = serde_json::to_value(check)?;
    let findings = json["findings"].as_array_mut().into_iter().flatten();
    for (shown, finding) in findings.zip(&check.findings) {
        shown["advice"] = advice(check, finding).into();
    }
    Ok(json)
}

fn text(check: &ClusterCheck) -> String {
    let mut lines = Vec::new();
    for finding in &check.findings {
        let ClusterFinding { place, problem, studies, .. } = finding;
        let mut line = format!("{place}: {problem}");
        if !studies.is_empty() {
            let count = plural(studies.len() as u64, "study", "studies");
            line += &format!("; {count}: {}", named(studies));
        }
        lines.push(line);
        lines.push(format!("  {}", advice(check, finding)));
    }
    lines.push(format!(
        "compared {} in {}{}",
        plural(check.fields, "field", "fields"),
        plural(check.shards, "shard", "shards"),
        match check.studies_read {
            0 => String::new(),
            read => format!(", and read {}", plural(read, "study", "studies")),
        }
    ));
    if check.copies_missing > 0 {
        lines.push(format!(
            "note: {} on no machine: nothing is lost, until another machine is",
            plural(check.copies_missing, "copy of a shard is", "copies of shards are")
        ));
    }
    let (index, version) = (&check.index, &check.version);
    lines.push(match check.whole {
        true => {
            let studies = plural(check.studies, "study", "studies");
            format!("{index} is whole: {version} holds {studies}, each once")
        }
        false => format!("{index} is damaged"),
    });
    lines.iter().map(|line| clean_line(line)).collect::<Vec<_>>().join("\n")
}

/// What to do about something that is wrong.
fn advice(check: &ClusterCheck, finding: &ClusterFinding) -> String {
    let ClusterCheck { index, version, .. } = check;
    match finding.fault {
        ClusterFault::ShardMissing => {
            "see which machines of the cluster are away, and start them".to_owned()
        }
        _ => format!(
            "index the sources under another name, such as `trialdex index PATH --index {index}-2`; \
             or let the name stand for the version before {version}, see docs/engine.md"
        ),
    }
}
