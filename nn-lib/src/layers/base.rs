//! What every layer has.

use std::fmt;
use std::sync::OnceLock;

use super::SharedLayer;
use crate::error::{Error, Result};
use crate::precompiled::Precompiled;
use crate::tensor::Shape;

/// What every layer has: a name, an identity (so that applying it twice shares its weights), an input shape.
#[derive(Default)]
pub struct Base {
    pub(crate) name: Option<String>,
    pub(crate) input_shape: Option<Shape>,
    /// The first option that was not understood, such as the name of an activation: said when the layer is used.
    pub(crate) mistake: Option<Precompiled<Error>>,
    pub(crate) shared: OnceLock<SharedLayer>,
}

impl Base {
    /// The value of an option; a mistake is kept until the layer is used, and the default taken.
    pub(crate) fn option<T: Default>(&mut self, given: Result<T>) -> T {
        given.unwrap_or_else(|mistake| {
            self.mistake
                .get_or_insert_with(|| Precompiled::new(mistake));
            T::default()
        })
    }

    /// Whether all options were understood.
    pub(crate) fn check(&self) -> Result<()> {
        match &self.mistake {
            Some(mistake) => Err(Error::clone(mistake)),
            None => Ok(()),
        }
    }
}

/// A copy has the same name and shape but is a layer of its own.
impl Clone for Base {
    fn clone(&self) -> Base {
        Base {
            name: self.name.clone(),
            input_shape: self.input_shape.clone(),
            mistake: self.mistake.clone(),
            shared: OnceLock::new(),
        }
    }
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base")
            .field("name", &self.name)
            .field("input_shape", &self.input_shape)
            .finish()
    }
}
