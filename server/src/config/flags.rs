use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};
use std::path::PathBuf;

/// Flags of the command line that set a key of the configuration.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// Tệp cấu hình (mặc định giaoban.toml) / Configuration file
    #[arg(long, global = true, env = "GIAOBAN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Địa chỉ HTTP / HTTP address (http.listen)
    #[arg(long, global = true, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Địa chỉ âm thanh, hình ảnh / Media address (media.listen)
    #[arg(long, global = true, value_name = "ADDR")]
    pub media_listen: Option<String>,
    /// Địa chỉ báo cho trình duyệt / Addresses told to browsers (media.advertise)
    #[arg(long, global = true, value_name = "IP,…")]
    pub media_advertise: Option<String>,
    /// Cơ sở dữ liệu / Store (store.url)
    #[arg(long, global = true, value_name = "URL")]
    pub store_url: Option<String>,
    /// Thư mục dữ liệu / Data directory (data.dir)
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<String>,
}

/// One given flag as a source of the configuration.
pub(super) struct Flag {
    name: &'static str,
    section: &'static str,
    key: &'static str,
    value: String,
}

impl Flags {
    pub(super) fn given(&self) -> impl Iterator<Item = Flag> {
        [
            ("--listen", "http", "listen", &self.listen),
            ("--media-listen", "media", "listen", &self.media_listen),
            (
                "--media-advertise",
                "media",
                "advertise",
                &self.media_advertise,
            ),
            ("--store-url", "store", "url", &self.store_url),
            ("--data-dir", "data", "dir", &self.data_dir),
        ]
        .into_iter()
        .filter_map(|(name, section, key, value)| {
            value.clone().map(|value| Flag {
                name,
                section,
                key,
                value,
            })
        })
    }
}

impl Provider for Flag {
    fn metadata(&self) -> Metadata {
        Metadata::named(format!("flag {}", self.name))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let key = Dict::from([(self.key.to_owned(), Value::from(self.value.clone()))]);
        let section = Dict::from([(self.section.to_owned(), Value::from(key))]);
        Ok(Map::from([(Profile::Default, section)]))
    }
}
