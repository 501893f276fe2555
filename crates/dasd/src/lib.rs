//! DASD images: geometry, labels, allocation maps, tracks and blocks, and every image format.
