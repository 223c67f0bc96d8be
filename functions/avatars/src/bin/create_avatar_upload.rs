//! The Lambda function of [`avatars::create_avatar_upload`].

fn main() -> std::process::ExitCode {
    api::serve(&avatars::create_avatar_upload::ENDPOINT)
}
