//! EXTENT CONTROL: how DirMaint allocates space, and which minidisks it leaves out of its reckoning.

use std::str::FromStr;

use dasd::Volser;

use crate::{
    names::{MemberName, Vdev},
    parsed::{Complaints, Parsed},
    place::{Located, Place},
    text::{
        mask::Mask,
        source::Source,
        word::{Word, words},
    },
};

/// The content of EXTENT CONTROL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExtentControl {
    /// `:REGIONS.`
    pub regions: Vec<Region>,
    /// `:GROUPS.`: the name of the group and its regions.
    pub groups: Vec<(Located<String>, Vec<Located<String>>)>,
    /// `:SSI_VOLUMES.`: which volume takes a minidisk when a SUBCONFIG is cloned for a member.
    pub ssi_volumes: Vec<SsiVolume>,
    /// `:DEFAULT_GROUPS.`: the name of the group and its member.
    pub default_groups: Vec<(Located<String>, Located<MemberName>)>,
    /// `:EXCLUDE.`: minidisks whose extents do not count as used.
    pub excludes: Vec<Exclude>,
    /// `:AUTOBLOCK.`, as words.
    pub autoblock: Vec<Vec<Located<String>>>,
    /// `:DEFAULTS.`, as words.
    pub defaults: Vec<Vec<Located<String>>>,
}

/// One row of `:REGIONS.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its name.
    pub name: Located<String>,
    /// The volume it lies on.
    pub volser: Located<Volser>,
    /// The first cylinder or block.
    pub first: u32,
    /// The last one; unlike MDISK this is no length.
    pub last: u32,
    /// The device type.
    pub device: Option<String>,
}

/// One row of `:SSI_VOLUMES.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsiVolume {
    /// The family of volumes that stand for one another.
    pub family: Located<String>,
    /// The member.
    pub member: Located<MemberName>,
    /// Its volume of the family.
    pub volser: Located<Volser>,
}

/// One row of `:EXCLUDE.`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclude {
    /// The entry of the directory: USER or SUBCONFIG.
    pub entry: Mask,
    /// The device number in its four-digit form.
    pub vdev: Mask,
    /// The row.
    pub place: Place,
}

const SECTIONS: [&str; 7] = [
    ":REGIONS.",
    ":GROUPS.",
    ":SSI_VOLUMES.",
    ":DEFAULT_GROUPS.",
    ":EXCLUDE.",
    ":AUTOBLOCK.",
    ":DEFAULTS.",
];

/// Reads EXTENT CONTROL.
pub fn parse_extent_control(source: &Source) -> Parsed<ExtentControl> {
    let mut complaints = Complaints::default();
    source.complain_when_cut_off(&mut complaints);
    let mut control = ExtentControl::default();
    let mut seen = [false; SECTIONS.len()];
    let mut open: Option<(usize, Word<'_>)> = None;
    for line in source.lines() {
        let row: Vec<Word<'_>> = words(line.number, line.bytes).collect();
        let Some(first) = row.first().copied().filter(|word| !word.bytes.starts_with(b"*")) else {
            continue;
        };
        if first.is(":END.") {
            if open.take().is_none() {
                complaints.error(first.place(source), "no section is open here");
            }
        } else if first.bytes.starts_with(b":") {
            if let Some((_, start)) = open {
                let text = format!("the section {} is not closed by :END.", start.upper());
                complaints.error(start.place(source), text);
            }
            open = SECTIONS
                .iter()
                .position(|name| first.is(name))
                .map(|section| (section, first));
            match open {
                None => complaints.warning(first.place(source), "this section is not known; it is skipped"),
                Some((section, _)) if std::mem::replace(&mut seen[section], true) => {
                    complaints.error(first.place(source), "this section is there a second time");
                }
                Some(_) => {}
            }
        } else if let Some((section, _)) = open {
            control.row(source, section, &row, &mut complaints);
        }
    }
    if let Some((_, start)) = open {
        complaints.error(start.place(source), "this section is not closed by :END.");
    }
    complaints.with(control)
}

impl ExtentControl {
    fn row(&mut self, source: &Source, section: usize, row: &[Word<'_>], complaints: &mut Complaints) {
        let located = |word: &Word<'_>| word.located(source, word.upper());
        let understood = match (SECTIONS[section], row) {
            (":REGIONS.", [name, volser, first, last, rest @ ..]) => {
                region(source, [name, volser, first, last], rest).map(|region| self.regions.push(region))
            }
            (":GROUPS.", [name, regions @ ..]) => {
                self.groups
                    .push((located(name), regions.iter().map(located).collect()));
                Some(())
            }
            (":SSI_VOLUMES.", [family, member, volser, ..]) => {
                ssi_volume(source, family, member, volser).map(|volume| self.ssi_volumes.push(volume))
            }
            (":DEFAULT_GROUPS.", [group, member, ..]) => MemberName::new(&member.upper()).ok().map(|name| {
                self.default_groups
                    .push((located(group), member.located(source, name)))
            }),
            (":EXCLUDE.", [entry, vdev, ..]) => {
                let vdev =
                    Vdev::from_str(&vdev.upper()).map_or_else(|_| vdev.upper(), |vdev| vdev.to_string());
                let place = entry.place(source);
                self.excludes.push(Exclude {
                    entry: Mask::new(&entry.upper()),
                    vdev: Mask::new(&vdev),
                    place,
                });
                Some(())
            }
            (":AUTOBLOCK.", row) => {
                self.autoblock.push(row.iter().map(located).collect());
                Some(())
            }
            (":DEFAULTS.", row) => {
                self.defaults.push(row.iter().map(located).collect());
                Some(())
            }
            _ => None,
        };
        if let (None, Some(first)) = (understood, row.first()) {
            let text = format!(
                "this row of {} is not understood; it is skipped",
                SECTIONS[section]
            );
            complaints.error(first.place(source), text);
        }
    }
}

fn region(source: &Source, [name, volser, first, last]: [&Word<'_>; 4], rest: &[Word<'_>]) -> Option<Region> {
    Some(Region {
        name: name.located(source, name.upper()),
        volser: volser.located(source, Volser::new(&volser.upper()).ok()?),
        first: first.number()?,
        last: last
            .number()
            .filter(|last| first.number().is_some_and(|first| first <= *last))?,
        device: rest.first().map(Word::upper),
    })
}

fn ssi_volume(source: &Source, family: &Word<'_>, member: &Word<'_>, volser: &Word<'_>) -> Option<SsiVolume> {
    Some(SsiVolume {
        family: family.located(source, family.upper()),
        member: member.located(source, MemberName::new(&member.upper()).ok()?),
        volser: volser.located(source, Volser::new(&volser.upper()).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (ExtentControl, Vec<String>) {
        let Parsed { value, complaints } = parse_extent_control(&Source::new("EXTENT.CONTROL", text));
        (value, complaints.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn seven_sections() {
        let text = "* c\n:REGIONS.\n  *RegionId VolSer\n LNX1 GSL001 1 10016 3390 note\n:END.\n:GROUPS.\n LINUX (ROTATING) LNX1\n:END.\n\
                    :SSI_VOLUMES.\n WRK GRIDA GA1W01\n:END.\n:DEFAULT_GROUPS.\n LINUX GRIDA\n:END.\n:EXCLUDE.\n MAINT-* 122\n:END.\n\
                    :AUTOBLOCK.\n 3390 4096 180 1 CKD\n:END.\n:DEFAULTS.\n 3390-03 3339\n:END.\n";
        let (control, complaints) = parse(text);
        assert!(complaints.is_empty(), "{complaints:?}");
        assert_eq!((control.regions[0].first, control.regions[0].last), (1, 10016));
        assert_eq!(control.groups[0].1.len(), 2);
        assert_eq!(control.ssi_volumes[0].volser.as_str(), "GA1W01");
        assert_eq!(control.default_groups.len(), 1);
        assert_eq!(control.excludes[0].vdev.as_str(), "0122");
        assert_eq!((control.autoblock.len(), control.defaults.len()), (1, 1));
    }

    #[test]
    fn mistakes_are_told() {
        let (control, complaints) = parse(
            ":REGIONS.\n A B\n A GSL001 9 1\n:EXCLUDE.\n X 1\n:END.\n:END.\n:EXCLUDE.\n:END.\n:WHAT.\n:GROUPS.\n",
        );
        assert_eq!(control.excludes.len(), 1);
        assert_eq!(complaints.len(), 7, "{complaints:#?}");
    }
}
