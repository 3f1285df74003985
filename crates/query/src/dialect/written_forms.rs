//! Forms in which systems write fields, dates, limits and histories, and the
//! translation of each.

use super::{Dialect, translate};
use crate::Request;
use crate::strategy::strategy;

/// A text of a system, and its last line in our language. `¶` divides lines.
const FORMS: &[(Dialect, &str, &str)] = &[
    (Dialect::Ebsco, "PO Human AND gout", "gout"),
    (Dialect::Ebsco, "gout AND RV Y AND FT Y", "gout"),
    (
        Dialect::WebOfScience,
        "TS=gout AND PY=2015-2020",
        "gout AND AREA[StartDate]RANGE[2015, 2020]",
    ),
    (Dialect::WebOfScience, "PY=(2010-2020)", "AREA[StartDate]RANGE[2010, 2020]"),
    (
        Dialect::WebOfScience,
        "TS=gout AND PY=(2015 OR 2016)",
        "gout AND (AREA[StartDate]RANGE[2015, 2015] OR AREA[StartDate]RANGE[2016, 2016])",
    ),
    (
        Dialect::WebOfScience,
        "TS=gout AND DOP=(2010-01-01/2020-12-31)",
        "gout AND AREA[StartDate]RANGE[2010-01-01, 2020-12-31]",
    ),
    (
        Dialect::WebOfScience,
        "#1 TS=gout¶#2 #1 AND LANGUAGE: (English) AND DOCUMENT TYPES: (Article)",
        "#1",
    ),
    (
        Dialect::WebOfScience,
        "#1 TS=gout¶#2 #1 AND LANGUAGE: (English) NOT DOCUMENT TYPES: (Review)",
        "#1",
    ),
    (
        Dialect::WebOfScience,
        "#1 TS=gout¶#2 #1 NOT PUBLICATION YEARS: (2012)",
        "#1 AND NOT AREA[StartDate]RANGE[2012, 2012]",
    ),
    (
        Dialect::WebOfScience,
        "#1 TS=gout¶Refined by: LANGUAGES: ( ENGLISH ) AND PUBLICATION YEARS: ( 2012 OR 2016 )",
        "gout AND (AREA[StartDate]RANGE[2012, 2012] OR AREA[StartDate]RANGE[2016, 2016])",
    ),
    (
        Dialect::WebOfScience,
        "#1 TS=gout¶#2 TS=pain¶#3 #1 AND #2¶DocTypes=All document types; Language=All languages;¶Indexes=SSCI; Timespan=1990-2020",
        "#1 AND #2 AND AREA[StartDate]RANGE[1990, 2020]",
    ),
    (
        Dialect::WebOfScience,
        "1: TS=gout  Results: 1234¶2: TS=pain  Results: 99¶3: #1 AND #2  Results: 7",
        "#1 AND #2",
    ),
    (
        Dialect::WebOfScience,
        "#1 TS=gout¶#2 #1 and Preprint Citation Index (Exclude - Database)",
        "#1",
    ),
    (
        Dialect::WebOfScience,
        "TS=(gout) AND DT=(Article) AND LA=(English) AND WC=(Rheumatology)",
        "gout",
    ),
    (Dialect::WebOfScience, "gout (Topic) AND pain (Title)", "gout AND AREA[TitleSearch]pain"),
    (Dialect::WebOfScience, "TS=(gout SAME pain)", "gout AND pain"),
    (Dialect::WebOfScience, "TS=(gout) NEAR/3 TS=(pain)", "gout NEAR/3 pain"),
    (
        Dialect::WebOfScience,
        "AK=gout OR KP=gout OR ALL=(gout)",
        "AREA[Keyword]gout OR AREA[Keyword]gout OR gout",
    ),
    (Dialect::WebOfScience, "XY=(gout) AND TS=pain", "pain"),
    (Dialect::WebOfScience, "gout.ti,ab. AND TS=pain", "gout AND pain"),
    (Dialect::Embase, "'gout'/exp AND [01-01-2010]/sd", "EXPLODE[MeSH]gout"),
    (
        Dialect::Embase,
        "'gout'/exp AND [01-01-2010]/sd NOT [31-12-2020]/sd AND [2010-2020]/py",
        "EXPLODE[MeSH]gout AND AREA[StartDate]RANGE[2010, 2020]",
    ),
    (
        Dialect::Embase,
        "'gout'/exp AND [<1966-2020]/py",
        "EXPLODE[MeSH]gout AND AREA[StartDate]RANGE[MIN, 2020]",
    ),
    (
        Dialect::Embase,
        "'gout'/exp AND 2010:py",
        "EXPLODE[MeSH]gout AND AREA[StartDate]RANGE[2010, 2010]",
    ),
    (
        Dialect::Embase,
        "'gout'/exp AND 2010:2020:py",
        "EXPLODE[MeSH]gout AND AREA[StartDate]RANGE[2010, 2020]",
    ),
    (Dialect::Embase, "'gout'/exp/mj/dd_dt", "EXPLODE[MeSH]gout"),
    (Dialect::Embase, "'gout'/de OR 'drug therapy':lnk", "gout"),
    (Dialect::Embase, "'gout'/de AND ([embase]/lim NOT [medline]/lim)", "gout"),
    (Dialect::Embase, "gout:ti,ab,kw,de", "gout"),
    (Dialect::Embase, "(gout NEXT/3 pain):ti,ab", "gout NEAR/3 pain"),
    (Dialect::Embase, "'gout'/exp AND 'joint pain'/foo", "EXPLODE[MeSH]gout AND \"joint pain\""),
    (Dialect::Embase, "gout:xy OR pain:ti", "AREA[TitleSearch]pain"),
    (Dialect::Embase, "gout.ti,ab. AND 'pain'/exp", "gout AND EXPLODE[MeSH]pain"),
    (Dialect::Embase, "#1 'gout'/exp 300,000¶#2 pain:ti,ab 12,000¶#3 #1 AND #2 9", "#1 AND #2"),
    (
        Dialect::Embase,
        "No. Query Results¶#3 #1 AND #2 900¶#2 pain:ti,ab 12,000¶#1 'gout'/exp 300,000",
        "#1 AND #2",
    ),
    (
        Dialect::Embase,
        "# Query Results Date¶#2 pain:ti,ab 12,000 12 Jan 2024¶#1 'gout'/exp 300,000 12 Jan 2024",
        "pain",
    ),
    (
        Dialect::Embase,
        "No.,Query,Results¶#2,\"pain:ti,ab\",\"12,000\"¶#1,\"'gout'/exp\",\"300,000\"",
        "pain",
    ),
    (
        Dialect::Ovid,
        "1 gout.tw.¶2 limit 1 to yr=\"2010 -Current\"",
        "#1 AND AREA[StartDate]RANGE[2010, MAX]",
    ),
    (Dialect::Ovid, "1 gout.tw.¶2 ..l/ 1 yr=2010-2020", "#1 AND AREA[StartDate]RANGE[2010, 2020]"),
    (Dialect::Ovid, "1 gout.tw.¶2 limit 1 to ed=20100101-20201231", "#1"),
    (Dialect::Ovid, "1 gout.tw.¶2 limit 1 to last 5 years", "#1"),
    (
        Dialect::Ovid,
        "1 gout.tw.¶2 (2010* or 2011*).yr.",
        "AREA[StartDate]RANGE[2010, 2010] OR AREA[StartDate]RANGE[2011, 2011]",
    ),
    (
        Dialect::Ovid,
        "1 gout.tw.¶2 limit 1 to ((\"all child (0 to 18 years)\" or \"all adult (19 plus years)\") and english)",
        "#1 AND (AREA[StdAge]CHILD OR AREA[StdAge](ADULT OR OLDER_ADULT))",
    ),
    (
        Dialect::Ovid,
        "1 gout.tw.¶2 limit 1 to (female or male)",
        "#1 AND (AREA[Sex](FEMALE OR \"ALL\") OR AREA[Sex](MALE OR \"ALL\"))",
    ),
    (Dialect::Ovid, "1 gout.tw.¶2 limit 1 to (female or english)", "#1"),
    (
        Dialect::Ovid,
        "1 gout.tw.¶2 limit 1 to (randomized controlled trial or review)",
        "#1 AND AREA[DesignAllocation]RANDOMIZED",
    ),
    (
        Dialect::Ovid,
        "1 gout.tw.¶2 limit 1 to (english language and humans and yr=\"2010-Current\")",
        "#1 AND AREA[StartDate]RANGE[2010, MAX]",
    ),
    (Dialect::Ovid, "1 gout.tw.¶2 1 and (humans or animals)", "#1"),
    (Dialect::Ovid, "gout.ti,ab./freq=2", "gout"),
    (Dialect::Ovid, "gout.ab. /freq=2", "gout"),
    (Dialect::Ovid, "gout.m_titl.", "AREA[TitleSearch]gout"),
    (Dialect::Ovid, "exp *Gout/dt, th", "EXPLODE[MeSH]Gout"),
    (
        Dialect::Ovid,
        "1 exp Gout/ (65000)¶2 pain.mp. (900)¶3 1 and 2 (300) [final set]",
        "#1 AND #2",
    ),
    (Dialect::Ovid, "1 exp Gout/ (65)¶2 pain.mp.¶3 1 and 2 [gout + pain]¶Total: 700", "#1 AND #2"),
    (Dialect::Ovid, "1 exp Gout/¶2 pain.mp.¶3 1 and 2 (a sensitive and wide set)", "#1 AND #2"),
    (Dialect::PubMed, "gout[tiab] AND pain[tiab] (143)¶312", "gout AND pain"),
    (Dialect::Ovid, "exp Joint Pain or pain.tw.", "EXPLODE[MeSH]\"Joint Pain\" OR pain"),
    (Dialect::Ovid, "Gout/dt [Drug Therapy]", "Gout"),
    (Dialect::Ovid, "1 gout.tw.¶2 1 use ppez", "#1"),
    (Dialect::Ovid, "1 gout.tw.¶2 from 1 keep 1-20", "#1"),
    (Dialect::Ovid, "1 gout.tw.¶2 remove duplicates from 1", "#1"),
    (Dialect::Ovid, "gout adj pain", "\"gout pain\""),
    (Dialect::Ovid, "(gout adj 3 flare).tw.", "gout NEAR/2 flare"),
    (Dialect::Ebsco, "gout N 3 flare", "gout NEAR/3 flare"),
    (Dialect::Embase, "(gout NEAR 3 flare):ti,ab", "gout NEAR/3 flare"),
    (Dialect::Embase, "(gout NEAR /3 'acute flare'):ti,ab", "gout NEAR/3 \"acute flare\""),
    (Dialect::Ovid, "m?n.tw. or m#n.tw. or ag#.tw.", "m?n OR m#n OR ag"),
    (Dialect::Ovid, "colo?r#.tw.", "colo?r*"),
    (Dialect::Ebsco, "TI m?n OR TI m#n", "AREA[TitleSearch]m#n OR AREA[TitleSearch]m?n"),
    (Dialect::PubMed, "\"uric acid\"'s[tiab] AND gout[tiab]", "\"uric acid\" AND gout"),
    (Dialect::Ovid, "\"uric acid\"\u{2019}s.ti.", "AREA[TitleSearch]\"uric acid\""),
    (
        Dialect::Embase,
        "'crohn'/exp OR 'crohn's disease':ti,ab",
        "EXPLODE[MeSH]crohn OR \"crohn's disease\"",
    ),
    (Dialect::Scholar, "acute gout OR podagra pain", "acute AND (gout OR podagra) AND pain"),
    (
        Dialect::Scholar,
        "gout allopurinol|febuxostat -review",
        "gout AND (allopurinol OR febuxostat) AND NOT review",
    ),
    (
        Dialect::Scholar,
        "gout | \"uric acid\" -\"case report\"",
        "(gout OR \"uric acid\") AND NOT \"case report\"",
    ),
    (
        Dialect::Scholar,
        "colchicine intitle:gout intitle:\"uric acid\"",
        "colchicine AND AREA[TitleSearch]gout AND AREA[TitleSearch]\"uric acid\"",
    ),
    (Dialect::Scholar, "gout -intitle:review", "gout AND NOT AREA[TitleSearch]review"),
    (Dialect::Scholar, "gout AROUND(3) flare", "gout NEAR/3 flare"),
    (Dialect::Scholar, "acute kidney injury", "acute kidney injury"),
    (Dialect::EuropePmc, "gout TITLE:flare", "gout AND AREA[TitleSearch]flare"),
    (Dialect::Cochrane, "gout in Trials and Reviews", "gout"),
    (
        Dialect::Cochrane,
        "gout:ti,ab,kw in Cochrane Reviews (Reviews and Protocols), Other Reviews and Trials (Word variations have been searched)",
        "gout",
    ),
    (
        Dialect::Cochrane,
        "gout with Publication Year from 2010 to 2015, in Trials, Clinical Answers",
        "gout AND AREA[StartDate]RANGE[2010, 2015]",
    ),
    (Dialect::Cochrane, "gout in trials of colchicine", "gout in trials of colchicine"),
    (Dialect::Crs, "MESH DESCRIPTOR Gout", "Gout"),
    (Dialect::Crs, "MESH DESCRIPTOR Gout WITH QUALIFIERS DT", "Gout"),
    (Dialect::Crs, "MESH DESCRIPTOR Gout EXPLODE ALL TREES", "EXPLODE[MeSH]Gout"),
    (Dialect::Cochrane, "MeSH descriptor: [Gout]", "EXPLODE[MeSH]Gout"),
    (Dialect::Bvs, "mh:C10.228* OR mh:gout", "gout"),
    (Dialect::Bvs, "mh:(\"C05.550\" OR \"Gout\")", "Gout"),
    (Dialect::Ovid, "gout adj1 pain", "gout NEAR/0 pain"),
    (Dialect::Ovid, "gout adj5 pain", "gout NEAR/4 pain"),
    (Dialect::Ovid, "therap$2.tw.", "therap*"),
    (Dialect::Ovid, "wom#n.tw. and colo?r.tw.", "wom#n AND colo?r"),
    (Dialect::Ovid, "gout.ti. or TS=(pain)", "AREA[TitleSearch]gout OR pain"),
    (Dialect::Ovid, "gout.ti. and pain:ti,ab", "AREA[TitleSearch]gout AND pain"),
    (Dialect::Ovid, "gout.ti. and pain[tiab]", "AREA[TitleSearch]gout AND pain"),
    (Dialect::Ovid, "gout.ti. or TI pain", "AREA[TitleSearch]gout OR AREA[TitleSearch]pain"),
    (Dialect::Ovid, "gout.ti. or (MH \"Pain+\")", "AREA[TitleSearch]gout OR EXPLODE[MeSH]Pain"),
    (Dialect::Ovid, "gout.ti. or TITLE-ABS-KEY(pain)", "AREA[TitleSearch]gout OR pain"),
    (Dialect::Ovid, "gout.ti. or [mh Pain]", "AREA[TitleSearch]gout OR EXPLODE[MeSH]Pain"),
    (Dialect::Ovid, "gout.xyz. or pain.ti.", "AREA[TitleSearch]pain"),
    (Dialect::Ovid, "Gout/xy", "Gout"),
    (Dialect::Ovid, "1 exp gout/ (310)¶2 pain.tw. (n=1,204)¶3 1 and 2 (n = 12)", "#1 AND #2"),
    (Dialect::Ovid, "1 exp gout/ [310]¶2 pain.tw. [1,204]¶3 1 and 2 [12]", "#1 AND #2"),
    (
        Dialect::Ovid,
        "1 exp gout/ 310 results¶2 pain.tw. 1,204 results¶3 1 and 2 12 results",
        "#1 AND #2",
    ),
    (
        Dialect::Scopus,
        "TITLE(gout) AND PUBYEAR > 2009",
        "AREA[TitleSearch]gout AND AREA[StartDate]RANGE[2010, MAX]",
    ),
    (
        Dialect::Scopus,
        "TITLE(gout) AND pubyear aft 2009",
        "AREA[TitleSearch]gout AND AREA[StartDate]RANGE[2010, MAX]",
    ),
    (
        Dialect::Scopus,
        "TITLE(gout) AND PUBYEAR = 2015",
        "AREA[TitleSearch]gout AND AREA[StartDate]RANGE[2015, 2015]",
    ),
    (
        Dialect::Scopus,
        "TITLE(gout) AND NOT PUBYEAR BEF 2009",
        "AREA[TitleSearch]gout AND NOT AREA[StartDate]RANGE[MIN, 2008]",
    ),
    (
        Dialect::Scopus,
        "TITLE(gout) AND ( EXCLUDE ( PUBYEAR , 2021 ) )",
        "AREA[TitleSearch]gout AND NOT AREA[StartDate]RANGE[2021, 2021]",
    ),
    (
        Dialect::Scopus,
        "TITLE-ABS-KEY(gout W/3 pain) AND ( LIMIT-TO ( DOCTYPE , \"ar\" ) )",
        "gout NEAR/3 pain",
    ),
    (
        Dialect::Scopus,
        "TITLE-ABS-KEY(gout PRE/3 {joint pain}) AND NOT INDEX(medline)",
        "gout NEAR/3 \"joint pain\"",
    ),
    (Dialect::Scopus, "ABS(gout) AND DOCTYPE(ar) AND LANGUAGE(english) AND SUBJAREA(MEDI)", "gout"),
    (Dialect::Scopus, "title-abs-key(gout) and title(pain)", "gout AND AREA[TitleSearch]pain"),
    (Dialect::Scopus, "FOO(gout) AND ALL(pain)", "pain"),
    (Dialect::PubMed, "gout[tiab] AND 2010:2020[dp]", "gout AND AREA[StartDate]RANGE[2010, 2020]"),
    (
        Dialect::PubMed,
        "gout[tiab] AND (\"2010/01/01\"[Date - Publication] : \"3000\"[Date - Publication])",
        "gout AND AREA[StartDate]RANGE[2010-01-01, MAX]",
    ),
    (Dialect::PubMed, "gout[tiab] AND \"last 5 years\"[dp]", "gout"),
    (Dialect::PubMed, "gout[tiab] Filters: in the last 5 years", "gout"),
    (Dialect::PubMed, "gout[tiab] AND 2010/1/1:2020/12/31[edat]", "gout"),
    (
        Dialect::PubMed,
        "gout AND drug therapy[sh]",
        "gout AND AREA[InterventionType](DRUG OR BIOLOGICAL OR COMBINATION_PRODUCT)",
    ),
    (Dialect::PubMed, "gout/drug therapy[mesh]", "EXPLODE[MeSH]gout"),
    (Dialect::PubMed, "\"gout/therapy\"[Mesh:NoExp]", "gout"),
    (Dialect::PubMed, "\"gout pain\"[tiab:~3]", "gout NEAR/3 pain"),
    (Dialect::PubMed, "gout[tiab] AND systematic[sb] AND english[la] AND humans[Filter]", "gout"),
    (
        Dialect::PubMed,
        "gout AND randomizedcontrolledtrial[Filter]",
        "gout AND AREA[DesignAllocation]RANDOMIZED",
    ),
    (
        Dialect::PubMed,
        "Search: (gout[tiab]) Filters: Randomized Controlled Trial, English",
        "gout AND AREA[DesignAllocation]RANDOMIZED",
    ),
    (
        Dialect::PubMed,
        "Search number,Query,Sort By,Filters,Search Details,Results,Time¶2,\"#1 AND pain\",,\"Clinical Trial, Humans\",x,\"1,234\",05:12:11¶1,\"\"\"gout\"\"[Mesh]\",,,y,12000,05:10:11",
        "#1 AND pain AND AREA[StudyType]INTERVENTIONAL",
    ),
    (Dialect::PubMed, "gout[tiab] AND pain.ti,ab.", "gout AND pain"),
    (Dialect::PubMed, "gout[tiab] AND exp Pain/", "gout AND EXPLODE[MeSH]Pain"),
    (
        Dialect::Ebsco,
        "TI gout AND DT 2010-2020",
        "AREA[TitleSearch]gout AND AREA[StartDate]RANGE[2010, 2020]",
    ),
    (
        Dialect::Ebsco,
        "TI gout AND PY 2010-",
        "AREA[TitleSearch]gout AND AREA[StartDate]RANGE[2010, MAX]",
    ),
    (
        Dialect::Ebsco,
        "S1 TI gout¶S2 S1 Limiters - Published Date: 20100101-20201231",
        "#1 AND AREA[StartDate]RANGE[2010-01-01, 2020-12-31]",
    ),
    (
        Dialect::Ebsco,
        "S1 TI gout¶S2 S1¶Limiters - Published Date: 20100101-; English Language¶Expanders - Apply equivalent subjects¶Search modes - Boolean/Phrase",
        "#1 AND AREA[StartDate]RANGE[2010-01-01, MAX]",
    ),
    (
        Dialect::Ebsco,
        "S1 TI gout¶S2 S1 Limiters - Published Date: 31/12/2010-31/12/2015",
        "#1 AND AREA[StartDate]RANGE[2010-12-31, 2015-12-31]",
    ),
    (Dialect::Ebsco, "S1 TI gout¶S2 S1 Limiters - Published Date: 31/13/2010", "#1"),
    (Dialect::Ebsco, "(MH \"Gout+/DT\") OR (MM \"Gout\")", "EXPLODE[MeSH]Gout OR Gout"),
    (
        Dialect::Ebsco,
        "XB (gout N3 pain) OR TI (gout W3 pain)",
        "gout NEAR/3 pain OR AREA[TitleSearch]gout NEAR/3 pain",
    ),
    (Dialect::Ebsco, "PT randomized controlled trial", "AREA[DesignAllocation]RANDOMIZED"),
    (Dialect::Ebsco, "TX gout AND ZC \"Clinical Trial\"", "gout"),
    (Dialect::Ebsco, "gout.ti,ab. OR TI pain", "gout OR AREA[TitleSearch]pain"),
    (
        Dialect::Cochrane,
        "[mh Gout] OR [mh ^Gout] OR [mh Gout/DT] OR [mh \"joint pain\"[mj]]",
        "EXPLODE[MeSH]Gout OR Gout OR EXPLODE[MeSH]Gout OR EXPLODE[MeSH]\"joint pain\"",
    ),
    (Dialect::Cochrane, "MeSH descriptor: [Gout] this term only", "Gout"),
    (
        Dialect::Cochrane,
        "MeSH descriptor Gout explode all trees in MeSH products",
        "EXPLODE[MeSH]Gout",
    ),
    (Dialect::Cochrane, "(gout near attack*):ti", "AREA[TitleSearch]gout NEAR/6 attack*"),
    (Dialect::Cochrane, "#1 gout:ti¶#2 pain:ti¶#3 {OR #1-#2}", "#1 OR #2"),
    (Dialect::Cochrane, "#1 gout:ti¶#2 pain:ti¶#3 #1-#2/OR", "#1 OR #2"),
    (Dialect::Cochrane, "\"clinical trial\":pt AND gout:so", "AREA[StudyType]INTERVENTIONAL"),
    (
        Dialect::Cochrane,
        "#1 gout¶#2 #1 with Cochrane Library publication date from Jan 2010 to Dec 2020, in Trials",
        "#1",
    ),
    (
        Dialect::Cochrane,
        "#1 gout¶#2 pain¶#3 #1 and #2 from 2010 to 2020",
        "#1 AND #2 AND AREA[StartDate]RANGE[2010, 2020]",
    ),
    (
        Dialect::Cochrane,
        "#1 gout¶#2 pain¶#3 #1 and #2 with Publication Year from 31/12/2010",
        "#1 AND #2 AND AREA[StartDate]RANGE[2010-12-31, MAX]",
    ),
    (
        Dialect::Cochrane,
        "#1 gout¶#2 #1 from 2010, in Trials",
        "#1 AND AREA[StartDate]RANGE[2010, MAX]",
    ),
    (Dialect::Cochrane, "gout.ti,ab. OR pain:ti", "gout OR AREA[TitleSearch]pain"),
];

#[test]
fn forms_of_all_systems_mean_the_same_here() {
    for (dialect, typed, expected) in FORMS.iter().copied() {
        let typed = typed.replace('¶', "\n");
        let translation = translate(&typed, dialect);
        let last = translation.lines.iter().rev().find_map(|line| line.translated.as_deref());
        assert_eq!(last, Some(expected), "{typed}");
        let like = Request { from: Some(dialect), ..Request::default() };
        assert!(strategy(&typed, &like).is_ok(), "{typed}");
    }
}

/// Words of a sign that are no field of its system.
#[test]
fn what_is_left_over_is_named_and_never_a_word() {
    for (dialect, typed, named) in [
        (Dialect::Ovid, "gout.ti. or XY=(pain)", "`XY=` is not known"),
        (Dialect::Ovid, "gout.xyz.", "`xyz` is not known"),
        (Dialect::Ovid, "gout.ti./freq=3", "`/freq=3` is left out"),
        (Dialect::Ovid, "gout.ti. or TS=(pain)", "`TS=` is a field of Web of Science"),
        (Dialect::Embase, "'gout'/exp OR 'pain'/foo", "`/foo` is left out"),
        (Dialect::Embase, "gout:xy", "`xy` is not known"),
        (Dialect::Embase, "gout.ti,ab. OR 'pain'/exp", "`.ti,ab.` is a field of Ovid"),
        (Dialect::Cochrane, "gout:ti OR pain]", "`]` is left out"),
        (Dialect::PubMed, "gout[xyz]", "`xyz` is not known"),
        (Dialect::PubMed, "gout[tiab] AND etiology[sh]", "`etiology` is left out"),
        (Dialect::WebOfScience, "TS=gout AND XY=(pain)", "`XY=` is not known"),
        (Dialect::Scopus, "TITLE(gout) AND FOO(pain)", "`FOO` is not known"),
        (Dialect::Ebsco, "TI gout AND XY (pain)", "`XY` is not known"),
    ] {
        let translation = translate(typed, dialect);
        let line = &translation.lines[0];
        assert!(line.remarks.iter().any(|said| said.contains(named)), "{typed}: {line:?}");
        let said = line.translated.as_deref().unwrap_or_default();
        for sign in ["XY", "xyz", "freq", "TS=", "foo", "FOO", "ti\\,ab", "therapy"] {
            assert!(!said.contains(sign), "{typed}: {said}");
        }
    }
}
