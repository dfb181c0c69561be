//! What the kernel says about a running process.

use anyhow::{Context as _, Result};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::unistd::{SysconfVar, sysconf};
use std::fs;
use std::time::Duration;

/// CPU time of a whole process so far, user and system (`/proc/PID/stat`, fields 14 and 15; 10 ms steps).
pub fn cpu_time(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))
        .with_context(|| format!("process {pid} is gone"))?;
    // The name in field 2 may hold anything; what follows its closing parenthesis doesn't.
    let fields = stat.rsplit_once(')').context("an odd stat line")?.1;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let mut ticks = || -> Result<u64> { Ok(fields.next().context("a short stat line")?.parse()?) };
    let total = ticks()? + ticks()?;
    let per_second = sysconf(SysconfVar::CLK_TCK)?.unwrap_or(100);
    let per_second = u64::try_from(per_second)?;
    Ok(Duration::from_micros(total * 1_000_000 / per_second))
}

/// Resident memory in KiB (`VmRSS`).
pub fn resident_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} is gone"))?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_ascii_whitespace().next())
        .context("no VmRSS")?
        .parse()
        .context("an odd VmRSS")
}

/// Open file descriptors.
pub fn descriptors(pid: u32) -> Result<usize> {
    let open = fs::read_dir(format!("/proc/{pid}/fd"))
        .with_context(|| format!("process {pid} is gone"))?;
    Ok(open.count())
}

/// Threads.
pub fn threads(pid: u32) -> Result<usize> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))
        .with_context(|| format!("process {pid} is gone"))?;
    Ok(tasks.count())
}

/// Lets this process and those it starts open as many files as the system allows: every peer has a socket.
pub fn open_many_files() -> Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).context("the limit of open files")?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("raising the limit of open files")
}

/// Datagrams that the kernel dropped because a socket's buffer was full, by local port (`/proc/net/udp`).
pub fn udp_drops(of_port: impl Fn(u16) -> bool) -> Result<u64> {
    let mut drops = 0;
    for file in ["/proc/net/udp", "/proc/net/udp6"] {
        let Ok(table) = fs::read_to_string(file) else {
            continue;
        };
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_ascii_whitespace().collect();
            let port = fields
                .get(1)
                .and_then(|local| local.rsplit_once(':'))
                .and_then(|(_, port)| u16::from_str_radix(port, 16).ok());
            if let (Some(port), Some(count)) = (port, fields.last())
                && of_port(port)
            {
                drops += count.parse::<u64>().unwrap_or_default();
            }
        }
    }
    Ok(drops)
}

/// Busy and total CPU time of the whole machine so far, in ticks (`/proc/stat`).
pub fn machine_ticks() -> Result<(u64, u64)> {
    let stat = fs::read_to_string("/proc/stat").context("/proc/stat")?;
    let line = stat.lines().next().context("an empty /proc/stat")?;
    let ticks: Vec<u64> = line
        .split_ascii_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // Guest time is part of user time; idle and iowait are the fourth and fifth.
    let total: u64 = ticks.iter().take(8).sum();
    let idle: u64 = ticks.iter().skip(3).take(2).sum();
    Ok((total - idle, total))
}
