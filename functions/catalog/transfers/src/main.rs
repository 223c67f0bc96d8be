//! The program of this crate's Lambda functions: each of its processes serves the one that Lambda names.

fn main() -> std::process::ExitCode {
    work::serve_if_named(transfers::WORKERS, transfers::SETTINGS)
        .unwrap_or_else(|| api::serve!(transfers::ENDPOINTS, transfers::SETTINGS))
}
