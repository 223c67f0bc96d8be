//! The Lambda function of [`admin::send_user_reset`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::send_user_reset::ENDPOINT)
}
