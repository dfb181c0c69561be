//! What the fuzzer of the WebSocket drives; `tests/fuzz` has it and the corpus, which `make test` replays.

use super::ClientMessage;

/// A client's frame: what is understood is written as it was understood, and takes no more memory than its text.
pub fn client_message(frame: &[u8]) {
    let Ok(text) = std::str::from_utf8(frame) else {
        return;
    };
    let Ok(message) = serde_json::from_str::<ClientMessage>(text) else {
        return;
    };
    let written = serde_json::to_string(&message);
    assert!(written.is_ok());
    let written = written.unwrap_or_default();
    let again = serde_json::from_str::<ClientMessage>(&written);
    assert_eq!(again.ok().as_ref(), Some(&message));
    // Defaults are written out, and an escaped character may be longer than a plain one.
    assert!(written.len() <= 6 * text.len() + 512);
}
