//! The Lambda function of [`site::check_health`].

fn main() -> std::process::ExitCode {
    api::serve(&site::check_health::ENDPOINT)
}
