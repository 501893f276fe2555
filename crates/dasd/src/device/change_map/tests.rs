use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use proptest::prelude::*;

use super::*;
use crate::bytes::MemoryBytes;

const IDENTITY: Identity = Identity {
    units: 100,
    image_length: 4711,
};

fn open(bytes: &MemoryBytes, epoch: u64) -> ChangeMap {
    ChangeMap::open(Arc::new(bytes.clone()), IDENTITY, epoch).unwrap()
}

fn units(changed: &Changed) -> Option<Vec<usize>> {
    match changed {
        Changed::Everything => None,
        Changed::Units(units) => Some(units.ones().collect()),
    }
}

#[test]
fn a_cut_parts_what_belongs_to_which_backup() {
    let bytes = MemoryBytes::default();
    let mut map = open(&bytes, 1);
    assert_eq!(*map.opening(), Opening::New);
    let base = map.current();
    map.mark(3).unwrap();
    let next = map.cut().unwrap();
    map.mark(99).unwrap();
    assert_eq!(units(&map.changed_since(base)), Some(vec![3, 99]));
    assert_eq!(units(&map.changed_since(next)), Some(vec![99]));
    assert!(map.mark(100).is_err());
    map.close().unwrap();

    let mut map = open(&bytes, 2);
    assert_eq!(*map.opening(), Opening::Complete);
    assert_eq!(units(&map.changed_since(base)), Some(vec![3, 99]));
    map.confirm(next).unwrap();
    assert_eq!(map.changed_since(base), Changed::Everything);
    assert_eq!(units(&map.changed_since(next)), Some(vec![99]));
    let foreign = Generation { epoch: 7, ..next };
    let future = Generation { number: 99, ..next };
    assert_eq!(map.changed_since(foreign), Changed::Everything);
    assert_eq!(map.changed_since(future), Changed::Everything);
    assert!(map.changed_since(next).has(99) && !map.changed_since(next).has(98));
    assert!(map.changed_since(next).has(100), "beyond the map");
}

#[test]
fn a_map_that_was_not_closed_knows_nothing() {
    let bytes = MemoryBytes::default();
    let mut map = open(&bytes, 1);
    let base = map.cut().unwrap();
    map.mark(5).unwrap();
    drop(map);
    let map = open(&bytes, 1);
    assert!(matches!(map.opening(), Opening::Restarted(why) if why.contains("in use")));
    assert_eq!(map.changed_since(base), Changed::Everything);
    assert_ne!(map.current(), base);
    assert_eq!(units(&map.changed_since(map.current())), Some(vec![]));
    drop(map);
    let map = open(&bytes, 1);
    assert_eq!(
        *map.opening(),
        Opening::Complete,
        "nothing was marked since it was opened"
    );
}

#[test]
fn more_cuts_than_layers_grow_together_and_lose_nothing() {
    let mut map = open(&MemoryBytes::default(), 1);
    let mut cuts = vec![map.current()];
    for unit in 0..20 {
        map.mark(unit).unwrap();
        cuts.push(map.cut().unwrap());
    }
    for (unit, generation) in (0..20).zip(&cuts) {
        let changed = map.changed_since(*generation);
        assert!((unit..20).all(|unit| changed.has(unit)), "{generation}");
        assert!(changed == Changed::Everything || !changed.has(20));
    }
    assert_eq!(units(&map.changed_since(cuts[20])), Some(vec![]));
}

#[test]
fn another_image_or_a_damaged_file_begins_anew() {
    let bytes = MemoryBytes::default();
    let mut map = open(&bytes, 1);
    map.mark(1).unwrap();
    let base = map.cut().unwrap();
    map.close().unwrap();
    let whole = bytes.to_vec();
    let other = Identity {
        units: 101,
        ..IDENTITY
    };
    let map = ChangeMap::open(Arc::new(MemoryBytes::new(whole.clone())), other, 5).unwrap();
    assert!(matches!(map.opening(), Opening::Restarted(why) if why.contains("written or exchanged")));
    for at in (0..132).chain(4096..4096 + 132) {
        let mut torn = whole.clone();
        torn[at] ^= 0x10;
        let map = open(&MemoryBytes::new(torn), 5);
        assert!(matches!(map.opening(), Opening::Restarted(_)), "byte {at}");
        assert_eq!(map.changed_since(base), Changed::Everything);
    }
    for length in [1, 131, 132, 4096, 4227, 4228, 8191, 8192] {
        let map = open(&MemoryBytes::new(whole[..length].to_vec()), 5);
        assert!(matches!(map.opening(), Opening::Restarted(_)), "length {length}");
    }
}

#[test]
fn a_file_is_made_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("GA1RES.changes");
    let mut map = ChangeMap::open_file(&path, IDENTITY, 1).unwrap();
    let base = map.current();
    map.mark(42).unwrap();
    map.close().unwrap();
    let map = ChangeMap::open_file(&path, IDENTITY, 2).unwrap();
    assert_eq!(units(&map.changed_since(base)), Some(vec![42]));
}

/// Bytes on a disk that may lose whatever was not synced, and that fails when told to.
#[derive(Clone, Default)]
struct Fragile(Arc<Mutex<Disk>>);

#[derive(Default)]
struct Disk {
    durable: Vec<u8>,
    /// Writes since the last sync.
    pending: Vec<(usize, Vec<u8>)>,
    /// Calls until everything fails.
    calls_left: Option<usize>,
}

impl Disk {
    fn call(&mut self) -> io::Result<()> {
        match &mut self.calls_left {
            Some(0) => Err(io::Error::other("the disk is gone")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn seen(&self) -> Vec<u8> {
        let mut seen = self.durable.clone();
        self.pending
            .iter()
            .for_each(|write| apply(&mut seen, write, usize::MAX));
        seen
    }

    /// What is there after a crash: each write that was not synced arrived, got lost, or arrived in part.
    fn crash(&mut self, choices: &[u8]) {
        let mut choices = choices.iter().cycle();
        for write in std::mem::take(&mut self.pending) {
            let choice = usize::from(*choices.next().unwrap_or(&0));
            apply(&mut self.durable, &write, write.1.len() * (choice % 5) / 4);
        }
        self.calls_left = None;
    }
}

fn apply(content: &mut Vec<u8>, (at, bytes): &(usize, Vec<u8>), most: usize) {
    let bytes = &bytes[..bytes.len().min(most)];
    if bytes.is_empty() {
        return;
    }
    if content.len() < at + bytes.len() {
        content.resize(at + bytes.len(), 0);
    }
    content[*at..at + bytes.len()].copy_from_slice(bytes);
}

impl Fragile {
    fn disk(&self) -> std::sync::MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RandomBytes for Fragile {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.disk().seen().len()).unwrap())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        MemoryBytes::new(self.disk().seen()).read_at(at, into)
    }

    fn write_at(&self, at: u64, from: &[u8]) -> io::Result<()> {
        let mut disk = self.disk();
        disk.call()?;
        disk.pending.push((usize::try_from(at).unwrap(), from.to_vec()));
        Ok(())
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        Err(io::Error::other("a map never changes its length"))
    }

    fn sync(&self) -> io::Result<()> {
        let mut disk = self.disk();
        disk.call()?;
        for write in std::mem::take(&mut disk.pending) {
            apply(&mut disk.durable, &write, usize::MAX);
        }
        Ok(())
    }
}

#[derive(Clone, Debug)]
enum Step {
    Mark(u32),
    Cut,
    Confirm(usize),
    Save,
    CloseAndOpen,
    Crash(Vec<u8>),
    FailAfter(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..100_u32).prop_map(Step::Mark),
        3 => Just(Step::Cut),
        1 => any::<usize>().prop_map(Step::Confirm),
        1 => Just(Step::Save),
        1 => Just(Step::CloseAndOpen),
        2 => prop::collection::vec(any::<u8>(), 1..4).prop_map(Step::Crash),
        1 => (0..6_usize).prop_map(Step::FailAfter),
    ]
}

/// Whatever happens, what was marked successfully after a cut is in the changes since that cut.
fn never_too_little(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let disk = Fragile::default();
    let mut map = ChangeMap::open(Arc::new(disk.clone()), IDENTITY, 1).unwrap();
    // For every generation ever handed out, the units that were written since.
    let mut since: BTreeMap<Generation, Vec<u32>> = BTreeMap::new();
    since.insert(map.current(), Vec::new());
    for step in steps {
        match step {
            Step::Mark(unit) => {
                if map.mark(unit).is_ok() {
                    since.values_mut().for_each(|units| units.push(unit));
                }
            }
            Step::Cut => {
                if let Ok(generation) = map.cut() {
                    prop_assert!(
                        since.insert(generation, Vec::new()).is_none(),
                        "{} twice",
                        generation
                    );
                }
            }
            Step::Confirm(which) => {
                let nth = since.keys().nth(which % since.len()).copied();
                let _ = map.confirm(nth.unwrap());
            }
            Step::Save => {
                let _ = map.save();
            }
            Step::CloseAndOpen => {
                let _ = map.close();
                disk.disk().calls_left = None;
                map = ChangeMap::open(Arc::new(disk.clone()), IDENTITY, 1).unwrap();
                since.entry(map.current()).or_default();
            }
            Step::Crash(choices) => {
                drop(map);
                disk.disk().crash(&choices);
                map = ChangeMap::open(Arc::new(disk.clone()), IDENTITY, 1).unwrap();
                since.entry(map.current()).or_default();
            }
            Step::FailAfter(calls) => disk.disk().calls_left = Some(calls),
        }
        for (generation, units) in &since {
            let changed = map.changed_since(*generation);
            prop_assert!(
                units.iter().all(|unit| changed.has(*unit)),
                "since {}: {:?} of {:?}",
                generation,
                changed,
                units
            );
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_sequence_hides_a_change(steps in prop::collection::vec(step(), 1..40)) {
        never_too_little(steps)?;
    }
}

/// A save that was not confirmed is read back by the next process, and the crash after that takes both headers.
#[test]
fn what_is_read_back_is_made_durable_first() {
    let steps = vec![
        Step::Mark(0),
        Step::FailAfter(3),
        Step::CloseAndOpen,
        Step::FailAfter(1),
        Step::Mark(0),
        Step::Crash(vec![21]),
    ];
    never_too_little(steps).unwrap();
}
