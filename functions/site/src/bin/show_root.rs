//! The Lambda function of [`site::show_root`].

fn main() -> std::process::ExitCode {
    api::serve(&site::show_root::ENDPOINT)
}
