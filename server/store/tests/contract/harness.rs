//! An empty store of either kind for each test.

use giaoban_store::Store;
use tempfile::TempDir;

use crate::postgres;

/// A store and what it lives in.
pub(crate) struct Bed {
    pub(crate) store: Store,
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

pub(crate) async fn sqlite() -> Bed {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/data/giaoban.db", folder.path().display());
    Bed {
        store: Store::open(&url).await.unwrap(),
        url,
        _folder: Some(folder),
    }
}

pub(crate) async fn postgres() -> Bed {
    let url = postgres::new_database().await;
    Bed {
        store: Store::open(&url).await.unwrap(),
        url,
        _folder: None,
    }
}

/// Defines a test that runs on both databases. It gets a [`Bed`].
macro_rules! on_both {
    (async fn $name:ident($bed:ident) $body:block) => {
        async fn $name($bed: &crate::harness::Bed) $body

        mod $name {
            #[tokio::test]
            async fn on_sqlite() {
                let bed = crate::harness::sqlite().await;
                super::$name(&bed).await;
                bed.store.close().await;
            }

            #[tokio::test]
            async fn on_postgres() {
                let bed = crate::harness::postgres().await;
                super::$name(&bed).await;
                bed.store.close().await;
            }
        }
    };
}
