//! The methods that all recurrent layers have.

/// The methods by which options are said.
macro_rules! recurrent_options {
    () => {
        $crate::layers::options::named_options! {
            /// The function of what is new, tanh at first, as a value or by name.
            activation: Activation, with_activation in recurrence;
            /// What the kernel starts from, as a value or by name.
            kernel_initializer: Initializer, with_kernel_initializer in recurrence;
            /// What the recurrent kernel starts from, as a value or by name.
            recurrent_initializer: Initializer, with_recurrent_initializer in recurrence;
            /// What the bias starts from, as a value or by name.
            bias_initializer: Initializer, with_bias_initializer in recurrence;
            /// The penalty on the kernel that is added to the loss, as a value or by name.
            kernel_regularizer: Regularizer, with_kernel_regularizer in recurrence;
            /// The penalty on the recurrent kernel that is added to the loss, as a value or by name.
            recurrent_regularizer: Regularizer, with_recurrent_regularizer in recurrence;
            /// The penalty on the bias that is added to the loss, as a value or by name.
            bias_regularizer: Regularizer, with_bias_regularizer in recurrence;
        }

        /// Whether a bias is added, true at first.
        pub fn use_bias(mut self, use_bias: bool) -> Self {
            self.recurrence.use_bias = use_bias;
            self
        }

        /// Whether the output has the state after each step, or (false, at first) that after the last one.
        pub fn return_sequences(mut self, return_sequences: bool) -> Self {
            self.recurrence.return_sequences = return_sequences;
            self
        }

        /// Whether the sequence is read from its end, false at first; the states come in the order in which it is read.
        pub fn go_backwards(mut self, go_backwards: bool) -> Self {
            self.recurrence.go_backwards = go_backwards;
            self
        }

        /// The share of the inputs that is set to zero while the model trains, 0 at first; the same ones at each step.
        pub fn dropout(mut self, rate: f32) -> Self {
            self.recurrence.dropout = rate;
            self
        }

        /// The share of the state that the recurrent kernel does not see while the model trains, 0 at first; the same numbers at
        /// each step.
        pub fn recurrent_dropout(mut self, rate: f32) -> Self {
            self.recurrence.recurrent_dropout = rate;
            self
        }
    };
}
pub(in crate::layers::sequences) use recurrent_options;

/// The methods of [`Layer`](crate::layers::Layer) that are the same in all of them.
macro_rules! recurrent_layer {
    () => {
        fn forward(&self, call: Forward<'_>) {
            self.recurrence.forward(&self.cell(), call);
        }

        fn backward(&mut self, call: Backward<'_>) {
            let cell = self.cell();
            self.recurrence.backward(&cell, call);
        }

        fn compute_mask(&self, inputs: Inputs<'_>) -> Option<Mask> {
            let all_steps = self.recurrence.return_sequences;
            inputs.mask(0).filter(|_| all_steps).cloned()
        }

        fn variables(&self) -> Vec<&Variable> {
            self.recurrence.variables()
        }

        fn variables_mut(&mut self) -> Vec<&mut Variable> {
            self.recurrence.variables_mut()
        }

        fn shares_work(&self) -> bool {
            true
        }
    };
}
pub(in crate::layers::sequences) use recurrent_layer;
