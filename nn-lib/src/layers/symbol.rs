//! The functional API: layers applied to symbols draw a graph, and a model is what lies between two of its points.

use std::sync::{Arc, Mutex, PoisonError};

use super::SharedLayer;
use crate::error::{Error, Result};
use crate::tensor::Shape;

/// The output of a layer in a graph: a shape, not yet numbers. It takes a model to compute it.
#[derive(Clone)]
#[must_use = "a symbol does nothing until a model is made of it by `Model::new([&input], [&output])?`"]
pub struct Symbol(pub(crate) Arc<Application>);

/// One application of a layer to symbols; an input has no layer.
pub(crate) struct Application {
    pub(crate) layer: Option<SharedLayer>,
    pub(crate) inputs: Vec<Symbol>,
    pub(crate) shape: Shape,
    /// The name given to an input.
    pub(crate) name: Mutex<Option<String>>,
}

impl Symbol {
    /// Applies `layer`, which checks the shapes.
    pub(crate) fn apply(layer: &SharedLayer, inputs: Vec<Symbol>) -> Result<Symbol> {
        let shapes: Vec<Shape> = inputs.iter().map(|input| input.0.shape.clone()).collect();
        let shape = {
            let mut locked = layer.lock();
            locked.base().check()?;
            let shape = locked.build(&shapes)?;
            let given = locked.base().input_shape.clone();
            if let (Some(given), [input]) = (given, shapes.as_slice())
                && given != *input
            {
                return Err(Error::invalid(
                    locked.kind(),
                    format!("the input shape it was given, {}", given.batched()),
                    input.batched(),
                )
                .with_hint(
                    "only the first layer needs an input_shape; the others take what comes",
                ));
            }
            shape
        };
        Ok(Symbol(Arc::new(Application {
            layer: Some(layer.clone()),
            inputs,
            shape,
            name: Mutex::new(None),
        })))
    }

    pub(crate) fn input(shape: Shape) -> Symbol {
        Symbol(Arc::new(Application {
            layer: None,
            inputs: Vec::new(),
            shape,
            name: Mutex::new(None),
        }))
    }

    /// The shape of one sample: without the batch axis.
    pub fn shape(&self) -> &[usize] {
        &self.0.shape
    }

    /// Gives an input a name.
    pub fn name(self, name: &str) -> Symbol {
        let mut own = self.0.name.lock().unwrap_or_else(PoisonError::into_inner);
        *own = Some(name.to_string());
        drop(own);
        self
    }

    pub(crate) fn own_name(&self) -> Option<String> {
        let name = self.0.name.lock().unwrap_or_else(PoisonError::into_inner);
        name.clone()
    }

    pub(crate) fn is(&self, other: &Symbol) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match &self.0.layer {
            None => "Input",
            Some(layer) => layer.lock().kind(),
        };
        write!(f, "<{kind} of shape {}>", self.0.shape.batched())
    }
}

/// The start of a graph: a symbol for data.
#[derive(Clone, Copy, Debug)]
pub struct Input;

impl Input {
    /// An input for samples of this shape: `Input::new(10_000)`, `Input::new([28, 28])`.
    #[allow(
        clippy::new_ret_no_self,
        reason = "reads as in Keras; an input is a symbol like any other"
    )]
    pub fn new(shape: impl Into<Shape>) -> Symbol {
        Symbol::input(shape.into())
    }
}

/// Nobody else implements the traits: methods may be added.
mod sealed {
    pub trait Symbols {}
}

/// What a layer can be applied to: one symbol or a list of them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a symbol that is lent, nor a list of symbols",
    label = "lend the symbol with `&`, as in `dense.apply(&a)`",
    note = "several inputs are a list: `[&a, &b]`"
)]
pub trait Symbols: sealed::Symbols {
    /// The list.
    fn symbols(self) -> Vec<Symbol>;
}

impl sealed::Symbols for &Symbol {}
impl Symbols for &Symbol {
    fn symbols(self) -> Vec<Symbol> {
        vec![self.clone()]
    }
}

impl<const N: usize> sealed::Symbols for [&Symbol; N] {}
impl<const N: usize> Symbols for [&Symbol; N] {
    fn symbols(self) -> Vec<Symbol> {
        self.into_iter().cloned().collect()
    }
}

impl<const N: usize> sealed::Symbols for [Symbol; N] {}
impl<const N: usize> Symbols for [Symbol; N] {
    fn symbols(self) -> Vec<Symbol> {
        self.into()
    }
}

impl sealed::Symbols for &[Symbol] {}
impl Symbols for &[Symbol] {
    fn symbols(self) -> Vec<Symbol> {
        self.to_vec()
    }
}

impl sealed::Symbols for &Vec<Symbol> {}
impl Symbols for &Vec<Symbol> {
    fn symbols(self) -> Vec<Symbol> {
        self.clone()
    }
}

impl sealed::Symbols for Vec<Symbol> {}
impl Symbols for Vec<Symbol> {
    fn symbols(self) -> Vec<Symbol> {
        self
    }
}

impl sealed::Symbols for Vec<&Symbol> {}
impl Symbols for Vec<&Symbol> {
    fn symbols(self) -> Vec<Symbol> {
        self.into_iter().cloned().collect()
    }
}
