//! The Lambda function of [`users::update_current_user`].

fn main() -> std::process::ExitCode {
    api::serve(&users::update_current_user::ENDPOINT)
}
