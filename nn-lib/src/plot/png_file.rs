//! PNG files of pixels.

use super::theme::Color;
use std::collections::HashMap;

/// Red, green and blue.
pub(super) type Pixel = [u8; 3];

/// A PNG file of these pixels, so many in a row.
pub(super) fn picture(columns: usize, pixels: &[Color]) -> Vec<u8> {
    let image: Vec<Pixel> = pixels.iter().map(|color| color.rgb.into()).collect();
    encoded(&image, columns as u32, (image.len() / columns) as u32)
}

/// The PNG file, with a palette: a third of the size of one with full colours.
pub(super) fn encoded(image: &[Pixel], width: u32, height: u32) -> Vec<u8> {
    let (palette, indices) = indexed(image);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(palette.concat());
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder
        .write_header()
        .expect("writing to memory cannot fail");
    writer
        .write_image_data(&indices)
        .expect("the buffer has the image's size");
    writer.finish().expect("writing to memory cannot fail");
    file
}

/// So many of the most frequent colours are kept as they are: plain areas and the darkest and lightest of edges.
const EXACT: usize = 96;

/// At most 256 colours, and for each pixel the number of its colour.
///
/// The most frequent colours are kept exactly. The others, mixtures along edges, share an entry with those that
/// agree in their leading bits.
fn indexed(image: &[Pixel]) -> (Vec<Pixel>, Vec<u8>) {
    let mut counts: HashMap<Pixel, usize> = HashMap::new();
    for run in image.chunk_by(|a, b| a == b) {
        *counts.entry(run[0]).or_default() += run.len();
    }
    let mut colors: Vec<(Pixel, usize)> = counts.into_iter().collect();
    // The most frequent first; among equals by value, so that the same chart is the same file.
    colors.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for kept_bits in (2..=8).rev() {
        let mask = 0xffu8 << (8 - kept_bits);
        let mut palette: Vec<Pixel> = colors.iter().take(EXACT).map(|(color, _)| *color).collect();
        let mut buckets: HashMap<Pixel, usize> = HashMap::new();
        let mut numbers: HashMap<Pixel, u8> = HashMap::new();
        for (rank, (color, _)) in colors.iter().enumerate() {
            let number = if rank < EXACT {
                rank
            } else {
                *buckets
                    .entry(color.map(|value| value & mask))
                    .or_insert_with(|| {
                        palette.push(*color);
                        palette.len() - 1
                    })
            };
            numbers.insert(*color, number as u8);
        }
        if palette.len() <= 256 {
            let mut indices = Vec::with_capacity(image.len());
            for run in image.chunk_by(|a, b| a == b) {
                indices.resize(indices.len() + run.len(), numbers[&run[0]]);
            }
            return (palette, indices);
        }
    }
    unreachable!("two bits for each of three values make 64 colours, less than 256 - EXACT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_of_few_colours_keeps_all_of_them_and_one_of_many_keeps_its_plain_areas() {
        let few: Vec<Pixel> = (0..=255).map(|v| [v, 0, 255 - v]).collect();
        let (palette, indices) = indexed(&few);
        let back: Vec<Pixel> = indices.iter().map(|i| palette[*i as usize]).collect();
        assert_eq!(back, few);

        let mut many: Vec<Pixel> = (0..5000u32)
            .map(|v| [(v % 251) as u8, (v % 127) as u8, (v % 63) as u8])
            .collect();
        many.extend([[213, 94, 0]; 1000]);
        many.extend([[214, 94, 0]; 1000]);
        let (palette, indices) = indexed(&many);
        assert!(palette.len() <= 256);
        assert_eq!(palette[indices[5500] as usize], [213, 94, 0]);
        assert_eq!(palette[indices[6500] as usize], [214, 94, 0]);
        let far = many
            .iter()
            .zip(&indices)
            .map(|(p, i)| p[0].abs_diff(palette[*i as usize][0]))
            .max();
        assert!(far.unwrap() < 64, "{far:?}");
    }
}
