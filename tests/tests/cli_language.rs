//! Notebooks in another language: their names, the words around them, and their letters on paper.

mod cli_support;

use std::fs;
use std::process::Command;

use classroom_tests::kernel::repository;
use classroom_tests::trials::{BROWSER, Missing, missing, run, test};
use cli_support::{Home, assert_says, code, markdown, text};
use serde_json::{Value, json};

fn main() {
    run([
        test(files_and_attachments_with_korean_names_are_found_and_become_part_of_the_page),
        test(a_notebook_with_a_korean_name_is_executed_where_it_lies),
        test(pages_and_slides_have_the_language_that_was_asked_for_or_that_the_notebook_names),
        test(a_language_without_an_edition_is_told_with_those_that_there_are),
        test(every_language_has_all_the_words_of_the_templates),
        test(the_words_around_controls_and_exercises_are_those_of_the_notebooks_language),
        test(jupyterlab_is_given_the_language_pack_that_is_there),
        test(korean_letters_of_text_code_and_charts_are_printed_by_a_font_of_our_own),
    ])
}

/// A picture of one pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

fn files_and_attachments_with_korean_names_are_found_and_become_part_of_the_page() {
    let home = Home::with_pages();
    let mut attached = markdown(
        "# 신경망 시작하기\n\n![](attachment:그림%201.png) ![](attachment:둘.png)\n\n## 첫걸음",
    );
    attached["attachments"] =
        json!({ "그림 1.png": { "image/png": PIXEL }, "둘.png": { "image/png": PIXEL } });
    let near = markdown(
        "![](그림/손실%20곡선.svg) <img src=\"그림/손실 곡선.svg\"> [다음](다음%20노트북.ipynb#첫걸음) [여기](#첫걸음)",
    );
    home.notebook_of("강의 자료/손실 곡선", vec![attached, near]);
    home.notebook("강의 자료/다음 노트북", &["1 + 1"]);
    let pictures = home.path().join("강의 자료/그림");
    fs::create_dir(&pictures).unwrap();
    fs::write(
        pictures.join("손실 곡선.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
    )
    .unwrap();
    let output = home.run(&[
        "export",
        "--no-execute",
        "강의 자료/손실 곡선.ipynb",
        "강의 자료/다음 노트북.ipynb",
        "-o",
        "결과물",
    ]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "결과물/손실 곡선.html");
    let said = text(&output);
    assert!(
        !said.contains("not found") && !said.contains("elsewhere"),
        "{said}"
    );
    let page = fs::read_to_string(home.path().join("결과물/손실 곡선.html")).unwrap();
    assert_eq!(page.matches("data:image/png;base64,").count(), 2, "{page}");
    assert_eq!(page.matches("data:image/svg+xml").count(), 2, "{page}");
    assert!(
        page.contains("<title>신경망 시작하기</title>") && page.contains("id=\"첫걸음\""),
        "{page}"
    );
    let link = "%EB%8B%A4%EC%9D%8C%20%EB%85%B8%ED%8A%B8%EB%B6%81.html#";
    assert!(
        page.contains(link),
        "the link to the other page is missing: {page}"
    );
}

fn a_notebook_with_a_korean_name_is_executed_where_it_lies() {
    let home = Home::set_up();
    home.notebook(
        "한글 폴더/나의 실험",
        &[
            "std::fs::write(\"결과.csv\", \"에포크,손실\\n1,0.5\\n\")?;",
            "let 손실 = std::fs::read_to_string(\"결과.csv\")?;\nprintln!(\"{손실}\");",
        ],
    );
    let output = home.run(&["run", "한글 폴더/나의 실험.ipynb", "-o", "결과"]);
    assert!(output.status.success(), "{}", text(&output));
    assert_says(&output, "나의 실험      2");
    assert!(home.path().join("한글 폴더/결과.csv").is_file());
    let page = fs::read_to_string(home.path().join("결과/나의 실험.html")).unwrap();
    assert!(page.contains("에포크,손실"));
    assert!(home.path().join("결과/나의 실험.ipynb").is_file());
}

/// A page and slides of a notebook whose metadata names a language.
fn framed(home: &Home, said: Option<&str>, arguments: &[&str]) -> [String; 2] {
    let mut folded = code("1 + 1");
    folded["metadata"] = json!({ "jupyter": { "outputs_hidden": true } });
    folded["outputs"] = json!([
        { "output_type": "stream", "name": "stdout", "text": "2\n" },
        { "output_type": "display_data", "metadata": {}, "data": {
            "image/svg+xml": "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Loss</title></svg>" } },
    ]);
    let path = home.notebook_of("framed", vec![markdown("# Title\n\n## Part"), folded]);
    if let Some(said) = said {
        let mut notebook: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        notebook["metadata"]["lang"] = json!(said);
        fs::write(&path, notebook.to_string()).unwrap();
    }
    ["html", "slides"].map(|kind| {
        let fixed = [
            "export",
            "--no-execute",
            "framed.ipynb",
            "-o",
            "out",
            "--to",
            kind,
        ];
        let output = home.run(&[&fixed[..], arguments].concat());
        assert!(output.status.success(), "{}", text(&output));
        let ending = if kind == "html" {
            "html"
        } else {
            "slides.html"
        };
        fs::read_to_string(home.path().join(format!("out/framed.{ending}"))).unwrap()
    })
}

fn pages_and_slides_have_the_language_that_was_asked_for_or_that_the_notebook_names() {
    let home = Home::with_pages();
    let korean = ["<summary>목차</summary>", "코드 숨기기", "코드 보이기"];
    let english = ["<summary>Contents</summary>", "Hide code", "Show code"];
    for (said, asked, lang, words) in [
        (None, &[][..], "en", english),
        (Some("ko"), &[][..], "ko", korean),
        (None, &["--lang", "ko"][..], "ko", korean),
        (Some("ko"), &["--lang", "en"][..], "en", english),
        (Some("ko-KR"), &[][..], "ko-KR", korean),
        // A language without a table of words (Klingon): the browser knows it at least.
        (Some("tlh"), &[][..], "tlh", english),
        (Some("../ko"), &[][..], "en", english),
    ] {
        let [page, slides] = framed(&home, said, asked);
        for file in [&page, &slides] {
            assert!(
                file.contains(&format!("<html lang=\"{lang}\"")),
                "{said:?} {asked:?}"
            );
            assert_eq!(
                file.contains("word-break: keep-all"),
                words == korean,
                "{said:?} {asked:?}"
            );
            let (output, chart) = if words == korean {
                ("출력", "차트")
            } else {
                ("Output", "Chart")
            };
            assert!(
                file.contains(&format!("<summary>{output}</summary>")),
                "{said:?} {asked:?}"
            );
            assert!(
                file.contains(&format!("alt=\"{chart}: Loss")),
                "{said:?} {asked:?}"
            );
        }
        for word in words {
            assert!(page.contains(word), "{word} for {said:?} {asked:?}");
        }
    }
}

fn a_language_without_an_edition_is_told_with_those_that_there_are() {
    let home = Home::with_pages();
    for command in ["run", "export", "lab"] {
        let output = home.run(&[command, "--lang", "tlh"]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert_says(&output, "the chapter has no edition in the language tlh");
        assert_says(&output, "--lang en, ");
        assert_says(&output, ", --lang ko");
        let output = home.run(&[command, "--lang", "../ko"]);
        assert_says(&output, "a language is written as on the web");
    }
}

fn every_language_has_all_the_words_of_the_templates() {
    let folder = repository().join("kernel-setup/assets/languages");
    let words = |path: &std::path::Path| -> Vec<String> {
        let table: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        let table = table.as_object().unwrap();
        assert!(
            table
                .values()
                .all(|word| word.as_str().is_some_and(|word| !word.trim().is_empty()))
        );
        table.keys().cloned().collect()
    };
    let english = words(&folder.join("en.json"));
    let mut languages = 0;
    for entry in fs::read_dir(&folder).unwrap().flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            assert_eq!(words(&entry.path()), english, "{}", entry.path().display());
            languages += 1;
        }
    }
    assert!(languages >= 2);
}

fn the_words_around_controls_and_exercises_are_those_of_the_notebooks_language() {
    let home = Home::set_up();
    let path = home.notebook(
        "controls",
        &[
            "explore(\"t\", slider(\"n\", 1..=3), |n| Ok(n)).ask(\"?\", [\"a\", \"b\"], \"a\", \"c\")",
            "check(\"3.9, exercise 1\", || Ok(1)).that(\"two\", |n| *n == 2).hint(\"one\").hint(\"more\")",
            "check(\"3.9, exercise 2\", || Ok(Tensor::from([1.0]).reshape([2])?))",
        ],
    );
    let verdicts = [
        "✗ 3.9, exercise 1: not yet.",
        "Hint 1 of 2: one",
        "✗ 3.9, exercise 2: your code stopped: ",
    ];
    let korean_verdicts = [
        "✗ 3.9, 연습 문제 1: 아직 아닙니다.",
        "힌트 1/2: one",
        "✗ 3.9, 연습 문제 2: 코드가 멈췄습니다: ",
    ];
    let page = |arguments: &[&str]| {
        let output = home.run(&[&["export", "controls.ipynb", "-o", "out"], arguments].concat());
        assert!(output.status.success(), "{}", text(&output));
        fs::read_to_string(home.path().join("out/controls.html")).unwrap()
    };
    let (english, korean) = (
        "Answer, then move the controls",
        "먼저 답하고, 그다음에 움직여 보세요",
    );
    let all = |page: &str, texts: &[&str]| texts.iter().all(|text| page.contains(text));
    let not_asked = page(&[]);
    assert!(not_asked.contains(english) && all(&not_asked, &verdicts));
    let asked = page(&["--lang", "ko"]);
    assert!(asked.contains(korean) && !asked.contains(english) && asked.contains("정답"));
    assert!(all(&asked, &korean_verdicts) && !asked.contains("✗ 3.9, exercise"));
    // nn-lib's messages are searched for: they stay as they are.
    assert!(asked.contains("reshape"), "{asked}");
    let mut notebook: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    notebook["metadata"]["lang"] = json!("ko");
    fs::write(&path, notebook.to_string()).unwrap();
    let named = page(&[]);
    assert!(named.contains(korean) && all(&named, &korean_verdicts));
}

/// The environment's Python, and a package beside it that claims to be a language pack.
fn jupyterlab_is_given_the_language_pack_that_is_there() {
    let home = Home::with_pages();
    let python = fs::read_dir(&home.cache)
        .unwrap()
        .flatten()
        .map(|entry| entry.path().join("bin/python"))
        .find(|python| python.is_file())
        .expect("the environment is set up");
    let packages = home.path().join("packages");
    let pack = packages.join("pack-1.0.dist-info");
    fs::create_dir_all(&pack).unwrap();
    fs::write(
        pack.join("METADATA"),
        "Metadata-Version: 2.1\nName: pack\nVersion: 1.0\n",
    )
    .unwrap();
    fs::write(
        pack.join("entry_points.txt"),
        "[jupyterlab.languagepack]\nko_KR = pack\n",
    )
    .unwrap();
    let settings = home.path().join("settings");
    let speak = |language: &str| {
        let output = Command::new(&python)
            .args([
                "-c",
                "import sys; sys.path.insert(0, sys.argv[1]); import lab; lab.speak(sys.argv[2])",
            ])
            .arg(repository().join("kernel-setup/assets"))
            .arg(language)
            .env("PYTHONPATH", &packages)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("JUPYTER_CONFIG_PATH", &settings)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", text(&output));
        text(&output)
    };
    assert_eq!(speak("en"), "");
    assert!(speak("de").contains("JupyterLab's own menus stay English"));
    let file = settings.join("labconfig/default_setting_overrides.json");
    assert!(!file.exists());
    assert_eq!(speak("ko"), "");
    let written: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(
        written["@jupyterlab/translation-extension:plugin"]["locale"],
        "ko_KR"
    );
}

fn korean_letters_of_text_code_and_charts_are_printed_by_a_font_of_our_own() -> Result<(), Missing>
{
    let home = Home::with_pages();
    let mut chart = code("// 손실\nlet 값 = 1;");
    chart["outputs"] = json!([{ "output_type": "display_data", "metadata": {}, "data": {
        "image/svg+xml": "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"40\" role=\"img\" aria-label=\"곡선\" \
            font-family=\"Arimo, Arial, 'Noto Sans KR', sans-serif\"><text x=\"1\" y=\"20\">곡선</text></svg>" } }]);
    for (name, words, cells) in [
        (
            "korean",
            true,
            vec![markdown("# 신경망\n\n검증 손실을 봅니다."), chart],
        ),
        (
            "english",
            false,
            vec![markdown("# Networks"), code("1 + 1")],
        ),
    ] {
        home.notebook_of(name, cells);
        let file = format!("{name}.ipynb");
        let output = home.run(&["export", "--no-execute", "--to", "pdf", &file, "-o", "out"]);
        if text(&output).contains("none was found") {
            return Err(missing(BROWSER, "no Chromium and no Chrome"));
        }
        assert!(output.status.success(), "{}", text(&output));
        let pdf = fs::read(home.path().join(format!("out/{name}.pdf"))).unwrap();
        let pdf = String::from_utf8_lossy(&pdf);
        assert_eq!(pdf.contains("NotoSansKR"), words, "{name}");
        let page = fs::read_to_string(home.path().join(format!("out/{name}.html"))).unwrap();
        assert_eq!(
            page.contains("new FontFace(\"Noto Sans KR\""),
            words,
            "{name}"
        );
        // A picture of its own would not have the page's font.
        assert_eq!(page.contains("aria-label=\"Chart: 곡선\""), words, "{name}");
    }
    Ok(())
}
