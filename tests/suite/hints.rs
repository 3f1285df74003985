//! Every hint can be typed: the text between backticks in a message or note is
//! fed back, must be understood and, if the sample corpus has such studies,
//! must find them.

use std::path::Path;

use trialdex_query::dialect::Dialect;
use trialdex_query::meaning::SearchTarget;
use trialdex_query::{Diagnostic, Filter, Parameter, Request};

use super::harness::{Sandbox, copy_directory};

/// Backticked parts of hints that are signs or words to be put somewhere, and
/// no expressions of their own.
const SIGNS: [&str; 19] = [
    "AND", "OR", "NOT", "ALL", "\"", "]", ")", "(", "*", "~", "\\*", "\\~", "MIN", "MAX", "mi",
    "km", "--any", "NCT", "NEAR/100",
];

/// What was typed (a flag before it, or none for plain words), and whether the
/// first part of the hint finds studies of the sample corpus.
const TYPED: &[(&str, &str, bool)] = &[
    // PubMed, the registry's retired site.
    ("", "insomnia[mesh]", true),
    ("", "insomnia[mh:noexp]", true),
    ("", "\"Anemia, Aplastic\"[MeSH Terms]", true),
    ("", "anemia[ti]", true),
    ("", "anemia[tiab]", true),
    ("", "anemia[tw]", true),
    ("", "anemia[ab]", true),
    ("", "prednisone[nm]", false),
    ("", "Smith[au]", false),
    ("", "2015:2020[dp]", true),
    ("", "anemia AND 2015:2020[dp]", true),
    ("", "2015/01/01:3000[dp]", true),
    ("", "2019[dp]", true),
    ("", "english[la]", false),
    ("", "randomized controlled trial[pt]", true),
    ("", "sepsis [DISEASE] AND norepinephrine [TREATMENT]", true),
    ("", "germany [COUNTRY]", true),
    ("", "recruiting [STATUS]", true),
    ("", "anything [STATUS]", false),
    ("", "all [GENDER]", true),
    // Signs, names of fields and years as they are typed elsewhere.
    ("", "anemia near children", false),
    ("", "anemia AND/OR sepsis", true),
    ("", "anemia and/or sepsis", false),
    ("", "age > 65", true),
    ("", "BMI<30", false),
    ("", "phase=2", true),
    ("", "enrollment>100", true),
    ("", "sex=female", true),
    ("", "status: recruiting", true),
    ("", "anemia since 2015", true),
    ("", "anemia after 2015", true),
    ("", "sepsis before 2030", true),
    ("", "anemia 2015-2025", true),
    ("", "Title: anemia", true),
    ("", "Condition: anemia", true),
    ("", "sponsor: university", true),
    ("", "anemia^2", true),
    ("", "{aplastic anemia}", true),
    ("", "!anemia", true),
    ("", "anemia SAME aplastic", true),
    ("", "anemia ADJ aplastic", false),
    ("", "exp Insomnia", false),
    ("", "Anemia/dt,th", false),
    ("", "Anemia/drug therapy", false),
    ("", "TI anemia", true),
    ("", "TX anemia", true),
    ("", "TOPIC: (anemia)", true),
    ("", "tw:(anemia)", true),
    ("", "ti(anemia)", true),
    ("", "MESH.EXACT(\"Anemia\")", false),
    ("", "L1 AND L2", false),
    ("", "anemia:ti:ab", true),
    ("", "Insomnia[MeSH] explode", true),
    ("", "https://clinicaltrials.gov/study/NCT90000001", true),
    ("", "https://pubmed.ncbi.nlm.nih.gov/90000001/", false),
    // Ovid, Embase and others.
    ("", "anemia.ti.", true),
    ("", "anemia.mp.", true),
    ("", "anemia.kw.", false),
    ("", "anemia.sh.", true),
    ("", "anemia/exp", true),
    ("", "bone adj3 marrow", true),
    ("", "bone N3 marrow", true),
    ("", "anemi$", true),
    ("", "an$", false),
    ("", "m*n", false),
    ("", "https://clinicaltrials.gov/search?cond=anemia&aggFilters=phase:2,studyType:int", true),
    ("", "https://pubmed.ncbi.nlm.nih.gov/?term=anemia%5Bti%5D+OR+sepsis", true),
    ("", "condition: anemia, aplastic", true),
    ("", "condition: anemia OR sepsis", true),
    ("--status", "closed", true),
    ("--status", "ongoing", true),
    ("--status", "cancelled", true),
    ("--phase", ">=2", true),
    ("--phase", "2 or higher", true),
    ("--phase", "2 to 3", true),
    ("--age", "toddler", true),
    ("--type", "RCT", true),
    ("--type", "cohort", true),
    ("--spons", "industry", true),
    ("", "'bone marrow'", true),
    ("", "\"bone marrow\"~3", false),
    ("", "\"bone marrow\" ~3", true),
    ("", "anemia~3", true),
    ("", "#1 AND #2", false),
    ("", "#4", false),
    ("", "or/1-3", false),
    ("", "S1 OR S2", false),
    ("", "1 and 2", false),
    // Operators.
    ("", "anemia or sepsis", true),
    ("", "anemia or sepsis or asthma", true),
    ("", "(anemia or sepsis) and children", true),
    ("", "anemia and children", true),
    ("", "anemia not children", true),
    ("", "anemia but not children", true),
    ("", "anemia, not children", true),
    ("", "anemia without children", true),
    ("", "anemia except children", true),
    ("", "anemia - children", true),
    ("", "either anemia or sepsis", true),
    ("", "anemia, sepsis, or asthma", true),
    ("", "aplastic or sickle anemia", true),
    ("", "neither anemia nor sepsis", true),
    ("", "not anemia", true),
    ("", "-\"aplastic anemia\" sepsis", true),
    ("", "anemia -(sepsis OR asthma)", true),
    ("", "anemia|sepsis", true),
    ("", "anemia AND-NOT sepsis", true),
    ("", "anemia EXCEPT sepsis", true),
    ("", "anemia XOR sepsis", false),
    ("", "an#mia tumo$r", false),
    ("", "site:leipzig", true),
    ("", "titel:anemia", true),
    ("", "anemia[tiabb]", true),
    ("", "anemia[Condition]", true),
    ("", "doi:10.9999/S01(20)3-5", false),
    ("", "PMID 90000001", false),
    ("", "90000001", true),
    ("", "anemia && children", true),
    ("", "anemia || sepsis", true),
    ("", "anemia -children", true),
    ("", "anemia +children", true),
    ("", "anemia OR", false),
    ("", "OR anemia", false),
    ("", "NOT", false),
    ("", "AREA[Phase]", true),
    ("", "AREA[StartDate]", true),
    ("", "AREA[BriefTitle]", false),
    ("", "area[Condition]anemia", false),
    ("", "AREA [Condition]anemia", false),
    ("", "AREA anemia", false),
    ("", "RANGE anemia", false),
    ("", "DISTANCE(1,2,3mi)", true),
    ("", "distance(1,2,3mi)", true),
    ("", "AREA[Condition anemia", false),
    ("", "(anemia", false),
    ("", "anemia)", false),
    ("", "\"bone marrow", false),
    ("", "\"\"", false),
    ("", "ALL leukemia", false),
    ("", "teeth MISSING", false),
    ("", "an*", false),
    ("", "abc~", false),
    ("", "anemia NEAR/3", true),
    ("", "bone NEAR/101 marrow", false),
    ("", "AREA[Phase](bone NEAR/3 marrow)", false),
    ("", "&", false),
    // Names and values.
    ("", "title:anemia", true),
    ("", "phase:2", true),
    ("", "phase:9", false),
    ("", "sex:female", true),
    ("", "start_date:2019", true),
    ("", "AREA[Contition]anemia", true),
    ("", "AREA[intervention]prednisone", true),
    ("", "AREA[xyzzy]anemia", true),
    ("", "AREA[Phase]III", true),
    ("", "AREA[Phase]1/2", false),
    ("", "AREA[Phase]PHASE2 PHASE3", true),
    ("", "AREA[Phase]PHASE9", true),
    ("", "AREA[Sex]both", true),
    ("", "AREA[Sex]ALL", true),
    ("", "AREA[OverallStatus]recruting", true),
    ("", "AREA[StartDate]2020-2022", true),
    ("", "AREA[StartDate]2015:2020", true),
    ("", "AREA[StartDate]>=2020", true),
    ("", "AREA[StartDate]soon", false),
    ("", "AREA[StartDate]RANGE[2020]", true),
    ("", "AREA[StartDate]RANGE[2020-2022]", true),
    ("", "AREA[StartDate]RANGE[soon, MAX]", false),
    ("", "RANGE[2020, MAX]", true),
    ("", "AREA[BriefTitle]RANGE[a, b]", true),
    ("", "AREA[EnrollmentCount]>100", true),
    ("", "AREA[EnrollmentCount]many", false),
    ("", "AREA[MinimumAge]18", true),
    ("", "AREA[MinimumAge]16-18", true),
    ("", "AREA[HasResults]perhaps", true),
    ("", "AREA[LocationGeoPoint]Boston", true),
    ("", "AREA[LocationCity]DISTANCE[51.34, 12.37, 100km]", true),
    ("", "AREA[LocationCountryCode]Germny", false),
    ("", "SEARCH[Location]AREA[BriefTitle]anemia", false),
    ("", "SEARCH[Site]anemia", false),
    ("", "COVERAGE[Some]anemia", false),
    ("", "EXPANSION[Nothing]anemia", false),
    ("", "EXPLODE[X]anemia", false),
    ("", "TILT[BriefTitle]anemia", false),
    // Filters.
    ("--phase", "2-3", false),
    ("--phase", "2a", true),
    ("--phase", "not 2", true),
    ("--phase", "2;3", true),
    ("--status", "not completed", true),
    ("--status", "recruiting or completed", true),
    ("--type", "!observational", true),
    ("--sex", "not female", false),
    ("--age", "not child", true),
    ("--age", "1,5 years", true),
    ("--spons", "not industry", true),
    ("--country", "US or DE", true),
    ("--country", "non-US", true),
    ("", "anemia since January 2015", true),
    ("", "anemia in 2020", true),
    ("", "anemia 2015 - 2025", true),
    ("", "anemia last 5 years", true),
    ("", "women aged 18-45 anemia", true),
    ("", "anemia over 65", true),
    ("", "anemia women only", true),
    ("", "phase: II", true),
    ("", "country: not US", true),
    ("", "status: open", true),
    ("--phase", "1/2", true),
    ("--phase", "seven", true),
    ("--status", "recruting", true),
    ("--status", "not recruiting", true),
    ("--type", "interventionel", true),
    ("--sex", "x", true),
    ("--age", "6m", true),
    ("--age", "65-80", false),
    ("--age", "<18", true),
    ("--age", "80-65", true),
    ("--age", "x", true),
    ("--results", "x", false),
    ("--country", "Germny", true),
    ("--country", "leipzig", true),
    ("--country", "not US", true),
    ("--country", "not france", true),
    ("--country", "!US", true),
    ("--country", "not europe", true),
    ("--country", "not this", false),
    ("--country", "korea", false),
    ("--country", "england", false),
    ("--geo", "Leipzig", true),
    ("--geo", "1,2", true),
    ("--ids", "x", false),
    ("--agg", "phase 2", true),
    ("--agg", "fase:2", false),
    ("--agg", "phase:na", true),
    ("--filter", "anemia[ti]", true),
    ("--cond", "insomnia[mh]", true),
];

fn request(flag: &str, typed: &str) -> Request {
    let mut request = Request::default();
    let name = flag.strip_prefix("--").unwrap_or("words");
    match (Parameter::named(name), Filter::named(name)) {
        (Some(parameter), _) => request.queries.push((parameter, typed.to_owned())),
        (_, Some(filter)) => request.filters.push((filter, typed.to_owned())),
        _ => panic!("{flag} is no flag"),
    }
    request
}

/// The hints of all messages for a typed text.
fn hints(flag: &str, typed: &str) -> Vec<String> {
    // As the program shows them.
    let shown = |diagnostic: &Diagnostic| diagnostic.hint_with(typed, |name| format!("--{name}"));
    match request(flag, typed).understand() {
        Ok(understood) => understood.remarks.iter().map(|said| shown(&said.notice)).collect(),
        Err(wrong) => wrong.diagnostics().map(shown).collect(),
    }
}

/// Texts between backticks, except those to leave out.
fn quoted(hint: &str) -> Vec<&str> {
    let parts: Vec<&str> = hint.split('`').collect();
    let pairs = parts.chunks_exact(2).filter(|pair| !pair[0].ends_with("leave "));
    pairs.map(|pair| pair[1]).collect()
}

/// A part of a hint as a flag and its value; `None` for signs and for parts of
/// another command line.
fn typable(part: &str, flag: &str) -> Option<(String, String)> {
    if SIGNS.contains(&part) || part.starts_with("trialdex ") || part == "--explain" {
        return None;
    }
    if let Some(system) = part.strip_prefix("--from ") {
        assert!(Dialect::of_key(system).is_some(), "`{part}` names no system");
        return None;
    }
    if let Some((flag, value)) = part.split_once(' ').filter(|_| part.starts_with("--")) {
        return Some((flag.to_owned(), value.trim_matches('\'').to_owned()));
    }
    if let Some(name) = part.strip_prefix("--") {
        let known = Parameter::named(name).is_some() || Filter::named(name).is_some();
        assert!(known, "`{part}` is no flag");
        return None;
    }
    let is_filter = Filter::named(flag.trim_start_matches('-'))
        .is_some_and(|filter| filter != Filter::Expression);
    Some((if is_filter { flag.to_owned() } else { String::new() }, part.to_owned()))
}

/// Whether something is understood: by itself, or as a prefix, a name in
/// brackets or a bound, if the hint is about one.
fn is_understood(flag: &str, part: &str, typed: &str) -> bool {
    let whole = |text: &str| request(flag, text).understand().is_ok();
    if whole(part) && !is_name(part, typed) {
        return true;
    }
    let in_brackets = |text: &str| {
        let from = typed.find('[').map_or(0, |at| at + 1);
        let to = typed.find(']').unwrap_or(typed.len()).max(from);
        format!("{}{text}{}", &typed[..from], &typed[to..])
    };
    whole(&format!("{part}anemia"))
        || whole(&in_brackets(part))
        || whole(&format!("AREA[{part}]MISSING"))
        || whole(&format!("AREA[StartDate]RANGE[{part}, MAX]"))
}

/// Whether the hint names what belongs in brackets.
fn is_name(part: &str, typed: &str) -> bool {
    typed.contains('[') && SearchTarget::named(part).is_some()
}

#[test]
fn every_hint_is_understood() {
    let mut wrong = Vec::new();
    for (flag, typed, _) in TYPED {
        let hints = hints(flag, typed);
        assert!(!hints.is_empty(), "nothing is said of {flag} {typed}");
        let parts =
            hints.iter().flat_map(|hint| quoted(hint).into_iter().map(move |one| (one, hint)));
        for (part, hint) in parts {
            let Some((flag, value)) = typable(part, flag) else { continue };
            if !is_understood(&flag, &value, typed) {
                wrong.push(format!("{typed}: `{value}` of: {hint}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hints_find_what_was_meant() {
    let sandbox = Sandbox::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    copy_directory(&corpus, &sandbox.path("corpus"));
    sandbox.run(&["index", "corpus"]).success();
    let mut wrong = Vec::new();
    for (flag, typed, _) in TYPED.iter().filter(|(.., finds)| *finds) {
        let hints = hints(flag, typed);
        let parts = hints.iter().flat_map(|hint| quoted(hint));
        let Some((flag, value)) = parts.filter_map(|part| typable(part, flag)).next() else {
            wrong.push(format!("{typed}: nothing to type in {hints:?}"));
            continue;
        };
        let value =
            if is_name(&value, typed) { format!("NOT AREA[{value}]MISSING") } else { value };
        let arguments = match flag.as_str() {
            "" => vec!["search", "--count", &value],
            flag => vec!["search", "--count", flag, &value],
        };
        let run = sandbox.run(&arguments);
        if run.code != Some(0) {
            wrong.push(format!("{typed}: `{value}`: {}{}", run.out, run.err));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
