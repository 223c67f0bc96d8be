//! The program of this crate's Lambda functions: each of its processes serves the one that Lambda names.

fn main() -> std::process::ExitCode {
    work::serve_if_named(search::WORKERS, search::SETTINGS)
        .unwrap_or_else(|| api::serve!(search::ENDPOINTS, search::SETTINGS))
}
