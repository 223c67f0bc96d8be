//! The Lambda function of [`auth::verify_otp`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::verify_otp::ENDPOINT)
}
