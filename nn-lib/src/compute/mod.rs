//! How numbers are computed: fixed orders of sums, instructions of the processor, threads.

pub(crate) mod math;
pub(crate) mod matmul;
mod simd;
pub(crate) mod small_product;
mod threads;

pub(crate) use math::{decimal, exp, ln, sigmoid, softplus};
pub(crate) use matmul::multiply;
pub use simd::use_portable;
pub(crate) use simd::{LANES, Lane, Lanes, add, has_avx2, vectorized};
pub(crate) use small_product::{MOST_WEIGHTS, add_rows, add_to_rows, fill_rows};
pub(crate) use threads::{pieces, share, threads, within};
