//! What backs a minidisk: `END` measured, `&SYSRES` looked up, cylinders told from blocks.

use dasd::{Extent, Run, Volser};

use crate::{
    directory::entry::{Length, Mdisk, MdiskSpace, MdiskVolume},
    parsed::Complaints,
    place::Place,
    site::{
        device,
        expand::{Expander, Span},
        minidisk::{Scope, Space},
        volume::VolumeSize,
    },
};

impl<'a> Expander<'a> {
    /// The volume, the space, and what is covered on the volume.
    pub(super) fn space(
        &mut self,
        mdisk: &'a Mdisk,
        scope: Scope,
        complaints: &mut Complaints,
    ) -> (Option<Volser>, Space, Option<Span>) {
        let unresolved = |reason: String| Space::Unresolved { reason };
        match &mdisk.space {
            MdiskSpace::Devno(rdev) => (None, Space::Devno { rdev: *rdev }, None),
            MdiskSpace::TDisk(size) => (None, Space::TDisk { size: *size }, None),
            MdiskSpace::VDisk(blocks) => (None, Space::VDisk { blocks: *blocks }, None),
            MdiskSpace::Allocation { word, operands } => (
                None,
                unresolved(format!("{} {operands} was never allocated", word.value)),
                None,
            ),
            MdiskSpace::Extent {
                start,
                length,
                volume,
            } => {
                let volser = match volume {
                    MdiskVolume::Volume(volser) => volser.value,
                    MdiskVolume::Sysres(place) => match self.sysres_of(scope) {
                        Ok(volser) => volser,
                        Err(reason) => {
                            complaints.warning(place.clone(), reason.clone());
                            return (None, unresolved(reason), None);
                        }
                    },
                };
                let blocks = self.counts_blocks(&mdisk.device, &mdisk.place, complaints);
                let (space, span) = self.extent(mdisk, scope, volser, *start, *length, blocks);
                (Some(volser), space, Some(span))
            }
        }
    }

    fn extent(
        &self,
        mdisk: &Mdisk,
        scope: Scope,
        volser: Volser,
        first: u32,
        length: Length,
        blocks: bool,
    ) -> (Space, Span) {
        let size = || {
            self.site
                .size_seen(scope, &volser)
                .or_else(|| device::usual_size(&mdisk.device))
        };
        let count = match (length, blocks) {
            (Length::Units(count), _) => Ok(count),
            (Length::ToEnd, true) => match size() {
                Some(VolumeSize::Blocks(blocks)) => rest(first, blocks, volser),
                _ => Err(format!(
                    "END needs the size of {volser}; give it blocks in site.toml"
                )),
            },
            (Length::ToEnd, false) => match size() {
                Some(VolumeSize::Cylinders(cylinders)) => rest(first, cylinders, volser),
                _ => Err(format!(
                    "END needs the size of {volser}; give it cylinders in site.toml"
                )),
            },
        };
        let end = count
            .as_ref()
            .ok()
            .map(|count| u64::from(first) + u64::from(*count));
        let span = Span {
            first,
            end,
            to_end: length == Length::ToEnd,
        };
        let space = match count {
            Ok(count) if blocks => Space::Extent(Extent {
                volser,
                run: Run::blocks(first, count),
            }),
            Ok(count) => Space::Extent(Extent {
                volser,
                run: Run::cylinders(first, count),
            }),
            Err(reason) => Space::Unresolved { reason },
        };
        (space, span)
    }

    /// Complains once for each type that is not known.
    fn counts_blocks(&mut self, device: &'a str, place: &Place, complaints: &mut Complaints) -> bool {
        device::counts_blocks(device).unwrap_or_else(|| {
            if self.odd_devices.insert(device) {
                let text =
                    format!("the device type {device} is not known; its extents are taken as cylinders");
                complaints.warning(place.clone(), text);
            }
            false
        })
    }

    fn sysres_of(&self, scope: Scope) -> Result<Volser, String> {
        let unknown = "no SYSTEM_RESIDENCE statement says which volume &SYSRES is";
        if let Scope::Local(member) = scope {
            return self
                .sysres
                .get(&member)
                .copied()
                .ok_or_else(|| format!("{unknown} on {member}"));
        }
        let mut volsers = self.sysres.values();
        let first = volsers.next().ok_or_else(|| unknown.to_owned())?;
        let same =
            volsers.all(|other| other == first) && self.sysres.len() == self.site.cluster.members.len();
        if same {
            Ok(*first)
        } else {
            Err("&SYSRES is another volume on each member".to_owned())
        }
    }
}

fn rest(first: u32, size: u32, volser: Volser) -> Result<u32, String> {
    match size.checked_sub(first) {
        Some(count) if count > 0 => Ok(count),
        _ => Err(format!("it starts behind the end of {volser}, which has {size}")),
    }
}
