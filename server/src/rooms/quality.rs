//! What a link's figures mean in words.

use giaoban_media::{Quality, SlotBinding, SlotKind as MediaSlot};
use giaoban_signaling::meeting::Measured;
use giaoban_signaling::wire::{LinkQuality, LinkState, MainPicture, Slot, SlotKind};

/// Below this the engine has no room for a picture beside the voices.
const VIDEO_KBPS: u32 = 150;
/// Below this a picture is small or rare.
const CLEAR_KBPS: u32 = 500;
/// Loss that repair hides hardly any more.
const HEAVY_LOSS: f32 = 0.08;
/// Loss that not even the repeated voices survive.
const BROKEN_LOSS: f32 = 0.3;
/// A second of which this much stands still is not clear.
const FROZEN_MS: u32 = 400;

pub(super) fn link_quality(quality: &Quality) -> LinkQuality {
    let video_paused = quality.main_paused;
    let loss = quality.loss_down.max(quality.loss_up);
    let state = if loss > BROKEN_LOSS {
        LinkState::Choppy
    } else if video_paused || quality.estimate_kbps < VIDEO_KBPS {
        LinkState::AudioOnly
    } else if loss > HEAVY_LOSS
        || quality.estimate_kbps < CLEAR_KBPS
        || quality.frozen_ms > FROZEN_MS
    {
        LinkState::Blurred
    } else {
        LinkState::Good
    };
    LinkQuality {
        state,
        rtt_ms: quality.rtt_ms.map(round),
        loss_down: quality.loss_down,
        loss_up: quality.loss_up,
        estimate_kbps: Some(quality.estimate_kbps),
        video_paused,
    }
}

/// What the board is shown of it.
pub(super) fn measured(quality: &Quality) -> Measured {
    Measured {
        loss_down: quality.loss_down,
        loss_up: quality.loss_up,
        jitter_ms: quality.jitter_ms,
        rtt_ms: quality.rtt_ms,
        main: main_picture(quality),
        freezes: quality.freezes,
        frozen_ms: quality.frozen_ms,
        sent_kbps: real(quality.sent_kbps),
        received_kbps: real(quality.received_kbps),
        estimate_kbps: real(quality.estimate_kbps),
    }
}

fn main_picture(quality: &Quality) -> MainPicture {
    match (quality.main_paused, quality.main_layer) {
        (true, _) => MainPicture::Paused,
        (false, None) => MainPicture::Nothing,
        (false, Some(0)) => MainPicture::Low,
        (false, Some(1)) => MainPicture::Middle,
        (false, Some(_)) => MainPicture::High,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure to be rounded to two digits"
)]
fn real(kbps: u32) -> f32 {
    kbps as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of the target"
)]
fn round(milliseconds: f32) -> u32 {
    milliseconds.clamp(0.0, 60_000.0) as u32
}

/// The slots as the client knows them.
pub(super) fn slots(bindings: &[SlotBinding]) -> Vec<Slot> {
    bindings
        .iter()
        .map(|binding| {
            let (kind, index) = match binding.slot {
                MediaSlot::Audio(index) => (SlotKind::Audio, index),
                MediaSlot::Main => (SlotKind::Main, 0),
                MediaSlot::Content => (SlotKind::Content, 0),
                MediaSlot::Thumbnail(index) => (SlotKind::Thumbnail, index),
            };
            Slot {
                kind,
                index,
                seat: binding.seat,
                live: binding.seat.is_some(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quality(estimate_kbps: u32, loss_down: f32, main_paused: bool) -> Quality {
        Quality {
            estimate_kbps,
            loss_down,
            main_paused,
            ..Quality::default()
        }
    }

    #[test]
    fn words_follow_the_link() {
        let state = |quality: &Quality| link_quality(quality).state;
        assert_eq!(state(&quality(2_000, 0.0, false)), LinkState::Good);
        assert_eq!(state(&quality(300, 0.0, false)), LinkState::Blurred);
        assert_eq!(state(&quality(2_000, 0.2, false)), LinkState::Blurred);
        assert_eq!(state(&quality(2_000, 0.0, true)), LinkState::AudioOnly);
        assert_eq!(state(&quality(90, 0.0, false)), LinkState::AudioOnly);
        assert_eq!(state(&quality(90, 0.4, true)), LinkState::Choppy);
        let frozen = Quality {
            frozen_ms: 900,
            ..quality(2_000, 0.0, false)
        };
        assert_eq!(state(&frozen), LinkState::Blurred);
    }
}
