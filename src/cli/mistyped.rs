//! The message for unknown commands and flags: the equivalent of what users of
//! other programs type, else a similar name, else nothing. A guess that is far
//! off is worse than none.

use clap::Command;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use super::failure::Failure;

/// Flags of other programs, and what to type here.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &["--output", "-o", "--out", "--outfile", "--output-file", "--save", "--export"],
        "results go to standard output: type `> FILE` at the end, with `--format csv` or another",
    ),
    (&["--csv", "--to-csv"], "type `--format csv`"),
    (&["--json"], "type `--format json`, or `--format jsonl` for a line a study"),
    (&["--jsonl", "--ndjson"], "type `--format jsonl`"),
    (&["--tsv"], "type `--format tsv`"),
    (&["--ris"], "type `--format ris`"),
    (&["-f"], "type `--format` and one of its values, or `--fields` and names of fields"),
    (
        &[
            "--since",
            "--from-date",
            "--after",
            "--start",
            "--start-date",
            "--from-year",
            "--min-year",
        ],
        "type `--filter 'AREA[StartDate]RANGE[2020, MAX]'` for studies that began in 2020 or later",
    ),
    (
        &["--until", "--to-date", "--before", "--end-date", "--to-year", "--max-year", "--to"],
        "type `--filter 'AREA[StartDate]RANGE[MIN, 2020]'` for studies that began in 2020 or earlier",
    ),
    (
        &["--year", "--years", "--date", "--dates"],
        "type `--filter 'AREA[StartDate]2020'` for studies that began in 2020",
    ),
    (&["--posted", "--first-posted"], "type `--filter 'AREA[StudyFirstPostDate]RANGE[2020, MAX]'`"),
    (&["--updated", "--last-update"], "type `--filter 'AREA[LastUpdatePostDate]RANGE[2020, MAX]'`"),
    (&["--query", "--search", "--text", "--words"], "type the words without a flag"),
    (&["--condition", "--conditions", "--disease", "-c"], "type `--cond`"),
    (&["--drug", "--intervention", "--treatment", "--interventions"], "type `--intr`"),
    (&["--title"], "type `--titles`"),
    (&["--outcome", "--outcomes"], "type `--outc`"),
    (&["--sponsor", "--sponsors", "--funder"], "type `--spons`, or `--agg 'funderType:industry'`"),
    (&["--keyword", "--keywords"], "type `--area Keyword` after the words"),
    (
        &["--field"],
        "type `--fields` for fields to print, or `--area` for where words are looked for",
    ),
    (&["--columns", "--cols"], "type `--fields`"),
    (
        &["--max", "--top", "--size", "--rows", "-k", "-m", "--limit-to", "--page-size"],
        "type `--limit` and a number; 0 is all",
    ),
    (&["--all", "-a"], "type `--limit 0` for all hits"),
    (&["--skip", "--start-at", "--page"], "type `--offset` and a number of hits to pass over"),
    (
        &["--file", "--strategy-file", "--input", "-i"],
        "type `trialdex batch FILE` for many queries",
    ),
    (&["--city", "--location", "--state", "--place"], "type `--locn`"),
    (&["--countries", "--region", "--continent"], "type `--country`, which takes regions, too"),
    (
        &["--near"],
        "type `--geo` with latitude, longitude and radius, such as `--geo 39.0,-77.1,50mi`",
    ),
    (&["--gender"], "type `--sex`"),
    (&["--ages", "--min-age", "--max-age"], "type `--age` and an age or a range, such as `65-80`"),
    (&["--phases"], "type `--phase`"),
    (
        &["--recruiting", "--recruitment", "--overall-status", "--open"],
        "type `--status recruiting`",
    ),
    (&["--study-type", "--design"], "type `--type`"),
    (&["--has-results", "--with-results"], "type `--results with`"),
    (&["--nct", "--nctid", "--nct-id"], "type `--ids` and NCT numbers"),
    (&["--order", "--order-by", "--sort-by"], "type `--sort` and a field"),
    (&["--or"], "type `OR` between words, or `--any` for any of them"),
    (
        &["--exact", "--no-synonyms"],
        "type `--expand term` for no other names, `--expand none` for no other forms",
    ),
    (&["--verbose", "-v"], "type `--explain` for how a query is understood"),
    (&["--database", "--db", "-d", "--dir"], "type `--index` and the directory of an index"),
    (&["-l"], "type `-n` or `--limit` and a number"),
    (&["-?"], "type `--help`"),
];

/// How a command that is mistyped may differ from one that there is, and a
/// flag likewise: changes of a letter at most.
const NEAR: usize = 2;

/// The message for a command line that clap refuses; `None` if clap's own words
/// will do.
pub(crate) fn explained(command: &Command, error: &Error, typed: &[String]) -> Option<Failure> {
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let flag = context(error, ContextKind::InvalidArg)?;
            let message = format!("there is no `{flag}` here");
            let hint = hint_for_flag(command, &flag, typed);
            Some(Failure::new(message).hint(hint))
        }
        ErrorKind::InvalidSubcommand => {
            let word = context(error, ContextKind::InvalidSubcommand)?;
            Some(
                Failure::new(format!("`{word}` is no command"))
                    .hint(hint_for_command(command, &word, typed)),
            )
        }
        _ => None,
    }
}

fn context(error: &Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// The command that was typed, down to the last that there is.
fn innermost<'a>(command: &'a Command, typed: &[String]) -> (&'a Command, String) {
    let (mut inner, mut name) = (command, "trialdex".to_owned());
    for word in typed.iter().skip(1) {
        if let Some(below) = inner.find_subcommand(word) {
            inner = below;
            name = format!("{name} {word}");
        }
    }
    (inner, name)
}

fn hint_for_flag(command: &Command, flag: &str, typed: &[String]) -> String {
    let bare = flag.split(['=', ' ']).next().unwrap_or(flag);
    let (inner, name) = innermost(command, typed);
    let known: Vec<String> = inner
        .get_arguments()
        .chain(command.get_arguments().filter(|flag| flag.is_global_set()))
        .filter_map(|flag| flag.get_long().map(|long| format!("--{long}")))
        .collect();
    let searches = known.iter().any(|flag| flag == "--cond");
    let foreign = FLAGS.iter().find(|(flags, _)| searches && flags.contains(&bare));
    let nearest = nearest(bare, known.iter().map(String::as_str));
    match (foreign, nearest) {
        (Some((_, hint)), _) => (*hint).to_owned(),
        (None, Some(near)) => format!("type `{near}`"),
        (None, None) if !bare.starts_with('-') => {
            format!("`{name} --help` shows what it takes; put words with blanks in quotes")
        }
        (None, None) => match FLAGS.iter().find(|(flags, _)| flags.contains(&bare)) {
            Some((flags, hint)) if flags.contains(&"-o") => (*hint).to_owned(),
            _ => format!("`{name} --help` lists its flags"),
        },
    }
}

fn hint_for_command(command: &Command, word: &str, typed: &[String]) -> String {
    let (inner, name) = innermost(command, typed);
    let commands = inner.get_subcommands().map(Command::get_name);
    let at = typed.iter().position(|one| one == word).unwrap_or(typed.len());
    let words: Vec<String> = typed[at..].iter().map(|word| as_typed(word)).collect();
    if let Some(near) = nearest(word, commands) {
        let rest = words.iter().skip(1).map(|word| format!(" {word}"));
        return format!("type `{name} {near}{}`", rest.collect::<String>());
    }
    if name != "trialdex" {
        return format!("`{name} --help` lists its commands");
    }
    format!("type `trialdex search {}` to look for words", words.join(" "))
}

/// A word as a shell takes it.
pub(crate) fn as_typed(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./,:=@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The name that differs by least from a word, if that is little: for a short
/// one, one letter.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let letters = word.trim_start_matches('-').chars().count();
    let most = if letters < 5 { 1 } else { NEAR };
    let near = known.map(|name| (distance(word, name), name));
    let near = near.filter(|(distance, _)| *distance <= most && letters > 2);
    near.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Letters to add, leave out, change or swap with their neighbour to get from
/// one word to another: the optimal string alignment distance.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=other.len()).collect()];
    for at in 1..=one.len() {
        let mut row = vec![at];
        for to in 1..=other.len() {
            let changed = usize::from(one[at - 1] != other[to - 1]);
            let mut least = (rows[at - 1][to] + 1).min(row[to - 1] + 1);
            least = least.min(rows[at - 1][to - 1] + changed);
            let swapped =
                at > 1 && to > 1 && one[at - 1] == other[to - 2] && one[at - 2] == other[to - 1];
            if swapped {
                least = least.min(rows[at - 2][to - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::commands::Cli;

    fn hint(typed: &[&str]) -> String {
        let command = Cli::command();
        let typed: Vec<String> =
            ["trialdex"].iter().chain(typed).map(|word| (*word).to_owned()).collect();
        let error = command.clone().try_get_matches_from(&typed).expect_err("mistyped");
        let failure = explained(&command, &error, &typed).expect("one of ours");
        failure.shown(trialdex_output::DisplayOptions::default()).trim_end().to_owned()
    }

    #[test]
    fn flags_of_other_programs_are_known() {
        for (typed, expected) in [
            (&["search", "x", "--output", "x.csv"][..], "> FILE"),
            (&["search", "x", "-o", "x.csv"], "> FILE"),
            (&["search", "x", "--since", "2020"], "RANGE[2020, MAX]"),
            (&["search", "x", "--year=2020"], "AREA[StartDate]2020"),
            (&["search", "--condition", "x"], "`--cond`"),
            (&["facets", "phase", "--drug", "x"], "`--intr`"),
            (&["search", "x", "--pahse", "2"], "`--phase`"),
            (&["search", "x", "--xyzzy"], "`trialdex search --help` lists its flags"),
            (&["show", "--since", "2020"], "`trialdex show --help` lists its flags"),
        ] {
            let said = hint(typed);
            assert!(said.contains(expected), "{typed:?}: {said}");
            assert!(!said.contains("-- -"), "{said}");
        }
    }

    #[test]
    fn words_without_a_command_are_searched_for() {
        for (typed, expected) in [
            (&["insomnia"][..], "type `trialdex search insomnia`"),
            (
                &["aplastic", "anemia", "--phase", "2"],
                "type `trialdex search aplastic anemia --phase 2`",
            ),
            (&["heart attack"], "type `trialdex search 'heart attack'`"),
            (&["serach", "x"], "type `trialdex search x`"),
            (&["indx"], "type `trialdex index`"),
        ] {
            let said = hint(typed);
            assert!(said.contains(expected), "{typed:?}: {said}");
        }
    }

    #[test]
    fn what_is_suggested_for_a_flag_is_one() {
        let mut command = Cli::command();
        command.build();
        let search = command.find_subcommand("search").expect("a command");
        let flags: Vec<String> =
            search.get_arguments().filter_map(|flag| flag.get_long()).map(str::to_owned).collect();
        for (typed, hint) in FLAGS {
            for part in hint.split('`').filter(|part| part.starts_with("--")) {
                let flag = part[2..].split([' ', '=']).next().expect("a flag");
                assert!(
                    flags.iter().any(|known| known == flag) || flag == "help",
                    "{typed:?}: {part}"
                );
            }
            for flag in *typed {
                let long = flag.trim_start_matches("--");
                assert!(!flags.iter().any(|known| known == long), "{flag} is a flag of search");
            }
        }
    }

    #[test]
    fn letters_that_are_swapped_differ_once() {
        assert_eq!(distance("serach", "search"), 1);
        assert_eq!(distance("--output", "--outc"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
