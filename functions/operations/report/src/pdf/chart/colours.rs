//! The colours of series.

use super::super::page::Colour;

/// From dark to light, so that they differ in grey; from blue to yellow, which the colour-blind tell apart as well.
const ANCHORS: [Colour; 4] = [
    Colour(0x14, 0x2f, 0x55),
    Colour(0x2f, 0x7f, 0xb8),
    Colour(0xe0, 0x86, 0x3a),
    Colour(0xf3, 0xcd, 0x5b),
];

/// The colour of one of so many series.
pub(super) fn colour(series: usize, count: usize) -> Colour {
    let last = ANCHORS.len() - 1;
    match count {
        0 | 1 => ANCHORS[1],
        2 => ANCHORS[[0, 2][series.min(1)]],
        3 => ANCHORS[series.min(last)],
        _ => {
            let place = series * last;
            let (anchor, part) = (place / (count - 1), place % (count - 1));
            let next = ANCHORS[(anchor + 1).min(last)];
            mix(ANCHORS[anchor.min(last)], next, part, count - 1)
        }
    }
}

/// A colour between two.
fn mix(from: Colour, to: Colour, part: usize, whole: usize) -> Colour {
    let mix = |from: u8, to: u8| {
        let sum = usize::from(from) * (whole - part) + usize::from(to) * part;
        u8::try_from(sum / whole).unwrap_or(u8::MAX)
    };
    Colour(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(Colour(red, green, blue): Colour) -> u32 {
        (2_126 * u32::from(red) + 7_152 * u32::from(green) + 722 * u32::from(blue)) / 10_000
    }

    #[test]
    fn the_colours_of_a_chart_differ_in_grey() {
        for count in 2..=8 {
            let greys: Vec<u32> = (0..count)
                .map(|series| grey(colour(series, count)))
                .collect();
            let apart = greys.windows(2).map(|pair| pair[1].saturating_sub(pair[0]));
            assert!(apart.min() >= Some(10), "{greys:?}");
        }
    }
}
