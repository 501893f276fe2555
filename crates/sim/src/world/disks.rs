//! Volumes in memory that take their time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dasd::bytes::MemoryBytes;
use dasd::{BlockError, BlockNo, Geometry, TrackError, TrackNo, Volser, Volume};
use engine::{AttachError, Clock, Device, Disks};
use futures_util::future::BoxFuture;
use zvm::{MemberName, Site, VolumeKey};

use crate::seed::{Chance, Seed};
use crate::volume_builder::{content_of, fill};

/// A channel program takes this long at least: a seek and half a turn of an old device.
const SERVICE_MILLIS_MIN: u32 = 8;

/// And at most this long, when the device is busy with somebody else.
const SERVICE_MILLIS_MAX: u32 = 40;

/// The packs of a site, in memory.
pub(super) struct SimDisks {
    site: Arc<Site>,
    packs: BTreeMap<VolumeKey, Arc<SimDevice>>,
}

impl SimDisks {
    pub(super) fn build(site: Arc<Site>, seed: Seed, clock: Arc<dyn Clock>) -> Self {
        let mut packs = BTreeMap::new();
        for volume in &site.volumes {
            let content = content_of(&site, volume).expect("the files of a simulated site tell every shape");
            let name = volume.key.to_string();
            let bytes = Arc::new(MemoryBytes::default());
            let made =
                Volume::create(&name, bytes, content.geometry.clone()).expect("memory takes a new volume");
            fill(&made, &content, seed, &mut |_| {}).expect("memory takes the content of a volume");
            let chance = Mutex::new(seed.split("service times").split(&name).chance());
            let device = SimDevice {
                key: volume.key,
                volume: made,
                chance,
                clock: Arc::clone(&clock),
            };
            packs.insert(volume.key, Arc::new(device));
        }
        Self { site, packs }
    }

    fn find(&self, who: &MemberName, volser: &Volser) -> Result<Arc<dyn Device>, AttachError> {
        let pack = self
            .site
            .volume_at(who, volser)
            .and_then(|volume| self.packs.get(&volume.key));
        pack.map(|device| Arc::clone(device) as Arc<dyn Device>)
            .ok_or_else(|| AttachError::Unreachable {
                member: *who,
                volser: *volser,
                reason: "SYSTEM CONFIG does not attach it there".to_owned(),
            })
    }
}

impl Disks for SimDisks {
    fn attach<'a>(
        &'a self,
        who: &'a MemberName,
        volser: &'a Volser,
    ) -> BoxFuture<'a, Result<Arc<dyn Device>, AttachError>> {
        Box::pin(std::future::ready(self.find(who, volser)))
    }
}

struct SimDevice {
    key: VolumeKey,
    volume: Volume,
    chance: Mutex<Chance>,
    clock: Arc<dyn Clock>,
}

impl Device for SimDevice {
    fn key(&self) -> &VolumeKey {
        &self.key
    }
    fn geometry(&self) -> &Geometry {
        self.volume.geometry()
    }
    fn read_tracks(&self, first: TrackNo, slots: &mut [u8], faults: &mut Vec<TrackError>) {
        self.volume.read_tracks(first, slots, faults);
    }
    fn read_blocks(&self, first: BlockNo, into: &mut [u8]) -> Result<(), BlockError> {
        self.volume.read_blocks(first, into)
    }
    fn write_tracks(&self, first: TrackNo, slots: &[u8]) -> Result<(), TrackError> {
        self.volume.write_tracks(first, slots)
    }
    fn write_blocks(&self, first: BlockNo, from: &[u8]) -> Result<(), BlockError> {
        self.volume.write_blocks(first, from)
    }
    fn sync(&self) -> std::io::Result<()> {
        self.volume.sync()
    }
    fn pace(&self, _bytes: u64) -> BoxFuture<'_, ()> {
        let millis = {
            let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
            chance.range(SERVICE_MILLIS_MIN, SERVICE_MILLIS_MAX)
        };
        self.clock.sleep(Duration::from_millis(u64::from(millis)))
    }
}
