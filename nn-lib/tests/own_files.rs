//! Files of one's own, tables and folders of texts: what is read, and what is said when something is wrong.

mod says;

use std::path::PathBuf;

use nn_lib::prelude::*;
use proptest::prelude::{prop, proptest};
use says::says;
use tempfile::TempDir;

/// A file of this content.
fn file(name: &str, content: impl AsRef<[u8]>) -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, content).unwrap();
    (directory, path)
}

#[test]
fn a_table_says_what_its_columns_hold_and_where_something_is_missing() {
    let (_folder, path) = file(
        "집값.csv",
        "\u{feff}방,설명,가격\n3,\"넓고, 밝은 집\",210\n,작은 집,NA\n\n5,,340.5\n,,\n4,\"두\n줄\",1e2\n",
    );
    let table = read_csv(&path).unwrap();
    assert_eq!(
        (table.len(), table.columns()),
        (
            4,
            vec!["방".to_string(), "설명".to_string(), "가격".to_string()]
        )
    );
    // Without the spaces that align the columns.
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown = table
        .to_string()
        .lines()
        .map(words)
        .collect::<Vec<_>>()
        .join("\n");
    for line in [
        "집값.csv: 4 rows, 3 columns",
        "방 numbers 1 (line 3) 3",
        "설명 texts 1 (line 5) 넓고, 밝은 집",
        "가격 numbers 1 (line 3) 210",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert_eq!(table.missing("가격").unwrap(), [3]);
    says(
        table.numbers("가격"),
        &[
            "column \"가격\" expects a number in every row",
            "\"NA\", which means nothing, in line 3",
            "drop_missing",
        ],
    );
    says(
        table.texts("설명"),
        &["column \"설명\" expects a text in every row, received nothing in line 5"],
    );
    says(
        table.numbers("설명"),
        &["received \"넓고, 밝은 집\" in line 2, and others in 3 more lines"],
    );
    says(
        table.numbers("가격 "),
        &[
            "column expects one of 방, 설명, 가격, received 가격 ",
            "did you mean \"가격\"?",
        ],
    );
    let whole = table.drop_missing();
    assert_eq!(
        whole.tensor(&["방", "가격"]).unwrap(),
        Tensor::from([[3.0, 210.0], [4.0, 100.0]])
    );
    assert_eq!(whole.texts("설명").unwrap(), ["넓고, 밝은 집", "두\n줄"]);
    let filled = table.fill_missing("방", 4).unwrap();
    assert_eq!(
        filled.numbers("방").unwrap(),
        Tensor::from([3.0, 4.0, 5.0, 4.0])
    );
    says(filled.numbers("가격"), &["in line 3"]);
}

#[test]
fn a_file_that_is_no_table_is_refused_with_the_line() {
    let cases: [(&[u8], &[&str]); 10] = [
        (b"", &["is empty"]),
        (b"a,b\n", &["it has no row below the names"]),
        (
            b"a,b\n1,2\n3\n",
            &[
                "line 3 has 1 cells, and the first line 2",
                "an empty cell needs its ','",
            ],
        ),
        (
            b"a;b\n1;2;3\n",
            &[
                "line 2 has 3 cells",
                "with ';' in it stands in quotation marks",
            ],
        ),
        (
            b"a,b\n1,\"two\n3,4\n",
            &["the quotation mark in line 2 is never closed"],
        ),
        (
            b"a,b,a\n1,2,3\n",
            &["its columns 1 and 3 are both called \"a\""],
        ),
        (
            b"1,2\n3,4\n",
            &["its first line, 1, 2, has numbers", "header: false"],
        ),
        (b"a\nx\n\xb0\xa1\n", &["line 3 is not UTF-8 text", "CP949"]),
        (b"\xff\xfea\0", &["it is UTF-16", "UTF-8"]),
        (
            b"a,b\n1,\"x\"\"\n",
            &["quotation mark in line 2 is never closed"],
        ),
    ];
    for (content, expected) in cases {
        let (_folder, path) = file("table.csv", content);
        says(read_csv(&path), expected);
        says(read_csv(&path), &["table.csv"]);
    }
    says(
        read_csv("no such file.csv"),
        &["current folder is", "cannot read no such file.csv"],
    );
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n", "\r"] {
        let text = ["a,b", "1,2", "", "", "\"x", "y\",3", "", "?,4", "5,6", ""].join(end);
        let (_folder, path) = file("table.csv", text);
        let table = read_csv(&path).unwrap();
        says(
            table.fill_missing("b", 1).unwrap().numbers("a"),
            &["in line 5, and others in 1 more line"],
        );
        assert_eq!(table.len(), 4);
        let (_folder, path) = file(
            "table.csv",
            ["a,b", "", "1,2", "", "\"x", "y\",3", "", ",4", "5"].join(end),
        );
        says(read_csv(&path), &["line 9 has 1 cells"]);
    }
}

#[test]
fn separators_are_found_or_named() {
    for content in ["x;y\n1,5;2\n", "x\ty\n1,5\t2\n"] {
        let (_folder, path) = file("table.csv", content);
        let table = read_csv(&path).unwrap();
        assert_eq!(table.numbers("y").unwrap(), Tensor::from([2.0]));
        says(
            table.numbers("x"),
            &["received \"1,5\" in line 2", "a number has a point"],
        );
    }
    let (_folder, path) = file("table.txt", "1|2\n3|4\n");
    let options = ReadCsv {
        separator: Some('|'),
        header: false,
    };
    let table = read_csv_with(&path, options).unwrap();
    assert_eq!(
        table.tensor(&["column 2", "column 1"]).unwrap(),
        Tensor::from([[2.0, 1.0], [4.0, 3.0]])
    );
    let options = ReadCsv {
        separator: Some('，'),
        ..ReadCsv::default()
    };
    says(read_csv_with(&path, options), &["a separator of ASCII"]);
}

#[test]
fn files_with_a_class_and_a_text_in_each_line_are_read() {
    let spam =
        "ham\tOk \"see\" you, then\nspam\t\"WIN now\nham\t늦어서 미안\nspam\t\"so \"\"good\"\"\"\n";
    let (_folder, path) = file("문자.tsv", spam);
    let data = read_labelled_texts(&path).unwrap();
    assert_eq!(
        data.texts,
        [
            "Ok \"see\" you, then",
            "\"WIN now",
            "늦어서 미안",
            "so \"good\""
        ]
    );
    assert_eq!(
        (data.labels[..].to_vec(), data.class_names.join(" ")),
        (vec![0, 1, 0, 1], "ham spam".to_string())
    );
    // With names, the class behind the text, and commas that nobody has quoted.
    let (_folder, path) = file(
        "r.csv",
        "text,label\n\"Good, really\",1\nDull, far too long,0\nNo,0\n",
    );
    let data = read_labelled_texts(&path).unwrap();
    assert_eq!(data.texts, ["Good, really", "Dull, far too long", "No"]);
    assert_eq!(
        (data.labels[..].to_vec(), format!("{data:?}")),
        (
            vec![1, 0, 0],
            "3 texts of 2 classes: 0 0 (2), 1 1 (1)".to_string()
        )
    );
    for (content, expected) in [
        ("good\nbad\n", "line 1 has one cell alone"),
        ("good\tfine\n\tno class\n", "cell 1 of line 2 is empty"),
        (
            "good,one\ngood,two\n",
            "all its texts are of the class \"good\"",
        ),
        ("", "it has no lines"),
    ] {
        let (_folder, path) = file("r.csv", content);
        says(read_labelled_texts(&path), &[expected]);
    }
}

#[test]
fn a_column_of_texts_and_one_of_classes_are_taken_out_together() {
    let (_folder, path) = file(
        "r.csv",
        "id,review,stars\n1,Good,5\n2,Bad,1\n3,Fine,5\n4,So so,10\n",
    );
    let data = read_csv(&path)
        .unwrap()
        .text_dataset("review", "stars")
        .unwrap();
    assert_eq!(data.class_names, ["1", "5", "10"]);
    assert_eq!(data.labels[..], [1, 0, 1, 2]);
    assert_eq!(
        Tensor::from(&data.labels),
        Tensor::from([1.0, 0.0, 1.0, 2.0])
    );
}

#[test]
fn a_folder_without_classes_or_texts_says_what_belongs_there() {
    let folder = tempfile::tempdir().unwrap();
    says(
        text_dataset_from_directory(folder.path()),
        &["expects a sub-folder for each class", ".txt"],
    );
    for class in ["good", "bad", ".hidden"] {
        std::fs::create_dir(folder.path().join(class)).unwrap();
    }
    says(
        text_dataset_from_directory(folder.path()),
        &["files that end in .txt, received none in 2 folders"],
    );
    std::fs::write(folder.path().join("good/1.txt"), b"\xb0\xa1").unwrap();
    says(
        text_dataset_from_directory(folder.path()),
        &["1.txt is not a readable text file: line 1 is not UTF-8"],
    );
    let options = TextDirectory {
        class_names: Some(vec!["fine".to_string()]),
        ..TextDirectory::default()
    };
    says(
        text_dataset_from_directory_with(folder.path(), options),
        &["among the sub-folders bad, good, received fine"],
    );
    says(
        text_dataset_from_directory(folder.path().join("nowhere")),
        &["cannot read", "nowhere"],
    );
}

proptest! {
    #[test]
    fn a_file_with_anything_in_it_is_read_or_refused(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "a", "b", "1", "2.5", "NA", " ", "긍정", "\u{feff}", "\0",
        ]), 0..60),
        bytes in prop::collection::vec(0..=255_u8, 0..40),
    ) {
        for content in [pieces.concat().into_bytes(), bytes] {
            let (_folder, path) = file("anything.csv", content);
            if let Ok(table) = read_csv(&path) {
                let whole = table.drop_missing();
                for column in table.columns() {
                    assert_eq!(table.missing(&column).unwrap().is_empty(), table.numbers(&column).is_ok() || table.texts(&column).is_ok());
                    assert!(whole.is_empty() || whole.texts(&column).is_ok());
                }
                assert!(table.to_string().contains("anything.csv"));
            }
            if let Ok(data) = read_labelled_texts(&path) {
                assert_eq!(data.texts.len(), data.labels.len());
            }
        }
    }
}
