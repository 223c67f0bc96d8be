//! The Lambda function of [`admin::list_audit_entries`].

fn main() -> std::process::ExitCode {
    api::serve(&admin::list_audit_entries::ENDPOINT)
}
