//! While notebooks become pages: the closure runs for every combination of positions, and the page keeps what it shows.
//!
//! `limits.rs` says how much a page holds, `pictures.rs` packs the results, `markup.rs` writes the controls. A few lines of
//! script (`script.js`) show the result that belongs to the positions; they need no network and no kernel.

mod limits;
mod markup;
mod pictures;

use std::sync::atomic::{AtomicUsize, Ordering};

use super::exploration::Exploration;
use super::spec::{Kind, Position, Spec, combination, combinations};
use crate::notebook::interrupt::interrupted;
use crate::notebook::stage::{Item, Stage};
use crate::notebook::{Bundle, display};
use limits::Room;
use pictures::Pictures;

/// The variable by which the command line says what becomes of the notebook: a page that lives, or one with pictures.
const VARIABLE: &str = "NN_LIB_EXPLORE";

/// Whether the notebook becomes a page on which the controls move.
pub fn is_wanted() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "page")
}

/// Whether the notebook becomes something on which nothing moves.
pub fn is_picture_wanted() -> bool {
    std::env::var_os(VARIABLE).is_some_and(|value| value == "picture")
}

/// Shows controls that work on a page. What does not fit on it fails the cell, so that no page comes without them.
#[track_caller]
pub fn show(mut exploration: Exploration) {
    match page(&mut exploration) {
        Ok(bundle) => display(&bundle),
        Err(problem) => panic!("{problem}"),
    }
}

/// The controls with all results, or why they are too much.
fn page(exploration: &mut Exploration) -> Result<Bundle, String> {
    /// The controls of one page have names of their own.
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    let count = combinations(&exploration.controls);
    let room = Room::of(&exploration.title, &exploration.controls)?;
    let start = exploration.start();
    let mut pictures = Pictures::default();
    let (mut first, mut words) = (None, String::new());
    for number in 0..count {
        if interrupted() {
            return Err(format!("interrupted after {number} of {count} positions"));
        }
        let positions = combination(&exploration.controls, number);
        let (html, text) = result(exploration, &positions);
        pictures.add(&html);
        if positions == start {
            (first, words) = (Some(html), text);
        }
        room.check(pictures.size(), number + 1)?;
    }
    let packed = pictures.packed();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let first = first.unwrap_or_default();
    let html = markup::html(exploration, number, &first, &packed);
    room.take(html.len())?;
    let line = format!(
        "{} ({})\n{words}",
        exploration.title,
        in_words(&exploration.controls, &start)
    );
    Ok(Bundle::text(line).html(html))
}

/// What the closure shows at these positions: as HTML and as text.
fn result(exploration: &mut Exploration, positions: &[Position]) -> (String, String) {
    let stage = Stage::new(|| {});
    let problem = exploration.run(positions, &stage, || {}).problem();
    let shown = stage.shown();
    let texts = shown.iter().map(|item| match item {
        Item::Text(text) => text.trim_end(),
        Item::Rich(_, bundle) => bundle.plain_text(),
    });
    let texts: Vec<&str> = texts.chain(problem.as_deref()).collect();
    (
        super::html::html(&shown, problem.as_deref()),
        texts.join("\n"),
    )
}

/// `units = 16, optimizer = rmsprop`
fn in_words(controls: &[Spec], positions: &[Position]) -> String {
    let visible = controls.iter().zip(positions);
    let words: Vec<String> = visible
        .filter(|(control, _)| control.is_visible() && control.kind != Kind::Button)
        .map(|(control, position)| words(control, position))
        .collect();
    words.join(", ")
}

/// `units = 16`
fn words(control: &Spec, position: &Position) -> String {
    format!("{} = {}", control.name, control.label(position))
}
