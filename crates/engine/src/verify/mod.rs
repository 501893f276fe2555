//! Proving that what was backed up can be restored.
//!
//! Names first: every copy's chunk list is read, and every chunk on it must lie in a pack whose footer agrees. Data
//! next, if asked: every frame of every pack is expanded and every chunk in it hashed.

mod data;
mod names;

use catalog::{CatalogError, DomainName, InstanceId};
use serde::Serialize;
use store::ListError;
use thiserror::Error;

use crate::env::Env;
use crate::progress::Progress;

/// How much is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Chunk lists and footers.
    Names,
    /// And about this share of the packs, in percent, drawn by chance.
    Sample(u8),
    /// And all data.
    Data,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damage {
    /// The object: a pack, a chunk, an instance.
    pub object: String,
    /// What is wrong with it.
    pub problem: String,
}

/// A copy that cannot be restored in full.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Affected {
    /// The instance.
    pub instance: InstanceId,
    /// The domain.
    pub domain: DomainName,
}

/// What a verification found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct VerifyReport {
    /// Instances looked at.
    pub instances: u64,
    /// Copies whose chunk lists were read.
    pub copies: u64,
    /// Packs whose footers were read.
    pub packs: u64,
    /// Packs whose data was read.
    pub packs_read: u64,
    /// Chunks that were hashed.
    pub chunks_hashed: u64,
    /// Plain bytes that were hashed.
    pub bytes_hashed: u64,
    /// What is wrong.
    pub damage: Vec<Damage>,
    /// Copies that suffer from it.
    pub affected: Vec<Affected>,
}

/// Why a verification could not be carried through.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// The catalog did not answer.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The repository could not be listed.
    #[error(transparent)]
    List(#[from] ListError),
}

/// Verifies the repository to the given depth.
///
/// # Errors
/// When catalog or repository cannot be read at all; damage is not an error but part of the report.
pub async fn verify(env: &Env, depth: Depth, progress: &dyn Progress) -> Result<VerifyReport, VerifyError> {
    let mut report = VerifyReport::default();
    let bad = data::read(env, depth, &mut report, progress).await?;
    names::check(env, &bad, &mut report).await?;
    Ok(report)
}
