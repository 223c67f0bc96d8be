//! The Lambda function of [`mfa::renew_recovery_codes`].

fn main() -> std::process::ExitCode {
    api::serve(&mfa::renew_recovery_codes::ENDPOINT)
}
