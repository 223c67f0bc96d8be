//! The Lambda function of [`mfa::confirm_totp`].

fn main() -> std::process::ExitCode {
    api::serve(&mfa::confirm_totp::ENDPOINT)
}
