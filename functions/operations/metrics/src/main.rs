//! The program of this crate's Lambda functions: each of its processes serves the one that Lambda names.

fn main() -> std::process::ExitCode {
    work::serve_if_named(metrics_page::WORKERS, metrics_page::SETTINGS)
        .unwrap_or_else(|| api::serve!(metrics_page::ENDPOINTS, metrics_page::SETTINGS))
}
