//! The smallest records that tests need.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dasd::{Run, Volser};
use redb::StorageBackend;
use redb::backends::InMemoryBackend;
use store::{ChunkId, ChunkPlace, PackName};
use zvm::{JobName, MemberName, UserId, Vdev};

use crate::domain::{DataType, DomainName, DomainRecord, DomainStatus, GeometryRecord, Totals};
use crate::ids::{InstanceId, Timestamp};
use crate::instance::{BackupKind, InstancePlan, InstanceRecord};

pub(crate) fn job(name: &str) -> JobName {
    JobName::new(name).unwrap()
}

pub(crate) fn member(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

pub(crate) fn instance_id(name: &str, number: u32) -> InstanceId {
    InstanceId {
        job: job(name),
        number,
    }
}

pub(crate) fn chunk(number: u64) -> ChunkId {
    ChunkId::of(format!("chunk {number}").as_bytes())
}

pub(crate) fn chunks(numbers: std::ops::Range<u64>) -> Vec<ChunkId> {
    numbers.map(chunk).collect()
}

pub(crate) fn pack(number: u64) -> PackName {
    PackName::from_bytes(*ChunkId::of(format!("pack {number}").as_bytes()).as_bytes())
}

/// A place in a pack that follows from the number of the chunk.
pub(crate) fn place(in_pack: u64, number: u64) -> ChunkPlace {
    let number = u32::try_from(number).unwrap();
    ChunkPlace {
        pack: pack(in_pack),
        frame: number / 16,
        offset: number % 16 * 4096,
        len: 4096,
    }
}

pub(crate) fn places(in_pack: u64, numbers: std::ops::Range<u64>) -> Vec<(ChunkId, ChunkPlace)> {
    numbers
        .map(|number| (chunk(number), place(in_pack, number)))
        .collect()
}

pub(crate) fn plan(name: &str, on: &str, expected_domains: u32) -> InstancePlan {
    InstancePlan {
        job: job(name),
        member: member(on),
        kind: BackupKind::Full,
        base: None,
        expected_domains,
        expires: Some(at(1_000_000)),
        product: "ssibackup test".to_owned(),
    }
}

pub(crate) fn begun(name: &str, number: u32, expected: u32) -> InstanceRecord {
    InstanceRecord::begun(
        instance_id(name, number),
        &plan(name, "GRIDA", expected),
        at(i64::from(number)),
    )
}

pub(crate) fn minidisk(user: &str, vdev: u16, own_of: Option<&str>) -> DomainName {
    DomainName::Minidisk {
        user: UserId::new(user).unwrap(),
        member: own_of.map(member),
        vdev: Vdev::new(vdev),
    }
}

pub(crate) fn volume(volser: &str, own_of: Option<&str>) -> DomainName {
    DomainName::Volume {
        volser: Volser::new(volser).unwrap(),
        member: own_of.map(member),
    }
}

/// A copy whose manifest is chunk `manifest`.
pub(crate) fn copied(name: DomainName, manifest: u64, ended: i64) -> DomainRecord {
    let volser = match name {
        DomainName::Volume { volser, .. } => volser,
        DomainName::Minidisk { .. } => Volser::new("VMCOM1").unwrap(),
    };
    DomainRecord {
        name,
        member: member("GRIDA"),
        volser,
        volume_member: name.member(),
        run: Run::cylinders(10, 5),
        device: "3390".to_owned(),
        geometry: GeometryRecord::Ckd {
            device: "3390".to_owned(),
            cylinders: 30,
            heads: 15,
            slot: 56_832,
        },
        data: DataType::Image,
        status: DomainStatus::Copied,
        manifest: Some(chunk(manifest)),
        totals: Totals {
            units: 75,
            bytes_read: 4_262_400,
            new_chunks: 3,
            new_bytes: 12_288,
            changed_units: 75,
        },
        base: None,
        started: at(ended - 1),
        ended: at(ended),
    }
}

pub(crate) fn failed(name: DomainName, ended: i64) -> DomainRecord {
    let reason = "volume VMCOM1, cylinder 12, head 3: the track cannot be read".to_owned();
    DomainRecord {
        status: DomainStatus::Failed(reason),
        manifest: None,
        ..copied(name, 0, ended)
    }
}

/// A disk that outlives the database on it, and that can be told to refuse writes.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedDisk {
    bytes: Arc<InMemoryBackend>,
    broken: Arc<AtomicBool>,
}

impl SharedDisk {
    pub(crate) fn break_down(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }

    pub(crate) fn repair(&self) {
        self.broken.store(false, Ordering::SeqCst);
    }

    fn check(&self) -> io::Result<()> {
        if self.broken.load(Ordering::SeqCst) {
            Err(io::Error::other("the disk is broken"))
        } else {
            Ok(())
        }
    }
}

impl StorageBackend for SharedDisk {
    fn len(&self) -> io::Result<u64> {
        self.bytes.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.bytes.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.check()?;
        self.bytes.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.check()?;
        self.bytes.sync_data()
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.check()?;
        self.bytes.write(offset, data)
    }
}
