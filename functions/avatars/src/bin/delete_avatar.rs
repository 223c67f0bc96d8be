//! The Lambda function of [`avatars::delete_avatar`].

fn main() -> std::process::ExitCode {
    api::serve(&avatars::delete_avatar::ENDPOINT)
}
