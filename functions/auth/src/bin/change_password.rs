//! The Lambda function of [`auth::change_password`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::change_password::ENDPOINT)
}
