//! Ports: taken early, so that a taken one is known before anything is built, and named when taken.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use anyhow::{Result, bail};

/// Listen on a port of this machine alone, on both of the addresses `localhost` may mean.
/// `flag` is the option that moves the port.
pub(crate) fn reserve(port: u16, what: &str, flag: &str) -> Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    let mut port = port;
    let addresses: [std::net::IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    for address in addresses {
        match TcpListener::bind(SocketAddr::new(address, port)) {
            Ok(listener) => {
                // With port 0 the first listener's choice holds for the second.
                port = listener.local_addr()?.port();
                listener.set_nonblocking(true)?;
                listeners.push(listener);
            }
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                let owner = owner(port).map_or_else(String::new, |owner| format!(" by {owner}"));
                bail!(
                    "port {port}, for {what}, is already taken{owner}: stop that, or choose \
                     another port with `{flag} PORT`"
                );
            }
            // A machine without IPv6 has no ::1 to listen on.
            Err(_) if address.is_ipv6() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(listeners)
}

/// Make sure a port is free and leave it so. Port 0 chooses a free one.
pub(crate) fn check(port: u16, what: &str, flag: &str) -> Result<u16> {
    port_of(&reserve(port, what, flag)?)
}

/// The port some listeners share.
pub(crate) fn port_of(listeners: &[TcpListener]) -> Result<u16> {
    match listeners.first() {
        Some(listener) => Ok(listener.local_addr()?.port()),
        None => bail!("nothing listens"),
    }
}

/// The process that listens on a port, where `/proc` tells (Linux, and processes of ours).
fn owner(port: u16) -> Option<String> {
    let socket = ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .find_map(|table| listening_socket(&table, port))?;
    let link = format!("socket:[{socket}]");
    for process in std::fs::read_dir("/proc").ok()?.flatten() {
        let pid = process.file_name().to_string_lossy().into_owned();
        if pid.parse::<u32>().is_err() {
            continue;
        }
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let holds = files
            .flatten()
            .filter_map(|file| std::fs::read_link(file.path()).ok())
            .any(|target| target.as_os_str() == link.as_str());
        if holds {
            let name = std::fs::read_to_string(process.path().join("comm")).ok()?;
            return Some(format!("{} (process {pid})", name.trim()));
        }
    }
    None
}

/// The inode of the socket in state LISTEN (0A) on a port, from a `/proc/net/tcp` table.
fn listening_socket(table: &str, port: u16) -> Option<String> {
    let ending = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let local = fields.next()?;
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?;
        (local.ends_with(&ending) && state == "0A").then(|| inode.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::{check, owner, reserve};

    #[test]
    fn a_taken_port_is_named_with_its_owner_and_the_flag() {
        let held = reserve(0, "a test", "--port").expect("a free port");
        let port = super::port_of(&held).expect("a port");
        let error = check(port, "the API", "--port").expect_err("taken");
        let text = error.to_string();
        assert!(text.contains(&port.to_string()), "{text}");
        assert!(text.contains("--port PORT"), "{text}");
        if std::path::Path::new("/proc/net/tcp").exists() {
            let own = format!("(process {})", std::process::id());
            let owner = owner(port).expect("an owner");
            assert!(owner.contains(&own), "{owner}, not {own}");
        }
    }
}
