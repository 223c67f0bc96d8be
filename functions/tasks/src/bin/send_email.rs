//! The Lambda function of [`tasks::send_email`].

fn main() -> std::process::ExitCode {
    work::serve("send_email", tasks::send_email::send_email)
}
