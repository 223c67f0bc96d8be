//! The Lambda function of [`site::answer_unknown`].

fn main() -> std::process::ExitCode {
    api::serve(&site::answer_unknown::ENDPOINT)
}
