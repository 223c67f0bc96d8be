//! The Lambda function of [`site::serve_redoc`].

fn main() -> std::process::ExitCode {
    api::serve(&site::serve_redoc::ENDPOINT)
}
