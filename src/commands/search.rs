//! `trialdex search`

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;

use trialdex_engine::search::{
    Disclosure, FoundHits as _, HitCounts, HitWindow, IndexHits as _, Profile, measured,
};
use trialdex_output::{
    HitFormat, HitWriter, SearchHeading, chosen_pieces, clean_line, details_text, disclosure_json,
    funnel_lines, plural, profile_json, profile_lines,
};
use trialdex_plan::receipt::Receipt;
use trialdex_records::study::pieces::Piece;
use trialdex_session::{AskedSearch, SearchAnswer};

use crate::cli::args::GlobalArgs;
use crate::cli::asked::{QueryArgs, typed_search};
use crate::cli::disclosure::AbsentStudies;
use crate::cli::named_index::open_or_build;
use crate::cli::notes::{
    say_other_wordings, say_what_is_ambiguous, say_what_is_cut, say_what_is_damaged,
    say_what_is_meant,
};
use crate::cli::receipt_file::{check_place, now, save_receipt};
use crate::cli::run_lines::window;
use crate::cli::strategy_file::StrategyArgs;
use crate::cli::{CommandOutcome, CommandResult, Console, Failure, disclosure};

const EXAMPLES: &str = "\
Examples:
  trialdex search aplastic anemia mesenchymal
  trialdex search '\"graft versus host\"' steroid --limit 50
  trialdex search sepsis fluids --any --format jsonl | jq -r .briefTitle
  trialdex search insomnia --format csv --fields NCTId,BriefTitle,Sex > insomnia.csv
  trialdex search lymphoma --format ris > lymphoma.ris
  trialdex search --cond lymphoma --intr rituximab --details";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SearchArgs {
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    #[command(flatten)]
    pub(crate) strategy: StrategyArgs,
    /// Print only the number of hits
    #[arg(long)]
    pub(crate) count: bool,
    /// Show how the query was understood, how many studies each part leaves,
    /// and why each hit has its score
    #[arg(long)]
    pub(crate) explain: bool,
    /// Show, for each search area, the words and synonyms that were looked for,
    /// how many studies have each, and how many hits come only from it
    #[arg(long)]
    pub(crate) details: bool,
    /// Show where the time of the search went, step by step, in one thread: on
    /// standard error, or under `profile` in JSON
    #[arg(long)]
    pub(crate) profile: bool,
    /// Sort by a date, a number or an age, such as `StartDate` or
    /// `EnrollmentCount:asc`; two keys at most [default: @relevance]
    #[arg(long, value_name = "FIELD[:asc|desc]", value_delimiter = ',')]
    pub(crate) sort: Vec<String>,
    /// Record the search and all its hits in a file for `verify`
    #[arg(long, value_name = "FILE")]
    pub(crate) receipt: Option<PathBuf>,
    /// Number of hits to write; 0 for all. By default, text has 20
    /// (TRIALDEX_LIMIT or the setting), other formats have all
    #[arg(
        long,
        short = 'n',
        env = "TRIALDEX_LIMIT",
        default_value_t = 20,
        value_name = "N",
        hide_default_value = true,
        hide_env = true
    )]
    pub(crate) limit: usize,
    /// The limit was typed: it holds for every format.
    #[arg(skip)]
    pub(crate) limit_typed: bool,
    /// Number of hits to skip
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) offset: usize,
    /// How to write the hits
    #[arg(long, env = "TRIALDEX_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub(crate) format: HitFormatArg,
    /// Fields to add to each hit (text, json, jsonl) or to use as columns (csv,
    /// tsv): names of the registry's data model, such as `BriefTitle,Phase`
    #[arg(long, value_delimiter = ',', value_name = "FIELD,...")]
    pub(crate) fields: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HitFormatArg {
    Text,
    Json,
    Jsonl,
    Csv,
    Tsv,
    Ids,
    Ris,
}

impl From<HitFormatArg> for HitFormat {
    fn from(format: HitFormatArg) -> Self {
        match format {
            HitFormatArg::Text => Self::Text,
            HitFormatArg::Json => Self::Json,
            HitFormatArg::Jsonl => Self::JsonLines,
            HitFormatArg::Csv => Self::Csv,
            HitFormatArg::Tsv => Self::Tsv,
            HitFormatArg::Ids => Self::Ids,
            HitFormatArg::Ris => Self::Ris,
        }
    }
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &SearchArgs,
) -> CommandResult {
    let profile = arguments.profile.then(Profile::start);
    let mut asked =
        measured(profile.as_ref(), "question understood", || asked(console, arguments))?;
    asked.profile = profile.inspect(|profile| profile.name_filters(filters(&asked)));
    let profile = asked.profile.as_ref();
    arguments.receipt.as_deref().map_or(Ok(()), check_place)?;
    let fields = chosen_pieces(&arguments.fields)?;
    let index = measured(profile, "index opened", || open_or_build(console, &global.index))?;
    let window = window(arguments.offset, limit(arguments));
    let answer = match arguments.count {
        true => SearchAnswer::count(&index, &asked)?,
        false => SearchAnswer::find(&index, &asked, window)?,
    };
    let mut disclosure =
        if is_unheard(console, arguments) { Disclosure::default() } else { answer.disclosure()? };
    if !is_unheard(console, arguments) && !arguments.count {
        disclosure.wordings = answer.other_wordings()?;
    }
    let hits = &answer.hits;
    let absent = AbsentStudies::of_filters(&index, &asked.search.request.request)?;
    if let Some(path) = &arguments.receipt {
        let unmeasured = AskedSearch { profile: None, ..asked.clone() };
        measured(profile, "receipt written", || -> Result<(), Failure> {
            let window = HitWindow { offset: 0, limit: None };
            let all = SearchAnswer::find(&index, &unmeasured, window)?;
            write_receipt(console, path, &all.receipt(now())?)
        })?;
    }
    say_what_is_cut(console, hits.understood());
    say_what_is_damaged(console, &index)?;
    say_what_is_ambiguous(console, &index, hits.understood())?;
    let format = HitFormat::from(arguments.format);
    if arguments.count {
        write_count(console, format, &disclosure, hits.total(), profile)?;
    } else {
        measured(profile, "hits written", || {
            write_hits(console, arguments, &fields, (&asked, &disclosure), &answer)
        })?;
    }
    console.out.flush()?;
    if arguments.explain && has_numbers_beside(arguments) {
        funnel_lines(&answer.funnel()?).iter().for_each(|line| console.say(line));
    }
    say_beside(console, arguments, &disclosure, &answer)?;
    if let Some(absent) = absent.filter(|absent| !absent.numbers.is_empty()) {
        console.close();
        absent.say(console);
    }
    if let Some(profile) = profile.filter(|_| format != HitFormat::Json) {
        console.close();
        profile_lines(profile).iter().for_each(|line| console.say(line));
    }
    Ok(if hits.total() == 0 { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// The filters of a search, as they are typed.
fn filters(asked: &AskedSearch) -> Vec<String> {
    let filters = asked.search.understood.parts.iter().filter(|part| part.filter);
    filters.map(|part| clean_line(&format!("{} {}", part.name, part.typed)).into_owned()).collect()
}

/// What is asked for.
fn asked(console: &Console, arguments: &SearchArgs) -> Result<AskedSearch, Failure> {
    let (query, strategy) = (&arguments.query, &arguments.strategy);
    let asked = typed_search(console, query, strategy, &arguments.sort)?;
    // As on the site, every study is found where nothing is asked but how to
    // show them.
    let shown = arguments.count || !arguments.sort.is_empty() || !arguments.fields.is_empty();
    if asked.search.request.is_empty() && !shown {
        return Err(Failure::new("no words to look for")
            .hint("type some, such as `trialdex search aplastic anemia`"));
    }
    Ok(asked)
}

/// Writes the number of hits.
fn write_count(
    console: &mut Console,
    format: HitFormat,
    disclosure: &Disclosure,
    total: usize,
    profile: Option<&Profile>,
) -> Result<(), Failure> {
    if format == HitFormat::Json {
        let mut count = json!({"total": total, "query": disclosure_json(disclosure)});
        if let Some(profile) = profile {
            count["profile"] = profile_json(profile);
        }
        writeln!(console.out, "{count:#}")?;
    } else {
        writeln!(console.out, "{total}")?;
    }
    Ok(())
}

/// Whether nobody reads the numbers of studies taken in and left out: they are
/// not counted then.
fn is_unheard(console: &Console, arguments: &SearchArgs) -> bool {
    console.is_quiet() && has_numbers_beside(arguments)
}

/// Whether what the number of hits takes in and leaves out is no part of the output.
fn has_numbers_beside(arguments: &SearchArgs) -> bool {
    let inside = matches!(HitFormat::from(arguments.format), HitFormat::Text | HitFormat::Json);
    arguments.count || !inside
}

/// Hits to be written; 0 for all. What is set for good is for people's
/// screens: files and programs get all unless they say otherwise.
fn limit(arguments: &SearchArgs) -> usize {
    let screen = HitFormat::from(arguments.format) == HitFormat::Text;
    if screen || arguments.limit_typed { arguments.limit } else { 0 }
}

/// Writes remarks to standard error that the output itself does not have: what
/// the number of hits takes in and leaves out, whether not all hits were
/// written, and the likely meaning of words that no study has.
fn say_beside(
    console: &mut Console,
    arguments: &SearchArgs,
    disclosure: &Disclosure,
    answer: &SearchAnswer<'_>,
) -> Result<(), Failure> {
    let hits = &answer.hits;
    let format = HitFormat::from(arguments.format);
    if has_numbers_beside(arguments) {
        if arguments.details {
            let details = details_text(console.error_paint, hits.understood(), &answer.matched()?);
            details.iter().for_each(|line| console.say_painted(line));
        }
        disclosure::say(console, "", disclosure);
    }
    if !arguments.count && format != HitFormat::Text {
        let (shown, total) = (hits.hits().len(), hits.counts().total);
        disclosure::say_cut(console, arguments.offset, shown, total);
    }
    if arguments.count || !matches!(format, HitFormat::Json | HitFormat::JsonLines) {
        say_what_is_meant(console, hits.meant()?);
        let typed = arguments.query.words.join(" ");
        say_other_wordings(console, &typed, arguments.query.any, &disclosure.wordings);
    }
    Ok(())
}

/// Prepares to write hits, and says where these lack words: text says it itself.
fn begin_hits(console: &mut Console, format: HitFormat, hits: HitCounts) {
    if format == HitFormat::Text {
        return console.page();
    }
    console.data();
    if hits.required < hits.clauses && hits.total > 0 {
        let HitCounts { required, clauses, .. } = hits;
        console.say(&format!("no study has all of the words; these have {required} of {clauses}"));
    }
}

fn write_hits(
    console: &mut Console,
    arguments: &SearchArgs,
    fields: &[&'static Piece],
    (asked, disclosure): (&AskedSearch, &Disclosure),
    answer: &SearchAnswer<'_>,
) -> Result<(), Failure> {
    let (format, hits) = (HitFormat::from(arguments.format), &answer.hits);
    begin_hits(console, format, hits.counts());
    let (typed, area) = (asked.typed(), asked.search.area.as_deref());
    let heading = SearchHeading { typed: &typed, understood: asked.expression(), area };
    let funnel = arguments.explain.then(|| answer.funnel());
    let (paint, funnel) = (console.paint, funnel.transpose()?);
    let (explain, details) = (funnel.as_deref(), arguments.details);
    let (wish, scratch) = (&answer.options, &std::env::temp_dir());
    let writer = HitWriter { format, paint, fields, wish, disclosure, explain, details, scratch };
    Ok(writer.write(&mut console.out, heading, hits)?)
}

/// Writes down a search with all its hits.
fn write_receipt(console: &Console, path: &Path, receipt: &Receipt) -> Result<(), Failure> {
    save_receipt(path, receipt)?;
    console.say(&clean_line(&format!(
        "receipt of {} written to {}",
        plural(receipt.total as u64, "study", "studies"),
        path.display()
    )));
    Ok(())
}
