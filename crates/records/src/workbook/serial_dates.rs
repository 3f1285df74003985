//! Which numbers of a workbook are dates, and which dates.
//!
//! ECMA-376, part 1, 18.8.30 (number formats) and 18.17.4.1 (serial dates).

use std::collections::HashMap;

use time::Date;

use super::elements::{XmlNode, attribute, walk};

/// The Julian day number of the day that is 0: 1899-12-30, since Excel counts
/// a 29th of February 1900.
const DAY_0: i32 = 2_415_019;

/// The same where days are counted from 1904.
const DAY_0_OF_1904: i32 = 2_416_481;

/// Which styles of cells are dates.
#[derive(Debug, Default)]
pub(super) struct DateFormats {
    styles: Vec<bool>,
}

impl DateFormats {
    /// Those of `xl/styles.xml`.
    pub(super) fn of(text: &str) -> Self {
        let mut own: HashMap<u32, bool> = HashMap::new();
        let (mut styles, mut depth, mut inside) = (Vec::new(), 0usize, None);
        let number = |value: Option<String>| value.and_then(|it| it.parse().ok()).unwrap_or(0);
        // Without styles, numbers are numbers.
        let _ = walk(text, &mut |node, _| match node {
            XmlNode::Start(tag) => {
                depth += 1;
                match tag.name().local_name().as_ref() {
                    "numFmt" => {
                        let code = attribute(tag, "formatCode").unwrap_or_default();
                        own.insert(number(attribute(tag, "numFmtId")), is_date(&code));
                    }
                    "cellXfs" => inside = Some(depth),
                    "xf" if inside.is_some() => styles.push(number(attribute(tag, "numFmtId"))),
                    _ => {}
                }
            }
            XmlNode::End => {
                if inside == Some(depth) {
                    inside = None;
                }
                depth = depth.saturating_sub(1);
            }
            XmlNode::Text(_) => {}
        });
        let known = |id: u32| matches!(id, 14..=17 | 22);
        let styles = styles.into_iter().map(|id| own.get(&id).copied().unwrap_or(known(id)));
        Self { styles: styles.collect() }
    }

    pub(super) fn is_date(&self, style: usize) -> bool {
        self.styles.get(style).copied().unwrap_or(false)
    }
}

/// Whether a format shows a day or a year, texts in it aside.
fn is_date(code: &str) -> bool {
    let mut quoted = false;
    let mut bracketed = false;
    code.chars().any(|c| {
        match c {
            '"' => quoted = !quoted,
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ => {}
        }
        !quoted && !bracketed && matches!(c, 'y' | 'Y' | 'd' | 'D')
    })
}

/// The day of a number, in ISO 8601.
pub(super) fn date(number: f64, since_1904: bool) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&number) {
        return None;
    }
    let first = if since_1904 { DAY_0_OF_1904 } else { DAY_0 };
    let date = Date::from_julian_day(first + number as i32).ok()?;
    Some(format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_excel_does() {
        assert_eq!(date(43_831.75, false).as_deref(), Some("2020-01-01"));
        assert_eq!(date(42_369.0, true).as_deref(), Some("2020-01-01"));
        assert_eq!(date(-1.0, false), None);
    }

    #[test]
    fn formats_say_what_is_a_date() {
        assert!(is_date("yyyy\\-mm\\-dd") && is_date("[$-409]d/m/yy"));
        assert!(!is_date("0.00") && !is_date("0\" days\"") && !is_date("[Red]0"));
        let styles = "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"d.m.yyyy\"/></numFmts>\
            <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>\
            <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"170\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
        let formats = DateFormats::of(styles);
        assert_eq!([0, 1, 2, 3].map(|style| formats.is_date(style)), [false, true, true, false]);
    }
}
