//! What is wrong with a value, said so that a person can mend it. It never quotes the value, which may be a password.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

/// The reason why a value does not fit its place.
#[derive(Debug)]
pub(super) struct Fault {
    /// The field that it is about, inside of the value, where it is about one.
    pub(super) field: Option<String>,
    reason: String,
}

impl Fault {
    fn of_field(field: &str, reason: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            reason: reason.to_owned(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.reason)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    /// Whatever a type of ours says of a value. Its words are not repeated: they may quote it.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self {
            field: None,
            reason: "This value cannot be read.".to_owned(),
        }
    }

    fn invalid_type(found: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unit | Unexpected::Option => "null",
            Unexpected::Bool(_) => "true or false",
            Unexpected::Str(_) | Unexpected::Char(_) => "a string",
            Unexpected::Seq => "a list",
            Unexpected::Map => "an object",
            Unexpected::Float(_) => "a fraction",
            _ => "a number",
        };
        let wanted = wanted.to_string();
        let wanted = in_words(&wanted);
        Self {
            field: None,
            reason: format!("This must be {wanted}, not {found}."),
        }
    }

    fn invalid_value(_: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let wanted = wanted.to_string();
        let wanted = in_words(&wanted);
        Self {
            field: None,
            reason: format!("This must be {wanted}."),
        }
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self {
            field: None,
            reason: format!("This must be one of {}.", known.join(", ")),
        }
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::of_field(field, "This field is not known.")
    }

    fn missing_field(field: &'static str) -> Self {
        Self::of_field(field, "This field is required.")
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::of_field(field, "This field is there twice.")
    }
}

/// What a type of Rust is in JSON.
fn in_words(wanted: &str) -> &str {
    match wanted {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        _ if wanted.starts_with("struct ") => "an object",
        _ => wanted,
    }
}
