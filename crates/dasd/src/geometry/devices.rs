//! The device tables, as published.

use super::{CkdDevice, CkdModel, FbaDevice, Formula};

/// All CKD device types.
pub static CKD_DEVICES: &[CkdDevice] = &[
    CkdDevice {
        name: "2305-1",
        code: 0x05,
        heads: 8,
        slot: 14_336,
        r0_max: 14_568,
        r1_max: 14_136,
        track_length: 14_568,
        formula: Formula::Gaps {
            key: 202,
            record: 432,
        },
        models: &[model("2305-1", 48, 6)],
    },
    CkdDevice {
        name: "2305-2",
        code: 0x05,
        heads: 8,
        slot: 14_848,
        r0_max: 14_858,
        r1_max: 14_660,
        track_length: 14_858,
        formula: Formula::Gaps { key: 91, record: 198 },
        models: &[model("2305-2", 96, 12)],
    },
    CkdDevice {
        name: "2311",
        code: 0x11,
        heads: 10,
        slot: 4096,
        r0_max: 0,
        r1_max: 3625,
        track_length: 3625,
        formula: Formula::Stretched {
            key: 20,
            record: 61,
            stretch: (537, 512),
        },
        models: &[model("2311-1", 200, 3)],
    },
    CkdDevice {
        name: "2314",
        code: 0x14,
        heads: 20,
        slot: 7680,
        r0_max: 0,
        r1_max: 7294,
        track_length: 7294,
        formula: Formula::Stretched {
            key: 45,
            record: 101,
            stretch: (2137, 2048),
        },
        models: &[model("2314-1", 200, 3)],
    },
    CkdDevice {
        name: "3330",
        code: 0x30,
        heads: 19,
        slot: 13_312,
        r0_max: 13_165,
        r1_max: 13_030,
        track_length: 13_165,
        formula: Formula::Gaps { key: 56, record: 135 },
        models: &[
            model("3330-1", 404, 7),
            model("3330-2", 808, 7),
            model("3330-11", 808, 7),
        ],
    },
    CkdDevice {
        name: "3340",
        code: 0x40,
        heads: 12,
        slot: 8704,
        r0_max: 8535,
        r1_max: 8368,
        track_length: 8535,
        formula: Formula::Gaps { key: 75, record: 167 },
        models: &[
            model("3340-35", 348, 1),
            model("3340-1", 348, 1),
            model("3340-70", 696, 2),
            model("3340-2", 696, 2),
        ],
    },
    CkdDevice {
        name: "3350",
        code: 0x50,
        heads: 30,
        slot: 19_456,
        r0_max: 19_254,
        r1_max: 19_069,
        track_length: 19_254,
        formula: Formula::Gaps { key: 82, record: 185 },
        models: &[model("3350-1", 555, 5)],
    },
    CkdDevice {
        name: "3375",
        code: 0x75,
        heads: 12,
        slot: 35_840,
        r0_max: 36_000,
        r1_max: 35_616,
        track_length: 36_000,
        formula: Formula::Cells {
            cell: 32,
            key: 160,
            data: 384,
        },
        models: &[model("3375-1", 959, 3)],
    },
    CkdDevice {
        name: "3380",
        code: 0x80,
        heads: 15,
        slot: 47_616,
        r0_max: 47_988,
        r1_max: 47_476,
        track_length: 47_968,
        formula: Formula::Cells {
            cell: 32,
            key: 236,
            data: 492,
        },
        models: &[
            model("3380-1", 885, 1),
            model("3380-A", 885, 1),
            model("3380-B", 885, 1),
            model("3380-D", 885, 1),
            model("3380-J", 885, 1),
            model("3380-2", 1770, 2),
            model("3380-E", 1770, 2),
            model("3380-3", 2655, 3),
            model("3380-K", 2655, 3),
        ],
    },
    CkdDevice {
        name: "3390",
        code: 0x90,
        heads: 15,
        slot: 56_832,
        r0_max: 57_326,
        r1_max: 56_664,
        track_length: 58_786,
        formula: Formula::Segments {
            cell: 34,
            data_cells: 19,
            key_cells: 9,
            per_segment: 6,
            segment: 116,
            fixed: 6,
        },
        models: &[
            model("3390-1", 1113, 1),
            model("3390-2", 2226, 1),
            model("3390-3", 3339, 1),
            model("3390-9", 10_017, 3),
            model("3390-27", 32_760, 3),
            model("3390-54", 65_520, 3),
        ],
    },
    CkdDevice {
        name: "9345",
        code: 0x45,
        heads: 15,
        slot: 46_592,
        r0_max: 48_174,
        r1_max: 46_456,
        track_length: 48_280,
        formula: Formula::Segments {
            cell: 34,
            data_cells: 18,
            key_cells: 7,
            per_segment: 6,
            segment: 116,
            fixed: 6,
        },
        models: &[model("9345-1", 1440, 0), model("9345-2", 2156, 0)],
    },
];

/// All FBA models.
pub static FBA_DEVICES: &[FbaDevice] = &[
    fba("3310-1", 125_664, 32, 352, 0x01),
    fba("3370-1", 558_000, 62, 744, 0x02),
    fba("3370-2", 712_752, 62, 744, 0x05),
    fba("9313-1", 246_240, 96, 480, 0x08),
    fba("9332-200", 360_036, 73, 292, 0x07),
    fba("9332-400", 360_036, 73, 292, 0x07),
    fba("9332-600", 554_800, 73, 292, 0x07),
    fba("9335", 804_714, 71, 426, 0x06),
    fba("9336-10", 920_115, 63, 315, 0x11),
    fba("9336-20", 1_672_881, 111, 777, 0x11),
    fba("9336-25", 1_672_881, 111, 777, 0x11),
    fba("0671", 574_560, 63, 504, 0x12),
    fba("0671-04", 624_456, 63, 504, 0x12),
    fba("0671-08", 513_072, 63, 504, 0x12),
];

/// Every FBA device is of device class X'21'.
const FBA_CLASS: u8 = 0x21;

const fn model(name: &'static str, cylinders: u32, alternates: u32) -> CkdModel {
    CkdModel {
        name,
        cylinders,
        alternates,
    }
}

const fn fba(
    name: &'static str,
    blocks: u32,
    blocks_per_group: u32,
    blocks_per_position: u32,
    device_type: u8,
) -> FbaDevice {
    FbaDevice {
        name,
        blocks,
        blocks_per_group,
        blocks_per_position,
        class_and_type: (FBA_CLASS, device_type),
    }
}
