//! The Lambda function of [`admin::list_users`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::list_users::ENDPOINT)
}
