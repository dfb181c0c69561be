//! Where a request comes from.

use crate::config::HttpConfig;
use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The client's address: as a trusted proxy wrote it, else the connection's.
#[must_use]
pub fn client_address(config: &HttpConfig, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let Some(name) = config
        .client_address_header
        .as_ref()
        .filter(|_| config.trusts(peer))
    else {
        return peer;
    };
    let lines: Vec<&str> = headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .collect();
    // Each entry was added by whoever is named to its right: the first from the right that is no proxy of ours is the client.
    lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(','))
        .map_while(|entry| entry.trim().parse().ok())
        .find(|&address| !config.trusts(address))
        .unwrap_or(peer)
}

/// The same for a request whose parts are at hand.
pub(super) fn of(config: &HttpConfig, parts: &Parts) -> IpAddr {
    let peer = parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    client_address(config, peer, &parts.headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn seen(peer: IpAddr, lines: &[&'static str]) -> String {
        let config = HttpConfig {
            client_address_header: Some("x-forwarded-for".to_owned()),
            ..HttpConfig::default()
        };
        let headers = lines
            .iter()
            .map(|line| {
                (
                    HeaderName::from_static("x-forwarded-for"),
                    HeaderValue::from_static(line),
                )
            })
            .collect::<Vec<_>>();
        let mut map = HeaderMap::new();
        for (name, line) in headers {
            map.append(name, line);
        }
        client_address(&config, peer, &map).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_may_name_another_address() {
        assert_eq!(seen(PROXY, &["10.0.0.7"]), "10.0.0.7");
        let stranger = "10.9.9.9".parse().unwrap();
        assert_eq!(seen(stranger, &["10.0.0.7"]), "10.9.9.9");
    }

    #[test]
    fn what_a_client_invents_does_not_count() {
        assert_eq!(seen(PROXY, &["1.1.1.1, 10.0.0.7"]), "10.0.0.7");
        assert_eq!(seen(PROXY, &["1.1.1.1", "10.0.0.7, 127.0.0.1"]), "10.0.0.7");
        assert_eq!(seen(PROXY, &["10.0.0.7, nonsense"]), "127.0.0.1");
    }
}
