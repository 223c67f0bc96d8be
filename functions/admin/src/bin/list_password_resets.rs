//! The Lambda function of [`admin::list_password_resets`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::list_password_resets::ENDPOINT)
}
