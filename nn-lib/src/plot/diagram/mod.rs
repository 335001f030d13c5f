//! Diagrams of models: boxes for layers, arrows for the tensors between them.

mod layout;

use super::data::Table;
use super::fonts::Weight;
use super::geometry::{Point, Rect};
use super::output::{Drawing, picture_methods};
use super::scene::{Scene, Shape};
use super::text::{Align, Text};
use super::theme::Color;
use super::{fonts, theme};
use crate::notebook::explore::shows;
use crate::{Error, Result};
use layout::Placed;

/// A box of a diagram: a layer.
#[derive(Clone, Debug, PartialEq)]
struct Node {
    name: String,
    kind: String,
    shape: String,
    parameters: usize,
}

/// A drawing of any directed acyclic graph of layers, from top to bottom.
///
/// ```
/// use nn_lib::plot::Diagram;
///
/// let mut diagram = Diagram::new("Two branches");
/// let input = diagram.node("input", "Input", "(None, 8)", 0);
/// let left = diagram.node("left", "Dense (relu)", "(None, 4)", 36);
/// let right = diagram.node("right", "Dense (tanh)", "(None, 4)", 36);
/// let sum = diagram.node("sum", "Add", "(None, 4)", 0);
/// for (from, to) in [(input, left), (input, right), (left, sum), (right, sum)] {
///     diagram.edge(from, to);
/// }
/// assert!(diagram.svg()?.contains("(None, 4)"));
/// # Ok::<(), nn_lib::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a chart shows itself as the last expression of a cell, without a semicolon, or by `.show()`"]
pub struct Diagram {
    title: String,
    nodes: Vec<Node>,
    edges: Vec<(usize, usize)>,
}

const NAME_SIZE: f64 = 12.5;
const KIND_SIZE: f64 = 15.0;
const SHAPE_SIZE: f64 = 13.0;
const BOX_HEIGHT: f64 = 62.0;
const WIDEST_BOX: f64 = 260.0;
/// Between neighbours of one row.
const GAP: f64 = 28.0;
/// Between rows.
const RISE: f64 = 46.0;
const MARGIN: f64 = 18.0;

shows!(Diagram, |diagram| super::output::quick(
    &diagram.title,
    diagram.drawing()
));

picture_methods!(Diagram, title);

impl Diagram {
    /// An empty diagram; an empty title takes no room.
    pub fn new(title: impl Into<String>) -> Diagram {
        Diagram {
            title: title.into(),
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }

    /// Adds a box and returns its number: the layer's name, its kind (`Dense (relu)`), the shape of its output
    /// (`(None, 16)`) and how many parameters it has.
    pub fn node(
        &mut self,
        name: impl Into<String>,
        kind: impl Into<String>,
        shape: impl Into<String>,
        parameters: usize,
    ) -> usize {
        self.nodes.push(Node {
            name: name.into(),
            kind: kind.into(),
            shape: shape.into(),
            parameters,
        });
        self.nodes.len() - 1
    }

    /// Adds an arrow between two boxes. Several arrows between the same two are drawn as one.
    pub fn edge(&mut self, from: usize, to: usize) {
        if !self.edges.contains(&(from, to)) {
            self.edges.push((from, to));
        }
    }

    fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn drawing(&self) -> Result<Drawing> {
        let placed = self.placed()?;
        let words = self.nodes.iter().enumerate().map(|(index, node)| {
            let next: Vec<&str> = self
                .edges
                .iter()
                .filter(|(from, _)| *from == index)
                .map(|(_, to)| self.nodes[*to].name.as_str())
                .collect();
            let arrow = if next.is_empty() {
                String::new()
            } else {
                format!(" -> {}", next.join(", "))
            };
            format!("{}: {} {}{arrow}", node.name, node.kind, node.shape)
        });
        let description = words.collect::<Vec<_>>().join("\n");
        let title = if self.title.is_empty() {
            "Layers of the model"
        } else {
            &self.title
        };
        Ok(Drawing {
            scene: self.scene(&placed),
            title: title.to_string(),
            description,
        })
    }

    /// A diagram has no numbers but those in its words.
    fn tables(&self) -> Vec<Table> {
        Vec::new()
    }

    /// Where everything lies, in pixels.
    fn placed(&self) -> Result<Placed> {
        let count = self.nodes.len();
        if count == 0 {
            return Err(Error::invalid("Diagram", "at least one layer", "none"));
        }
        if let Some((from, to)) = self
            .edges
            .iter()
            .find(|(from, to)| *from >= count || *to >= count)
        {
            let received = format!("an arrow from {from} to {to}");
            return Err(Error::invalid(
                "Diagram",
                format!("arrows between its {count} layers"),
                received,
            ));
        }
        let widths: Vec<f64> = self.nodes.iter().map(box_width).collect();
        layout::place(&widths, &self.edges, GAP).ok_or_else(|| {
            Error::invalid(
                "Diagram",
                "a graph without cycles",
                "a layer that depends on itself",
            )
        })
    }

    fn scene(&self, placed: &Placed) -> Scene {
        let title_width = fonts::width(&self.title, theme::TITLE_SIZE, Weight::Bold);
        let top = if self.title.is_empty() {
            MARGIN
        } else {
            MARGIN + theme::TITLE_SIZE + 14.0
        };
        let width = (placed.width + 2.0 * MARGIN)
            .max(title_width + 2.0 * MARGIN)
            .ceil();
        let rows = placed.rows as f64;
        let height = (top + rows * BOX_HEIGHT + (rows - 1.0) * RISE + MARGIN).ceil();
        let mut scene = Scene::new(width as u32, height as u32);
        if !self.title.is_empty() {
            let at = (width / 2.0, MARGIN + 0.8 * theme::TITLE_SIZE);
            scene.text(
                Text::new(at, theme::TITLE_SIZE, self.title.as_str())
                    .align(Align::Center)
                    .bold(),
            );
        }
        let left = (width - placed.width) / 2.0;
        let place = |(x, row): (f64, usize)| (left + x, top + row as f64 * (BOX_HEIGHT + RISE));
        for route in &placed.routes {
            draw_arrow(
                &mut scene,
                &route.iter().map(|stop| place(*stop)).collect::<Vec<_>>(),
            );
        }
        for (node, spot) in self.nodes.iter().zip(&placed.nodes) {
            draw_node(&mut scene, node, place(*spot));
        }
        scene
    }
}

fn parameters_text(node: &Node) -> String {
    match node.parameters {
        0 => node.shape.clone(),
        1 => format!("{} · 1 parameter", node.shape),
        count => format!(
            "{} · {} parameters",
            node.shape,
            super::ticks::number(count as f64, 0)
        ),
    }
}

fn box_width(node: &Node) -> f64 {
    let widths = [
        fonts::width(&node.name, NAME_SIZE, Weight::Regular),
        fonts::width(&node.kind, KIND_SIZE, Weight::Bold),
        fonts::width(&parameters_text(node), SHAPE_SIZE, Weight::Regular),
    ];
    (widths.into_iter().fold(70.0, f64::max) + 28.0)
        .min(WIDEST_BOX)
        .ceil()
}

/// Inputs green, layers with parameters blue, everything else grey.
fn node_color(node: &Node) -> Color {
    if node.kind.starts_with("Input") {
        theme::series_color(2)
    } else if node.parameters > 0 {
        theme::series_color(0)
    } else {
        theme::series_color(6)
    }
}

/// Draws a box around the middle of its upper edge.
fn draw_node(scene: &mut Scene, node: &Node, (x, y): Point) {
    let width = box_width(node);
    let color = node_color(node);
    let r = Rect::new(x - width / 2.0, y, width, BOX_HEIGHT);
    scene.rounded(r, 7.0, color);
    scene.rounded(r.grown(-1.5), 5.5, color.mix(theme::PAPER, 0.9));
    let lines = [
        (&node.kind, KIND_SIZE, Weight::Bold, theme::INK, 21.0),
        (
            &node.name,
            NAME_SIZE,
            Weight::Regular,
            theme::SOFT_INK,
            37.0,
        ),
        (
            &parameters_text(node),
            SHAPE_SIZE,
            Weight::Regular,
            theme::INK,
            54.0,
        ),
    ];
    for (words, size, weight, color, down) in lines {
        let words = fonts::shortened(words, size, weight, width - 16.0);
        let text = Text::new((x, y + down), size, words)
            .align(Align::Center)
            .color(color);
        scene.text(Text { weight, ..text });
    }
}

/// Draws an arrow from the lower edge of the first box, between the boxes of the rows it passes, to the last.
fn draw_arrow(scene: &mut Scene, stops: &[Point]) {
    let mut line: Vec<Point> = Vec::new();
    let last = stops.len() - 1;
    for (index, pair) in stops.windows(2).enumerate() {
        let from = (pair[0].0, pair[0].1 + BOX_HEIGHT);
        let tip = if index + 1 == last { 7.0 } else { 0.0 };
        let to = (pair[1].0, pair[1].1 - tip);
        // An S-shaped curve (cubic Bezier) with upright ends.
        let bend = (to.1 - from.1) * 0.55;
        for step in 0..=12 {
            let t = f64::from(step) / 12.0;
            let s = 1.0 - t;
            let (a, b, c, d) = (s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t);
            line.push((
                (a + b) * from.0 + (c + d) * to.0,
                a * from.1 + b * (from.1 + bend) + c * (to.1 - bend) + d * to.1,
            ));
        }
        if from.0 == to.0 {
            // Straight down: two points say it.
            line.drain(line.len() - 12..line.len() - 1);
        }
    }
    scene.line(line, 1.6, theme::AXIS);
    let (x, y) = stops[last];
    let head = vec![(x, y - 0.5), (x - 4.5, y - 9.0), (x + 4.5, y - 9.0)];
    scene.shapes.push(Shape::Polygon(head, theme::AXIS));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inception() -> Diagram {
        let mut d = Diagram::new("Inception block");
        let input = d.node("input", "Input", "(None, 64)", 0);
        let a = d.node("branch_a", "Dense (relu)", "(None, 32)", 2080);
        let b1 = d.node("branch_b1", "Dense (relu)", "(None, 32)", 2080);
        let b2 = d.node("branch_b2", "Dense (relu)", "(None, 32)", 1056);
        let c1 = d.node("branch_c1", "Dense (relu)", "(None, 16)", 1040);
        let c2 = d.node("branch_c2", "Dense (relu)", "(None, 32)", 544);
        let c3 = d.node("branch_c3", "Dense (relu)", "(None, 32)", 1056);
        let out = d.node("concatenate", "Concatenate", "(None, 96)", 0);
        for edge in [
            (input, a),
            (input, b1),
            (b1, b2),
            (input, c1),
            (c1, c2),
            (c2, c3),
            (a, out),
            (b2, out),
            (c3, out),
        ] {
            d.edge(edge.0, edge.1);
        }
        d
    }

    /// The boxes of a diagram, in pixels of its own coordinates.
    fn boxes(d: &Diagram) -> Vec<Rect> {
        let placed = d.placed().unwrap();
        let spots = d.nodes.iter().zip(&placed.nodes);
        spots
            .map(|(node, (x, row))| {
                let width = box_width(node);
                Rect::new(
                    x - width / 2.0,
                    *row as f64 * (BOX_HEIGHT + RISE),
                    width,
                    BOX_HEIGHT,
                )
            })
            .collect()
    }

    #[test]
    fn no_two_boxes_overlap_and_all_lie_inside() {
        let d = inception();
        let boxes = boxes(&d);
        let width = d.placed().unwrap().width;
        for (k, a) in boxes.iter().enumerate() {
            assert!(
                a.x >= -0.01 && a.right() <= width + 0.01,
                "{a:?} in {width}"
            );
            for b in &boxes[k + 1..] {
                let apart =
                    a.right() <= b.x || b.right() <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
                assert!(apart, "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn every_arrow_points_down_and_passes_between_boxes() {
        let d = inception();
        let boxes = boxes(&d);
        for route in d.placed().unwrap().routes {
            for pair in route.windows(2) {
                assert_eq!(pair[1].1, pair[0].1 + 1);
            }
            for (x, row) in &route[1..route.len() - 1] {
                let y = *row as f64 * (BOX_HEIGHT + RISE) + 1.0;
                assert!(
                    !boxes.iter().any(|b| b.contains((*x, y))),
                    "an arrow crosses a box at {x} in row {row}"
                );
            }
        }
    }

    #[test]
    fn a_cycle_and_an_arrow_to_nowhere_are_refused() {
        let mut d = Diagram::new("");
        let (a, b) = (
            d.node("a", "Dense", "(None, 1)", 1),
            d.node("b", "Dense", "(None, 1)", 1),
        );
        d.edge(a, b);
        assert!(d.svg().is_ok());
        d.edge(b, a);
        assert!(d.svg().unwrap_err().to_string().contains("cycle"));
        let mut d = Diagram::new("");
        d.node("a", "Dense", "(None, 1)", 1);
        d.edge(0, 7);
        assert!(d.svg().is_err());
        assert!(Diagram::new("empty").svg().is_err());
    }
}
