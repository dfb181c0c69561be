use crate::client::Client;
use crate::site::{CHAIR, PROVINCE, Plan, Site, commune};
use giaoban_signaling::wire::{Command, InviteState, Phase};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commune_is_given_the_floor_of_the_centre_through_its_province() {
    let site = Site::start(Plan::default()).await;
    let centre = site.api();
    let province = centre.about(site.seeded.child);
    let mut minister = Client::join(&centre, CHAIR).await;
    minister.done(Command::Open).await;
    minister.done(Command::Start).await;
    let mut head = Client::join(&province, PROVINCE).await;
    head.done(Command::Open).await;
    head.done(Command::Start).await;
    let mut commune = Client::join(&province, &commune(1)).await;
    minister
        .until("the province's briefing is attached", |view| {
            view.children
                .iter()
                .any(|child| child.attached && child.phase == Phase::InSession)
        })
        .await;

    let seat = commune.seat();
    head.done(Command::PutForward { seat }).await;
    minister
        .until("the commune is in the queue", |view| {
            view.floor
                .queue
                .iter()
                .any(|entry| entry.label.seat == seat)
        })
        .await;
    minister
        .done(Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        })
        .await;
    commune
        .until("it is invited by the centre", |view| {
            view.floor
                .holders
                .iter()
                .any(|holder| holder.label.seat == seat)
        })
        .await;
    commune.done(Command::OpenMic).await;
    minister
        .until("the commune speaks", |view| {
            view.floor
                .holders
                .iter()
                .any(|holder| holder.label.seat == seat && holder.state == InviteState::Speaking)
        })
        .await;
}
