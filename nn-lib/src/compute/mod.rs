//! How numbers are computed: fixed orders of sums, instructions of the processor, threads.

mod clock;
mod lanes;
pub(crate) mod math;
pub(crate) mod matmul;
mod simd;
pub(crate) mod small_matmul;
mod smallest;
mod threads;

pub(crate) use clock::Moment;
pub(crate) use lanes::{LANES, Lane, Lanes, add};
pub(crate) use math::{decimal, exp, ln, sigmoid, softplus};
pub(crate) use matmul::multiply;
#[cfg(target_arch = "x86_64")]
pub(crate) use simd::has_avx2;
pub use simd::use_portable;
pub(crate) use simd::vectorized;
pub(crate) use small_matmul::{MOST_WEIGHTS, Packed, add_rows, add_to_rows, fill_rows};
pub(crate) use smallest::{forget_the_smallest, without_the_smallest};
pub(crate) use threads::{both, pieces, share, share_if, threads, within};
