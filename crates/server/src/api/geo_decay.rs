//! `geoDecay`: relevance that falls with the distance to the nearest site.

use trialdex_engine::search::{FoundHits as _, IndexHits as _};
use trialdex_session::{AnyError, SearchAnswer};

use super::patterns::is_decimal;

/// Hits at most whose order depends on distance.
pub(crate) const MOST_HITS: usize = 10_000;

/// Metres of a mile.
const MILE: f64 = 1609.344;

/// How relevance falls with distance, with the place that it is measured from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GeoDecay {
    curve: DecayCurve,
    /// Metres beyond the offset at which the factor is `decay`.
    scale: f64,
    /// Metres within which relevance does not fall.
    offset: f64,
    decay: f64,
    /// Degrees north and east.
    place: (f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DecayCurve {
    Gauss,
    Exponential,
    Linear,
}

impl GeoDecay {
    /// Reads `func:exp,scale:300mi,offset:0mi,decay:0.5`, with the place of a circle; `None` where
    /// it is not written so.
    pub(crate) fn read(typed: &str, place: (f64, f64)) -> Option<Self> {
        let parts: Vec<(&str, &str)> =
            typed.split(',').map(|part| part.split_once(':')).collect::<Option<_>>()?;
        let [("func", curve), ("scale", scale), ("offset", offset), ("decay", decay)] = parts[..]
        else {
            return None;
        };
        let curve = match curve {
            "gauss" => DecayCurve::Gauss,
            "exp" => DecayCurve::Exponential,
            "linear" => DecayCurve::Linear,
            _ => return None,
        };
        let decay = is_decimal(decay).then(|| decay.parse().ok())??;
        let scale = metres(scale)?;
        Some(Self { curve, scale, offset: metres(offset)?, decay, place })
    }

    /// What the relevance of a study is multiplied by; `None` for a study that is nowhere.
    fn factor(&self, metres: Option<f64>) -> f64 {
        let Some(metres) = metres else { return 0.0 };
        let beyond = (metres - self.offset).max(0.0);
        // A scale of nothing leaves nothing beyond the offset.
        let steps = if beyond > 0.0 { beyond / self.scale } else { 0.0 };
        match self.curve {
            DecayCurve::Gauss => self.decay.powf(steps * steps),
            DecayCurve::Exponential => self.decay.powf(steps),
            DecayCurve::Linear => (1.0 - steps * (1.0 - self.decay)).max(0.0),
        }
    }

    /// The positions of hits in their new order. All hits have to be there.
    ///
    /// # Errors
    ///
    /// Where the index cannot be read.
    pub(crate) fn order(&self, found: &SearchAnswer<'_>) -> Result<Vec<usize>, AnyError> {
        let (lat, lon) = self.place;
        let factors = found.hits.distances(lat, lon)?.into_iter().map(|it| self.factor(it));
        // Where nothing is typed that ranks, nothing but the distance does.
        let relevance = |score: f32| if score > 0.0 { f64::from(score) } else { 1.0 };
        let scores: Vec<f64> = found
            .hits
            .hits()
            .iter()
            .zip(factors)
            .map(|(hit, by)| relevance(hit.score) * by)
            .collect();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        // Hits of the same score stay in the order that they have.
        order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]));
        Ok(order)
    }
}

/// Metres of a length with its unit.
fn metres(typed: &str) -> Option<f64> {
    let (number, unit) = typed.split_at_checked(typed.len().checked_sub(2)?)?;
    let unit = match unit {
        "km" => 1000.0,
        "mi" => MILE,
        _ => return None,
    };
    is_decimal(number).then(|| number.parse::<f64>().ok().map(|number| number * unit))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: (f64, f64) = (39.0, -77.1);

    fn factor(typed: &str, metres: f64) -> f64 {
        let decay = GeoDecay::read(typed, HERE).expect(typed);
        (decay.factor(Some(metres)) * 1e6).round() / 1e6
    }

    #[test]
    fn relevance_falls_to_the_decay_at_the_scale() {
        for curve in ["gauss", "exp", "linear"] {
            let typed = format!("func:{curve},scale:100km,offset:10km,decay:0.4");
            assert_eq!(factor(&typed, 0.0), 1.0, "{curve}");
            assert_eq!(factor(&typed, 10_000.0), 1.0, "{curve}");
            assert_eq!(factor(&typed, 110_000.0), 0.4, "{curve}");
        }
        let at = |curve: &str| {
            factor(&format!("func:{curve},scale:100km,offset:0km,decay:0.0625"), 50_000.0)
        };
        assert_eq!((at("gauss"), at("exp"), at("linear")), (0.5, 0.25, 0.53125));
        let far = factor("func:linear,scale:1mi,offset:0mi,decay:0.5", 1e6);
        assert_eq!(far, 0.0);
    }

    #[test]
    fn what_is_written_otherwise_is_no_decay() {
        assert!(GeoDecay::read("func:linear,scale:100km,offset:10km,decay:0.1", HERE).is_some());
        for wrong in [
            "func:cubic,scale:100km,offset:10km,decay:0.1",
            "func:linear,scale:100,offset:10km,decay:0.1",
            "scale:100km,func:linear,offset:10km,decay:0.1",
            "func:linear,scale:100km,offset:10km",
            "func:linear,scale:-1km,offset:10km,decay:0.1",
            "func:linear,scale:é,offset:10km,decay:0.1",
        ] {
            assert!(GeoDecay::read(wrong, HERE).is_none(), "{wrong}");
        }
    }
}
