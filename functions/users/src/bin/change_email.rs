//! The Lambda function of [`users::change_email`].

fn main() -> std::process::ExitCode {
    api::serve(&users::change_email::ENDPOINT)
}
