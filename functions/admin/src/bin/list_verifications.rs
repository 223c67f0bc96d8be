//! The Lambda function of [`admin::list_verifications`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::list_verifications::ENDPOINT)
}
