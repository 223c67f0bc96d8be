//! The Lambda function of [`mfa::begin_totp`].

fn main() -> std::process::ExitCode {
    api::serve(&mfa::begin_totp::ENDPOINT)
}
