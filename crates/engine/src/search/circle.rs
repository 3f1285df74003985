//! Studies with a site within some distance of a place.

use tantivy::SegmentReader;
use tantivy::columnar::Column;

use super::filtered::{DocumentCheck, StudyCheck};
use crate::index::{NOWHERE, degrees, steps};
use trialdex_plan::Circle;

/// Mean radius of the earth in metres (IUGG).
const EARTH: f64 = 6_371_008.8;

/// Metres between two points, in degrees north and east, by the haversine formula.
pub(super) fn metres(one: (f64, f64), other: (f64, f64)) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let across = one.0.to_radians().cos() * other.0.to_radians().cos() * half(other.1 - one.1);
    let chord = (half(other.0 - one.0) + across).clamp(0.0, 1.0);
    2.0 * EARTH * chord.sqrt().asin()
}

/// Whether a point is in a circle.
pub(super) fn holds(circle: &Circle, lat: f64, lon: f64) -> bool {
    metres((circle.lat, circle.lon), (lat, lon)) <= circle.metres
}

/// Steps north between which all of a circle lies.
pub(super) fn latitudes(circle: &Circle) -> (i64, i64) {
    let reach = (circle.metres / EARTH).to_degrees();
    // A little more, since degrees are rounded.
    (steps(circle.lat - reach) - 1, (steps(circle.lat + reach) + 1).min(NOWHERE - 1))
}

/// Columns of the points of sites.
pub(super) struct Points {
    lats: Column<i64>,
    lons: Column<i64>,
}

impl Points {
    pub(super) fn new(reader: &SegmentReader, lat: &str, lon: &str) -> tantivy::Result<Self> {
        let columns = reader.fast_fields();
        Ok(Self { lats: columns.i64(lat)?, lons: columns.i64(lon)? })
    }

    /// The points of a document in degrees, one a site that has one, with the
    /// number of the site.
    pub(super) fn of(&self, doc: tantivy::DocId) -> impl Iterator<Item = (u32, (f64, f64))> + '_ {
        let points = self.lats.values_for_doc(doc).zip(self.lons.values_for_doc(doc));
        let there = (0..).zip(points).filter(|(_, (lat, _))| *lat < NOWHERE);
        there.map(|(site, (lat, lon))| (site, (degrees(lat), degrees(lon))))
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

impl StudyCheck for AnyWithin {
    fn looker(&self, reader: &SegmentReader) -> tantivy::Result<DocumentCheck> {
        let points = Points::new(reader, &self.lat, &self.lon)?;
        let circle = self.circle;
        Ok(Box::new(move |doc| points.of(doc).any(|(_, (lat, lon))| holds(&circle, lat, lon))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::small::{Draft, Small, only};
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        // Boston to New York is about 306 km.
        let boston = |metres| Circle { lat: 42.3601, lon: -71.0589, metres };
        assert!(holds(&boston(307_000.0), 40.7128, -74.0060));
        assert!(!holds(&boston(305_000.0), 40.7128, -74.0060));
        let (south, north) = latitudes(&boston(1e9));
        assert!(south < steps(-90.0) && (steps(90.0)..NOWHERE).contains(&north));
    }

    #[test]
    fn a_circle_may_lie_across_the_date_line() {
        let fiji = Circle { lat: -17.0, lon: 179.9, metres: 50_000.0 };
        assert!(holds(&fiji, -17.0, -179.9));
    }

    #[test]
    fn what_lies_on_the_rim_is_within() {
        // A quarter of a meridian, from the equator to the pole.
        let quarter = EARTH * std::f64::consts::FRAC_PI_2;
        let equator = |metres| Circle { lat: 0.0, lon: 0.0, metres };
        assert!(holds(&equator(quarter + 1.0), 90.0, 123.0));
        assert!(!holds(&equator(quarter - 1.0), 90.0, 123.0));
        // The other side of the globe is half of a circle away, not more.
        assert!(holds(&equator(2.0 * quarter + 1.0), 0.0, 180.0));
        assert!(!holds(&equator(2.0 * quarter - 1.0), 0.0, 180.0));
        let nothing = Circle { lat: 10.0, lon: 20.0, metres: 0.0 };
        assert!(holds(&nothing, 10.0, 20.0) && !holds(&nothing, 10.0, 20.001));
    }

    #[test]
    fn all_of_a_circle_lies_between_its_latitudes() {
        let circle = Circle { lat: 51.34, lon: 12.37, metres: 100_000.0 };
        let (south, north) = latitudes(&circle);
        // A degree is 111.195 km: 0.899 degrees either way.
        assert_eq!((south, north), (steps(51.34 - 0.899_32) - 1, steps(51.34 + 0.899_32) + 1));
        assert!(
            holds(&circle, degrees(north - 2), 12.37) && !holds(&circle, degrees(north), 12.37)
        );
        assert!(
            holds(&circle, degrees(south + 2), 12.37) && !holds(&circle, degrees(south), 12.37)
        );
    }

    #[test]
    fn sites_without_a_point_are_in_no_circle() {
        let at = |lat: f64, lon: f64| (steps(lat), steps(lon));
        let draft = |points: &[(i64, i64)]| Draft { points: points.to_vec(), ..Draft::default() };
        let small = Small::new(&[vec![
            draft(&[(NOWHERE, NOWHERE), at(51.34, 12.37)]),
            draft(&[(NOWHERE, NOWHERE)]),
            draft(&[]),
            draft(&[at(45.76, 4.84)]),
        ]]);
        let searcher = small.searcher();
        let points = Points::new(only(&searcher), "lat", "lon").expect("columns");
        let of = |doc| points.of(doc).collect::<Vec<_>>();
        assert_eq!(of(0), [(1, (51.34, 12.37))]);
        assert_eq!((of(1), of(2)), (Vec::new(), Vec::new()));
        let within = |metres| {
            let circle = Circle { lat: 51.0, lon: 12.0, metres };
            let (lat, lon) = ("lat".to_owned(), "lon".to_owned());
            let looker = AnyWithin { circle, lat, lon }.looker(only(&searcher));
            let mut looker = looker.expect("a looker");
            (0..4).filter(|doc| looker(*doc)).collect::<Vec<_>>()
        };
        assert_eq!(within(50_000.0), [0]);
        assert_eq!(within(f64::MAX), [0, 3]);
    }
}
