//! What a frozen view has kept: old tracks and groups, in memory up to a limit and then in a spill space.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::bytes::RandomBytes;
use crate::device::units::UnitError;

/// Where old tracks go. A 3390 track that is full takes 56 KB.
#[derive(Clone, Default)]
pub struct FreezeSpace {
    /// Bytes of memory.
    pub memory: u64,
    /// When memory is used up: bytes that belong to this view alone, and how many of them may be used. They are
    /// written from offset 0 and never synced; what they held before is lost.
    pub spill: Option<(Arc<dyn RandomBytes>, u64)>,
}

impl FreezeSpace {
    /// Memory only.
    pub const fn memory(bytes: u64) -> FreezeSpace {
        FreezeSpace {
            memory: bytes,
            spill: None,
        }
    }
}

/// An old unit.
enum Old {
    Memory(Vec<u8>),
    Spilled {
        at: u64,
        length: usize,
    },
    /// It could not be read when it was about to be replaced: neither can whoever reads the view.
    Unreadable(UnitError),
}

/// What one view keeps.
pub(in crate::device) struct Kept {
    units: Range<u32>,
    space: FreezeSpace,
    state: Mutex<State>,
}

struct State {
    old: BTreeMap<u32, Old>,
    memory: u64,
    spilled: u64,
    /// Why the view is lost.
    lost: Option<String>,
}

impl Kept {
    pub(in crate::device) const fn new(units: Range<u32>, space: FreezeSpace) -> Kept {
        Kept {
            units,
            space,
            state: Mutex::new(State {
                old: BTreeMap::new(),
                memory: 0,
                spilled: 0,
                lost: None,
            }),
        }
    }

    /// Whether the unit is in the view.
    pub(super) fn has(&self, unit: u32) -> bool {
        self.units.contains(&unit)
    }

    /// Whether a write to this unit must hand over the old one first.
    pub(in crate::device) fn wants(&self, unit: u32) -> bool {
        let state = self.state();
        self.has(unit) && state.lost.is_none() && !state.old.contains_key(&unit)
    }

    /// Keeps an old unit, or gives the whole view up.
    pub(in crate::device) fn keep(&self, unit: u32, old: Result<Vec<u8>, UnitError>) {
        let mut state = self.state();
        let placed = match old {
            Ok(bytes) => self.place(&mut state, bytes),
            Err(error) => Ok(Old::Unreadable(error)),
        };
        match placed {
            Ok(old) => {
                state.old.insert(unit, old);
            }
            Err(why) => {
                // One track short is a wrong copy: free everything and say so.
                state.old.clear();
                state.memory = 0;
                state.spilled = 0;
                state.lost = Some(why);
            }
        }
    }

    fn place(&self, state: &mut State, bytes: Vec<u8>) -> Result<Old, String> {
        let length = u64::try_from(bytes.len()).map_err(|error| error.to_string())?;
        if state.memory + length <= self.space.memory {
            state.memory += length;
            return Ok(Old::Memory(bytes));
        }
        let Some((spill, limit)) = &self.space.spill else {
            return Err(format!(
                "the {} bytes of memory for replaced tracks are used up",
                self.space.memory
            ));
        };
        let at = state.spilled;
        if at.checked_add(length).is_none_or(|end| end > *limit) {
            return Err(format!(
                "the {} bytes of memory and {limit} bytes of spill space for replaced tracks are used up",
                self.space.memory
            ));
        }
        spill
            .write_at(at, &bytes)
            .map_err(|error| format!("the spill space for replaced tracks cannot be written: {error}"))?;
        state.spilled = at + length;
        Ok(Old::Spilled {
            at,
            length: bytes.len(),
        })
    }

    /// The old unit if it was replaced.
    pub(super) fn get(&self, unit: u32) -> Result<Option<Result<Vec<u8>, UnitError>>, String> {
        let state = self.state();
        if let Some(why) = &state.lost {
            return Err(why.clone());
        }
        match state.old.get(&unit) {
            None => Ok(None),
            Some(Old::Memory(bytes)) => Ok(Some(Ok(bytes.clone()))),
            Some(Old::Unreadable(error)) => Ok(Some(Err(error.clone()))),
            Some(Old::Spilled { at, length }) => {
                let mut bytes = vec![0; *length];
                let (spill, _) = self.space.spill.as_ref().expect("what was spilled has a place");
                spill.read_at(*at, &mut bytes).map_err(|error| {
                    format!("the spill space for replaced tracks cannot be read: {error}")
                })?;
                Ok(Some(Ok(bytes)))
            }
        }
    }

    /// How many units from this one on, at most `most`, are in the view and not replaced; none when it is lost.
    pub(super) fn free_run(&self, unit: u32, most: usize) -> Option<usize> {
        let state = self.state();
        if state.lost.is_some() || !self.has(unit) {
            return None;
        }
        let next = state.old.range(unit..).next().map(|(next, _)| *next);
        let end = next.unwrap_or(self.units.end).min(self.units.end);
        usize::try_from(end - unit).ok().map(|run| run.min(most))
    }

    pub(super) fn bytes(&self) -> u64 {
        let state = self.state();
        state.memory + state.spilled
    }

    pub(super) fn check(&self) -> Result<(), String> {
        self.state().lost.clone().map_or(Ok(()), Err)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
