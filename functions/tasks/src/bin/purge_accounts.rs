//! The Lambda function of [`tasks::purge_accounts`].

fn main() -> std::process::ExitCode {
    work::serve("purge_accounts", tasks::purge_accounts::purge_accounts)
}
