//! The way out to one client: bounded, so that a client that doesn't read costs a little memory and then its socket.

use axum::extract::ws::Utf8Bytes;
use giaoban_signaling::wire::{Goodbye, ServerMessage};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{mpsc, watch};

/// Most messages that wait for one client.
const MESSAGES: usize = 512;
/// Most bytes that wait for one client. A secretary's whole view of 3,355 points is about 2 MB.
const BYTES: usize = 8 << 20;

/// The room's end. Sending never waits.
#[derive(Clone, Debug)]
pub(crate) struct Outlet {
    messages: mpsc::Sender<Utf8Bytes>,
    waiting: Arc<AtomicUsize>,
    goodbye: watch::Sender<Option<Goodbye>>,
}

/// The socket's end.
#[derive(Debug)]
pub(super) struct Inlet {
    messages: mpsc::Receiver<Utf8Bytes>,
    waiting: Arc<AtomicUsize>,
    goodbye: watch::Receiver<Option<Goodbye>>,
}

/// What the socket is to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    Send(Utf8Bytes),
    /// Everything that was to be sent before it has been.
    Close(Goodbye),
    /// The room has gone without a word.
    Gone,
}

pub(super) fn outlet() -> (Outlet, Inlet) {
    let (sender, receiver) = mpsc::channel(MESSAGES);
    let (close, closing) = watch::channel(None);
    let waiting = Arc::new(AtomicUsize::new(0));
    (
        Outlet {
            messages: sender,
            waiting: Arc::clone(&waiting),
            goodbye: close,
        },
        Inlet {
            messages: receiver,
            waiting,
            goodbye: closing,
        },
    )
}

/// Serialises a message once; the copies of the result share the text.
pub(crate) fn encode(message: &ServerMessage) -> Utf8Bytes {
    match serde_json::to_string(message) {
        Ok(text) => text.into(),
        Err(error) => {
            // Only a map with keys that aren't strings can fail, and the protocol has none.
            tracing::error!(%error, "a message could not be serialised");
            Utf8Bytes::default()
        }
    }
}

impl Outlet {
    /// Queues a message, see [`Outlet::try_send`].
    pub(crate) fn send(&self, text: Utf8Bytes) {
        // Whether it was the last straw matters only to who counts such clients.
        let _ = self.try_send(text);
    }

    /// Queues a message. A client that has let too much wait is told goodbye and gets nothing more: then, and once, `false`.
    #[must_use]
    pub(crate) fn try_send(&self, text: Utf8Bytes) -> bool {
        if self.goodbye.borrow().is_some() {
            return true;
        }
        let bytes = text.len();
        let waiting = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        // The first message may be as large as it is: somebody who waits for nothing isn't slow.
        let too_much = waiting > 0 && waiting + bytes > BYTES;
        if too_much || self.messages.try_send(text).is_err() {
            self.waiting.fetch_sub(bytes, Ordering::Relaxed);
            self.close(Goodbye::TooSlow);
            return false;
        }
        true
    }

    /// Says goodbye after what is queued; the first reason stays.
    pub(crate) fn close(&self, reason: Goodbye) {
        self.goodbye.send_if_modified(|goodbye| {
            let first = goodbye.is_none();
            if first {
                *goodbye = Some(reason);
            }
            first
        });
    }

    /// Resolves once the client has been told goodbye.
    pub(crate) async fn closed(&self) {
        let mut goodbye = self.goodbye.subscribe();
        // This handle keeps the sender alive, so waiting can't fail.
        let _ = goodbye.wait_for(Option::is_some).await;
    }
}

impl Inlet {
    /// The next thing to do. Cancel safe.
    pub(super) async fn next(&mut self) -> Next {
        loop {
            let reason = *self.goodbye.borrow_and_update();
            if let Some(reason) = reason {
                // Whoever is too slow wouldn't read the rest either.
                if reason != Goodbye::TooSlow
                    && let Ok(text) = self.messages.try_recv()
                {
                    return Next::Send(self.took(text));
                }
                return Next::Close(reason);
            }
            tokio::select! {
                biased;
                changed = self.goodbye.changed() => {
                    if changed.is_err() {
                        return match self.messages.try_recv() {
                            Ok(text) => Next::Send(self.took(text)),
                            Err(_) => Next::Gone,
                        };
                    }
                }
                Some(text) = self.messages.recv() => return Next::Send(self.took(text)),
            }
        }
    }

    /// Resolves when the client is to be dropped at once, even in the middle of a message that it doesn't take.
    pub(super) async fn too_slow(mut goodbye: watch::Receiver<Option<Goodbye>>) {
        if goodbye
            .wait_for(|reason| *reason == Some(Goodbye::TooSlow))
            .await
            .is_err()
        {
            std::future::pending::<()>().await;
        }
    }

    pub(super) fn goodbyes(&self) -> watch::Receiver<Option<Goodbye>> {
        self.goodbye.clone()
    }

    fn took(&self, text: Utf8Bytes) -> Utf8Bytes {
        self.waiting.fetch_sub(text.len(), Ordering::Relaxed);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_queued_goes_out_before_an_orderly_goodbye() {
        let (outlet, mut inlet) = outlet();
        outlet.send("one".into());
        outlet.close(Goodbye::Ended);
        outlet.send("late".into());
        assert_eq!(inlet.next().await, Next::Send("one".into()));
        assert_eq!(inlet.next().await, Next::Close(Goodbye::Ended));
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_is_dropped_and_told_why() {
        let (outlet, mut inlet) = outlet();
        for _ in 0..=MESSAGES {
            outlet.send("update".into());
        }
        assert_eq!(inlet.next().await, Next::Close(Goodbye::TooSlow));
    }

    #[tokio::test]
    async fn large_messages_count_by_their_size() {
        let (outlet, mut inlet) = outlet();
        let large: Utf8Bytes = "x".repeat(BYTES).into();
        outlet.send(large.clone());
        outlet.send(large);
        assert_eq!(inlet.next().await, Next::Close(Goodbye::TooSlow));
    }
}
