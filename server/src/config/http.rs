use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};

/// `[http]`: the web client, REST and WebSocket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    pub listen: SocketAddr,
    /// The address under which people reach this server, such as `https://giaoban.laocai.gov.vn`. Used in links that
    /// leave the server (calendars, watch links). Unset: taken from the request.
    pub public_url: Option<String>,
    /// Header in which a trusted reverse proxy writes the client's address, such as `x-forwarded-for`. Unset: nobody
    /// in front is trusted, the connection's own address counts.
    pub client_address_header: Option<String>,
}

impl HttpConfig {
    /// Whether browsers come over TLS (in front of us): cookies are then `Secure` and HSTS is sent.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8080)),
            public_url: None,
            client_address_header: None,
        }
    }
}
