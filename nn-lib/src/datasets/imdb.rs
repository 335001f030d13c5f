//! IMDB: 50,000 movie reviews, half of them positive, as lists of word indices.
//!
//! Source: Maas et al., *Learning Word Vectors for Sentiment Analysis*, ACL 2011; the files and the order are those of
//! [`keras.datasets.imdb`](https://keras.io/api/datasets/imdb/).

use super::arrange::{Lists, Preparation};
use super::{Labels, Sequences, WordIndex, stand_in};
#[cfg(feature = "datasets")]
use super::{locate, npz::Npz};
use crate::compute::both;
use crate::notebook::interrupt::{Region, go_on};
use crate::random::RandomState;
use crate::tensor::Origin;
use crate::{Error, Result};

/// How [`load_data_with`] prepares the reviews; the names and defaults are Keras's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadData {
    /// Only indices below this number are kept; `None` keeps (nearly) all. Default `None`.
    pub num_words: Option<usize>,
    /// Indices below this number, those of the most frequent words, are left out. Default 0.
    pub skip_top: usize,
    /// Reviews of this many words or more, the start mark included, are left out. Default `None`.
    pub maxlen: Option<usize>,
    /// The seed of NumPy's shuffle. Default 113.
    pub seed: u32,
    /// The index that marks the start of a review; `None` marks none. Default 1.
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
            seed: 113,
            start_char: Some(1),
            oov_char: Some(2),
            index_from: 3,
        }
    }
}

/// Loads the reviews with their `num_words` most frequent words: `((train_data, train_labels), (test_data, test_labels))`.
///
/// The labels are 0 for a negative and 1 for a positive review. A review begins with index 1; 2 stands for a word that
/// is not among the most frequent; every other index is a word's rank plus 3.
///
/// The files are looked for in the directory named by `NN_LIB_DATA`, then in `~/.keras/datasets`, and else downloaded
/// there. Without a network a built-in stand-in takes over and says so.
///
/// # Shapes
/// 25,000 training and 25,000 test reviews of about 240 words each.
///
/// # Errors
/// A file that is there but damaged; an interrupted download.
///
/// ```no_run
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::imdb;
/// let ((train_data, train_labels), (test_data, test_labels)) = imdb::load_data(10_000)?;
/// assert_eq!(train_data.iter().flatten().max(), Some(&9999));
/// # Ok(())
/// # }
/// ```
pub fn load_data(num_words: usize) -> Result<((Sequences, Labels), (Sequences, Labels))> {
    load_data_with(LoadData {
        num_words: Some(num_words),
        ..LoadData::default()
    })
}

/// Loads the reviews as the options say.
///
/// # Errors
/// As [`load_data`]; and a `maxlen` that leaves no review.
///
/// ```no_run
/// # fn main() -> nn_lib::Result<()> {
/// use nn_lib::datasets::imdb;
/// let ((short_reviews, labels), _) = imdb::load_data_with(imdb::LoadData {
///     num_words: Some(10_000),
///     maxlen: Some(100),
///     ..Default::default()
/// })?;
/// # Ok(())
/// # }
/// ```
pub fn load_data_with(options: LoadData) -> Result<((Sequences, Labels), (Sequences, Labels))> {
    let _region = Region::begin("imdb::load_data")?;
    let (((x_train, y_train), (x_test, y_test)), origin) = read()?;
    let preparation = Preparation {
        num_words: options.num_words,
        skip_top: options.skip_top,
        maxlen: options.maxlen,
        start_char: options.start_char,
        oov_char: options.oov_char,
        index_from: options.index_from,
    };
    let mut random = RandomState::new(options.seed);
    let train_order = random.permutation(x_train.len());
    let test_order = random.permutation(x_test.len());
    let ((mut x_train, y_train), (mut x_test, y_test)) = both(
        || preparation.arrange(x_train, &y_train, &train_order),
        || preparation.arrange(x_test, &y_test, &test_order),
    );
    if x_train.is_empty() || x_test.is_empty() {
        let maxlen = options.maxlen.unwrap_or(0);
        return Err(Error::invalid(
            "imdb::load_data",
            "a maxlen that leaves some reviews",
            format!("maxlen {maxlen}"),
        )
        .with_hint("increase maxlen"));
    }
    go_on("imdb::load_data")?;
    preparation.limit(&mut [&mut x_train, &mut x_test]);
    Ok((
        (
            Sequences::new(x_train, origin),
            Labels::new(y_train, origin),
        ),
        (Sequences::new(x_test, origin), Labels::new(y_test, origin)),
    ))
}

/// The training and the test set in the order of Keras's file.
#[cfg(feature = "datasets")]
fn read() -> Result<((Lists, Lists), Origin)> {
    let Some(paths) = locate::data(&locate::IMDB)? else {
        return stand_in();
    };
    let archive = Npz::open(&paths[0])?;
    let (train, test) = both(
        || archive.labelled("x_train", "y_train"),
        || archive.labelled("x_test", "y_test"),
    );
    Ok(((train?, test?), Origin::default()))
}

/// Without files and a network there is the stand-in.
#[cfg(not(feature = "datasets"))]
fn read() -> Result<((Lists, Lists), Origin)> {
    stand_in::set("IMDB", Some(&stand_in::without_files()));
    stand_in()
}

fn stand_in() -> Result<((Lists, Lists), Origin)> {
    Ok((stand_in::imdb::lists()?, Origin::IMDB))
}

/// The words of the reviews with their ranks: `word_index.get("film")` is `Some(19)`.
///
/// # Errors
/// A file that is there but damaged; an interrupted download.
pub fn get_word_index() -> Result<WordIndex> {
    let _region = Region::begin("imdb::get_word_index")?;
    #[cfg(feature = "datasets")]
    if let Some(words) = locate::word_index(&locate::IMDB)? {
        return Ok(words);
    }
    Ok(stand_in::imdb::word_index())
}

/// The review as text; `?` stands for the start and for words left out.
///
/// ```
/// use nn_lib::datasets::{WordIndex, imdb};
/// let word_index: WordIndex = [("this", 11), ("film", 19)].into_iter().collect();
/// assert_eq!(imdb::decode_review(&[1, 14, 22, 2], &word_index), "? this film ?");
/// ```
#[must_use]
pub fn decode_review(review: &[u32], word_index: &WordIndex) -> String {
    word_index.decode(review, 3)
}

/// A text of your own as a review: the indices that [`load_data`]`(num_words)` would give it.
///
/// The reviews are English. A text without any of their words, in another language for instance, gets the same index for
/// every word, and a network the same prediction for each such text. A line on the standard error says so.
///
/// ```
/// use nn_lib::datasets::{WordIndex, imdb};
/// let word_index: WordIndex = [("this", 11), ("film", 19), ("isn't", 215)].into_iter().collect();
/// let review = imdb::encode_review("This film, dear me, isn\u{2019}t!", &word_index, 10_000);
/// assert_eq!(review, [1, 14, 22, 2, 2, 218]);
/// ```
#[must_use]
pub fn encode_review(text: &str, word_index: &WordIndex, num_words: usize) -> Vec<u32> {
    let text = text.to_lowercase().replace('\u{2019}', "'");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    let words = words
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty());
    let index = |word| word_index.get(word).map(|rank| rank + 3);
    let indices: Vec<u32> = words
        .map(|word| {
            index(word)
                .filter(|&i| (i as usize) < num_words)
                .unwrap_or(UNKNOWN)
        })
        .collect();
    if !indices.is_empty() && indices.iter().all(|&index| index == UNKNOWN) {
        eprintln!("{}", unknown(&text, indices.len(), num_words));
    }
    std::iter::once(1).chain(indices).collect()
}

/// The index of a word that is not among the most frequent.
const UNKNOWN: u32 = 2;

/// What is said of a text without a word that the data know.
fn unknown(text: &str, words: usize, num_words: usize) -> String {
    let beginning: String = text.trim().chars().take(40).collect();
    let rest = if beginning.len() < text.trim().len() {
        "…"
    } else {
        ""
    };
    let of_the_words = match words {
        1 => "the one word".to_string(),
        words => format!("none of the {words} words"),
    };
    let is_known = if words == 1 { "is not" } else { "is" };
    format!(
        "imdb::encode_review: {of_the_words} of \"{beginning}{rest}\" {is_known} among the {num_words} most frequent \
         of the reviews. The reviews are English: write this one in English. As it is, a network gives the same \
         prediction as for any other text of unknown words."
    )
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn a_review_in_another_language_is_told_that_the_reviews_are_english() {
        assert_eq!(
            unknown("정말 훌륭한 영화", 3, 10_000),
            "imdb::encode_review: none of the 3 words of \"정말 훌륭한 영화\" is among the 10000 most frequent of the \
             reviews. The reviews are English: write this one in English. As it is, a network gives the same prediction \
             as for any other text of unknown words."
        );
        assert!(unknown("재미있다", 1, 9).starts_with(
            "imdb::encode_review: the one word of \"재미있다\" is not among the 9 most frequent of the reviews."
        ));
        assert!(unknown(&"나".repeat(50), 1, 9).contains("나…\""));
    }
}
