//! `image compare`: where two volumes differ.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use dasd::compare::{Difference, TrackDifference, compare};
use serde::Serialize;

use super::meter::Meter;
use super::open;
use crate::args::ImageCompareArgs;
use crate::exit::Outcome;
use crate::format::count;
use crate::output::{Output, View};
use crate::progress::Bars;

pub(super) fn run(out: &Output, args: &ImageCompareArgs) -> Result<Outcome> {
    let (a, b) = (open(&args.a)?, open(&args.b)?);
    let mut view = CompareView {
        a: args.a.clone(),
        b: args.b.clone(),
        same: true,
        compared: 0,
        unit: if a.geometry().as_ckd().is_some() {
            "track"
        } else {
            "block"
        },
        differing_units: 0,
        differences: Vec::new(),
        omitted: 0,
    };
    let mut last = None;
    let bars = Bars::new(out.is_quiet());
    // What both have is compared, so the smaller one says how much there is to do.
    let smaller = if a.geometry().size() < b.geometry().size() {
        &a
    } else {
        &b
    };
    let mut meter = Meter::new(&bars, smaller.geometry());
    let mut reached = |units| meter.reached(units);
    let mut comparison = compare(&a, &b).reporting(&mut reached);
    for difference in &mut comparison {
        view.same = false;
        let unit = unit(&difference);
        if unit.is_some() && unit != last {
            view.differing_units += 1;
            last = unit;
        }
        if view.differences.len() < args.limit {
            view.differences.push(DifferenceView::of(&difference));
        } else {
            view.omitted += 1;
        }
    }
    view.compared = comparison.compared();
    bars.clear();
    out.show(&view)?;
    Ok(Outcome::found_if(!view.same))
}

/// The track or block that a difference is on.
fn unit(difference: &Difference) -> Option<u32> {
    match difference {
        Difference::Geometry { .. } => None,
        Difference::Unreadable { track, .. } | Difference::Track { track, .. } => Some(track.get()),
        Difference::UnreadableBlock { block, .. } | Difference::Block { block, .. } => Some(block.get()),
    }
}

#[derive(Serialize)]
struct CompareView {
    a: PathBuf,
    b: PathBuf,
    same: bool,
    /// Of what `compared` and `differing_units` count.
    unit: &'static str,
    compared: u32,
    differing_units: u32,
    differences: Vec<DifferenceView>,
    omitted: u64,
}

#[derive(Serialize)]
struct DifferenceView {
    track: Option<u32>,
    cylinder: Option<u32>,
    head: Option<u16>,
    /// Its place on the track, 0 for record 0.
    record: Option<u32>,
    block: Option<u32>,
    text: String,
}

impl DifferenceView {
    fn of(difference: &Difference) -> Self {
        let mut view = Self {
            track: None,
            cylinder: None,
            head: None,
            record: None,
            block: None,
            text: difference.to_string(),
        };
        match difference {
            Difference::Geometry { .. } => {}
            Difference::Unreadable { track, at, .. } | Difference::Track { track, at, .. } => {
                view.track = Some(track.get());
                view.cylinder = Some(at.cylinder.get());
                view.head = Some(at.head.get());
            }
            Difference::UnreadableBlock { block, .. } | Difference::Block { block, .. } => {
                view.block = Some(block.get());
            }
        }
        if let Difference::Track { what, .. } = difference {
            let (TrackDifference::Record { index, .. }
            | TrackDifference::OnlyInA { index, .. }
            | TrackDifference::OnlyInB { index, .. }) = what;
            view.record = Some(*index);
        }
        view
    }
}

impl View for CompareView {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let units = |number: u32| {
            let number = usize::try_from(number).unwrap_or(usize::MAX);
            count(number, self.unit, &format!("{}s", self.unit))
        };
        let compared = units(self.compared);
        if self.same {
            return writeln!(out, "the same: {compared} compared");
        }
        for difference in &self.differences {
            writeln!(out, "{}", difference.text)?;
        }
        if self.omitted != 0 {
            writeln!(out, "and {} more; --limit shows more of them", self.omitted)?;
        }
        if self.compared == 0 {
            return writeln!(out, "different: nothing on them can be compared");
        }
        writeln!(
            out,
            "different: {} of {compared} that were compared",
            units(self.differing_units)
        )
    }
}
