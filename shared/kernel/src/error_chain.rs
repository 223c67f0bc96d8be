use std::error::Error;
use std::iter;

/// An error with its causes in one line, for the log. Errors name what was attempted, and their causes why it failed.
pub fn error_chain(error: &(dyn Error + 'static)) -> String {
    let chain = iter::successors(Some(error), |error| (*error).source());
    let texts: Vec<String> = chain.map(ToString::to_string).collect();
    texts.join(": ")
}
