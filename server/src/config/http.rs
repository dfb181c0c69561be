use super::list::list;
use super::tls::TlsConfig;
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// `[http]`: the web client, REST and WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Trang web, REST và WebSocket")]
pub struct HttpConfig {
    #[schemars(description = "Địa chỉ và cổng nghe")]
    pub listen: SocketAddr,
    /// The address under which people reach this server, such as `https://giaoban.laocai.gov.vn`. Used in links that
    /// leave the server (calendars, watch links). Unset: taken from the request.
    #[schemars(
        description = "Địa chỉ người dùng gõ, chẳng hạn `https://giaoban.laocai.gov.vn`; dùng trong lịch và liên kết. Bỏ trống: lấy từ yêu cầu"
    )]
    pub public_url: Option<String>,
    /// Header in which a trusted reverse proxy writes the client's address, such as `x-forwarded-for`. Unset: nobody
    /// in front is trusted, the connection's own address counts.
    #[schemars(
        description = "Tiêu đề mà proxy phía trước ghi địa chỉ người dùng, chẳng hạn `x-forwarded-for`. Bỏ trống: dùng địa chỉ của kết nối"
    )]
    pub client_address_header: Option<String>,
    /// Only connections from here may name another address in that header.
    #[serde(deserialize_with = "list")]
    #[schemars(
        with = "Vec<String>",
        description = "Mạng của proxy được tin: chỉ kết nối từ đây mới được ghi địa chỉ người dùng"
    )]
    pub trusted_proxies: Vec<IpNet>,
    pub tls: Option<TlsConfig>,
}

impl HttpConfig {
    /// Whether browsers come over TLS (ours, or in front of us): cookies are then `Secure` and HSTS is sent.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.tls.is_some()
            || self
                .public_url
                .as_ref()
                .is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether this address is a proxy of ours.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies
            .iter()
            .any(|net| net.contains(&address))
    }

    pub(super) fn faults(&self) -> Vec<String> {
        let odd = self.public_url.as_ref().filter(|url| {
            let host = url
                .strip_prefix("https://")
                .or_else(|| url.strip_prefix("http://"));
            host.is_none_or(str::is_empty)
        });
        odd.map(|url| {
            format!(
                "http.public_url: {url:?} phải bắt đầu bằng https:// hoặc http:// / must begin with https:// or http://"
            )
        })
        .into_iter()
        .collect()
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8080)),
            public_url: None,
            client_address_header: None,
            trusted_proxies: vec![
                IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
                IpNet::new_assert(IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
            ],
            tls: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_named_networks_are_trusted() {
        let mut config = HttpConfig::default();
        assert!(config.trusts("127.0.0.1".parse().unwrap()));
        assert!(config.trusts("::ffff:127.0.0.1".parse().unwrap()));
        assert!(!config.trusts("10.1.2.3".parse().unwrap()));
        config.trusted_proxies = vec!["10.1.0.0/16".parse().unwrap()];
        assert!(config.trusts("10.1.2.3".parse().unwrap()));
        assert!(!config.trusts("127.0.0.1".parse().unwrap()));
    }
}
