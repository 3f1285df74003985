//! Systems whose fields are names before a colon or a parenthesis, such as
//! `tw:(gout)`, `TITLE:"gout"`, `TI,AB(gout)` and `"All Metadata":gout`.
//!
//! Source: APA PsycNet's help on "Searchable fields" for its names. Those of
//! the other systems were written without their help at hand.

use super::field::DialectField;
use super::systems::Dialect;
use trialdex_records::study::pieces;

const CONDITION: DialectField = DialectField::Area("ConditionSearch");
const INTERVENTION: DialectField = DialectField::Area("InterventionSearch");

/// Fields and their names, folded.
type FieldNames = &'static [(DialectField, &'static [&'static str])];

const PROQUEST: FieldNames = &[
    (DialectField::Text, &["noft", "tiab", "tisuab", "abti", "summary", "diskw"]),
    (DialectField::All, &["ft", "tx", "all", "anywhere"]),
    (DialectField::Title, &["ti", "title", "otitle", "alttitle", "subtitle"]),
    (DialectField::Abstract, &["ab", "abstract"]),
    (DialectField::Keyword, &["if", "identifier", "kw", "keyword", "diskwexact", "ifexact"]),
    (
        DialectField::HeadingWord,
        &["su", "subject", "mesh", "mjmesh", "emb", "mjemb", "mainsubject", "sub"],
    ),
    (
        DialectField::ALONE,
        &["suexact", "meshexact", "mainsubjectexact", "embexact", "subexact", "subjectexact"],
    ),
    (
        DialectField::EXPLODED,
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
    (DialectField::MAJOR, &["mjmeshexact", "mjembexact", "mjsub", "mjsubexact", "majr"]),
    (
        DialectField::Heading { explode: true, major: true },
        &["mjmeshexactexplode", "mjembexactexplode", "mjsubexactexplode"],
    ),
    (DialectField::Substance, &["subst", "substance", "rn", "sbex", "tn"]),
    (DialectField::Person, &["au", "author", "auexact"]),
    (DialectField::Affiliation, &["af", "aff", "affiliation", "org"]),
    (DialectField::Date, &["pd", "py", "yr", "pubdate", "publicationdate"]),
    (
        DialectField::PublicationType,
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
        DialectField::Foreign,
        &[
            "la", "laexact", "lan", "pub", "pubexact", "pubid", "so", "jn", "is", "issn", "isbn",
            "an", "cc", "stype", "udate", "ud", "fdb", "db", "peer", "loc", "locexact", "country",
            "cp", "pb", "doi", "disid", "sch", "dg", "adv", "exactloc", "cl",
        ],
    ),
];

const BVS: FieldNames = &[
    (DialectField::Text, &["tw", "palavras", "words", "tiab"]),
    (DialectField::Title, &["ti", "title", "titulo", "tibvs"]),
    (DialectField::Abstract, &["ab", "abstract", "resumo"]),
    (DialectField::Keyword, &["kw"]),
    (
        DialectField::ALONE,
        &["mh", "mhcluster", "subjectdescriptor", "descritordeassunto", "dedecs", "mhexact"],
    ),
    (DialectField::MAJOR, &["mj", "mjexact", "majr"]),
    (DialectField::Subheading, &["sh"]),
    (DialectField::Person, &["au", "author"]),
    (DialectField::Affiliation, &["af", "afiliacao"]),
    (DialectField::Date, &["yearcluster", "dp", "py", "year", "ano"]),
    (
        DialectField::PublicationType,
        &["pt", "limit", "limits", "limite", "typeofstudy", "type", "ct"],
    ),
    (
        DialectField::Foreign,
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

const EPISTEMONIKOS: FieldNames = &[
    (DialectField::Text, &["titleorabstract", "advancedtitleorabstract"]),
    (DialectField::Title, &["title", "titleen", "titlees", "advancedtitleen", "advancedtitle"]),
    (
        DialectField::Abstract,
        &["abstract", "abstracten", "abstractes", "advancedabstracten", "advancedabstract"],
    ),
    (DialectField::Keyword, &["keywords", "keyword"]),
    (DialectField::Person, &["author", "authors"]),
    (DialectField::Date, &["year", "publicationyear"]),
    (DialectField::PublicationType, &["classification", "type", "publicationtype"]),
    (
        DialectField::Foreign,
        &["source", "journal", "doi", "language", "database", "minyear", "created"],
    ),
];

const EUROPE_PMC: FieldNames = &[
    (
        DialectField::Text,
        &["titleabs", "methods", "results", "intro", "discuss", "concl", "other", "suppl", "fig"],
    ),
    (DialectField::All, &["body", "text"]),
    (DialectField::Title, &["title"]),
    (DialectField::Abstract, &["abstract"]),
    (DialectField::Keyword, &["kw", "keyword"]),
    (DialectField::EXPLODED, &["mesh"]),
    (CONDITION, &["disease", "diseaseid"]),
    (DialectField::Substance, &["chem", "chebitermid", "chebiterm", "substance"]),
    (DialectField::Person, &["auth", "authfirst", "authlast", "investigator"]),
    (DialectField::Affiliation, &["aff"]),
    (
        DialectField::Date,
        &["firstpdate", "pubyear", "ppdate", "epdate", "ppdated", "epdated", "pdate"],
    ),
    (DialectField::PublicationType, &["pubtype"]),
    (
        DialectField::Foreign,
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

const PSYCNET: FieldNames = &[
    (DialectField::All, &["anyfield", "anyfields", "fulltext"]),
    (DialectField::Title, &["title", "ti", "documenttitle"]),
    (DialectField::Abstract, &["abstract", "ab"]),
    (DialectField::Keyword, &["keyconcepts"]),
    // They are those of titles and index terms, too.
    (DialectField::Text, &["keywords", "keyword"]),
    (DialectField::ALONE, &["indexterms", "indexterm", "subject", "it", "de"]),
    (DialectField::EXPLODED, &["mesh", "medicalsubjectheadings"]),
    (DialectField::Person, &["author", "authors"]),
    (DialectField::Affiliation, &["affiliation", "authoraffiliation"]),
    (DialectField::Date, &["year", "publicationyear", "publicationdate", "daterange"]),
    (
        DialectField::PublicationType,
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
        DialectField::Foreign,
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

const IEEE: FieldNames = &[
    (
        DialectField::All,
        &["allmetadata", "fulltextmetadata", "fulltextonly", "fulltextallmetadata"],
    ),
    (DialectField::Title, &["documenttitle", "title"]),
    (DialectField::Abstract, &["abstract"]),
    (
        DialectField::Keyword,
        &[
            "authorkeywords",
            "indexterms",
            "ieeeterms",
            "inspeccontrolledterms",
            "inspecnoncontrolledterms",
        ],
    ),
    (DialectField::ALONE, &["meshterms"]),
    (DialectField::Person, &["authors", "author"]),
    (DialectField::Affiliation, &["authoraffiliations", "authoraffiliation"]),
    (DialectField::Date, &["publicationyear", "year"]),
    (
        DialectField::Foreign,
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

const SCHOLAR: FieldNames = &[
    (DialectField::Title, &["intitle", "allintitle"]),
    (DialectField::All, &["intext", "allintext"]),
    (DialectField::Person, &["author", "allinauthor"]),
    (DialectField::Foreign, &["source", "site", "filetype", "inurl", "after", "before"]),
];

const ICTRP: FieldNames = &[
    (DialectField::Title, &["title", "publictitle", "scientifictitle"]),
    (CONDITION, &["condition", "conditions"]),
    (INTERVENTION, &["intervention", "interventions"]),
    (DialectField::Area("LeadSponsorName"), &["primarysponsor", "sponsor"]),
    (DialectField::Number, &["trialid", "secondaryid", "mainid"]),
    (DialectField::Area("LocationCountry"), &["country", "countries", "recruitmentcountry"]),
    (DialectField::Area("OverallStatus"), &["recruitmentstatus", "recruitment"]),
    (DialectField::Area("Phase"), &["phase", "phases"]),
    (DialectField::Area("Sex"), &["gender"]),
    (DialectField::Area("StudyType"), &["studytype"]),
    (DialectField::Date, &["dateofenrolment", "dateenrollment"]),
    (DialectField::Foreign, &["dateofregistration", "registrationdate", "synonyms", "exportdate"]),
];

const ISRCTN: FieldNames = &[
    (DialectField::Title, &["title", "publictitle", "scientifictitle", "acronym"]),
    (CONDITION, &["condition", "conditioncategory", "conditions"]),
    (INTERVENTION, &["intervention", "interventions", "drugnames", "interventiontype"]),
    (
        DialectField::Area("OutcomeSearch"),
        &["primaryoutcome", "secondaryoutcome", "outcome", "outcomes"],
    ),
    (
        DialectField::Area("EligibilitySearch"),
        &["inclusion", "exclusion", "participantinclusioncriteria"],
    ),
    (DialectField::Area("SponsorSearch"), &["sponsor", "sponsors", "funder", "funders"]),
    (
        DialectField::Area("LocationCountry"),
        &["recruitmentcountry", "country", "trialcentrecountry"],
    ),
    (DialectField::Area("Phase"), &["phase"]),
    (DialectField::Area("OverallStatus"), &["overallstatus", "recruitmentstatus", "status"]),
    (DialectField::Area("Sex"), &["gender"]),
    (
        DialectField::Number,
        &["isrctn", "secondaryid", "eudractnumber", "protocolserialnumber", "nctnumber"],
    ),
    (DialectField::Date, &["overallstartdate", "recruitmentstart", "startdate"]),
    (
        DialectField::Foreign,
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

const EU_REGISTER: FieldNames = &[
    (DialectField::Title, &["title", "fulltitle"]),
    (CONDITION, &["condition", "medicalcondition", "disease", "therapeuticarea"]),
    (INTERVENTION, &["product", "productname", "activesubstance", "inn", "tradename"]),
    (DialectField::Area("LeadSponsorName"), &["sponsor", "sponsorname"]),
    (DialectField::Area("LocationCountry"), &["country", "membersstate"]),
    (DialectField::Area("Phase"), &["phase", "trialphase"]),
    (DialectField::Area("OverallStatus"), &["status", "trialstatus"]),
    (DialectField::Area("Sex"), &["gender"]),
    (DialectField::Number, &["eudractnumber", "eudract", "ctnumber"]),
    (DialectField::Date, &["startdate", "datefrom", "dateto"]),
    (DialectField::Foreign, &["age", "resultsstatus", "rarediseases", "orphan"]),
];

/// The fields of a system; none for those whose fields have other forms.
fn names(dialect: Dialect) -> Option<FieldNames> {
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
pub(super) fn field(name: &str, dialect: Dialect) -> Option<DialectField> {
    let name = pieces::fold(name);
    let known = names(dialect)?.iter().find(|(_, known)| known.contains(&name.as_str()));
    known.map(|(field, _)| *field)
}

/// Whether a text (in small letters) before a colon is a name of a system's
/// fields, or part of its form.
pub(super) fn is_name(small: &str, dialect: Dialect) -> bool {
    // The ICTRP writes the choices of its form after colons.
    dialect == Dialect::Ictrp || field(small.trim_start_matches(['(', '"']), dialect).is_some()
}

#[cfg(test)]
mod tests;
