//! The access mode of a MDISK or LINK statement, such as `MR` or `MWV`.

use std::fmt;

/// What a user asks for when linking a minidisk; the first letter is the wish, the second the fallback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(
    missing_docs,
    reason = "the names are IBM's own, and there is nothing to add to each"
)]
pub enum LinkMode {
    R,
    RR,
    W,
    WR,
    M,
    MR,
    MW,
    SR,
    SW,
    SM,
    ER,
    EW,
}

impl LinkMode {
    const ALL: [(LinkMode, &'static str); 12] = [
        (LinkMode::R, "R"),
        (LinkMode::RR, "RR"),
        (LinkMode::W, "W"),
        (LinkMode::WR, "WR"),
        (LinkMode::M, "M"),
        (LinkMode::MR, "MR"),
        (LinkMode::MW, "MW"),
        (LinkMode::SR, "SR"),
        (LinkMode::SW, "SW"),
        (LinkMode::SM, "SM"),
        (LinkMode::ER, "ER"),
        (LinkMode::EW, "EW"),
    ];

    /// The mode without suffixes, in any case.
    pub(crate) fn parse(word: &[u8]) -> Option<LinkMode> {
        let fits = |(_, name): &&(LinkMode, &str)| word.eq_ignore_ascii_case(name.as_bytes());
        LinkMode::ALL.iter().find(fits).map(|(mode, _)| *mode)
    }

    /// Whether the mode ever gives write access.
    pub fn may_write(self) -> bool {
        !matches!(self, LinkMode::R | LinkMode::RR | LinkMode::SR | LinkMode::ER)
    }
}

impl std::str::FromStr for LinkMode {
    type Err = String;
    fn from_str(word: &str) -> Result<LinkMode, String> {
        LinkMode::parse(word.as_bytes()).ok_or_else(|| format!("{word:?} is no link mode such as \"MR\""))
    }
}

/// A link mode and the suffix letters of the MDISK statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mode {
    /// The mode itself; `W` when the statement has none.
    pub link: LinkMode,
    /// Suffix `V`: virtual reserve/release.
    pub virtual_reserve: bool,
    /// Suffix `S`: stable modes are allowed.
    pub stable: bool,
    /// Suffix `E`: exclusive modes are allowed.
    pub exclusive: bool,
    /// Suffix `D`: stable and exclusive modes are refused.
    pub denied: bool,
}

impl Default for Mode {
    fn default() -> Mode {
        Mode::plain(LinkMode::W)
    }
}

impl Mode {
    /// The mode without suffixes.
    pub const fn plain(link: LinkMode) -> Mode {
        Mode {
            link,
            virtual_reserve: false,
            stable: false,
            exclusive: false,
            denied: false,
        }
    }

    /// Reads `MWV`: the longest mode that fits, then suffix letters, each at most once.
    pub(crate) fn parse(word: &[u8]) -> Option<Mode> {
        let word = word.to_ascii_uppercase();
        let fits = |(_, name): &&(LinkMode, &str)| word.starts_with(name.as_bytes());
        let (link, name) = LinkMode::ALL
            .iter()
            .filter(fits)
            .max_by_key(|(_, name)| name.len())?;
        let mut mode = Mode::plain(*link);
        for letter in &word[name.len()..] {
            let flag = match letter {
                b'V' => &mut mode.virtual_reserve,
                b'S' => &mut mode.stable,
                b'E' => &mut mode.exclusive,
                b'D' => &mut mode.denied,
                _ => return None,
            };
            if std::mem::replace(flag, true) {
                return None;
            }
        }
        Some(mode)
    }
}

impl fmt::Display for LinkMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = LinkMode::ALL
            .iter()
            .find(|(mode, _)| mode == self)
            .map_or("", |(_, name)| *name);
        f.pad(name)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.link.to_string();
        let suffixes = [
            (self.virtual_reserve, 'V'),
            (self.stable, 'S'),
            (self.exclusive, 'E'),
            (self.denied, 'D'),
        ];
        text.extend(suffixes.iter().filter(|(set, _)| *set).map(|(_, letter)| *letter));
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_and_their_suffixes() {
        for word in [
            "R", "RR", "W", "WR", "M", "MR", "MW", "SR", "SW", "SM", "ER", "EW", "MWV", "MRVS", "WV",
        ] {
            assert_eq!(Mode::parse(word.as_bytes()).unwrap().to_string(), word);
        }
        for word in ["", "X", "MWX", "MWVV", "MWW", "ALL", "READ", "MULT", "1"] {
            assert_eq!(Mode::parse(word.as_bytes()), None, "{word}");
        }
        assert!(!LinkMode::RR.may_write() && LinkMode::MR.may_write());
    }
}
