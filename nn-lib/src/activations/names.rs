//! Activations by their names.

use super::Activation;
use super::Activation::*;
use crate::error::Result;
use crate::named::{Named, same, sealed, unknown};

impl Activation {
    /// Every activation, in the order of the table above.
    pub const ALL: &[Activation] = &[
        Linear,
        Relu,
        Sigmoid,
        Tanh,
        Softmax,
        LeakyRelu,
        Elu,
        Selu,
        Softplus,
        Gelu,
        Silu,
        Exponential,
        HardSigmoid,
    ];

    /// The name that Keras uses: `relu`, `leaky_relu`.
    pub fn name(self) -> &'static str {
        match self {
            Linear => "linear",
            Relu => "relu",
            Sigmoid => "sigmoid",
            Tanh => "tanh",
            Softmax => "softmax",
            LeakyRelu => "leaky_relu",
            Elu => "elu",
            Selu => "selu",
            Softplus => "softplus",
            Gelu => "gelu",
            Silu => "silu",
            Exponential => "exponential",
            HardSigmoid => "hard_sigmoid",
        }
    }

    /// The activation of that name.
    ///
    /// # Errors
    ///
    /// For a name that is none of [`Activation::ALL`] (`swish` is `silu`); the message lists them.
    ///
    /// ```
    /// use nn_lib::activations::Activation;
    ///
    /// assert_eq!(Activation::from_name("relu")?, Activation::Relu);
    /// assert!(Activation::from_name("rleu").is_err());
    /// # Ok::<(), nn_lib::Error>(())
    /// ```
    pub fn from_name(name: &str) -> Result<Activation> {
        if name == "swish" {
            return Ok(Silu);
        }
        let all = Activation::ALL;
        let found = all.iter().copied().find(|own| same(own.name(), name));
        let names: Vec<&str> = all.iter().map(|own| own.name()).collect();
        found.ok_or_else(|| unknown("Activation", &names, name))
    }
}

impl sealed::Named for Activation {}
impl Named for Activation {
    fn named(name: &str) -> Result<Activation> {
        Activation::from_name(name)
    }
}
