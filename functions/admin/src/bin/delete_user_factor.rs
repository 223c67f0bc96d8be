//! The Lambda function of [`admin::delete_user_factor`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::delete_user_factor::ENDPOINT)
}
