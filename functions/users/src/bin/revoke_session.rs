//! The Lambda function of [`users::revoke_session`].

fn main() -> std::process::ExitCode {
    api::serve(&users::revoke_session::ENDPOINT)
}
