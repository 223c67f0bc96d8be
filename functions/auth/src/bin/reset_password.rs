//! The Lambda function of [`auth::reset_password`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::reset_password::ENDPOINT)
}
