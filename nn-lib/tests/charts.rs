//! What a student sees of a chart: its words, its marks, its messages.

use nn_lib::plot::{Figure, Grid, Panels};
use nn_lib::tensor::Tensor;

fn loss_chart() -> Figure {
    let epochs = 1..=20;
    let loss: Vec<f32> = (1..=20).map(|e| 0.6 / e as f32).collect();
    let val_loss: Vec<f64> = (1..=20).map(|e| 0.28 + 0.001 * f64::from(e * e)).collect();
    Figure::new("Training and validation loss")
        .points(&epochs, &loss, "Training loss")
        .line(&epochs, &val_loss, "Validation loss")
        .x_label("Epochs")
        .y_label("Loss")
}

fn message(figure: &Figure) -> String {
    figure
        .svg()
        .expect_err("the figure should be refused")
        .to_string()
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn a_chart_shows_every_point_one_line_and_all_its_words() {
    let svg = loss_chart().svg().unwrap();
    for word in [
        "Training and validation loss",
        "Training loss",
        "Validation loss",
        "Epochs",
        "Loss",
        ">\n20\n<",
    ] {
        assert!(svg.contains(word), "{word:?} is missing");
    }
    // 20 points and the legend's, each in the first colour of the palette.
    assert_eq!(count(&svg, "<circle"), 20 + 21);
    assert_eq!(
        svg.lines()
            .filter(|l| l.starts_with("<circle") && l.contains("#0072B2"))
            .count(),
        21
    );
    // The curve and the legend's sample.
    assert_eq!(count(&svg, "<polyline"), 2);
}

#[test]
fn a_chapter_chart_is_small_in_both_formats() {
    let (svg, png) = (loss_chart().svg().unwrap(), loss_chart().png().unwrap());
    assert!(svg.len() < 30_000, "{} bytes of SVG", svg.len());
    assert!(png.len() < 80_000, "{} bytes of PNG", png.len());
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    // Width and height stand behind the first chunk's length and name: twice 640 x 420.
    assert_eq!(
        png[16..24],
        [1280u32.to_be_bytes(), 840u32.to_be_bytes()].concat()[..]
    );
}

#[test]
fn a_hundred_thousand_values_make_a_small_svg() {
    let values: Vec<f32> = (0..100_000u64)
        .map(|k| ((k * 7919) % 1009) as f32)
        .collect();
    let line = Figure::new("")
        .line(0..values.len(), &values, "")
        .svg()
        .unwrap();
    assert!(line.len() < 60_000, "{} bytes", line.len());
    let points = Figure::new("")
        .points(0..1000, &values[..1000], "")
        .svg()
        .unwrap();
    assert_eq!(
        count(&points, "<circle"),
        1000,
        "neither rims nor lost points"
    );
}

#[test]
fn lengths_that_differ_are_said_with_both_numbers() {
    let text = message(&Figure::new("t").line(1..=20, [0.5, 0.4, 0.3], "Validation loss"));
    assert!(
        text.contains("line \"Validation loss\" expects 20 y values, one for each x, received 3"),
        "{text}"
    );
}

#[test]
fn empty_series_and_empty_figures_are_refused() {
    let none: Vec<f32> = Vec::new();
    assert!(
        message(&Figure::new("t").points(1..1, &none, "a"))
            .contains("at least one value, received none")
    );
    assert!(message(&Figure::new("t")).contains("something to draw"));
    assert!(message(&Figure::new("t").bars([""; 0], &none, "")).contains("at least one bar"));
    assert!(
        message(&Figure::new("t").heat_map(Vec::<Vec<f32>>::new(), [""; 0], [""; 0]))
            .contains("at least one cell")
    );
    assert!(Panels::new([]).svg().is_err());
    assert!(Panels::new([Figure::new("t")]).png().is_err());
}

#[test]
fn nan_leaves_a_gap_and_all_nan_is_refused_with_advice() {
    let gap = Figure::new("t")
        .line(1..=5, [1.0, 2.0, f64::NAN, 2.0, 1.0], "")
        .svg()
        .unwrap();
    assert_eq!(count(&gap, "<polyline"), 2);
    let alone = Figure::new("t")
        .line(1..=5, [1.0, f32::NAN, 3.0, f32::INFINITY, 1.0], "")
        .svg()
        .unwrap();
    assert_eq!(
        (count(&alone, "<polyline"), count(&alone, "<circle")),
        (0, 3)
    );
    let text = message(&Figure::new("t").line(1..=2, [f32::NAN; 2], "loss"));
    assert!(
        text.contains("2 values, all NaN or infinite") && text.contains("learning rate"),
        "{text}"
    );
}

#[test]
fn values_of_every_size_are_drawn_without_a_panic() {
    for values in [
        vec![0.0, 0.0],
        vec![1e-300, 2e-300],
        vec![-1e299, 1e299],
        vec![f64::MAX, 1.0],
        vec![5e-324, 1.0],
        vec![7.0],
        vec![1e15, 1e15 + 1.0],
    ] {
        for figure in [
            Figure::new("x").line(0..values.len(), &values, "a"),
            Figure::new("x").points(&values, &values, "a"),
            Figure::new("x").histogram(&values, 7, "a"),
            Figure::new("x").bars(vec!["n"; values.len()], &values, "a"),
            Figure::new("x").horizontal_bars(vec!["n"; values.len()], &values, "a"),
            Figure::new("x").heat_map([&values], ["r"], vec!["c"; values.len()]),
            Figure::new("x").line(0..values.len(), &values, "a").log_y(),
        ] {
            // Zeros alone have no place on a logarithmic axis; everything else is drawn.
            let figure = figure.size(160, 120);
            let drawn = figure.svg().and(figure.png());
            assert!(
                drawn.is_ok() || values == [0.0, 0.0],
                "{values:?}: {}",
                drawn.unwrap_err()
            );
        }
    }
}

#[test]
fn ranges_cut_off_what_lies_outside_and_wrong_ranges_are_refused() {
    let cut = Figure::new("t")
        .points(1..=10, 1..=10, "")
        .x_range(0, 5)
        .y_range(0.0, 3.5)
        .svg()
        .unwrap();
    assert_eq!(
        cut.lines()
            .filter(|l| l.starts_with("<circle") && l.contains("#0072B2"))
            .count(),
        3
    );
    let wrong = Figure::new("t").points(1..=10, 1..=10, "").y_range(2, 2);
    assert!(message(&wrong).contains("a low end below the high end, received 2 and 2"));
    assert!(
        Figure::new("t")
            .points(1..=10, 1..=10, "")
            .x_range(f64::NAN, 2.0)
            .svg()
            .is_err()
    );
    assert!(
        message(
            &Figure::new("t")
                .line(1..=2, 1..=2, "")
                .log_y()
                .y_range(0, 5)
        )
        .contains("above zero")
    );
    assert!(
        message(&Figure::new("t").line(1..=2, 1..=2, "").size(5, 5)).contains("received 5 x 5")
    );
}

#[test]
fn a_confusion_matrix_counts_true_rows_and_predicted_columns() {
    let figure =
        Figure::new("t").confusion_matrix([0, 0, 1, 1, 1], [0, 1, 1, 1, 0], ["neg", "pos"]);
    let svg = figure.svg().unwrap();
    let numbers: Vec<&str> = svg
        .lines()
        .filter(|line| line.trim().parse::<u32>().is_ok())
        .collect();
    assert_eq!(numbers, ["1", "1", "1", "2"]);
    assert!(
        svg.contains("True class")
            && svg.contains("Predicted class")
            && svg.contains("3 of 5 right")
    );
    let text = message(&Figure::new("t").confusion_matrix([0, 3], [0, 1], ["neg", "pos"]));
    assert!(
        text.contains("class numbers from 0 to 1, received 3"),
        "{text}"
    );
    let text = message(&Figure::new("t").confusion_matrix([0, 1], [0.2, 0.9], ["neg", "pos"]));
    assert!(text.contains("received 0.2"), "{text}");
}

#[test]
fn rows_that_do_not_fit_their_names_are_refused() {
    let text = message(&Figure::new("t").heat_map([vec![1, 2], vec![3]], ["a", "b"], ["c", "d"]));
    assert!(
        text.contains("2 rows of 2 values, as there are names, received 1 values in row 1"),
        "{text}"
    );
}

#[test]
fn bars_of_several_series_need_the_same_names_and_kinds_do_not_mix() {
    let good = Figure::new("t")
        .bars(["a", "b"], [1, 2], "x")
        .bars(["a", "b"], [3, 4], "y");
    assert!(good.svg().is_ok());
    assert!(
        message(&Figure::new("t").bars(["a"], [1], "x").bars(["b"], [1], "y")).contains("names")
    );
    assert!(
        message(&Figure::new("t").bars(["a", "b"], [1], "x"))
            .contains("2 values, one for each name, received 1")
    );
    assert!(
        message(&Figure::new("t").bars(["a"], [1], "x").line(1..=1, [1], "y")).contains("Panels")
    );
}

#[test]
fn words_of_any_length_and_script_are_drawn() {
    let long = "an exceedingly long title ".repeat(12);
    let figure = Figure::new(&long)
        .line(1..=2, [1, 2], &long)
        .x_label(&long)
        .y_label("한국어 <&> \"quotes\" \u{0}");
    let svg = figure.svg().unwrap();
    assert!(svg.contains("&lt;&amp;&gt;"));
    assert!(figure.png().is_ok());
    let names: Vec<String> = (0..300).map(|k| format!("{long}{k}")).collect();
    assert!(Figure::new("").bars(&names, 0..300, "").png().is_ok());
    assert!(
        Figure::new("")
            .horizontal_bars(&names, 0..300, "")
            .size(160, 120)
            .png()
            .is_ok()
    );
}

#[test]
fn a_legend_never_covers_a_point() {
    // Points everywhere: no corner is free, so the legend goes above the plot.
    let x: Vec<usize> = (0..400).map(|k| k % 20).collect();
    let y: Vec<usize> = (0..400).map(|k| k / 20).collect();
    let svg = Figure::new("t").points(&x, &y, "everywhere").svg().unwrap();
    let attribute = |line: &str, name: &str| -> f64 {
        let rest = line.split(&format!(" {name}=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let circles: Vec<f64> = svg
        .lines()
        .filter(|l| l.starts_with("<circle"))
        .map(|l| attribute(l, "cy"))
        .collect();
    let highest_point = circles[..circles.len() - 1]
        .iter()
        .copied()
        .fold(f64::INFINITY, f64::min);
    let legend = circles[circles.len() - 1];
    assert!(
        legend + 60.0 < highest_point,
        "legend at {legend}, points from {highest_point}"
    );
}

#[test]
fn save_writes_by_the_names_ending_and_refuses_others() {
    let directory = std::env::temp_dir().join(format!("nn-lib-charts-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    for name in ["loss.png", "loss.SVG"] {
        loss_chart().save(directory.join(name)).unwrap();
    }
    assert_eq!(
        std::fs::read(directory.join("loss.png")).unwrap(),
        loss_chart().png().unwrap()
    );
    assert_eq!(
        std::fs::read_to_string(directory.join("loss.SVG")).unwrap(),
        loss_chart().svg().unwrap()
    );
    let text = loss_chart()
        .save(directory.join("loss.jpg"))
        .unwrap_err()
        .to_string();
    assert!(
        text.contains("ends in .png or .svg") && text.contains("loss.jpg"),
        "{text}"
    );
    let text = loss_chart()
        .save(directory.join("missing/loss.png"))
        .unwrap_err()
        .to_string();
    assert!(text.starts_with("cannot write"), "{text}");
    std::fs::remove_dir_all(&directory).unwrap();
}

fn bowl() -> (Grid, Vec<f64>) {
    let grid = Grid::new(-2.0..=2.0, -1.0..=3.0);
    let heights = grid.map(|x, y| x * x + (y - 1.0).powi(2));
    (grid, heights)
}

#[test]
fn a_path_a_contour_and_points_lie_on_a_surface_in_the_units_of_its_axes() {
    let (grid, heights) = bowl();
    let figure = Figure::new("Descent")
        .surface(&grid, &heights)
        .contours(5)
        .contour(2, "cost 2")
        .path([-1.0, -0.5, 0.0], [2.0, 1.5, 1.0], "steps")
        .points([0.0], [1.0], "minimum")
        .x_label("w")
        .y_label("b")
        .z_label("cost");
    let svg = figure.svg().unwrap();
    for word in [
        "cost 2",
        "steps",
        "minimum",
        ">\nw\n<",
        ">\nb\n<",
        ">\ncost\n<",
    ] {
        assert!(svg.contains(word), "{word:?} is missing");
    }
    assert!(svg.len() < 60_000, "{} bytes", svg.len());
    // The path's end, the point at the minimum and the bands' innermost outline have the same middle.
    let number = |line: &str, name: &str| -> f64 {
        let rest = line.split_once(&format!(" {name}=\"")).unwrap().1;
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    let polygons: Vec<&str> = svg.lines().filter(|l| l.starts_with("<polygon")).collect();
    let color = |line: &str| line.split_once("fill=").unwrap().1[..9].to_owned();
    // The whole plot is painted in the lowest band's colour, and last of all the hollow.
    let innermost = polygons
        .iter()
        .rfind(|l| color(l) == color(polygons[0]))
        .unwrap();
    let corners = innermost
        .split_once("points=\"")
        .unwrap()
        .1
        .split_once('"')
        .unwrap()
        .0;
    let middle = |axis: usize| {
        let values = corners
            .split_whitespace()
            .map(|c| -> f64 { c.split(',').nth(axis).unwrap().parse().unwrap() });
        let (low, high) = values.fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        (low + high) / 2.0
    };
    let minimum = svg
        .lines()
        .filter(|l| l.starts_with("<circle") && l.contains("#0072B2"))
        .map(|l| (number(l, "cx"), number(l, "cy")));
    let near = |(x, y): (f64, f64)| (x - middle(0)).abs() < 20.0 && (y - middle(1)).abs() < 20.0;
    assert!(
        minimum.clone().any(near),
        "{:?} {} {}",
        minimum.collect::<Vec<_>>(),
        middle(0),
        middle(1)
    );
}

#[test]
fn a_surface_is_said_in_words_with_its_lowest_and_highest_place() {
    let (grid, heights) = bowl();
    let figure = Figure::new("Descent")
        .surface(&grid, &heights)
        .path([-1.0, 0.5], [2.0, 1.0], "steps")
        .contour(0.5, "half");
    let svg = figure.svg().unwrap();
    let words = "Figure &quot;Descent&quot;: surface of 61 columns and 61 rows, lowest 0 at (0, 1), highest 8 at (";
    assert!(svg.contains(words), "{}", &svg[..900]);
    assert!(
        svg.contains("path &quot;steps&quot; of 2 places from (−1, 2) to (0.500, 1)"),
        "{}",
        &svg[..900]
    );
    assert!(
        svg.contains("contour &quot;half&quot; at 0.500"),
        "{}",
        &svg[..900]
    );
}

#[test]
#[expect(clippy::reversed_empty_ranges, reason = "a grid refuses it")]
fn what_cannot_lie_on_a_surface_or_has_no_surface_is_refused_with_a_way_out() {
    let (grid, heights) = bowl();
    let surface = || Figure::new("t").surface(&grid, &heights);
    for (figure, parts) in [
        (
            Figure::new("t").surface(&grid, [1.0, 2.0]),
            ["3721 heights", "grid.points()"],
        ),
        (
            Figure::new("t").surface(&grid, vec![f64::NAN; 3721]),
            ["finite", "3721 values"],
        ),
        (
            Figure::new("t").surface(&Grid::of([1.0, 1.0], [0.0, 1.0]), [0.0; 4]),
            ["x places that grow", "2 from 1 to 1"],
        ),
        (
            Figure::new("t").surface(&Grid::new(0..=1, 3..=2), [0.0; 3721]),
            ["y places that grow", "61 from 3 to 2"],
        ),
        (
            surface().surface(&grid, &heights),
            ["one surface", "Panels::new"],
        ),
        (
            surface().histogram([1.0, 2.0], 2, "h"),
            ["on a surface", "Panels::new"],
        ),
        (surface().log_z(), ["heights above zero", "log_z"]),
        (surface().log_x(), ["log_x", "from -2"]),
        (
            surface().contour(f64::NAN, "c"),
            ["contour", "finite height"],
        ),
        (
            Figure::new("t").line(1..=2, [1, 2], "l").contour(0.5, "c"),
            ["a surface to draw it on", ".surface("],
        ),
        (
            Figure::new("t")
                .line(1..=2, [1, 2], "l")
                .log_x()
                .x_range(0, 2),
            ["log_x", "x_range"],
        ),
    ] {
        let text = message(&figure);
        assert!(
            parts.iter().all(|part| text.contains(part)),
            "{parts:?}: {text}"
        );
    }
}

#[test]
fn surfaces_with_gaps_cliffs_and_one_height_are_drawn() {
    let grid = Grid::new(0..=1, 0..=1).resolution(9, 7);
    let gaps = grid.map(|x, y| {
        if x > 0.4 && x < 0.6 {
            f64::INFINITY
        } else {
            x * y
        }
    });
    let cliff = grid.map(|x, _| if x < 0.5 { -1e6 } else { 1e-6 });
    for heights in [gaps, cliff, vec![3.0; 63], vec![0.0; 63]] {
        let figure = Figure::new("t")
            .surface(&grid, &heights)
            .contours(4)
            .contour(0.25, "c");
        assert!(figure.png().is_ok());
        let zoomed = figure.x_range(0.2, 0.4).y_range(-1, 0.5);
        let svg = zoomed.svg().unwrap();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}

#[test]
fn a_logarithmic_x_axis_has_its_numbers_at_powers_of_ten() {
    let svg = Figure::new("t")
        .line([1e-4, 1e-3, 1e-2, 0.0], [0.5, 0.3, 0.9, 0.1], "loss")
        .log_x()
        .svg()
        .unwrap();
    assert!(svg.contains(">\n0.001\n<"), "{svg}");
}

#[test]
fn pictures_stand_in_rows_with_their_names_and_what_cannot_be_drawn_is_said() {
    let picture = |count: usize| {
        let pixels = (0..count * 12).map(|nth| (nth % 5) as f32 - 1.0);
        Tensor::new([count, 4, 3], pixels.collect()).unwrap()
    };
    let svg = Figure::new("t")
        .pictures(&picture(7), ["a", "b", "c", "d", "e", "f", "last"])
        .svg()
        .unwrap();
    assert!(svg.contains("last") && count(&svg, "<image ") == 7);
    assert!(svg.contains("width=\"640\" height=\"420\""), "{svg}");
    let row = Figure::new("t").pictures(&picture(12).reshape([4, 4, 9]).unwrap(), [""; 4]);
    let svg = row.svg().unwrap();
    let height = svg.split("height=\"").nth(1).unwrap().split('"').next();
    let height: u32 = height.unwrap().parse().unwrap();
    assert!(height < 420, "no empty room below, but {height}");
    assert!(row.size(640, 420).svg().unwrap().contains("height=\"420\""));
    let channels = picture(2).reshape([2, 4, 3, 1]).unwrap();
    assert!(
        Figure::new("t")
            .pictures(&channels, ["", ""])
            .size(160, 120)
            .png()
            .is_ok()
    );
    assert!(
        Figure::new("t")
            .pictures(&Tensor::zeros([3, 5, 5]), [""; 3])
            .svg()
            .is_ok()
    );
    let said =
        |pictures: &Tensor, names: &[&str]| message(&Figure::new("t").pictures(pictures, names));
    assert!(said(&picture(2), &["a"]).contains("a name for each of the 2 pictures, received 1"));
    assert!(said(&Tensor::zeros([4, 3]), &[""; 4]).contains("(pictures, height, width)"));
    assert!(said(&Tensor::zeros([0, 3, 3]), &[]).contains("from 1 to"));
    assert!(said(&Tensor::zeros([300, 28, 28]), &[""; 300]).contains("x.rows(..20)"));
    assert!(said(&Tensor::full([1, 2, 2], f32::NAN), &[""]).contains("all NaN"));
}

#[test]
fn korean_words_of_a_chart_stay_within_its_sheet() {
    let title =
        "훈련 손실과 검증 손실이 갈라지는 곳을 찾아서 과대적합이 언제 시작되는지 알아봅시다";
    let names = ["배우들의 뛰어난 연기", "지루한 이야기"];
    let svg = Figure::new(title)
        .bars(names, [0.4, -0.3], "예측에 미치는 영향")
        .x_label("변화량")
        .svg()
        .unwrap();
    let texts: Vec<&str> = svg.split("<text ").skip(1).collect();
    let mut words = String::new();
    for text in &texts {
        let (head, body) = text.split_once('>').unwrap();
        let line = body.split('<').next().unwrap().trim();
        words.push_str(line);
        words.push(' ');
        let number = |name: &str| -> f64 {
            let value = head.split(&format!("{name}=\"")).nth(1).unwrap();
            value
                .split('"')
                .next()
                .unwrap()
                .trim_end_matches("px")
                .parse()
                .unwrap()
        };
        // A Korean letter is at most one em wide, a space 0.3, any other of these 0.6.
        let em = |letter: char| match letter {
            ' ' => 0.3,
            '\u{1100}'.. => 1.0,
            _ => 0.6,
        };
        let ems: f64 = line.chars().map(em).sum();
        let (x, width) = (number("x"), ems * number("font-size"));
        let (left, right) = match head {
            head if head.contains("text-anchor=\"middle\"") => (x - width / 2.0, x + width / 2.0),
            head if head.contains("text-anchor=\"end\"") => (x - width, x),
            _ => (x, x + width),
        };
        if !head.contains("rotate") {
            assert!(left >= 0.0 && right <= 6400.0, "{line}: {left} to {right}");
        }
    }
    for word in title.split(' ').chain(names) {
        assert!(words.contains(word), "{word} is missing in {words}");
    }
}
