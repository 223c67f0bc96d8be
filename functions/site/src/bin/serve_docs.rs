//! The Lambda function of [`site::serve_docs`].

fn main() -> std::process::ExitCode {
    api::serve(&site::serve_docs::ENDPOINT)
}
