//! The functions: which binary serves which, building them, and laying them out as the template
//! expects them.

use std::collections::BTreeMap;
use std::io::{Cursor, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::process::{cargo, program, run_logged};
use crate::steps::Steps;
use crate::template;
use crate::tools::hex;
use crate::workspace::Workspace;

/// The functions, the binaries under `functions/` that serve them, and where cargo puts those.
#[derive(Clone, Debug)]
pub(crate) struct Functions {
    /// The packages that have a binary, each of the package's name, in cargo's order.
    pub(crate) packages: Vec<String>,
    /// The folders that are packaged beside a package's binary, by the package.
    pub(crate) folders: BTreeMap<String, Vec<PathBuf>>,
    /// The functions of the template, each with the package whose binary serves it.
    pub(crate) crates: BTreeMap<String, String>,
    /// Cargo's target folder, which a user may have moved.
    pub(crate) target: PathBuf,
    /// What this machine is to rustc (`x86_64-unknown-linux-gnu`).
    triple: String,
}

/// The arguments by which cargo makes a release build for this machine.
///
/// The target is named because [`FLAGS`] would otherwise be for build scripts and macros, too.
const RELEASE: [&str; 8] = [
    "build",
    "--release",
    "--target",
    "host-tuple",
    "--config",
    FLAGS,
    "--config",
    FOLDED,
];

/// What the profile cannot say: a panic ends the process, so nobody walks its stack. Without the tables for that a function
/// is a tenth smaller.
pub(crate) const FLAGS: &str = "build.rustflags=['-Cforce-unwind-tables=no']";

/// The same where rustc links with LLD of its own accord. It folds functions of the same machine code, which makes a program
/// smaller by a twenty-fifth, and leaves out the index of those tables, which C and the standard library still have: 64 kB.
/// Flags of a target take the place of those of all targets.
const FOLDED: &str = "target.x86_64-unknown-linux-gnu.rustflags=['-Cforce-unwind-tables=no', '-Clink-arg=-Wl,--icf=all,--no-eh-frame-hdr']";

impl Functions {
    /// Ask cargo and the template.
    pub(crate) async fn find(workspace: &Workspace) -> Result<Self> {
        let mut metadata = cargo();
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        metadata.current_dir(workspace.root());
        let output = metadata.output().await.context("cannot start cargo")?;
        if !output.status.success() {
            bail!(
                "cargo cannot read the workspace: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        let folder = workspace.path("functions");
        let (mut packages, mut folders) = (Vec::new(), BTreeMap::new());
        for package in metadata["packages"].as_array().into_iter().flatten() {
            let manifest = Path::new(package["manifest_path"].as_str().unwrap_or_default());
            if !manifest.starts_with(&folder) {
                continue;
            }
            let name = package["name"].as_str().unwrap_or_default();
            let mut targets = package["targets"].as_array().into_iter().flatten();
            // An area's other crates are no part of the build by themselves.
            if targets.any(|target| target["kind"] == json!(["bin"]) && target["name"] == name) {
                packages.push(name.to_owned());
                folders.insert(name.to_owned(), folders_of(package, manifest));
            }
        }
        let functions = template::functions(workspace)?;
        let crates: BTreeMap<String, String> = functions
            .into_iter()
            .map(|function| (function.name, function.package))
            .collect();
        if let Some((function, unknown)) = crates
            .iter()
            .find(|(_, package)| !packages.contains(package))
        {
            bail!(
                "the templates have {function} served by {unknown}, which has no binary of its name"
            );
        }
        let target = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target folder")?;
        let mut rustc = program("rustc");
        rustc.args(["--print", "host-tuple"]);
        let output = rustc.current_dir(workspace.root()).output().await?;
        let triple = String::from_utf8(output.stdout)?.trim().to_owned();
        Ok(Self {
            packages,
            folders,
            crates,
            target: target.into(),
            triple,
        })
    }

    /// The `-p` arguments that select the functions' packages.
    pub(crate) fn selection(&self) -> impl Iterator<Item = &str> {
        self.packages
            .iter()
            .flat_map(|package| ["--package", package.as_str()])
    }

    /// A binary as cargo leaves it.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join(&self.triple).join("release").join(name)
    }

    /// The folder in which lies what is packaged beside a binary, where something is: Lambda's is that of the code.
    pub(crate) fn root(&self, package: &str) -> Option<&Path> {
        self.folders.get(package)?.first()?.parent()
    }

    /// Build them all for this machine.
    pub(crate) async fn build(&self, workspace: &Workspace, steps: &Steps) -> Result<()> {
        let mut selection = vec!["--bins"];
        selection.extend(self.selection());
        release(workspace, steps, "build the functions", "build", &selection).await
    }

    /// Put each binary where the tests look for it, and its archive where the template does.
    pub(crate) fn stage(&self, workspace: &Workspace) -> Result<()> {
        for name in &self.packages {
            let staged = staged(workspace, name);
            let built = self.binary(name);
            if is_same_file(&built, &staged) && archive(workspace, name).is_file() {
                continue;
            }
            let folder = workspace.lambda().join(name);
            std::fs::create_dir_all(&folder)?;
            // Each is replaced in one step: another stack may be deploying from it.
            let new = workspace
                .lambda()
                .join(format!("{name}.{}", std::process::id()));
            std::fs::write(&new, zip(&built, &self.folders[name])?)?;
            std::fs::rename(&new, archive(workspace, name))?;
            // The binary last, as it says that its archive is there. A link costs nothing; across file systems it has to be a
            // copy.
            if std::fs::hard_link(&built, &new).is_err() {
                std::fs::copy(&built, &new)
                    .with_context(|| format!("cannot copy {}", built.display()))?;
            }
            std::fs::rename(&new, &staged)?;
        }
        Ok(())
    }

    /// What tells the staged binaries from those of another build, by the package.
    pub(crate) fn fingerprints(&self, workspace: &Workspace) -> Result<BTreeMap<String, String>> {
        let of = |name: &String| Ok((name.clone(), fingerprint(&staged(workspace, name))?));
        self.packages.iter().map(of).collect()
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    match (std::fs::metadata(one), std::fs::metadata(other)) {
        (Ok(one), Ok(other)) => one.dev() == other.dev() && one.ino() == other.ino(),
        _ => false,
    }
}

/// A package's staged binary.
pub(crate) fn staged(workspace: &Workspace, package: &str) -> PathBuf {
    workspace.lambda().join(package).join("bootstrap")
}

/// The archive that the template names as the code of a package's functions. A folder would do, but SAM would compress it
/// once for each function: a third of a second, for the same bytes.
pub(crate) fn archive(workspace: &Workspace, package: &str) -> PathBuf {
    workspace.lambda().join(package).join("bootstrap.zip")
}

/// What a package's manifest says is packaged beside its binary (`package.metadata.packaged`).
fn folders_of(package: &Value, manifest: &Path) -> Vec<PathBuf> {
    let folders = package["metadata"]["packaged"]["folders"].as_array();
    let folders = folders.into_iter().flatten().filter_map(Value::as_str);
    let from = manifest.parent().unwrap_or(manifest);
    folders.map(|folder| from.join(folder)).collect()
}

/// A zip with the binary as `bootstrap`, and with folders beside it. Stored, not deflated: it goes no further than the
/// emulator, and the same binary gives the same bytes.
fn zip(binary: &Path, folders: &[PathBuf]) -> Result<Vec<u8>> {
    let bytes =
        std::fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len() + 1024)));
    zip.start_file("bootstrap", stored().unix_permissions(0o755))?;
    zip.write_all(&bytes)?;
    add(&mut zip, folders)?;
    Ok(zip.finish()?.into_inner())
}

/// Adds folders to an archive that another tool has made.
pub(crate) fn add_to(archive: &Path, folders: &[PathBuf]) -> Result<()> {
    if folders.is_empty() {
        return Ok(());
    }
    let mut file = std::fs::OpenOptions::new();
    let file = file.read(true).write(true).open(archive)?;
    let mut zip = ZipWriter::new_append(file)?;
    add(&mut zip, folders)?;
    zip.finish()?;
    Ok(())
}

/// Adds the files of folders, each folder under its own name. They are packed already, or small.
fn add(zip: &mut ZipWriter<impl Write + Seek>, folders: &[PathBuf]) -> Result<()> {
    for folder in folders {
        let name = folder.file_name().context("a folder has a name")?;
        let of = || format!("cannot read {}", folder.display());
        let files = std::fs::read_dir(folder).with_context(of)?;
        let mut files: Vec<PathBuf> = files
            .map(|file| Ok(file?.path()))
            .collect::<Result<_>>()
            .with_context(of)?;
        files.sort();
        for file in files {
            let path = Path::new(name).join(file.file_name().unwrap_or_default());
            zip.start_file_from_path(path, stored().unix_permissions(0o644))?;
            zip.write_all(&std::fs::read(file)?)?;
        }
    }
    Ok(())
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored)
        .last_modified_time(zip::DateTime::default())
}

fn fingerprint(binary: &Path) -> Result<String> {
    let bytes =
        std::fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    Ok(hex(&Sha256::digest(bytes)))
}

/// Make a release build of what is selected, for this machine.
pub(crate) async fn release(
    workspace: &Workspace,
    steps: &Steps,
    label: &str,
    log: &str,
    selection: &[&str],
) -> Result<()> {
    let arguments = [&RELEASE[..], selection].concat();
    cargo_with_progress(workspace, steps, label, log, &arguments)
        .await
        .map(drop)
}

/// Run cargo with its own progress shown as a bar, and its errors shown in full when it fails. Gives the lines that it wrote.
pub(crate) async fn cargo_with_progress(
    workspace: &Workspace,
    steps: &Steps,
    label: &str,
    log: &str,
    arguments: &[&str],
) -> Result<Vec<String>> {
    let step = steps.start(label);
    let log = workspace.path(&format!("target/{log}.log"));
    let mut build = cargo();
    build.args(arguments).current_dir(workspace.root());
    build.env("CARGO_TERM_COLOR", "never");
    build.env("CARGO_TERM_PROGRESS_WHEN", "always");
    build.env("CARGO_TERM_PROGRESS_WIDTH", "100");
    let mut lines = Vec::new();
    let status = run_logged(build, &log, |line| {
        if let Some((at, length, crates)) = read_progress(line) {
            step.progress(at, length, crates);
        } else {
            lines.push(line.to_owned());
        }
    })
    .await?;
    if status.success() {
        step.done("");
        return Ok(lines);
    }
    drop(step);
    let first = lines.iter().position(|line| line.starts_with("error"));
    for line in lines.iter().skip(first.unwrap_or(0)) {
        crate::output::error(line);
    }
    bail!(
        "the build failed, as shown above (log: {})",
        workspace.shown(&log)
    );
}

/// Read `Building [===>   ] 12/345: serde, tokio`.
fn read_progress(line: &str) -> Option<(u64, u64, &str)> {
    let (_, rest) = line
        .trim_start()
        .strip_prefix("Building [")?
        .split_once("] ")?;
    let (counts, crates) = rest.split_once(": ").unwrap_or((rest, ""));
    let (at, length) = counts.split_once('/')?;
    Some((at.trim().parse().ok()?, length.trim().parse().ok()?, crates))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use zip::ZipArchive;

    use super::*;

    #[test]
    fn folders_are_packaged_beside_the_binary_by_every_tool() {
        let folder = std::env::temp_dir().join(format!("kinwise-zip-{}", std::process::id()));
        let fonts = folder.join("fonts");
        std::fs::create_dir_all(&fonts).unwrap();
        std::fs::write(fonts.join("a.gz"), "a").unwrap();
        std::fs::write(folder.join("program"), "program").unwrap();
        let folders = [fonts];
        let here = zip(&folder.join("program"), &folders).unwrap();
        let archive = folder.join("bootstrap.zip");
        std::fs::write(&archive, zip(&folder.join("program"), &[]).unwrap()).unwrap();

        add_to(&archive, &folders).unwrap();

        let elsewhere = std::fs::read(&archive).unwrap();
        std::fs::remove_dir_all(folder).unwrap();
        for bytes in [here, elsewhere] {
            let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
            for (name, expected) in [("bootstrap", "program"), ("fonts/a.gz", "a")] {
                let mut text = String::new();
                let mut file = archive.by_name(name).unwrap();
                file.read_to_string(&mut text).unwrap();
                assert_eq!(text, expected);
                assert_eq!(file.unix_mode().unwrap() & 0o111 != 0, name == "bootstrap");
            }
        }
    }

    #[test]
    fn cargos_progress_line_is_read() {
        assert_eq!(
            read_progress("    Building [=====>      ] 12/345: serde, tokio"),
            Some((12, 345, "serde, tokio"))
        );
        assert_eq!(
            read_progress("    Building [======================] 345/345"),
            Some((345, 345, ""))
        );
        assert_eq!(read_progress("   Compiling serde v1.0.0"), None);
    }
}
