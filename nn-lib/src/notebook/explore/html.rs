//! The result of a run as one piece of HTML.

use crate::notebook::stage::Item;
use crate::notebook::{Bundle, escaped, problem};

/// What was shown, in its order, and the words for what went wrong.
pub fn html(items: &[Item], failure: Option<&str>) -> String {
    let mut html: String = items.iter().map(piece).collect();
    if let Some(text) = failure {
        html.push_str(&best(&problem(text)));
    }
    html
}

fn piece(item: &Item) -> String {
    match item {
        Item::Text(text) => text_block(text),
        Item::Rich(_, bundle) => format!("<div>{}</div>", best(bundle)),
    }
}

/// The form of a bundle that a page shows best.
fn best(bundle: &Bundle) -> String {
    let form = |mime: &str| bundle.data().get(mime).and_then(|form| form.as_str());
    if let Some(html) = form("text/html") {
        return html.to_owned();
    }
    if let Some(svg) = form("image/svg+xml") {
        return svg.to_owned();
    }
    if let Some(png) = form("image/png") {
        let size = &bundle.metadata()["image/png"];
        let words = escaped(bundle.plain_text());
        return format!(
            "<img width=\"{}\" height=\"{}\" alt=\"{words}\" src=\"data:image/png;base64,{png}\">",
            size["width"], size["height"]
        );
    }
    text_block(bundle.plain_text())
}

fn text_block(text: &str) -> String {
    let text = escaped(text.trim_end());
    format!("<pre style=\"margin:0;white-space:pre-wrap\">{text}</pre>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_as_text_and_a_drawing_as_a_drawing() {
        let items = [
            Item::Text("1 < 2\n".to_owned()),
            Item::Rich(None, Bundle::text("words").svg("<svg/>")),
            Item::Rich(None, Bundle::text("<b>")),
        ];
        let html = html(&items, Some("<no data>"));
        assert!(html.contains(">1 &lt; 2</pre><div><svg/></div>"), "{html}");
        assert!(html.contains("&lt;b&gt;</pre>"), "{html}");
        assert!(html.contains("role=\"alert\"") && html.contains("&lt;no data&gt;"));
    }
}
