//! Studies with a site within some distance of a place.

use tantivy::SegmentReader;
use tantivy::columnar::Column;

use super::filtered::{Check, Looker};
use crate::index::NOWHERE;

/// Mean radius of the earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;

/// A circle on the globe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Circle {
    /// Degrees north of its centre.
    pub(super) lat: f64,
    /// Degrees east.
    pub(super) lon: f64,
    /// Radius in metres.
    pub(super) metres: f64,
}

impl Circle {
    /// Whether a point is in it, by the haversine formula.
    pub(super) fn holds(&self, lat: f64, lon: f64) -> bool {
        // Where a site has no point.
        if lat >= NOWHERE {
            return false;
        }
        let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let across = self.lat.to_radians().cos() * lat.to_radians().cos() * half(lon - self.lon);
        let chord = (half(lat - self.lat) + across).clamp(0.0, 1.0);
        2.0 * EARTH * chord.sqrt().asin() <= self.metres
    }

    /// Degrees north between which all of it lies.
    pub(super) fn latitudes(&self) -> (f64, f64) {
        let reach = (self.metres / EARTH).to_degrees();
        // A little more, since degrees are rounded.
        (self.lat - reach - 1e-6, self.lat + reach + 1e-6)
    }
}

/// Columns of the points of sites.
pub(super) struct Points {
    lats: Column<f64>,
    lons: Column<f64>,
}

impl Points {
    pub(super) fn new(reader: &SegmentReader, lat: &str, lon: &str) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self { lats: columns.f64(lat)?, lons: columns.f64(lon)? })
    }

    /// The points of a document, one a site.
    pub(super) fn of(&self, doc: tantivy::DocId) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.lats.values_for_doc(doc).zip(self.lons.values_for_doc(doc))
    }
}

/// A check that any site is within a circle.
#[derive(Debug)]
pub(super) struct AnyWithin {
    pub(super) circle: Circle,
    /// Names of the columns.
    pub(super) lat: String,
    pub(super) lon: String,
}

impl Check for AnyWithin {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<Looker> {
        let points = Points::new(reader, &self.lat, &self.lon)?;
        let circle = self.circle;
        Ok(Box::new(move |doc| points.of(doc).any(|(lat, lon)| circle.holds(lat, lon))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        // Boston to New York is about 306 km.
        let boston = |metres| Circle { lat: 42.3601, lon: -71.0589, metres };
        assert!(boston(307_000.0).holds(40.7128, -74.0060));
        assert!(!boston(305_000.0).holds(40.7128, -74.0060));
        assert!(!boston(1e9).holds(NOWHERE, NOWHERE));
    }

    #[test]
    fn a_circle_may_lie_across_the_date_line() {
        let fiji = Circle { lat: -17.0, lon: 179.9, metres: 50_000.0 };
        assert!(fiji.holds(-17.0, -179.9));
    }
}
