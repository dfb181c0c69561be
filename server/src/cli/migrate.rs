use crate::config::Config;
use giaoban_store::Store;
use std::error::Error;
use std::process::ExitCode;

/// Opening the store brings its schema up to date; this does only that, before a new version is started.
pub(super) async fn run(config: Config) -> Result<ExitCode, Box<dyn Error>> {
    let store = Store::open(&config.store_url()).await?;
    let version = store.schema_version().await?;
    println!("Lược đồ dữ liệu: bản {version} / Schema: version {version}");
    store.close().await;
    Ok(ExitCode::SUCCESS)
}
