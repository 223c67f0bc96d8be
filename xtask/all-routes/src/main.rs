//! What `cargo xtask` runs when it needs the product's own code: all routes in one process, the files that are generated
//! from the lists of the areas, and the commands of operators.
#![expect(clippy::print_stdout, reason = "a command-line tool")]

mod create_admin;
mod generate;
mod index_people;
mod operator;
mod send_test_email;
mod serve;
mod tasks;

use std::fs;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about, version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve all routes over plain HTTP.
    Serve {
        /// Port to listen on.
        #[arg(long, default_value_t = 3001)]
        port: u16,
    },
    /// Print the files that are generated from the endpoints: a JSON object of their paths and texts.
    Generate {
        /// The repository's root folder.
        root: PathBuf,
    },
    /// Print every function's name, methods and path.
    Routes,
    /// Make an account an administrator's: an existing one, or a new one. Asks for the password, or reads it from standard input.
    CreateAdmin {
        /// The e-mail address of the account.
        email: String,
    },
    /// Set the people table right by the accounts.
    IndexPeople,
    /// Look after tasks, queues, dead letters and schedules.
    Tasks {
        #[command(subcommand)]
        command: tasks::Command,
    },
    /// Send a test mail.
    SendTestEmail {
        /// The address that the mail goes to.
        address: String,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().command {
        Command::Serve { port } => serve::serve(port).await,
        Command::Generate { root } => {
            let files = generate::files(&|file| Ok(fs::read_to_string(root.join(file))?))?;
            println!("{}", serde_json::to_string(&files)?);
            Ok(())
        }
        Command::Routes => {
            for endpoint in areas::endpoints() {
                for method in endpoint.methods() {
                    println!("{} {method} {}", endpoint.name(), endpoint.path());
                }
            }
            Ok(())
        }
        Command::CreateAdmin { email } => create_admin::create_admin(&email).await,
        Command::IndexPeople => index_people::index_people().await,
        Command::Tasks { command } => tasks::run(command).await,
        Command::SendTestEmail { address } => send_test_email::send_test_email(&address).await,
    }
}
