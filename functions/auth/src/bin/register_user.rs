//! The Lambda function of [`auth::register_user`].

fn main() -> std::process::ExitCode {
    api::serve(&auth::register_user::ENDPOINT)
}
