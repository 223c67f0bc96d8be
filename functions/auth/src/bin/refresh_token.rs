//! The Lambda function of [`auth::refresh_token`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::refresh_token::ENDPOINT)
}
