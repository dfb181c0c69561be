//! The configuration: flags > environment `GIAOBAN_SECTION__KEY` > `giaoban.toml` > defaults.
//!
//! One struct for each section. An unknown key or a value of the wrong kind stops the start, and the message names the
//! source it came from.

mod audit;
mod bus;
mod data;
mod flags;
mod http;
mod limits;
mod list;
mod log;
mod media;
mod metrics;
mod reference;
mod retention;
mod sign_in;
mod site;
mod store;
mod tls;
mod traces;
mod turn;

pub use audit::AuditConfig;
pub use bus::BusConfig;
pub use data::DataConfig;
pub use flags::Flags;
pub use http::HttpConfig;
pub use limits::LimitsConfig;
pub use log::{LogConfig, LogFormat};
pub use media::MediaSection;
pub use metrics::MetricsConfig;
pub use reference::{reference, schema};
pub use retention::RetentionConfig;
pub use sign_in::SignInConfig;
pub use site::SiteConfig;
pub use store::StoreConfig;
pub use tls::TlsConfig;
pub use traces::TracesConfig;
pub use turn::TurnConfig;

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Everything an operator may set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Cấu hình giaoban")]
pub struct Config {
    pub http: HttpConfig,
    pub media: MediaSection,
    pub store: StoreConfig,
    pub data: DataConfig,
    pub bus: BusConfig,
    pub log: LogConfig,
    pub metrics: MetricsConfig,
    pub limits: LimitsConfig,
    pub site: SiteConfig,
    pub sign_in: SignInConfig,
    pub traces: TracesConfig,
    pub audit: AuditConfig,
    pub retention: RetentionConfig,
}

/// Why the configuration was refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("Không có tệp cấu hình {0} / There is no configuration file {0}")]
    NoFile(PathBuf),
    #[error("Cấu hình sai / Wrong configuration:\n{0}")]
    Wrong(String),
}

/// The file that is read when no other is named.
const DEFAULT_FILE: &str = "giaoban.toml";
/// The file of an installed server, read where there is no file in the current folder.
const SYSTEM_FILE: &str = "/etc/giaoban/giaoban.toml";
const ENV_PREFIX: &str = "GIAOBAN_";

impl Config {
    /// Reads all sources, among them the file of an installed server. `GIAOBAN_` variables without `__` (such as
    /// `GIAOBAN_CONFIG`) are not keys.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let system = Path::new(SYSTEM_FILE);
        if flags.config.is_some() || Path::new(DEFAULT_FILE).exists() || !system.exists() {
            return Self::load_here(flags);
        }
        Self::load_here(&Flags {
            config: Some(system.to_owned()),
            ..flags.clone()
        })
    }

    /// The same without the file of an installed server, whose data a demonstration must not touch.
    pub fn load_here(flags: &Flags) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        figment = match &flags.config {
            Some(file) if !file.is_file() => return Err(ConfigError::NoFile(file.clone())),
            Some(file) => figment.merge(Toml::file_exact(file)),
            None => figment.merge(Toml::file(DEFAULT_FILE)),
        };
        figment = figment.merge(
            Env::prefixed(ENV_PREFIX)
                .filter(|key| key.as_str().contains("__"))
                .split("__"),
        );
        for flag in flags.given() {
            figment = figment.merge(flag);
        }
        let config: Self = figment
            .extract()
            .map_err(|errors| wrong(errors.into_iter().map(|error| describe(&error))))?;
        let faults = [
            config.http.faults(),
            config.media.turn.faults(),
            config.metrics.faults(),
            config.traces.faults(),
        ]
        .concat();
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(wrong(faults.into_iter()))
        }
    }

    /// The store's address: as set, or the database file in the data directory.
    #[must_use]
    pub fn store_url(&self) -> String {
        self.store.url.clone().unwrap_or_else(|| {
            let dir = std::path::absolute(&self.data.dir).unwrap_or_else(|_| self.data.dir.clone());
            format!("sqlite://{}", dir.join("giaoban.db").display())
        })
    }
}

fn wrong(faults: impl Iterator<Item = String>) -> ConfigError {
    let lines: Vec<String> = faults.map(|fault| format!("  - {fault}")).collect();
    ConfigError::Wrong(lines.join("\n"))
}

/// What is wrong, at which key, and where it was written.
fn describe(error: &figment::Error) -> String {
    let key = error.path.join(".");
    let source = error.metadata.as_ref().map_or_else(
        || "?".to_owned(),
        |metadata| match &metadata.source {
            Some(source) => format!("{} ({source})", metadata.name),
            None => metadata.name.to_string(),
        },
    );
    format!("{key}: {} [{source}]", error.kind)
}

#[cfg(test)]
#[expect(
    clippy::result_large_err,
    reason = "figment's Jail asks for its own error"
)]
mod tests {
    use super::*;
    use figment::Jail;

    fn load() -> Result<Config, ConfigError> {
        Config::load_here(&Flags::default())
    }

    #[test]
    fn flags_win_over_environment_over_file_over_defaults() {
        Jail::expect_with(|jail| {
            jail.create_file(
                "giaoban.toml",
                "[http]\nlisten = \"127.0.0.1:1\"\n[site]\nunit_name = \"UBND\"\n[media]\nlisten = \"127.0.0.1:5\"",
            )?;
            jail.set_env("GIAOBAN_HTTP__LISTEN", "127.0.0.1:2");
            let flags = Flags {
                media_listen: Some("127.0.0.1:6".into()),
                ..Flags::default()
            };
            let config = Config::load_here(&flags).map_err(|error| error.to_string())?;
            assert_eq!(config.http.listen.port(), 2);
            assert_eq!(config.media.listen.port(), 6);
            assert_eq!(config.site.unit_name, "UBND");
            assert_eq!(config.log, LogConfig::default());
            Ok(())
        });
    }

    #[test]
    fn an_unknown_key_stops_the_start_and_names_its_source() {
        Jail::expect_with(|jail| {
            jail.set_env("GIAOBAN_HTTP__LISTENN", "127.0.0.1:2");
            let message = load().expect_err("must be refused").to_string();
            assert!(message.contains("listenn"), "{message}");
            assert!(message.contains("GIAOBAN_"), "{message}");
            Ok(())
        });
    }

    #[test]
    fn a_wrong_value_stops_the_start_and_names_its_file() {
        Jail::expect_with(|jail| {
            jail.create_file("giaoban.toml", "[media]\nlisten = \"here\"")?;
            let message = load().expect_err("must be refused").to_string();
            assert!(message.contains("media.listen"), "{message}");
            assert!(message.contains("giaoban.toml"), "{message}");
            Ok(())
        });
    }

    #[test]
    fn a_relay_without_its_secret_stops_the_start() {
        Jail::expect_with(|jail| {
            jail.set_env("GIAOBAN_MEDIA__TURN__URLS", "turn:a:3478, stun:b, http://c");
            let message = load().expect_err("must be refused").to_string();
            assert!(message.contains("media.turn.secret"), "{message}");
            assert!(message.contains("http://c"), "{message}");
            jail.set_env("GIAOBAN_MEDIA__TURN__SECRET", "s");
            jail.set_env("GIAOBAN_MEDIA__TURN__URLS", "turn:a:3478,stun:b");
            let config = load().map_err(|error| error.to_string())?;
            assert_eq!(config.media.turn.urls.len(), 2);
            assert!(!format!("{config:?}").contains("\"s\""));
            Ok(())
        });
    }

    #[test]
    fn addresses_may_be_written_with_commas() {
        Jail::expect_with(|jail| {
            jail.set_env("GIAOBAN_MEDIA__ADVERTISE", "10.0.0.1, 10.0.0.2");
            let config = load().map_err(|error| error.to_string())?;
            assert_eq!(config.media.advertise.len(), 2);
            Ok(())
        });
    }
}
