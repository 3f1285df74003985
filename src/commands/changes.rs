//! `trialdex changes`

use std::path::{Path, PathBuf};

use clap::Args;

use trialdex_engine::search::receipt::{Change, verify};
use trialdex_engine::search::{FoundHits as _, SearchableIndex as _};
use trialdex_output::{ChangeCounts, ChangeKind, ChangeWriter, FeedHeading, StudyChange};
use trialdex_plan::SearchRequest;
use trialdex_plan::receipt::ReplayedSearch;
use trialdex_query::Filter;
use trialdex_records::study::{FieldDifference, NctId, PartialDate, Study, differences};
use trialdex_session::{
    AnyError, AnyIndex, AnyReader, AskedSearch, ChangedStudy, StudyPlace, changes_between,
};

use crate::cli::args::GlobalArgs;
use crate::cli::asked::{QueryArgs, asked, say_remarks, with_files};
use crate::cli::change_format::ChangeFormatArg;
use crate::cli::named_index::{address_of, open, open_or_build};
use crate::cli::receipt_file::{now, read};
use crate::cli::{CommandOutcome, CommandResult, Console, Failure};

const EXAMPLES: &str = "\
Examples:
  trialdex changes --since 2026-03-01               records posted or updated since
  trialdex changes --since 2026-03-01 aplastic anemia --status recruiting
  trialdex search asthma --receipt asthma.json      once; and a month later:
  trialdex changes --since asthma.json              which hits came, went and changed
  trialdex changes --between index.before index     in which fields, too
  trialdex changes --between index.before index asthma --format atom > asthma.atom";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ChangesArgs {
    /// A day, such as `2026-03-01`; a receipt of `search --receipt`; or the directory or address
    /// of an earlier index
    #[arg(long, value_name = "DAY|RECEIPT|DIR", required_unless_present = "between")]
    pub(crate) since: Option<PathBuf>,
    /// An earlier index and a later one
    #[arg(long, num_args = 2, value_names = ["DIR", "DIR"], conflicts_with = "since")]
    pub(crate) between: Option<Vec<PathBuf>>,
    #[command(flatten)]
    pub(crate) query: QueryArgs,
    /// Write values whole
    #[arg(long)]
    pub(crate) full: bool,
    /// How to write the changes: `jsonl` is one object a study, `atom` a feed for readers of news
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub(crate) format: ChangeFormatArg,
}

/// What changes are since.
enum Since<'a> {
    Day(PartialDate, &'a str),
    Receipt(&'a Path),
    Index(&'a Path),
}

impl<'a> Since<'a> {
    fn of(typed: &'a Path) -> Self {
        let day = typed.to_str().and_then(|text| Some((PartialDate::parse(text)?, text)));
        match day {
            Some((day, text)) if !typed.exists() => Self::Day(day, text),
            _ if typed.is_dir() || address_of(typed).is_some() => Self::Index(typed),
            _ => Self::Receipt(typed),
        }
    }
}

pub(crate) fn run(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ChangesArgs,
) -> CommandResult {
    let counts = match (&arguments.between, &arguments.since) {
        (Some(both), _) => between(console, arguments, &both[0], &both[1])?,
        (None, Some(since)) => match Since::of(since) {
            Since::Day(day, text) => since_day(console, global, arguments, day, text)?,
            Since::Receipt(path) => since_receipt(console, global, arguments, path)?,
            Since::Index(before) => between(console, arguments, before, &global.index)?,
        },
        (None, None) => ChangeCounts::default(),
    };
    Ok(if counts.is_empty() { CommandOutcome::NothingFound } else { CommandOutcome::Done })
}

/// The studies of an index, or hits of a search, that were posted or updated since a day.
fn since_day(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ChangesArgs,
    day: PartialDate,
    text: &str,
) -> Result<ChangeCounts, Failure> {
    let index = open_or_build(console, &global.index)?;
    let first = day.days().0;
    let day = PartialDate::first_day(day);
    let range = |field: &str| format!("AREA[{field}]RANGE[{day}, MAX]");
    let since = format!("{} OR {}", range("StudyFirstPostDate"), range("LastUpdatePostDate"));
    let mut asked = arguments.query.request()?;
    asked.request.filters.push((Filter::Expression, since));
    let searched = understood(console, asked)?;
    let latest = index.contents()?.latest_update;
    let is_before =
        |latest: &str| PartialDate::parse(latest).is_some_and(|date| date.days().1 < first);
    if let Some(latest) = latest.filter(|latest| is_before(latest)) {
        console.say(&format!(
            "note: no record of the index was updated since {text}; the latest one was on {latest}"
        ));
    }
    let hits = index.find(&searched.options())?;
    let reading = index.reading()?;
    let mut writer = begin(console, arguments, &format!("since {text}"), Some(&searched))?;
    let mut found: Vec<_> = hits.hits().iter().map(|hit| hit.nct_id).zip(hits.places()).collect();
    found.sort_unstable();
    let places: Vec<StudyPlace> = found.iter().map(|(_, place)| *place).collect();
    for (at, (nct_id, place)) in found.into_iter().enumerate() {
        reading.prepare(&places[at..])?;
        let study = reading.study(place)?;
        let posted = study.text("StudyFirstPostDate").and_then(PartialDate::parse);
        let (kind, change) = match posted {
            Some(posted) if posted.days().1 >= first => (ChangeKind::Came, Change::New),
            _ => (ChangeKind::Changed, Change::Changed),
        };
        writer.write(&described(nct_id, kind, change, &study, Vec::new()))?;
    }
    Ok(writer.finish()?)
}

/// The hits of a receipt's search that came, went and changed since.
fn since_receipt(
    console: &mut Console,
    global: &GlobalArgs,
    arguments: &ChangesArgs,
    path: &Path,
) -> Result<ChangeCounts, Failure> {
    if typed(arguments)?.is_some() {
        return Err(Failure::new("a receipt has its own search")
            .hint("type `trialdex changes --since FILE` without words and filters"));
    }
    let receipt = read(path).map_err(|failure| match path.exists() || path == Path::new("-") {
        true => failure,
        false => failure.hint(
            "name a day such as `2026-03-01`, a receipt of `search --receipt`, or the directory of an \
             earlier index",
        ),
    })?;
    let ReplayedSearch { search, .. } = receipt.replay()?;
    let searched = with_files(search)?;
    let index = open(&global.index)?;
    let verified = verify(&receipt, &index, &searched.options(), searched.expression())?;
    let reading = index.reading()?;
    let title = format!("since {}", receipt.date);
    let mut writer = begin(console, arguments, &title, Some(&searched))?;
    let changed = verified.changed.iter().map(|id| (id, Change::Changed));
    let all = verified.came.iter().map(|(id, change)| (ChangeKind::Came, id, *change));
    let all = all.chain(verified.went.iter().map(|(id, change)| (ChangeKind::Went, id, *change)));
    let all = all.chain(changed.map(|(id, change)| (ChangeKind::Changed, id, change)));
    for (kind, id, change) in all {
        let nct_id = NctId::parse(id)
            .ok_or_else(|| Failure::new(format!("{}: `{id}` is no NCT number", path.display())))?;
        let place = reading.find(nct_id)?;
        let study = place.map(|place| reading.study(place)).transpose()?.unwrap_or_default();
        writer.write(&described(nct_id, kind, change, &study, Vec::new()))?;
    }
    Ok(writer.finish()?)
}

/// What differs between two indexes, or between the hits of a search in them.
fn between(
    console: &mut Console,
    arguments: &ChangesArgs,
    before: &Path,
    after: &Path,
) -> Result<ChangeCounts, Failure> {
    let (before, after) = (opened(before)?, opened(after)?);
    let searched = typed(arguments)?.map(|search| understood(console, search)).transpose()?;
    let changes = changes_between(&before, &after, searched.as_ref())?;
    let readings = (before.reading()?, after.reading()?);
    let mut writer = begin(console, arguments, "between two indexes", searched.as_ref())?;
    let all = changes.came.iter().map(|study| (ChangeKind::Came, study));
    let all = all.chain(changes.went.iter().map(|study| (ChangeKind::Went, study)));
    let all = all.chain(changes.changed.iter().map(|study| (ChangeKind::Changed, study)));
    let mut downloaded = 0_u64;
    for (kind, study) in all {
        match compared(kind, *study, &readings)? {
            Some(change) => writer.write(&change)?,
            None => downloaded += 1,
        }
    }
    let counts = writer.finish()?;
    if downloaded > 0 {
        let records = trialdex_output::plural(downloaded, "record differs", "records differ");
        console.say(&format!("note: {records} in nothing but the date of the download"));
    }
    Ok(counts)
}

/// What changed in a study; `None` where its record was downloaded on another day, and is the same.
fn compared(
    kind: ChangeKind,
    study: ChangedStudy,
    (before, after): &(AnyReader<'_>, AnyReader<'_>),
) -> Result<Option<StudyChange>, AnyError> {
    let read = |reader: &AnyReader<'_>| {
        reader.find(study.nct_id)?.map(|place| reader.study(place)).transpose()
    };
    let (was, is) = (read(before)?, read(after)?);
    let fields = match (&was, &is) {
        (Some(was), Some(is)) => differences(was, is),
        _ => Vec::new(),
    };
    if kind == ChangeKind::Changed && fields.is_empty() {
        return Ok(None);
    }
    let known = is.or(was).unwrap_or_default();
    // Another download alone is no other record.
    let change = match study.change {
        Change::Changed if fields.is_empty() => Change::Same,
        change => change,
    };
    Ok(Some(described(study.nct_id, kind, change, &known, fields)))
}

fn described(
    nct_id: NctId,
    kind: ChangeKind,
    change: Change,
    study: &Study,
    fields: Vec<FieldDifference>,
) -> StudyChange {
    let title = study.text("BriefTitle").or_else(|| study.text("OfficialTitle"));
    StudyChange {
        nct_id,
        kind,
        change,
        title: title.unwrap_or_default().to_owned(),
        updated: study.text("LastUpdatePostDate").map(str::to_owned),
        reason: None,
        fields,
        unkept: Vec::new(),
    }
}

/// An index that is named.
fn opened(index: &Path) -> Result<AnyIndex, Failure> {
    open(index).map_err(|failure| match index.is_dir() || address_of(index).is_some() {
        true => failure,
        false => failure.hint(
            "name the directories of two indexes; `trialdex index DUMP --index DIR` makes one \
                 of a dump",
        ),
    })
}

/// The search that is typed; `None` where all studies are meant.
fn typed(arguments: &ChangesArgs) -> Result<Option<SearchRequest>, Failure> {
    let search = arguments.query.request()?;
    Ok((!search.is_empty()).then_some(search))
}

/// A search, understood.
fn understood(console: &Console, search: SearchRequest) -> Result<AskedSearch, Failure> {
    let searched = asked(search)?;
    say_remarks(console, &searched);
    Ok(searched)
}

fn begin<'c>(
    console: &'c mut Console,
    arguments: &ChangesArgs,
    since: &str,
    searched: Option<&AskedSearch>,
) -> Result<ChangeWriter<&'c mut dyn std::io::Write>, Failure> {
    let expression = searched.map_or("all studies", AskedSearch::expression);
    let heading = FeedHeading {
        title: format!("Changes {since}: {expression}"),
        id: blake3::hash(expression.as_bytes()).to_hex()[..16].to_owned(),
        made: now(),
    };
    match arguments.format {
        ChangeFormatArg::Text => console.page(),
        ChangeFormatArg::Jsonl | ChangeFormatArg::Atom => console.data(),
    }
    let paint = console.paint;
    let out: &mut dyn std::io::Write = &mut console.out;
    Ok(ChangeWriter::begin(out, arguments.format.into(), paint, arguments.full, heading)?)
}
