//! Elementary functions that give the same bits on every machine: no call reaches the system's mathematical library.
//!
//! The exponential is written out because activations and losses live on it and a plain loop around it vectorizes.
//! Everything rarer comes from the `libm` crate, which is pure Rust.

/// `e^x` in single precision, correct to about two units in the last place.
///
/// The argument is split as `x = n ln 2 + r` with `|r| <= ln 2 / 2`, then `e^x = 2^n e^r`, and `e^r` is a polynomial
/// (coefficients: S. Moshier, *Cephes Mathematical Library*, `expf`). There is no branch.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-104.0, 89.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let tail = 1.987_569_1e-4;
    let tail = tail * r + 1.398_199_9e-3;
    let tail = tail * r + 8.333_452e-3;
    let tail = tail * r + 4.166_579_6e-2;
    let tail = tail * r + 1.666_666_5e-1;
    let tail = tail * r + 0.5;
    let mantissa = (tail * (r * r) + r) + 1.0;
    // Two factors, so that results below 2^-126 and above 2^127 come out right.
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    mantissa * power_of_two(n >> 1) * power_of_two(n - (n >> 1))
}

#[inline(always)]
fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits((exponent.wrapping_add(127) as u32) << 23)
}

/// The natural logarithm of a positive normal number, correct to about one unit in the last place.
///
/// The argument is split as `x = 2^n m` with `m` from the root of one half to the root of two, then
/// `ln x = n ln 2 + ln m`, and `ln m` is a polynomial in `m - 1` (S. Moshier, *Cephes Mathematical Library*, `logf`).
/// There is no branch.
#[inline(always)]
pub(crate) fn ln(x: f32) -> f32 {
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    const SERIES: [f32; 9] = [
        7.037_683_6e-2,
        -1.151_461e-1,
        1.167_699_9e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_7e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ];
    // The bits of the root of one half: above them the exponent counts up by one.
    const ROOT: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    let above = x.to_bits().wrapping_sub(ROOT);
    let n = (above as i32 >> 23) as f32;
    let m = f32::from_bits((above & 0x007f_ffff).wrapping_add(ROOT)) - 1.0;
    let m2 = m * m;
    let small = polynomial(&SERIES, m) * (m * m2) + n * LN_2_LOW - 0.5 * m2;
    let sum = (m + small) + n * LN_2_HIGH;
    if x.is_nan() { x } else { sum }
}

/// `1 / (1 + e^-x)`; stable on both sides, because the exponential saturates at zero and at infinity.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// `ln(1 + e^x)`, written so that no exponential overflows.
#[inline(always)]
pub(crate) fn softplus(x: f32) -> f32 {
    let positive = if x < 0.0 { 0.0 } else { x };
    positive + libm::log1pf(exp(-x.abs()))
}

/// The hyperbolic tangent, within four units in the last place.
///
/// The quotient of two polynomials that the Eigen library found and Keras's JAX backend computes, step by step with the
/// same rounding: near 1 the derivative `1 - tanh(x)^2` lives on the last digits of the tangent, and only the same digits
/// give the same derivative.
#[inline(always)]
#[allow(clippy::excessive_precision)] // The published coefficients; fewer digits may round to another number.
pub(crate) fn tanh(x: f32) -> f32 {
    // Beyond this the quotient is 1 to the last digit.
    let c = x.clamp(-7.998_811_721_801_758, 7.998_811_721_801_758);
    let c2 = c * c;
    let p = -2.760_768_477_423_55e-16;
    let p = multiply_add(p, c2, 2.000_187_904_824_77e-13);
    let p = multiply_add(p, c2, -8.604_671_522_137_35e-11);
    let p = multiply_add(p, c2, 5.122_297_090_371_14e-8);
    let p = multiply_add(p, c2, 1.485_722_357_179_79e-5);
    let p = multiply_add(p, c2, 6.372_619_288_754_36e-4);
    let p = c * multiply_add(p, c2, 4.893_524_558_917_86e-3);
    let q = 1.198_258_394_667_02e-6;
    let q = multiply_add(q, c2, 1.185_347_056_866_54e-4);
    let q = multiply_add(q, c2, 2.268_434_632_439e-3);
    let q = multiply_add(q, c2, 4.893_525_185_543_85e-3);
    if x.abs() < 0.0004 { x } else { p / q }
}

/// The complementary error function, `1 - erf(x)`, in single precision (Moshier, *Cephes Mathematical Library*, `erfcf`,
/// which Keras's JAX backend computes too).
#[inline(always)]
#[allow(clippy::excessive_precision)] // The published coefficients; fewer digits may round to another number.
pub(crate) fn erfc(x: f32) -> f32 {
    const ERF: [f32; 7] = [
        7.853_861_353_153_693e-5,
        -8.010_193_625_184_903e-4,
        5.188_327_685_732_524e-3,
        -2.685_381_193_529_856e-2,
        1.128_358_514_861_418e-1,
        -3.761_262_582_423_3e-1,
        1.128_379_165_726_71,
    ];
    // In powers of 1 / x^2: below 2 and from 2 on.
    const NEAR: [f32; 9] = [
        2.326_819_970_068_386e-2,
        -1.387_039_388_740_657e-1,
        3.687_424_674_597_105e-1,
        -5.824_733_027_278_666e-1,
        6.210_004_621_745_983e-1,
        -4.944_515_323_274_145e-1,
        3.404_879_937_665_872e-1,
        -2.741_127_028_184_656e-1,
        5.638_259_427_386_472e-1,
    ];
    const FAR: [f32; 8] = [
        -1.047_766_399_936_249e1,
        1.297_719_955_372_516e1,
        -7.495_518_717_768_503,
        2.921_019_019_210_786,
        -1.015_265_279_202_7,
        4.218_463_358_204_948e-1,
        -2.820_767_439_740_514e-1,
        5.641_895_067_754_075e-1,
    ];
    let size = x.abs();
    if size < 1.0 {
        return 1.0 - x * polynomial(&ERF, x * x);
    }
    let inverse = 1.0 / size;
    let y = inverse * inverse;
    let tail = if size < 2.0 {
        polynomial(&NEAR, y)
    } else {
        polynomial(&FAR, y)
    };
    let tail = exp(-x * x) * inverse * tail;
    if x < 0.0 { 2.0 - tail } else { tail }
}

/// A polynomial by Horner's rule, the coefficient of the highest power first.
#[inline(always)]
fn polynomial(coefficients: &[f32], x: f32) -> f32 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

/// `a * b + c` rounded once, on every machine: the product of two singles is exact in double precision.
#[inline(always)]
fn multiply_add(a: f32, b: f32, c: f32) -> f32 {
    (f64::from(a) * f64::from(b) + f64::from(c)) as f32
}

/// The decimal number that a student wrote: `0.9_f32` is 0.89999998, and here becomes 0.9 again.
///
/// Keras computes `1 - rho` in double precision; from the rounded single the last digits would be lost
/// (for `1 - 0.999` that is one part in twenty thousand).
pub(crate) fn decimal(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_agrees_with_double_precision_over_its_whole_range() {
        for step in -8700..8870 {
            let x = step as f32 * 0.01;
            let expected = f64::from(x).exp();
            let relative = (f64::from(exp(x)) - expected).abs() / expected;
            assert!(relative < 2.5e-7, "exp({x}) is off by {relative:e}");
        }
    }

    #[test]
    fn exp_saturates_and_passes_nan_on() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp(-200.0), 0.0);
        assert_eq!(exp(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp(88.8), f32::INFINITY);
        assert!(exp(-100.0) > 0.0, "e^-100 is a denormal number, not zero");
        assert!(exp(f32::NAN).is_nan());
    }

    #[test]
    fn ln_agrees_with_double_precision_from_the_smallest_normal_number_on() {
        for step in -12_600..12_700 {
            let x = (f64::from(step) * 0.01).exp2() as f32;
            let expected = f64::from(x).ln();
            let error = (f64::from(ln(x)) - expected).abs();
            assert!(
                error <= 1.5e-7 * expected.abs(),
                "ln({x:e}) is off by {error:e}"
            );
        }
        let below_one = 1.0 - f32::EPSILON / 2.0;
        assert_eq!(
            f64::from(ln(below_one)) as f32,
            f64::from(below_one).ln() as f32
        );
        assert_eq!(ln(1.0), 0.0);
        assert!(ln(f32::NAN).is_nan());
    }

    #[test]
    fn sigmoid_and_softplus_are_stable_on_both_sides() {
        assert_eq!(sigmoid(1000.0), 1.0);
        assert_eq!(sigmoid(-1000.0), 0.0);
        assert_eq!(softplus(1000.0), 1000.0);
        assert_eq!(softplus(-1000.0), 0.0);
        assert!(softplus(f32::NAN).is_nan());
    }

    #[test]
    fn tanh_agrees_with_double_precision_and_ends_at_one() {
        for step in -9000..9000 {
            let x = step as f32 * 0.001;
            let expected = f64::from(x).tanh();
            let error = (f64::from(tanh(x)) - expected).abs();
            assert!(
                error <= 5e-7 * expected.abs(),
                "tanh({x}) is off by {error:e}"
            );
        }
        assert_eq!(tanh(1e4), 1.0);
        assert_eq!(tanh(f32::NEG_INFINITY), -1.0);
        assert_eq!(tanh(-0.0).to_bits(), (-0.0_f32).to_bits());
        assert!(tanh(f32::NAN).is_nan());
    }

    #[test]
    fn erfc_agrees_with_double_precision_out_to_its_end() {
        for step in -5000..9000 {
            let x = step as f32 * 0.001;
            let expected = libm::erfc(f64::from(x));
            // e^(-x^2) magnifies the rounding of x^2.
            let allowed = (1e-6 + 1.2e-7 * f64::from(x * x)) * expected;
            let error = (f64::from(erfc(x)) - expected).abs();
            assert!(error <= allowed, "erfc({x}) is off by {error:e}");
        }
        assert_eq!(erfc(1e4), 0.0);
        assert_eq!(erfc(f32::NEG_INFINITY), 2.0);
        assert!(erfc(f32::NAN).is_nan());
    }

    #[test]
    fn a_decimal_is_what_was_written() {
        assert_eq!(decimal(0.9), 0.9);
        assert_eq!(decimal(1e-7), 1e-7);
        assert_eq!(1.0 - decimal(0.999), 1.0 - 0.999);
    }
}
