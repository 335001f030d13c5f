//! A page is whole in itself: what a notebook names becomes part of it, or is left out and said.

mod cli_support;

use std::fs;

use classroom_tests::trials::{Missing, run, test};
use cli_support::page::{opened, outside};
use cli_support::{Home, assert_says, code, markdown, text};
use serde_json::{Value, json};

fn main() {
    run([
        test(attached_pictures_are_found_whatever_letters_their_names_have),
        test(pictures_beside_the_notebook_are_found_whatever_letters_their_names_have),
        test(a_missing_picture_is_said_and_stands_on_the_page_as_text),
        test(a_link_to_another_notebook_leads_to_what_is_made_of_it),
        test(nothing_from_elsewhere_stays_in_the_text_and_what_was_left_out_is_said_once),
        test(outputs_of_other_peoples_notebooks_load_nothing_either),
        test(formulas_on_several_lines_stand_in_lines_and_columns),
        test(a_macro_holds_in_the_cells_after_the_one_that_defines_it),
        test(a_formula_that_cannot_be_converted_is_said_and_stays_readable),
        test(a_notebook_in_python_is_exported_as_it_is),
        test(several_notebooks_have_an_index_and_lead_to_each_other),
        test(solutions_are_open_in_the_teachers_copy_alone),
    ])
}

/// One pixel.
const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc`\xf8\xcfP\x0f\0\x03\x86\x01\x80\x5a\x34\x7d\x6b\0\0\0\0IEND\xaeB`\x82";
const PIXEL_BASE64: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M9QDwADhgGApanFogAAAABJRU5ErkJggg==";

/// Exports a notebook of these cells; the page and everything that was printed.
fn exported(home: &Home, cells: Vec<Value>) -> (String, String) {
    home.notebook_of("lesson", cells);
    let output = home.run(&["export", "--no-execute", "lesson.ipynb", "-o", "out"]);
    assert!(output.status.success(), "{}", text(&output));
    let page = fs::read_to_string(home.path().join("out/lesson.html")).expect("it is written");
    (page, text(&output))
}

fn with_attachment(source: &str, name: &str) -> Value {
    let mut cell = markdown(source);
    cell["attachments"] = json!({ name: { "image/png": PIXEL_BASE64 } });
    cell
}

fn with_output(data: Value) -> Value {
    let mut cell = code("show()");
    cell["execution_count"] = json!(1);
    cell["outputs"] = json!([{ "output_type": "display_data", "metadata": {}, "data": data }]);
    cell
}

/// How many pictures are part of a page.
fn pictures(page: &str) -> usize {
    page.matches("src=\"data:image/").count()
}

fn attached_pictures_are_found_whatever_letters_their_names_have() {
    let home = Home::with_pages();
    let cells = vec![
        with_attachment("![그림](attachment:손실그래프.png)", "손실그래프.png"),
        with_attachment("![a](attachment:my%20plot.png)", "my plot.png"),
        with_attachment("![a](<attachment:my plot (1).png>)", "my plot (1).png"),
        with_attachment("![a](attachment:50%25.png)", "50%.png"),
        // A Mac writes Hangul as consonants and vowels.
        with_attachment("![a](attachment:\u{1100}\u{1161}\u{11a8}.png)", "각.png"),
        with_attachment("![a][there]\n\n[there]: attachment:b.png", "b.png"),
        with_attachment("<img src=\"attachment:html.png\">", "html.png"),
    ];
    let (page, said) = exported(&home, cells);
    assert_eq!(pictures(&page), 7, "{said}");
    assert!(!said.contains("missing"), "{said}");
}

fn pictures_beside_the_notebook_are_found_whatever_letters_their_names_have() {
    let home = Home::with_pages();
    let figures = home.path().join("figures");
    fs::create_dir_all(&figures).expect("the directory can be created");
    for name in [
        "계획.png",
        "plan 1.png",
        "a (1).png",
        "50%.png",
        "x#y.png",
        "\u{1100}\u{1161}.png",
    ] {
        fs::write(figures.join(name), PIXEL).expect("writable");
    }
    let absolute = figures.join("계획.png");
    let source = format!(
        "![1](figures/계획.png) ![2](figures/plan%201.png) ![3](<figures/plan 1.png>) ![4](figures/a%20(1).png) \
         ![5](figures/50%25.png) ![6](figures/x%23y.png) ![7](figures/가.png) ![8][ref] <img src='figures/plan 1.png'> \
         <IMG width=9 SRC=figures/계획.png> ![11]({absolute}) ![12](file://{absolute}) ![13](./figures/../figures/계획.png) \
         ![14](/figures/계획.png)\n\n[ref]: figures/%EA%B3%84%ED%9A%8D.png \"plan\"",
        absolute = absolute.display()
    );
    let (page, said) = exported(&home, vec![markdown(&source)]);
    assert_eq!(pictures(&page), 14, "{said}");
    assert!(!said.contains("missing"), "{said}");
}

fn a_missing_picture_is_said_and_stands_on_the_page_as_text() {
    let home = Home::with_pages();
    fs::write(home.path().join("password.txt"), "secret").expect("writable");
    let source = "![a](figures/없음.png) ![b](attachment:gone.png) <img src=\"lost.png\"> ![c](password.txt)";
    let (page, said) = exported(
        &home,
        vec![markdown(source), markdown("![a](figures/없음.png)")],
    );
    assert!(outside(&page).is_empty() && pictures(&page) == 0);
    assert!(page.contains("[not found: figures/없음.png]"));
    for name in ["figures/없음.png", "gone.png", "lost.png", "password.txt"] {
        assert_eq!(said.matches(name).count(), 1, "{name} in {said}");
    }
}

fn a_link_to_another_notebook_leads_to_what_is_made_of_it() {
    let home = Home::with_pages();
    home.notebook_of("3.5-더", vec![markdown("# Next")]);
    let source = "[next](3.5-더.ipynb#part) [gone](gone.ipynb) [far](https://example.org/a.ipynb)";
    home.notebook_of("lesson", vec![markdown(source)]);
    for (kind, file, ending) in [
        ("html", "lesson.html", ".html"),
        ("slides", "lesson.slides.html", ".slides.html"),
    ] {
        let output = home.run(&[
            "export",
            "--no-execute",
            "--to",
            kind,
            "lesson.ipynb",
            "-o",
            "out",
        ]);
        assert!(output.status.success(), "{}", text(&output));
        let page = fs::read_to_string(home.path().join("out").join(file)).expect("it is written");
        let next = format!("href=\"3.5-%EB%8D%94{ending}#part\"");
        for link in [
            next.as_str(),
            "href=\"gone.ipynb\"",
            "href=\"https://example.org/a.ipynb\"",
        ] {
            assert!(page.contains(link), "{link} is not in {file}");
        }
    }
}

fn nothing_from_elsewhere_stays_in_the_text_and_what_was_left_out_is_said_once()
-> Result<(), Missing> {
    let home = Home::with_pages();
    fs::write(
        home.path().join("near.css"),
        "@import 'https://example.org/i.css'; q { color: red }",
    )
    .expect("writable");
    fs::write(home.path().join("film.mp4"), "film").expect("writable");
    let far = "https://example.org/";
    let source = format!(
        "<iframe src=\"{far}frame\"></iframe>\n\n<script src=\"{far}a.js\"></script>\n\n\
         <video src=\"{far}v.mp4\" poster=\"{far}p.png\"></video> <video controls poster=\"{far}p.png\"><source src=film.mp4></video>\n\
         <audio src=\"//example.org/a.mp3\"></audio> <object data={far}o.swf></object> <embed src={far}e.pdf>\n\n\
         <img src=\"{far}1.png\" srcset=\"{far}2.png 2x\"> <img alt=x src=\"/\\example.org/3.png\"> ![far]({far}4.png)\n\
         <picture><source srcset=\"{far}5.png\"><img src=\"{far}6.png\"></picture>\n\n\
         <link rel=stylesheet href={far}c.css><link rel=\"stylesheet\" href=\"near.css\"><link rel=preconnect href={far}>\n\
         <style>@import url({far}d.css); p {{ background: url('{far}7.png') }} q {{ background: \\75rl({far}8.png) }}</style>\n\n\
         <p style=\"background: url({far}9.png); color: red\" onclick=\"fetch('{far}')\">styled</p>\n\n\
         <base href={far}><meta http-equiv=refresh content=\"0;url={far}m\"> <table background={far}t.png></table>\n\
         <input type=image src={far}i.png> <section data-background-image=\"{far}b.png\"></section>\n\
         <svg viewBox=\"0 0 1 1\"><image href=\"{far}s.png\"/><use xlink:href=\"{far}u.svg#x\"/><rect filter=\"url({far}f.svg#z)\"/></svg>\n\
         <!-- <img src=\"{far}comment.png\"> -->\n\n[a link]({far}page)"
    );
    let (page, said) = exported(&home, vec![markdown(&source)]);
    assert!(outside(&page).is_empty(), "{:?}", outside(&page));
    assert!(page.contains("data:video/mp4;base64,") && page.contains("color: red"));
    assert!(
        page.contains("<a href=\"https://example.org/page\">a link</a>"),
        "links stay"
    );
    assert!(
        page.contains("<a href=\"https://example.org/frame\">"),
        "a frame is a link"
    );
    for gone in [
        "<script src",
        "<base",
        "onclick",
        "data-background-image",
        "comment.png",
        "7.png",
        "8.png",
        "9.png",
    ] {
        assert!(!page.contains(gone), "{gone}");
    }
    assert_eq!(said.matches("left out").count(), 1, "{said}");
    assert!(
        said.contains("iframe https://example.org/frame") && said.contains("more"),
        "{said}"
    );
    let (requests, document) = opened(&home, &home.path().join("out/lesson.html"))?;
    assert!(requests.is_empty(), "{requests:?}");
    assert!(document.contains("styled"));
    Ok(())
}

fn outputs_of_other_peoples_notebooks_load_nothing_either() -> Result<(), Missing> {
    let home = Home::with_pages();
    fs::write(home.path().join("near.png"), PIXEL).expect("writable");
    let output = "<script src=\"https://example.org/plot.js\"></script><img src=\"https://example.org/z.png\">\
                  <script>document.title = 'kept'; fetch('https://example.org/data'); new Image().src = 'https://example.org/late.png'</script>\
                  <iframe srcdoc=\"<img src='https://example.org/inner.png'>\"></iframe>\
                  <div style='background: url(//example.org/r.png)'>shown</div><img src='near.png'>";
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"https://example.org/in-svg.png\"/></svg>";
    let (page, said) = exported(
        &home,
        vec![
            with_output(json!({ "text/html": output })),
            with_output(json!({ "image/svg+xml": drawing })),
            with_output(json!({ "text/markdown": "![m](https://example.org/md.png)" })),
            with_output(json!({ "application/vnd.plotly.v1+json": {} })),
        ],
    );
    assert!(outside(&page).is_empty(), "{:?}", outside(&page));
    assert!(!page.contains("plot.js\"></script>") && pictures(&page) == 2);
    for left in [
        "plot.js",
        "z.png",
        "https://example.org/data",
        "inner.png",
        "r.png",
        "in-svg.png",
        "md.png",
    ] {
        assert!(
            said.contains(left) || said.contains(" more"),
            "{left} in {said}"
        );
    }
    let (requests, document) = opened(&home, &home.path().join("out/lesson.html"))?;
    assert!(requests.is_empty(), "{requests:?}");
    assert!(
        document.contains("<title>kept</title>"),
        "a script of an output runs, but loads nothing"
    );
    Ok(())
}

fn formulas_on_several_lines_stand_in_lines_and_columns() {
    let home = Home::with_pages();
    let (page, said) = exported(
        &home,
        vec![
            markdown(
                "$$\n\\begin{aligned}\nz &= w^\\top x + b \\\\\n\\hat{y} &= \\sigma(z)\n\\end{aligned}\n$$",
            ),
            markdown("\\begin{align*} a &= b \\\\ c &= d \\end{align*}"),
            markdown(
                "$$f(x) = \\begin{cases} x & \\text{if $x > 0$} \\\\ 0 & \\text{otherwise} \\end{cases}$$",
            ),
            markdown(
                "$$\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix} \\begin{matrix} 5 \\\\ 6 \\end{matrix}$$",
            ),
            markdown("$$\\begin{split} a &= b \\\\ &= c \\end{split}$$"),
            with_output(json!({ "text/latex": "$\\begin{gathered} a \\\\ b \\end{gathered}$" })),
            markdown(
                "$$\\text{손실} = \\frac{1}{N} \\sum_i \\mathcal{L}_i \\\\ \\substack{i \\\\ j}$$",
            ),
        ],
    );
    assert!(!said.contains("TeX"), "{said}");
    assert_eq!(page.matches("<math").count(), 7);
    // A page brings the font for its formulas, and only for these.
    let has_font = |page: &str| page.contains("font-family: \"STIX Two Math\"; src: url(\"data:");
    assert!(has_font(&page));
    let (without, _) = exported(&home, vec![markdown("Costs $5, and `<math>` in code.")]);
    assert!(!has_font(&without));
    assert!(
        page.matches("<mtr>").count() >= 13,
        "{}",
        page.matches("<mtr>").count()
    );
    let formulas = &page[page.find("<main").expect("a body")..];
    assert!(
        !formulas.contains("&amp;") && !formulas.contains('\\') && !formulas.contains("linebreak")
    );
    assert!(formulas.contains("<mtext>손실</mtext>") && formulas.contains("<mtext>if"));
}

fn a_macro_holds_in_the_cells_after_the_one_that_defines_it() {
    let home = Home::with_pages();
    let (page, said) = exported(
        &home,
        vec![
            markdown(
                "$\\newcommand{\\loss}[1]{\\mathcal{L}(#1)} \\newcommand{\\R}{\\mathbb{R}} \\DeclareMathOperator{\\soft}{soft}$",
            ),
            markdown("$\\loss{w} \\in \\R, \\soft(z)$"),
        ],
    );
    assert!(
        !said.contains("TeX") && page.contains("ℝ") && page.contains("soft"),
        "{said}"
    );
}

fn a_formula_that_cannot_be_converted_is_said_and_stays_readable() {
    let home = Home::with_pages();
    let (page, said) = exported(
        &home,
        vec![
            markdown("$\\notacommand{x}$ and $$a & b < c$$"),
            markdown("$x^2$"),
        ],
    );
    assert!(said.contains("\\notacommand{x} (Unknown command"), "{said}");
    assert!(said.contains("a & b < c ("), "{said}");
    assert!(page.contains("<code class=\"tex\">\\notacommand{x}</code>"));
    assert!(page.contains("a &amp; b &lt; c") && page.matches("<math").count() == 1);
}

fn a_notebook_in_python_is_exported_as_it_is() {
    let home = Home::with_pages();
    let path = home.notebook_of("python", vec![code("def f(): return None")]);
    let mut notebook: Value =
        serde_json::from_slice(&fs::read(&path).expect("readable")).expect("JSON");
    notebook["metadata"] = json!({
        "kernelspec": { "name": "python3", "display_name": "Python 3", "language": "python" },
        "language_info": { "name": "python", "pygments_lexer": "ipython3" },
    });
    fs::write(&path, notebook.to_string()).expect("writable");
    let output = home.run(&["export", "--no-execute", "python.ipynb", "-o", "out"]);
    assert_says(&output, "out/python.html");
    let page = fs::read_to_string(home.path().join("out/python.html")).expect("it is written");
    assert!(
        page.contains("<span class=\"k\">def</span>"),
        "coloured as Python"
    );
}

fn several_notebooks_have_an_index_and_lead_to_each_other() {
    let home = Home::with_pages();
    for (name, heading) in [
        ("a one", "# First & best"),
        ("b", "# Second\n\n## Part"),
        ("c", "Third"),
    ] {
        home.notebook_of(name, vec![markdown(heading)]);
    }
    let page =
        |name: &str| fs::read_to_string(home.path().join("out").join(name)).unwrap_or_default();
    let export = |arguments: &[&str]| {
        let output = home.run(&[&["export", "--no-execute", "-o", "out"], arguments].concat());
        assert!(output.status.success(), "{}", text(&output));
    };
    export(&["b.ipynb"]);
    assert!(page("index.html").is_empty() && !page("b.html").contains("rel=\"next\""));
    export(&["a one.ipynb", "b.ipynb", "c.ipynb"]);
    let second = page("b.html");
    assert!(
        second.contains("<a rel=\"prev\" href=\"a%20one.html\">← First &amp; best</a>"),
        "{second}"
    );
    assert!(
        second.contains("<a rel=\"next\" href=\"c.html\">c →</a>"),
        "{second}"
    );
    assert!(
        second.contains("<a href=\"index.html\">All notebooks</a>"),
        "{second}"
    );
    export(&["a one.ipynb", "b.ipynb", "--to", "slides"]);
    let index = page("index.html");
    for link in [
        "<a href=\"a%20one.html\">First &amp; best</a>",
        "<td>Part</td>",
        "<a href=\"b.slides.html\">slides</a>",
        "<a href=\"c.html\">c</a>",
    ] {
        assert!(index.contains(link), "{link}: {index}");
    }
    // What somebody else has put there stays.
    fs::write(home.path().join("out/index.html"), "mine").expect("writable");
    export(&["a one.ipynb", "b.ipynb"]);
    assert_eq!(page("index.html"), "mine");
}

fn solutions_are_open_in_the_teachers_copy_alone() {
    let home = Home::with_pages();
    home.notebook_of(
        "lesson",
        vec![markdown(
            "# Lesson\n\n<details>\n<summary>Solution</summary>\n\n42\n\n</details>",
        )],
    );
    for (arguments, open) in [
        (&[][..], 0),
        (&["--solutions", "open"], 1),
        (&["--solutions", "folded"], 0),
    ] {
        let output = home.run(
            &[
                &["export", "--no-execute", "lesson.ipynb", "-o", "out"],
                arguments,
            ]
            .concat(),
        );
        assert!(output.status.success(), "{}", text(&output));
        let page = fs::read_to_string(home.path().join("out/lesson.html")).expect("it is written");
        let body = &page[page.find("<main").expect("a body")..];
        assert_eq!(body.matches("<details open").count(), open, "{arguments:?}");
    }
}
