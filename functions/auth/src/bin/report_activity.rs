//! The Lambda function of [`auth::report_activity`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::report_activity::ENDPOINT)
}
