//! The controls of a page as HTML: the browser's own, so that keyboard and screen reader know them.
//!
//! Without the script there is the first result with its positions in words; so it is on paper.

use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::super::exploration::Exploration;
use super::super::question::Question;
use super::super::scale::Scale;
use super::super::spec::{Kind, Position, Spec};
use crate::notebook::escaped;
use crate::notebook::words::word;

const SCRIPT: &str = include_str!("script.js");
const STYLE: &str = include_str!("style.css");

/// Question, controls and results. `number` counts the explorations of a page, `first` is the result at the start, `packed`
/// has all of them.
pub fn html(exploration: &Exploration, number: usize, first: &str, packed: &str) -> String {
    let title = escaped(&exploration.title);
    let start = exploration.start();
    let words = escaped(&super::in_words(&exploration.controls, &start));
    let question = exploration.question.as_ref();
    let asked = question.map_or_else(String::new, |question| asked(question, number));
    let controls: String = exploration.controls.iter().map(control).collect();
    let locked = if question.is_some() { " disabled" } else { "" };
    format!(
        "<div class=\"nn-explore\" role=\"group\" aria-label=\"{title}\" data-prevent-swipe>\n\
         <style>\n{STYLE}</style>\n\
         <p class=\"nn-title\">{title}</p>\n\
         {asked}\
         <fieldset class=\"nn-controls\" hidden{locked}>\n<legend class=\"nn-unseen\">Controls</legend>\n{controls}</fieldset>\n\
         <p class=\"nn-at\">{words}</p>\n\
         <p class=\"nn-unseen\" role=\"status\"></p>\n\
         <div class=\"nn-result\">{first}</div>\n\
         <script type=\"text/plain\">{packed}</script>\n\
         <script>\n{SCRIPT}</script>\n\
         </div>"
    )
}

/// The question that comes before the first move.
fn asked(question: &Question, number: usize) -> String {
    let answers = question.answers.iter().map(|answer| {
        format!(
            "<label><input type=\"radio\" name=\"nn-answer-{number}\" autocomplete=\"off\"> {}</label>\n",
            escaped(answer)
        )
    });
    let answers: String = answers.collect();
    let feedback: Vec<String> = (0..question.answers.len())
        .map(|chosen| question.feedback_html(chosen))
        .collect();
    format!(
        "<fieldset class=\"nn-question\" data-feedback=\"{}\">\n<legend>{}</legend>\n{answers}\
         <button type=\"button\" disabled>{}</button>\n</fieldset>\n\
         <div class=\"nn-feedback\" role=\"status\"></div>\n",
        escaped(&json!(feedback).to_string()),
        escaped(&question.text),
        escaped(word("Answer, then move the controls")),
    )
}

/// A control with what the script needs of it: what it is, and the words for its positions.
fn control(control: &Spec) -> String {
    let name = escaped(&control.name);
    let words = escaped(&super::words(control, &control.start));
    match (&control.kind, &control.start) {
        (Kind::Slider(scale), Position::Place(place)) => {
            let slider = slider(&name, scale, *place);
            wrapped(
                "slider",
                scale,
                &format!("{slider}{}", output(scale, *place)),
            )
        }
        (Kind::Range(scale), Position::Places(low, high)) => {
            let (from, to) = (
                slider(word("from"), scale, *low),
                slider(word("to"), scale, *high),
            );
            let (first, second) = (output(scale, *low), output(scale, *high));
            wrapped(
                "range",
                scale,
                &format!(
                    "<span class=\"nn-name\">{name}</span><div role=\"group\" aria-label=\"{name}\">\
                     <div>{from}{first}</div><div>{to}{second}</div></div>"
                ),
            )
        }
        (Kind::Choice(labels), Position::Place(place)) => {
            let options = labels.iter().enumerate().map(|(k, label)| {
                let chosen = if k == *place { " selected" } else { "" };
                format!("<option{chosen}>{}</option>", escaped(label))
            });
            let options: String = options.collect();
            format!(
                "<div class=\"nn-control\" data-kind=\"choice\"><label><span class=\"nn-name\">{name}</span>\
                 <select autocomplete=\"off\">{options}</select></label></div>\n"
            )
        }
        (Kind::Checkbox, Position::Place(place)) => {
            let checked = if *place == 1 { " checked" } else { "" };
            format!(
                "<div class=\"nn-control\" data-kind=\"checkbox\"><label><span class=\"nn-name\">{name}</span>\
                 <input type=\"checkbox\" autocomplete=\"off\"{checked}></label></div>\n"
            )
        }
        (Kind::Text, Position::Text(text)) => format!(
            "<div class=\"nn-control\" data-words=\"{words}\"><label><span class=\"nn-name\">{name}</span>\
             <input type=\"text\" readonly value=\"{}\"></label><span class=\"nn-note\">{}</span></div>\n",
            escaped(text),
            escaped(word("can be changed in the notebook"))
        ),
        (Kind::Button, _) => format!(
            "<div class=\"nn-control\"><button type=\"button\" disabled>{name}</button>\
             <span class=\"nn-note\">{}</span></div>\n",
            escaped(word("can be pressed in the notebook"))
        ),
        // A value of the notebook, which nobody moves.
        _ => String::new(),
    }
}

fn wrapped(kind: &str, scale: &Scale, content: &str) -> String {
    let labels: Vec<String> = (0..scale.count).map(|place| scale.label(place)).collect();
    let labels = escaped(&json!(labels).to_string());
    format!(
        "<div class=\"nn-control\" data-kind=\"{kind}\" data-labels=\"{labels}\">{content}</div>\n"
    )
}

fn slider(name: &str, scale: &Scale, place: usize) -> String {
    format!(
        "<label><span class=\"nn-name\">{name}</span><input type=\"range\" min=\"0\" max=\"{}\" value=\"{place}\" \
         aria-valuetext=\"{}\" autocomplete=\"off\"></label>",
        scale.count - 1,
        escaped(&scale.label(place))
    )
}

/// The position in words. A screen reader has it from the slider itself.
fn output(scale: &Scale, place: usize) -> String {
    let widest = (0..scale.count)
        .map(|place| scale.label(place).width())
        .max();
    format!(
        "<output aria-hidden=\"true\" style=\"min-width:{}ch\">{}</output>",
        widest.unwrap_or(1),
        escaped(&scale.label(place))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_has_its_name_as_a_label_and_what_readers_wrote_is_text() {
        let scale = Scale::even(1.0, 4.0, 1.0, true).unwrap();
        let spec = |name: &str, kind, start| Spec {
            name: name.to_owned(),
            kind,
            start,
        };
        let controls = vec![
            Ok(spec("a<b", Kind::Slider(scale), Position::Place(1))),
            Ok(spec("part", Kind::Range(scale), Position::Places(0, 2))),
            Ok(spec(
                "word",
                Kind::Choice(vec!["\"x\"".into(), "y".into()]),
                Position::Place(1),
            )),
            Ok(spec("on", Kind::Checkbox, Position::Place(1))),
            Ok(spec("review", Kind::Text, Position::Text("<i>".into()))),
            Ok(spec("again", Kind::Button, Position::Pressed(0))),
        ];
        let exploration = Exploration::new(
            "A & B".to_owned(),
            controls,
            Box::new(|_| Ok(Box::new(|_| ()))),
        )
        .unwrap();
        let html = html(&exploration, 0, "FIRST", "PACKED");
        for part in [
            "aria-label=\"A &amp; B\"",
            "<label><span class=\"nn-name\">a&lt;b</span><input type=\"range\" min=\"0\" max=\"3\" value=\"1\" aria-valuetext=\"2\"",
            "data-labels=\"[&quot;1&quot;,&quot;2&quot;,&quot;3&quot;,&quot;4&quot;]\"",
            "<option selected>y</option>",
            "<option>&quot;x&quot;</option>",
            " checked>",
            "value=\"&lt;i&gt;\"",
            "a&lt;b = 2, part = 1 – 3, word = y, on = on, review = &lt;i&gt;</p>",
            "<div class=\"nn-result\">FIRST</div>",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
        assert!(!html.contains("nn-question\" "), "nothing is asked");
    }
}
