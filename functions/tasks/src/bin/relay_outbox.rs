//! The Lambda function of [`tasks::relay_outbox`].

fn main() -> std::process::ExitCode {
    work::serve("relay_outbox", tasks::relay_outbox::relay_outbox)
}
