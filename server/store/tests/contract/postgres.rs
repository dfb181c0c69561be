//! A PostgreSQL server of our own, one for this test binary, in a folder of its own and on a Unix
//! socket in it: nothing of the machine's is touched, no port is taken.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

/// Starts the server, says where, and waits for the end of its input: that comes when the test
/// process ends, in whichever way. PostgreSQL refuses to run as root, so root becomes `postgres`.
/// The order of letters is Vietnamese, as on a server of a user, so that whatever relies on the
/// order of bytes must say so.
const SUPERVISOR: &str = r#"
set -eu
trap '' INT TERM HUP
bin=$1
if [ "$(id -u)" = 0 ]; then as="runuser -u postgres --"; else as=""; fi
cd /
dir=$($as mktemp -d /tmp/giaoban-postgres.XXXXXX)
stop() { $as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
$as "$bin/initdb" -D "$dir/data" -U giaoban -A trust -E UTF8 --no-sync \
    --locale=C.UTF-8 --locale-provider=icu --icu-locale=vi >/dev/null
$as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w \
    -o "-k $dir -c listen_addresses= -c fsync=off -c max_connections=300" start >/dev/null
echo "$dir"
cat >/dev/null
"#;

struct Server {
    /// Where its socket is.
    folder: String,
    /// Ends when our end of its input closes.
    _supervisor: Child,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The address of a new, empty database.
pub(crate) async fn new_database() -> String {
    let server = SERVER.get_or_init(start);
    let name = format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&url(server, "postgres"))
        .await
        .unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut admin)
        .await
        .unwrap();
    admin.close().await.unwrap();
    url(server, &name)
}

fn url(server: &Server, database: &str) -> String {
    format!(
        "postgres://giaoban@localhost/{database}?host={}",
        server.folder
    )
}

fn start() -> Server {
    let mut supervisor = Command::new("sh")
        .args(["-c", SUPERVISOR, "supervisor"])
        .arg(programs())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut folder = String::new();
    BufReader::new(supervisor.stdout.take().unwrap())
        .read_line(&mut folder)
        .unwrap();
    assert!(
        !folder.trim().is_empty(),
        "PostgreSQL did not start; what it said is above"
    );
    Server {
        folder: folder.trim().to_owned(),
        _supervisor: supervisor,
    }
}

/// Debian's folder of PostgreSQL's programs, the newest if there are several.
fn programs() -> PathBuf {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    found.sort();
    let (_, newest) = found
        .pop()
        .expect("these tests need PostgreSQL: apt-get install postgresql");
    newest
}
