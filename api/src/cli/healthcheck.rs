//! `cairn healthcheck`: for containers, whose image has no other client.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::Failure;
use crate::config::Config;

/// Ask the server on this machine whether it lives; exits 0 when it does.
#[derive(Args)]
#[command(after_help = "Example:\n  cairn healthcheck --listen 0.0.0.0:8080")]
pub struct Healthcheck {}

pub async fn run(config: &Config) -> Result<(), Failure> {
    let address = reachable(config.listen);
    let status = timeout(Duration::from_secs(5), status(address)).await;
    match status {
        Ok(Ok(line)) if line.starts_with("HTTP/1.1 200") => Ok(()),
        Ok(Ok(line)) => Err(Failure::new(format!("http://{address}/healthz answers `{line}`"))),
        Ok(Err(error)) => Err(Failure::new(format!("http://{address}/healthz cannot be reached: {error}"))),
        Err(_) => Err(Failure::new(format!("http://{address}/healthz does not answer"))),
    }
}

/// Where a server that listens everywhere is reached from its own machine.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(ip, listen.port())
}

/// The status line of `GET /healthz`.
async fn status(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(
            format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
        )
        .await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned())
}
