//! `cargo xtask inbox`: the mail sent so far.

use std::collections::HashSet;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use local_aws::{get, http_client};

use crate::description::Description;
use crate::mailbox::Mail;
use crate::output::line;
use crate::workspace::Workspace;

const POLL: Duration = Duration::from_millis(500);

/// The arguments of `inbox`.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Keep showing mail as it is sent
    #[arg(long)]
    follow: bool,
    /// Print the mails as JSON, complete
    #[arg(long, conflicts_with = "follow")]
    json: bool,
}

/// Print the mail that was sent so far.
pub(crate) async fn run(workspace: &Workspace, arguments: Arguments) -> Result<i32> {
    let stack = Description::read(&workspace.home("local"))?;
    let http = http_client();
    let url = format!("{}/messages", stack.inbox_url);
    let list = async || -> Result<Vec<Mail>> {
        let answer = get(&http, &url)
            .await
            .context("the local stack's inbox does not answer")?;
        Ok(serde_json::from_slice(&answer.body)?)
    };
    let mails = list().await?;
    if arguments.json {
        line(serde_json::to_string_pretty(&mails)?);
        return Ok(0);
    }
    if !arguments.follow {
        if mails.is_empty() {
            line("No mail yet.");
        }
        for mail in &mails {
            show(mail);
        }
        return Ok(0);
    }
    // As it comes, so the newest is last here.
    let mut shown = HashSet::new();
    loop {
        for mail in list().await?.into_iter().rev() {
            if shown.insert(mail.id.clone()) {
                show(&mail);
            }
        }
        tokio::time::sleep(POLL).await;
    }
}

fn show(mail: &Mail) {
    line(format_args!(
        "{}  {}  {}",
        mail.time,
        mail.to.join(", "),
        mail.subject
    ));
    for code in &mail.codes {
        line(format_args!("    code  {code}"));
    }
    for link in &mail.links {
        line(format_args!("    link  {link}"));
    }
}
