//! A place on the map and a radius around it.

use std::fmt;

/// The widest radius in each unit, as the registry documents them.
const WIDEST: [(DistanceUnit, f64); 2] =
    [(DistanceUnit::Miles, 500.0), (DistanceUnit::Kilometres, 805.0)];

/// Metres of a mile.
const MILE: f64 = 1609.344;

/// A circle on the map.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeoCircle {
    /// Degrees north, from -90 to 90.
    pub lat: f64,
    /// Degrees east, from -180 to 180.
    pub lon: f64,
    /// Radius in the unit.
    pub radius: f64,
    /// Unit of the radius.
    pub unit: DistanceUnit,
}

/// A unit of length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistanceUnit {
    /// `mi`
    Miles,
    /// `km`
    Kilometres,
}

/// What is wrong with a place: message and hint.
pub(super) type Wrong = (String, String);

impl GeoCircle {
    /// The radius in metres.
    #[must_use]
    pub fn metres(self) -> f64 {
        match self.unit {
            DistanceUnit::Miles => self.radius * MILE,
            DistanceUnit::Kilometres => self.radius * 1000.0,
        }
    }

    /// Reads `lat, lon, radius`. A radius without unit is in metres where
    /// `metres` says so, as the API's `filter.geo` has it.
    pub(super) fn parse(text: &str, metres: bool) -> Result<Self, Wrong> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let [lat, lon, radius] = parts[..] else {
            return Err((
                format!("`{text}` is not a place and a radius"),
                "type latitude, longitude and radius: `39.0,-77.1,50mi`".to_owned(),
            ));
        };
        let (radius, unit) = length(radius, metres)?;
        let place = Self {
            lat: degrees(lat, 90.0, "latitude")?,
            lon: degrees(lon, 180.0, "longitude")?,
            radius,
            unit,
        };
        place.within_bounds()
    }

    fn within_bounds(self) -> Result<Self, Wrong> {
        let widest = WIDEST.iter().find(|(unit, _)| *unit == self.unit).map_or(0.0, |(_, w)| *w);
        if self.radius > 0.0 && self.radius <= widest {
            return Ok(self);
        }
        Err((
            format!("a radius of {}{} is out of bounds", self.radius, self.unit),
            "type a radius above 0 and up to 500mi or 805km".to_owned(),
        ))
    }
}

fn degrees(text: &str, most: f64, what: &str) -> Result<f64, Wrong> {
    match decimal(text) {
        Some(value) if value.abs() <= most => Ok(value),
        _ => Err((
            format!("`{text}` is no {what}"),
            format!("type degrees from -{most} to {most}, such as `39.0`"),
        )),
    }
}

/// A radius and its unit.
fn length(text: &str, metres: bool) -> Result<(f64, DistanceUnit), Wrong> {
    let end = text.find(|c: char| c.is_ascii_alphabetic() || c == ' ').unwrap_or(text.len());
    let unit = text[end..].trim();
    let value = decimal(&text[..end]).filter(|value| *value >= 0.0);
    match (value, unit.to_ascii_lowercase().as_str()) {
        (Some(value), "mi") => Ok((value, DistanceUnit::Miles)),
        (Some(value), "km") => Ok((value, DistanceUnit::Kilometres)),
        (Some(value), "") if metres => Ok((value / 1000.0, DistanceUnit::Kilometres)),
        _ => Err((
            format!("`{text}` is no radius"),
            "type a number followed by `mi` or `km`, such as `50mi`".to_owned(),
        )),
    }
}

/// A decimal number without exponent.
fn decimal(text: &str) -> Option<f64> {
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    text.bytes().all(plain).then(|| text.parse().ok()).flatten()
}

impl fmt::Display for DistanceUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Miles => "mi",
            Self::Kilometres => "km",
        })
    }
}

impl fmt::Display for GeoCircle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}{}", self.lat, self.lon, self.radius, self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_printed() {
        let printed = |text| GeoCircle::parse(text, true).map(|place| place.to_string());
        assert_eq!(printed("39.0019296, -77.10, 3.098km"), Ok("39.0019296, -77.1, 3.098km".into()));
        assert_eq!(printed("1,2,50 MI"), Ok("1, 2, 50mi".into()));
        assert_eq!(printed("1,2,80467"), Ok("1, 2, 80.467km".into()));
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        let wrong = |text| GeoCircle::parse(text, false).expect_err(text).0;
        assert_eq!(wrong("50"), "`50` is not a place and a radius");
        assert_eq!(wrong("91,2,50mi"), "`91` is no latitude");
        assert_eq!(wrong("1,181,50mi"), "`181` is no longitude");
        assert_eq!(wrong("1,2,50"), "`50` is no radius");
        assert_eq!(wrong("1,2,0mi"), "a radius of 0mi is out of bounds");
        assert_eq!(wrong("1,2,806km"), "a radius of 806km is out of bounds");
        assert_eq!(wrong("1e1,2,6km"), "`1e1` is no latitude");
    }
}
