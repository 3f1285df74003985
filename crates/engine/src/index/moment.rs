//! Formats moments in time.

use std::time::SystemTime;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A time to the second in RFC 3339, as commits, notes and receipts have it;
/// empty where there is no such time.
#[must_use]
pub fn rfc3339(time: SystemTime) -> String {
    let seconds = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|seconds| -seconds),
    };
    let time = seconds.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_beyond_all_dates_gives_none() {
        let after = |seconds| rfc3339(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(after(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(after(253_402_300_799), "9999-12-31T23:59:59Z");
        assert_eq!(after(253_402_300_800), "");
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(2500);
        assert_eq!(rfc3339(before), "1969-12-31T23:59:58Z");
    }
}
