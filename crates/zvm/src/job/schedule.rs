//! When a job runs: `SAT 01:00`, `SUN-FRI 01:00`, `MON,THU 22:30`, `daily 01:00`, `hourly 00:15`, `monthly 1 03:00`.

use std::str::FromStr;

/// The times at which a job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Schedule {
    /// On some days of each week.
    Weekly {
        /// Which, Monday first.
        days: [bool; 7],
        /// Minutes after midnight.
        minute: u16,
    },
    /// Every hour.
    Hourly {
        /// Minutes after the full hour.
        minute: u16,
    },
    /// On one day of each month.
    Monthly {
        /// The day, 1 to 31.
        day: u8,
        /// Minutes after midnight.
        minute: u16,
    },
}

const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

/// Minutes of a week.
const WEEK: u32 = 7 * 24 * 60;

impl Schedule {
    /// The starts within one week, in minutes after Monday 00:00; for a monthly job, none.
    pub fn starts_in_week(&self) -> Vec<u32> {
        match *self {
            Schedule::Weekly { days, minute } => (0..7_u32)
                .zip(days)
                .filter(|(_, runs)| *runs)
                .map(|(day, _)| day * 24 * 60 + u32::from(minute))
                .collect(),
            Schedule::Hourly { minute } => (0..7 * 24).map(|hour| hour * 60 + u32::from(minute)).collect(),
            Schedule::Monthly { .. } => Vec::new(),
        }
    }

    /// The longest time between two starts, in hours, rounded up.
    pub fn longest_gap_hours(&self) -> u32 {
        if let Schedule::Monthly { .. } = self {
            return 31 * 24;
        }
        let starts = self.starts_in_week();
        let Some(first) = starts.first() else {
            return u32::MAX;
        };
        let next = starts.iter().skip(1).copied().chain([first + WEEK]);
        let gaps = starts.iter().zip(next).map(|(start, next)| next - start);
        gaps.max().unwrap_or(WEEK).div_ceil(60)
    }
}

impl FromStr for Schedule {
    type Err = String;
    fn from_str(text: &str) -> Result<Schedule, String> {
        parse(&text.to_ascii_uppercase()).ok_or_else(|| {
            format!("{text:?} is no schedule such as \"SAT 01:00\", \"MON-FRI 22:30\", \"daily 01:00\" or \"monthly 1 03:00\"")
        })
    }
}

fn parse(text: &str) -> Option<Schedule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["DAILY", at] => Some(Schedule::Weekly {
            days: [true; 7],
            minute: minute_of_day(at)?,
        }),
        ["HOURLY", at] => Some(Schedule::Hourly {
            minute: minute_of_day(at).filter(|minute| *minute < 60)?,
        }),
        ["MONTHLY", day, at] => {
            let day = day.parse().ok().filter(|day| (1..=31).contains(day))?;
            Some(Schedule::Monthly {
                day,
                minute: minute_of_day(at)?,
            })
        }
        [days, at] => Some(Schedule::Weekly {
            days: days_of(days)?,
            minute: minute_of_day(at)?,
        }),
        _ => None,
    }
}

fn days_of(text: &str) -> Option<[bool; 7]> {
    let day = |word: &str| DAYS.iter().position(|name| *name == word);
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (mut at, last) = (day(first)?, day(last)?);
        // A range may go over the end of the week: SUN-FRI.
        days[at] = true;
        while at != last {
            at = (at + 1) % 7;
            days[at] = true;
        }
    }
    Some(days)
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let hour: u16 = hour.parse().ok().filter(|hour| *hour < 24)?;
    let minute: u16 = minute.parse().ok().filter(|minute| *minute < 60)?;
    Some(hour * 60 + minute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_of_jobs() {
        let gap = |text: &str| text.parse::<Schedule>().unwrap().longest_gap_hours();
        assert_eq!(gap("SAT 01:00"), 168);
        assert_eq!(gap("sun-fri 01:00"), 48);
        assert_eq!(gap("daily 23:59"), 24);
        assert_eq!(gap("MON,THU 22:30"), 96);
        assert_eq!(gap("hourly 00:15"), 1);
        assert_eq!(gap("monthly 1 03:00"), 744);
        let starts = "TUE 01:30".parse::<Schedule>().unwrap().starts_in_week();
        assert_eq!(starts, [24 * 60 + 90]);
        for text in [
            "",
            "SAT",
            "01:00",
            "XXX 01:00",
            "SAT 24:00",
            "SAT 1",
            "monthly 0 01:00",
            "SAT- 01:00",
            "hourly 01:00",
        ] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
