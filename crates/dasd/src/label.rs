//! The volume label: VOL1 on cylinder 0 track 0 of a CKD volume, in block 1 of an FBA volume.

use zerocopy::byteorder::{BE, U16};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

use crate::ebcdic;
use crate::track::Track;
use crate::volser::Volser;

/// Key of the label record, and how the label begins.
pub(crate) const VOL1: [u8; 4] = ebcdic::constant(*b"VOL1");

/// Bytes of a label.
pub(crate) const LABEL_LEN: usize = 80;

/// The label as it lies on the volume. Text is EBCDIC.
#[derive(Clone, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct RawLabel {
    pub(crate) identifier: [u8; 4],
    pub(crate) volser: [u8; 6],
    pub(crate) security: u8,
    pub(crate) vtoc_cylinder: U16<BE>,
    pub(crate) vtoc_head: U16<BE>,
    pub(crate) vtoc_record: u8,
    pub(crate) reserved: [u8; 21],
    /// Owner of an OS volume; CP has its marker inside.
    pub(crate) owner: [u8; 14],
    pub(crate) blanks: [u8; 29],
}

const _: () = assert!(size_of::<RawLabel>() == LABEL_LEN);

/// Where CP's marker lies in the owner field: bytes 46 to 50 of the label.
pub(crate) const MARKER_IN_OWNER: std::ops::Range<usize> = 9..14;

/// The five characters by which CP knows that it owns a volume and may believe its allocation map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CpMarker {
    /// `CPVOL`, VM/ESA and later.
    CpVol,
    /// `CP370`, VM/370 and VM/SP.
    Cp370,
}

impl CpMarker {
    /// The marker as text.
    pub const fn as_str(self) -> &'static str {
        match self {
            CpMarker::CpVol => "CPVOL",
            CpMarker::Cp370 => "CP370",
        }
    }

    pub(crate) const fn to_ebcdic(self) -> [u8; 5] {
        match self {
            CpMarker::CpVol => ebcdic::constant(*b"CPVOL"),
            CpMarker::Cp370 => ebcdic::constant(*b"CP370"),
        }
    }

    fn find(owner: &[u8; 14]) -> Option<CpMarker> {
        [CpMarker::CpVol, CpMarker::Cp370]
            .into_iter()
            .find(|marker| owner[MARKER_IN_OWNER] == marker.to_ebcdic())
    }
}

/// Where the volume table of contents begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VtocPointer {
    /// Its cylinder.
    pub cylinder: u16,
    /// Its head.
    pub head: u16,
    /// Its first record.
    pub record: u8,
}

/// The label of a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeLabel {
    /// The serial.
    pub volser: Volser,
    /// CP's marker, if CP owns the volume.
    pub marker: Option<CpMarker>,
    /// The owner field as text, without blanks around it and without CP's marker.
    pub owner: String,
    /// The volume table of contents; none when the label points nowhere, or on an FBA volume.
    pub vtoc: Option<VtocPointer>,
    /// The label as it lies on the volume.
    pub bytes: [u8; LABEL_LEN],
}

impl VolumeLabel {
    /// Reads the label record of track 0.
    pub fn from_track(track: &Track<'_>) -> Option<VolumeLabel> {
        let keyed = track.records().find(|record| record.key == VOL1);
        let labelled = || {
            track
                .records()
                .find(|record| record.count.record == 3 && record.data.starts_with(&VOL1))
        };
        let label = VolumeLabel::parse(keyed.or_else(labelled)?.data)?;
        Some(label)
    }

    /// Reads the label from block 1.
    pub fn from_block(block: &[u8]) -> Option<VolumeLabel> {
        Some(VolumeLabel {
            vtoc: None,
            ..VolumeLabel::parse(block)?
        })
    }

    fn parse(bytes: &[u8]) -> Option<VolumeLabel> {
        let (raw, _) = RawLabel::read_from_prefix(bytes).ok()?;
        if raw.identifier != VOL1 {
            return None;
        }
        let marker = CpMarker::find(&raw.owner);
        let owner = if marker.is_some() {
            &raw.owner[..MARKER_IN_OWNER.start]
        } else {
            &raw.owner[..]
        };
        let owner = ebcdic::from_ebcdic(owner);
        let (cylinder, head) = (raw.vtoc_cylinder.get(), raw.vtoc_head.get());
        let mut label = [0; LABEL_LEN];
        label.copy_from_slice(raw.as_bytes());
        Some(VolumeLabel {
            volser: Volser::from_ebcdic(&raw.volser)?,
            marker,
            owner: owner.trim_matches([' ', '\0']).to_owned(),
            vtoc: (raw.vtoc_record != 0).then_some(VtocPointer {
                cylinder,
                head,
                record: raw.vtoc_record,
            }),
            bytes: label,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::TrackAddr;
    use crate::track::TrackBuilder;

    fn label(owner: &str) -> Vec<u8> {
        let mut label = ebcdic::to_ebcdic(&format!("{:<80}", format!("VOL1VM50U10{:26}{owner}", "")));
        label[11..16].copy_from_slice(&[0, 0, 0, 0, 5]);
        label
    }

    #[test]
    fn found_by_its_key_or_its_number() {
        let at = TrackAddr::new(0, 0);
        let mut slot = vec![0; 4096];
        for (record, key) in [(7, &VOL1[..]), (3, &[])] {
            let mut track = TrackBuilder::new(&mut slot, at).unwrap();
            track.record(1, b"", &[0; 24]).unwrap();
            track.record(record, key, &label("     \0\0\0\0CPVOL")).unwrap();
            track.finish();
            let found = VolumeLabel::from_track(&Track::parse(&slot, at).unwrap()).unwrap();
            assert_eq!(found.volser.as_str(), "VM50U1");
            assert_eq!(found.marker, Some(CpMarker::CpVol));
            assert_eq!(found.owner, "");
            assert_eq!(
                found.vtoc,
                Some(VtocPointer {
                    cylinder: 0,
                    head: 0,
                    record: 5
                })
            );
        }
    }

    #[test]
    fn an_owner_is_kept_and_a_marker_elsewhere_is_none() {
        let found = VolumeLabel::from_block(&label("CPVOL HERCULES")).unwrap();
        assert_eq!(
            (found.marker, found.owner.as_str(), found.vtoc),
            (None, "CPVOL HERCULES", None)
        );
    }

    #[test]
    fn what_is_no_label() {
        assert_eq!(VolumeLabel::from_block(&[0; 512]), None);
        assert_eq!(VolumeLabel::from_block(&label("")[..79]), None);
        let mut nameless = label("");
        nameless[4..10].fill(0);
        assert_eq!(VolumeLabel::from_block(&nameless), None);
    }
}
