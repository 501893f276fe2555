//! Which tracks or block groups of a volume have changed since a backup: a small file beside the image.
//!
//! A backup takes a [`ChangeMap::cut`] at the moment whose state it copies. Changes after the cut belong to the next
//! backup; those before it are kept until the backup is confirmed, so that one that fails loses nothing. Before the
//! first change after a save, the file is marked durably as being in use. When it is found so again, nobody knows
//! what changed, and everything counts as changed: the map may name too much, it never names too little.
//!
//! The map sees writes that go through a [`super::Spindle`], or that mark what they write. Beside an image file
//! ([`ChangeMap::open_beside`]) it notices that somebody else wrote the image.

mod beside;
mod file;
mod layout;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use fixedbitset::FixedBitSet;
use serde::{Deserialize, Serialize};

use crate::bytes::{FileBytes, RandomBytes};
pub use beside::Beside;
use file::{Found, MapFile};
use layout::LAYERS_MAX;

/// What tells the image of a map from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Tracks or block groups; see [`super::units`].
    pub units: u32,
    /// Length of the image file in bytes, or whatever else an image that was exchanged would not have; 0 for none. Beside
    /// an image file it is the stamp of that file.
    pub image_length: u64,
}

/// A moment in the life of a volume, as its change map counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Generation {
    /// Which map: a new one does not know what an old one of the same image counted.
    pub epoch: u64,
    /// Counts the cuts.
    pub number: u64,
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.epoch, self.number)
    }
}

/// What a map knows about the time since a generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The generation is not one of this map, or something happened that the map did not see.
    Everything,
    /// These units, and maybe some that did not change.
    Units(FixedBitSet),
}

impl Changed {
    /// Whether the unit has to be looked at.
    pub fn has(&self, unit: u32) -> bool {
        match self {
            Changed::Everything => true,
            // What the map has no bit for is beyond it: better looked at once too often.
            Changed::Units(units) => usize::try_from(unit)
                .ok()
                .filter(|unit| *unit < units.len())
                .is_none_or(|unit| units.contains(unit)),
        }
    }
}

/// How the map was found when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opening {
    /// There was none.
    New,
    /// It was saved, and nothing was written since.
    Complete,
    /// It was in use, is damaged, or belongs to another image; the reason is for people. It begins anew.
    Restarted(String),
}

/// The changes between one cut and the next.
struct Layer {
    /// The generation it began with.
    first: u64,
    bits: FixedBitSet,
}

/// The change map of one volume, open for marking.
pub struct ChangeMap {
    file: MapFile,
    units: u32,
    opening: Opening,
    /// Oldest first; the last one is open.
    layers: Vec<Layer>,
    /// Keeps other programs from the file.
    lock: Option<std::fs::File>,
}

impl ChangeMap {
    /// Opens the map in these bytes, or begins one. `epoch` is for a map that begins: a number that no map of this
    /// image had before, such as the time of day in microseconds.
    ///
    /// # Errors
    /// The bytes cannot be read or written.
    pub fn open(bytes: Arc<dyn RandomBytes>, identity: Identity, epoch: u64) -> io::Result<ChangeMap> {
        let (opening, epoch) = match MapFile::read(Arc::clone(&bytes), identity)? {
            Found::Complete(file, layers) => return Ok(ChangeMap::complete(file, identity, layers)),
            Found::Nothing => (Opening::New, epoch),
            Found::Unusable { why, epoch: old } => {
                let beyond = old.map_or(0, |old| old.saturating_add(1));
                (Opening::Restarted(why), epoch.max(beyond))
            }
        };
        let layers = vec![Layer {
            first: 1,
            bits: empty(identity.units),
        }];
        let file = MapFile::create(bytes, identity, epoch, &layers)?;
        Ok(ChangeMap {
            file,
            units: identity.units,
            opening,
            layers,
            lock: None,
        })
    }

    fn complete(file: MapFile, identity: Identity, layers: Vec<Layer>) -> ChangeMap {
        ChangeMap {
            file,
            units: identity.units,
            opening: Opening::Complete,
            layers,
            lock: None,
        }
    }

    /// Opens the map in a file, which is made when there is none; otherwise as [`ChangeMap::open`].
    ///
    /// # Errors
    /// The file cannot be opened, made, read or written.
    pub fn open_file(path: &Path, identity: Identity, epoch: u64) -> io::Result<ChangeMap> {
        let bytes = match FileBytes::open_write(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => FileBytes::create_new(path)?,
            other => other?,
        };
        ChangeMap::open(Arc::new(bytes), identity, epoch)
    }

    /// How it was found.
    pub const fn opening(&self) -> &Opening {
        &self.opening
    }

    /// How many tracks or block groups it is for.
    pub const fn units(&self) -> u32 {
        self.units
    }

    /// The generation that is open: what changes now is changed since this one.
    pub fn current(&self) -> Generation {
        Generation {
            epoch: self.file.epoch(),
            number: self.open_layer().first,
        }
    }

    /// Marks a unit as changed. To be called before it is written: when it returns, a crash cannot hide the change.
    /// Only the first mark after a save touches the file.
    ///
    /// # Errors
    /// The file cannot be marked as being in use. The unit must then not be written.
    pub fn mark(&mut self, unit: u32) -> io::Result<()> {
        let index = usize::try_from(unit).map_err(io::Error::other)?;
        if unit >= self.units {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("the change map has {} tracks or groups, not {unit}", self.units),
            ));
        }
        if !self.file.is_dirty() {
            self.file.set_dirty()?;
        }
        if let Some(layer) = self.layers.last_mut() {
            layer.bits.insert(index);
        }
        Ok(())
    }

    /// What has changed since that generation began.
    pub fn changed_since(&self, generation: Generation) -> Changed {
        // Only what this map has given out and still knows: a number between two layers is one of a map that was put
        // back to an earlier state since, together with its image, or of a layer that grew together with another.
        let begins = |layer: &Layer| layer.first == generation.number;
        let from = self.layers.iter().position(begins);
        let Some(from) = from.filter(|_| generation.epoch == self.file.epoch()) else {
            return Changed::Everything;
        };
        let mut units = empty(self.units);
        for layer in &self.layers[from..] {
            units.union_with(&layer.bits);
        }
        Changed::Units(units)
    }

    /// Ends the open generation and begins the next, durably. A backup calls this at the moment whose state it
    /// copies, copies what [`ChangeMap::changed_since`] says about its base, keeps the generation as the base of the
    /// next backup, and calls [`ChangeMap::confirm`] when it is complete.
    ///
    /// # Errors
    /// The file cannot be written. The map goes on as before.
    pub fn cut(&mut self) -> io::Result<Generation> {
        self.cut_at(0)
    }

    /// The same, with a number for the new generation that is not below `moment`. When image and map are put back
    /// together to an earlier state, as a snapshot does, a map that only counts gives out numbers again that earlier
    /// backups know. Whoever has a clock gives its microseconds, which do not come again.
    ///
    /// # Errors
    /// As [`ChangeMap::cut`].
    pub fn cut_at(&mut self, moment: u64) -> io::Result<Generation> {
        let next = (self.open_layer().first + 1).max(moment.min(layout::COUNTERS_MAX / 2));
        if self.layers.len() == LAYERS_MAX {
            self.join_oldest();
        }
        self.layers.push(Layer {
            first: next,
            bits: empty(self.units),
        });
        if let Err(error) = self.save() {
            self.layers.pop();
            return Err(error);
        }
        Ok(self.current())
    }

    /// Forgets what changed before that generation: a backup that has everything up to it is complete, and nobody
    /// will ask about an earlier one. An unknown generation changes nothing.
    ///
    /// # Errors
    /// The file cannot be written. The map then knows more than it has to, which does no harm.
    pub fn confirm(&mut self, generation: Generation) -> io::Result<()> {
        let number = generation.number;
        if generation.epoch != self.file.epoch() || number > self.open_layer().first {
            return Ok(());
        }
        let keep = self.layers.partition_point(|layer| layer.first <= number);
        // A layer that grew together with an earlier one may hold later changes as well and has to stay.
        self.layers.drain(..keep.saturating_sub(1));
        self.save()
    }

    /// Writes the bit maps. What is saved survives a crash until the next change is marked. The volume has to be
    /// durable first.
    ///
    /// # Errors
    /// The file cannot be written; everything will count as changed when the map is opened again.
    pub fn save(&mut self) -> io::Result<()> {
        self.file.save(&self.layers)
    }

    /// Saves and closes the map. A map that is dropped without this is found in use if anything was marked.
    ///
    /// # Errors
    /// As [`ChangeMap::save`].
    pub fn close(mut self) -> io::Result<()> {
        self.save()
    }

    fn open_layer(&self) -> &Layer {
        self.layers.last().expect("a map always has an open layer")
    }

    fn join_oldest(&mut self) {
        let oldest = self.layers.remove(0);
        let next = &mut self.layers[0];
        next.bits.union_with(&oldest.bits);
        next.first = oldest.first;
    }
}

fn empty(units: u32) -> FixedBitSet {
    FixedBitSet::with_capacity(usize::try_from(units).expect("bits of a volume fit into memory"))
}

impl fmt::Debug for ChangeMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChangeMap({} units, {})", self.units, self.current())
    }
}

#[cfg(test)]
mod tests;
