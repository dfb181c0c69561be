use crate::client::{Client, connect, receive};
use crate::site::{CHAIR, PROVINCE, Plan, SECRETARY, Site, commune};
use futures_util::SinkExt;
use giaoban_signaling::wire::{
    Audience, Command, Goodbye, InviteState, Outcome, Phase, RefusalCode, ServerMessage,
};
use giaoban_store::BriefingState;
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_briefing_is_held_from_the_first_join_to_its_end() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    let mut secretary = Client::join(&api, SECRETARY).await;
    let mut province = Client::join(&api, PROVINCE).await;
    let mut commune = Client::join(&api, &commune(1)).await;
    assert_eq!(chair.view.phase, Phase::Planned);
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    commune
        .until("the session runs", |view| view.phase == Phase::InSession)
        .await;

    province.done(Command::RaiseHand).await;
    chair
        .until("a hand is up", |view| view.floor.queue.len() == 1)
        .await;
    let seat = province.seat();
    chair
        .done(Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        })
        .await;
    province.done(Command::OpenMic).await;
    commune
        .until("the province speaks", |view| {
            view.floor
                .holders
                .iter()
                .any(|holder| holder.label.seat == seat && holder.state == InviteState::Speaking)
        })
        .await;
    assert_eq!(
        commune.command(Command::ChairMic { on: true }).await,
        Outcome::Refused {
            code: RefusalCode::NotAllowed
        }
    );

    province
        .done(Command::Say {
            to: Audience::Secretary,
            text: "Xin gửi tài liệu".to_owned(),
        })
        .await;
    secretary
        .until("the message is there", |view| {
            view.chat.iter().any(|said| said.text == "Xin gửi tài liệu")
        })
        .await;

    secretary
        .done(Command::StartRollCall { seconds: 120 })
        .await;
    commune
        .until("the roll is called", |view| view.roll_call.is_some())
        .await;
    commune.done(Command::AnswerRollCall).await;
    commune.done(Command::SetHeadcount { count: 7 }).await;
    secretary
        .until("the answer is on the board", |view| {
            view.points
                .iter()
                .any(|row| row.answer.is_some() && row.headcount == Some(7))
        })
        .await;

    chair.done(Command::Close).await;
    assert_eq!(commune.goodbye().await, Goodbye::Ended);
    let verified = giaoban_server::ledger::verify(
        site.store(),
        giaoban_signaling::ids::BriefingId(api.briefing),
    )
    .await
    .unwrap();
    assert!(verified.facts > 10);
    state_becomes(&site, BriefingState::Closed).await;
    let refused = api
        .http
        .post(api.of_briefing("join"))
        .bearer_auth(&api.tokens[PROVINCE])
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 409);
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "briefing_ended");
}

/// The list of briefings follows the ledger a moment later.
pub(crate) async fn state_becomes(site: &Site, wanted: BriefingState) {
    for _ in 0..100 {
        let head = site
            .store()
            .briefings()
            .head(site.seeded.briefing.into())
            .await
            .unwrap()
            .unwrap();
        if head.state == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the state in the list did not follow");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_window_takes_the_seat_and_the_first_is_told() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut first = Client::join(&api, PROVINCE).await;
    let second = Client::join(&api, PROVINCE).await;
    assert_eq!(first.goodbye().await, Goodbye::Replaced);
    assert_eq!(first.seat(), second.seat());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_drops_comes_back_to_the_same_place_in_the_queue() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let mut province = Client::join(&api, PROVINCE).await;
    let mut commune = Client::join(&api, &commune(1)).await;
    province.done(Command::RaiseHand).await;
    commune.done(Command::RaiseHand).await;
    let seat = province.seat();
    let province = province.come_back(&api).await.unwrap();
    assert!(province.resumed);
    assert_eq!(province.seat(), seat);
    assert_eq!(province.view.floor.queue[0].label.seat, seat);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lobby_keeps_people_until_they_are_admitted() {
    let site = Site::start(Plan {
        lobby: true,
        ..Plan::default()
    })
    .await;
    let api = site.api();
    let mut secretary = Client::join(&api, SECRETARY).await;
    secretary.done(Command::Open).await;
    let mut province = Client::join(&api, PROVINCE).await;
    assert!(!province.view.me.admitted);
    let offer = province.offer("v=0\r\n").await;
    assert_eq!(
        province.outcome(offer).await,
        Outcome::Refused {
            code: RefusalCode::NotAdmitted
        }
    );
    let seat = province.seat();
    secretary.done(Command::Admit { seat }).await;
    province
        .until("it is let in", |view| view.me.admitted)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_token_and_a_wrong_beginning_are_told_apart() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let refused = Client::hello(&api, "nonsense".to_owned(), None).await;
    assert_eq!(refused.err(), Some(Goodbye::BadToken));
    let mut socket = connect(&api).await;
    socket
        .send(Message::text("{\"type\":\"ping\",\"n\":1}"))
        .await
        .unwrap();
    assert!(matches!(
        receive(&mut socket).await,
        Some(ServerMessage::Goodbye {
            reason: Goodbye::BadMessage
        })
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_in_is_only_for_who_is_invited() {
    let site = Site::start(Plan {
        communes: 1,
        ..Plan::default()
    })
    .await;
    let api = site.api();
    let unknown = api
        .http
        .post(api.url(&format!("/api/v1/briefings/{}/join", Uuid::new_v4())))
        .bearer_auth(&api.tokens[PROVINCE])
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
    let nobody = api.http.post(api.of_briefing("join")).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_everywhere_closes_the_window_and_ends_its_join_token() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let token = api.join_token(PROVINCE).await;
    let mut province = Client::hello(&api, token.clone(), None).await.unwrap();
    let response = api
        .http
        .post(api.url("/api/v1/auth/logout-everywhere"))
        .bearer_auth(&api.tokens[PROVINCE])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 204);
    assert_eq!(province.goodbye().await, Goodbye::BadToken);
    let again = Client::hello(&api, token, None).await;
    assert_eq!(again.err(), Some(Goodbye::BadToken));
}

/// As the command line does that sets a lost password anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_process_revokes_closes_the_window_too() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut province = Client::hello(&api, api.join_token(PROVINCE).await, None)
        .await
        .unwrap();
    let store = site.store();
    let account = store.accounts().by_username(PROVINCE).await.unwrap();
    let revoked = account.unwrap().id;
    store
        .token_revocations()
        .revoke(revoked, chrono::Utc::now())
        .await
        .unwrap();
    assert_eq!(province.goodbye().await, Goodbye::BadToken);
}
