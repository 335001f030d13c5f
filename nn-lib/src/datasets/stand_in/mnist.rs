//! Digits that are written by a pen of chance: a twin of MNIST in its size and its shapes.
//!
//! Each digit has strokes, some of them several ways of writing it. Their points are moved, the whole is stretched, slanted,
//! turned and shifted, the pen is thin or thick, faint or dark, now and then it skips, and the paper has specks.

use super::canvas::{Canvas, Point, Pose, SIDE, curve};
use super::drawn::{Drawn, draw};
use crate::error::Result;
use crate::random::Rng;

/// The strokes of a way of writing a digit, in a box from -1 to 1; y goes down.
type Writing = &'static [&'static [Point]];

/// How each digit is written.
const DIGITS: [&[Writing]; 10] = [
    &[&[&[
        (0.1, -0.95),
        (-0.45, -0.6),
        (-0.6, 0.0),
        (-0.4, 0.7),
        (0.05, 0.95),
        (0.5, 0.6),
        (0.6, -0.05),
        (0.4, -0.7),
        (0.0, -0.95),
    ]]],
    &[
        &[&[(0.0, -1.0), (0.0, 0.0), (0.0, 1.0)]],
        &[
            &[(-0.35, -0.6), (0.0, -0.95)],
            &[(0.05, -0.95), (0.05, 1.0)],
        ],
        &[
            &[(-0.3, -0.65), (0.05, -0.95)],
            &[(0.05, -0.95), (0.0, 0.95)],
            &[(-0.35, 0.95), (0.4, 0.95)],
        ],
    ],
    &[
        &[
            &[
                (-0.5, -0.55),
                (-0.2, -0.9),
                (0.3, -0.85),
                (0.5, -0.45),
                (0.2, 0.1),
                (-0.55, 0.9),
            ],
            &[(-0.55, 0.9), (0.6, 0.9)],
        ],
        &[&[
            (-0.45, -0.6),
            (0.0, -0.95),
            (0.45, -0.6),
            (0.25, 0.0),
            (-0.25, 0.65),
            (-0.5, 0.85),
            (-0.4, 0.55),
            (0.0, 0.7),
            (0.6, 0.85),
        ]],
    ],
    &[
        &[&[
            (-0.5, -0.7),
            (0.0, -0.95),
            (0.45, -0.6),
            (0.3, -0.2),
            (-0.1, -0.05),
            (0.4, 0.15),
            (0.5, 0.55),
            (0.1, 0.95),
            (-0.5, 0.75),
        ]],
        &[
            &[(-0.5, -0.9), (0.45, -0.9), (-0.05, -0.2)],
            &[
                (-0.05, -0.2),
                (0.45, 0.05),
                (0.45, 0.65),
                (0.0, 0.95),
                (-0.5, 0.75),
            ],
        ],
    ],
    &[
        &[
            &[(-0.45, -0.9), (-0.5, 0.0), (-0.4, 0.1), (0.55, 0.05)],
            &[(0.35, -0.85), (0.3, 0.0), (0.25, 1.0)],
        ],
        &[
            &[(0.3, -0.95), (-0.6, 0.3)],
            &[(-0.6, 0.3), (0.6, 0.3)],
            &[(0.3, -0.95), (0.3, 0.95)],
        ],
    ],
    &[
        &[
            &[(-0.35, -0.85), (-0.45, -0.15)],
            &[
                (-0.45, -0.15),
                (0.05, -0.3),
                (0.5, 0.1),
                (0.4, 0.7),
                (-0.05, 0.95),
                (-0.55, 0.75),
            ],
            &[(-0.35, -0.85), (0.5, -0.9)],
        ],
        &[&[
            (0.5, -0.9),
            (-0.1, -0.85),
            (-0.4, -0.5),
            (-0.2, -0.15),
            (0.3, 0.05),
            (0.45, 0.5),
            (0.0, 0.9),
            (-0.5, 0.7),
        ]],
    ],
    &[&[&[
        (0.35, -0.95),
        (-0.25, -0.5),
        (-0.5, 0.25),
        (-0.3, 0.85),
        (0.2, 0.95),
        (0.5, 0.5),
        (0.25, 0.1),
        (-0.2, 0.2),
        (-0.45, 0.5),
    ]]],
    &[
        &[
            &[(-0.55, -0.85), (0.55, -0.85)],
            &[(0.55, -0.85), (0.2, 0.0), (-0.1, 0.95)],
        ],
        &[
            &[(-0.5, -0.8), (0.5, -0.85)],
            &[(0.5, -0.85), (0.1, 0.1), (-0.1, 0.95)],
            &[(-0.25, 0.0), (0.45, -0.05)],
        ],
    ],
    &[&[&[
        (0.35, -0.7),
        (0.0, -0.95),
        (-0.4, -0.65),
        (-0.2, -0.2),
        (0.3, 0.15),
        (0.45, 0.6),
        (0.0, 0.95),
        (-0.45, 0.6),
        (-0.25, 0.15),
        (0.25, -0.2),
        (0.4, -0.6),
        (0.3, -0.75),
    ]]],
    &[
        &[
            &[
                (0.45, -0.55),
                (0.1, -0.95),
                (-0.4, -0.65),
                (-0.35, -0.15),
                (0.1, -0.05),
                (0.45, -0.5),
            ],
            &[(0.45, -0.6), (0.4, 0.2), (0.3, 0.95)],
        ],
        &[&[
            (0.45, -0.6),
            (0.05, -0.95),
            (-0.4, -0.6),
            (-0.2, -0.1),
            (0.25, -0.15),
            (0.45, -0.6),
            (0.4, 0.2),
            (0.1, 0.85),
            (-0.4, 0.8),
        ]],
    ],
];

/// The training and the test set; the same on every machine.
pub(crate) fn pictures() -> Result<(Drawn, Drawn)> {
    draw("mnist", digit)
}

/// Writes the digit.
fn digit(digit: usize, rng: &mut Rng, pixels: &mut [u8]) {
    let mut canvas = Canvas::new();
    let ways = DIGITS[digit];
    let writing = ways[rng.below(ways.len() as u64) as usize];
    let pose = Pose::by_chance(9.0, 0.22, 0.35, 0.18, 3.0, rng);
    let radius = rng.uniform(0.5, 1.7);
    let ink = rng.uniform(0.65, 1.0);
    for stroke in writing {
        let moved: Vec<Point> = stroke
            .iter()
            .map(|(x, y)| (x + 0.085 * rng.normal(), y + 0.085 * rng.normal()))
            .collect();
        let placed: Vec<Point> = curve(&moved)
            .into_iter()
            .map(|point| pose.place(point))
            .collect();
        canvas.stroke(&placed, radius, ink);
    }
    scratches(&mut canvas, rng);
    canvas.finish(0.12, rng, pixels);
}

/// Short lines that belong to no digit, on every second picture.
fn scratches(canvas: &mut Canvas, rng: &mut Rng) {
    let side = SIDE as f32;
    for _ in 0..rng.below(4).saturating_sub(1) {
        let (x, y) = (rng.uniform(2.0, side - 2.0), rng.uniform(2.0, side - 2.0));
        let end = (x + 2.5 * rng.normal(), y + 2.5 * rng.normal());
        let ink = rng.uniform(0.3, 0.9);
        canvas.stroke(&[(x, y), end], rng.uniform(0.3, 0.8), ink);
    }
}
