use std::time::{SystemTime, UNIX_EPOCH};

/// A moment in UTC.
pub struct Moment {
    pub unix_seconds: i64,
    milliseconds: u32,
    date: (i64, u32, u32),
}

impl Moment {
    pub fn now() -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let unix_seconds = since.as_secs() as i64;
        Moment { unix_seconds, milliseconds: since.subsec_millis(), date: civil(unix_seconds / 86_400) }
    }

    /// `20260102T030405Z`
    pub fn basic(&self) -> String {
        let (year, month, day) = self.date;
        let (hour, minute, second) = self.clock();
        format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
    }

    /// `2026-01-02T03:04:05.678Z`
    pub fn extended(&self) -> String {
        let (year, month, day) = self.date;
        let (hour, minute, second) = self.clock();
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", self.milliseconds)
    }

    fn clock(&self) -> (i64, i64, i64) {
        let second = self.unix_seconds % 86_400;
        (second / 3600, second / 60 % 60, second % 60)
    }
}

/// Year, month and day of a number of days since 1970, counted in years that begin in March.
fn civil(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = 400 * era + year_of_era + i64::from(month <= 2);
    (year, month as u32, day as u32)
}
