//! `image changes`: the map of an image's changes.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use dasd::device::{Beside, ChangeMap, Changed, Generation};
use dasd::{Geometry, Volume};
use engine::{Clock, SystemClock};
use serde::Serialize;

use crate::args::ImageChangesArgs;
use crate::exit::Outcome;
use crate::format::count;
use crate::output::{Output, View};

/// A number that no map of the image had before.
pub(crate) fn epoch() -> u64 {
    SystemClock.now().as_micros().unsigned_abs()
}

/// Opens the map beside an image, if there is one. Other programs have to wait until it is closed.
pub(crate) fn open(image: &Path, geometry: &Geometry) -> Result<Option<ChangeMap>> {
    ChangeMap::open_beside(image, geometry, epoch())
        .with_context(|| format!("the change map of {} cannot be opened", image.display()))
}

pub(super) fn run(out: &Output, args: &ImageChangesArgs) -> Result<Outcome> {
    let image = &args.file;
    let volume = super::open(image)?;
    let map = ChangeMap::path_beside(image);
    let cannot = || format!("the change map {} cannot be used", map.display());
    if args.start {
        refuse_several_files(image, &volume)?;
        let begun = ChangeMap::begin_beside(image, volume.geometry(), epoch()).with_context(cannot)?;
        begun.close_beside(image).with_context(cannot)?;
    } else if args.stop {
        std::fs::remove_file(&map).with_context(cannot)?;
    }
    let state = match ChangeMap::look_beside(image, volume.geometry()).with_context(cannot)? {
        Beside::Nothing => State::None,
        Beside::Outdated(why) => State::Outdated { why },
        Beside::Complete(map) => State::complete(&map),
    };
    out.show(&ChangesView {
        image: image.clone(),
        map,
        units: dasd::device::units(volume.geometry()),
        state,
    })?;
    Ok(Outcome::Done)
}

/// A map knows one file, and would not see that another part of the volume was written.
fn refuse_several_files(image: &Path, volume: &Volume) -> Result<()> {
    if volume.format_name().contains("split") || !Volume::shadows_of(image).is_empty() {
        bail!(
            "{} is one of several files of its volume; make one image of them first, with `image convert` or `image merge`",
            image.display()
        );
    }
    Ok(())
}

#[derive(Serialize)]
struct ChangesView {
    image: PathBuf,
    map: PathBuf,
    /// Tracks, or groups of 32 blocks.
    units: u32,
    #[serde(flatten)]
    state: State,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum State {
    None,
    Outdated {
        why: String,
    },
    Complete {
        /// The generation that is open.
        generation: Generation,
        /// Units that were marked since it began: since the last backup, or since the map began.
        changed: usize,
    },
}

impl State {
    fn complete(map: &ChangeMap) -> Self {
        let generation = map.current();
        let changed = match map.changed_since(generation) {
            Changed::Units(units) => units.count_ones(..),
            Changed::Everything => usize::try_from(map.units()).unwrap_or(usize::MAX),
        };
        Self::Complete { generation, changed }
    }
}

impl View for ChangesView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let image = self.image.display();
        match &self.state {
            State::None => writeln!(
                out,
                "{image}: changes are not tracked; `image changes {image} --start` begins"
            ),
            State::Outdated { why } => writeln!(
                out,
                "{image}: the map is of no use, because {why}; the next backup reads everything and begins it anew"
            ),
            State::Complete { generation, changed } => writeln!(
                out,
                "{image}: {} of {} changed since generation {generation}",
                count(*changed, "track or block group", "tracks or block groups"),
                self.units
            ),
        }
    }
}
