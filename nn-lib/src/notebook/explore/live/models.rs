//! The models of Jupyter's widgets (`@jupyter-widgets/controls` 2.0.0) for the controls.

use super::super::scale::{Scale, ScaleKind};
use super::super::spec::{Kind, Position, Spec};
use serde_json::{Map, Value, json};

const BASE: &str = "@jupyter-widgets/base";
const CONTROLS: &str = "@jupyter-widgets/controls";
const VERSION: &str = "2.0.0";

/// The state of a model that is seen: `IntSlider` and its own fields.
pub fn visible(name: &str, fields: Value) -> Value {
    let own = json!({
        "_model_module": CONTROLS, "_model_module_version": VERSION, "_model_name": format!("{name}Model"),
        "_view_module": CONTROLS, "_view_module_version": VERSION, "_view_name": format!("{name}View"),
        "_view_count": null, "_dom_classes": [], "tabbable": null, "tooltip": null
    });
    joined(own, fields)
}

/// The state of a style: `SliderStyle` and its own fields.
pub fn style(name: &str, fields: Value) -> Value {
    let own = json!({
        "_model_module": CONTROLS, "_model_module_version": VERSION, "_model_name": format!("{name}Model"),
        "_view_module": BASE, "_view_module_version": VERSION, "_view_name": "StyleView", "_view_count": null
    });
    joined(own, fields)
}

/// The state of a layout: some of CSS.
pub fn layout(fields: Value) -> Value {
    let own = json!({
        "_model_module": BASE, "_model_module_version": VERSION, "_model_name": "LayoutModel",
        "_view_module": BASE, "_view_module_version": VERSION, "_view_name": "LayoutView", "_view_count": null
    });
    joined(own, fields)
}

fn joined(mut state: Value, fields: Value) -> Value {
    if let (Value::Object(state), Value::Object(fields)) = (&mut state, fields) {
        state.extend(fields);
    }
    state
}

/// The name of a control's model, of its style, and its own fields at a position.
pub fn control(spec: &Spec, position: &Position) -> (&'static str, &'static str, Value) {
    let (name, style, mut fields) = match &spec.kind {
        Kind::Slider(scale) | Kind::Range(scale) => {
            let two = matches!(spec.kind, Kind::Range(_));
            let name = match (scale.kind, two) {
                (ScaleKind::Whole, false) => "IntSlider",
                (ScaleKind::Whole, true) => "IntRangeSlider",
                (ScaleKind::Real, false) => "FloatSlider",
                (ScaleKind::Real, true) => "FloatRangeSlider",
                (ScaleKind::Logarithmic, _) => "FloatLogSlider",
            };
            (name, "SliderStyle", slider(scale))
        }
        Kind::Choice(labels) => (
            "Dropdown",
            "DescriptionStyle",
            json!({ "_options_labels": labels }),
        ),
        Kind::Checkbox => ("Checkbox", "CheckboxStyle", json!({ "indent": true })),
        Kind::Text => (
            "Text",
            "TextStyle",
            json!({ "placeholder": "", "continuous_update": true }),
        ),
        Kind::Button | Kind::Given => (
            "Button",
            "ButtonStyle",
            json!({ "icon": "", "button_style": "" }),
        ),
    };
    fields["description"] = spec.name.clone().into();
    fields["description_allow_html"] = false.into();
    if let Some((field, value)) = value(spec, position) {
        fields[field] = value;
    }
    (name, style, fields)
}

fn slider(scale: &Scale) -> Value {
    let last = scale.first + scale.step * (scale.count - 1) as f64;
    let (format, ends) = match scale.kind {
        ScaleKind::Whole => ("d", [json!(scale.first as i64), json!(last as i64)]),
        ScaleKind::Real => (
            "",
            [json!(scale.first), json!(scale.number(scale.count - 1))],
        ),
        ScaleKind::Logarithmic => (".3~g", [json!(scale.first), json!(last)]),
    };
    let [min, max] = ends;
    let step = match scale.kind {
        ScaleKind::Whole => json!(scale.step as i64),
        _ => json!(scale.step),
    };
    let format = match format {
        "" => format!(".{}f", decimals(scale)),
        format => format.to_owned(),
    };
    json!({
        "min": min, "max": max, "step": step, "base": 10.0, "orientation": "horizontal", "readout": true,
        "readout_format": format, "continuous_update": true, "behavior": "drag-tap"
    })
}

/// How many decimals tell the positions apart.
fn decimals(scale: &Scale) -> usize {
    let longest = (0..scale.count.min(200)).map(|place| {
        let label = scale.label(place);
        label
            .split_once('.')
            .map_or(0, |(_, decimals)| decimals.len())
    });
    longest.max().unwrap_or(0).min(6)
}

/// The field of a control's model that says where it stands, and its content there.
pub fn value(spec: &Spec, position: &Position) -> Option<(&'static str, Value)> {
    Some(match (&spec.kind, position) {
        (Kind::Slider(scale) | Kind::Range(scale), Position::Place(place)) => {
            ("value", number(scale, *place))
        }
        (Kind::Slider(scale) | Kind::Range(scale), Position::Places(low, high)) => {
            ("value", json!([number(scale, *low), number(scale, *high)]))
        }
        (Kind::Checkbox, Position::Place(place)) => ("value", json!(*place > 0)),
        (Kind::Choice(_), Position::Place(place)) => ("index", json!(place)),
        (_, Position::Text(text)) => ("value", json!(text)),
        _ => return None,
    })
}

fn number(scale: &Scale, place: usize) -> Value {
    match scale.kind {
        ScaleKind::Whole => json!(scale.number(place) as i64),
        // The widget has the powers of ten between which three digits are shown.
        ScaleKind::Logarithmic => {
            json!(libm::pow(10.0, scale.first + scale.step * place as f64))
        }
        ScaleKind::Real => json!(scale.number(place)),
    }
}

/// Where a control stands after a front end has changed these fields of its model; nothing where it has not moved.
pub fn moved(spec: &Spec, state: &Map<String, Value>) -> Option<Position> {
    let value = || state.get("value");
    match &spec.kind {
        Kind::Slider(scale) => Some(Position::Place(scale.place(value()?.as_f64()?))),
        Kind::Range(scale) => {
            let ends = value()?.as_array()?;
            let place = |end: usize| Some(scale.place(ends.get(end)?.as_f64()?));
            let (one, other) = (place(0)?, place(1)?);
            Some(Position::Places(one.min(other), one.max(other)))
        }
        Kind::Choice(labels) => {
            let place = usize::try_from(state.get("index")?.as_u64()?).ok()?;
            (place < labels.len()).then_some(Position::Place(place))
        }
        Kind::Checkbox => Some(Position::Place(usize::from(value()?.as_bool()?))),
        Kind::Text => Some(Position::Text(value()?.as_str()?.to_owned())),
        Kind::Button | Kind::Given => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(kind: Kind, start: Position) -> Spec {
        let name = "rate".to_owned();
        Spec { name, kind, start }
    }

    #[test]
    fn a_position_is_found_again_in_the_value_of_its_model() {
        let scales = [
            Scale::even(1.0, 64.0, 1.0, true).unwrap(),
            Scale::even(0.0, 1.0, 0.05, false).unwrap(),
            Scale::logarithmic(1e-4, 1.0, 4).unwrap(),
        ];
        let labels = vec!["a".to_owned(), "b".to_owned()];
        let sliders = scales.map(|scale| spec(Kind::Slider(scale), Position::Place(0)));
        let ranges = scales.map(|scale| spec(Kind::Range(scale), Position::Places(0, 1)));
        let others = [
            spec(Kind::Choice(labels), Position::Place(0)),
            spec(Kind::Checkbox, Position::Place(0)),
            spec(Kind::Text, Position::Text("words".to_owned())),
        ];
        for spec in sliders.into_iter().chain(ranges).chain(others) {
            for position in spec.positions() {
                let (field, value) = value(&spec, &position).unwrap();
                let state = Map::from_iter([(field.to_owned(), value)]);
                assert_eq!(moved(&spec, &state), Some(position), "{spec:?}");
            }
            assert_eq!(moved(&spec, &Map::new()), None);
            let wrong = json!({ "value": {}, "index": -1 });
            assert_eq!(moved(&spec, wrong.as_object().unwrap()), None);
        }
    }

    #[test]
    fn a_slider_shows_as_many_decimals_as_its_step_needs() {
        let scale = Scale::even(0.0, 1.0, 0.05, false).unwrap();
        let (name, style, fields) = control(
            &spec(Kind::Slider(scale), Position::Place(0)),
            &Position::Place(6),
        );
        assert_eq!((name, style), ("FloatSlider", "SliderStyle"));
        assert_eq!(fields["readout_format"], ".2f");
        assert_eq!(fields["value"], 0.3);
        assert_eq!(fields["max"], 1.0);
    }
}
