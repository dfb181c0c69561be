//! What was acknowledged is there after SIGKILL.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use giaoban_store::Store;

use crate::fixture::briefing_id;
use crate::ledger::batch;

const URL: &str = "GIAOBAN_TEST_APPEND_TO";
const BEFORE_THE_END: usize = 200;

/// Not a test of its own: the process that gets killed. It appends without end and says what has
/// been acknowledged.
#[tokio::test]
async fn the_process_that_gets_killed() {
    let Ok(url) = std::env::var(URL) else {
        return;
    };
    let store = Store::open(&url).await.unwrap();
    for seq in 1.. {
        store
            .ledger()
            .append(batch(briefing_id(1), seq..=seq))
            .await
            .unwrap();
        println!("acknowledged {seq}");
    }
}

on_both! {
    async fn no_acknowledged_fact_is_missing_after_a_kill(bed) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "durability::the_process_that_gets_killed", "--nocapture"])
            .env(URL, &bed.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut acknowledged = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
            .filter_map(|line| line.rsplit_once("acknowledged ")?.1.parse::<u64>().ok());
        let seen = acknowledged.nth(BEFORE_THE_END).unwrap();
        child.kill().unwrap();
        // What it still managed to say before it died counts too.
        let last = acknowledged.last().unwrap_or(seen);
        child.wait().unwrap();

        let again = Store::open(&bed.url).await.unwrap();
        let kept = again.ledger().high_water(briefing_id(1)).await.unwrap().unwrap().seq;
        assert!(kept >= last, "{last} acknowledged, {kept} kept");
        let facts = again.ledger().facts(briefing_id(1), 1, 1_000_000).await.unwrap();
        assert_eq!(facts, batch(briefing_id(1), 1..=kept).facts);
        again.close().await;
    }
}
