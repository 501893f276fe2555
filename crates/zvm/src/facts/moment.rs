//! Points in time as facts name them: minutes of a calendar, without a time zone, because an installation runs on one
//! clock.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

const DAY: i64 = 86_400;

/// A point in time: seconds since 1970-01-01 00:00 on the installation's clock. Written `2026-03-01 01:00`, with
/// seconds if they are not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// Why a word is no point in time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no point in time such as \"2026-03-01 01:00\"")]
pub struct BadMoment {
    /// The word as found.
    pub word: String,
}

impl Moment {
    /// So many seconds after 1970-01-01 00:00.
    pub const fn from_seconds(seconds: i64) -> Moment {
        Moment(seconds)
    }

    /// Seconds since 1970-01-01 00:00.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// Whole hours from `earlier` to this; negative when it is later.
    pub const fn hours_since(self, earlier: Moment) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(3_600)
    }

    /// This and so many days.
    pub const fn plus_days(self, days: u32) -> Moment {
        Moment(self.0.saturating_add(days as i64 * DAY))
    }

    /// The day of the week; Monday is 0.
    pub fn weekday(self) -> usize {
        let day = (self.0.div_euclid(DAY) + 3).rem_euclid(7);
        usize::try_from(day).expect("a remainder of seven is small")
    }

    /// Minutes since midnight.
    pub const fn minute_of_day(self) -> i64 {
        self.0.rem_euclid(DAY) / 60
    }
}

/// Days from 1970-01-01 to the first of March of the year, in the proleptic Gregorian calendar.
const fn days_to_march(year: i64) -> i64 {
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 - 719_468
}

/// Years that begin with March end with the leap day, which makes the lengths of months a straight line.
const fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let (year, from_march) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    days_to_march(year) + (153 * from_march + 2) / 5 + day - 1
}

fn date_of(days: i64) -> (i64, i64, i64) {
    // Days of January and February belong to the year before.
    let mut year = 1969 + days.div_euclid(366);
    while days_to_march(year + 1) <= days {
        year += 1;
    }
    let of_year = days - days_to_march(year);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    match from_march {
        0..=9 => (year, from_march + 3, day),
        _ => (year + 1, from_march - 9, day),
    }
}

impl FromStr for Moment {
    type Err = BadMoment;
    fn from_str(word: &str) -> Result<Moment, BadMoment> {
        parse(word.trim()).ok_or_else(|| BadMoment {
            word: word.to_owned(),
        })
    }
}

fn parse(word: &str) -> Option<Moment> {
    let (date, time) = word.split_once([' ', 'T']).unwrap_or((word, "00:00"));
    let [year, month, day] = numbers(date, '-', &[4, 2, 2])?[..] else {
        return None;
    };
    let time = numbers(time, ':', &[2, 2, 2]).or_else(|| numbers(time, ':', &[2, 2]))?;
    let (hour, minute, second) = (time[0], time[1], time.get(2).copied().unwrap_or(0));
    let days = days_of(year, month, day);
    let real = (1970..=9999).contains(&year) && date_of(days) == (year, month, day);
    (real && hour < 24 && minute < 60 && second < 60)
        .then_some(Moment(days * DAY + hour * 3_600 + minute * 60 + second))
}

/// Numbers of exactly these many digits, parted by `by`.
fn numbers(text: &str, by: char, digits: &[usize]) -> Option<Vec<i64>> {
    let parts: Vec<&str> = text.split(by).collect();
    if parts.len() != digits.len() {
        return None;
    }
    let number = |(part, digits): (&&str, &usize)| {
        let fine = part.len() == *digits && part.bytes().all(|byte| byte.is_ascii_digit());
        fine.then(|| part.parse().ok()).flatten()
    };
    parts.iter().zip(digits).map(number).collect()
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = date_of(self.0.div_euclid(DAY));
        let (minute, second) = (self.minute_of_day(), self.0.rem_euclid(60));
        write!(
            f,
            "{year:04}-{month:02}-{day:02} {:02}:{:02}",
            minute / 60,
            minute % 60
        )?;
        if second > 0 {
            write!(f, ":{second:02}")
        } else {
            Ok(())
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_days() {
        let moment = |word: &str| word.parse::<Moment>().unwrap();
        assert_eq!(moment("1970-01-01").seconds(), 0);
        assert_eq!(moment("2000-02-29 12:34:56").seconds(), 951_827_696);
        assert_eq!(moment("2026-11-20 23:00").weekday(), 4);
        assert_eq!(
            moment("2024-12-31T23:59").plus_days(1).to_string(),
            "2025-01-01 23:59"
        );
        assert_eq!(
            moment("2026-03-02 01:00").hours_since(moment("2026-03-01 02:30")),
            22
        );
        for word in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-01-01 24:00",
            "2026-1-1",
            "2026-01-01 1:00",
            "+026-01-01",
        ] {
            assert!(word.parse::<Moment>().is_err(), "{word}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0_i64..253_402_300_799) {
            let moment = Moment::from_seconds(seconds);
            prop_assert_eq!(moment.to_string().parse::<Moment>().unwrap(), moment);
        }
    }
}
