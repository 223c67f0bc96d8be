//! The Lambda function of [`auth::request_otp`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::request_otp::ENDPOINT)
}
