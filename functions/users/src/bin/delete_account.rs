//! The Lambda function of [`users::delete_account`].

fn main() -> std::process::ExitCode {
    api::serve(&users::delete_account::ENDPOINT)
}
