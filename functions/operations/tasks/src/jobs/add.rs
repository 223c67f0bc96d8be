use operations::jobs::Add;
use serde_json::{Number, Value};
use work::{Assigned, Context, Done, Failure};

/// Adds two numbers. Whole ones give a whole one, as long as it has room in 64 bits.
pub(crate) async fn add(_: Context, task: Assigned<Add>) -> Result<Done, Failure> {
    let Add { x, y } = task.input;
    match sum(&x, &y) {
        Some(sum) => Ok(Done::with(Value::Number(sum))),
        // What a request may ask for has a sum; this was not one.
        None => Err(Failure::Permanent("there is no such sum".to_owned())),
    }
}

fn sum(x: &Number, y: &Number) -> Option<Number> {
    if let (Some(x), Some(y)) = (x.as_i128(), y.as_i128())
        && let Some(sum) = Number::from_i128(x + y)
    {
        return Some(sum);
    }
    Number::from_f64(x.as_f64()? + y.as_f64()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn number(value: &Value) -> Number {
        value.as_number().unwrap().clone()
    }

    #[test]
    fn whole_numbers_stay_whole_and_none_wraps_around() {
        for (x, y, expected) in [
            (json!(5), json!(3), json!(8)),
            (json!(-5), json!(3), json!(-2)),
            (json!(0.5), json!(3), json!(3.5)),
            (json!(i64::MAX), json!(1), json!(1_u64 << 63)),
            (json!(u64::MAX), json!(-1), json!(u64::MAX - 1)),
            (
                json!(u64::MAX),
                json!(u64::MAX),
                json!(2.0 * 2_f64.powi(64)),
            ),
        ] {
            assert_eq!(sum(&number(&x), &number(&y)), Some(number(&expected)));
        }
        let most = number(&json!(f64::MAX));
        assert_eq!(sum(&most, &most), None);
    }
}
