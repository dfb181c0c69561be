use super::*;
use crate::api::PeerKind;
use crate::sdp::Offer;

const HEAD: &str = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 AA:BB\r\n";
const DEPENDENCY: &str = "a=extmap:8 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension\r\n";

fn session(section: &str) -> Session {
    let offer = Offer::parse(&format!("{HEAD}{section}")).unwrap();
    Session::new(offer, PeerKind::Participant, true, || Some(9)).unwrap()
}

fn answer(section: &str) -> String {
    written(&session(section))
}

fn written(session: &Session) -> String {
    let local = LocalTransport {
        ice_ufrag: "u".to_owned(),
        ice_pwd: "p".to_owned(),
        fingerprint: "sha-256 CC".to_owned(),
        addresses: Vec::new(),
        session_id: 1,
        version: 1,
    };
    write_answer(session, &local)
}

fn audio(formats: &str) -> String {
    format!(
        "m=audio 9 UDP/TLS/RTP/SAVPF {formats}\r\na=mid:0\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\na=rtpmap:9 G722/8000\r\n"
    )
}

#[test]
fn opus_corrects_single_losses_and_leaves_silence_out() {
    let answer = answer(&audio("111 63 9"));
    assert!(answer.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n"));
    assert!(answer.contains("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"));
    assert!(answer.contains("a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"));
}

#[test]
fn redundancy_comes_first_where_the_client_prefers_it() {
    assert!(answer(&audio("63 111")).contains("SAVPF 63 111\r\n"));
}

fn video(formats: &str, direction: &str) -> String {
    format!(
        "m=video 9 UDP/TLS/RTP/SAVPF {formats}\r\na=mid:0\r\na={direction}\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0\r\na=rtpmap:100 VP9/90000\r\na=fmtp:100 profile-id=2\r\na=rtpmap:45 AV1/90000\r\na=fmtp:45 level-idx=5;profile=0;tier=0\r\n{DEPENDENCY}"
    )
}

#[test]
fn the_dependency_descriptor_is_for_those_who_send_or_may_get_av1() {
    for (formats, direction, expected) in [
        ("96 98 45", "sendonly", false),
        ("45 96 98", "sendonly", true),
        ("96 98 45", "recvonly", true),
        ("96 98", "recvonly", false),
    ] {
        let answer = answer(&video(formats, direction));
        assert_eq!(
            answer.contains(DEPENDENCY),
            expected,
            "{formats} {direction}"
        );
    }
}

#[test]
fn the_clients_order_of_codecs_is_kept_and_rare_profiles_are_not_taken() {
    let answer = answer(&video("98 100 96 45", "sendonly"));
    assert!(answer.contains("m=video 9 UDP/TLS/RTP/SAVPF 98 96 45\r\n"));
}

#[test]
fn what_everybody_present_decodes_comes_first() {
    let viewer = |formats| session(&video(formats, "recvonly"));
    let (all, old) = (viewer("96 98 45"), viewer("98 96"));
    for (viewers, expected, dependency) in [
        (vec![], "45 98 96", true),
        (vec![&all], "45 98 96", true),
        (vec![&all, &old], "98 96 45", false),
    ] {
        let mut publisher = session(&video("45 98 96", "sendonly"));
        assert!(publisher.sends_uncommon());
        publisher.prefer_common(&viewers);
        let answer = written(&publisher);
        assert!(
            answer.contains(&format!("SAVPF {expected}\r\n")),
            "{answer}"
        );
        assert_eq!(answer.contains(DEPENDENCY), dependency);
    }
}

#[test]
fn nothing_of_an_offer_begins_a_line_of_the_answer() {
    let section = audio("111");
    for (of, into) in [
        ("minptime=10", "minptime=10\rm=video 9 x 1"),
        ("a=mid:0", "a=mid:0 1"),
        ("a=mid:0", "a=mid:\u{c}"),
        ("a=mid:0", "a=mid:"),
    ] {
        let offer = format!("{HEAD}{}", section.replace(of, into));
        assert!(Offer::parse(&offer).is_err(), "{into:?}");
    }
}

#[test]
fn sections_of_the_same_name_are_refused() {
    let section = audio("111");
    assert!(Offer::parse(&format!("{HEAD}{section}")).is_ok());
    assert!(Offer::parse(&format!("{HEAD}{section}{section}")).is_err());
}
