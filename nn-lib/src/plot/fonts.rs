//! The lettering: how much room a text takes, how it is cut and broken into lines.
//!
//! Arimo (SIL Open Font License, `assets/fonts/`) has the widths of Arial, Helvetica and Liberation Sans:
//! a text measured here takes the same room in an SVG on every computer. A Korean letter is given as much as the widest
//! of the usual fonts needs.

use super::letters;
pub(crate) use super::letters::Weight;

/// The fonts an SVG asks for: those of Arimo's widths, then those that usual systems have for Korean.
pub(crate) const FAMILIES: &str = "Arimo, Arial, 'Liberation Sans', Helvetica, 'Malgun Gothic', \
     'Apple SD Gothic Neo', 'Noto Sans KR', 'Noto Sans CJK KR', NanumGothic, sans-serif";

/// The room that a text needs in pixels when an em is `size` pixels.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let ems: f64 = text
        .chars()
        .map(|letter| letters::room(letter, weight))
        .sum();
    ems * size
}

/// The text cut to `room` pixels, with an ellipsis where something is missing.
pub(crate) fn shortened(text: &str, size: f64, weight: Weight, room: f64) -> String {
    let ellipsis = width("…", size, weight);
    // The longest beginning that leaves room for the ellipsis.
    let (mut used, mut kept) = (0.0, 0);
    for (start, letter) in text.char_indices() {
        used += width(letter.encode_utf8(&mut [0; 4]), size, weight);
        if used > room {
            return match text[..kept].trim_end() {
                "" => String::new(),
                beginning => format!("{beginning}…"),
            };
        }
        if used + ellipsis <= room {
            kept = start + letter.len_utf8();
        }
    }
    text.to_string()
}

/// The text in lines of at most `room` pixels, broken between words; a longer word is cut.
pub(crate) fn wrapped(text: &str, size: f64, weight: Weight, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_string()
            } else {
                format!("{line} {word}")
            };
            if !line.is_empty() && width(&longer, size, weight) > room {
                lines.push(std::mem::replace(&mut line, word.to_string()));
            } else {
                line = longer;
            }
        }
        lines.push(line);
    }
    lines.retain(|line| !line.is_empty());
    lines
        .iter()
        .map(|line| shortened(line, size, weight, room))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_is_the_sum_of_the_fonts_own_advances() {
        // Arimo's digits are 1139 of 2048 units wide (fontTools: font["hmtx"]["one"]).
        assert!((width("11", 2048.0, Weight::Regular) - 2278.0).abs() < 0.01);
    }

    #[test]
    fn a_korean_title_is_measured_as_wide_as_it_may_become() {
        assert_eq!(
            width("훈련과 검증", 100.0, Weight::Bold),
            500.0 + width(" ", 100.0, Weight::Bold)
        );
    }

    #[test]
    fn a_long_text_is_cut_to_its_room_and_says_so() {
        let short = shortened("a very long name of a layer", 12.0, Weight::Regular, 60.0);
        assert!(
            short.ends_with('…') && width(&short, 12.0, Weight::Regular) <= 60.0,
            "{short}"
        );
        assert_eq!(shortened("fits", 12.0, Weight::Regular, 60.0), "fits");
        assert_eq!(shortened("no room", 12.0, Weight::Regular, 1.0), "");
    }

    #[test]
    fn wrapped_lines_keep_every_word_and_fit() {
        let text = "one two three four five six seven";
        let lines = wrapped(text, 14.0, Weight::Bold, 90.0);
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), text);
        assert!(
            lines
                .iter()
                .all(|line| width(line, 14.0, Weight::Bold) <= 90.0)
        );
    }
}
