//! How long to wait between requests, and after one that failed.

use std::time::{Duration, SystemTime};

/// The longest wait that an answer can ask for.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The first wait after a failure; each further one is twice as long, up to [`LONGEST_BY_ITSELF`].
const FIRST: Duration = Duration::from_secs(2);
const LONGEST_BY_ITSELF: Duration = Duration::from_secs(120);

/// The wait after the failure of an attempt, from 1: as long as the answer says, else longer each
/// time.
pub(crate) fn wait_after(attempt: u32, said: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    said.map_or(doubled.min(LONGEST_BY_ITSELF), |said| said.min(LONGEST).max(FIRST))
}

/// What `Retry-After` says: seconds, or a date of HTTP (RFC 9110, 10.2.3).
pub(crate) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds_of(header)?);
    Some(at.duration_since(now).unwrap_or_default())
}

/// The seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`.
fn seconds_of(date: &str) -> Option<u64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = date.split_once(", ")?;
    let mut parts = date.strip_suffix(" GMT")?.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let name = parts.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? as u64 + 1;
    let year: u64 = parts.next()?.parse().ok().filter(|year| (1970..=9999).contains(year))?;
    let time: Vec<u64> = parts.next()?.split(':').map_while(|part| part.parse().ok()).collect();
    let [hour, minute, second] = time[..] else { return None };
    Some(((days_before(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second)
}

/// Days from 1970 to the first of a month (Howard Hinnant, `chrono`-compatible low-level date
/// algorithms, `days_from_civil`).
fn days_before(year: u64, month: u64) -> u64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year / 400, year % 400);
    let day_of_year = (153 * month + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_answers_are_obeyed() {
        let seconds = |attempt, said: Option<u64>| {
            wait_after(attempt, said.map(Duration::from_secs)).as_secs()
        };
        assert_eq!([1, 2, 3, 9, 99].map(|attempt| seconds(attempt, None)), [2, 4, 8, 120, 120]);
        assert_eq!([Some(30), Some(0), Some(1 << 40)].map(|it| seconds(1, it)), [30, 2, 900]);
    }

    #[test]
    fn an_answer_says_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 60);
        assert_eq!(retry_after(" 7 ", now), Some(Duration::from_secs(7)));
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(retry_after(date, now), Some(Duration::from_secs(60)));
        let later = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_999);
        assert_eq!(retry_after(date, later), Some(Duration::ZERO));
        for none in ["", "soon", "-1", "Sun, 06 Nov 1994", "Sun, 06 Abc 1994 08:49:37 GMT"] {
            assert_eq!(retry_after(none, now), None, "{none}");
        }
        assert_eq!(seconds_of("Thu, 29 Feb 2024 00:00:00 GMT"), Some(1_709_164_800));
    }
}
