//! The Lambda function of [`admin::update_user`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::update_user::ENDPOINT)
}
