//! The Lambda function of [`users::cancel_account_deletion`].

fn main() -> std::process::ExitCode {
    api::serve(&users::cancel_account_deletion::ENDPOINT)
}
