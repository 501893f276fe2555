//! How many bytes a planned domain has, as far as the site's files tell.

use dasd::{CkdDevice, Run};
use zvm::VolumeSize;

/// Bytes of a 512-byte block.
const BLOCK: u64 = 512;

/// The size of a run on a device of that type.
pub(super) fn of_run(device: &str, run: Run) -> Option<u64> {
    match run {
        Run::Cylinders { count, .. } => cylinders(device, count.get()),
        Run::Blocks { count, .. } => Some(u64::from(count.get()) * BLOCK),
    }
}

/// The size of a whole volume.
pub(super) fn of_volume(device: &str, size: Option<VolumeSize>) -> Option<u64> {
    match size? {
        VolumeSize::Cylinders(count) => cylinders(device, count),
        VolumeSize::Blocks(count) => Some(u64::from(count) * BLOCK),
    }
}

fn cylinders(device: &str, count: u32) -> Option<u64> {
    let device = CkdDevice::by_name(device)?;
    Some(u64::from(count) * u64::from(device.heads) * u64::from(device.slot))
}
