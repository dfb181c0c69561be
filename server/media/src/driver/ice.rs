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

    /// `None` if the check is of no generation of ours or not authentic. `silent`: nothing has come from the client lately.
    pub(crate) fn check(
        &mut self,
        request: &mut BindingRequest,
        via: Path,
        from: SocketAddr,
        silent: bool,
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
        // Until the client nominates, what was checked first serves: DTLS may begin before nomination, and a client that has
        // restarted because its path is dead would hear nothing for some round trips more.
        let serves = self.path.is_none() || (silent && generation > 0);
        let moved = self.path != Some(via) && (serves || request.nominates());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::stun::tests::request;

    fn generation(number: u8) -> Credentials {
        Credentials {
            ufrag: format!("ours{number}"),
            pwd: format!("secret{number}"),
        }
    }

    /// Where the agent sends after a check of a generation from an address.
    fn after(ice: &mut IceLite, number: u8, from: &str, nominates: bool, silent: bool) -> String {
        let Credentials { ufrag, pwd } = generation(number);
        let datagram = request(&ufrag, &pwd, nominates);
        let mut request = BindingRequest::parse(&datagram).unwrap();
        let from: SocketAddr = from.parse().unwrap();
        let provider = crate::crypto::provider().unwrap();
        ice.check(
            &mut request,
            Path::Udp(from),
            from,
            silent,
            provider.crypto(),
        )
        .unwrap();
        match ice.path() {
            Some(Path::Udp(path)) => path.to_string(),
            other => panic!("no path: {other:?}"),
        }
    }

    const OLD: &str = "10.0.0.2:4000";
    const NEW: &str = "10.0.0.3:4000";

    #[test]
    fn a_client_whose_path_died_is_served_where_it_first_checks_after_its_restart() {
        let mut ice = IceLite::new(generation(0));
        assert_eq!(after(&mut ice, 0, OLD, true, false), OLD);
        ice.restart(generation(1));
        assert_eq!(after(&mut ice, 1, NEW, false, true), NEW);
        assert_eq!(
            after(&mut ice, 1, OLD, false, false),
            NEW,
            "another address checks too"
        );
        assert_eq!(
            after(&mut ice, 1, OLD, true, false),
            OLD,
            "it is the one that is chosen"
        );
    }

    #[test]
    fn a_path_that_lives_or_was_not_restarted_is_left_only_when_another_is_chosen() {
        let mut ice = IceLite::new(generation(0));
        after(&mut ice, 0, OLD, true, false);
        assert_eq!(
            after(&mut ice, 0, NEW, false, true),
            OLD,
            "an idle client checks another path"
        );
        ice.restart(generation(1));
        assert_eq!(after(&mut ice, 1, NEW, false, false), OLD);
        assert_eq!(after(&mut ice, 1, NEW, true, false), NEW);
    }
}
