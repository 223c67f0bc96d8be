//! The Lambda function of [`pre_registrations::create_pre_registration`].

fn main() -> std::process::ExitCode {
    api::serve(&pre_registrations::create_pre_registration::ENDPOINT)
}
