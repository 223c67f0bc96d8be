//! The Lambda function of [`auth::rotate_signing_key`].

fn main() -> std::process::ExitCode {
    work::serve(
        "rotate_signing_key",
        auth::rotate_signing_key::rotate_signing_key,
    )
}
