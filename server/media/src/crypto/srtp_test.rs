//! What is sealed here opens in the library's hands, and the other way round.

use super::*;
use proptest::prelude::*;

fn pair(profile: SrtpProfile) -> (SrtpWriter, SrtpReader) {
    let provider = crate::crypto::provider().unwrap();
    let server = SrtpKeys::for_test(profile, 1);
    let client = server.of_the_peer();
    (
        SrtpWriter::new(&server, provider.crypto()).unwrap(),
        SrtpReader::new(&client, provider.crypto()).unwrap(),
    )
}

fn packet(sequence: u16) -> Vec<u8> {
    let mut packet = vec![0x80, 96];
    packet.extend(sequence.to_be_bytes());
    packet.extend([0, 0, 0, 9, 0, 0, 0, 5]);
    packet.extend_from_slice(b"a payload of some length");
    packet
}

#[test]
fn a_peer_opens_what_we_seal_across_a_rollover() {
    for profile in SrtpProfile::BEST_FIRST {
        let (mut writer, mut reader) = pair(profile);
        for sequence in 65_530_u64..65_546 {
            let clear = packet(u16::try_from(sequence & 0xffff).unwrap());
            let mut buffer = b"earlier".to_vec();
            buffer.extend_from_slice(&clear);
            assert!(writer.seal_rtp(&mut buffer, 7, 12, 5, sequence));
            assert_eq!(&buffer[..7], b"earlier");
            let mut replay = buffer[7..].to_vec();
            assert_eq!(
                reader.open_rtp(&mut buffer[7..]).unwrap(),
                clear,
                "{profile:?} {sequence}"
            );
            assert!(
                reader.open_rtp(&mut replay).is_none(),
                "a replay must be refused"
            );
        }
    }
}

#[test]
fn a_forged_packet_is_refused() {
    let (mut writer, mut reader) = pair(SrtpProfile::Aes128Gcm);
    let mut buffer = packet(1);
    assert!(writer.seal_rtp(&mut buffer, 0, 12, 5, 1));
    let mut forged = buffer.clone();
    forged[14] ^= 1;
    assert!(reader.open_rtp(&mut forged).is_none());
    assert!(reader.open_rtp(&mut buffer).is_some(), "it left no trace");
}

#[test]
fn packets_may_come_out_of_order_within_the_window() {
    let (mut writer, mut reader) = pair(SrtpProfile::Aes128Gcm);
    let mut opens = |sequence: u64| {
        let mut buffer = packet(u16::try_from(sequence & 0xffff).unwrap());
        assert!(writer.seal_rtp(&mut buffer, 0, 12, 5, sequence));
        reader.open_rtp(&mut buffer).is_some()
    };
    assert!(opens(65_500));
    assert!(opens(65_600), "beyond the rollover");
    assert!(opens(65_499), "and back before it");
    assert!(opens(65_599));
    assert!(!opens(65_600) && !opens(65_599) && !opens(65_500));
    assert!(!opens(65_600 - 512), "too old to tell");
    assert!(opens(65_601 - 512));
    assert!(opens(66_700) && !opens(66_700));
}

/// A receiver report with a block, in the clear.
fn report() -> Vec<u8> {
    let mut report = vec![0x81, 201, 0, 7];
    report.extend((0..28).map(|byte| byte + 1));
    report
}

#[test]
fn reports_are_opened_once_and_only_unchanged() {
    for profile in SrtpProfile::BEST_FIRST {
        let (mut writer, mut reader) = pair(profile);
        let mut sealed = vec![9];
        assert!(writer.seal_rtcp(&report(), &mut sealed));
        let sealed = &sealed[1..];
        for position in [0, 5, 12, sealed.len() - 1] {
            let mut forged = sealed.to_vec();
            forged[position] ^= 1;
            assert!(reader.open_rtcp(&mut forged).is_none(), "{profile:?}");
        }
        assert_eq!(reader.open_rtcp(&mut sealed.to_vec()).unwrap(), report());
        assert!(reader.open_rtcp(&mut sealed.to_vec()).is_none(), "replayed");
    }
}

#[test]
fn another_implementation_opens_our_reports_and_we_open_its() {
    let provider = crate::crypto::provider().unwrap();
    let keys = SrtpKeys::for_test(SrtpProfile::Aes128Gcm, 1);
    let context = |(key, salt): &(Vec<u8>, Vec<u8>)| {
        let profile = SrtpProfile::Aes128Gcm.srtp();
        Context::new(key, salt, profile, None, None, provider.crypto()).unwrap()
    };
    let (mut writer, mut reader) = (
        SrtpWriter::new(&keys, provider.crypto()).unwrap(),
        SrtpReader::new(&keys, provider.crypto()).unwrap(),
    );
    let mut sealed = Vec::new();
    assert!(writer.seal_rtcp(&report(), &mut sealed));
    assert_eq!(context(&keys.ours).decrypt_rtcp(&sealed).unwrap(), report());
    let mut theirs = context(&keys.theirs).encrypt_rtcp(&report()).unwrap();
    assert_eq!(reader.open_rtcp(&mut theirs).unwrap(), report());
    let mut theirs = context(&keys.theirs).encrypt_rtp(&packet(7)).unwrap();
    assert_eq!(reader.open_rtp(&mut theirs).unwrap(), packet(7));
}

proptest! {
    #[test]
    fn no_input_breaks_the_reader(mut packet in proptest::collection::vec(any::<u8>(), 0..80)) {
        let (_, mut reader) = pair(SrtpProfile::Aes128Gcm);
        prop_assert!(reader.open_rtp(&mut packet).is_none());
        prop_assert!(reader.open_rtcp(&mut packet).is_none());
    }
}
