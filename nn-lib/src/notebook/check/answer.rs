//! What an answer may be that is compared with a secret one: numbers, texts, lists. (Tensors say so of themselves.)

/// A part of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A number of any type.
    Number(f64),
    /// A text, without regard to capital letters and to space around it.
    Text(String),
}

/// An answer that can be compared with a secret one.
pub trait Answer {
    /// The answer as a list of numbers and texts.
    fn parts(&self) -> Vec<Part>;
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl Answer for $kind {
            fn parts(&self) -> Vec<Part> {
                vec![Part::Number(*self as f64)]
            }
        })*
    };
}

numbers!(f32, f64, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl Answer for bool {
    fn parts(&self) -> Vec<Part> {
        vec![Part::Text(self.to_string())]
    }
}

impl Answer for str {
    fn parts(&self) -> Vec<Part> {
        vec![Part::Text(self.trim().to_lowercase())]
    }
}

impl Answer for String {
    fn parts(&self) -> Vec<Part> {
        self.as_str().parts()
    }
}

impl<T: Answer + ?Sized> Answer for &T {
    fn parts(&self) -> Vec<Part> {
        (**self).parts()
    }
}

impl<T: Answer> Answer for [T] {
    fn parts(&self) -> Vec<Part> {
        self.iter().flat_map(Answer::parts).collect()
    }
}

impl<T: Answer, const N: usize> Answer for [T; N] {
    fn parts(&self) -> Vec<Part> {
        self.as_slice().parts()
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn parts(&self) -> Vec<Part> {
        self.as_slice().parts()
    }
}

impl<T: Answer> Answer for Option<T> {
    fn parts(&self) -> Vec<Part> {
        match self {
            Some(value) => value.parts(),
            None => vec![Part::Text("none".to_string())],
        }
    }
}

impl<A: Answer, B: Answer> Answer for (A, B) {
    fn parts(&self) -> Vec<Part> {
        [self.0.parts(), self.1.parts()].concat()
    }
}
