//! The Lambda function of [`users::get_current_user`].

fn main() -> std::process::ExitCode {
    api::serve(&users::get_current_user::ENDPOINT)
}
