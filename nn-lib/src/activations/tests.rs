use super::*;
use ndarray::{Array2, array};

#[test]
fn every_activation_passes_a_finite_difference_check() {
    // Away from the kinks at zero.
    let input = array![[-2.3_f32, -0.7, 0.4], [1.9, -1.1, 0.2], [2.9, 2.0, -3.5]];
    let upstream = array![[0.3_f32, -1.2, 0.8], [1.0, 0.5, -0.6], [-0.9, 0.1, 0.7]];
    for activation in Activation::ALL {
        let run = |x: &Array2<f32>| {
            let mut y = x.clone();
            activation.forward(y.view_mut());
            y
        };
        let mut gradient = upstream.clone();
        activation.backward(input.view(), run(&input).view(), gradient.view_mut());
        let step = 1e-2_f32;
        for index in ndarray::indices(input.dim()) {
            let loss = |shift: f32| {
                let mut x = input.clone();
                x[index] += shift;
                let products = run(&x) * &upstream;
                products.iter().map(|&p| f64::from(p)).sum::<f64>()
            };
            let expected = (loss(step) - loss(-step)) / (2.0 * f64::from(step));
            let received = f64::from(gradient[index]);
            assert!(
                (received - expected).abs() < 1e-3 * (1.0 + expected.abs()),
                "{activation:?} at {index:?}: {received} against {expected}"
            );
        }
    }
}

#[test]
fn every_activation_is_finite_far_out_except_the_exponential() {
    for activation in Activation::ALL.iter().filter(|&a| *a != Exponential) {
        let mut y = array![[1e4_f32, -1e4, 0.0]];
        let x = y.clone();
        activation.forward(y.view_mut());
        assert!(y.iter().all(|v| v.is_finite()), "{activation:?}: {y}");
        let mut gradient = array![[1.0_f32, 1.0, 1.0]];
        activation.backward(x.view(), y.view(), gradient.view_mut());
        assert!(gradient.iter().all(|v| v.is_finite()), "{activation:?}");
    }
}

#[test]
fn not_a_number_is_never_hidden() {
    for activation in Activation::ALL {
        let mut y = array![[f32::NAN]];
        activation.forward(y.view_mut());
        assert!(y[[0, 0]].is_nan(), "{activation:?}");
    }
}

#[test]
fn every_name_leads_back_to_its_activation() {
    for activation in Activation::ALL {
        assert_eq!(
            Activation::from_name(activation.name()).unwrap(),
            *activation
        );
    }
    assert_eq!(Activation::from_name("swish").unwrap(), Silu);
    let message = Activation::from_name("sigmod").unwrap_err().to_string();
    assert!(
        message.ends_with("received sigmod\nhint: did you mean \"sigmoid\"?"),
        "{message}"
    );
}
