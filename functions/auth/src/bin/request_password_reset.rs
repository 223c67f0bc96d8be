//! The Lambda function of [`auth::request_password_reset`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::request_password_reset::ENDPOINT)
}
