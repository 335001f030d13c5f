//! What `TextVectorization` and `StringLookup` can be told, as values or by Keras's names.

use crate::error::Result;
use crate::named::{Named, same, sealed, unknown};

/// An enum whose values have Keras's names.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$own:meta])* $value:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$own])* $value,)*
        }

        impl $type {
            /// The name that Keras uses.
            pub fn name(self) -> &'static str {
                match self {
                    $($type::$value => $name,)*
                }
            }

            /// The value of that name.
            ///
            /// # Errors
            /// For an unknown name; the message lists the known ones.
            pub fn from_name(name: &str) -> Result<$type> {
                let all = [$($type::$value,)*];
                let found = all.into_iter().find(|own| same(own.name(), name));
                found.ok_or_else(|| unknown(stringify!($type), &all.map($type::name), name))
            }
        }

        impl sealed::Named for $type {}
        impl Named for $type {
            fn named(name: &str) -> Result<$type> {
                $type::from_name(name)
            }
        }
    };
}

named! {
    /// What is done to a text before it is split.
    Standardize {
        /// The text stays as it is.
        None = "none",
        /// Capitals become small letters, and punctuation is taken out: `It's good!` becomes `its good`. As in Keras these are
        /// the letters A to Z and the 32 signs of ASCII; `text.to_lowercase()` does the same for other alphabets.
        LowerAndStripPunctuation = "lower_and_strip_punctuation",
        /// Capitals become small letters.
        Lower = "lower",
        /// Punctuation is taken out.
        StripPunctuation = "strip_punctuation",
    }
}

named! {
    /// Where a text is split into tokens.
    Split {
        /// Nowhere: the whole text is one token.
        None = "none",
        /// At spaces, tabs and ends of lines, one or more.
        Whitespace = "whitespace",
        /// After each character.
        Character = "character",
    }
}

named! {
    /// What comes of a text.
    OutputMode {
        /// The number of each token, in order.
        Int = "int",
        /// A row of zeros with a one at the number of the label.
        OneHot = "one_hot",
        /// A row with a one for each token that occurs.
        MultiHot = "multi_hot",
        /// A row that says how often each token occurs.
        Count = "count",
        /// The counts, each times the token's inverse document frequency: frequent words weigh less.
        TfIdf = "tf_idf",
    }
}
