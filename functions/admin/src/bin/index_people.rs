//! The Lambda function of [`admin::index_people`].

fn main() -> std::process::ExitCode {
    work::serve("index_people", admin::index_people::index_people)
}
