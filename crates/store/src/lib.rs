//! Chunks, frames, packs, manifests and the repositories they lie in.
