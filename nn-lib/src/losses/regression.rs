//! Losses of one sample for predicted numbers, each with its derivative below it.
//!
//! `t` are the targets, `p` the predictions; gradients are multiplied by `factor`.

/// Mean of `(p - t)^2`.
pub(super) fn squared(t: &[f32], p: &[f32]) -> f32 {
    mean(t, p, |error| error * error)
}

/// `2 (p - t) / units`.
pub(super) fn squared_gradient(t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    slopes(t, p, factor, out, |error| 2.0 * error);
}

/// Mean of `abs(p - t)`.
pub(super) fn absolute(t: &[f32], p: &[f32]) -> f32 {
    mean(t, p, f32::abs)
}

/// The sign of `p - t`, divided by the units; -1 at the kink, as the reference values have it.
pub(super) fn absolute_gradient(t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    slopes(t, p, factor, out, |error| {
        if error == 0.0 { -1.0 } else { error.signum() }
    });
}

/// Mean of `e^2 / 2` for `abs(e) <= delta` and `delta abs(e) - delta^2 / 2` beyond, with `e = p - t`.
pub(super) fn huber(delta: f32, t: &[f32], p: &[f32]) -> f32 {
    mean(t, p, |error| {
        let size = error.abs();
        if size <= delta {
            0.5 * (error * error)
        } else {
            delta * size - 0.5 * (delta * delta)
        }
    })
}

/// `e` for `abs(e) <= delta` and `delta` with its sign beyond, divided by the units.
pub(super) fn huber_gradient(delta: f32, t: &[f32], p: &[f32], factor: f32, out: &mut [f32]) {
    slopes(t, p, factor, out, |error| {
        if error.abs() <= delta {
            error
        } else {
            delta * error.signum()
        }
    });
}

fn mean(t: &[f32], p: &[f32], of_error: impl Fn(f32) -> f32) -> f32 {
    let sum: f32 = t.iter().zip(p).map(|(t, p)| of_error(p - t)).sum();
    sum / p.len() as f32
}

fn slopes(t: &[f32], p: &[f32], factor: f32, out: &mut [f32], slope: impl Fn(f32) -> f32) {
    let factor = factor / p.len() as f32;
    for ((g, t), p) in out.iter_mut().zip(t).zip(p) {
        *g = slope(p - t) * factor;
    }
}
