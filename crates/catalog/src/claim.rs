//! Who stores a chunk when several workers come upon it at once.

/// The answer to a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// It is in a durable pack.
    Known,
    /// Nobody has it: this worker stores it now or is declared gone. Everybody else who asks waits for that.
    Yours,
    /// This worker claimed it before and has not recorded it yet.
    Mine,
    /// Another worker is storing it: `settle` before a manifest that names it is written.
    Awaited,
}

/// The answer to a settle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settled {
    /// It is in a durable pack.
    Stored,
    /// Whoever was storing it is gone, or nobody ever was: this worker stores it now.
    Yours,
    /// Another worker is still storing it. Given only beside a `Yours`, because a worker that waited on with something
    /// of its own to store could wait for somebody who waits for it: store that, record it and settle again.
    Awaited,
}
