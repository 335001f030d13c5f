//! MNIST: 70,000 digits that people wrote by hand, as grey pictures of 28 x 28 pixels.
//!
//! Source: LeCun, Cortes and Burges, *The MNIST database of handwritten digits*, 1998, from forms of the US census bureau's staff
//! and of pupils; the file and the order are those of [`keras.datasets.mnist`](https://keras.io/api/datasets/mnist/). Licence:
//! CC BY-SA 3.0.

use super::{Labels, Pictures, stand_in};
#[cfg(feature = "datasets")]
use super::{locate, npz::Npz};
use crate::Result;
use crate::notebook::interrupt::Region;
use crate::tensor::Origin;

/// Loads the digits: `((train_images, train_labels), (test_images, test_labels))`.
///
/// A pixel is 0 on paper and 255 where the ink is darkest; a label is the digit. The file (11 MB) is looked for in the
/// directory named by `NN_LIB_DATA`, then in `~/.keras/datasets`, and else downloaded there. Without a network a built-in
/// stand-in takes over and says so: digits that are drawn by chance.
///
/// # Shapes
/// Pictures (60000, 28, 28) and (10000, 28, 28), and as many labels.
///
/// # Errors
/// A file that is there but damaged; an interrupted download.
///
/// ```no_run
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::prelude::*;
/// let ((train_images, train_labels), _) = mnist::load_data()?;
/// let x_train = Tensor::from(&train_images).reshape([60_000, 28, 28, 1])? / 255.0;
/// let y_train = Tensor::from(&train_labels);
/// # Ok(())
/// # }
/// ```
pub fn load_data() -> Result<((Pictures, Labels), (Pictures, Labels))> {
    let _region = Region::begin("mnist::load_data")?;
    #[cfg(feature = "datasets")]
    if let Some(paths) = locate::data(&locate::MNIST)? {
        let archive = Npz::open(&paths[0])?;
        let set = |x, y| -> Result<(Pictures, Labels)> {
            let (pixels, labels) = archive.pictures(x, y)?;
            Ok((pixels, Labels::new(labels, Origin::default())))
        };
        return Ok((set("x_train", "y_train")?, set("x_test", "y_test")?));
    }
    #[cfg(not(feature = "datasets"))]
    stand_in::set("MNIST", Some(&stand_in::without_files()));
    stand_in::as_pictures(stand_in::mnist::pictures()?, Origin::MNIST)
}
