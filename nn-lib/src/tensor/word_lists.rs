//! Lists of word indices, in every form in which a notebook has them.

use std::borrow::Cow;

use super::Origin;
use super::number::Number;
use super::sealed;
use crate::error::{Error, Result};

/// Lists of word indices: a `Vec`, a slice or an array of lists of integers of any kind, or a reference to one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of lists of word indices",
    label = "a list of lists of integers is expected here, as in `&[vec![3, 1], vec![0]]`",
    note = "one review alone is a list of one: `&[review]`"
)]
pub trait WordLists: sealed::WordLists {
    /// The lists; those of `u32` are lent, others are copied.
    ///
    /// # Errors
    /// When a number is negative or too large.
    fn word_lists(&self) -> Result<Vec<Cow<'_, [u32]>>>;

    /// Which stand-ins of data sets they are.
    #[doc(hidden)]
    fn origin(&self) -> Origin {
        Origin::default()
    }
}

impl<S: WordList> sealed::WordLists for [S] {}
impl<S: WordList> WordLists for [S] {
    fn word_lists(&self) -> Result<Vec<Cow<'_, [u32]>>> {
        // A plain loop: it is compiled again in a notebook's cells.
        let mut lists = Vec::with_capacity(self.len());
        for sequence in self {
            match sequence.words() {
                Ok(words) => lists.push(words),
                Err(word) => return Err(no_index(lists.len(), &word)),
            }
        }
        Ok(lists)
    }
}

fn no_index(row: usize, word: &str) -> Error {
    let received = format!("{word} in sequence {row}");
    Error::invalid("vectorize_sequences", "word indices from 0", received)
}

impl<S: WordList> sealed::WordLists for Vec<S> {}
impl<S: WordList> WordLists for Vec<S> {
    fn word_lists(&self) -> Result<Vec<Cow<'_, [u32]>>> {
        self.as_slice().word_lists()
    }
}

impl<S: WordList, const N: usize> sealed::WordLists for [S; N] {}
impl<S: WordList, const N: usize> WordLists for [S; N] {
    fn word_lists(&self) -> Result<Vec<Cow<'_, [u32]>>> {
        self.as_slice().word_lists()
    }
}

impl<S: WordLists + ?Sized> sealed::WordLists for &S {}
impl<S: WordLists + ?Sized> WordLists for &S {
    fn word_lists(&self) -> Result<Vec<Cow<'_, [u32]>>> {
        (**self).word_lists()
    }

    fn origin(&self) -> Origin {
        (**self).origin()
    }
}

/// One list of word indices.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of word indices",
    label = "a list of lists of integers is expected here, as in `&[vec![3, 1], vec![0]]`",
    note = "one review alone is a list of one: `&[review]`; a text becomes one by `imdb::encode_review`"
)]
pub trait WordList: sealed::WordList {
    /// The numbers, or the first one that is no index.
    #[doc(hidden)]
    fn words(&self) -> Result<Cow<'_, [u32]>, String>;
}

impl<T: WordNumber> sealed::WordList for [T] {}
impl<T: WordNumber> WordList for [T] {
    fn words(&self) -> Result<Cow<'_, [u32]>, String> {
        T::words(self)
    }
}

impl<T: WordNumber> sealed::WordList for Vec<T> {}
impl<T: WordNumber> WordList for Vec<T> {
    fn words(&self) -> Result<Cow<'_, [u32]>, String> {
        T::words(self)
    }
}

impl<T: WordNumber, const N: usize> sealed::WordList for [T; N] {}
impl<T: WordNumber, const N: usize> WordList for [T; N] {
    fn words(&self) -> Result<Cow<'_, [u32]>, String> {
        T::words(self)
    }
}

impl<S: WordList + ?Sized> sealed::WordList for &S {}
impl<S: WordList + ?Sized> WordList for &S {
    fn words(&self) -> Result<Cow<'_, [u32]>, String> {
        (**self).words()
    }
}

/// A kind of number that word indices come in.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an integer",
    label = "word indices are integers, such as `u32`"
)]
pub trait WordNumber: Number {
    /// The numbers as `u32`, lent where they are such; or the first one that is negative or too large.
    #[doc(hidden)]
    fn words(list: &[Self]) -> Result<Cow<'_, [u32]>, String>;
}

impl WordNumber for u32 {
    fn words(list: &[u32]) -> Result<Cow<'_, [u32]>, String> {
        Ok(Cow::Borrowed(list))
    }
}

macro_rules! word_numbers {
    ($($kind:ty),*) => {$(
        impl WordNumber for $kind {
            fn words(list: &[$kind]) -> Result<Cow<'_, [u32]>, String> {
                let words = list.iter().map(|word| u32::try_from(*word).map_err(|_| word.to_string()));
                Ok(Cow::Owned(words.collect::<Result<Vec<u32>, String>>()?))
            }
        }
    )*};
}
word_numbers!(u8, u16, u64, usize, i8, i16, i32, i64, isize);
