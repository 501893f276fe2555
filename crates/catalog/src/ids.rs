//! Who and when: names that the catalog gives out, and the one kind of time it knows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use zvm::{JobName, MemberName};

/// One numbered run of a job, written `DAILY01/12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InstanceId {
    /// The job that ran.
    pub job: JobName,
    /// Counts the runs of this job from 1.
    pub number: u32,
}

/// A word that does not name an instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} does not name an instance: write the job and the number of its run, as in DAILY01/12")]
pub struct BadInstanceId {
    /// The word as given.
    pub word: String,
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.job, self.number)
    }
}

impl FromStr for InstanceId {
    type Err = BadInstanceId;

    fn from_str(word: &str) -> Result<InstanceId, BadInstanceId> {
        let bad = || BadInstanceId {
            word: word.chars().take(80).collect(),
        };
        let (job, number) = word.split_once('/').ok_or_else(bad)?;
        let job = JobName::new(job).map_err(|_| bad())?;
        // `parse` would take a sign, and instance 0 never exists.
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number
            .parse()
            .ok()
            .filter(|number| digits && *number > 0)
            .ok_or_else(bad)?;
        Ok(InstanceId { job, number })
    }
}

/// A moment: microseconds since 1970-01-01 00:00 UTC. The catalog reads no clock, so every one of them was handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many microseconds after the epoch (before it, if negative).
    pub const fn from_micros(micros: i64) -> Timestamp {
        Timestamp(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }
}

/// Prints date and time to the second in UTC, `2026-11-20 21:57:04Z`; the calendar is the proleptic Gregorian one.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.div_euclid(1_000_000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Days since 1970-01-01 to year, month, day. Counts in eras of 400 years that begin on 1 March, so that the leap day
/// is the last day of a year.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    const DAYS_PER_ERA: i64 = 146_097;
    let from_march_0000 = days + 719_468;
    let era = from_march_0000.div_euclid(DAYS_PER_ERA);
    let day_of_era = from_march_0000.rem_euclid(DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// A worker as the catalog knows it: given out by `register`, good until `gone`, and unknown to the next actor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId {
    number: u32,
    member: MemberName,
}

impl WorkerId {
    pub(crate) fn new(number: u32, member: MemberName) -> WorkerId {
        WorkerId { number, member }
    }

    /// The member that the worker runs on.
    pub fn member(&self) -> MemberName {
        self.member
    }
}

impl fmt::Display for WorkerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "worker {} on {}", self.number, self.member)
    }
}

/// Counts the owners that a catalog has had. Whoever holds an older one than the store does has lost the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of a catalog that nobody has owned yet.
    pub const NONE: Epoch = Epoch(0);

    /// The epoch with this number.
    pub const fn new(number: u64) -> Epoch {
        Epoch(number)
    }

    /// Its number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_reads_back_from_its_text() {
        let id = InstanceId {
            job: JobName::new("DAILY01").unwrap(),
            number: 12,
        };
        assert_eq!(id.to_string(), "DAILY01/12");
        assert_eq!("daily01/12".parse(), Ok(id));
    }

    #[test]
    fn other_words_are_refused() {
        for word in [
            "",
            "DAILY01",
            "DAILY01/",
            "DAILY01/0",
            "DAILY01/+1",
            "/1",
            "DAILY01/1/2",
            "DAILY01/4294967296",
        ] {
            assert!(
                word.parse::<InstanceId>().is_err(),
                "{word} was taken for an instance"
            );
        }
    }

    #[test]
    fn a_timestamp_prints_its_date() {
        let text = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000).to_string();
        assert_eq!(text(0), "1970-01-01 00:00:00Z");
        assert_eq!(text(-1), "1969-12-31 23:59:59Z");
        assert_eq!(text(951_782_400), "2000-02-29 00:00:00Z");
        assert_eq!(text(1_795_211_824), "2026-11-20 21:57:04Z");
        for extreme in [i64::MIN, i64::MAX] {
            assert!(Timestamp::from_micros(extreme).to_string().ends_with('Z'));
        }
    }
}
