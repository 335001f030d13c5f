//! `export`: the files are whole in themselves, for reading and for the lecture hall.

mod cli_support;

use std::fs;

use classroom_tests::trials::{BROWSER, Missing, missing, run, test};
use cli_support::page::{fetched, found_browser, opened, outside};
use cli_support::{Home, assert_says, code, markdown, text};
use serde_json::{Value, json};

fn main() {
    run([
        test(a_page_fetches_nothing_and_shows_formulas_charts_and_the_last_state_of_a_line),
        test(slides_bring_reveal_with_them_and_follow_the_slide_metadata),
        test(chromium_opens_page_and_slides_without_a_request_to_another_machine),
        test(a_pdf_is_printed_where_chromium_is_and_explained_where_it_is_not),
        test(a_pdf_has_its_language_title_headings_tables_and_alternative_texts_for_who_listens),
        test(a_failing_cell_fails_the_export),
        test(
            without_execution_the_outputs_of_the_last_run_are_taken_unless_the_notebook_has_changed,
        ),
    ])
}

/// A notebook with everything that could refer to another machine, outputs included.
fn demanding(home: &Home) {
    let mut printed = code("print_something();");
    printed["execution_count"] = json!(1);
    printed["outputs"] = json!([
        { "output_type": "stream", "name": "stdout", "text": "epoch 1\repoch 2\n" },
        { "output_type": "display_data", "metadata": {}, "data": {
            "image/svg+xml": "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"40\"><text x=\"1\" y=\"20\">Loss</text></svg>",
            "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==" } },
    ]);
    printed["metadata"] = json!({ "slideshow": { "slide_type": "fragment" } });
    let mut folded = code("let solution = 42;");
    folded["metadata"] = json!({ "jupyter": { "source_hidden": true } });
    home.notebook_of(
        "demanding",
        vec![
            slide(markdown("# A title with $x^2$\n\n![far](https://example.org/far.png) <img src=\"//example.org/b.png\">"), "slide"),
            slide(markdown("## Formulas\n\n$$\\frac{1}{N} \\sum_i w_i$$\n\n<details>\n<summary>Solution</summary>\n\n`inside`\n\n</details>"), "slide"),
            printed,
            slide(markdown("### Notes only"), "notes"),
            slide(markdown("## Skipped on slides"), "skip"),
            folded,
        ],
    );
}

fn slide(mut cell: Value, kind: &str) -> Value {
    cell["metadata"] = json!({ "slideshow": { "slide_type": kind } });
    cell
}

fn exported(home: &Home, kind: &str, file: &str) -> String {
    demanding(home);
    let output = home.run(&[
        "export",
        "--to",
        kind,
        "--no-execute",
        "demanding.ipynb",
        "--output",
        "out",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, &format!("out/{file}"));
    fs::read_to_string(home.path().join("out").join(file)).unwrap_or_default()
}

fn a_page_fetches_nothing_and_shows_formulas_charts_and_the_last_state_of_a_line() {
    let home = Home::set_up();
    let page = exported(&home, "html", "demanding.html");
    let outside = outside(&page);
    assert!(outside.is_empty(), "{outside:?}");
    assert!(page.matches("<math").count() == 2 && !page.contains("$$"));
    assert!(page.contains("data:image/svg+xml;base64,") && page.contains("alt=\"Chart: Loss\""));
    assert!(
        !page.contains("data:image/png"),
        "the same chart is in the page twice"
    );
    assert!(page.contains("epoch 2") && !page.contains("epoch 1"));
    assert!(page.contains("<a href=\"https://example.org/far.png\">far</a>"));
    assert!(page.contains("href=\"#formulas\"") && page.contains("id=\"formulas\""));
    assert!(page.contains("prefers-color-scheme: dark"));
    assert_eq!(page.matches("<details class=\"input\" open>").count(), 1);
    assert_eq!(
        page.matches("<details class=\"input\">").count(),
        1,
        "the folded cell"
    );
    let (start, end) = (
        page.find("<summary>Solution").expect("folded"),
        page.find("<code>inside</code>").expect("text"),
    );
    assert!(
        !page[start..end].contains("</details>"),
        "the solution fell out of its fold"
    );
}

fn slides_bring_reveal_with_them_and_follow_the_slide_metadata() {
    let home = Home::set_up();
    let slides = exported(&home, "slides", "demanding.slides.html");
    assert!(
        fetched(&slides)
            .into_iter()
            .filter(|url| !url.starts_with("data:"))
            .all(|url| !url.contains("//"))
    );
    assert!(slides.contains("Reveal.initialize") && slides.len() > 100_000);
    let body = &slides[slides.find("<div class=\"slides\">").expect("slides")..];
    assert_eq!(
        body[..body.find("<script>").expect("a script")]
            .matches("<section>")
            .count(),
        2
    );
    assert!(
        slides.contains("<aside class=\"notes\">") && slides.contains("<div class=\"fragment\">")
    );
    assert!(!slides.contains("Skipped on slides"));
}

fn chromium_opens_page_and_slides_without_a_request_to_another_machine() -> Result<(), Missing> {
    let home = Home::set_up();
    exported(&home, "html", "demanding.html");
    exported(&home, "slides", "demanding.slides.html");
    for (file, sign) in [
        ("demanding.html", "<h1"),
        ("demanding.slides.html", "class=\"present\""),
    ] {
        let (requests, document) = opened(&home, &home.path().join("out").join(file))?;
        assert!(requests.is_empty(), "{file}: {requests:?}");
        assert!(document.contains(sign), "{file} was not shown");
    }
    Ok(())
}

fn a_pdf_is_printed_where_chromium_is_and_explained_where_it_is_not() -> Result<(), Missing> {
    let home = Home::set_up();
    demanding(&home);
    let nowhere = home.programs(&["rustc", "cargo", "cc", "python3"]);
    let arguments = [
        "export",
        "--to",
        "pdf",
        "--no-execute",
        "demanding.ipynb",
        "--output",
        "out",
    ];
    let output = home
        .command()
        .args(arguments)
        .env("PATH", nowhere)
        .env_remove("CHROME")
        .output()
        .expect("it starts");
    assert!(!output.status.success());
    assert_says(&output, "a PDF is printed by Chromium or Chrome");
    let output = home.run(&arguments);
    if text(&output).contains("none was found") {
        return Err(missing(BROWSER, "no Chromium and no Chrome"));
    }
    assert!(output.status.success(), "{}", text(&output));
    let pdf = fs::read(home.path().join("out/demanding.pdf")).expect("the PDF is written");
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 5_000);
    Ok(())
}

/// The texts that follow a name in a PDF: in parentheses, or as hexadecimal numbers of UTF-16.
fn texts_of(pdf: &str, name: &str) -> Vec<String> {
    let name = format!("/{name} ");
    let after = pdf.split(&name).skip(1);
    after
        .filter_map(|rest| {
            if let Some(numbers) = rest.strip_prefix("<FEFF") {
                let numbers = numbers.split_once('>')?.0.as_bytes().chunks(4);
                let units: Option<Vec<u16>> = numbers
                    .map(|four| u16::from_str_radix(std::str::from_utf8(four).ok()?, 16).ok())
                    .collect();
                return String::from_utf16(&units?).ok();
            }
            let text = rest.strip_prefix('(')?;
            let mut ends = text.match_indices(')').map(|(place, _)| place);
            let end = ends.find(|&place| !text[..place].ends_with('\\'))?;
            Some(text[..end].replace('\\', ""))
        })
        .collect()
}

/// What a PDF reader needs to read aloud. Chromium writes this part of a PDF as text.
fn a_pdf_has_its_language_title_headings_tables_and_alternative_texts_for_who_listens()
-> Result<(), Missing> {
    found_browser()?;
    let home = Home::with_pages();
    let chart = |title: &str| {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"60\" height=\"40\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>\
             <desc>Figure \"{title}\": a line from 1 down to 0</desc><text x=\"1\" y=\"20\">{title}</text></svg>"
        );
        let mut cell = code("figure");
        cell["outputs"] = json!([
            { "output_type": "display_data", "metadata": {}, "data": { "image/svg+xml": svg } },
            { "output_type": "display_data", "metadata": {}, "data": { "text/html":
                "<table><thead><tr><th scope=\"col\">n</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>" } },
        ]);
        cell
    };
    for (language, title, alternative) in [
        (
            "en",
            "Loss (first)",
            "Chart: Loss (first). a line from 1 down to 0",
        ),
        ("ko", "손실", "차트: 손실. a line from 1 down to 0"),
    ] {
        let heading = format!("# {title}\n\n## 1\n\n- a point");
        let path = home.notebook_of("lesson", vec![markdown(&heading), chart(title)]);
        let mut notebook: Value =
            serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
        notebook["metadata"]["lang"] = json!(language);
        fs::write(&path, notebook.to_string()).expect("writable");
        let output = home.run(&[
            "export",
            "--to",
            "pdf",
            "--no-execute",
            "lesson.ipynb",
            "-o",
            "out",
        ]);
        assert!(output.status.success(), "{}", text(&output));
        let pdf = fs::read(home.path().join("out/lesson.pdf")).expect("the PDF is written");
        let pdf = String::from_utf8_lossy(&pdf);
        let catalog = pdf
            .split("/Type /Catalog")
            .nth(1)
            .expect("it has a catalog");
        let catalog = &catalog[..catalog.find("endobj").expect("it ends")];
        for part in ["/Marked true", "/StructTreeRoot ", "/DisplayDocTitle true"] {
            assert!(catalog.contains(part), "{part}: {catalog}");
        }
        assert_eq!(texts_of(catalog, "Lang"), [language]);
        assert_eq!(texts_of(&pdf, "Title")[0], title);
        assert_eq!(texts_of(&pdf, "Alt"), [alternative]);
        for (element, count) in [
            ("H1", 1),
            ("H2", 1),
            ("Table", 1),
            ("TH", 1),
            ("L", 1),
            ("Figure", 1),
        ] {
            let found = pdf.matches(&format!("/S /{element}\n")).count();
            assert_eq!(found, count, "{language}: {element}");
        }
    }
    Ok(())
}

fn a_failing_cell_fails_the_export() {
    let home = Home::set_up();
    home.notebook("bad", &["let a: u8 = 256;"]);
    let output = home.run(&["export", "bad.ipynb", "--output", "out"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(!home.path().join("out/bad.html").exists());
}

fn without_execution_the_outputs_of_the_last_run_are_taken_unless_the_notebook_has_changed() {
    let home = Home::set_up();
    home.notebook("twice", &["println!(\"{}\", 123 * 1001);"]);
    assert!(
        home.run(&["run", "twice.ipynb", "--output", "out"])
            .status
            .success()
    );
    let export = ["export", "--no-execute", "twice.ipynb", "--output", "out"];
    assert!(home.run(&export).status.success());
    let page = || fs::read_to_string(home.path().join("out/twice.html")).expect("written");
    assert!(page().contains("123123"));
    home.notebook("twice", &["println!(\"{}\", 124 * 1001);"]);
    let output = home.run(&export);
    assert_says(&output, "has no outputs yet");
    assert!(!page().contains("123123"));
}
