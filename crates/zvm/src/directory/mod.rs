//! The source directory (USER DIRECT): users, and the minidisks they own.

pub mod entry;
mod mdisk;
mod parser;
mod record;

pub use parser::parse_directory;

use dasd::Volser;

use crate::{
    directory::entry::{Entry, MdiskSpace, MdiskVolume, Statement},
    place::{Located, Place},
};

/// A source directory in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// The DIRECTORY statements: where the object directory is written.
    pub directory: Vec<Place>,
    /// All entries, profiles too.
    pub entries: Vec<Entry>,
    /// A cluster-format directory consists of LOAD statements that name its parts: `FN FT FM` in upper case.
    pub loads: Vec<Located<String>>,
}

impl Directory {
    /// The volumes that MDISK statements name, with repetitions.
    pub(crate) fn volsers(&self) -> impl Iterator<Item = Volser> {
        self.entries
            .iter()
            .flat_map(|entry| &entry.statements)
            .filter_map(|statement| match statement {
                Statement::Mdisk(mdisk) => match &mdisk.space {
                    MdiskSpace::Extent {
                        volume: MdiskVolume::Volume(volser),
                        ..
                    } => Some(volser.value),
                    _ => None,
                },
                _ => None,
            })
    }
}

/// A line of a directory as it may be shown to anybody: every password is covered with asterisks, columns stay.
///
/// Passwords are the second operand of USER and IDENTITY and what follows the mode of MDISK; words that are no
/// passwords (NOLOG, ALL, ...) stay.
pub fn cover_passwords(line: &str) -> String {
    let mut shown: Vec<char> = line.chars().collect();
    let mut words: Vec<(usize, String)> = Vec::new();
    let mut start = None;
    for (at, blank) in shown.iter().map(|c| c.is_whitespace()).chain([true]).enumerate() {
        match (blank, start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                words.push((
                    from,
                    shown[from..at].iter().collect::<String>().to_ascii_uppercase(),
                ));
                start = None;
            }
            _ => {}
        }
    }
    let keyword = words.first().map(|(_, word)| word.clone()).unwrap_or_default();
    let is = |diagram| crate::text::keyword::abbreviates(keyword.as_bytes(), diagram);
    let secret = if is("User") || is("IDENTity") {
        2..3
    } else if is("Mdisk") {
        let mode = words
            .iter()
            .skip(4)
            .position(|(_, word)| crate::link_mode::Mode::parse(word.as_bytes()).is_some());
        // Without a mode, cover all that can be a password.
        let first = mode.map_or(6, |at| at + 5);
        first..words.len()
    } else {
        0..0
    };
    for (from, word) in words
        .get(secret.start..secret.end.min(words.len()))
        .unwrap_or_default()
    {
        if !["NOLOG", "NOPASS", "AUTOONLY", "LBYONLY", "ALL"].contains(&word.as_str()) {
            shown[*from..*from + word.chars().count()].fill('*');
        }
    }
    shown.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::cover_passwords;

    #[test]
    fn passwords_are_covered_and_columns_stay() {
        for (line, shown) in [
            (
                "USER PMAINT SECRET 128M 1000M BEG",
                "USER PMAINT ****** 128M 1000M BEG",
            ),
            ("user $alloc$ nolog", "user $alloc$ nolog"),
            (" IDENT OP1 XYZ", " IDENT OP1 ***"),
            (
                " MDISK 191 3390 1 20 VOL001 MR READ  ALL MULT",
                " MDISK 191 3390 1 20 VOL001 MR ****  ALL ****",
            ),
            (
                "M 191 3390 DEVNO 5A80 MWV NBCREAD",
                "M 191 3390 DEVNO 5A80 MWV *******",
            ),
            ("LINK MAINT 190 190 RR", "LINK MAINT 190 190 RR"),
            ("", ""),
        ] {
            assert_eq!(cover_passwords(line), shown);
        }
    }
}
