//! What a cell that fails takes with it, told in that cell.

use super::cell_outcome::CellOutcome;
use super::failure::Failure;
use crate::run::Losses;

/// The failure of a cell that ran, with what was lost by it.
pub fn told(mut failure: Failure, outcome: &CellOutcome, losses: &Losses) -> Failure {
    let mut tell = |text: String| failure.traceback.push(text);
    if outcome.exit.is_some() {
        if losses.items {
            tell("What this cell itself defines is not kept.".to_owned());
        }
        if losses.statics {
            tell("Statics have their first values again.".to_owned());
        }
    } else if let [first, rest @ ..] = &losses.variables[..] {
        let (names, values) = match rest {
            [] => (first.clone(), "its value is"),
            _ => (losses.variables.join("`, `"), "their values are"),
        };
        tell(format!(
            "The cell had moved `{names}` or declared it again before it failed: {values} lost. Run the cell that makes \
             it once more."
        ));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Exit;

    #[test]
    fn what_a_failing_cell_takes_with_it_is_told() {
        let failure = Failure::new("panic", "x", &[]);
        let losses = Losses {
            variables: vec!["a".to_owned(), "b".to_owned()],
            statics: true,
            items: true,
        };
        let text = |outcome: &CellOutcome| {
            let told = told(failure.clone(), outcome, &losses);
            told.traceback.join("\n")
        };
        let failed = text(&CellOutcome::default());
        assert!(
            failed.contains("moved `a`, `b`") && !failed.contains("Statics"),
            "{failed}"
        );
        let exit = Some(Exit::default());
        let ended = text(&CellOutcome {
            exit,
            ..CellOutcome::default()
        });
        assert!(
            ended.contains("Statics") && ended.contains("not kept"),
            "{ended}"
        );
        assert!(!ended.contains("moved"));
        let nothing = told(failure.clone(), &CellOutcome::default(), &Losses::default());
        assert_eq!(nothing, failure);
    }
}
