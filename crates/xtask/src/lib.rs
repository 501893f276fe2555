//! Housekeeping of the project itself: the style guide as a test, generated pages.
