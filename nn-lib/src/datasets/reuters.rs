//! Reuters: 11,228 newswires on 46 topics, as lists of word indices.
//!
//! Source: Reuters-21578 (Lewis, 1987 newswires); the file and the order are those of
//! [`keras.datasets.reuters`](https://keras.io/api/datasets/reuters/).

use super::arrange::{Lists, Preparation};
pub use super::topics::TOPICS;
use super::{Labels, Sequences, WordIndex, stand_in};
#[cfg(feature = "datasets")]
use super::{locate, npz::Npz};
use crate::notebook::interrupt::{Region, go_on};
use crate::random::RandomState;
use crate::tensor::Origin;
use crate::{Error, Result};

/// How [`load_data_with`] prepares the newswires; the names and defaults are Keras's.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadData {
    /// Only indices below this number are kept; `None` keeps (nearly) all. Default `None`.
    pub num_words: Option<usize>,
    /// Indices below this number, those of the most frequent words, are left out. Default 0.
    pub skip_top: usize,
    /// Newswires of this many words or more, the start mark included, are left out. Default `None`.
    pub maxlen: Option<usize>,
    /// The share of the newswires that is the test set, from 0 to 1. Default 0.2.
    pub test_split: f64,
    /// The seed of NumPy's shuffle. Default 113.
    pub seed: u32,
    /// The index that marks the start of a newswire; `None` marks none. Default 1.
    pub start_char: Option<u32>,
    /// The index that replaces a word left out; `None` removes the word. Default 2.
    pub oov_char: Option<u32>,
    /// What is added to a word's rank to make its index. Default 3.
    pub index_from: u32,
}

impl Default for LoadData {
    fn default() -> LoadData {
        LoadData {
            num_words: None,
            skip_top: 0,
            maxlen: None,
            test_split: 0.2,
            seed: 113,
            start_char: Some(1),
            oov_char: Some(2),
            index_from: 3,
        }
    }
}

/// Loads the newswires with their `num_words` most frequent words: `((train_data, train_labels), (test_data, test_labels))`.
///
/// The labels are topics from 0 to 45, named by [`TOPICS`]. A newswire begins with index 1; 2 stands for a word that is
/// not among the most frequent; every other index is a word's rank plus 3.
///
/// The files are looked for in the directory named by `NN_LIB_DATA`, then in `~/.keras/datasets`, and else downloaded
/// there. Without a network a built-in stand-in takes over and says so.
///
/// # Shapes
/// 8,982 training and 2,246 test newswires of about 146 words each.
///
/// # Errors
/// A file that is there but damaged; an interrupted download.
///
/// ```no_run
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::reuters;
/// let ((train_data, train_labels), (test_data, test_labels)) = reuters::load_data(10_000)?;
/// println!("{}", reuters::TOPICS[train_labels[0] as usize]);
/// # Ok(())
/// # }
/// ```
pub fn load_data(num_words: usize) -> Result<((Sequences, Labels), (Sequences, Labels))> {
    load_data_with(LoadData {
        num_words: Some(num_words),
        ..LoadData::default()
    })
}

/// Loads the newswires as the options say.
///
/// # Errors
/// As [`load_data`]; and a `test_split` that is no share.
///
/// ```no_run
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::reuters;
/// let options = reuters::LoadData { num_words: Some(1000), test_split: 0.5, ..Default::default() };
/// let ((train_data, train_labels), _) = reuters::load_data_with(options)?;
/// # Ok(())
/// # }
/// ```
pub fn load_data_with(options: LoadData) -> Result<((Sequences, Labels), (Sequences, Labels))> {
    if !(0.0..=1.0).contains(&options.test_split) {
        return Err(Error::invalid(
            "reuters::load_data",
            "a test_split from 0 to 1",
            options.test_split.to_string(),
        ));
    }
    let _region = Region::begin("reuters::load_data")?;
    let ((lists, labels), origin) = read()?;
    let preparation = Preparation {
        num_words: options.num_words,
        skip_top: options.skip_top,
        maxlen: options.maxlen,
        start_char: options.start_char,
        oov_char: options.oov_char,
        index_from: options.index_from,
    };
    let order = RandomState::new(options.seed).permutation(lists.len());
    let (mut data, mut labels) = preparation.arrange(lists, &labels, &order);
    go_on("reuters::load_data")?;
    preparation.limit(&mut [&mut data]);
    let train = (data.len() as f64 * (1.0 - options.test_split)) as usize;
    let (test_data, test_labels) = (data.split_off(train), labels.split_off(train));
    Ok((
        (Sequences::new(data, origin), Labels::new(labels, origin)),
        (
            Sequences::new(test_data, origin),
            Labels::new(test_labels, origin),
        ),
    ))
}

/// The newswires in the order of Keras's file.
#[cfg(feature = "datasets")]
fn read() -> Result<(Lists, Origin)> {
    let Some(path) = locate::data(&locate::REUTERS)? else {
        return stand_in();
    };
    let archive = Npz::open(path)?;
    Ok((archive.labelled("x", "y")?, Origin::default()))
}

/// Without files and a network there is the stand-in.
#[cfg(not(feature = "datasets"))]
fn read() -> Result<(Lists, Origin)> {
    stand_in::set("Reuters", Some(&stand_in::without_files()));
    stand_in()
}

fn stand_in() -> Result<(Lists, Origin)> {
    Ok((stand_in::reuters::lists()?, Origin::REUTERS))
}

/// The words of the newswires with their ranks.
///
/// # Errors
/// A file that is there but damaged; an interrupted download.
pub fn get_word_index() -> Result<WordIndex> {
    let _region = Region::begin("reuters::get_word_index")?;
    #[cfg(feature = "datasets")]
    if let Some(words) = locate::word_index(&locate::REUTERS)? {
        return Ok(words);
    }
    Ok(stand_in::reuters::word_index())
}

/// The names of the topics, as Keras's function of this name gives them: [`TOPICS`].
#[must_use]
pub fn get_label_names() -> [&'static str; 46] {
    TOPICS
}

/// The newswire as text; `?` stands for the start and for words left out.
///
/// ```
/// use nn_lib::datasets::{WordIndex, reuters};
/// let word_index: WordIndex = [("said", 5), ("mln", 8)].into_iter().collect();
/// assert_eq!(reuters::decode_newswire(&[1, 11, 8, 2], &word_index), "? mln said ?");
/// ```
#[must_use]
pub fn decode_newswire(newswire: &[u32], word_index: &WordIndex) -> String {
    word_index.decode(newswire, 3)
}
