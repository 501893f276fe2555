//! How much fits on a real track. Four generations of devices have four formulas; every record costs its bytes
//! plus gaps and check bytes, rounded to what the device writes at a time. All divisions drop the remainder.

/// The capacity formula of a device type with its constants.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Formula {
    /// 2305, 3330, 3340, 3350: bytes plus a fixed cost, and another one for a key.
    Gaps { key: u32, record: u32 },
    /// 2311, 2314: every record but the last is stretched by `stretch.0 / stretch.1` and followed by a gap.
    Stretched {
        key: u32,
        record: u32,
        stretch: (u32, u32),
    },
    /// 3375, 3380: data and key each in cells.
    Cells { cell: u32, key: u32, data: u32 },
    /// 3390, 9345: data and key each in cells and segments.
    Segments {
        cell: u32,
        data_cells: u32,
        key_cells: u32,
        per_segment: u32,
        segment: u32,
        fixed: u32,
    },
}

/// What one record takes: as the last on the track, and with another record behind it.
#[derive(Clone, Copy)]
struct Cost {
    last: u32,
    followed: u32,
}

impl Formula {
    pub(crate) fn records(self, track_length: u32, key_len: u8, data_len: u16) -> u32 {
        let cost = self.cost(key_len, data_len);
        if cost.last > track_length {
            0
        } else {
            (track_length - cost.last) / cost.followed + 1
        }
    }

    pub(crate) fn holds(self, track_length: u32, records: impl Iterator<Item = (u8, u16)>) -> bool {
        let mut used = 0_u32;
        for (key_len, data_len) in records {
            let cost = self.cost(key_len, data_len);
            if used.saturating_add(cost.last) > track_length {
                return false;
            }
            used = used.saturating_add(cost.followed);
        }
        true
    }

    fn cost(self, key_len: u8, data_len: u16) -> Cost {
        let key = u32::from(key_len);
        let data = u32::from(data_len);
        let if_keyed = |cost: u32| if key > 0 { cost } else { 0 };
        match self {
            Formula::Gaps { key: keyed, record } => same(key + data + if_keyed(keyed) + record),
            Formula::Stretched {
                key: keyed,
                record,
                stretch,
            } => Cost {
                last: key + data + if_keyed(keyed),
                followed: (key + data) * stretch.0 / stretch.1 + if_keyed(keyed) + record,
            },
            Formula::Cells {
                cell,
                key: keyed,
                data: fixed,
            } => same(up(data + fixed, cell) + if_keyed(up(key + keyed, cell))),
            Formula::Segments {
                cell,
                data_cells,
                key_cells,
                per_segment,
                segment,
                fixed,
            } => {
                let part = |cells: u32, bytes: u32| {
                    let segments = (bytes + fixed).div_ceil(2 * segment);
                    up(cell * cells + bytes + fixed + per_segment * segments, cell)
                };
                same(part(data_cells, data) + if_keyed(part(key_cells, key)))
            }
        }
    }
}

const fn same(bytes: u32) -> Cost {
    Cost {
        last: bytes,
        followed: bytes,
    }
}

const fn up(bytes: u32, multiple: u32) -> u32 {
    bytes.div_ceil(multiple) * multiple
}

#[cfg(test)]
mod tests {
    use crate::geometry::CkdDevice;

    /// The published tables: records per track of 2314, 3330, 3340, 3350, 3375, 3380, 3390, 9345.
    #[test]
    fn published_capacities() {
        const TYPES: [&str; 8] = ["2314", "3330", "3340", "3350", "3375", "3380", "3390", "9345"];
        const TABLE: [(u8, u16, [u32; 8]); 9] = [
            (0, 80, [40, 61, 34, 72, 75, 83, 78, 67]),
            (0, 512, [11, 20, 12, 27, 40, 46, 49, 41]),
            (0, 800, [7, 14, 8, 19, 30, 36, 39, 33]),
            (0, 1024, [6, 11, 7, 15, 25, 31, 33, 28]),
            (0, 2048, [3, 6, 3, 8, 14, 18, 21, 17]),
            (0, 4096, [1, 3, 2, 4, 8, 10, 12, 10]),
            (0, 8192, [0, 1, 1, 2, 4, 5, 6, 5]),
            (44, 96, [25, 39, 22, 47, 51, 53, 50, 45]),
            (8, 256, [17, 28, 16, 36, 43, 46, 45, 40]),
        ];
        for (key_len, data_len, expected) in TABLE {
            for (name, records) in TYPES.iter().zip(expected) {
                let device = CkdDevice::by_name(name).unwrap();
                assert_eq!(
                    device.records_per_track(key_len, data_len),
                    records,
                    "{name} {key_len}+{data_len}"
                );
                let shape = (key_len, data_len);
                assert!(device.holds(std::iter::repeat_n(shape, usize::try_from(records).unwrap())));
                assert!(!device.holds(std::iter::repeat_n(shape, usize::try_from(records).unwrap() + 1)));
            }
        }
        for (name, records) in [("2305-1", 3), ("2305-2", 3), ("2311", 0)] {
            assert_eq!(
                CkdDevice::by_name(name).unwrap().records_per_track(0, 4096),
                records,
                "{name}"
            );
        }
    }

    #[test]
    fn the_longest_record_fits_once_and_no_longer_one_does() {
        for name in [
            "2311", "2314", "3330", "3340", "3350", "3375", "3380", "3390", "9345",
        ] {
            let device = CkdDevice::by_name(name).unwrap();
            let longest = u16::try_from(device.r1_max).unwrap();
            assert_eq!(device.records_per_track(0, longest), 1, "{name}");
            assert_eq!(device.records_per_track(0, longest + 1), 0, "{name}");
        }
    }

    /// The Linux DASD driver publishes the same capacities in another arithmetic.
    #[test]
    fn agrees_with_the_other_published_arithmetic() {
        let device = CkdDevice::by_name("3390").unwrap();
        for data in (1..=56_664_u16).step_by(37) {
            for key in [0_u8, 1, 8, 44, 255] {
                let (data_wide, key_wide) = (u32::from(data), u32::from(key));
                let segments = |bytes: u32| (bytes + 6).div_ceil(232) + 1;
                let keyed = 9 + (key_wide + 6 * segments(key_wide)).div_ceil(34);
                let cells = 10 + 9 + (data_wide + 6 * segments(data_wide)).div_ceil(34);
                let expected = 1729 / (cells + if key > 0 { keyed } else { 0 });
                assert_eq!(device.records_per_track(key, data), expected, "{key}+{data}");
            }
        }
    }
}
