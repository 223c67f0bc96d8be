//! The Lambda function of [`auth::obtain_token`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::obtain_token::ENDPOINT)
}
