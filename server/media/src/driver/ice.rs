//! A lite ICE agent (RFC 8445 section 2.5): it answers checks and follows the path the client chooses.

use super::outbox::Path;
use crate::wire::stun::BindingRequest;
use rtc_srtp::crypto::RTCCrypto;
use std::net::SocketAddr;

/// Our fragment and password of one generation; an ICE restart adds the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) ufrag: String,
    pub(crate) pwd: String,
}

/// What an authentic check means.
#[derive(Debug)]
pub(crate) struct Check {
    /// To be sent back where the check came from.
    pub(crate) response: Vec<u8>,
    /// The path has moved with it.
    pub(crate) moved: bool,
    /// Fragments that no longer count, because the client has restarted and chosen a path.
    pub(crate) retired: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct IceLite {
    /// Newest last.
    generations: Vec<Credentials>,
    path: Option<Path>,
}

impl IceLite {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self {
            generations: vec![credentials],
            path: None,
        }
    }

    /// Accepts another generation beside those there are.
    pub(crate) fn restart(&mut self, credentials: Credentials) {
        self.generations.push(credentials);
    }

    /// Where to send.
    pub(crate) const fn path(&self) -> Option<Path> {
        self.path
    }

    /// `None` if the check is of no generation of ours or not authentic.
    pub(crate) fn check(
        &mut self,
        request: &mut BindingRequest,
        via: Path,
        from: SocketAddr,
        crypto: &dyn RTCCrypto,
    ) -> Option<Check> {
        let generation = self
            .generations
            .iter()
            .position(|known| known.ufrag == request.local_ufrag())?;
        let pwd = self.generations[generation].pwd.clone();
        if !request.is_authentic(&pwd, crypto) {
            return None;
        }
        let response = request.success(from, &pwd, crypto)?;
        // Until the client nominates, what was checked first serves: DTLS may begin before nomination.
        let moved = self.path != Some(via) && (self.path.is_none() || request.nominates());
        let mut retired = Vec::new();
        if moved {
            self.path = Some(via);
        }
        if request.nominates() && generation > 0 {
            retired = self
                .generations
                .drain(..generation)
                .map(|old| old.ufrag)
                .collect();
        }
        Some(Check {
            response,
            moved,
            retired,
        })
    }

    #[cfg(test)]
    pub(crate) fn move_to(&mut self, path: Path) {
        self.path = Some(path);
    }

    /// The path has broken (a closed TCP connection).
    pub(crate) fn lose(&mut self, path: Path) {
        if self.path == Some(path) {
            self.path = None;
        }
    }

    /// The newest generation.
    pub(crate) fn current(&self) -> Option<&Credentials> {
        self.generations.last()
    }

    pub(crate) fn ufrags(&self) -> impl Iterator<Item = &str> {
        self.generations
            .iter()
            .map(|generation| generation.ufrag.as_str())
    }
}
