use crate::client::Client;
use crate::site::{CHAIR, PROVINCE, Plan, Site};
use giaoban_signaling::wire::{Audience, Command};

/// More than the kernel buffers on both sides and the server's own queue hold.
const LINES: usize = 700;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_dropped_and_holds_up_nobody() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    let mut sleeper = Client::join(&api, PROVINCE).await;
    let text = "x".repeat(1_900);
    for _ in 0..LINES {
        // As fast as the rate allows, and never held up by the one who sleeps.
        while chair
            .command(Command::Say {
                to: Audience::All,
                text: text.clone(),
            })
            .await
            != giaoban_signaling::wire::Outcome::Done
        {
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        if site.server.app().metrics.slow_clients.get() > 0 {
            break;
        }
    }
    sleeper.closed().await;
}
