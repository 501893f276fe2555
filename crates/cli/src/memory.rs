//! How the allocator of the system is set up.

#![allow(
    unsafe_code,
    reason = "mallopt can only be called as a foreign function; see the comment beside the call"
)]

/// Has all threads allocate from one heap, where the allocator is glibc's.
///
/// By itself glibc gives each thread a heap of its own, and what was freed in one is not used by another: buffers that go
/// from thread to thread then leave holes in all of them, 8 to 15 MB of 60 in a backup. The copy path does not allocate
/// in its steady state, so nobody waits for the one heap.
pub(crate) fn use_one_heap() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: mallopt takes two numbers and changes nothing but parameters of the allocator, under its lock; an unknown
    // parameter or value is refused with 0. It is called once, before there are other threads, as mallopt(3) wants it.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}
