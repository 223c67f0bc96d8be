//! The Lambda function of [`users::confirm_email_change`].

fn main() -> std::process::ExitCode {
    api::serve(&users::confirm_email_change::ENDPOINT)
}
