//! Texts, in every form in which a notebook has them.

mod sealed {
    pub trait Texts {}
}

/// Texts: a `Vec`, a slice or an array of `String` or `&str`, one text alone, or a reference to any of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of texts",
    label = "a list of texts is expected here, as in `&[\"a good film\", \"a bad one\"]`",
    note = "a `Result` gives its value with `?`"
)]
pub trait Texts: sealed::Texts {
    /// The texts, lent.
    #[doc(hidden)]
    fn texts(&self) -> Vec<&str>;
}

impl<S: AsRef<str>> sealed::Texts for [S] {}
impl<S: AsRef<str>> Texts for [S] {
    fn texts(&self) -> Vec<&str> {
        // A plain loop: it is compiled again in a notebook's cells.
        let mut texts = Vec::with_capacity(self.len());
        for text in self {
            texts.push(text.as_ref());
        }
        texts
    }
}

impl<S: AsRef<str>> sealed::Texts for Vec<S> {}
impl<S: AsRef<str>> Texts for Vec<S> {
    fn texts(&self) -> Vec<&str> {
        self.as_slice().texts()
    }
}

impl<S: AsRef<str>, const N: usize> sealed::Texts for [S; N] {}
impl<S: AsRef<str>, const N: usize> Texts for [S; N] {
    fn texts(&self) -> Vec<&str> {
        self.as_slice().texts()
    }
}

impl sealed::Texts for str {}
impl Texts for str {
    fn texts(&self) -> Vec<&str> {
        vec![self]
    }
}

impl sealed::Texts for String {}
impl Texts for String {
    fn texts(&self) -> Vec<&str> {
        vec![self]
    }
}

impl<T: Texts + ?Sized> sealed::Texts for &T {}
impl<T: Texts + ?Sized> Texts for &T {
    fn texts(&self) -> Vec<&str> {
        (**self).texts()
    }
}
