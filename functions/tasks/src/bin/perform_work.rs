//! The Lambda function of [`tasks::perform_work`].

fn main() -> std::process::ExitCode {
    work::serve("perform_work", tasks::perform_work::perform_work)
}
