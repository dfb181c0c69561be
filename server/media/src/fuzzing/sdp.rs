use super::ingress::OFFER_LIMIT;
use crate::api::PeerKind;
use crate::sdp::{LocalTransport, Offer, Session, write_answer};
use rtc_sdp::description::session::SessionDescription;
use std::io::Cursor;

/// Offers: an acceptable one is answered section by section with a description that reads, as long as the offer allows
/// and with no line of the offer's making; it is a restart of itself.
pub fn sdp(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    if text.len() > OFFER_LIMIT {
        return;
    }
    let Ok(offer) = Offer::parse(text) else {
        return;
    };
    assert!(!offer.fingerprints.is_empty());
    for kind in [PeerKind::Participant, PeerKind::Whip, PeerKind::Whep] {
        for publishes in [false, true] {
            let mut ssrc = 0;
            let session = Session::new(offer.clone(), kind, publishes, || {
                ssrc += 1;
                Some(ssrc)
            });
            if let Ok(session) = session {
                answer(&offer, &session, text.len());
            }
        }
    }
}

fn answer(offer: &Offer, session: &Session, offer_len: usize) {
    assert_eq!(session.roles.len(), offer.sections.len());
    assert!(session.continues(offer));
    assert!(publishable(session) <= 3, "microphone, camera, content");
    let local = LocalTransport {
        ice_ufrag: "ours".to_owned(),
        ice_pwd: "a password of twenty-two".to_owned(),
        fingerprint: "sha-256 AA:BB".to_owned(),
        addresses: vec![([192, 0, 2, 1], 7882).into()],
        session_id: 1,
        version: 2,
    };
    let answer = write_answer(session, &local);
    assert!(
        answer.len() <= 4096 + 2048 * offer.sections.len() + 16 * offer_len,
        "{} from {offer_len}",
        answer.len()
    );
    let mut media = 0;
    for line in answer.split_terminator("\r\n") {
        assert!(!line.contains(['\r', '\n']), "a broken line: {line:?}");
        assert!(
            line.as_bytes().get(1) == Some(&b'='),
            "not a line: {line:?}"
        );
        media += usize::from(line.starts_with("m="));
    }
    assert_eq!(media, offer.sections.len());
    let read = SessionDescription::unmarshal(&mut Cursor::new(answer.as_bytes()));
    assert!(read.is_ok(), "{:?} of {answer}", read.err());
}

fn publishable(session: &Session) -> usize {
    session.tracks().count()
}
