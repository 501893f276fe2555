//! The source directory (USER DIRECT): users, and the minidisks they own.

pub mod entry;
mod mdisk;
mod oddity;
mod parser;
mod record;

pub use parser::parse_directory;

use dasd::Volser;

use crate::{
    directory::entry::{Entry, MdiskSpace, MdiskVolume, Statement},
    link_mode::Mode,
    place::{Located, Place},
    text::keyword::abbreviates,
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
    /// Ids that no entry can have; the entries are left out.
    pub misnamed: Vec<Located<String>>,
    /// Records that are no plain text, for each file that has some.
    pub oddities: Vec<Oddity>,
}

/// What a file holds beside statements in plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oddity {
    /// What it is.
    pub kind: OddityKind,
    /// How many records have it.
    pub records: u32,
    /// The first of them.
    pub place: Place,
}

/// The kinds of [`Oddity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OddityKind {
    /// Bytes that are no printable ASCII character.
    Bytes,
    /// Sequence numbers in columns 73 to 80.
    SequenceNumbers,
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
/// Passwords are the second operand of USER and IDENTITY, what follows the mode of MDISK, and the end of APPCPASS;
/// words that are no passwords (NOLOG, ALL, ...) stay.
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
    let is = |diagram| abbreviates(keyword.as_bytes(), diagram);
    let secret = if is("User") || is("IDENTity") {
        2..3
    } else if is("Mdisk") {
        let word = |at: usize| words.get(at).map_or("", |(_, word)| word.as_str());
        let whole = ["DEVNO", "T-DISK", "V-DISK"].contains(&word(3));
        let mode = if whole { 5 } else { 6 };
        // Where the mode should be may stand a password, when the mode was forgotten.
        let is_mode = Mode::parse(word(mode).as_bytes()).is_some();
        mode + usize::from(is_mode)..words.len()
    } else if is("APPCpass") {
        3..words.len()
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
            (
                "MDISK 191 3390 1 20 VOL001 FORGOT MR",
                "MDISK 191 3390 1 20 VOL001 ****** **",
            ),
            (
                "MDISK 191 FB-512 V-DISK 90 PASSWD",
                "MDISK 191 FB-512 V-DISK 90 ******",
            ),
            (
                "MDISK 191 3390 AUTOG 9 MR R PASSWD",
                "MDISK 191 3390 AUTOG 9 MR R ******",
            ),
            ("APPCPASS GATE LU USERID PASSWD", "APPCPASS GATE LU ****** ******"),
            ("MDISK 191", "MDISK 191"),
            ("", ""),
        ] {
            assert_eq!(cover_passwords(line), shown);
        }
    }
}
