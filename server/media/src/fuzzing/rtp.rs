use crate::wire::rtp::{ExtensionIds, OutgoingHeader, RtpView};

/// RTP headers: what is read lies within the packet, and what is written from it reads back as it was.
pub fn rtp(packet: &[u8]) {
    for encrypted in [false, true] {
        let Some(view) = RtpView::parse(packet, encrypted) else {
            continue;
        };
        assert!(view.header_len >= 12);
        assert!(view.header_len + view.padding_len <= packet.len());
        let header = packet[..view.header_len].as_ptr_range();
        for value in (0..=255).filter_map(|id| view.extension(id)) {
            let value = value.as_ptr_range();
            assert!(header.start < value.start && value.end <= header.end);
        }
        rewrite(&view);
    }
}

fn rewrite(view: &RtpView) {
    let ids = ExtensionIds {
        mid: 1,
        transport_cc: 2,
        audio_level: 3,
        ..ExtensionIds::default()
    };
    let mid = view.extension(1).unwrap_or_default();
    let transport_cc = match view.extension(2) {
        Some(&[high, low]) => Some(u16::from_be_bytes([high, low])),
        _ => None,
    };
    let audio_level = view.extension(3).and_then(|value| value.first().copied());
    let mut out = b"before".to_vec();
    OutgoingHeader {
        marker: view.marker,
        payload_type: view.payload_type,
        sequence: view.sequence,
        timestamp: view.timestamp,
        ssrc: view.ssrc,
        mid,
        transport_cc,
        audio_level,
        dependency: None,
    }
    .write(ids, &mut out);
    let written = &out[6..];
    assert!(written.len() <= 12 + 4 + 24);
    let again = RtpView::parse(written, false);
    assert!(again.is_some());
    let Some(again) = again else { return };
    assert_eq!(again.header_len, written.len());
    assert_eq!(
        (again.marker, again.payload_type, again.sequence),
        (view.marker, view.payload_type, view.sequence)
    );
    assert_eq!((again.timestamp, again.ssrc), (view.timestamp, view.ssrc));
    let fits = !mid.is_empty() && mid.len() <= 16;
    assert_eq!(again.extension(1), fits.then_some(mid));
    assert_eq!(
        again.extension(2).map(<[u8]>::to_vec),
        transport_cc.map(|sequence| sequence.to_be_bytes().to_vec())
    );
    assert_eq!(
        again.extension(3).map(<[u8]>::to_vec),
        audio_level.map(|level| vec![level])
    );
}
