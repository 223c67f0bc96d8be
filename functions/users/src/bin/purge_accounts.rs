//! The Lambda function of [`users::purge_accounts`].

fn main() -> std::process::ExitCode {
    work::serve("purge_accounts", users::purge_accounts::purge_accounts)
}
