//! The Lambda function of [`auth::publish_jwks`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::publish_jwks::ENDPOINT)
}
