//! Cross-entropies of one sample, from probabilities and from logits, each with its derivative below it.
//!
//! `t` are the targets, `p` the predictions, `z` logits; gradients are multiplied by `factor`.

use crate::compute::{exp, ln, sigmoid, softplus, vectorized};

/// Keras's epsilon: probabilities are kept this far from 0 and 1.
const EPSILON: f32 = 1e-7;
const LARGEST: f32 = (1.0 - 1e-7_f64) as f32;

/// Mean over the units of `-(t ln p + (1 - t) ln(1 - p))`.
pub(super) fn binary(t: &[f32], p: &[f32]) -> f32 {
    let sum: f32 = t.iter().zip(p).map(|(&t, &p)| binary_of_unit(t, p)).sum();
    sum / p.len() as f32
}

vectorized! {
    /// The same for many samples of one unit.
    pub(super) fn binary_column(t: &[f32], p: &[f32], out: &mut [f32]) {
        for ((loss, &t), &p) in out.iter_mut().zip(t).zip(p) {
            *loss = binary_of_unit(t, p);
        }
    }
}

#[inline(always)]
fn binary_of_unit(t: f32, p: f32) -> f32 {
    let p = p.clamp(EPSILON, LARGEST);
    -(t * ln(p) + (1.0 - t) * ln(1.0 - p))
}

/// `-t / p + (1 - t) / (1 - p)`, and 0 where `p` is clipped.
pub(super) fn binary_gradient(t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    let factor = factor / p.len() as f32;
    for ((g, &t), &p) in out.iter_mut().zip(t).zip(p) {
        *g = if clipped(p) {
            0.0
        } else {
            ((1.0 - t) / (1.0 - p) - t / p) * factor
        };
    }
}

/// `-t ln s(z) - (1 - t) ln(1 - s(z))` with the sigmoid `s`, by `-ln s(z) = ln(1 + e^-z)`.
pub(super) fn binary_from_logits(t: &[f32], z: &[f32]) -> f32 {
    let sum: f32 = t
        .iter()
        .zip(z)
        .map(|(&t, &z)| t * softplus(-z) + (1.0 - t) * softplus(z))
        .sum();
    sum / z.len() as f32
}

/// `s(z) - t`, written as `(1 - t) s(z) - t s(-z)`: no digits are lost where the prediction is right.
pub(super) fn binary_from_logits_gradient(t: &[f32], z: &[f32], factor: f32, out: &mut [f32]) {
    let factor = factor / z.len() as f32;
    for ((g, &t), &z) in out.iter_mut().zip(t).zip(z) {
        *g = ((1.0 - t) * sigmoid(z) - t * sigmoid(-z)) * factor;
    }
}

/// Sigmoid and binary cross-entropy together, by the logits: `p - t`.
pub(super) fn sigmoid_binary_gradient(t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    let factor = factor / p.len() as f32;
    for ((g, &t), &p) in out.iter_mut().zip(t).zip(p) {
        *g = (p - t) * factor;
    }
}

/// Sum of `-t ln q` where `q = p / sum of p`.
pub(super) fn categorical(t: impl Fn(usize) -> f32, p: &[f32]) -> f32 {
    let sum: f32 = p.iter().sum();
    let mut loss = 0.0;
    for (j, &p) in p.iter().enumerate() {
        let t = t(j);
        // A class that does not count costs no logarithm.
        if t != 0.0 {
            loss -= t * ln((p / sum).clamp(EPSILON, LARGEST));
        }
    }
    loss
}

/// By the chain rule through `q_j = p_j / s`: `(d_j - sum over k of q_k d_k) / s` with `d_j = -t_j / q_j`, and `d_j = 0`
/// where `q_j` is clipped.
pub(super) fn categorical_gradient(
    t: impl Fn(usize) -> f32,
    p: &[f32],
    factor: f32,
    out: &mut [f32],
) {
    let sum: f32 = p.iter().sum();
    let mut product = 0.0;
    for (j, (g, &p)) in out.iter_mut().zip(p).enumerate() {
        let q = p / sum;
        *g = if clipped(q) { 0.0 } else { -t(j) / q };
        product += q * *g;
    }
    for g in out {
        *g = (*g - product) / sum * factor;
    }
}

/// Sum of `-t ln softmax(z)`, where `-ln softmax(z)_j = ln(sum of e^z) - z_j`.
pub(super) fn categorical_from_logits(t: impl Fn(usize) -> f32, z: &[f32]) -> f32 {
    let largest = largest(z);
    let sum: f32 = z.iter().map(|&z| exp(z - largest)).sum();
    let log_sum = ln(sum);
    let terms = z.iter().enumerate();
    terms.map(|(j, &z)| t(j) * (log_sum - (z - largest))).sum()
}

/// `softmax(z) * (sum of t) - t`; a one-hot row sums to 1.
pub(super) fn categorical_from_logits_gradient(
    t: impl Fn(usize) -> f32,
    z: &[f32],
    factor: f32,
    out: &mut [f32],
) {
    let largest = largest(z);
    let sum: f32 = z.iter().map(|&z| exp(z - largest)).sum();
    let total: f32 = (0..z.len()).map(&t).sum();
    for (j, (g, &z)) in out.iter_mut().zip(z).enumerate() {
        *g = (exp(z - largest) / sum * total - t(j)) * factor;
    }
}

/// Softmax and categorical cross-entropy together, by the logits: `p * (sum of t) - t`.
pub(super) fn softmax_categorical_gradient(t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    let total: f32 = t.iter().sum();
    for ((g, &t), &p) in out.iter_mut().zip(t).zip(p) {
        *g = (p * total - t) * factor;
    }
}

/// The same with a class number for the target: `p`, less 1 at the class.
pub(super) fn softmax_sparse_gradient(t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    let one_hot = one_hot(t);
    for (j, (g, &p)) in out.iter_mut().zip(p).enumerate() {
        *g = (p - one_hot(j)) * factor;
    }
}

fn clipped(p: f32) -> bool {
    !(EPSILON..=LARGEST).contains(&p)
}

fn largest(values: &[f32]) -> f32 {
    values
        .iter()
        .fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a })
}

/// The one-hot row that a class number stands for.
pub(super) fn one_hot(t: &[f32]) -> impl Fn(usize) -> f32 {
    let class = t[0];
    move |j| f32::from(j as f32 == class)
}
