//! The Lambda function of [`avatars::show_avatar`].

fn main() -> std::process::ExitCode {
    api::serve(&avatars::show_avatar::ENDPOINT)
}
