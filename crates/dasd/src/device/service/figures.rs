//! Published figures of devices.

/// Speed of a device type or model.
#[derive(Debug, PartialEq, Eq)]
pub struct Figures {
    /// The type or model.
    pub name: &'static str,
    /// Seek to the next cylinder, in nanoseconds; 0 where heads do not move.
    pub seek_min_ns: u64,
    /// Average of random seeks.
    pub seek_average_ns: u64,
    /// Seek over all cylinders.
    pub seek_max_ns: u64,
    /// One revolution.
    pub rotation_ns: u64,
    /// Bytes in a second under a head.
    pub bytes_per_second: u64,
    /// Which of these are published, and which are not.
    pub note: &'static str,
}

const ANNOUNCED: &str =
    "average seek, latency and rate as announced; shortest and longest seek as commonly quoted";
const QUOTED: &str = "as commonly quoted; no announcement was at hand to check them against";
const APPROXIMATE: &str = "approximate: no complete set of public figures was found";

/// All figures; a model stands before its type.
pub static FIGURES: &[Figures] = &[
    figures(
        "2305-1",
        [0, 0, 0],
        5_000,
        3_000_000,
        "fixed heads, two on each track; as announced",
    ),
    figures(
        "2305-2",
        [0, 0, 0],
        10_000,
        1_500_000,
        "fixed heads; as announced",
    ),
    figures("2311", [25_000, 75_000, 135_000], 25_000, 156_000, APPROXIMATE),
    figures("2314", [25_000, 60_000, 130_000], 25_000, 312_000, APPROXIMATE),
    figures("3330", [10_000, 30_000, 55_000], 16_700, 806_000, QUOTED),
    figures(
        "3340",
        [10_000, 25_000, 50_000],
        20_200,
        885_000,
        "average seek as announced; a track of the format is half a track of the disk, a whole revolution is charged",
    ),
    figures("3350", [10_000, 25_000, 50_000], 16_700, 1_198_000, ANNOUNCED),
    figures("3375", [4_000, 19_000, 38_000], 20_200, 1_859_000, QUOTED),
    figures("3380-1", [3_000, 16_000, 30_000], 16_700, 3_000_000, ANNOUNCED),
    figures("3380-2", [3_000, 17_000, 32_000], 16_700, 3_000_000, QUOTED),
    figures("3380-3", [2_000, 16_000, 31_000], 16_700, 3_000_000, QUOTED),
    figures("3380", [3_000, 16_000, 30_000], 16_700, 3_000_000, ANNOUNCED),
    figures("3390-1", [1_500, 9_500, 18_000], 14_200, 4_200_000, QUOTED),
    figures("3390-2", [1_500, 12_500, 23_000], 14_200, 4_200_000, QUOTED),
    figures("3390-3", [1_500, 15_000, 33_000], 14_200, 4_200_000, QUOTED),
    figures("3390-9", [2_000, 22_500, 45_000], 14_200, 3_900_000, APPROXIMATE),
    // Larger 3390 never were disks of their own: they are emulated, and behave like what lies under them.
    figures(
        "3390",
        [1_500, 15_000, 33_000],
        14_200,
        4_200_000,
        "taken as a 3390-3; larger ones were always emulated",
    ),
    figures("9345", [1_500, 10_000, 20_000], 11_200, 4_400_000, APPROXIMATE),
    figures("3310", [9_000, 27_000, 46_000], 19_200, 1_031_000, ANNOUNCED),
    figures("3370", [5_000, 20_000, 40_000], 20_200, 1_859_000, ANNOUNCED),
    figures("9335", [4_500, 18_000, 35_000], 16_700, 3_000_000, APPROXIMATE),
    figures("9336", [2_000, 11_500, 25_000], 11_200, 3_000_000, APPROXIMATE),
];

/// A figure from times in microseconds: shortest, average and longest seek, revolution.
const fn figures(
    name: &'static str,
    seek: [u64; 3],
    rotation: u64,
    bytes_per_second: u64,
    note: &'static str,
) -> Figures {
    Figures {
        name,
        seek_min_ns: seek[0] * 1000,
        seek_average_ns: seek[1] * 1000,
        seek_max_ns: seek[2] * 1000,
        rotation_ns: rotation * 1000,
        bytes_per_second,
        note,
    }
}

impl Figures {
    /// The figures of a model, or else of its type; of a 9336 for what has none.
    pub(super) fn of(device: &str, model: Option<&str>) -> &'static Figures {
        let named = |name: &str| FIGURES.iter().find(|figures| figures.name == name);
        let family = device.split('-').next().unwrap_or(device);
        model
            .and_then(named)
            .or_else(|| named(device))
            .or_else(|| named(family))
            .or_else(|| named("9336"))
            .expect("the table has a 9336")
    }
}
