//! Docker, where this machine has it: `sam local invoke` runs functions in containers. Nothing else here needs it.

use std::net::Ipv4Addr;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

/// A daemon that runs answers at once.
const LIMIT: Duration = Duration::from_secs(5);

/// The address at which Docker's containers reach this machine, if Docker runs here: functions that `sam local invoke` starts
/// are in containers. Every container of this machine reaches it; no other address, which other machines might.
pub(crate) async fn bridge() -> Option<Ipv4Addr> {
    let format = "{{with index .IPAM.Config 0}}{{.Gateway}} {{.Subnet}}{{end}}";
    let said = ask(&["network", "inspect", "bridge", "--format", format]).await?;
    let address = bridge_address(&said)?;
    // It is there only while the daemon runs.
    std::net::TcpListener::bind((address, 0)).ok()?;
    Some(address)
}

/// The address in what Docker says of the bridge: its gateway, and its network. A daemon that has just made the bridge names
/// no gateway; it is the first address.
fn bridge_address(said: &str) -> Option<Ipv4Addr> {
    let (gateway, network) = said.trim_end().split_once(' ')?;
    gateway.parse().ok().or_else(|| {
        let (network, _) = network.split_once('/')?;
        let network: Ipv4Addr = network.parse().ok()?;
        Some(Ipv4Addr::from_bits(network.to_bits() + 1))
    })
}

/// Whether the image that `sam local invoke` starts functions of this machine in is here: SAM would fetch it.
pub(crate) async fn has_runtime_image() -> bool {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let image = format!("public.ecr.aws/lambda/provided:al2023-{architecture}");
    ask(&["image", "inspect", "--format", "{{.Id}}", &image])
        .await
        .is_some()
}

/// What Docker answers, if it does.
async fn ask(arguments: &[&str]) -> Option<String> {
    let mut docker = Command::new("docker");
    docker
        .args(arguments)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = tokio::time::timeout(LIMIT, docker.output())
        .await
        .ok()?
        .ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    output.status.success().then_some(said)
}

#[cfg(test)]
mod tests {
    use super::bridge_address;

    #[test]
    fn the_bridge_has_the_address_that_docker_names_or_the_first_of_its_network() {
        let read = |said| bridge_address(said).map(|address| address.to_string());
        assert_eq!(
            read("172.18.0.9 172.18.0.0/16\n").as_deref(),
            Some("172.18.0.9")
        );
        assert_eq!(read(" 172.17.0.0/16\n").as_deref(), Some("172.17.0.1"));
        assert_eq!(read("\n"), None);
    }
}
