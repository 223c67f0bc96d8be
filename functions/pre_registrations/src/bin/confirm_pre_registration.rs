//! The Lambda function of [`pre_registrations::confirm_pre_registration`].

fn main() -> std::process::ExitCode {
    api::serve(&pre_registrations::confirm_pre_registration::ENDPOINT)
}
