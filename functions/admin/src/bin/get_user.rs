//! The Lambda function of [`admin::get_user`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::get_user::ENDPOINT)
}
