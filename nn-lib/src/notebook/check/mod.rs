//! Exercises that check themselves: a cell computes an answer, and the next lines say what is right about it.

mod answer;
mod secret;
mod verdict;

pub use answer::Answer;
pub(crate) use answer::Part;
pub use secret::secret;

use std::any::Any;
use std::cell::Cell;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use verdict::Verdict;

/// What a student's code has given.
enum Given<A> {
    Answer(A),
    /// It still says `todo!()`.
    Nothing,
    /// It stopped, with these words.
    Failure(String),
}

/// An exercise with a student's answer; made by [`check`].
#[must_use = "an exercise shows its result as the last expression of a cell, without a semicolon, or by `.show()`"]
pub struct Check<A> {
    given: Given<A>,
    verdict: Verdict,
}

/// Runs a student's code, and checks its result by the conditions that follow.
///
/// The code may use the notebook's variables and `?`, and gives its result with `Ok`. As long as it says `todo!()`, the
/// exercise counts as not answered, and the notebook goes on.
///
/// ```
/// use nn_lib::prelude::*;
///
/// check("weights", || {
///     let weights = 20 * 5 + 5;
///     Ok(weights)
/// })
/// .that("every input meets every unit", |weights| weights % 5 == 0)
/// .hint("Do not forget the biases.")
/// .show();
/// ```
///
/// Where a condition would give the answer away, compare with a [`secret`]:
///
/// ```
/// use nn_lib::notebook::check::secret;
/// use nn_lib::prelude::*;
///
/// // Once, by the author; what it returns stands in the exercise.
/// let code = secret("weights", 105, 0.0)?;
/// assert!(check("weights", || Ok(105)).equals(&code).is_right());
/// assert!(!check("weights", || Ok(100)).equals(&code).is_right());
/// assert!(!check("weights", || -> Result<usize, _> { todo!() }).equals(&code).is_right());
/// # Ok::<(), nn_lib::Error>(())
/// ```
pub fn check<A>(
    name: impl Into<String>,
    answer: impl FnOnce() -> Result<A, Box<dyn Error>>,
) -> Check<A> {
    let given = match attempt(answer) {
        Ok(Ok(answer)) => Given::Answer(answer),
        Ok(Err(error)) => Given::Failure(error.to_string()),
        Err(stopped) => stopped.into_given(),
    };
    Check {
        given,
        verdict: Verdict::new(name.into()),
    }
}

impl<A> Check<A> {
    /// Adds a condition, and what it says in words: a verdict lists each with ✓ or ✗.
    pub fn that(mut self, words: &str, condition: impl FnOnce(&A) -> bool) -> Check<A> {
        if let Some(holds) = self.tried(condition) {
            self.verdict.condition(words, holds);
        }
        self
    }

    /// Adds a known mistake: what to say to the student who has made it.
    pub fn mistake_if(mut self, words: &str, condition: impl FnOnce(&A) -> bool) -> Check<A> {
        if self.tried(condition) == Some(true) {
            self.verdict.remark(words);
        }
        self
    }

    /// Adds a hint. The first is given after the first wrong answer, the second after the second, and so on.
    pub fn hint(mut self, words: &str) -> Check<A> {
        self.verdict.hint(words);
        self
    }

    /// Whether everything that was asked for holds.
    pub fn is_right(&self) -> bool {
        matches!(self.given, Given::Answer(_)) && self.verdict.is_right()
    }

    /// Shows the verdict, and returns the points: all of `most`, or the share of the conditions that hold.
    ///
    /// As the last expression of a cell it is a grade: nbgrader takes a number that a cell of tests returns.
    pub fn points(&self, most: u32) -> f64 {
        self.show();
        let share = match self.given {
            Given::Answer(_) => self.verdict.share(),
            Given::Nothing | Given::Failure(_) => 0.0,
        };
        (share * f64::from(most) * 100.0).round() / 100.0
    }

    /// Shows the verdict at once, in the middle of a cell.
    pub fn show(&self) {
        let bundle = match &self.given {
            Given::Answer(_) => self.verdict.judged(),
            Given::Nothing => self.verdict.not_answered(),
            Given::Failure(words) => self.verdict.stopped(words),
        };
        super::display(&bundle);
    }

    /// What the Rust kernel calls when the exercise is the last expression of a cell.
    #[doc(hidden)]
    pub fn evcxr_display(&self) {
        self.show();
    }

    /// Whether the condition holds; nothing, where there is no answer, or where a function of the student's stops in it.
    fn tried(&mut self, condition: impl FnOnce(&A) -> bool) -> Option<bool> {
        let Given::Answer(answer) = &self.given else {
            return None;
        };
        match attempt(|| condition(answer)) {
            Ok(holds) => Some(holds),
            Err(stopped) => {
                self.given = stopped.into_given();
                None
            }
        }
    }
}

impl<A: Answer> Check<A> {
    /// Adds an answer that is right, without giving it away: what [`secret`] has made of it. Of several, one has to fit.
    pub fn equals(mut self, code: &str) -> Check<A> {
        if let Given::Answer(answer) = &self.given {
            match secret::fits(self.verdict.name(), &answer.parts(), code) {
                Ok(fits) => self.verdict.equal(fits),
                Err(words) => self.given = Given::Failure(words),
            }
        }
        self
    }

    /// Adds a known wrong answer, as [`secret`] writes it, and what to say about it.
    pub fn mistake(mut self, code: &str, words: &str) -> Check<A> {
        if let Given::Answer(answer) = &self.given {
            match secret::fits(self.verdict.name(), &answer.parts(), code) {
                Ok(true) => self.verdict.remark(words),
                Ok(false) => {}
                Err(words) => self.given = Given::Failure(words),
            }
        }
        self
    }
}

impl<A> std::fmt::Debug for Check<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Check {:?}", self.verdict.name())
    }
}

/// A panic's message.
struct Stopped(String);

impl Stopped {
    fn into_given<A>(self) -> Given<A> {
        if self.0.starts_with("not yet implemented") {
            Given::Nothing
        } else {
            Given::Failure(self.0)
        }
    }
}

thread_local! {
    /// Panics of this thread are answers, and need not be told by the hook.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs code that may panic, without the message on the standard error.
fn attempt<T>(code: impl FnOnce() -> T) -> std::result::Result<T, Stopped> {
    hush();
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(code));
    QUIET.set(false);
    result.map_err(words_of)
}

/// From now on the hook says nothing for threads that are quiet.
fn hush() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !QUIET.get() {
                before(panic);
            }
        }));
    });
}

fn words_of(panic: Box<dyn Any + Send>) -> Stopped {
    let words = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_string())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Stopped(words.unwrap_or_else(|| "a panic without a message".to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said<A>(check: &Check<A>) -> String {
        match &check.given {
            Given::Answer(_) => check.verdict.judged(),
            Given::Nothing => check.verdict.not_answered(),
            Given::Failure(words) => check.verdict.stopped(words),
        }
        .plain_text()
        .to_string()
    }

    fn of(answer: impl FnOnce() -> Result<f64, Box<dyn Error>>) -> Check<f64> {
        let (right, near) = (
            secret("area", 12.5, 0.01).unwrap(),
            secret("area", 10, 0.0).unwrap(),
        );
        check("area", answer)
            .equals(&right)
            .mistake(&near, "That is the circumference.")
            .hint("Multiply.")
            .hint("Multiply the sides.")
    }

    #[test]
    fn an_answer_is_right_within_its_tolerance() {
        for right in [12.5, 12.505, 12.495] {
            assert_eq!(said(&of(|| Ok(right))), "✓ area: right.");
        }
        assert!(!of(|| Ok(12.52)).is_right() && !of(|| Ok(f64::NAN)).is_right());
    }

    #[test]
    fn a_wrong_answer_gets_one_hint_after_the_other_and_a_known_mistake_its_own() {
        assert_eq!(
            said(&of(|| Ok(1.0))),
            "✗ area: not yet.\nHint 1 of 2: Multiply."
        );
        assert_eq!(
            said(&of(|| Ok(2.0))),
            "✗ area: not yet.\nHint 2 of 2: Multiply the sides."
        );
        assert_eq!(
            said(&of(|| Ok(3.0))),
            "✗ area: not yet.\nHint 2 of 2: Multiply the sides."
        );
        assert_eq!(
            said(&of(|| Ok(10.0))),
            "✗ area: not yet.\nThat is the circumference."
        );
    }

    #[test]
    fn a_stub_is_not_answered_and_code_that_stops_says_why() {
        let stub = of(|| todo!());
        assert_eq!(
            said(&stub),
            "○ area: not answered yet. In the place of todo!() write code that ends in Ok(answer)."
        );
        assert_eq!(stub.points(4), 0.0);
        let broken = of(|| Err("no data".into()));
        assert_eq!(said(&broken), "✗ area: your code stopped: no data");
        let list: Vec<f64> = Vec::new();
        assert!(said(&of(|| Ok(list[3]))).contains("your code stopped: index out of bounds"));
    }

    #[test]
    fn conditions_are_listed_and_earn_their_share_of_the_points() {
        let check = check("list", || Ok(vec![1, 2, 3]))
            .that("it has three numbers", |list| list.len() == 3)
            .that("it falls", |list| list.is_sorted_by(|a, b| a > b))
            .mistake_if("You have sorted it the other way round.", |list| {
                list.is_sorted()
            });
        let expected = "✗ list: not yet.\n✓ it has three numbers\n✗ it falls\nYou have sorted it the other way round.";
        assert_eq!(said(&check), expected);
        assert_eq!(check.points(3), 1.5);
    }

    #[test]
    fn a_function_of_the_students_may_stop_inside_a_condition() {
        fn largest(_: &[i32]) -> i32 {
            todo!()
        }
        let open =
            check("largest", || Ok(largest as fn(&[i32]) -> i32)).that("of one", |f| f(&[1]) == 1);
        assert!(said(&open).contains("not answered yet"));
    }
}
