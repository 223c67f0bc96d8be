//! The Lambda function of [`users::list_sessions`].

fn main() -> std::process::ExitCode {
    api::serve(&users::list_sessions::ENDPOINT)
}
