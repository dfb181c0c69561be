//! Fragments of session descriptions (`application/trickle-ice-sdpfrag`, RFC 8840), as WHIP and WHEP send them by PATCH.

/// The ICE credentials that a fragment or a description names first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) ufrag: String,
    pub(super) pwd: String,
}

impl Credentials {
    /// `None` when either is missing or is not what RFC 8839 section 5.4 allows.
    pub(super) fn of(sdp: &str) -> Option<Self> {
        let ufrag = value(sdp, "a=ice-ufrag:").filter(|ufrag| is_ice(ufrag, 4))?;
        let pwd = value(sdp, "a=ice-pwd:").filter(|pwd| is_ice(pwd, 22))?;
        Some(Self {
            ufrag: ufrag.to_owned(),
            pwd: pwd.to_owned(),
        })
    }
}

/// `offer` with other ICE credentials and without its candidates: what a restart that came as a fragment means.
pub(super) fn restarted(offer: &str, credentials: &Credentials) -> String {
    let mut sdp = String::with_capacity(offer.len());
    for line in offer.lines() {
        if line.starts_with("a=ice-ufrag:") {
            push(&mut sdp, &["a=ice-ufrag:", &credentials.ufrag]);
        } else if line.starts_with("a=ice-pwd:") {
            push(&mut sdp, &["a=ice-pwd:", &credentials.pwd]);
        } else if !line.starts_with("a=candidate:") && line != "a=end-of-candidates" {
            push(&mut sdp, &[line]);
        }
    }
    sdp
}

/// The answer to a restart: the credentials and candidates of the first section of `answer`, which bundles all others.
pub(super) fn of_answer(answer: &str) -> String {
    let mut fragment = String::new();
    let kept = |line: &&str| {
        ["a=ice-lite", "a=ice-options:", "a=ice-ufrag:", "a=ice-pwd:"]
            .iter()
            .any(|prefix| line.starts_with(prefix))
    };
    let mut sections = 0;
    let mut session = Vec::new();
    let mut first = Vec::new();
    for line in answer.lines() {
        if line.starts_with("m=") {
            sections += 1;
            if sections > 1 {
                break;
            }
            first.push(line);
        } else if sections == 0 {
            session.extend(Some(line).filter(kept));
        } else if kept(&line)
            || line.starts_with("a=mid:")
            || line.starts_with("a=candidate:")
            || line == "a=end-of-candidates"
        {
            first.push(line);
        }
    }
    for line in session.into_iter().chain(first) {
        push(&mut fragment, &[line]);
    }
    fragment
}

fn value<'a>(sdp: &'a str, prefix: &str) -> Option<&'a str> {
    sdp.lines().find_map(|line| line.strip_prefix(prefix))
}

fn is_ice(text: &str, least: usize) -> bool {
    (least..=256).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/')
}

fn push(sdp: &mut String, parts: &[&str]) {
    for part in parts {
        sdp.push_str(part);
    }
    sdp.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:oldu\r\n\
        a=ice-pwd:oldoldoldoldoldoldoldold\r\na=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=end-of-candidates\r\na=sendonly\r\n";

    #[test]
    fn a_restart_changes_the_credentials_and_nothing_else() {
        let fragment =
            "a=ice-ufrag:newu\r\na=ice-pwd:newnewnewnewnewnewnewnew\r\nm=audio 9 RTP/AVP 0\r\n";
        let credentials = Credentials::of(fragment).unwrap();
        assert_eq!(
            restarted(OFFER, &credentials),
            "v=0\r\na=group:BUNDLE 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:newu\r\n\
             a=ice-pwd:newnewnewnewnewnewnewnew\r\na=sendonly\r\n"
        );
    }

    #[test]
    fn the_answer_to_a_restart_names_credentials_and_candidates() {
        let answer = "v=0\r\na=ice-lite\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:srvu\r\na=ice-pwd:p\r\n\
            a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\na=rtpmap:111 opus/48000/2\r\nm=video 9 X 96\r\na=mid:1\r\n";
        assert_eq!(
            of_answer(answer),
            "a=ice-lite\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:srvu\r\na=ice-pwd:p\r\n\
             a=candidate:1 1 udp 1 127.0.0.1 9 typ host\r\n"
        );
    }

    #[test]
    fn credentials_that_could_smuggle_lines_are_not_taken() {
        assert_eq!(
            Credentials::of("a=ice-ufrag:ab cd\r\na=ice-pwd:x\r\n"),
            None
        );
        assert_eq!(Credentials::of(""), None);
    }
}
