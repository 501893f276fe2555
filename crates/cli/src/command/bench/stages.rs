//! The stages alone: three passes over the corpus, as a full backup, an incremental and an unchanged one make them.

use std::sync::Arc;

use anyhow::{Context, Result};
use dasd::{Access, Volser, Volume};
use engine::{ClusterState, ImageShelf, PassUnits, StageTimes, VolumeDevice};
use serde::Serialize;

use super::corpus::{Corpus, WorkFolder};
use super::runs::{remove, warm};
use crate::wiring::{Missing, Session, runtime};

/// The times of the three passes.
#[derive(Serialize)]
pub(super) struct Stages {
    pub(super) full: StageTimes,
    pub(super) incremental: StageTimes,
    pub(super) unchanged: StageTimes,
}

impl Stages {
    /// Of several measurements, the middle one of each stage.
    pub(super) fn middle(measured: &[Stages]) -> Stages {
        let middle =
            |pass: fn(&Stages) -> StageTimes| StageTimes::middle(measured.iter().map(pass).collect());
        Stages {
            full: middle(|stages| stages.full),
            incremental: middle(|stages| stages.incremental),
            unchanged: middle(|stages| stages.unchanged),
        }
    }
}

/// Measures all stages once, over images that lie in the page cache, in a repository of their own.
pub(super) fn measure(corpus: &Corpus, work: &WorkFolder) -> Result<Stages> {
    warm(&corpus.first)?;
    warm(&corpus.second)?;
    let volser = Volser::new("BENCH1").context("a name of six letters")?;
    let device = |file: &std::path::Path| {
        let volume = Volume::mount_file(file, Access::Read)?;
        anyhow::Ok(Arc::new(VolumeDevice::new(volser, None, volume)))
    };
    let (first, second) = (device(&corpus.first)?, device(&corpus.second)?);
    let copy = work.path("stages.image");
    let geometry = engine::Device::geometry(&*first).clone();
    let written = VolumeDevice::new(volser, None, Volume::create_unformatted_file(&copy, geometry)?);
    let repository = work.path("stages");
    let location = repository
        .to_str()
        .context("the work folder has a name that is not UTF-8")?;
    let stages = runtime()?.block_on(async {
        let shelf = Arc::new(ImageShelf::default());
        let session = Session::open(location, Missing::Create, shelf, ClusterState::default(), None).await?;
        let none = PassUnits::default();
        let full = engine::measure(&session.env, first, &none, None).await?;
        let incremental = engine::measure(&session.env, second.clone(), &full.units, None).await?;
        let mut unchanged = engine::measure(&session.env, second.clone(), &incremental.units, None).await?;
        // To be written, a volume has to go through canonical form, which one without changes does not.
        let whole = engine::measure(&session.env, second, &none, Some(&written)).await?;
        unchanged.times.put_together = whole.times.put_together;
        unchanged.times.restore = whole.times.restore;
        session.close().await?;
        anyhow::Ok(Stages {
            full: full.times,
            incremental: incremental.times,
            unchanged: unchanged.times,
        })
    })?;
    drop(written);
    std::fs::remove_file(&copy).with_context(|| format!("cannot remove {}", copy.display()))?;
    remove(&repository)?;
    Ok(stages)
}
