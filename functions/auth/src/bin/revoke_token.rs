//! The Lambda function of [`auth::revoke_token`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::revoke_token::ENDPOINT)
}
