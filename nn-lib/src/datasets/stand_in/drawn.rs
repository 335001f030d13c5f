//! Sets of drawn pictures: 60,000 and 10,000, each picture from a generator of its own.

use super::canvas::SIDE;
use crate::compute::share_if;
use crate::error::Result;
use crate::notebook::interrupt::go_on;
use crate::random::{Rng, derive, rng};

/// Pictures in the training and in the test set, as in MNIST.
pub(super) const SIZES: [usize; 2] = [60_000, 10_000];
/// Classes, from 0.
const CLASSES: u64 = 10;
/// Pictures that are drawn between two looks whether the user wants to stop.
const AT_ONCE: usize = 5_000;
/// Pieces that threads take.
const PIECES: usize = 8;

/// Pixels of all pictures, row after row, and their classes.
pub(crate) type Drawn = (Vec<u8>, Vec<u32>);

/// Draws both sets: `picture` is given a class, a generator, and room for the pixels.
pub(super) fn draw(
    dataset: &str,
    picture: impl Fn(usize, &mut Rng, &mut [u8]) + Send + Sync,
) -> Result<(Drawn, Drawn)> {
    let operation = format!("{dataset}::load_data");
    let set = |nth: usize| -> Result<Drawn> {
        let count = SIZES[nth];
        let seed = derive(nth as u64, dataset, 0);
        let classes = (0..count as u64).map(|nth| derive(seed, "class", nth) % CLASSES);
        let classes: Vec<u32> = classes.map(|class| class as u32).collect();
        let mut pixels = vec![0; count * SIDE * SIDE];
        let batches = pixels.chunks_mut(AT_ONCE * SIDE * SIDE).enumerate();
        for (batch, pixels) in batches {
            go_on(&operation)?;
            let first = batch * AT_ONCE;
            let size = AT_ONCE.div_ceil(PIECES);
            let pieces = pixels.chunks_mut(size * SIDE * SIDE).enumerate();
            share_if(true, pieces, |(piece, pixels)| {
                for (nth, pixels) in (first + piece * size..).zip(pixels.chunks_mut(SIDE * SIDE)) {
                    let mut rng = rng(derive(seed, "picture", nth as u64));
                    picture(classes[nth] as usize, &mut rng, pixels);
                }
            });
        }
        Ok((pixels, classes))
    };
    Ok((set(0)?, set(1)?))
}
