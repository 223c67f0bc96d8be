use std::fs;
use std::io;
use std::time::Duration;

/// What a process has cost so far, from `/proc` (Linux).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// CPU time of all its threads, to the nanosecond.
    pub cpu: Duration,
    /// Memory it has resident, in bytes.
    pub resident: u64,
    /// The most it has had resident, in bytes.
    pub peak_resident: u64,
    /// Whether none of its threads runs or wants to.
    pub idle: bool,
}

impl Usage {
    /// The CPU time of a process that looks at itself, and so is running.
    pub fn now(pid: i32) -> io::Result<Duration> {
        // The system books a thread's time when it leaves the processor, so it has to leave it.
        std::thread::sleep(Duration::from_micros(50));
        Self::of(pid).map(|usage| usage.cpu)
    }

    /// Reads the usage of a process. A thread that has ended is not counted any more.
    pub fn of(pid: i32) -> io::Result<Self> {
        let mut usage = Self {
            idle: true,
            ..Self::default()
        };
        for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
            let folder = thread?.path();
            let Ok(schedule) = fs::read_to_string(folder.join("schedstat")) else {
                // The thread has ended between the two looks.
                continue;
            };
            let running: u64 = schedule
                .split_whitespace()
                .next()
                .and_then(|nanoseconds| nanoseconds.parse().ok())
                .ok_or(io::ErrorKind::InvalidData)?;
            usage.cpu += Duration::from_nanos(running);
            let state = fs::read_to_string(folder.join("stat")).unwrap_or_default();
            usage.idle &= !is_running(&state);
        }
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        usage.resident = kilobytes(&status, "VmRSS:") * 1024;
        usage.peak_resident = kilobytes(&status, "VmHWM:") * 1024;
        Ok(usage)
    }
}

/// The state follows the name, which is in brackets and may hold anything.
fn is_running(stat: &str) -> bool {
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| rest.starts_with('R'))
}

fn kilobytes(status: &str, field: &str) -> u64 {
    status
        .lines()
        .find_map(|line| line.strip_prefix(field))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{is_running, kilobytes};

    #[test]
    fn the_tables_of_proc_are_read() {
        assert!(is_running("12 (a) R b) R 1 2"));
        assert!(!is_running("12 (a) R b) S 1 2"));
        assert_eq!(kilobytes("Name:\tx\nVmHWM:\t    9012 kB\n", "VmHWM:"), 9012);
        assert_eq!(kilobytes("", "VmRSS:"), 0);
    }
}
