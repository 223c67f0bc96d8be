//! The Lambda function of [`avatars::process_avatar`].

fn main() -> std::process::ExitCode {
    work::serve("process_avatar", avatars::process_avatar::process_avatar)
}
