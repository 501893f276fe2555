//! The on-disk structures. The byte order of every number stands in its type.

pub(crate) mod cckd;
pub(crate) mod ckd;
