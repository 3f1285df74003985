//! Dates in notations that the language does not have, for hints; and dates
//! with slashes, which may be read in two ways.

use trialdex_records::study::PartialDate;

/// What people write behind the number of a day.
const ORDINALS: [&str; 4] = ["st", "nd", "rd", "th"];

/// The dates that a text in another notation may mean, as the language writes
/// them: one, or two if day and month cannot be distinguished.
pub(super) fn readings(text: &str) -> Vec<String> {
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let numbers = parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let tried = match &parts[..] {
        [year, month] if numbers && year.len() == 4 => vec![format!("{year}-{month}")],
        [month, year] if numbers && year.len() == 4 => vec![format!("{year}-{month}")],
        [year, month, day] if numbers && year.len() == 4 => vec![format!("{year}-{month}-{day}")],
        [one, other, year] if numbers && year.len() == 4 => match text.contains('.') {
            true => vec![format!("{year}-{other}-{one}")],
            false => vec![format!("{year}-{one}-{other}"), format!("{year}-{other}-{one}")],
        },
        [digits] if numbers && digits.len() == 8 => {
            vec![format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])]
        }
        _ if numbers => Vec::new(),
        _ => vec![in_words(&parts)],
    };
    let mut dates: Vec<String> = Vec::new();
    for date in tried.iter().filter_map(|text| PartialDate::parse(text)) {
        let date = date.to_string();
        if !dates.contains(&date) {
            dates.push(date);
        }
    }
    dates
}

/// The words of a date as [`PartialDate`] reads them: `1st`, `of` and `Sept`
/// are not among them.
fn in_words(parts: &[&str]) -> String {
    let plain = parts.iter().filter(|part| !part.eq_ignore_ascii_case("of")).map(|part| {
        let day = ORDINALS.iter().find_map(|end| part.strip_suffix(end));
        let is_day = |day: &&str| !day.is_empty() && day.bytes().all(|byte| byte.is_ascii_digit());
        match day.filter(is_day) {
            Some(day) => day,
            None if part.eq_ignore_ascii_case("sept") => "Sep",
            None => part,
        }
    });
    plain.collect::<Vec<_>>().join(" ")
}

/// A date such as `01/02/2020` with the month first, as the registry reads it,
/// and with the day first; `None` where it can mean one day only.
pub(super) fn month_or_day_first(text: &str) -> Option<(String, String)> {
    let numbers = text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
    let readings = if numbers { readings(text) } else { Vec::new() };
    match <[String; 2]>::try_from(readings) {
        Ok([month_first, day_first]) => Some((month_first, day_first)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_of_other_places_are_read() {
        for (typed, expected) in [
            ("2020/01/02", "2020-01-02"),
            ("2020.1.2", "2020-01-02"),
            ("20200102", "2020-01-02"),
            ("31/12/2020", "2020-12-31"),
            ("12-31-2020", "2020-12-31"),
            ("02.01.2020", "2020-01-02"),
            ("01-02-2020", "2020-01-02 2020-02-01"),
            ("2020/06", "2020-06"),
            ("06.2020", "2020-06"),
            ("January 2, 2020", "2020-01-02"),
            ("2nd of Jan 2020", "2020-01-02"),
            ("2020 Jan 2", "2020-01-02"),
            ("2-Jan-2020", "2020-01-02"),
            ("Sept. 2020", "2020-09"),
            ("2020-02-30", ""),
            ("31.13.2020", ""),
            ("soon", ""),
            ("12", ""),
        ] {
            assert_eq!(readings(typed).join(" "), expected, "{typed}");
        }
    }

    #[test]
    fn only_two_days_are_in_doubt() {
        let days = |text| month_or_day_first(text).map(|(one, other)| format!("{one} {other}"));
        assert_eq!(days("01/02/2020").as_deref(), Some("2020-01-02 2020-02-01"));
        for text in ["01/01/2020", "12/31/2020", "31/12/2020", "01/2020", "2020-01-02", "1-2-2020"]
        {
            assert_eq!(days(text), None, "{text}");
        }
    }
}
