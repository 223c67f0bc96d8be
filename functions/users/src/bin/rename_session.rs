//! The Lambda function of [`users::rename_session`].

fn main() -> std::process::ExitCode {
    api::serve(&users::rename_session::ENDPOINT)
}
