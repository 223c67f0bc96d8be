//! The Lambda function of [`users::export_account`].

fn main() -> std::process::ExitCode {
    api::serve(&users::export_account::ENDPOINT)
}
