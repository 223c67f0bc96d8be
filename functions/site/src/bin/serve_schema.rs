//! The Lambda function of [`site::serve_schema`].

fn main() -> std::process::ExitCode {
    api::serve(&site::serve_schema::ENDPOINT)
}
