//! The Lambda function of [`site::serve_asset`].

fn main() -> std::process::ExitCode {
    api::serve(&site::serve_asset::ENDPOINT)
}
