//! Dates in labels: `cyyddd`, where the first column says the century.

use std::fmt;

/// A day, as a label names it. By convention day 365 or 366 of 1999 means that a dataset never expires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelDate {
    year: u16,
    day: u16,
}

impl LabelDate {
    /// A day of the years 1900 to 2899, counted from 1; none when a label could not hold it.
    pub fn new(year: u16, day: u16) -> Option<LabelDate> {
        let fits = (1900..2900).contains(&year) && (1..=366).contains(&day);
        fits.then_some(LabelDate { year, day })
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The day of the year, from 1.
    pub fn day(self) -> u16 {
        self.day
    }

    /// Reads six columns. Blanks, or a day of zero, mean that there is no date.
    pub(super) fn parse(text: &str) -> Result<Option<LabelDate>, NoDate> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        if text.chars().count() != 6 {
            return Err(NoDate);
        }
        let (century, rest) = text.split_at_checked(1).ok_or(NoDate)?;
        let (year, day) = rest.split_at_checked(2).ok_or(NoDate)?;
        let first = if century == " " {
            1900
        } else {
            2000 + 100 * number(century)?
        };
        let (year, day) = (first + number(year)?, number(day)?);
        if day == 0 {
            return Ok(None);
        }
        LabelDate::new(year, day).map(Some).ok_or(NoDate)
    }

    /// The six columns of a date, or of none.
    pub(super) fn columns(date: Option<LabelDate>) -> String {
        match date {
            None => " 00000".to_owned(),
            Some(LabelDate { year, day }) if year < 2000 => format!(" {:02}{day:03}", year - 1900),
            Some(LabelDate { year, day }) => format!("{}{:02}{day:03}", (year - 2000) / 100, year % 100),
        }
    }
}

/// The columns hold no date.
pub(super) struct NoDate;

fn number(digits: &str) -> Result<u16, NoDate> {
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(NoDate);
    }
    digits.parse().map_err(|_| NoDate)
}

impl fmt::Display for LabelDate {
    /// Year and day as system messages write them: `1974.114`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.year, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_date_comes_back() {
        for year in 1900..2900 {
            for day in [1, 59, 366] {
                let date = LabelDate::new(year, day);
                assert!(date.is_some());
                assert_eq!(LabelDate::parse(&LabelDate::columns(date)).ok(), Some(date));
            }
        }
        assert_eq!(LabelDate::columns(LabelDate::new(2026, 7)), "026007");
        assert_eq!(LabelDate::columns(LabelDate::new(1974, 114)), " 74114");
        assert_eq!(LabelDate::new(2026, 7).unwrap().to_string(), "2026.007");
    }

    #[test]
    fn no_date_and_bad_dates_differ() {
        for text in [" 00000", "000000", "      ", " 99000"] {
            assert!(matches!(LabelDate::parse(text), Ok(None)), "{text:?}");
        }
        for text in ["x74114", " 7411", " 74367", " 7 114", "0+1001", "\u{e9}74114"] {
            assert!(LabelDate::parse(text).is_err(), "{text:?}");
        }
    }
}
