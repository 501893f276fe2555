use std::io::{self, ErrorKind};

use super::*;
use crate::address::{BlockCount, CylinderCount, TrackCount};
use crate::bytes::MemoryBytes;
use crate::error::CreateError;
use crate::format::Creation;
use crate::geometry::{CkdDevice, FbaGeometry};
use crate::null_track::NullFormat;
use crate::track::TrackBuilder;

const SLOT: usize = 4096;

fn small() -> Geometry {
    Geometry::Ckd(CkdGeometry::new(
        CkdDevice::by_name("2311").unwrap(),
        CylinderCount::new(3),
    ))
}

fn created() -> (MemoryBytes, Volume) {
    let bytes = MemoryBytes::default();
    let volume = Volume::create("NEW", Arc::new(bytes.clone()), small()).unwrap();
    (bytes, volume)
}

fn track_of(at: TrackAddr, fill: u8, tail: u8) -> Vec<u8> {
    let mut slot = vec![0; SLOT];
    let mut track = TrackBuilder::new(&mut slot, at).unwrap();
    track.record(1, b"", &[fill; 300]).unwrap();
    let length = track.finish();
    slot[length..].fill(tail);
    slot
}

/// Bytes of which some cannot be read.
struct Scratched {
    bytes: MemoryBytes,
    broken: std::ops::Range<u64>,
}

impl RandomBytes for Scratched {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let end = at + u64::try_from(into.len()).unwrap();
        if at < self.broken.end && self.broken.start < end {
            return Err(io::Error::other("medium error"));
        }
        self.bytes.read_at(at, into)
    }

    fn write_at(&self, _: u64, _: &[u8]) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_is_written_is_read_with_zeros_behind_it() {
    let (bytes, volume) = created();
    let slots: Vec<u8> = (0..12)
        .flat_map(|number| {
            track_of(
                TrackAddr::new(number / 10, u16::try_from(number % 10).unwrap()),
                7,
                0xAA,
            )
        })
        .collect();
    volume.write_tracks(TrackNo::new(0), &slots).unwrap();
    volume.sync().unwrap();
    let again = Volume::mount("AGAIN", Arc::new(bytes.clone()), Access::Read).unwrap();
    assert_eq!(again.geometry(), &small());
    assert_eq!(again.geometry().as_ckd().unwrap().tracks(), TrackCount::new(30));
    let mut read = vec![0xEE; 12 * SLOT];
    let mut faults = Vec::new();
    again.read_tracks(TrackNo::new(0), &mut read, &mut faults);
    assert_eq!(faults, []);
    assert!(
        read == (0..12)
            .flat_map(|number| track_of(
                TrackAddr::new(number / 10, u16::try_from(number % 10).unwrap()),
                7,
                0
            ))
            .collect::<Vec<_>>()
    );
    assert_eq!(again.label(), None);
}

#[test]
fn what_is_refused_is_not_written() {
    let (bytes, volume) = created();
    let before = bytes.to_vec();
    let good = track_of(TrackAddr::new(0, 0), 7, 0);
    let elsewhere = track_of(TrackAddr::new(2, 0), 7, 0);
    let error = volume
        .write_tracks(TrackNo::new(0), &[&good[..], &elsewhere].concat())
        .unwrap_err();
    assert_eq!((error.track, error.at), (TrackNo::new(1), TrackAddr::new(0, 1)));
    assert!(
        error
            .to_string()
            .starts_with("volume NEW, cylinder 0 head 1 (track 1): the home address is"),
        "{error}"
    );
    let error = volume
        .write_tracks(TrackNo::new(29), &[&good[..], &good].concat())
        .unwrap_err();
    assert_eq!(error.fault, TrackFault::BeyondVolume { tracks: 30 });
    assert!(volume.write_blocks(BlockNo::new(0), &[0; 512]).is_err());
    assert!(bytes.to_vec() == before);

    let reading = Volume::mount("R", Arc::new(bytes.clone()), Access::Read).unwrap();
    assert_eq!(
        reading.write_tracks(TrackNo::new(0), &good).unwrap_err().fault,
        TrackFault::ReadOnly
    );
    assert!(bytes.to_vec() == before);
}

#[test]
fn an_unreadable_spot_costs_its_track_only() {
    let (bytes, volume) = created();
    let slots: Vec<u8> = (0..5)
        .flat_map(|head| track_of(TrackAddr::new(0, head), 9, 0))
        .collect();
    volume.write_tracks(TrackNo::new(0), &slots).unwrap();
    let broken = 512 + 3 * 4096 + 100..512 + 3 * 4096 + 101;
    let volume = Volume::mount("SCRATCH", Arc::new(Scratched { bytes, broken }), Access::Read).unwrap();
    let mut read = vec![0; 5 * SLOT];
    let mut faults = Vec::new();
    volume.read_tracks(TrackNo::new(0), &mut read, &mut faults);
    let said: Vec<_> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["volume SCRATCH, cylinder 0 head 3 (track 3): input/output error: medium error"]
    );
    for track in [0, 1, 2, 4] {
        assert!(
            read[track * SLOT..][..SLOT] == slots[track * SLOT..][..SLOT],
            "track {track}"
        );
    }
}

#[test]
fn tracks_beyond_the_volume_are_faults() {
    let (_, volume) = created();
    let mut slots = vec![0xEE; 3 * SLOT];
    let mut faults = Vec::new();
    volume.read_tracks(TrackNo::new(28), &mut slots, &mut faults);
    assert_eq!(faults.len(), 1);
    assert_eq!(
        (faults[0].track, faults[0].at),
        (TrackNo::new(30), TrackAddr::new(3, 0))
    );
    assert!(Track::parse(&slots[SLOT..2 * SLOT], TrackAddr::new(2, 9)).is_ok());
    faults.clear();
    volume.read_tracks(TrackNo::new(u32::MAX), &mut slots, &mut faults);
    assert_eq!(faults.len(), 3);
    assert!(volume.read_blocks(BlockNo::new(0), &mut [0; 512]).is_err());
}

#[test]
fn blocks_have_bounds() {
    let bytes = MemoryBytes::default();
    let geometry = Geometry::Fba(FbaGeometry {
        blocks: BlockCount::new(64),
    });
    let volume = Volume::create("FBA", Arc::new(bytes), geometry).unwrap();
    volume.write_blocks(BlockNo::new(62), &[5; 1024]).unwrap();
    let mut blocks = [0; 1024];
    volume.read_blocks(BlockNo::new(62), &mut blocks).unwrap();
    assert_eq!(blocks, [5; 1024]);
    let error = volume.read_blocks(BlockNo::new(63), &mut blocks).unwrap_err();
    assert_eq!(
        error.to_string(),
        "volume FBA, block 63: the volume has only 64 blocks"
    );
    assert_eq!(
        volume
            .read_blocks(BlockNo::new(0), &mut blocks[..5])
            .unwrap_err()
            .fault,
        BlockFault::Length(5)
    );
    assert!(volume.write_blocks(BlockNo::new(u32::MAX), &[0; 512]).is_err());
    let mut faults = Vec::new();
    volume.read_tracks(TrackNo::new(0), &mut [0; 512], &mut faults);
    assert_eq!(faults[0].fault, TrackFault::NoTracks);
}

#[test]
fn nothing_is_overwritten_and_no_impossible_volume_is_made() {
    let (bytes, _) = created();
    let again = Volume::create("NEW", Arc::new(bytes), small()).unwrap_err();
    assert!(matches!(again, CreateError::NotEmpty { .. }), "{again}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vol.3390");
    let device = CkdDevice::by_name("3390").unwrap();
    for (cylinders, heads) in [(0, 15), (65_537, 15), (1, 0)] {
        let cylinders = CylinderCount::new(cylinders);
        let geometry = Geometry::Ckd(CkdGeometry {
            heads,
            ..CkdGeometry::new(device, cylinders)
        });
        assert!(Volume::create("BAD", Arc::new(MemoryBytes::default()), geometry).is_err());
    }
    let too_short = Volume::create_with(
        "BAD",
        Arc::new(MemoryBytes::default()),
        small(),
        Creation::Formatted(NullFormat::Linux),
    );
    assert!(matches!(too_short, Err(CreateError::Geometry { .. })));
    for (geometry, creation) in [
        (
            Geometry::named("3390", Some(65_537)).unwrap(),
            Creation::default(),
        ),
        (small(), Creation::Formatted(NullFormat::Linux)),
    ] {
        assert!(Volume::create_file_with(&path, geometry, creation).is_err());
        assert!(!path.exists(), "nothing is left behind");
    }
    Volume::create_file(&path, small()).unwrap();
    let exists = Volume::create_file(&path, small()).unwrap_err();
    assert!(exists.to_string().contains("vol.3390"), "{exists}");
    assert!(Volume::mount_file(&path, Access::Write).is_ok());
    let missing = Volume::mount_file(&folder.path().join("none"), Access::Read).unwrap_err();
    assert!(matches!(missing, MountError::Io { .. }), "{missing}");
}
