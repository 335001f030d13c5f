//! One output in several forms, of which a front end shows the best that it knows.

#[cfg(feature = "notebook")]
use base64::Engine;
use serde_json::{Map, Value};

/// The numbers of a drawing.
#[cfg(feature = "plot")]
const TABLES: &str = "application/vnd.nn-lib.tables+json";

/// One output in several forms: plain text always, and HTML, SVG or PNG where there are.
///
/// ```
/// use nn_lib::notebook::{Bundle, display};
///
/// display(&Bundle::text("42").html("<b>42</b>"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Bundle {
    data: Map<String, Value>,
    metadata: Map<String, Value>,
}

impl Bundle {
    /// An output that a terminal and a screen reader can show.
    pub fn text(text: impl Into<String>) -> Bundle {
        Bundle {
            data: Map::new(),
            metadata: Map::new(),
        }
        .with("text/plain", text.into())
    }

    /// The same output with another plain text.
    #[cfg(feature = "plot")]
    pub(crate) fn with_text(self, text: impl Into<String>) -> Bundle {
        self.with("text/plain", text.into())
    }

    /// Adds the form for a page: a piece of HTML.
    #[must_use]
    pub fn html(self, html: impl Into<String>) -> Bundle {
        self.with("text/html", html.into())
    }

    /// Adds the form of a drawing that stays sharp at any size.
    #[must_use]
    pub fn svg(self, document: impl Into<String>) -> Bundle {
        self.with("image/svg+xml", document.into())
    }

    /// Adds an image, shown `width` x `height` pixels large whatever its resolution.
    #[cfg(feature = "notebook")]
    #[must_use]
    pub fn png(mut self, file: &[u8], width: u32, height: u32) -> Bundle {
        self.metadata.insert(
            "image/png".to_string(),
            serde_json::json!({ "width": width, "height": height }),
        );
        self.with(
            "image/png",
            base64::engine::general_purpose::STANDARD.encode(file),
        )
    }

    /// Adds the form of a widget, which Jupyter's front ends show by its model.
    #[cfg(all(feature = "notebook", unix))]
    pub(super) fn widget(mut self, model: &str) -> Bundle {
        let view = serde_json::json!({ "version_major": 2, "version_minor": 0, "model_id": model });
        let mime = "application/vnd.jupyter.widget-view+json";
        self.data.insert(mime.to_string(), view);
        self
    }

    /// Adds the numbers of a drawing, which a page shows as tables behind it. No front end shows this form.
    #[cfg(feature = "plot")]
    pub(crate) fn tables(mut self, tables: Vec<Value>) -> Bundle {
        if !tables.is_empty() {
            self.data.insert(TABLES.to_string(), Value::Array(tables));
        }
        self
    }

    fn with(mut self, mime: &str, content: String) -> Bundle {
        self.data.insert(mime.to_string(), Value::String(content));
        self
    }

    /// The plain text form.
    pub fn plain_text(&self) -> &str {
        self.data
            .get("text/plain")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    pub(super) fn data(&self) -> &Map<String, Value> {
        &self.data
    }

    pub(super) fn metadata(&self) -> &Map<String, Value> {
        &self.metadata
    }

    /// A block for each form, as evcxr's own kernel reads them.
    pub(super) fn evcxr_blocks(&self) -> String {
        let forms = self
            .data
            .iter()
            .filter_map(|(mime, content)| Some((mime, content.as_str()?)));
        forms
            .map(|(mime, content)| super::block(mime, content))
            .collect()
    }
}
