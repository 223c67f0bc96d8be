//! Bands of prices, as a visitor narrows a list by them.

/// Ten-thousandths of a unit of a currency.
const UNIT: i64 = 10_000;

/// The steps between two powers of ten: one, two, five.
const STEPS: [i64; 3] = [1, 2, 5];

/// The powers of ten up to which an amount can go.
const POWERS: usize = 15;

/// How many bands there are: up to one unit, and from each bound on.
pub(crate) const BANDS: usize = POWERS * STEPS.len() + 1;

/// The bounds between bands: 1, 2, 5, 10 units and so on.
const BOUNDS: [i64; BANDS - 1] = bounds();

const fn bounds() -> [i64; BANDS - 1] {
    let mut bounds = [0; BANDS - 1];
    let mut power = UNIT;
    let mut place = 0;
    while place < bounds.len() {
        bounds[place] = power * STEPS[place % STEPS.len()];
        place += 1;
        if place % STEPS.len() == 0 && place < bounds.len() {
            power *= 10;
        }
    }
    bounds
}

/// The band that a price is in.
pub(crate) fn band_of(price: i64) -> u8 {
    let band = BOUNDS.partition_point(|bound| *bound <= price);
    u8::try_from(band).unwrap_or(u8::MAX)
}

/// From which price a band goes, itself included, and up to before which; the last has no end. Both are in ten-thousandths of a
/// unit.
pub(crate) fn band(number: usize) -> (i64, Option<i64>) {
    let from = number.checked_sub(1).map_or(0, |before| BOUNDS[before]);
    (from, BOUNDS.get(number).copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_begin_with_their_lower_bound() {
        for (price, from, to) in [
            (0, 0, 10_000),
            (9_999, 0, 10_000),
            (10_000, 10_000, 20_000),
            (49_999, 20_000, 50_000),
            (50_000, 50_000, 100_000),
            (199_990_000, 100_000_000, 200_000_000),
            (-1, 0, 10_000),
        ] {
            assert_eq!(band(band_of(price).into()), (from, Some(to)), "{price}");
        }
        assert_eq!(
            band(band_of(i64::MAX).into()),
            (5_000_000_000_000_000_000, None)
        );
    }
}
