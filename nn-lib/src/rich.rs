//! Rich output of a notebook's cell: text and HTML of one value.

/// Shows a value: both forms inside a notebook, the text alone elsewhere.
pub(crate) fn show(text: &str, html: &str) {
    use std::io::Write;

    let mut out = std::io::stdout().lock();
    let content = if std::env::var_os("EVCXR_IS_RUNTIME").is_some() {
        format!(
            "EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT\n\
             EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT\n"
        )
    } else {
        format!("{text}\n")
    };
    // A closed standard output is no reason to fail.
    let _ = out.write_all(content.as_bytes()).and_then(|()| out.flush());
}
