//! What others read of a running stack: `stack.json`, and the functions' environment as files for
//! `cargo lambda watch` and `sam local invoke`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use local_aws::Aws;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::process::credentials;
use crate::workspace::Home;

/// A running local stack.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Description {
    /// The address at which the API answers.
    pub(crate) api_url: String,
    /// The address at which the AWS services answer.
    pub(crate) aws_endpoint_url: String,
    /// The region they play.
    pub(crate) region: String,
    /// The name of the CloudFormation stack.
    pub(crate) stack_name: String,
    /// The address at which the mail sent so far is shown.
    pub(crate) inbox_url: String,
    /// The outputs of the stack.
    pub(crate) outputs: BTreeMap<String, String>,
    /// What every function has in its environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// The functions: name → name in AWS.
    pub(crate) functions: BTreeMap<String, String>,
    /// The functions: name → the crate whose binary serves it.
    pub(crate) crates: BTreeMap<String, String>,
    /// The folders that are packaged beside programs: name → where each is on this machine.
    pub(crate) folders: BTreeMap<String, PathBuf>,
    /// The HTTP API's id.
    pub(crate) api_id: String,
}

impl Description {
    /// The description of the stack that runs in a folder.
    pub(crate) fn read(home: &Home) -> Result<Self> {
        let path = home.stack_file();
        let Ok(text) = std::fs::read(&path) else {
            bail!("no local stack is running: start one with `cargo xtask up`");
        };
        serde_json::from_slice(&text).with_context(|| format!("{} is damaged", path.display()))
    }

    /// Write `stack.json`, `env` and `env.json`. `logical` maps a function's name in the template
    /// to its name in AWS.
    pub(crate) fn write(
        &self,
        home: &Home,
        logical: &BTreeMap<String, BTreeMap<String, String>>,
    ) -> Result<()> {
        std::fs::create_dir_all(home.folder())?;
        let mut lines = String::new();
        for (name, value) in self.environment() {
            // Read by programs that were not packaged, and have no folders beside them.
            match self.folders.get(&value) {
                Some(folder) => writeln!(lines, "{name}={}", folder.display())?,
                None => writeln!(lines, "{name}={value}")?,
            }
        }
        std::fs::write(home.file("env"), lines)?;

        let mut own = self.environment();
        // Read by functions in containers, to which localhost is themselves. samconfig.toml has the name mean this machine.
        let port = self.aws_endpoint_url.rsplit(':').next().unwrap_or_default();
        let in_container = format!("http://host.docker.internal:{port}");
        own.insert("AWS_ENDPOINT_URL".to_owned(), in_container);
        let by_function: BTreeMap<_, _> = logical
            .iter()
            .map(|(function, variables)| {
                let mut variables = variables.clone();
                variables.extend(own.clone());
                (function, variables)
            })
            .collect();
        std::fs::write(
            home.file("env.json"),
            serde_json::to_vec_pretty(&json!(by_function))?,
        )?;

        // Last, and in one step: whoever waits for it finds the rest complete.
        let unfinished = home.file("stack.json.new");
        std::fs::write(&unfinished, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(unfinished, home.stack_file())?;
        Ok(())
    }

    /// The functions' environment with what leads the AWS clients to this stack.
    pub(crate) fn environment(&self) -> BTreeMap<String, String> {
        let mut all = self.environment.clone();
        all.insert("AWS_ENDPOINT_URL".to_owned(), self.aws_endpoint_url.clone());
        for (name, value) in credentials(&self.region) {
            all.insert(name.to_owned(), value);
        }
        all
    }

    /// A client of the stack's AWS.
    pub(crate) fn aws(&self) -> Aws {
        Aws::new(&self.aws_endpoint_url, &self.region)
    }
}
