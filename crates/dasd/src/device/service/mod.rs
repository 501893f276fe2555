//! How long a channel program takes: arm, rotation, transfer. Pure functions; a simulator charges the result to its
//! clock.
//!
//! The model is one device with one channel that nobody else uses: no queues, no missed revolutions. A seek takes its
//! published minimum for one cylinder, the average for a third of the device (the mean distance of random seeks) and
//! the maximum for all of it; between them it grows with the square root of the distance and then in proportion.
//! A wait for a record takes half a revolution, a whole track one revolution.

mod figures;

pub use figures::{FIGURES, Figures};

use crate::geometry::{CkdGeometry, FbaDevice, Geometry};

/// One thing that a device did for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The arm moved, in cylinders; on a block device, in blocks.
    Seek {
        /// From here.
        from: u32,
        /// To there.
        to: u32,
    },
    /// The heads waited for a record of a track they had just come to.
    Wait,
    /// A whole revolution without a transfer: a search came past the index point.
    Rotation,
    /// So many bytes went over the channel.
    Transfer {
        /// Bytes.
        bytes: usize,
    },
    /// A whole track went over the channel, in one revolution.
    Track {
        /// Bytes of its records.
        bytes: usize,
    },
}

/// How a device is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Block multiplexer channel with data streaming: 4.5 MB/s.
    Parallel,
    /// ESCON: 17 MB/s.
    Escon,
    /// FICON with a link of so many Gbit/s: about 100 MB/s each.
    Ficon {
        /// 1, 2, 4, 8, 16 or 32.
        gigabits: u16,
    },
}

impl Channel {
    /// Bytes in a second, once a transfer runs.
    pub fn bytes_per_second(self) -> u64 {
        match self {
            Channel::Parallel => 4_500_000,
            Channel::Escon => 17_000_000,
            Channel::Ficon { gigabits } => 100_000_000 * u64::from(gigabits.max(1)),
        }
    }

    /// What a command costs in the control unit and on the way, in nanoseconds. These are estimates: published
    /// measurements differ by as much as the control units do.
    pub const fn command_ns(self) -> u64 {
        match self {
            Channel::Parallel => 200_000,
            Channel::Escon => 100_000,
            Channel::Ficon { .. } => 20_000,
        }
    }
}

/// Where the data was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// In the cache of the control unit, or a write that it takes into its nonvolatile storage.
    Cache,
    /// On the disk.
    Disk,
}

/// How one device behaves.
#[derive(Clone, Copy, Debug)]
pub struct ServiceModel {
    figures: &'static Figures,
    /// Cylinders or blocks from one end to the other.
    span: u32,
    cached: bool,
    channel: Channel,
}

impl ServiceModel {
    /// The model of a CKD volume. Its device type, and the model that has so many cylinders, decide.
    pub fn ckd(geometry: &CkdGeometry, cached: bool, channel: Channel) -> ServiceModel {
        let model = geometry.model().map(|model| model.name);
        ServiceModel {
            figures: Figures::of(geometry.device.name, model),
            span: geometry.cylinders.get(),
            cached,
            channel,
        }
    }

    /// The model of a block device. Images do not say which one they are of.
    pub fn fba(device: &FbaDevice, cached: bool, channel: Channel) -> ServiceModel {
        ServiceModel {
            figures: Figures::of(device.name, None),
            span: device.blocks,
            cached,
            channel,
        }
    }

    /// The model of a volume; one of blocks counts as a 9336.
    pub fn of(geometry: &Geometry, cached: bool, channel: Channel) -> ServiceModel {
        match geometry {
            Geometry::Ckd(geometry) => ServiceModel::ckd(geometry, cached, channel),
            Geometry::Fba(geometry) => ServiceModel {
                figures: Figures::of("9336-10", None),
                span: geometry.blocks.get(),
                cached,
                channel,
            },
        }
    }

    /// The figures of the device, with a note on what is published.
    pub const fn figures(&self) -> &'static Figures {
        self.figures
    }

    /// Nanoseconds that a program takes. Without a cache the data is always on the disk.
    pub fn time_ns(&self, steps: &[Step], data: Where) -> u64 {
        let data = if self.cached { data } else { Where::Disk };
        steps
            .iter()
            .fold(0, |sum: u64, step| sum.saturating_add(self.step_ns(*step, data)))
    }

    fn step_ns(&self, step: Step, data: Where) -> u64 {
        let disk = |ns: u64| if data == Where::Disk { ns } else { 0 };
        match step {
            Step::Seek { from, to } => disk(self.seek_ns(from.abs_diff(to))),
            Step::Wait => disk(self.figures.rotation_ns / 2),
            Step::Rotation => disk(self.figures.rotation_ns),
            Step::Transfer { bytes } => self.channel.command_ns() + self.transfer_ns(bytes, data),
            Step::Track { bytes } => {
                let transfer = self.transfer_ns(bytes, data);
                self.channel.command_ns() + transfer.max(disk(self.figures.rotation_ns))
            }
        }
    }

    /// Nanoseconds of a seek over so many cylinders (blocks on a block device).
    pub fn seek_ns(&self, distance: u32) -> u64 {
        let Figures {
            seek_min_ns: least,
            seek_average_ns: average,
            seek_max_ns: most,
            ..
        } = *self.figures;
        let distance = u64::from(distance);
        let third = u64::from(self.span / 3).max(2);
        let end = u64::from(self.span.saturating_sub(1)).max(third + 1);
        if distance == 0 {
            0
        } else if distance <= third {
            // The root of the part of the third that is covered, in thousandths.
            let thousandths = ((distance - 1) * 1_000_000 / (third - 1)).isqrt();
            least + (average - least) * thousandths / 1000
        } else {
            let beyond = distance.min(end) - third;
            average + (most - average) * beyond / (end - third)
        }
    }

    /// From a disk the slower of device and channel counts.
    fn transfer_ns(&self, bytes: usize, data: Where) -> u64 {
        let channel = self.channel.bytes_per_second();
        let rate = match data {
            Where::Cache => channel,
            Where::Disk => channel.min(self.figures.bytes_per_second),
        };
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        bytes.saturating_mul(1_000_000_000) / rate
    }
}

#[cfg(test)]
mod tests;
