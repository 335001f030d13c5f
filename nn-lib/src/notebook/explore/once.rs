//! Where nothing can be moved: the closure runs once, with the controls at their start.

use super::exploration::{End, Exploration};
use crate::notebook::stage::{Item, Stage};
use crate::notebook::{Bundle, display, print_text, problem};

/// Shows title, positions and result.
pub fn show(mut exploration: Exploration) {
    let start = exploration.start();
    let visible = exploration.controls.iter().zip(&start);
    let words: Vec<String> = visible
        .filter(|(control, _)| control.is_visible())
        .map(|(control, position)| format!("{} = {}", control.name, control.label(position)))
        .collect();
    print_text(&format!("{} ({})\n", exploration.title, words.join(", ")));
    let stage = Stage::new(|| {});
    let end = exploration.run(&start, &stage, || {});
    for item in stage.shown() {
        match item {
            Item::Text(text) => print_text(&text),
            Item::Rich(_, bundle) => display(&bundle),
        }
    }
    match end {
        // As if the closure had been called here.
        End::Panicked(panic) => std::panic::resume_unwind(panic),
        end => {
            if let Some(text) = end.problem() {
                let shown: Bundle = problem(&text);
                display(&shown);
            }
        }
    }
}
