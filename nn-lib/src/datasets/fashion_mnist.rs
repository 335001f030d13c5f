//! Fashion-MNIST: 70,000 pieces of clothing from a shop's catalogue, as grey pictures of 28 x 28 pixels.
//!
//! Source: Xiao, Rasul and Vollgraf, *Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms*, 2017,
//! <https://arxiv.org/abs/1708.07747>; the files and the order are those of
//! [`keras.datasets.fashion_mnist`](https://keras.io/api/datasets/fashion_mnist/). Licence: MIT, Zalando SE.

use super::{Labels, Pictures, stand_in};
#[cfg(feature = "datasets")]
use super::{idx, locate};
use crate::Result;
use crate::notebook::interrupt::Region;
use crate::tensor::Origin;

/// The classes, in the order of the labels.
pub const CLASSES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

/// Loads the clothes: `((train_images, train_labels), (test_images, test_labels))`.
///
/// A pixel is 0 outside of the piece; a label is the place of its class in [`CLASSES`]. The four files (31 MB) are looked for in
/// `fashion-mnist` below the directory named by `NN_LIB_DATA`, then below `~/.keras/datasets`, and else downloaded there.
/// Without a network a built-in stand-in takes over and says so: outlines that are cut by chance.
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
/// let ((train_images, train_labels), _) = fashion_mnist::load_data()?;
/// println!("{}", fashion_mnist::CLASSES[train_labels[0] as usize]);
/// # Ok(())
/// # }
/// ```
pub fn load_data() -> Result<((Pictures, Labels), (Pictures, Labels))> {
    let _region = Region::begin("fashion_mnist::load_data")?;
    #[cfg(feature = "datasets")]
    if let Some(paths) = locate::data(&locate::FASHION_MNIST)? {
        let set = |nth: usize| -> Result<(Pictures, Labels)> {
            let (pictures, labels) = idx::pictures(&paths[nth + 1], &paths[nth])?;
            Ok((pictures, Labels::new(labels, Origin::default())))
        };
        return Ok((set(0)?, set(2)?));
    }
    #[cfg(not(feature = "datasets"))]
    stand_in::set("Fashion-MNIST", Some(&stand_in::without_files()));
    stand_in::as_pictures(stand_in::fashion_mnist::pictures()?, Origin::FASHION_MNIST)
}
