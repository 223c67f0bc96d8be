//! The program of this crate's Lambda functions: each of its processes serves the one that Lambda names.

fn main() -> std::process::ExitCode {
    api::serve!(products::ENDPOINTS, products::SETTINGS)
}
