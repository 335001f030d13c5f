//! Documentation as type inference gives it, made fit for a reader of a notebook.

/// The page without what only the author of the code needs: private fields, and the lines that an example hides.
pub fn tidy(html: &str) -> String {
    let (head, text) = match html.split_once("<hr />") {
        Some((head, text)) => (head, Some(text)),
        None => (html, None),
    };
    let mut tidy = String::new();
    let mut hidden = false;
    for line in head.split_inclusive('\n') {
        if is_private_field(line) {
            hidden = true;
            continue;
        }
        if hidden && line.starts_with('}') && !tidy.ends_with("/* … */\n") {
            tidy.push_str("    /* … */\n");
        }
        tidy.push_str(line);
    }
    if let Some(text) = text {
        tidy.push_str("<hr />");
        let shown = text
            .split_inclusive('\n')
            .filter(|line| !line.starts_with("# "));
        tidy.extend(shown);
    }
    // Below a cell, a chapter of the documentation is a small thing.
    for level in ["1", "2", "3"] {
        for tag in ["<h", "</h"] {
            tidy = tidy.replace(&format!("{tag}{level}>"), &format!("{tag}4>"));
        }
    }
    tidy
}

/// `    units: usize,`
fn is_private_field(line: &str) -> bool {
    let Some(field) = line.strip_prefix("    ") else {
        return false;
    };
    if field.starts_with("pub(") {
        return true;
    }
    let name = field.split(':').next().unwrap_or_default();
    let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    field.contains(": ") && !name.is_empty() && is_name(name)
}

/// A page as plain text.
pub fn plain(html: &str) -> String {
    let mut plain = String::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        plain.push_str(text);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        match tag.split(' ').next().unwrap_or_default() {
            "p" | "pre" | "h1" | "h2" | "h3" | "h4" | "hr" | "table" | "ul" | "ol" => {
                plain.push_str("\n\n");
            }
            "li" => plain.push_str("\n- "),
            "tr" => plain.push('\n'),
            "/td" | "/th" => plain.push_str("  "),
            "/h1" | "/h2" | "/h3" | "/h4" | "/pre" | "/table" | "/ul" | "/ol" => {
                plain.push_str("\n\n");
            }
            _ => {}
        }
        rest = after;
    }
    plain.push_str(rest);
    while plain.contains("\n\n\n") {
        plain = plain.replace("\n\n\n", "\n\n");
    }
    let characters = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    for (escaped, character) in characters {
        plain = plain.replace(escaped, character);
    }
    plain.trim().to_owned() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<pre><code class=\"language-rust\">pub struct Dense {\n    pub open: usize,\n    pub(crate) shape: Shape,\n    units: Vec&lt;u8&gt;,\n}\n\
        </code></pre>\n<hr />\n<h1>Shapes</h1>\n<p>Input <code>(batch)</code>.</p>\n<pre><code>let a = 1;\n# Ok(())\n</code></pre>\n";

    #[test]
    fn private_fields_and_hidden_lines_of_examples_are_not_shown() {
        let tidy = tidy(PAGE);
        assert!(
            tidy.contains("    pub open: usize,\n    /* … */\n}"),
            "{tidy}"
        );
        assert!(tidy.contains("let a = 1;\n</code>"), "{tidy}");
        assert!(tidy.contains("<h4>Shapes</h4>"), "{tidy}");
    }

    #[test]
    fn plain_text_has_the_paragraphs_of_the_page() {
        assert_eq!(
            plain(&tidy(PAGE)),
            "pub struct Dense {\n    pub open: usize,\n    /* … */\n}\n\nShapes\n\nInput (batch).\n\nlet a = 1;\n"
        );
    }
}
