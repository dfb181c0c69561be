//! Datagrams on a stream: two length octets before each (RFC 4571 section 2).

/// No datagram of ours or of a browser is longer.
const MAX_FRAME: usize = 8192;

/// Cuts what is read from a stream into its datagrams.
#[derive(Debug, Default)]
pub(crate) struct Deframer {
    received: Vec<u8>,
    /// How much of it has been taken. Removed when more comes, so that a backlog of tiny frames is not moved once for each.
    taken: usize,
}

/// The stream carries no frames of ours.
#[derive(Debug)]
pub(crate) struct NotFramed;

impl Deframer {
    pub(crate) fn push(&mut self, read: &[u8]) {
        self.received.drain(..self.taken);
        self.taken = 0;
        self.received.extend_from_slice(read);
    }

    /// The next whole frame, if it is there.
    pub(crate) fn take(&mut self) -> Result<Option<Vec<u8>>, NotFramed> {
        let Some((len, rest)) = self.unread().split_first_chunk::<2>() else {
            return Ok(None);
        };
        let len = usize::from(u16::from_be_bytes(*len));
        if len > MAX_FRAME {
            return Err(NotFramed);
        }
        let Some(frame) = rest.get(..len) else {
            return Ok(None);
        };
        let frame = frame.to_vec();
        self.taken += 2 + len;
        Ok(Some(frame))
    }

    /// What no frame has been made of yet.
    pub(crate) fn unread(&self) -> &[u8] {
        &self.received[self.taken..]
    }
}

/// Appends a datagram as a frame. Returns false, and appends nothing, if it is too long for one.
pub(crate) fn append(datagram: &[u8], out: &mut Vec<u8>) -> bool {
    let Ok(len) = u16::try_from(datagram.len()) else {
        return false;
    };
    out.extend_from_slice(&len.to_be_bytes());
    out.extend_from_slice(datagram);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_out_whole_whatever_the_reads() {
        let mut stream = Vec::new();
        for frame in [&b"one"[..], b"", b"three"] {
            assert!(append(frame, &mut stream));
        }
        let mut deframer = Deframer::default();
        let mut frames = Vec::new();
        for octet in stream {
            deframer.push(&[octet]);
            frames.extend(deframer.take().unwrap());
        }
        assert_eq!(frames, [&b"one"[..], b"", b"three"]);
        assert!(deframer.unread().is_empty());
    }

    #[test]
    fn a_stream_of_something_else_is_noticed() {
        let mut deframer = Deframer::default();
        deframer.push(b"GET / HTTP/1.1\r\n");
        assert!(deframer.take().is_err());
    }

    #[test]
    fn a_backlog_of_empty_frames_costs_no_more_than_it_is_long() {
        let mut deframer = Deframer::default();
        deframer.push(&vec![0; 16 * 1024 * 1024]);
        let mut count = 0;
        while let Ok(Some(_)) = deframer.take() {
            count += 1;
        }
        // Moving the rest for each of them would be 70 TB.
        assert_eq!(count, 8 * 1024 * 1024);
    }
}
