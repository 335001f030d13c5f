//! One body of code, compiled for several instruction sets and chosen when the program runs.
//!
//! The same build runs on every laptop, and on those with wide vector registers it is twice as fast. Fused
//! multiply-add stays off, and lanes are added up by halves if at all, so the numbers are the same bits on every processor.

use std::sync::atomic::{AtomicBool, Ordering};

static PORTABLE: AtomicBool = AtomicBool::new(false);

/// Keeps to the portable instructions, or (`false`) uses what the processor has; for comparing the two.
pub fn use_portable(portable: bool) {
    PORTABLE.store(portable, Ordering::Relaxed);
}

/// Whether the wide versions may run on this processor.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2") && !PORTABLE.load(Ordering::Relaxed)
}

/// Defines a function without a result whose body is compiled twice on x86-64: once as it is, and once with AVX2.
/// On other machines the portable version is all there is; on 64-bit ARM it uses NEON, which every such machine has.
macro_rules! vectorized {
    ($(#[$attribute:meta])* $visibility:vis fn $name:ident($($argument:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$attribute])*
        #[allow(clippy::too_many_arguments)]
        $visibility fn $name($($argument: $type),*) {
            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            fn portable($($argument: $type),*) $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                #[allow(clippy::too_many_arguments)]
                fn wide($($argument: $type),*) {
                    portable($($argument),*)
                }
                if $crate::compute::has_avx2() {
                    // SAFETY: the processor has AVX2, the one thing that `wide` needs beyond what all of them have.
                    #[allow(unsafe_code)]
                    return unsafe { wide($($argument),*) };
                }
            }
            portable($($argument),*)
        }
    };
}
pub(crate) use vectorized;
