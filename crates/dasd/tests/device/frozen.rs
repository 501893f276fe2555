//! Frozen views and tracked changes while the volume is written.

use std::sync::Arc;

use dasd::bytes::MemoryBytes;
use dasd::device::change_map::Identity;
use dasd::device::{
    ChangeMap, Changed, Command, Device, FreezeError, FreezeSpace, FrozenError, FrozenView, Spindle, units,
};
use dasd::{Access, BlockNo, Run, Track, TrackAddr, TrackNo};
use proptest::prelude::*;

use crate::made::{HEADS, SLOT, at_record, ckd, count, fba, filled};

const HEADS_32: u32 = 10;

fn format(device: &mut Device, track: u16, byte: u8) {
    let at = TrackAddr::new(u32::from(track / HEADS), track % HEADS);
    let data = vec![byte; 500];
    at_record(device, at, 0, &[Command::WriteCkd(count(at, 1, 0, 500), &data)]).unwrap();
}

/// The content of a slot without what lies behind its end mark.
fn content(slot: &[u8], track: u32) -> Vec<u8> {
    let head = u16::try_from(track % HEADS_32).unwrap();
    let track = Track::parse(slot, TrackAddr::new(track / HEADS_32, head)).unwrap();
    track.content().to_vec()
}

fn now(spindle: &Spindle, track: u32) -> Vec<u8> {
    let mut slot = vec![0; SLOT];
    spindle
        .volume()
        .read_track(TrackNo::new(track), &mut slot)
        .unwrap();
    content(&slot, track)
}

fn then(view: &FrozenView, track: u32) -> Result<Vec<u8>, FrozenError> {
    let mut slot = vec![0xEE; SLOT];
    view.read_track(TrackNo::new(track), &mut slot)?;
    Ok(content(&slot, track))
}

#[test]
fn a_view_does_not_see_what_came_later() {
    let mut device = filled();
    let spindle = Arc::clone(device.spindle());
    let before = now(&spindle, 12);
    let view = spindle
        .freeze(Run::cylinders(1, 1), FreezeSpace::memory(100_000))
        .unwrap();
    format(&mut device, 12, 0xAA);
    assert_ne!(now(&spindle, 12), before);
    assert_eq!(then(&view, 12).unwrap(), before);
    let kept = view.kept_bytes();
    assert_eq!(kept, u64::try_from(before.len()).unwrap() + 8);
    format(&mut device, 12, 0xBB);
    format(&mut device, 3, 0xBB);
    assert_eq!(
        view.kept_bytes(),
        kept,
        "once for each track, and only inside the view"
    );
    assert_eq!(then(&view, 12).unwrap(), before);
    assert_eq!(
        then(&view, 3).unwrap_err(),
        FrozenError::Outside(Run::cylinders(1, 1))
    );
    // Several tracks at once, replaced and not.
    let mut slots = vec![0; 10 * SLOT];
    let mut faults = Vec::new();
    view.read_tracks(TrackNo::new(10), &mut slots, &mut faults);
    assert_eq!(faults, []);
    for (track, slot) in (10..).zip(slots.chunks(SLOT)) {
        assert_eq!(content(slot, track), then(&view, track).unwrap());
    }
    view.read_tracks(TrackNo::new(9), &mut slots[..2 * SLOT], &mut faults);
    assert_eq!(faults.len(), 1, "track 9 is outside");
    assert!(matches!(
        spindle.freeze(Run::cylinders(1, 2), FreezeSpace::default()),
        Err(FreezeError::NotOnVolume { .. })
    ));
    assert!(spindle.freeze(Run::blocks(0, 1), FreezeSpace::default()).is_err());
}

#[test]
fn without_space_the_view_is_lost_and_the_write_is_done() {
    let mut device = filled();
    let spindle = Arc::clone(device.spindle());
    let view = spindle
        .freeze(Run::cylinders(0, 2), FreezeSpace::memory(40))
        .unwrap();
    let roomy = spindle
        .freeze(Run::cylinders(0, 2), FreezeSpace::memory(4000))
        .unwrap();
    format(&mut device, 0, 1);
    view.check().unwrap();
    let before = now(&spindle, 19);
    format(&mut device, 19, 1);
    assert_ne!(now(&spindle, 19), before);
    let error = then(&view, 5).unwrap_err();
    assert!(matches!(error, FrozenError::Lost { .. }));
    assert!(error.to_string().contains("40 bytes of memory"), "{error}");
    assert_eq!(view.kept_bytes(), 0);
    let mut faults = Vec::new();
    view.read_tracks(TrackNo::new(0), &mut vec![0; 3 * SLOT], &mut faults);
    assert_eq!(faults.len(), 3);
    assert_eq!(
        then(&roomy, 19).unwrap(),
        before,
        "the other view has its own space"
    );
}

#[test]
fn writes_are_marked_and_cut_with_the_view() {
    let bytes = MemoryBytes::default();
    let volume = ckd(2);
    let identity = Identity {
        units: units(volume.geometry()),
        image_length: 0,
    };
    let changes = ChangeMap::open(Arc::new(bytes), identity, 1).unwrap();
    let base = changes.current();
    let spindle = Spindle::with_changes(volume, changes).unwrap();
    let mut device = Device::attach(Arc::clone(&spindle), Access::Write);
    format(&mut device, 4, 1);
    let run = Run::cylinders(0, 2);
    let (next, view) = spindle.cut_and_freeze(run, FreezeSpace::memory(10_000)).unwrap();
    let before = then(&view, 7).unwrap();
    format(&mut device, 7, 2);
    device
        .start(&[Command::Seek(TrackAddr::new(0, 1)), Command::ReadTrack])
        .unwrap();
    let changed = |since| match spindle.changed_since(since).unwrap() {
        Changed::Units(units) => units.ones().collect::<Vec<_>>(),
        Changed::Everything => panic!("the map saw everything"),
    };
    assert_eq!(changed(base), [4, 7]);
    assert_eq!(changed(next), [7]);
    assert_eq!(then(&view, 7).unwrap(), before);
    spindle.confirm_changes(next).unwrap();
    assert_eq!(spindle.changed_since(base).unwrap(), Changed::Everything);
    spindle.sync().unwrap();
    assert!(Spindle::with_changes(ckd(1), other_map()).is_err());
    assert!(Spindle::new(ckd(1)).cut_changes().is_err());
}

fn other_map() -> ChangeMap {
    let identity = Identity {
        units: 20,
        image_length: 0,
    };
    ChangeMap::open(Arc::new(MemoryBytes::default()), identity, 1).unwrap()
}

#[test]
fn a_backup_reads_while_writes_go_on() {
    let mut device = filled();
    let spindle = Arc::clone(device.spindle());
    let before: Vec<_> = (0..20).map(|track| now(&spindle, track)).collect();
    let view = spindle
        .freeze(Run::cylinders(0, 2), FreezeSpace::memory(1_000_000))
        .unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let mut slots = vec![0; 20 * SLOT];
                    let mut faults = Vec::new();
                    view.read_tracks(TrackNo::new(0), &mut slots, &mut faults);
                    assert_eq!(faults, []);
                    for ((track, slot), before) in (0..).zip(slots.chunks(SLOT)).zip(&before) {
                        assert_eq!(&content(slot, track), before);
                    }
                }
            });
        }
        for round in 0..200_u16 {
            format(&mut device, round * 7 % 20, u8::try_from(round).unwrap());
        }
    });
}

fn first_of(run: Run) -> u32 {
    match run {
        Run::Cylinders { first, .. } => first.get(),
        Run::Blocks { first, .. } => first.get(),
    }
}

#[derive(Clone, Debug)]
enum Step {
    Write(u16, u8),
    Freeze {
        first: u32,
        count: u32,
        memory: u64,
        spill: u64,
    },
    Thaw(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..20_u16, any::<u8>()).prop_map(|(track, byte)| Step::Write(track, byte)),
        2 => (0..2_u32, 1..3_u32, 0..1500_u64, 0..8000_u64)
            .prop_map(|(first, count, memory, spill)| Step::Freeze { first, count, memory, spill }),
        1 => any::<usize>().prop_map(Step::Thaw),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// A view is what was there, or it says that it is lost.
    #[test]
    fn views_are_snapshots(steps in prop::collection::vec(step(), 1..40)) {
        let mut device = Device::attach(Spindle::new(ckd(2)), Access::Write);
        let spindle = Arc::clone(device.spindle());
        let mut views: Vec<(FrozenView, Vec<Vec<u8>>)> = Vec::new();
        for step in steps {
            match step {
                Step::Write(track, byte) => format(&mut device, track, byte),
                Step::Freeze { first, count, memory, spill } => {
                    let space = FreezeSpace { memory, spill: Some((Arc::new(MemoryBytes::default()), spill)) };
                    if let Ok(view) = spindle.freeze(Run::cylinders(first, count), space) {
                        let tracks = first * HEADS_32..(first + count) * HEADS_32;
                        views.push((view, tracks.map(|track| now(&spindle, track)).collect()));
                    }
                }
                Step::Thaw(which) => if !views.is_empty() {
                    views.swap_remove(which % views.len());
                },
            }
            for (view, snapshot) in &views {
                for (track, before) in (first_of(view.run()) * HEADS_32..).zip(snapshot) {
                    match then(view, track) {
                        Ok(track) => prop_assert_eq!(&track, before),
                        Err(FrozenError::Lost { .. }) => prop_assert!(view.check().is_err()),
                        Err(other) => prop_assert!(false, "{}", other),
                    }
                }
            }
        }
        // Enough space is enough.
        let roomy = FreezeSpace::memory(20 * 600);
        let view = spindle.freeze(Run::cylinders(0, 2), roomy).unwrap();
        (0..20).for_each(|track| format(&mut device, track, 0xC3));
        prop_assert!(view.check().is_ok());
    }

    #[test]
    fn views_of_blocks_are_snapshots(
        before in prop::collection::vec((0..70_u32, any::<u8>()), 0..10),
        after in prop::collection::vec((0..60_u32, 1..10_u32, any::<u8>()), 1..20),
        first in 0..40_u32,
        count in 1..30_u32,
    ) {
        let spindle = Spindle::new(fba(70));
        for (block, byte) in before {
            spindle.write_blocks(BlockNo::new(block), &[byte; 512]).unwrap();
        }
        let length = usize::try_from(count).unwrap() * 512;
        let mut snapshot = vec![0; length];
        spindle.volume().read_blocks(BlockNo::new(first), &mut snapshot).unwrap();
        let view = spindle.freeze(Run::blocks(first, count), FreezeSpace::memory(1 << 20)).unwrap();
        for (block, blocks, byte) in after {
            let data = vec![byte; usize::try_from(blocks).unwrap() * 512];
            spindle.write_blocks(BlockNo::new(block), &data).unwrap();
        }
        let mut frozen = vec![0; length];
        view.read_blocks(BlockNo::new(first), &mut frozen).unwrap();
        prop_assert_eq!(frozen, snapshot);
        prop_assert!(view.read_blocks(BlockNo::new(first + count), &mut [0; 512]).is_err());
        prop_assert!(view.read_track(TrackNo::new(0), &mut []).is_err());
    }
}
