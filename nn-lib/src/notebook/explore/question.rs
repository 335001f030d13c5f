//! A question that is answered before the controls move.

/// A question with answers of which one is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// What can be answered.
    pub answers: Vec<String>,
    /// The place of the right answer.
    pub right: usize,
    /// Why it is right.
    pub explanation: String,
}

impl Question {
    /// A question; an error where it has no choice, or where the right answer is not among the answers.
    pub fn new(
        text: String,
        answers: Vec<String>,
        right: &str,
        explanation: String,
    ) -> Result<Question, String> {
        if answers.len() < 2 {
            return Err(format!("the question {text:?} needs two answers at least"));
        }
        let place = answers.iter().position(|answer| answer == right);
        let right = place.ok_or_else(|| {
            format!(
                "the right answer {right:?} to the question {text:?} is not among its answers: {}",
                answers.join(", ")
            )
        })?;
        Ok(Question {
            text,
            answers,
            right,
            explanation,
        })
    }
}

#[cfg(feature = "notebook")]
impl Question {
    /// What stands below the answers after the one at this place was given: the right one is folded, so that there is
    /// still something to find out.
    #[cfg_attr(
        not(feature = "notebook"),
        expect(dead_code, reason = "a terminal asks nothing")
    )]
    pub fn feedback_html(&self, chosen: usize) -> String {
        use crate::notebook::escaped;
        use crate::notebook::words::word;
        let chosen = self.answers.get(chosen).map_or("", String::as_str);
        format!(
            "<div>{}</div><details><summary>{}</summary><b>{}</b>. {}</details>",
            escaped(word("Your answer: {}. Now move the controls and see.")).replacen(
                "{}",
                &format!("<b>{}</b>", escaped(chosen)),
                1
            ),
            escaped(word("The right answer")),
            escaped(&self.answers[self.right]),
            escaped(&self.explanation)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Question;

    fn question(answers: &[&str], right: &str) -> Result<Question, String> {
        let answers = answers.iter().map(|&answer| answer.to_owned()).collect();
        Question::new("Why?".to_owned(), answers, right, "So.".to_owned())
    }

    #[test]
    fn the_right_answer_is_one_of_the_answers() {
        assert_eq!(question(&["a", "b"], "b").unwrap().right, 1);
        let problem = question(&["a", "b"], "c").unwrap_err();
        assert!(problem.contains("not among its answers: a, b"), "{problem}");
        assert!(question(&["a"], "a").unwrap_err().contains("two answers"));
    }
}
