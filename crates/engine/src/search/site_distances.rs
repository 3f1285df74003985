//! How far the sites of hits are from a place.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::circle::{Points, metres};
use super::hits::Hits;
use crate::index::{IndexError, PieceField};
use trialdex_records::study::pieces;

/// The piece with the points of sites.
const POINT: &str = "LocationGeoPoint";

impl Hits<'_> {
    /// Metres from a place, in degrees north and east, to the nearest site of each hit; `None` for
    /// hits without a site that is on the map.
    ///
    /// # Errors
    ///
    /// Where files of the index cannot be read.
    pub fn distances(&self, lat: f64, lon: f64) -> Result<Vec<Option<f64>>, IndexError> {
        let store = self.view.store;
        let Some(PieceField::Point { lat: north, lon: east }) =
            pieces::named(POINT).map(|piece| store.fields.of(piece.id()))
        else {
            return Ok(vec![None; self.hits.len()]);
        };
        let schema = self.view.searcher.schema();
        let (north, east) = (schema.get_field_name(north), schema.get_field_name(east));
        let mut opened: BTreeMap<u32, Points> = BTreeMap::new();
        let mut distances = Vec::with_capacity(self.hits.len());
        for place in self.hits.iter().map(|hit| self.place(hit)) {
            let points = match opened.entry(place.segment_ord) {
                Entry::Occupied(points) => points.into_mut(),
                Entry::Vacant(room) => {
                    let segment = self.view.searcher.segment_reader(*room.key());
                    let points = Points::new(segment, north, east);
                    room.insert(points.map_err(|error| store.failed(error))?)
                }
            };
            let away = points.of(place.doc_id).map(|(_, site)| metres((lat, lon), site));
            distances.push(away.min_by(f64::total_cmp));
        }
        Ok(distances)
    }
}
