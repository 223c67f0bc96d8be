//! The Lambda function of [`admin::delete_otp`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::delete_otp::ENDPOINT)
}
