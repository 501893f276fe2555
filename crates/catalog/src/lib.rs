//! What was backed up, where it lies, when it expires: the one shared catalog and its actor.
