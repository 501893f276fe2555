//! The names that occur in the files of an installation: users, members, virtual device numbers, jobs.
//!
//! All of them are small, `Copy`, ordered, upper-cased on the way in, and stored as strings.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a word is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadName {
    /// The word is empty or longer than the kind of name allows.
    #[error("{kind} {word:?} must have 1 to {longest} characters")]
    Length {
        /// What the word should have been.
        kind: &'static str,
        /// The word as found.
        word: String,
        /// The longest name of this kind.
        longest: usize,
    },
    /// The word holds a character that this kind of name cannot have.
    #[error("{kind} {word:?} cannot hold the character {character:?}; use letters, digits and {allowed}")]
    Character {
        /// What the word should have been.
        kind: &'static str,
        /// The word as found.
        word: String,
        /// The first offending character.
        character: char,
        /// The characters beside letters and digits that are allowed.
        allowed: &'static str,
    },
}

/// Upper-cased ASCII text of at most `N` bytes, padded with binary zeros so that it is `Copy` and sorts as text does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Short<const N: usize>([u8; N]);

impl<const N: usize> Short<N> {
    fn new(kind: &'static str, word: &str, allowed: &'static str) -> Result<Self, BadName> {
        if word.is_empty() || word.chars().count() > N {
            return Err(BadName::Length {
                kind,
                word: word.to_owned(),
                longest: N,
            });
        }
        let mut bytes = [0; N];
        for (slot, character) in bytes.iter_mut().zip(word.chars()) {
            let fine = character.is_ascii_alphanumeric() || allowed.contains(character);
            match u8::try_from(character) {
                Ok(byte) if fine => *slot = byte.to_ascii_uppercase(),
                _ => {
                    return Err(BadName::Character {
                        kind,
                        word: word.to_owned(),
                        character,
                        allowed,
                    });
                }
            }
        }
        Ok(Short(bytes))
    }

    fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(N);
        std::str::from_utf8(&self.0[..end]).expect("only ASCII is ever put into a Short")
    }
}

/// Gives a newtype over `Short` everything a name needs.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $longest:literal, $kind:literal, $allowed:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Short<$longest>);

        impl $name {
            /// Takes the word in any case; the name is kept in upper case.
            pub fn new(word: &str) -> Result<Self, BadName> {
                Short::new($kind, word, $allowed).map($name)
            }

            /// The name in upper case, without padding.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = BadName;
            fn from_str(word: &str) -> Result<Self, BadName> {
                Self::new(word)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;
            fn try_from(word: String) -> Result<Self, BadName> {
                Self::new(&word)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.as_str().to_owned()
            }
        }
    };
}

name! {
    /// The id of a USER, IDENTITY, SUBCONFIG or PROFILE entry of the directory: 1 to 8 of `A-Z 0-9 @ # $ _ -`.
    /// All four kinds share one name space.
    UserId, 8, "user id", "@#$_-"
}
name! {
    /// The name of a z/VM system that is a member of the cluster: 1 to 8 letters and digits.
    ///
    /// The national characters are let through as well, because templates and old systems use them; that the cluster
    /// refuses them is for a rule to say.
    MemberName, 8, "member name", "@#$_-"
}
name! {
    /// The name of a backup job: 1 to 16 of `A-Z 0-9 @ # $ _ -`. It becomes part of object names in a repository.
    JobName, 16, "job name", "@#$_-"
}

/// A virtual device number, shown with four hexadecimal digits: `600` and `0600` are the same device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Vdev(u16);

/// A word that is not a device number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("device number {word:?} must have 1 to 4 hexadecimal digits")]
pub struct BadVdev {
    /// The word as found.
    pub word: String,
}

impl Vdev {
    /// The device with this number.
    pub const fn new(number: u16) -> Vdev {
        Vdev(number)
    }

    /// The number itself.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Vdev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04X}", self.0))
    }
}

impl fmt::Debug for Vdev {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vdev({self})")
    }
}

impl FromStr for Vdev {
    type Err = BadVdev;
    fn from_str(word: &str) -> Result<Self, BadVdev> {
        // from_str_radix alone would take a sign.
        let digits = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u16::from_str_radix(word, 16) {
            Ok(number) if digits => Ok(Vdev(number)),
            _ => Err(BadVdev {
                word: word.to_owned(),
            }),
        }
    }
}

impl TryFrom<String> for Vdev {
    type Error = BadVdev;
    fn try_from(word: String) -> Result<Self, BadVdev> {
        word.parse()
    }
}

impl From<Vdev> for String {
    fn from(vdev: Vdev) -> String {
        vdev.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_and_checked() {
        assert_eq!(UserId::new("$alloc$").unwrap().as_str(), "$ALLOC$");
        assert_eq!(
            UserId::new("").unwrap_err().to_string(),
            "user id \"\" must have 1 to 8 characters"
        );
        assert!(UserId::new("NINECHARS").is_err());
        assert!(matches!(
            UserId::new("A.B"),
            Err(BadName::Character { character: '.', .. })
        ));
        assert!(MemberName::new("GRID\u{c4}").is_err());
        assert!(JobName::new("MULTI-GRIDA").is_ok());
        assert!(JobName::new("A/B").is_err());
    }

    #[test]
    fn names_sort_as_text() {
        let [a, b, c] = ["A", "AA", "B"].map(|word| UserId::new(word).unwrap());
        assert!(a < b && b < c);
    }

    #[test]
    fn a_device_number_has_one_to_four_hexadecimal_digits() {
        assert_eq!("600".parse::<Vdev>().unwrap(), Vdev::new(0x600));
        assert_eq!(Vdev::new(0x19e).to_string(), "019E");
        for word in ["", "12345", "+12", "GG", "0x1"] {
            assert!(word.parse::<Vdev>().is_err(), "{word}");
        }
    }
}
