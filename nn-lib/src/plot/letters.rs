//! The letters: which of the fonts inside the library draws one, and how wide it is.
//!
//! Arimo (`assets/fonts/`) has the Latin and the Greek ones. Noto Sans KR has the Korean ones, arrows and mathematical
//! signs; it is read when the first of them is met.

use ab_glyph::{Font, FontRef, GlyphId};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, PoisonError};
use unicode_width::UnicodeWidthChar;

/// Thin or thick letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

static ARIMO: LazyLock<[FontRef<'static>; 2]> = LazyLock::new(|| {
    [
        load(include_bytes!("../../assets/fonts/Arimo-Regular.ttf")),
        load(include_bytes!("../../assets/fonts/Arimo-Bold.ttf")),
    ]
});

static KOREAN: LazyLock<FontRef<'static>> =
    LazyLock::new(|| load(include_bytes!("../../assets/fonts/NotoSansKR-Regular.ttf")));

fn load(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the font is part of the library")
}

/// A letter's shape in one of the fonts.
pub(super) struct Glyph {
    pub font: &'static FontRef<'static>,
    pub id: GlyphId,
    /// Whether it must be made thicker: the font has thin letters alone.
    pub thicken: bool,
}

impl Glyph {
    /// How far the next letter is, in ems.
    pub(super) fn advance(&self) -> f64 {
        f64::from(self.font.h_advance_unscaled(self.id)) / units_per_em(self.font)
    }
}

/// Font units per em.
pub(super) fn units_per_em(font: &FontRef<'_>) -> f64 {
    f64::from(font.units_per_em().unwrap_or(2048.0))
}

/// The shape of a letter in the first font that has it.
pub(super) fn glyph(letter: char, weight: Weight) -> Option<Glyph> {
    let latin = match weight {
        Weight::Regular => &ARIMO[0],
        Weight::Bold => &ARIMO[1],
    };
    in_font(latin, letter).or_else(|| {
        Some(Glyph {
            thicken: weight == Weight::Bold,
            ..in_font(&KOREAN, letter)?
        })
    })
}

fn in_font(font: &'static FontRef<'static>, letter: char) -> Option<Glyph> {
    let id = font.glyph_id(letter);
    // Glyph 0 is the box for what a font does not have.
    (id.0 != 0).then_some(Glyph {
        font,
        id,
        thicken: false,
    })
}

/// How far the next letter of a PNG is, in ems.
pub(super) fn advance(letter: char, weight: Weight) -> f64 {
    glyph(letter, weight).map_or_else(|| unknown(letter), |glyph| glyph.advance())
}

/// The room that a letter needs, in ems, in a PNG and in an SVG.
///
/// An SVG's Korean letters come from a font of the reader's system: they are 0.86 to 1 em wide there.
pub(super) fn room(letter: char, weight: Weight) -> f64 {
    match letter.width() {
        Some(2) => 1.0,
        _ => advance(letter, weight),
    }
}

/// The width of a letter that no font here has: of a wide one, of one that stands on another, of any else.
fn unknown(letter: char) -> f64 {
    match letter.width() {
        Some(2) => 1.0,
        Some(0) => 0.0,
        _ => 0.55,
    }
}

/// Says, once for each letter, that a PNG has a gap in its place.
pub(super) fn tell_missing(letters: impl IntoIterator<Item = char>) {
    static TOLD: Mutex<BTreeSet<char>> = Mutex::new(BTreeSet::new());
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    let new: Vec<String> = letters
        .into_iter()
        .filter(|letter| told.insert(*letter))
        .map(|letter| format!("{letter} (U+{:04X})", u32::from(letter)))
        .collect();
    if !new.is_empty() {
        eprintln!(
            "nn-lib's fonts have no letter {}: a chart as PNG has a gap there. As SVG, which browsers show, it has \
             the letter if a font of the reader's system has it.",
            new.join(", ")
        );
    }
}

/// The letters of a text that a chart as PNG has no shape for, each once, in Unicode's order.
///
/// ```
/// use nn_lib::plot::missing_letters;
/// assert_eq!(missing_letters("손실 → 0.25, λ ≤ 1 ✓"), []);
/// assert_eq!(missing_letters("漢字"), ['字', '漢']);
/// ```
pub fn missing_letters(text: &str) -> Vec<char> {
    let text = composed(text);
    let letters: BTreeSet<char> = text.chars().filter(|letter| is_missing(*letter)).collect();
    letters.into_iter().collect()
}

/// Whether a PNG lacks this letter. What is not visible is never missing.
pub(super) fn is_missing(letter: char) -> bool {
    let invisible = letter.is_whitespace() || letter.is_control() || letter.width() == Some(0);
    !invisible && glyph(letter, Weight::Regular).is_none()
}

/// The text with Korean letters in one piece each. The names of files on a Mac have them in two or three.
pub(super) fn composed(text: &str) -> Cow<'_, str> {
    if !text
        .chars()
        .any(|letter| ('\u{1100}'..='\u{11ff}').contains(&letter))
    {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len());
    for letter in text.chars() {
        match whole.chars().last().and_then(|last| joined(last, letter)) {
            Some(both) => {
                whole.pop();
                whole.push(both);
            }
            None => whole.push(letter),
        }
    }
    Cow::Owned(whole)
}

/// The syllable of two parts: Unicode numbers syllables by first consonant, vowel and last consonant.
fn joined(last: char, next: char) -> Option<char> {
    const SYLLABLES: u32 = 0xac00;
    const VOWELS: u32 = 21;
    const ENDINGS: u32 = 28;
    let (last, next) = (u32::from(last), u32::from(next));
    match (last, next) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            char::from_u32(SYLLABLES + ((last - 0x1100) * VOWELS + next - 0x1161) * ENDINGS)
        }
        (SYLLABLES..=0xd7a3, 0x11a8..=0x11c2) if (last - SYLLABLES).is_multiple_of(ENDINGS) => {
            char::from_u32(last + next - 0x11a7)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 2,350 syllables of KS X 1001, as `make_korean_font.py` counts them.
    fn syllables_with_a_glyph() -> usize {
        ('\u{ac00}'..='\u{d7a3}')
            .filter(|letter| glyph(*letter, Weight::Regular).is_some())
            .count()
    }

    #[test]
    fn the_fonts_have_the_syllables_of_the_korean_standard_and_the_signs_of_a_lecture() {
        assert_eq!(syllables_with_a_glyph(), 2350);
        for letter in "가각힝뷁ㄱㅎㅏㅣ→←↑↓≤≥≠≈×÷±∞∑√✓·•…「」《》①⑮℃λμσθ".chars()
        {
            // One of the syllables that the standard lacks.
            assert_eq!(is_missing(letter), letter == '뷁', "{letter}");
        }
    }

    #[test]
    fn every_glyph_has_a_shape_of_its_own_and_not_the_box_of_a_missing_one() {
        for font in [&ARIMO[0], &ARIMO[1], &*KOREAN] {
            let shape = |id| {
                font.outline(id)
                    .map(|outline| format!("{:?}", outline.curves))
            };
            let missing = shape(GlyphId(0)).expect("a font has a box for what it lacks");
            for (id, letter) in font.codepoint_ids() {
                let drawn = shape(id);
                assert_ne!(drawn.as_ref(), Some(&missing), "{letter}");
                // U+3164 fills the place of a letter in tables of Korean ones.
                let blank = letter.is_whitespace() || letter == '\u{3164}';
                assert_eq!(
                    drawn.is_none(),
                    blank,
                    "{letter} U+{:04X}",
                    u32::from(letter)
                );
            }
        }
    }

    #[test]
    fn a_wide_letter_has_the_room_that_any_systems_font_needs() {
        for weight in [Weight::Regular, Weight::Bold] {
            for letter in "가한漢字あ😀".chars() {
                assert_eq!(room(letter, weight), 1.0, "{letter}");
                assert!(advance(letter, weight) <= 1.0, "{letter}");
            }
            assert_eq!(room('\u{301}', weight), 0.0);
        }
    }

    #[test]
    fn korean_letters_in_pieces_become_whole() {
        // As the Mac's file system writes 한글, 가 and 각.
        let pieces = "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af} \u{1100}\u{1161} \u{1100}\u{1161}\u{11a8}";
        assert_eq!(composed(pieces), "한글 가 각");
        assert_eq!(missing_letters(pieces), []);
        assert_eq!(composed("각\u{11a8} a\u{1161}"), "각\u{11a8} a\u{1161}");
        assert!(matches!(composed("한글"), Cow::Borrowed(_)));
    }
}
