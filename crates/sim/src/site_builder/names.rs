//! The names of a site: cluster, members, volumes, all derived from the site's name.

use super::SitePlan;

/// The letters that tell the members of a cluster apart.
const LETTERS: [char; 8] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

/// The stem of a site whose name holds no letter.
const STEM: &str = "GRID";

/// Cluster `GRIDSSI` has the members `GRIDA`, `GRIDB`, ... and volumes that begin with `G`.
#[derive(Debug, Clone)]
pub(super) struct Names {
    stem: String,
    prefix: char,
    release: &'static str,
}

impl Names {
    pub(super) fn new(plan: &SitePlan) -> Names {
        let letters = plan
            .name
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .skip_while(char::is_ascii_digit);
        let stem: String = letters
            .map(|letter| letter.to_ascii_uppercase())
            .take(4)
            .collect();
        let stem = if stem.is_empty() { STEM.to_owned() } else { stem };
        let prefix = stem.chars().next().unwrap_or('G');
        Names {
            stem,
            prefix,
            release: if plan.members <= 4 { "720" } else { "730" },
        }
    }

    /// The name of the cluster.
    pub(super) fn cluster(&self) -> String {
        format!("{}SSI", self.stem)
    }

    /// The letter of the member in this slot, counted from 0.
    pub(super) fn letter(member: usize) -> char {
        LETTERS[member % LETTERS.len()]
    }

    /// The name of a member.
    pub(super) fn member(&self, member: usize) -> String {
        format!("{}{}", self.stem, Names::letter(member))
    }

    /// A volume that belongs to one member: `GA1RES`.
    pub(super) fn private(&self, member: usize, role: &str) -> String {
        format!("{}{}1{role}", self.prefix, Names::letter(member))
    }

    /// The mask that catches this role's volume of every member: `G%1RES`.
    pub(super) fn private_mask(&self, role: &str) -> String {
        format!("{}%1{role}", self.prefix)
    }

    /// The mask that catches every private volume of one member: `GA1*`.
    pub(super) fn member_mask(&self, member: usize) -> String {
        format!("{}{}1*", self.prefix, Names::letter(member))
    }

    /// A volume of the cluster: `GSCOM1`.
    pub(super) fn shared(&self, role: &str) -> String {
        format!("{}S{role}", self.prefix)
    }

    /// The scratch pack that every member has under the same name.
    pub(super) fn scratch(&self) -> String {
        format!("{}WRK00", self.prefix)
    }

    /// The owner of the release volume: `MAINT720`.
    pub(super) fn release_owner(&self) -> String {
        format!("MAINT{}", self.release)
    }

    /// `7.2` or `7.3`: four members are the limit up to 7.2.
    pub(super) fn level(&self) -> &'static str {
        if self.release == "720" { "7.2" } else { "7.3" }
    }
}
