//! The Lambda function of [`auth::verify_email`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::verify_email::ENDPOINT)
}
