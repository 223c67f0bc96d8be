//! The Lambda function of [`admin::list_otps`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::list_otps::ENDPOINT)
}
