//! The Lambda function of [`mfa::answer_challenge`].

fn main() -> std::process::ExitCode {
    api::serve(&mfa::answer_challenge::ENDPOINT)
}
