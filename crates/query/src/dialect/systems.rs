//! Systems whose fields are names before a colon or a parenthesis, such as
//! `tw:(gout)`, `TITLE:"gout"`, `TI,AB(gout)` and `"All Metadata":gout`.
//!
//! Source: APA PsycNet's help on "Searchable fields" for its names. Those of
//! the other systems were written without their help at hand.

use super::fields::Field;
use super::lexer::Token;
use super::{Dialect, ictrp};
use trialdex_records::study::pieces;

const EXPLODED: Field = Field::Heading { explode: true, major: false };
const ALONE: Field = Field::Heading { explode: false, major: false };
const MAJOR: Field = Field::Heading { explode: false, major: true };
const CONDITION: Field = Field::Area("ConditionSearch");
const INTERVENTION: Field = Field::Area("InterventionSearch");

/// Fields and their names, folded.
type Names = &'static [(Field, &'static [&'static str])];

const PROQUEST: Names = &[
    (Field::Text, &["noft", "tiab", "tisuab", "abti", "summary", "diskw"]),
    (Field::All, &["ft", "tx", "all", "anywhere"]),
    (Field::Title, &["ti", "title", "otitle", "alttitle", "subtitle"]),
    (Field::Abstract, &["ab", "abstract"]),
    (Field::Keyword, &["if", "identifier", "kw", "keyword", "diskwexact", "ifexact"]),
    (
        Field::HeadingWord,
        &["su", "subject", "mesh", "mjmesh", "emb", "mjemb", "mainsubject", "sub"],
    ),
    (ALONE, &["suexact", "meshexact", "mainsubjectexact", "embexact", "subexact", "subjectexact"]),
    (
        EXPLODED,
        &[
            "suexactexplode",
            "meshexactexplode",
            "mainsubjectexactexplode",
            "embexactexplode",
            "subexactexplode",
            "meshexplode",
            "embexplode",
        ],
    ),
    (MAJOR, &["mjmeshexact", "mjembexact", "mjsub", "mjsubexact", "majr"]),
    (
        Field::Heading { explode: true, major: true },
        &["mjmeshexactexplode", "mjembexactexplode", "mjsubexactexplode"],
    ),
    (Field::Substance, &["subst", "substance", "rn", "sbex", "tn"]),
    (Field::Person, &["au", "author", "auexact"]),
    (Field::Affiliation, &["af", "aff", "affiliation", "org"]),
    (Field::Date, &["pd", "py", "yr", "pubdate", "publicationdate"]),
    (
        Field::PublicationType,
        &[
            "dtype",
            "rtype",
            "rtypeexact",
            "dtypeexact",
            "pt",
            "pstype",
            "me",
            "meexact",
            "age",
            "ageexact",
            "po",
            "poexact",
        ],
    ),
    (
        Field::Foreign,
        &[
            "la", "laexact", "lan", "pub", "pubexact", "pubid", "so", "jn", "is", "issn", "isbn",
            "an", "cc", "stype", "udate", "ud", "fdb", "db", "peer", "loc", "locexact", "country",
            "cp", "pb", "doi", "disid", "sch", "dg", "adv", "exactloc", "cl",
        ],
    ),
];

const BVS: Names = &[
    (Field::Text, &["tw", "palavras", "words", "tiab"]),
    (Field::Title, &["ti", "title", "titulo", "tibvs"]),
    (Field::Abstract, &["ab", "abstract", "resumo"]),
    (Field::Keyword, &["kw"]),
    (ALONE, &["mh", "mhcluster", "subjectdescriptor", "descritordeassunto", "dedecs", "mhexact"]),
    (MAJOR, &["mj", "mjexact", "majr"]),
    (Field::Subheading, &["sh"]),
    (Field::Person, &["au", "author"]),
    (Field::Affiliation, &["af", "afiliacao"]),
    (Field::Date, &["yearcluster", "dp", "py", "year", "ano"]),
    (Field::PublicationType, &["pt", "limit", "limits", "limite", "typeofstudy", "type", "ct"]),
    (
        Field::Foreign,
        &[
            "db",
            "la",
            "instance",
            "collection",
            "ta",
            "da",
            "entrydate",
            "fulltext",
            "cp",
            "pais",
            "paisassunto",
            "countryofassociation",
            "clinicalaspect",
            "journal",
            "id",
            "st",
            "is",
            "cc",
            "mt",
            "network",
            "pmcid",
            "services",
            "afcountry",
            "bvs",
        ],
    ),
];

const EPISTEMONIKOS: Names = &[
    (Field::Text, &["titleorabstract", "advancedtitleorabstract"]),
    (Field::Title, &["title", "titleen", "titlees", "advancedtitleen", "advancedtitle"]),
    (
        Field::Abstract,
        &["abstract", "abstracten", "abstractes", "advancedabstracten", "advancedabstract"],
    ),
    (Field::Keyword, &["keywords", "keyword"]),
    (Field::Person, &["author", "authors"]),
    (Field::Date, &["year", "publicationyear"]),
    (Field::PublicationType, &["classification", "type", "publicationtype"]),
    (Field::Foreign, &["source", "journal", "doi", "language", "database", "minyear", "created"]),
];

const EUROPE_PMC: Names = &[
    (
        Field::Text,
        &["titleabs", "methods", "results", "intro", "discuss", "concl", "other", "suppl", "fig"],
    ),
    (Field::All, &["body", "text"]),
    (Field::Title, &["title"]),
    (Field::Abstract, &["abstract"]),
    (Field::Keyword, &["kw", "keyword"]),
    (EXPLODED, &["mesh"]),
    (CONDITION, &["disease", "diseaseid"]),
    (Field::Substance, &["chem", "chebitermid", "chebiterm", "substance"]),
    (Field::Person, &["auth", "authfirst", "authlast", "investigator"]),
    (Field::Affiliation, &["aff"]),
    (Field::Date, &["firstpdate", "pubyear", "ppdate", "epdate", "ppdated", "epdated", "pdate"]),
    (Field::PublicationType, &["pubtype"]),
    (
        Field::Foreign,
        &[
            "src",
            "extid",
            "pmcid",
            "doi",
            "journal",
            "issn",
            "essn",
            "isbn",
            "lang",
            "language",
            "hasabstract",
            "haspdf",
            "hasft",
            "hasfulltext",
            "hasreflist",
            "hasdata",
            "hassuppl",
            "hastmaccessionnumbers",
            "haslabslinks",
            "hasdoi",
            "openaccess",
            "inepmc",
            "inpmc",
            "creationdate",
            "updatedate",
            "firstidate",
            "cited",
            "cites",
            "grantid",
            "grantagency",
            "license",
            "sortdate",
            "sortcited",
            "authmanid",
            "authorid",
            "authorroles",
            "volume",
            "issue",
            "page",
            "pageinfo",
            "accessionid",
            "accessiontype",
            "organism",
            "geneprotein",
            "goterm",
            "efo",
            "resourcename",
            "embargodate",
            "preprint",
            "ver",
        ],
    ),
];

const PSYCNET: Names = &[
    (Field::All, &["anyfield", "anyfields", "fulltext"]),
    (Field::Title, &["title", "ti", "documenttitle"]),
    (Field::Abstract, &["abstract", "ab"]),
    (Field::Keyword, &["keyconcepts"]),
    // They are those of titles and index terms, too.
    (Field::Text, &["keywords", "keyword"]),
    (ALONE, &["indexterms", "indexterm", "subject", "it", "de"]),
    (EXPLODED, &["mesh", "medicalsubjectheadings"]),
    (Field::Person, &["author", "authors"]),
    (Field::Affiliation, &["affiliation", "authoraffiliation"]),
    (Field::Date, &["year", "publicationyear", "publicationdate", "daterange"]),
    (
        Field::PublicationType,
        &[
            "methodology",
            "documenttype",
            "publicationtype",
            "agegroup",
            "populationgroup",
            "population",
        ],
    ),
    (
        Field::Foreign,
        &[
            "language",
            "journaltitle",
            "publication",
            "publisher",
            "peerreviewedjournalsonly",
            "peerreviewed",
            "classification",
            "testsandmeasures",
            "releasedate",
            "doi",
            "location",
            "publicationname",
            "source",
            "sourcetitle",
            "grantsponsorship",
        ],
    ),
];

const IEEE: Names = &[
    (Field::All, &["allmetadata", "fulltextmetadata", "fulltextonly", "fulltextallmetadata"]),
    (Field::Title, &["documenttitle", "title"]),
    (Field::Abstract, &["abstract"]),
    (
        Field::Keyword,
        &[
            "authorkeywords",
            "indexterms",
            "ieeeterms",
            "inspeccontrolledterms",
            "inspecnoncontrolledterms",
        ],
    ),
    (ALONE, &["meshterms"]),
    (Field::Person, &["authors", "author"]),
    (Field::Affiliation, &["authoraffiliations", "authoraffiliation"]),
    (Field::Date, &["publicationyear", "year"]),
    (
        Field::Foreign,
        &[
            "publicationtitle",
            "publicationnumber",
            "issn",
            "isbn",
            "doi",
            "articlenumber",
            "standardnumber",
            "conferencelocation",
            "parentpublicationnumber",
            "funding",
        ],
    ),
];

const SCHOLAR: Names = &[
    (Field::Title, &["intitle", "allintitle"]),
    (Field::All, &["intext", "allintext"]),
    (Field::Person, &["author", "allinauthor"]),
    (Field::Foreign, &["source", "site", "filetype", "inurl", "after", "before"]),
];

const ICTRP: Names = &[
    (Field::Title, &["title", "publictitle", "scientifictitle"]),
    (CONDITION, &["condition", "conditions"]),
    (INTERVENTION, &["intervention", "interventions"]),
    (Field::Area("LeadSponsorName"), &["primarysponsor", "sponsor"]),
    (Field::Number, &["trialid", "secondaryid", "mainid"]),
    (Field::Area("LocationCountry"), &["country", "countries", "recruitmentcountry"]),
    (Field::Area("OverallStatus"), &["recruitmentstatus", "recruitment"]),
    (Field::Area("Phase"), &["phase", "phases"]),
    (Field::Area("Sex"), &["gender"]),
    (Field::Area("StudyType"), &["studytype"]),
    (Field::Date, &["dateofenrolment", "dateenrollment"]),
    (Field::Foreign, &["dateofregistration", "registrationdate", "synonyms", "exportdate"]),
];

const ISRCTN: Names = &[
    (Field::Title, &["title", "publictitle", "scientifictitle", "acronym"]),
    (CONDITION, &["condition", "conditioncategory", "conditions"]),
    (INTERVENTION, &["intervention", "interventions", "drugnames", "interventiontype"]),
    (Field::Area("OutcomeSearch"), &["primaryoutcome", "secondaryoutcome", "outcome", "outcomes"]),
    (Field::Area("EligibilitySearch"), &["inclusion", "exclusion", "participantinclusioncriteria"]),
    (Field::Area("SponsorSearch"), &["sponsor", "sponsors", "funder", "funders"]),
    (Field::Area("LocationCountry"), &["recruitmentcountry", "country", "trialcentrecountry"]),
    (Field::Area("Phase"), &["phase"]),
    (Field::Area("OverallStatus"), &["overallstatus", "recruitmentstatus", "status"]),
    (Field::Area("Sex"), &["gender"]),
    (
        Field::Number,
        &["isrctn", "secondaryid", "eudractnumber", "protocolserialnumber", "nctnumber"],
    ),
    (Field::Date, &["overallstartdate", "recruitmentstart", "startdate"]),
    (
        Field::Foreign,
        &[
            "dateassigned",
            "dateapplied",
            "lastedited",
            "agerange",
            "ipdsharing",
            "trialdesign",
            "primarystudydesign",
            "plainenglishsummary",
        ],
    ),
];

const EU_REGISTER: Names = &[
    (Field::Title, &["title", "fulltitle"]),
    (CONDITION, &["condition", "medicalcondition", "disease", "therapeuticarea"]),
    (INTERVENTION, &["product", "productname", "activesubstance", "inn", "tradename"]),
    (Field::Area("LeadSponsorName"), &["sponsor", "sponsorname"]),
    (Field::Area("LocationCountry"), &["country", "membersstate"]),
    (Field::Area("Phase"), &["phase", "trialphase"]),
    (Field::Area("OverallStatus"), &["status", "trialstatus"]),
    (Field::Area("Sex"), &["gender"]),
    (Field::Number, &["eudractnumber", "eudract", "ctnumber"]),
    (Field::Date, &["startdate", "datefrom", "dateto"]),
    (Field::Foreign, &["age", "resultsstatus", "rarediseases", "orphan"]),
];

/// The fields of a system; none for those whose fields have other forms.
fn names(dialect: Dialect) -> Option<Names> {
    Some(match dialect {
        Dialect::ProQuest => PROQUEST,
        Dialect::Bvs => BVS,
        Dialect::Epistemonikos => EPISTEMONIKOS,
        Dialect::EuropePmc => EUROPE_PMC,
        Dialect::PsycNet => PSYCNET,
        Dialect::Ieee => IEEE,
        Dialect::Scholar => SCHOLAR,
        Dialect::Ictrp => ICTRP,
        Dialect::Isrctn => ISRCTN,
        Dialect::EuRegister => EU_REGISTER,
        _ => return None,
    })
}

/// Whether fields of a system are names before a colon or a parenthesis.
pub(super) fn has_names(dialect: Dialect) -> bool {
    names(dialect).is_some()
}

/// Systems with such fields that join operands side by side.
pub(super) fn joins_by_blanks(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::Scholar
            | Dialect::Bvs
            | Dialect::Epistemonikos
            | Dialect::EuropePmc
            | Dialect::Ieee
            | Dialect::Isrctn
    )
}

/// The field of a name as it is typed in such a system.
pub(super) fn field(name: &str, dialect: Dialect) -> Option<Field> {
    let name = pieces::fold(name);
    let known = names(dialect)?.iter().find(|(_, known)| known.contains(&name.as_str()));
    known.map(|(field, _)| *field)
}

/// Whether a text (in small letters) before a colon is a name of a system's
/// fields, or part of its form.
pub(super) fn is_name(small: &str, dialect: Dialect) -> bool {
    // The ICTRP writes what is chosen in its form behind colons.
    dialect == Dialect::Ictrp || field(small.trim_start_matches(['(', '"']), dialect).is_some()
}

/// Bytes of a name at most.
const LONGEST: usize = 48;

/// The field before what it holds for that a text begins with, and how many
/// bytes it takes.
pub(super) fn prefix(rest: &str, dialect: Dialect) -> Option<(Token, usize)> {
    match dialect {
        Dialect::ProQuest => function(rest).or_else(|| colon(rest, dialect)),
        _ if has_names(dialect) => colon(rest, dialect),
        // `foo:(gout)` is a field of none of the others.
        _ => {
            let (name, length) = plain_name(rest)?;
            rest[length..].starts_with('(').then(|| (Token::Unknown(format!("{name}:")), length))
        }
    }
}

/// A name without blanks before a colon, with the bytes of both.
fn plain_name(rest: &str) -> Option<(&str, usize)> {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = rest.find(|c| !part(c)).filter(|end| *end > 1 && *end < LONGEST)?;
    let letters = rest[..end].starts_with(|c: char| c.is_ascii_alphabetic());
    (letters && rest[end..].starts_with(':')).then_some((&rest[..end], end + 1))
}

/// `tw:(gout)`, `"All Metadata":gout`, `Any Field: gout`.
fn colon(rest: &str, dialect: Dialect) -> Option<(Token, usize)> {
    let head = rest.char_indices().nth(LONGEST).map_or(rest, |(end, _)| &rest[..end]);
    if let Some(at) = head.find(':') {
        let name = head[..at].trim();
        let name = name.strip_prefix('"').map_or(name, |name| name.trim_end_matches('"'));
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-' | '&');
        let named = !name.starts_with('-') && name.chars().all(part);
        if named && field(name, dialect).is_some() {
            return Some((Token::Prefix(vec![name.to_owned()]), at + 1));
        }
    }
    let (name, length) = plain_name(rest)?;
    let touches = rest[length..].starts_with(|c: char| c.is_alphanumeric() || "([\"{".contains(c));
    touches.then(|| (Token::Unknown(format!("{name}:")), length))
}

/// ProQuest's `TI,AB(gout)`, `MESH.EXACT.EXPLODE("Gout")`.
fn function(rest: &str) -> Option<(Token, usize)> {
    let part = |c: char| c.is_ascii_alphabetic() || matches!(c, '.' | ',');
    let end = rest.find(|c| !part(c)).filter(|end| *end > 1 && *end < LONGEST)?;
    if !rest[end..].starts_with('(') {
        return None;
    }
    let codes: Vec<String> = rest[..end].split(',').map(str::to_owned).collect();
    let known = codes.iter().all(|code| field(code, Dialect::ProQuest).is_some());
    let token = if known { Token::Prefix(codes) } else { Token::Unknown(rest[..end].to_owned()) };
    Some((token, end))
}

/// A line with what a system writes in words of its own in the form of its
/// fields.
pub(super) fn prepared(text: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Scholar => all_in(&around(text)),
        Dialect::Ictrp => ictrp::prepared(text),
        Dialect::PsycNet => ictrp::of_psycnet(text),
        _ => text.to_owned(),
    }
}

/// In these systems a name holds for the next word alone: `TITLE:gout flare`
/// asks for `flare` anywhere.
pub(super) fn one_word_each(tokens: Vec<Token>, dialect: Dialect) -> Vec<Token> {
    const GROUPED: [Dialect; 5] =
        [Dialect::ProQuest, Dialect::PsycNet, Dialect::Ictrp, Dialect::Isrctn, Dialect::EuRegister];
    if GROUPED.contains(&dialect) {
        return tokens;
    }
    let mut written: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let operand = matches!(token, Token::Word(_));
        let (before, last) = (written.iter().rev().nth(1), written.last());
        let ends = matches!(last, Some(Token::Word(_))) && matches!(before, Some(Token::Prefix(_)));
        if operand && ends {
            written.push(Token::And);
        }
        written.push(token);
    }
    if dialect == Dialect::Scholar { with_narrow_or(&written) } else { written }
}

/// Google Scholar's `OR` joins the two words beside it alone: `acute gout OR
/// podagra` asks for `acute`, too.
fn with_narrow_or(tokens: &[Token]) -> Vec<Token> {
    let is_word = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at)).is_some_and(|token| matches!(token, Token::Word(_)))
    };
    let is_or = |at: Option<usize>| at.and_then(|at| tokens.get(at)) == Some(&Token::Or);
    let parts = |at: usize| {
        let (before, first) = (at.checked_sub(1), at.checked_sub(2));
        is_word(Some(at)) && is_word(before) && (is_or(first) || is_or(Some(at + 1)))
    };
    let mut written = Vec::with_capacity(tokens.len() * 2);
    for (at, token) in tokens.iter().enumerate() {
        if parts(at) {
            written.push(Token::And);
        }
        written.push(token.clone());
    }
    written
}

/// Google's `AROUND(3)` as `NEAR/3`.
fn around(text: &str) -> String {
    let mut parts = text.split("AROUND(");
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = part.split_once(')').filter(|(number, _)| number.parse::<u32>().is_ok());
        written.push_str(&match number {
            Some((number, rest)) => format!("NEAR/{number}{rest}"),
            None => format!("AROUND({part}"),
        });
    }
    written
}

/// Google Scholar's `allintitle: gout flare` as `intitle:(gout flare)`.
fn all_in(text: &str) -> String {
    let Some((name, rest)) = text.split_once(':') else { return text.to_owned() };
    let field = match name.trim().to_ascii_lowercase().as_str() {
        "allintitle" => "intitle",
        "allintext" => "intext",
        "allinauthor" => "author",
        _ => return text.to_owned(),
    };
    format!("{field}:({})", rest.trim())
}

#[cfg(test)]
mod tests;
