//! One publisher to many watchers: connect the publisher, connect the watchers, warm up, measure, report.

use super::connect::{self, Endpoint};
use super::crowd::Crowd;
use super::floor::{Key, Routes};
use super::link::Link;
use super::member::{Counted, Member};
use super::report::Report;
use super::sample::{Sample, Subject, Window, share};
use super::socket;
use crate::harness::process;
use crate::peer::dtls::Identity;
use crate::peer::publisher::{Pace, Publisher, Sending};
use crate::peer::sdp::Section;
use crate::peer::viewer::{Kind, Verify, Viewer};
use anyhow::{Context as _, Result, bail};
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Offers under way at once.
const OFFERS: usize = 16;
const CONNECT: Duration = Duration::from_mins(1);
/// With more watchers than this, payloads are opened in samples.
const ALL_VERIFIED: usize = 300;

const STREAMS: Counted = Counted {
    audio: 0x1000_0001,
    video: 0x1000_0002,
};
const WATCHED: [Section; 2] = [Section::ReceiveAudio, Section::ReceiveVideo];

/// What is loaded.
#[derive(Clone, Debug)]
pub enum Target {
    /// A server, through WHIP and WHEP.
    Server { publish: Endpoint, watch: Endpoint },
    /// The floor process, whose ingress this is; the routes are sent to it on its standard input.
    Floor { ingress: SocketAddr },
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub target: Target,
    pub watchers: usize,
    pub threads: usize,
    pub warm_up: Duration,
    pub duration: Duration,
    pub subject: Subject,
}

/// Runs a plan. `announce` is given the routes before the floor is loaded.
pub async fn run(plan: &Plan, announce: impl FnOnce(&Routes) -> Result<()>) -> Result<Report> {
    let identity = Arc::new(Identity::generate()?);
    let client = reqwest::Client::new();
    let sending = Sending::single(STREAMS.audio, STREAMS.video, Pace::FULL);
    let publisher = Publisher::new(&sending, Instant::now());
    let mut sessions = Sessions::default();

    let (socket, link) = match &plan.target {
        Target::Server { publish, .. } => {
            let sections: Vec<Section> = sending.iter().map(Sending::section).collect();
            let session = connect::session(&client, publish, identity.clone(), &sections).await?;
            sessions.note(publish, &session.location);
            let address = session.transport.address().context("no address")?;
            let link = Link::WebRtc(Box::new(session.transport));
            (socket::connected(address)?, link)
        }
        Target::Floor { ingress } => (socket::connected(*ingress)?, Link::floor(Key::publisher()?)),
    };
    let mut crowd = Crowd::start(plan.threads, plan.watchers)?;
    let mut member = Member::new(socket, link).publishing(publisher);
    member.counted = Some(STREAMS);
    crowd.add(member)?;
    wait_for(&crowd, "the publisher", || crowd.connected() == 1).await?;

    let process = plan.subject.process;
    let memory_before = process.map(process::resident_kib).transpose()?;
    match &plan.target {
        Target::Server { watch, .. } => {
            watch_all(&mut crowd, plan, &client, watch, &identity, &mut sessions).await?;
        }
        Target::Floor { .. } => announce(&sink_all(&mut crowd, plan)?)?,
    }
    wait_for(&crowd, "the watchers' first key frames", || {
        crowd.seeing() == plan.watchers
    })
    .await
    .with_context(|| {
        format!(
            "{} of {} watchers connected, {} saw a key frame",
            crowd.connected() - 1,
            plan.watchers,
            crowd.seeing()
        )
    })?;
    tokio::time::sleep(plan.warm_up).await;

    let begin = Sample::take(plan.subject, &crowd)?;
    crowd.measuring(true);
    tokio::time::sleep(plan.duration).await;
    let end = Sample::take(plan.subject, &crowd)?;
    crowd.measuring(false);
    let memory_after = process.map(process::resident_kib).transpose()?;
    // What is under way may still arrive, and be repaired.
    tokio::time::sleep(Duration::from_secs(1)).await;
    sessions.leave(&client).await;

    let outcomes = crowd.finish()?;
    let mut report = Report {
        watchers: plan.watchers,
        server_rss_before_kib: memory_before,
        server_rss_after_kib: memory_after,
        ..Report::default()
    };
    let window = Window { begin, end };
    report.gather(&outcomes);
    window.describe(&mut report, &outcomes);
    let viewers = outcomes
        .iter()
        .flat_map(|outcome| &outcome.members)
        .filter_map(|member| member.viewer.as_ref());
    count_all(&mut report, &window, viewers);
    Ok(report)
}

/// Waits, unless a thread of the crowd has failed.
pub(super) async fn wait_for(crowd: &Crowd, what: &str, holds: impl Fn() -> bool) -> Result<()> {
    let begin = Instant::now();
    while !holds() {
        if crowd.has_failed() {
            bail!("a thread has failed while waiting for {what}");
        }
        if begin.elapsed() > CONNECT {
            bail!("waited {CONNECT:?} in vain for {what}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Which payloads of so many viewers are opened.
pub(super) fn verified(viewers: usize) -> Verify {
    if viewers > ALL_VERIFIED {
        Verify::Samples
    } else {
        Verify::Everything
    }
}

/// What must be deleted at the end, so that another server can be measured again.
#[derive(Default)]
struct Sessions(Vec<(Endpoint, String)>);

impl Sessions {
    fn note(&mut self, endpoint: &Endpoint, location: &str) {
        self.0.push((endpoint.clone(), location.to_owned()));
    }

    /// Servers differ in what they answer to a goodbye; none is worth failing for.
    async fn leave(self, client: &reqwest::Client) {
        let mut goodbyes = JoinSet::new();
        for (endpoint, location) in self.0 {
            let client = client.clone();
            goodbyes.spawn(async move {
                let _ = connect::leave(&client, &endpoint, &location).await;
            });
            if goodbyes.len() >= OFFERS {
                goodbyes.join_next().await;
            }
        }
        while goodbyes.join_next().await.is_some() {}
    }
}

/// Connects the watchers through WHEP, some at a time.
async fn watch_all(
    crowd: &mut Crowd,
    plan: &Plan,
    client: &reqwest::Client,
    whep: &Endpoint,
    identity: &Arc<Identity>,
    sessions: &mut Sessions,
) -> Result<()> {
    let mut offers = JoinSet::new();
    let (mut next, mut answered) = (0, 0);
    while answered < plan.watchers {
        while next < plan.watchers && offers.len() < OFFERS {
            let (client, whep, identity) = (client.clone(), whep.clone(), identity.clone());
            offers.spawn(async move {
                let began = Instant::now();
                let session = connect::session(&client, &whep, identity, &WATCHED).await;
                session.map(|session| (began, session))
            });
            next += 1;
        }
        let (began, session) = offers.join_next().await.context("no offers")???;
        sessions.note(whep, &session.location);
        let address = session.transport.address().context("no address")?;
        let viewer = Viewer::new(
            own_ssrc(answered),
            &WATCHED,
            &session.announced,
            Instant::now(),
        );
        crowd.add(
            Member::new(
                socket::connected(address)?,
                Link::WebRtc(Box::new(session.transport)),
            )
            .since(began)
            .watching(viewer.verifying(verified(plan.watchers))),
        )?;
        answered += 1;
    }
    Ok(())
}

fn sink_all(crowd: &mut Crowd, plan: &Plan) -> Result<Routes> {
    let mut routes = Routes::default();
    for number in 0..plan.watchers {
        let socket = socket::unconnected()?;
        routes.sinks.push(socket.local_addr()?);
        let streams = [(Kind::Voice, STREAMS.audio), (Kind::Picture, STREAMS.video)];
        let viewer = Viewer::of_streams(own_ssrc(number), &streams, Instant::now());
        crowd.add(
            Member::new(socket, Link::floor(Key::of(number as u64)?))
                .watching(viewer.verifying(verified(plan.watchers))),
        )?;
    }
    Ok(routes)
}

/// Loss by the publisher's own numbers: what never arrived counts too.
fn count_all<'a>(report: &mut Report, window: &Window, viewers: impl Iterator<Item = &'a Viewer>) {
    let audio: Range<u64> = window.begin.sent.0..window.end.sent.0;
    let video: Range<u64> = window.begin.sent.1..window.end.sent.1;
    report.published = (audio.end - audio.start) + (video.end - video.start);
    (report.expected, report.lost) = (0, 0);
    for viewer in viewers {
        report.expected += report.published;
        for (kind, numbers) in [(Kind::Voice, &audio), (Kind::Picture, &video)] {
            let slot = viewer.slots_of(kind).next();
            report.lost += slot.map_or(numbers.end - numbers.start, |slot| {
                slot.source.lost_of(numbers.clone())
            });
        }
    }
    report.forwarded = report.expected - report.lost;
    report.loss = share(report.lost, report.expected);
}

pub fn own_ssrc(number: usize) -> u32 {
    0x2000_0000 | u32::try_from(number).unwrap_or_default()
}
