//! Every kind of chart, written to the directory given as the first argument (default: `target/charts`).
//!
//! Run it with `cargo run --release -p nn-lib --example charts`.

use nn_lib::plot::{Diagram, Figure, Grid, Panels};
use nn_lib::{Error, Result};
use std::path::PathBuf;

fn main() -> Result<()> {
    let directory = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "target/charts".to_string()),
    );
    std::fs::create_dir_all(&directory)
        .map_err(|source| Error::io("create", &directory, source))?;
    for (name, figure) in [
        ("loss", loss()),
        ("accuracy", accuracy()),
        ("comparison", comparison()),
        ("learning_rate", learning_rate()),
        ("noise", noise()),
        ("word_weights", word_weights()),
        ("class_counts", class_counts()),
        ("grouped_bars", grouped_bars()),
        ("weights", weights()),
        ("confusion", confusion()),
        ("topics", topics()),
        ("correlation", correlation()),
        ("gaps", gaps()),
        ("descent", descent()),
        ("boundary", boundary()),
        ("valley", valley()),
        ("sweep", sweep()),
        ("korean_loss", korean_loss()),
        ("korean_bars", korean_bars()),
        ("korean_heat_map", korean_heat_map()),
    ] {
        figure.save(directory.join(format!("{name}.svg")))?;
        figure.save(directory.join(format!("{name}.png")))?;
    }
    let both = Panels::new([loss().size(480, 340), accuracy().size(480, 340)]);
    both.save(directory.join("panels.svg"))?;
    both.save(directory.join("panels.png"))?;
    for (name, diagram) in [
        ("inception", inception()),
        ("two_heads", two_heads()),
        ("sequential", sequential()),
        ("korean_model", korean_model()),
    ] {
        diagram.save(directory.join(format!("{name}.svg")))?;
        diagram.save(directory.join(format!("{name}.png")))?;
    }
    println!("written to {}", directory.display());
    Ok(())
}

/// A loss that falls while the validation loss rises: overfitting, as in the chapter's figure 3.7.
fn loss() -> Figure {
    let loss = [
        0.508, 0.301, 0.218, 0.175, 0.143, 0.115, 0.098, 0.081, 0.066, 0.055, 0.044, 0.035, 0.028,
        0.024, 0.017, 0.014, 0.011, 0.008, 0.006, 0.004,
    ];
    let val_loss = [
        0.380, 0.301, 0.284, 0.276, 0.287, 0.309, 0.316, 0.338, 0.362, 0.387, 0.417, 0.449, 0.473,
        0.507, 0.534, 0.577, 0.606, 0.631, 0.671, 0.684,
    ];
    let epochs = 1..=20;
    Figure::new("Training and validation loss")
        .points(&epochs, loss, "Training loss")
        .line(&epochs, val_loss, "Validation loss")
        .x_label("Epochs")
        .y_label("Loss")
}

fn accuracy() -> Figure {
    let accuracy = [
        0.785, 0.903, 0.928, 0.944, 0.954, 0.965, 0.971, 0.977, 0.982, 0.986, 0.990, 0.992, 0.994,
        0.995, 0.997, 0.998, 0.998, 0.999, 0.999, 1.0,
    ];
    let val_accuracy = [
        0.868, 0.885, 0.886, 0.889, 0.885, 0.880, 0.884, 0.879, 0.877, 0.878, 0.874, 0.876, 0.873,
        0.872, 0.871, 0.868, 0.869, 0.867, 0.866, 0.865,
    ];
    let epochs = 1..=20;
    Figure::new("Training and validation accuracy")
        .points(&epochs, accuracy, "Training accuracy")
        .line(&epochs, val_accuracy, "Validation accuracy")
        .x_label("Epochs")
        .y_label("Accuracy")
}

/// Many series with long names.
fn comparison() -> Figure {
    let epochs: Vec<usize> = (1..=30).collect();
    let mut figure = Figure::new("Validation loss of seven models")
        .x_label("Epochs")
        .y_label("Validation loss");
    let names = [
        "16 units",
        "4 units",
        "512 units",
        "L2 0.001",
        "L1 0.001",
        "dropout 0.5",
        "dropout and L2",
    ];
    for (k, name) in names.into_iter().enumerate() {
        let best = 4.0 + 2.5 * k as f32;
        let curve: Vec<f32> = epochs
            .iter()
            .map(|e| 0.27 + 0.02 * (*e as f32 - best).powi(2) / best)
            .collect();
        figure = figure.line(&epochs, &curve, name);
    }
    figure.subtitle("the larger the network, the sooner it overfits")
}

fn learning_rate() -> Figure {
    let steps: Vec<usize> = (0..100).collect();
    let rate: Vec<f32> = steps.iter().map(|s| 0.1 * 0.9f32.powi(*s as i32)).collect();
    Figure::new("Exponential decay of the learning rate")
        .line(&steps, &rate, "learning rate")
        .x_label("Step")
        .y_label("Learning rate")
        .log_y()
}

/// A hundred thousand values: what is drawn stays small.
fn noise() -> Figure {
    let mut state = 1u32;
    let mut walk = 0.0;
    let values: Vec<f32> = (0..100_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            walk += (state >> 8) as f32 / (1 << 24) as f32 - 0.5;
            walk
        })
        .collect();
    Figure::new("Loss of every batch")
        .line(0..values.len(), &values, "random walk")
        .x_label("Batch")
}

fn word_weights() -> Figure {
    let words = [
        "wonderful",
        "superb",
        "refreshing",
        "plot",
        "boring",
        "disappointment",
        "waste",
    ];
    let weights = [0.61, 0.55, 0.48, -0.07, -0.49, -0.63, -0.86];
    Figure::new("The words that moved the score")
        .horizontal_bars(words, weights, "")
        .x_label("Weight")
}

fn class_counts() -> Figure {
    let names: Vec<String> = (0..46).map(|k| format!("topic {k}")).collect();
    let counts: Vec<usize> = (0..46).map(|k| 3159 / (1 + (k * 7) % 46)).collect();
    Figure::new("Newswires per topic")
        .bars(&names, &counts, "")
        .y_label("Newswires")
        .size(760, 420)
}

fn grouped_bars() -> Figure {
    let units = ["4", "16", "64", "512"];
    Figure::new("Accuracy by number of units")
        .bars(units, [0.874, 0.884, 0.881, 0.876], "Validation")
        .bars(units, [0.931, 0.968, 0.991, 0.999], "Training")
        .x_label("Units")
        .y_label("Accuracy")
        .y_range(0.8, 1.0)
}

fn weights() -> Figure {
    let mut state = 7u32;
    let mut uniform = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32 - 0.5
    };
    let before: Vec<f32> = (0..5000).map(|_| 0.3 * uniform()).collect();
    let after: Vec<f32> = (0..5000)
        .map(|_| 0.2 * (uniform() + uniform() + uniform() + uniform()))
        .collect();
    Figure::new("Weights of the first layer")
        .histogram(&before, 40, "before training")
        .histogram(&after, 40, "after training")
        .x_label("Weight")
        .y_label("Count")
}

fn confusion() -> Figure {
    let truth: Vec<usize> = (0..2246).map(|k| k % 5).collect();
    let predicted: Vec<usize> = (0..2246)
        .map(|k| if k % 11 < 7 { k % 5 } else { (k * k) % 5 })
        .collect();
    Figure::new("Predicted topics").confusion_matrix(
        &truth,
        &predicted,
        ["grain", "earn", "acq", "crude", "trade"],
    )
}

fn topics() -> Figure {
    let names: Vec<String> = (0..46).map(|k| k.to_string()).collect();
    let truth: Vec<usize> = (0..2246).map(|k| (k * k) % 46).collect();
    let predicted: Vec<usize> = truth
        .iter()
        .enumerate()
        .map(|(k, t)| if k % 5 < 4 { *t } else { k % 46 })
        .collect();
    Figure::new("All topics")
        .confusion_matrix(&truth, &predicted, &names)
        .size(720, 640)
}

fn correlation() -> Figure {
    let names = ["crime", "rooms", "age", "price"];
    let rows = [
        [1.0, -0.22, 0.35, -0.39],
        [-0.22, 1.0, -0.24, 0.70],
        [0.35, -0.24, 1.0, -0.38],
        [-0.39, 0.70, -0.38, 1.0],
    ];
    Figure::new("Correlations of the Boston data").heat_map(rows, names, names)
}

/// Gradient descent on a cost surface, with a small, a good and a large learning rate.
fn descent() -> Figure {
    let cost = |w: f64, b: f64| (w - 1.0).powi(2) + 4.0 * (b - 0.5).powi(2);
    let grid = Grid::new(-2.0..=2.0, -1.0..=2.0);
    let mut figure = Figure::new("Descent")
        .subtitle("20 steps from the same place")
        .surface(&grid, grid.map(cost))
        .contours(8)
        .x_label("w")
        .y_label("b")
        .z_label("cost");
    for rate in [0.01, 0.1, 0.24] {
        let (mut w, mut b) = (-1.5, 1.8);
        let (mut path_w, mut path_b) = (vec![w], vec![b]);
        for _ in 0..20 {
            (w, b) = (w - rate * 2.0 * (w - 1.0), b - rate * 8.0 * (b - 0.5));
            path_w.push(w);
            path_b.push(b);
        }
        figure = figure.path(&path_w, &path_b, format!("learning rate {rate}"));
    }
    figure
}

/// Two clouds of points, and how sure a model is of the second.
fn boundary() -> Figure {
    let grid = Grid::new(-3.0..=3.0, -3.0..=3.0);
    let probability =
        |x: f64, y: f64| 1.0 / (1.0 + (-2.0 * (x + y - 0.4 * x * x + 0.6 * (2.0 * y).sin())).exp());
    let cloud = |x: f64, y: f64, turn: f64| -> (Vec<f64>, Vec<f64>) {
        let place = |k: i32| {
            let (angle, far) = (
                f64::from(k) * 2.4 + turn,
                (f64::from(k) / 60.0).sqrt() * 1.3,
            );
            (x + far * angle.cos(), y + far * angle.sin())
        };
        (0..60).map(place).unzip()
    };
    let (low, high) = (cloud(-1.2, -1.1, 0.0), cloud(1.2, 0.8, 1.0));
    Figure::new("Decision boundary")
        .surface(&grid, grid.map(probability))
        .middle(0.5)
        .contour(0.5, "boundary")
        .points(&low.0, &low.1, "class 0")
        .points(&high.0, &high.1, "class 1")
        .x_label("first feature")
        .y_label("second feature")
        .z_label("probability of class 1")
}

/// Rosenbrock's valley: heights over many powers of ten, with a gap.
fn valley() -> Figure {
    let grid = Grid::new(-2.0..=2.0, -1.0..=3.0).resolution(121, 121);
    let height = |x: f64, y: f64| {
        if (x - 1.0).abs() < 0.3 && (y + 0.5).abs() < 0.2 {
            return f64::NAN;
        }
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2) + 0.01
    };
    Figure::new("Rosenbrock's valley")
        .surface(&grid, grid.map(height))
        .log_z()
        .contours(6)
        .contour(1, "height 1")
        .points([1.0], [1.0], "minimum")
        .z_label("height")
}

/// What was tried at a few places: learning rates and numbers of units.
fn sweep() -> Figure {
    let grid = Grid::of([1e-4, 1e-3, 1e-2, 1e-1], [4, 16, 64]);
    let accuracy = [
        0.71, 0.83, 0.86, 0.52, 0.76, 0.87, 0.88, 0.50, 0.79, 0.88, 0.87, 0.50,
    ];
    Figure::new("Validation accuracy")
        .surface(&grid, accuracy)
        .points([1e-2], [16], "best")
        .log_x()
        .log_y()
        .x_label("learning rate")
        .y_label("units")
        .z_label("accuracy")
}

/// NaN values leave gaps.
fn gaps() -> Figure {
    let y = [1.0, 2.0, f64::NAN, 2.5, f64::NAN, 1.5, 1.0, 3.0];
    Figure::new("Gaps")
        .line(1..=8, y, "with two gaps")
        .points(1..=8, y, "the same as points")
        .points(1..=8, y.map(|v| v + 0.5), "squares")
        .x_label("x")
}

/// An inception block: three branches of different depth, concatenated.
fn inception() -> Diagram {
    let mut d = Diagram::new("An inception block");
    let input = d.node("input", "Input", "(None, 64)", 0);
    let a = d.node("branch_a", "Dense (relu)", "(None, 32)", 2080);
    let b1 = d.node("branch_b1", "Dense (relu)", "(None, 32)", 2080);
    let b2 = d.node("branch_b2", "Dense (relu)", "(None, 32)", 1056);
    let c1 = d.node("branch_c1", "Dense (relu)", "(None, 16)", 1040);
    let c2 = d.node("branch_c2", "Dense (relu)", "(None, 32)", 544);
    let c3 = d.node("branch_c3", "Dense (relu)", "(None, 32)", 1056);
    let out = d.node("concatenate", "Concatenate", "(None, 96)", 0);
    for (from, to) in [
        (input, a),
        (input, b1),
        (b1, b2),
        (input, c1),
        (c1, c2),
        (c2, c3),
        (a, out),
        (b2, out),
        (c3, out),
        (input, out),
    ] {
        d.edge(from, to);
    }
    d
}

/// Two inputs through a shared layer, two outputs.
fn two_heads() -> Diagram {
    let mut d = Diagram::new("A shared layer and two heads");
    let question = d.node("question", "Input", "(None, 10000)", 0);
    let answer = d.node("answer", "Input", "(None, 10000)", 0);
    let shared = d.node("encoder", "Dense (relu)", "(None, 64)", 640_064);
    let both = d.node("concatenate", "Concatenate", "(None, 128)", 0);
    let dropout = d.node("dropout", "Dropout (0.5)", "(None, 128)", 0);
    let score = d.node("score", "Dense (sigmoid)", "(None, 1)", 129);
    let topic = d.node("topic", "Dense (softmax)", "(None, 46)", 5934);
    for (from, to) in [
        (question, shared),
        (answer, shared),
        (shared, both),
        (both, dropout),
        (dropout, score),
        (dropout, topic),
    ] {
        d.edge(from, to);
    }
    d
}

fn sequential() -> Diagram {
    let mut d = Diagram::new("");
    let input = d.node("input", "Input", "(None, 10000)", 0);
    let first = d.node("dense", "Dense (relu)", "(None, 16)", 160_016);
    let second = d.node("dense_1", "Dense (relu)", "(None, 16)", 272);
    let last = d.node("dense_2", "Dense (sigmoid)", "(None, 1)", 17);
    for (from, to) in [(input, first), (first, second), (second, last)] {
        d.edge(from, to);
    }
    d
}

/// Korean words wherever a line chart has words.
fn korean_loss() -> Figure {
    let loss = [0.51, 0.30, 0.22, 0.18, 0.14, 0.12, 0.10, 0.08];
    let val_loss = [0.38, 0.31, 0.28, 0.27, 0.28, 0.29, 0.31, 0.33];
    Figure::new("훈련 손실과 검증 손실: 네 번째 에포크부터 과대적합이 시작됩니다 (λ ≤ 0.001 → ✓)")
        .points(1..=8, loss, "훈련 손실")
        .line(1..=8, val_loss, "검증 손실 · 10,000개의 리뷰")
        .x_label("에포크")
        .y_label("손실 (이진 크로스엔트로피)")
}

/// Korean names of bars.
fn korean_bars() -> Figure {
    let names = [
        "훌륭한",
        "지루한",
        "배우들의 뛰어난 연기",
        "최악의",
        "감동적인",
    ];
    Figure::new("단어가 예측에 미치는 영향").bars(names, [0.31, -0.42, 0.18, -0.55, 0.27], "변화량")
}

/// Korean names of rows and columns.
fn korean_heat_map() -> Figure {
    let names = ["금리", "외환", "곡물", "무역"];
    let truth: Vec<usize> = (0..800).map(|k| k % 4).collect();
    let predicted: Vec<usize> = (0..800)
        .map(|k| if k % 11 < 8 { k % 4 } else { (k * k) % 4 })
        .collect();
    Figure::new("혼동 행렬: 행은 정답, 열은 예측").confusion_matrix(&truth, &predicted, names)
}

/// Korean names of layers.
fn korean_model() -> Diagram {
    let mut d = Diagram::new("감성 분류 모델의 층");
    let input = d.node("리뷰", "Input", "(None, 10000)", 0);
    let output = d.node("출력층", "Dense (sigmoid)", "(None, 1)", 10_001);
    d.edge(input, output);
    d
}
