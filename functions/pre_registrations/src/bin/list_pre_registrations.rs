//! The Lambda function of [`pre_registrations::list_pre_registrations`].

fn main() -> std::process::ExitCode {
    api::serve(&pre_registrations::list_pre_registrations::ENDPOINT)
}
