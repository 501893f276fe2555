//! The records of instances and domains, as they lie in a repository and in the catalog.
#![no_main]

use std::fmt::Debug;

use catalog::{
    BackupKind, DataType, DomainCounts, DomainName, DomainRecord, DomainStatus, GeometryRecord,
    INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION, INSTANCE_END_KIND, INSTANCE_END_VERSION, InstanceEnd,
    InstanceId, InstanceRecord, InstanceState, Timestamp, Totals,
};
use dasd::{Cylinder, CylinderCount, Run, Volser};
use libfuzzer_sys::fuzz_target;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{ChunkId, wire};
use zvm::{JobName, MemberName, UserId, Vdev};

/// The kind of a domain's row in the catalog.
const DOMAIN_ROW: u8 = 0x29;

fn goes_round<T: Serialize + DeserializeOwned + PartialEq + Debug>(kind: u8, version: u8, data: &[u8]) {
    for record in [data.to_vec(), fuzz::record(kind, version, data)] {
        if let Ok(value) = wire::decode::<T>(&record, kind, version) {
            let again = wire::encode(kind, version, &value).expect("what was read has a form");
            assert_eq!(
                wire::decode::<T>(&again, kind, version).expect("it reads back"),
                value
            );
        }
    }
}

fuzz_target!(
    init: { fuzz::plant(&seeds()) },
    |data: &[u8]| {
        goes_round::<InstanceRecord>(INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION, data);
        goes_round::<InstanceEnd>(INSTANCE_END_KIND, INSTANCE_END_VERSION, data);
        goes_round::<DomainRecord>(DOMAIN_ROW, 1, data);
    }
);

fn seeds() -> Vec<Vec<u8>> {
    let job = JobName::new("SINGLE").expect("a job name");
    let member = MemberName::new("GRIDA").expect("a member name");
    let at = Timestamp::from_micros(1);
    let id = InstanceId { job, number: 1 };
    let domain = DomainRecord {
        name: DomainName::Minidisk {
            user: UserId::new("MAINT").expect("a user"),
            member: Some(member),
            vdev: Vdev::new(0x191),
        },
        member,
        volser: Volser::new("GRID01").expect("a volume serial"),
        volume_member: None,
        run: Run::Cylinders {
            first: Cylinder::new(1),
            count: CylinderCount::new(10),
        },
        device: "3390".to_owned(),
        geometry: GeometryRecord::Fba { blocks: 10 },
        data: DataType::Image,
        status: DomainStatus::Skipped("private".to_owned()),
        manifest: Some(ChunkId::of(b"manifest")),
        totals: Totals::default(),
        base: Some(id),
        started: at,
        ended: at,
    };
    let instance = InstanceRecord {
        id,
        member,
        kind: BackupKind::Incremental,
        base: Some(id),
        started: at,
        ended: None,
        state: InstanceState::Open,
        expected_domains: 1,
        domains: DomainCounts::default(),
        totals: Totals::default(),
        expires: Some(at),
        product: "ssibackup".to_owned(),
    };
    let end = InstanceEnd::of(instance.clone(), vec![domain.clone()], at);
    [
        wire::encode(INSTANCE_BEGIN_KIND, INSTANCE_BEGIN_VERSION, &instance),
        wire::encode(INSTANCE_END_KIND, INSTANCE_END_VERSION, &end),
        wire::encode(DOMAIN_ROW, 1, &domain),
    ]
    .into_iter()
    .flatten()
    // The frame is put around the payload by the target.
    .map(|record| record[12..record.len() - 4].to_vec())
    .collect()
}
