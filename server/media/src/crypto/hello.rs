//! Looks into the first DTLS ClientHello before the handshake starts. The DTLS crate takes the client's first SRTP
//! profile that we allow, so the profiles we allow must be chosen from what this client offers.

const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const USE_SRTP: u16 = 14;
/// A hello is about 1.5 KiB; a longer one is not from a browser.
pub(crate) const MAX_HELLO: usize = 8 * 1024;

/// Collects the fragments of a ClientHello, which both browsers send in two datagrams.
#[derive(Default)]
pub(crate) struct HelloReader {
    /// Its octets, as far as they have come.
    hello: Vec<Option<u8>>,
}

impl HelloReader {
    /// Takes one datagram. Once the hello is whole, the SRTP profiles it offers (RFC 5764 section 4.1.2), empty if none.
    pub(crate) fn push(&mut self, datagram: &[u8]) -> Option<Vec<u16>> {
        let mut records = datagram;
        while let Some((record, rest)) = split_record(records) {
            records = rest;
            if let Some((total, offset, fragment)) = hello_fragment(record)
                && total <= MAX_HELLO
                && offset + fragment.len() <= total
            {
                if self.hello.len() != total {
                    self.hello = vec![None; total];
                }
                for (octet, value) in self.hello[offset..].iter_mut().zip(fragment) {
                    *octet = Some(*value);
                }
            }
        }
        let hello: Vec<u8> = self.hello.iter().copied().collect::<Option<_>>()?;
        (!hello.is_empty()).then(|| srtp_profiles(&hello).unwrap_or_default())
    }
}

/// The handshake payload of the first record and what follows it (RFC 6347 section 4.1).
fn split_record(datagram: &[u8]) -> Option<(&[u8], &[u8])> {
    let head = datagram.first_chunk::<13>()?;
    let len = usize::from(u16::from_be_bytes([head[11], head[12]]));
    let body = datagram.get(13..13 + len)?;
    let body = if head[0] == HANDSHAKE { body } else { &[] };
    Some((body, &datagram[13 + len..]))
}

/// Message length, fragment offset and fragment of a ClientHello record (RFC 6347 section 4.2.2).
fn hello_fragment(record: &[u8]) -> Option<(usize, usize, &[u8])> {
    let head = record.first_chunk::<12>()?;
    if head[0] != CLIENT_HELLO {
        return None;
    }
    let uint24 = |at: usize| {
        usize::from(head[at]) << 16 | usize::from(head[at + 1]) << 8 | usize::from(head[at + 2])
    };
    Some((uint24(1), uint24(6), record.get(12..12 + uint24(9))?))
}

fn srtp_profiles(hello: &[u8]) -> Option<Vec<u16>> {
    let mut cursor = Cursor(hello);
    cursor.take(2 + 32)?;
    let session = usize::from(cursor.u8()?);
    cursor.take(session)?;
    let cookie = usize::from(cursor.u8()?);
    cursor.take(cookie)?;
    let suites = usize::from(cursor.u16()?);
    cursor.take(suites)?;
    let compressions = usize::from(cursor.u8()?);
    cursor.take(compressions)?;
    let extensions = usize::from(cursor.u16()?);
    let mut cursor = Cursor(cursor.take(extensions)?);
    loop {
        let kind = cursor.u16()?;
        let len = usize::from(cursor.u16()?);
        let body = cursor.take(len)?;
        if kind == USE_SRTP {
            let mut body = Cursor(body);
            let len = usize::from(body.u16()?);
            let profiles = body.take(len)?;
            return Some(
                profiles
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect(),
            );
        }
    }
}

struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Option<u16> {
        self.take(2)
            .map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hello() -> Vec<u8> {
        let mut hello = vec![0xfe, 0xfd];
        hello.extend_from_slice(&[7; 32]);
        hello.extend_from_slice(&[0, 0, 0, 2, 0xc0, 0x2b, 1, 0]);
        let extensions = [
            &[0, 23, 0, 0][..],
            &[0, 14, 0, 9, 0, 6, 0, 1, 0, 8, 0, 7, 0][..],
        ]
        .concat();
        hello.extend_from_slice(&u16::try_from(extensions.len()).unwrap().to_be_bytes());
        hello.extend_from_slice(&extensions);
        hello
    }

    fn datagram(hello: &[u8], offset: usize, len: usize) -> Vec<u8> {
        let uint24 = |value: usize| u32::try_from(value).unwrap().to_be_bytes()[1..].to_vec();
        let mut body = vec![CLIENT_HELLO];
        body.extend(uint24(hello.len()));
        body.extend([0, 0]);
        body.extend(uint24(offset));
        body.extend(uint24(len));
        body.extend_from_slice(&hello[offset..offset + len]);
        let mut datagram = vec![HANDSHAKE, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, 0];
        datagram.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        datagram.extend(body);
        datagram
    }

    #[test]
    fn a_hello_in_two_datagrams_in_either_order_shows_its_profiles() {
        let hello = hello();
        let first = datagram(&hello, 0, 30);
        let second = datagram(&hello, 30, hello.len() - 30);
        for order in [[&first, &second], [&second, &first]] {
            let mut reader = HelloReader::default();
            assert_eq!(reader.push(order[0]), None);
            assert_eq!(reader.push(order[1]), Some(vec![1, 8, 7]));
        }
    }

    proptest! {
        #[test]
        fn no_input_breaks_the_reader(datagrams in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 0..4)) {
            let mut reader = HelloReader::default();
            for datagram in datagrams {
                let _ = reader.push(&datagram);
            }
        }

        #[test]
        fn a_damaged_hello_does_no_harm(at in 0_usize..90, value in any::<u8>()) {
            let mut damaged = datagram(&hello(), 0, hello().len());
            let at = at % damaged.len();
            damaged[at] = value;
            let _ = HelloReader::default().push(&damaged);
        }
    }
}
