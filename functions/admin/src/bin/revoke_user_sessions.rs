//! The Lambda function of [`admin::revoke_user_sessions`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::revoke_user_sessions::ENDPOINT)
}
