//! The Lambda function of [`mfa::disable_totp`].

fn main() -> std::process::ExitCode {
    api::serve(&mfa::disable_totp::ENDPOINT)
}
