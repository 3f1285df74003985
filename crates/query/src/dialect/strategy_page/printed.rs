//! Strategies as they are printed, and what becomes of each line.

use crate::dialect::{Dialect, translate};

use Dialect::{ClinicalTrials, Cochrane, Ebsco, Embase, Ovid, PubMed, Scopus, WebOfScience};

/// A text, with lines divided by `¶`, and its lines in our language, divided by
/// ` / `. An ignored line is empty; a refused one has `!` and the words that
/// are named.
const FORMS: &[(Dialect, &str, &str)] = &[
    // Labels.
    (
        Ovid,
        "1. Population: gout.ti,ab.¶2. Intervention - colchicine.mp.¶3. 1 and 2",
        "gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "Concept 1: exp Gout/¶Concept 2: colchicine.ti,ab.¶Combined: 1 AND 2",
        "EXPLODE[MeSH]Gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "1. P: gout.ti.¶2. I: colchicine.ti.¶3. P and I",
        "AREA[TitleSearch]gout / AREA[TitleSearch]colchicine / #1 AND #2",
    ),
    (Ovid, "- 1. exp Gout/¶- 2. gout$.tw.¶- 3. 1 or 2", "EXPLODE[MeSH]Gout / gout* / #1 OR #2"),
    (Ovid, "[1] exp Gout/¶[2] gout$.tw.¶[3] [1] OR [2]", "EXPLODE[MeSH]Gout / gout* / #1 OR #2"),
    (
        Ovid,
        "1. allopurinol {No Related Terms}¶2. gout.tw.¶3. 1 and 2",
        "allopurinol / gout / #1 AND #2",
    ),
    (PubMed, "Search terms used: gout[tiab] AND colchicine[tiab]", "gout AND colchicine"),
    (PubMed, "Search query: gout[tiab] OR podagra[tiab]", "gout OR podagra"),
    (PubMed, "Search string:¶gout[tiab] OR podagra[tiab]", "gout OR podagra"),
    (PubMed, "Query: gout[tiab]", "gout"),
    (
        Ovid,
        "Set A = gout.ti,ab.¶Set B = colchicine.ti,ab.¶Set C = A AND B",
        "gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "#1 (Population) gout.ti,ab.¶#2 (Intervention) colchicine.mp.¶#3 #1 and #2",
        "gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "Line 1. gout.mp.¶Line 2. pain.mp.¶Line 3. Line 1 AND line 2",
        "gout / pain / #1 AND #2",
    ),
    (Ebsco, "S1. TI gout¶S2. AB pain¶S3. S1 AND S2", "AREA[TitleSearch]gout / pain / #1 AND #2"),
    (Ovid, "1) gout.mp.¶2) pain.mp.¶3) 1 or 2", "gout / pain / #1 OR #2"),
    (Ovid, "1 - gout.mp.¶2 - pain.mp.¶3 - 1 or 2", "gout / pain / #1 OR #2"),
    (Ovid, "a. gout.mp.¶b. pain.mp.¶c. a or b", "gout / pain / #1 OR #2"),
    (Ovid, "i. gout.mp.¶ii. pain.mp.¶iii. i and ii", "gout / pain / #1 AND #2"),
    (
        PubMed,
        "Search #1 gout[tiab]¶Search #2 pain[tiab]¶Search #3 #1 AND #2",
        "gout / pain / #1 AND #2",
    ),
    (Ovid, "No. 1 gout.mp.¶No. 2 pain.mp.¶No. 3 1 and 2", "gout / pain / #1 AND #2"),
    (Cochrane, "(1) gout:ti,ab,kw¶(2) pain:ti,ab,kw¶(3) #1 and #2", "gout / pain / #1 AND #2"),
    (Ovid, "1. Older people: gout.ti,ab.¶2. pain.mp.", "!`Older people` / pain"),
    (Ovid, "1. gout.ti,ab.¶2. pain.mp.¶3. 1 or 2 [Population]", "gout / pain / #1 OR #2"),
    (
        Embase,
        "#1 Disease: 'gout'/exp¶#2 Drug: colchicine:ti,ab¶#3 #1 AND #2",
        "EXPLODE[MeSH]gout / colchicine / #1 AND #2",
    ),
    (WebOfScience, "Set 1: TS=(gout)¶Set 2: TS=(pain)¶Set 3: #1 AND #2", "gout / pain / #1 AND #2"),
    (
        Ovid,
        "1 Population exp Gout/ or gout.ti,ab. 120¶2 Intervention colchicine.ti,ab. 45¶3 1 and 2 7",
        "!`Population` / !`Intervention` / ",
    ),
    (
        Ovid,
        "Gout¶exp Gout/ or gout.ti,ab.¶Drugs¶colchicine.ti,ab.",
        "!`Gout` / EXPLODE[MeSH]Gout OR gout / colchicine",
    ),
    (
        PubMed,
        "Population\tgout[tiab] OR podagra[tiab]¶Intervention\tcolchicine[tiab]",
        "gout OR podagra / colchicine",
    ),
    (Ovid, "(1) exp Gout/¶(2) gout.ti,ab.¶(3) (1) or (2)", "EXPLODE[MeSH]Gout / gout / #1 OR #2"),
    (
        Ebsco,
        "#\tQuery\tLimiters/Expanders\tLast Run Via\tResults¶S2\tS1 AND TI pain\tSearch modes - Boolean/Phrase\tInterface - EBSCOhost Research Databases¶Search Screen - Advanced Search¶Database - CINAHL\t45¶S1\tTI gout\tSearch modes - Boolean/Phrase\tInterface - EBSCOhost Research Databases¶Database - CINAHL\t1,234",
        "AREA[TitleSearch]gout / #1 AND AREA[TitleSearch]pain",
    ),
    (PubMed, "PubMed search strategy (3 May 2020)¶gout[tiab]", "gout"),
    (
        PubMed,
        "#1 (Kidney): kidney[tiab]¶#2 (Joint): gout[tiab]¶#3 (Both): #1 AND #2¶#4 (Without): #3 NOT pain[ti]",
        "kidney / gout / #1 AND #2 / #3 AND NOT AREA[TitleSearch]pain",
    ),
    (
        PubMed,
        "Gout: \"Gout\"[Mesh]¶Kidney: kidney[tiab]¶#1 AND #2",
        "EXPLODE[MeSH]Gout / kidney / #1 AND #2",
    ),
    (Ovid, "1. Older people: gout.ti,ab.¶2. pain: or ache", "!`Older people` / pain* OR ache"),
    // Prose.
    (
        Ovid,
        "1 gout.mp.¶2 pain.mp.¶3 1 or 2¶4 3 and RCT filter",
        "gout / pain / #1 OR #2 / !`RCT filter`",
    ),
    (Ovid, "1 gout.mp.¶2 1 and English language", "gout / !`English language`"),
    (Ovid, "1 gout.mp. as a keyword¶2 pain.mp.", "!`as a keyword` / pain"),
    (
        PubMed,
        "#1 gout[tiab] limited to adults¶#2 pain[tiab] fever",
        "!`limited to adults` / !`fever`",
    ),
    (Ovid, "1 gout.mp. [mp=title]¶2 pain.mp. [see text]", "gout / pain"),
    (Ovid, "1 gout.mp.¶2 1 and vena cava filter.mp.", "gout / #1 AND \"vena cava filter\""),
    (Ovid, "1 random:.mp.¶2 (topiramat: or gout).tw.", "random* / topiramat* OR gout"),
    (
        Ovid,
        "Set 1: Obesity¶1. exp obesity/¶2. obes*.ti,ab.¶Concept 2 - Surgery¶3. surg*.ti,ab.¶4. (1 or 2) and 3",
        "EXPLODE[MeSH]obesity / obes* / surg* / (#1 OR #2) AND #3",
    ),
    (
        PubMed,
        "gout[tiab] OR tophi[tiab]¶AND¶urate[tiab] OR \"uric acid\"[tiab]",
        "(gout OR tophi) AND (urate OR \"uric acid\")",
    ),
    (
        Ovid,
        "1 gout.mp.¶2 pain.mp.¶3 1 or2¶4 1and2¶5 (1or2)and 3",
        "gout / pain / #1 OR #2 / #1 AND #2 / (#1 OR #2) AND #3",
    ),
    (
        PubMed,
        "#1 gout[tiab]¶#2 pain[tiab]¶#3 #1 NOT#2¶#4 #1 AND #2AND fever[ti]",
        "gout / pain / #1 AND NOT #2 / #1 AND #2 AND AREA[TitleSearch]fever",
    ),
    (
        Ovid,
        "1 gout.mp.¶2 pain.mp.¶3 1 oder 2¶4 1 or 2 Population",
        "gout / pain / !`oder` / !`Population`",
    ),
    (PubMed, "#1 gout[tiab] AND¶#2 pain[tiab]", "!`AND` / pain"),
    (PubMed, "#1 gout[tiab]¶NOT¶#2 pain[tiab]", "!`NOT` / pain"),
    // Platform and query.
    (PubMed, "PubMed: (gout[tiab] AND colchicine[tiab])", "gout AND colchicine"),
    (Ovid, "Ovid MEDLINE: exp Gout/ and colchicine.ti,ab.", "EXPLODE[MeSH]Gout AND colchicine"),
    (Scopus, "Scopus: TITLE-ABS-KEY(gout AND pain)", "gout AND pain"),
    (Embase, "Embase.com: 'gout'/exp AND colchicine:ti,ab", "EXPLODE[MeSH]gout AND colchicine"),
    (WebOfScience, "Web of Science Core Collection: TS=(gout AND pain)", "gout AND pain"),
    (
        Ebsco,
        "CINAHL (EBSCOhost): (MH \"Gout+\") AND TI pain",
        "EXPLODE[MeSH]Gout AND AREA[TitleSearch]pain",
    ),
    (Cochrane, "CENTRAL: gout:ti,ab,kw AND pain:ti,ab,kw", "gout AND pain"),
    (
        Ovid,
        "Database: Embase <1974 to 2020 May 01>¶Search Strategy:¶-----¶1 gout.mp.¶2 pain.mp.",
        "gout / pain",
    ),
    (Ovid, "MEDLINE (Ovid) 1946 to present¶via Ovid, searched on 3 May 2020¶gout.ti,ab.", "gout"),
    (
        Ebsco,
        "S1 TI gout¶Interface - EBSCOhost Research Databases¶S2 AB pain",
        "AREA[TitleSearch]gout / pain",
    ),
    // Columns that a copy put otherwise.
    (
        Ovid,
        "# Searches Results Type Actions¶1 exp Gout/ 1234 Advanced Display¶2 gout.ti. 567 Advanced Display Results More¶3 1 or 2 1500 Advanced Display",
        "EXPLODE[MeSH]Gout / AREA[TitleSearch]gout / #1 OR #2",
    ),
    (
        Ovid,
        "1 gout.ti. (1234) 2 colchicine.mp. (567) 3 1 and 2 (89)",
        "AREA[TitleSearch]gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "#¶Searches¶Results¶1¶gout.ti.¶1234¶2¶colchicine.mp.¶567¶3¶1 and 2¶89",
        "AREA[TitleSearch]gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "1.¶gout.ti.¶2.¶colchicine.mp.¶3.¶1 and 2",
        "AREA[TitleSearch]gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "#;Searches;Results¶1;exp Gout/;1234¶2;gout.ti.;567",
        "EXPLODE[MeSH]Gout / AREA[TitleSearch]gout",
    ),
    (
        Ovid,
        "3,1 or 2,1500¶2,\"gout.ti,ab.\",567¶1,exp Gout/,1234",
        "EXPLODE[MeSH]Gout / gout / #1 OR #2",
    ),
    // Web sites.
    (
        ClinicalTrials,
        "Advanced search¶Found 12 studies¶Condition: gout",
        "AREA[ConditionSearch]gout",
    ),
    (ClinicalTrials, "12 studies found for: gout AND colchicine", "gout AND colchicine"),
    (
        ClinicalTrials,
        "https://clinicaltrials.gov/search?cond=gout&intr=colchicine",
        "AREA[ConditionSearch]gout AND AREA[InterventionSearch]colchicine",
    ),
    (
        PubMed,
        "https://pubmed.ncbi.nlm.nih.gov/?term=gout%5Btiab%5D+AND+pain%5Bti%5D&sort=date",
        "gout AND AREA[TitleSearch]pain",
    ),
    (
        ClinicalTrials,
        "ClinicalTrials.gov (https://clinicaltrials.gov), searched 5 May 2021¶Condition or disease: gout¶Study type: Interventional Studies (Clinical Trials)¶Age: Older Adult (65+)",
        "AREA[ConditionSearch]gout AND AREA[StudyType]INTERVENTIONAL AND AREA[StdAge]OLDER_ADULT",
    ),
    (
        WebOfScience,
        "1: TS=(gout)  Date Run: Mon Feb 06 2023  Results: 120333¶2: TS=(pain)  Date Run: Mon Feb 06 2023  Results: 10444¶3: #1 AND #2 and Article (Document Types) and English (Languages)  Date Run: Mon Feb 06 2023  Results: 1203",
        "gout / pain / #1 AND #2",
    ),
    (
        Cochrane,
        "#1 MeSH descriptor: [Gout] in all MeSH products¶#2 #1 and pain:ti,ab",
        "EXPLODE[MeSH]Gout / #1 AND pain",
    ),
    // Tables.
    (
        Ovid,
        "#\tConcept\tSearch terms\tResults¶1\tDisease\tgout.mp.\t120¶2\tDrug\tcolchicine.mp.\t45¶3\t\t1 and 2\t7",
        "gout / colchicine / #1 AND #2",
    ),
    (
        PubMed,
        "| Concept | Search terms | Results |¶|---|---|---|¶| Disease | gout[tiab] | 120 |¶| Drug | colchicine[tiab] | 45 |",
        "gout / colchicine",
    ),
    (
        PubMed,
        "No.,Topic,Query,Results¶1,Disease,gout[tiab],120¶2,Drug,\"colchicine[tiab] OR \"\"anti inflammatory\"\"[tiab]\",45",
        "gout / colchicine OR \"anti inflammatory\"",
    ),
    (
        Ovid,
        "#    Concept    Search    Hits¶1    Disease    gout.mp.    120¶2    Drug    colchicine.mp.    45¶3    All    1 and 2    7",
        "gout / colchicine / #1 AND #2",
    ),
    (Ovid, "1\tdisease\tgout¶2\tdrug\tcolchicine", "!`disease`, `gout` / !`drug`, `colchicine`"),
    // Counts.
    (
        WebOfScience,
        "#1 TS=(gout) 1,234¶#2 TS=(pain) 99¶#3 #1 AND #2   89¶Indexes=SCI-EXPANDED Timespan=2010-2020",
        "gout / pain / #1 AND #2 AND AREA[StartDate]RANGE[2010, 2020]",
    ),
    (
        Ebsco,
        "S1 TI gout (1,234)¶S2 AB pain (99)¶S3 S1 AND S2 (5)",
        "AREA[TitleSearch]gout / pain / #1 AND #2",
    ),
    (Ovid, "1 gout.mp. 1 234¶2 pain.mp. 45 678¶3 1 or 2 46 000", "gout / pain / #1 OR #2"),
    (Ovid, "1 gout.mp. 1.234¶2 pain.mp. 45.678¶3 1 or 2 46.000", "gout / pain / #1 OR #2"),
    (PubMed, "1 gout[tiab] n=1234¶2 pain[tiab] n=99", "gout / pain"),
    (Cochrane, "#1 gout 310¶#2 pain 99¶#3 #1 and #2 9", "gout / pain / #1 AND #2"),
    (
        Ovid,
        "1. gout.mp.¶1234 results¶2. pain.mp.¶[1234]¶3. 1 and 2¶Results: 5",
        "gout / pain / #1 AND #2",
    ),
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. 1 and 2 (45 hits, 12 new)", "gout / pain / #1 AND #2"),
    (
        Cochrane,
        "#1 SARS-CoV 2¶#2 gout¶#3 interleukin 6¶#4 #1 or #2",
        "SARS-CoV 2 / gout / interleukin 6 / #1 OR #2",
    ),
    (Ovid, "1. (PD 1).ti,ab.¶2. HbA1c 7¶3. gout.mp.", "\"PD 1\" / \"HbA1c 7\" / gout"),
    (Ovid, "1 covid 19¶2 interleukin 6", "\"covid 19\" / \"interleukin 6\""),
    (Ovid, "1 gout 45¶2 pain 7", "!`45` / !`7`"),
    (Ovid, "1 gout 1,245¶2 pain 7¶3 1 or 2 1,250", "gout / pain / #1 OR #2"),
    // Combinations.
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. combine 1 and 2", "gout / pain / #1 AND #2"),
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. 1 & 2", "gout / pain / #1 AND #2"),
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. 1,2", "gout / pain / !`1,2`"),
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. 1 and/or 2", "gout / pain / !`1 and/or 2`"),
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. all of the above", "gout / pain / !`all of the above`"),
    (
        Cochrane,
        "#1 gout:ti¶#2 pain:ti¶#3 #1-#2 OR",
        "AREA[TitleSearch]gout / AREA[TitleSearch]pain / #1 OR #2",
    ),
    (
        Ovid,
        "1. gout.mp.¶2. pain.mp.¶3. 1 through 2/or¶4. limit 3 to humans¶5. 3 and limit to humans",
        "gout / pain / #1 OR #2 / #3 / #3",
    ),
    (Ovid, "1. gout.mp.¶2. pain.mp.¶3. 1 and 7", "gout / pain / !`#7`"),
    (Embase, "#1 'gout'/exp¶#2 #1 AND #5 AND pain:ti", "EXPLODE[MeSH]gout / !`#5`"),
    (
        Ovid,
        "Block 1 (disease): exp Gout/¶Block 2 (drug): colchicine.ti,ab.¶Block 1 AND Block 2",
        "EXPLODE[MeSH]Gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "Population: exp Gout/¶Intervention: colchicine.ti,ab.¶Population AND Intervention",
        "EXPLODE[MeSH]Gout / colchicine / #1 AND #2",
    ),
    (
        Ovid,
        "1. exp Gout/ (1234)¶2. gout.ti,ab. (300)¶#1 or #2¶4. colchicine.mp. (20)",
        "EXPLODE[MeSH]Gout / gout / #1 OR #2 / colchicine",
    ),
    // Pages.
    (
        Ovid,
        "1. gout.mp.¶Page 34 of 57¶2. pain.mp.¶35¶3. 1 and 2¶2 May 2020",
        "gout / pain / #1 AND #2",
    ),
    (Ovid, "1. (gout or¶Page 34 of 57¶podagra).mp.¶2. pain.mp.", "gout OR podagra / pain"),
    (
        Ovid,
        "Drugs for gout: a review 1¶1. (gout or¶Drugs for gout: a review 2¶podagra).mp.¶2. pain.mp.",
        "gout OR podagra / pain",
    ),
    (
        Ovid,
        "1. gout.mp.¶2. pain.mp.¶*******¶exp = exploded¶/ = MeSH¶adj3 = within three words",
        "gout / pain",
    ),
    (
        Ovid,
        "1. gout.mp.¶2. pain.mp.¶¶Downloaded from example.org on 3 May 2020¶Supplementary Appendix 2¶Date searched: 3 May 2020",
        "gout / pain",
    ),
    (
        Ovid,
        "1. gout.mp.¶2. pain.mp.¶The strategy was run by two people",
        "gout / pain / !`The strategy was run by two people`",
    ),
    // Wraps and order.
    (Ovid, "1. exp Gout/ 2. gout.ti,ab. 3. 1 or 2", "EXPLODE[MeSH]Gout / gout / #1 OR #2"),
    (Cochrane, "#1 gout:ti,ab #2 pain:ti,ab #3 #1 AND #2", "gout / pain / #1 AND #2"),
    (
        Ovid,
        "1. gout.mp. or colchi-¶cine.mp.¶2. pain.mp.",
        "gout OR colchicine OR colchi-cine / pain",
    ),
    (
        Ovid,
        "1. (pain or anti-¶inflammatory).ti,ab.¶2. pain.mp.",
        "pain OR antiinflammatory OR anti-inflammatory / pain",
    ),
    (PubMed, "#1 \"colchi-¶cine drug\"[tiab]¶#2 pain[tiab]", "\"colchicine drug\" / pain"),
    (PubMed, "gout[tiab] OR joint¶pain[tiab]", "gout OR \"joint pain\""),
    (PubMed, "gout[tiab]¶joint pain[tiab]¶#1 AND #2", "gout / \"joint pain\" / #1 AND #2"),
    (Ovid, "2. pain.mp.¶1. gout.mp.¶3. 1 and 2", "gout / pain / #1 AND #2"),
    (Ebsco, "S3 S1 AND S2¶S2 AB pain¶S1 TI gout", "AREA[TitleSearch]gout / pain / #1 AND #2"),
    (
        Ovid,
        "1. gout.mp.¶2. pain.mp.¶3. 1 and 2¶¶Embase <1974 to 2020>¶1. fever.mp.¶2. pain.mp.¶3. 1 or 2",
        "gout / pain / #1 AND #2 / fever / pain / #4 OR #5",
    ),
    (
        Ovid,
        "1. gout.mp.¶2. pain.mp.¶¶Embase <1974 to 2020>¶1. fever.mp.¶3. 1 or 2",
        "gout / pain / fever / !`#2`",
    ),
    (Ovid, "gout.ti,ab.¶2. pain.mp.¶3. fever.mp.", "!no number / pain / fever"),
    // Signs.
    (
        PubMed,
        "\u{feff}#1 &quot;gouty arthritis&quot;[tiab]<br>#2 of\u{fb01}ce[tiab]¶#3 \u{ff08}pain\u{ff09}[tiab]",
        "\"gouty arthritis\" / office / pain",
    ),
    (
        PubMed,
        "#1 **\u{201c}gouty arthritis\u{201d}[tiab]**¶#2 colchi\u{ad}cine[tiab]",
        "\"gouty arthritis\" / colchicine",
    ),
    (
        Ovid,
        "1\u{a0}\u{a0}exp\u{a0}Gout/¶2\u{a0}\u{a0}anti\u{2010}inflammatory.ti,ab.¶3 1 or 2",
        "EXPLODE[MeSH]Gout / anti-inflammatory / #1 OR #2",
    ),
];

fn read(text: &str, of: Dialect) -> String {
    let lines = translate(&text.replace('¶', "\n"), of).lines.into_iter().map(|line| {
        let refused = line.refused.map(|refused| format!("!{}", refused.message));
        refused.or(line.translated).unwrap_or_default()
    });
    lines.collect::<Vec<_>>().join(" / ")
}

/// Whether lines are the expected ones; of a refusal the words are enough.
fn are(found: &str, expected: &str) -> bool {
    let (found, expected): (Vec<&str>, Vec<&str>) =
        (found.split(" / ").collect(), expected.split(" / ").collect());
    let is = |(found, expected): (&&str, &&str)| match expected.strip_prefix('!') {
        Some(words) => found.starts_with('!') && found.contains(words),
        None => found == expected,
    };
    found.len() == expected.len() && found.iter().zip(&expected).all(is)
}

#[test]
fn names_of_other_systems_between_lines_are_noted() {
    let text = "MEDLINE (Ovid)\n1. exp Gout/\n\nCINAHL\nS1 TI gout\nS2 gout N3 flare*";
    let remarks = |line: usize| translate(text, Ovid).lines[line].remarks.join(" ");
    assert!(!remarks(0).contains("above it names"), "{}", remarks(0));
    assert!(
        remarks(1).contains("below `CINAHL`, lines are read as of EBSCOhost"),
        "{}",
        remarks(1)
    );
}

#[test]
fn printed_forms_are_read() {
    let mut wrong = Vec::new();
    for (of, text, expected) in FORMS {
        let found = read(text, *of);
        if !are(&found, expected) {
            wrong.push(format!("{text}\n   found    {found}\n   expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), FORMS.len(), wrong.join("\n"));
}
