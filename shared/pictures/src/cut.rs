//! How large a picture becomes, and how much of what was sent is in it.

/// The shortest side that a cut may ask for, in pixels: less shows nothing.
const MIN_SIDE: u32 = 16;

/// The longest side that a cut may ask for, in pixels: WebP holds no longer one.
const MAX_SIDE: u32 = 16_383;

/// A picture that is made of an upload. The side is in pixels, 16 to 16,383; one outside of that is taken for the nearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The largest square in the middle, made so many pixels a side. A small one is enlarged, so that all are alike.
    Square(u32),
    /// The whole picture with its proportions, and no side longer than this. A small one is not enlarged.
    Within(u32),
}

impl Cut {
    /// The width and height of the picture that is made of one with this width and height, in pixels.
    pub(crate) fn size(self, [width, height]: [u32; 2]) -> [u32; 2] {
        let side = self.side();
        let longer = width.max(height);
        match self {
            Self::Square(_) => [side, side],
            Self::Within(_) if longer <= side => [width, height],
            Self::Within(_) => [width, height].map(|long| nearest(long, side, longer)),
        }
    }

    /// The width and height that are enough of a larger picture to make this one of, in pixels; `None` if it is no larger.
    /// They are twice what the cut shows: from there on the result does not show whether there was more.
    pub(crate) fn enough(self, [width, height]: [u32; 2]) -> Option<[u32; 2]> {
        let shown = match self {
            Self::Square(_) => width.min(height),
            Self::Within(_) => width.max(height),
        };
        let enough = 2 * self.side();
        (shown > enough).then(|| [width, height].map(|long| floor(long, enough, shown)))
    }

    /// Whether a picture of this cut may be made of one of another, which shows the same.
    pub(crate) fn shows_the_same_as(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Square(_), Self::Square(_)) | (Self::Within(_), Self::Within(_))
        )
    }

    fn side(self) -> u32 {
        let (Self::Square(side) | Self::Within(side)) = self;
        side.clamp(MIN_SIDE, MAX_SIDE)
    }
}

/// A side that is made `numerator / denominator` times as long, to the nearest pixel. A picture has one at least.
fn nearest(side: u32, numerator: u32, denominator: u32) -> u32 {
    let [side, numerator, denominator] = [side, numerator, denominator].map(u64::from);
    fitting((side * numerator + denominator / 2) / denominator)
}

/// The same, without the part of a pixel that is left.
fn floor(side: u32, numerator: u32, denominator: u32) -> u32 {
    fitting(u64::from(side) * u64::from(numerator) / u64::from(denominator))
}

fn fitting(side: u64) -> u32 {
    u32::try_from(side.max(1)).expect("it is no longer than the side")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_is_as_large_as_asked_for_whatever_it_is_of() {
        for of in [[1, 1], [300, 100], [16_384, 1], [8160, 6120]] {
            assert_eq!(Cut::Square(512).size(of), [512, 512]);
        }
    }

    #[test]
    fn what_fits_within_a_side_keeps_its_proportions_and_is_never_enlarged() {
        for (of, expected) in [
            ([8160, 6120], [640, 480]),
            ([6120, 8160], [480, 640]),
            ([1000, 1000], [640, 640]),
            ([999, 1000], [639, 640]),
            ([641, 1], [640, 1]),
            ([640, 480], [640, 480]),
            ([639, 640], [639, 640]),
            ([1, 1], [1, 1]),
            ([1, 16_384], [1, 640]),
            ([16_384, 1], [640, 1]),
            ([16_384, 3900], [640, 152]),
        ] {
            assert_eq!(Cut::Within(640).size(of), expected, "{of:?}");
        }
    }

    #[test]
    fn twice_what_is_shown_is_enough_to_make_a_picture_of() {
        for (cut, of, expected) in [
            (Cut::Square(512), [8160, 6120], Some([1365, 1024])),
            (Cut::Square(512), [1024, 16_384], None),
            (Cut::Square(512), [16_384, 1025], Some([16_368, 1024])),
            (Cut::Within(640), [8160, 6120], Some([1280, 960])),
            (Cut::Within(640), [1280, 1280], None),
            (Cut::Within(640), [1281, 1], Some([1280, 1])),
            (Cut::Within(640), [1, 16_384], Some([1, 1280])),
        ] {
            assert_eq!(cut.enough(of), expected, "{cut:?} of {of:?}");
        }
    }

    #[test]
    fn enough_is_never_less_than_what_is_made() {
        for of in [[16_384, 1], [16_384, 13], [16_384, 3900], [5001, 4999]] {
            for cut in [16, 160, 640, 1600].map(Cut::Within) {
                let (size, enough) = (cut.size(of), cut.enough(of).unwrap());
                assert!(enough >= size && enough[1] >= size[1], "{cut:?} of {of:?}");
            }
        }
    }

    #[test]
    fn a_side_that_no_picture_has_is_taken_for_the_nearest() {
        assert_eq!(Cut::Square(0).size([100, 100]), [16, 16]);
        assert_eq!(Cut::Within(20_000).size([16_384, 2]), [16_383, 2]);
        assert_eq!(Cut::Within(u32::MAX).enough([16_384, 2]), None);
    }
}
