use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lambda_harness::Launch;
use serde::Deserialize;
use test_support::{Aws, Emulator, Http};

/// The account that `cargo xtask` deploys to: the emulator's first.
const ACCOUNT: &str = "000000000000";

/// The deployed stack.
#[derive(Debug, Clone)]
pub struct Stack {
    description: Description,
    /// The file that describes it, in `target/NAME/`.
    file: PathBuf,
    /// Its AWS, called by the account's owner.
    pub aws: Aws,
    pub(crate) emulator: Emulator,
    /// What the API is called with.
    pub(crate) http: Http,
}

/// As much of the file as the tests need.
#[derive(Debug, Clone, Deserialize)]
struct Description {
    api_url: String,
    aws_endpoint_url: String,
    region: String,
    stack_name: String,
    outputs: BTreeMap<String, String>,
    crates: BTreeMap<String, String>,
}

impl Stack {
    /// The one that is running.
    pub fn deployed() -> Self {
        let read = || {
            let file = PathBuf::from(std::env::var_os("KINWISE_STACK")?);
            let text = std::fs::read(&file).ok()?;
            Some((serde_json::from_slice(&text).ok()?, file))
        };
        let Some((description, file)) = read() else {
            panic!("there is no stack to test: run the tests with `cargo xtask test`");
        };
        let description: Description = description;
        let (endpoint, region) = (&description.aws_endpoint_url, &description.region);
        let emulator = Emulator::of_account(endpoint, region, ACCOUNT);
        Self {
            description,
            file,
            aws: emulator.aws.clone(),
            emulator,
            http: Http::default(),
        }
    }

    /// Where the API answers.
    pub fn api_url(&self) -> &str {
        &self.description.api_url
    }

    /// Where its AWS answers.
    pub fn endpoint(&self) -> &str {
        &self.description.aws_endpoint_url
    }

    /// The region it is in.
    pub fn region(&self) -> &str {
        &self.description.region
    }

    /// An output of the stack.
    pub fn output(&self, name: &str) -> &str {
        let found = self.description.outputs.get(name);
        found.unwrap_or_else(|| panic!("the stack has no output {name}"))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.description.stack_name
    }

    /// A function's name in AWS, as the template sets it.
    pub fn function(&self, name: &str) -> String {
        format!("{}-{name}", self.description.stack_name)
    }

    /// The binary that a function was deployed from, which serves all functions of its crate.
    pub fn binary(&self, name: &str) -> PathBuf {
        let package = self.description.crates.get(name);
        let package = package.unwrap_or_else(|| panic!("the stack has no function {name}"));
        let target = self.file.parent().and_then(Path::parent);
        let folder = target.expect("the description is in target/NAME/");
        folder.join("lambda").join(package).join("bootstrap")
    }

    /// What a process of a function is started with.
    pub fn launch(&self, name: &str) -> Launch {
        Launch::new(self.binary(name)).handler(name)
    }
}

/// A path in the repository.
pub fn repository(path: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).join(path)
}
