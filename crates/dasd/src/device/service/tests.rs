use super::*;
use crate::address::CylinderCount;
use crate::geometry::{CKD_DEVICES, CkdDevice, FBA_DEVICES};

fn model(name: &str, cylinders: u32, cached: bool, channel: Channel) -> ServiceModel {
    let device = CkdDevice::by_name(name).unwrap();
    ServiceModel::ckd(
        &CkdGeometry::new(device, CylinderCount::new(cylinders)),
        cached,
        channel,
    )
}

#[test]
fn seeks_go_through_the_published_points() {
    let model = model("3350", 555, false, Channel::Parallel);
    assert_eq!(model.seek_ns(0), 0);
    assert_eq!(model.seek_ns(1), 10_000_000);
    assert_eq!(model.seek_ns(185), 25_000_000);
    assert_eq!(model.seek_ns(554), 50_000_000);
    assert!((1..600).all(|distance| model.seek_ns(distance) <= model.seek_ns(distance + 1)));
    // The mean over all pairs of cylinders is near what is published as the average.
    let (mut sum, mut pairs) = (0, 0);
    for distance in 1..555_u32 {
        let ways = u64::from(555 - distance);
        sum += model.seek_ns(distance) * ways;
        pairs += ways;
    }
    let mean = sum / pairs;
    assert!((23_000_000..27_000_000).contains(&mean), "{mean}");
}

#[test]
fn the_model_follows_the_size() {
    for (cylinders, figures) in [
        (1113, "3390-1"),
        (3339, "3390-3"),
        (10_017, "3390-9"),
        (65_520, "3390"),
    ] {
        assert_eq!(
            model("3390", cylinders, true, Channel::Escon).figures().name,
            figures
        );
    }
    assert_eq!(model("3380", 2655, true, Channel::Escon).figures().name, "3380-3");
}

#[test]
fn every_device_has_figures_that_make_sense() {
    for device in CKD_DEVICES {
        let figures = Figures::of(device.name, None);
        assert!(device.name.starts_with(figures.name.split('-').next().unwrap()));
        // A full track passes under the heads in one revolution, but for its gaps; on a 3340 two of them do.
        let tracks = if device.name == "3340" { 2 } else { 1 };
        let track = u64::from(device.r1_max) * 1_000_000_000 / figures.bytes_per_second;
        let part = tracks * track * 100 / figures.rotation_ns;
        assert!((85..=110).contains(&part), "{}: {part} %", device.name);
    }
    for device in FBA_DEVICES {
        let figures = Figures::of(device.name, None);
        assert!(
            figures.seek_min_ns <= figures.seek_average_ns && figures.seek_average_ns <= figures.seek_max_ns
        );
    }
}

#[test]
fn a_track_takes_a_revolution_and_a_cache_hit_only_the_channel() {
    let steps = [
        Step::Seek { from: 0, to: 1113 },
        Step::Wait,
        Step::Track { bytes: 50_000 },
        Step::Track { bytes: 50_000 },
    ];
    let uncached = model("3390", 3339, false, Channel::Ficon { gigabits: 8 });
    let expected = 15_000_000 + 7_100_000 + 2 * (14_200_000 + 20_000);
    assert_eq!(uncached.time_ns(&steps, Where::Disk), expected);
    assert_eq!(
        uncached.time_ns(&steps, Where::Cache),
        expected,
        "there is no cache"
    );
    let cached = model("3390", 3339, true, Channel::Ficon { gigabits: 8 });
    assert_eq!(cached.time_ns(&steps, Where::Disk), expected);
    assert_eq!(cached.time_ns(&steps, Where::Cache), 2 * (62_500 + 20_000));
    // On a slow channel the transfer takes longer than the revolution.
    let slow = model("3390", 3339, false, Channel::Parallel);
    let one = [Step::Transfer { bytes: 4_200 }];
    assert_eq!(slow.time_ns(&one, Where::Disk), 1_000_000 + 200_000);
}
