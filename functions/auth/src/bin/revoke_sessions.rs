//! The Lambda function of [`auth::revoke_sessions`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::revoke_sessions::ENDPOINT)
}
