//! One point of a briefing: its socket and its media session.

use crate::harness::{Api, WsClient};
use crate::load::link::Link;
use crate::load::member::Member;
use crate::load::socket;
use crate::peer::dtls::Identity;
use crate::peer::publisher::{Publisher, Sending};
use crate::peer::sdp::{Answer, Credentials, Section, offer};
use crate::peer::transport::Transport;
use crate::peer::viewer::Viewer;
use anyhow::{Context as _, Result};
use std::sync::Arc;
use std::time::Instant;

/// What a point sends and how much it can show. The order of the sections is the protocol's.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Microphone, camera, content.
    pub sending: Vec<Sending>,
    pub voices: usize,
    /// Main, content and thumbnails.
    pub pictures: usize,
}

impl Shape {
    pub fn sections(&self) -> Vec<Section> {
        let sending = self.sending.iter().map(Sending::section);
        let voices = std::iter::repeat_n(Section::ReceiveAudio, self.voices);
        let pictures = std::iter::repeat_n(Section::ReceiveVideo, self.pictures);
        sending.chain(voices).chain(pictures).collect()
    }

    pub fn publisher(&self) -> Option<Publisher> {
        self.sending
            .iter()
            .any(Sending::is_active)
            .then(|| Publisher::new(&self.sending, Instant::now()))
    }
}

/// How everybody reaches the briefing.
#[derive(Clone)]
pub struct Door {
    pub client: reqwest::Client,
    pub identity: Arc<Identity>,
    pub base: String,
    pub briefing: String,
}

/// Somebody who has joined.
pub struct Guest {
    pub ws: WsClient,
    pub member: Member,
}

/// Joins with a session: REST, hello and welcome, offer and answer. The media connects when the member is in a crowd.
pub async fn join(door: &Door, session: &str, shape: &Shape, own_ssrc: u32) -> Result<Guest> {
    let began = Instant::now();
    let api = Api::signed_in(door.client.clone(), &door.base, session);
    let joined = api.join(&door.briefing).await?;
    let mut ws = WsClient::connect(&joined.ws_url, &joined.join_token).await?;
    let local = Credentials::random();
    let sections = shape.sections();
    let answer = ws.offer(offer(&door.identity, &local, &sections)).await?;
    let answer = Answer::parse(&answer)?;
    let now = Instant::now();
    let viewer = Viewer::new(own_ssrc, &sections, &answer.announced, now);
    let transport = Transport::new(door.identity.clone(), local, answer, now)?;
    let socket = socket::connected(transport.address().context("no address")?)?;
    let mut member = Member::new(socket, Link::WebRtc(Box::new(transport)))
        .since(began)
        .watching(viewer);
    if let Some(publisher) = shape.publisher() {
        member = member.publishing(publisher);
    }
    Ok(Guest { ws, member })
}
