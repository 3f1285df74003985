//! Regions of the world as lists of countries.
//!
//! Continents and their parts are those of the United Nations' standard
//! country or area codes for statistical use (M49, as of 2024). Four codes
//! that M49 lacks are with their neighbours: Taiwan (Eastern Asia), Kosovo,
//! Yugoslavia and Serbia and Montenegro (Southern Europe), the Netherlands
//! Antilles (Caribbean). Alliances are those of their members: the European
//! Union since 2020-02-01, the European Economic Area, EFTA, the Nordic
//! Council, the Benelux Union, the Gulf Cooperation Council, ASEAN since
//! 2025-10-26. What has no members has the countries that are named in its
//! row: the Middle East and others are names without a standard.

use super::country_codes::same_name;

/// A region: what it is called, and its countries.
#[derive(Debug)]
pub struct Region {
    /// Its name, and others that are typed for it.
    pub names: &'static [&'static str],
    /// Where its borders are from.
    pub source: &'static str,
    codes: &'static str,
    /// Names of regions that are parts of it.
    parts: &'static [&'static str],
}

const M49: &str = "the United Nations' M49";

const fn part(names: &'static [&'static str], codes: &'static str) -> Region {
    Region { names, source: M49, codes, parts: &[] }
}

const fn continent(names: &'static [&'static str], parts: &'static [&'static str]) -> Region {
    Region { names, source: M49, codes: "", parts }
}

const fn group(
    names: &'static [&'static str],
    source: &'static str,
    codes: &'static str,
    parts: &'static [&'static str],
) -> Region {
    Region { names, source, codes, parts }
}

/// Every region.
#[rustfmt::skip]
static REGIONS: &[Region] = &[
    part(&["Northern Africa", "North Africa"], "DZ EG LY MA SD TN EH"),
    part(&["Eastern Africa", "East Africa"], "IO BI KM DJ ER ET TF KE MG MW MU YT MZ RE RW SC SO SS UG TZ ZM ZW"),
    part(&["Middle Africa", "Central Africa"], "AO CM CF TD CG CD GQ GA ST"),
    part(&["Southern Africa"], "BW SZ LS NA ZA"),
    part(&["Western Africa", "West Africa"], "BJ BF CV CI GM GH GN GW LR ML MR NE NG SH SN SL TG"),
    part(&["Caribbean", "The Caribbean", "West Indies"], "AI AG AW BS BB BQ VG KY CU CW DM DO GD GP HT JM MQ MS PR BL KN LC MF VC SX TT TC VI AN"),
    part(&["Central America"], "BZ CR SV GT HN MX NI PA"),
    part(&["South America"], "AR BO BV BR CL CO EC FK GF GY PY PE GS SR UY VE"),
    part(&["Northern America"], "BM CA GL PM US"),
    part(&["Central Asia"], "KZ KG TJ TM UZ"),
    part(&["Eastern Asia", "East Asia"], "CN HK MO KP JP MN KR TW"),
    part(&["South-eastern Asia", "Southeast Asia", "SE Asia"], "BN KH ID LA MY MM PH SG TH TL VN"),
    part(&["Southern Asia", "South Asia"], "AF BD BT IN IR MV NP PK LK"),
    part(&["Western Asia", "West Asia"], "AM AZ BH CY GE IQ IL JO KW LB OM QA SA PS SY TR AE YE"),
    part(&["Eastern Europe", "East Europe"], "BY BG CZ HU PL MD RO RU SK UA"),
    part(&["Northern Europe", "North Europe"], "AX DK EE FO FI GG IS IE IM JE LV LT NO SJ SE GB"),
    part(&["Southern Europe", "South Europe"], "AL AD BA HR GI GR VA IT MT ME MK PT SM RS SI ES XK CS YU"),
    part(&["Western Europe", "West Europe"], "AT BE FR DE LI LU MC NL CH"),
    part(&["Australia and New Zealand", "ANZ", "Australasia"], "AU CX CC HM NZ NF"),
    part(&["Melanesia"], "FJ NC PG SB VU"),
    part(&["Polynesia"], "AS CK PF NU PN WS TK TO TV WF"),
    // The name alone is that of a country, too.
    part(&["Micronesia region"], "GU KI MH FM NR MP PW UM"),
    part(&["Antarctica"], "AQ"),
    continent(&["Africa", "Afrika", "Afrique"], &["Northern Africa", "Sub-Saharan Africa"]),
    continent(&["Sub-Saharan Africa"], &["Eastern Africa", "Middle Africa", "Southern Africa", "Western Africa"]),
    continent(&["Americas", "The Americas"], &["North America", "South America"]),
    continent(&["North America", "N. America"], &["Northern America", "Central America", "Caribbean"]),
    continent(&["Latin America and the Caribbean", "Latin America", "LATAM", "LAC"], &["Caribbean", "Central America", "South America"]),
    continent(&["Asia", "Asien", "Asie"], &["Central Asia", "Eastern Asia", "South-eastern Asia", "Southern Asia", "Western Asia"]),
    continent(&["Europe", "Europa", "Continental Europe"], &["Eastern Europe", "Northern Europe", "Southern Europe", "Western Europe"]),
    continent(&["Oceania", "Ozeanien"], &["Australia and New Zealand", "Melanesia", "Micronesia region", "Polynesia"]),
    group(&["European Union", "EU", "EU27"], "its members", "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE", &[]),
    group(&["European Economic Area", "EEA"], "its members", "IS LI NO", &["European Union"]),
    group(&["European Free Trade Association", "EFTA"], "its members", "CH IS LI NO", &[]),
    group(&["Scandinavia", "Skandinavien"], "the usual sense of the word", "DK NO SE", &[]),
    group(&["Nordic countries", "Nordic", "Nordics", "Nordic region"], "the Nordic Council", "AX DK FI FO GL IS NO SE", &[]),
    group(&["Baltic states", "Baltic", "Baltics", "Baltic countries"], "the usual sense of the word", "EE LT LV", &[]),
    group(&["Benelux"], "its members", "BE LU NL", &[]),
    group(&["DACH", "German-speaking countries"], "the usual sense of the word", "AT CH DE", &[]),
    group(&["British Isles"], "the usual sense of the word", "GB GG IE IM JE", &[]),
    group(&["Balkans", "The Balkans", "Balkan"], "the usual sense of the word", "AL BA BG GR HR ME MK RS SI XK CS YU", &[]),
    group(&["Gulf states", "Gulf", "Gulf Cooperation Council", "GCC", "Gulf countries", "Persian Gulf"], "the Gulf Cooperation Council", "AE BH KW OM QA SA", &[]),
    group(&["Middle East", "The Middle East", "Near East"], "the usual sense of the word", "AE BH EG IL IQ IR JO KW LB OM PS QA SA SY TR YE", &[]),
    group(&["Middle East and North Africa", "MENA"], "the usual sense of the word", "DZ LY MA TN EH", &["Middle East"]),
    group(&["ASEAN"], "its members", "BN ID KH LA MM MY PH SG TH TL VN", &[]),
];

/// The region of that name, whatever its case, accents and punctuation.
#[must_use]
pub fn named(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.names.iter().any(|known| same_name(known, name)))
}

/// Names of all regions.
pub fn names() -> impl Iterator<Item = &'static str> {
    REGIONS.iter().flat_map(|region| region.names).copied()
}

impl Region {
    /// ISO 3166 alpha-2 codes of its countries, each once, in the order of
    /// letters.
    #[must_use]
    pub fn codes(&self) -> Vec<&'static str> {
        let mut codes: Vec<&str> = self.codes.split_whitespace().collect();
        codes.extend(self.parts.iter().filter_map(|name| named(name)).flat_map(Self::codes));
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

#[cfg(test)]
mod tests {
    use super::super::country_codes;
    use super::*;

    fn size(name: &str) -> usize {
        named(name).map_or(0, |region| region.codes().len())
    }

    #[test]
    fn every_country_is_part_of_one_continent() {
        let continents =
            ["Africa", "Americas", "Antarctica", "Asia", "Europe", "Oceania"].map(named);
        let continents = continents.map(|region| region.expect("a continent").codes());
        for (name, code) in country_codes::names_and_codes() {
            let within = continents.iter().filter(|codes| codes.contains(&code)).count();
            assert_eq!(within, 1, "{name}");
        }
    }

    #[test]
    fn parts_are_regions_and_codes_are_those_of_countries() {
        for region in REGIONS {
            assert!(region.parts.iter().all(|part| named(part).is_some()), "{region:?}");
            for code in region.codes() {
                assert!(country_codes::names_and_codes().any(|(_, known)| known == code), "{code}");
            }
        }
    }

    #[test]
    fn no_name_is_that_of_two_regions_or_of_a_country() {
        for (at, name) in names().enumerate() {
            assert!(names().skip(at + 1).all(|other| !same_name(name, other)), "{name}");
            let country = country_codes::code_typed(name).is_some();
            assert_eq!(country, name == "Antarctica", "{name}");
        }
    }

    #[test]
    fn alliances_have_as_many_members_as_they_have() {
        for (name, members) in
            [("eu", 27), ("EEA", 30), ("benelux", 3), ("gcc", 6), ("asean", 11), ("Baltic", 3)]
        {
            assert_eq!(size(name), members, "{name}");
        }
        assert_eq!(size("europa"), 54);
    }
}
