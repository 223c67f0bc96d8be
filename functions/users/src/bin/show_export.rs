//! The Lambda function of [`users::show_export`].

fn main() -> std::process::ExitCode {
    api::serve(&users::show_export::ENDPOINT)
}
