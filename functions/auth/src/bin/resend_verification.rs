//! The Lambda function of [`auth::resend_verification`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::resend_verification::ENDPOINT)
}
