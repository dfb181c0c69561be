//! Chooses the loudest of those who hold the floor by the levels in their packets (RFC 6464), slowly enough that a cough
//! cuts nobody off.

use giaoban_signaling::ids::SeatId;
use std::time::{Duration, Instant};

/// As many as a viewer has audio slots. One of the chosen hears the others.
const CHOSEN: usize = 3;
const HYSTERESIS_DB: f32 = 6.0;
const HOLD: Duration = Duration::from_millis(500);
/// Discontinuous transmission still sends a few packets a second; who sends none has stopped.
const GONE: Duration = Duration::from_secs(2);
/// Share of a new packet in the smoothed level: about 100 ms of memory at 50 packets a second.
const SMOOTHING: f32 = 0.2;
/// Assumed of clients that send no level, so that they are heard.
const UNKNOWN_DBOV: f32 = -40.0;
/// Quieter than this is breathing and fans.
const SPEAKING_DBOV: f32 = -55.0;
/// Pauses between sentences are still speech.
const SPEECH_HOLD: Duration = Duration::from_millis(1500);
const REPORT_INTERVAL: Duration = Duration::from_millis(300);

#[derive(Clone, Copy, Debug)]
struct Voice {
    seat: SeatId,
    level: f32,
    heard: Instant,
    /// When it was last loud enough to be speech.
    spoke: Option<Instant>,
    /// Since when it is one of the chosen.
    chosen: Option<Instant>,
}

#[derive(Debug, Default)]
pub(crate) struct Loudest {
    voices: Vec<Voice>,
    /// The loudest, and since when: what a viewer with a single audio slot hears.
    dominant: Option<(SeatId, Instant)>,
    reported: Vec<SeatId>,
    reported_at: Option<Instant>,
}

impl Loudest {
    /// Notes a packet's level octet. Returns whether the choice changed.
    pub(crate) fn hear(&mut self, now: Instant, seat: SeatId, octet: Option<u8>) -> bool {
        let level = octet.map_or(UNKNOWN_DBOV, |octet| -f32::from(octet & 0x7f));
        let mut changed = self.forget(now);
        let index = if let Some(index) = self.voices.iter().position(|voice| voice.seat == seat) {
            let voice = &mut self.voices[index];
            voice.level += (level - voice.level) * SMOOTHING;
            voice.heard = now;
            if voice.level > SPEAKING_DBOV {
                voice.spoke = Some(now);
            }
            index
        } else {
            self.voices.push(Voice {
                seat,
                level,
                heard: now,
                spoke: (level > SPEAKING_DBOV).then_some(now),
                chosen: None,
            });
            self.voices.len() - 1
        };
        if self.voices[index].chosen.is_none() {
            changed |= self.admit(now, index);
        }
        changed | self.follow_dominant(now)
    }

    /// Another voice becomes the dominant one when it is clearly louder and the last change is not too fresh.
    fn follow_dominant(&mut self, now: Instant) -> bool {
        let Some(loudest) = self.chosen().max_by(|a, b| a.level.total_cmp(&b.level)) else {
            return self.dominant.take().is_some();
        };
        let (seat, level) = (loudest.seat, loudest.level);
        let current = self.dominant.and_then(|(seat, since)| {
            self.chosen()
                .find(|voice| voice.seat == seat)
                .map(|voice| (voice.level, since))
        });
        let replace = current.is_none_or(|(current, since)| {
            level > current + HYSTERESIS_DB && now.saturating_duration_since(since) >= HOLD
        });
        if !replace || self.dominant.is_some_and(|(dominant, _)| dominant == seat) {
            return false;
        }
        self.dominant = Some((seat, now));
        true
    }

    /// Chooses a voice if there is room, or in place of a quieter one.
    fn admit(&mut self, now: Instant, index: usize) -> bool {
        let chosen = self
            .voices
            .iter()
            .filter(|voice| voice.chosen.is_some())
            .count();
        if chosen < CHOSEN {
            self.voices[index].chosen = Some(now);
            return true;
        }
        let level = self.voices[index].level;
        let quietest = self
            .voices
            .iter_mut()
            .filter(|voice| {
                voice
                    .chosen
                    .is_some_and(|since| now.saturating_duration_since(since) >= HOLD)
            })
            .min_by(|a, b| a.level.total_cmp(&b.level));
        match quietest {
            Some(quietest) if level > quietest.level + HYSTERESIS_DB => {
                quietest.chosen = None;
                self.voices[index].chosen = Some(now);
                true
            }
            _ => false,
        }
    }

    fn forget(&mut self, now: Instant) -> bool {
        let chosen_before = self.chosen().count();
        self.voices
            .retain(|voice| now.saturating_duration_since(voice.heard) < GONE);
        self.chosen().count() != chosen_before
    }

    /// Keeps only those for whom `holds_floor`. Returns whether the choice changed.
    pub(crate) fn keep(&mut self, now: Instant, holds_floor: impl Fn(SeatId) -> bool) -> bool {
        let before = self.chosen().count();
        self.voices.retain(|voice| holds_floor(voice.seat));
        self.forget(now);
        self.chosen().count() != before
    }

    fn chosen(&self) -> impl Iterator<Item = &Voice> {
        self.voices.iter().filter(|voice| voice.chosen.is_some())
    }

    /// Whom a viewer hears, the dominant voice first; never itself.
    pub(crate) fn heard_by(&self, viewer: Option<SeatId>) -> Vec<SeatId> {
        let mut voices: Vec<&Voice> = self
            .chosen()
            .filter(|voice| Some(voice.seat) != viewer)
            .collect();
        let dominant = self.dominant.map(|(seat, _)| seat);
        voices.sort_by_key(|voice| (Some(voice.seat) != dominant, voice.chosen));
        voices.into_iter().map(|voice| voice.seat).collect()
    }

    /// Who speaks, loudest first, if that changed since the last report.
    pub(crate) fn report(&mut self, now: Instant) -> Option<Vec<SeatId>> {
        if self
            .reported_at
            .is_some_and(|at| now.saturating_duration_since(at) < REPORT_INTERVAL)
        {
            return None;
        }
        self.forget(now);
        let mut speaking: Vec<&Voice> = self
            .chosen()
            .filter(|voice| {
                voice
                    .spoke
                    .is_some_and(|at| now.saturating_duration_since(at) < SPEECH_HOLD)
            })
            .collect();
        speaking.sort_by(|a, b| self.loudness(b).total_cmp(&self.loudness(a)));
        let speaking: Vec<SeatId> = speaking
            .into_iter()
            .map(|voice| voice.seat)
            .take(3)
            .collect();
        if speaking == self.reported {
            return None;
        }
        self.reported_at = Some(now);
        self.reported.clone_from(&speaking);
        Some(speaking)
    }

    /// The level with the hysteresis in favour of who was reported first.
    fn loudness(&self, voice: &Voice) -> f32 {
        let first = self.reported.first() == Some(&voice.seat);
        voice.level + if first { HYSTERESIS_DB } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn seat(number: u128) -> SeatId {
        SeatId(Uuid::from_u128(number))
    }

    fn at(start: Instant, millis: u64) -> Instant {
        start + Duration::from_millis(millis)
    }

    /// Everybody in `levels` sends a packet every 20 ms from `from` to `to`.
    fn talk(loudest: &mut Loudest, start: Instant, from: u64, to: u64, levels: &[(u128, u8)]) {
        for millis in (from..to).step_by(20) {
            for (number, level) in levels {
                loudest.hear(at(start, millis), seat(*number), Some(*level));
            }
        }
    }

    #[test]
    fn a_fourth_voice_must_be_clearly_louder() {
        let start = Instant::now();
        let mut loudest = Loudest::default();
        let three = [(1, 30), (2, 30), (4, 40)];
        talk(&mut loudest, start, 0, 1000, &three);
        talk(
            &mut loudest,
            start,
            1000,
            2000,
            &[&three[..], &[(5, 36)]].concat(),
        );
        assert!(
            !loudest.heard_by(None).contains(&seat(5)),
            "4 dB are not enough"
        );
        talk(
            &mut loudest,
            start,
            2000,
            3000,
            &[&three[..], &[(5, 20)]].concat(),
        );
        let heard = loudest.heard_by(None);
        assert_eq!(heard[0], seat(5));
        assert!(!heard.contains(&seat(4)));
    }

    #[test]
    fn who_was_just_chosen_is_held() {
        let start = Instant::now();
        let mut loudest = Loudest::default();
        talk(&mut loudest, start, 0, 100, &[(1, 60), (2, 60), (3, 60)]);
        talk(&mut loudest, start, 100, 400, &[(5, 10)]);
        assert!(!loudest.heard_by(None).contains(&seat(5)));
        talk(&mut loudest, start, 400, 700, &[(5, 10)]);
        assert!(loudest.heard_by(None).contains(&seat(5)));
    }

    #[test]
    fn nobody_hears_itself() {
        let start = Instant::now();
        let mut loudest = Loudest::default();
        talk(&mut loudest, start, 0, 100, &[(1, 20), (2, 30)]);
        assert_eq!(loudest.heard_by(Some(seat(1))), [seat(2)]);
    }

    #[test]
    fn the_dominant_voice_comes_first_and_a_cough_does_not_change_it() {
        let start = Instant::now();
        let mut loudest = Loudest::default();
        talk(&mut loudest, start, 0, 1000, &[(1, 20), (2, 60)]);
        assert_eq!(loudest.heard_by(None)[0], seat(1));
        talk(&mut loudest, start, 1000, 2000, &[(1, 25), (2, 22)]);
        assert_eq!(loudest.heard_by(None)[0], seat(1), "3 dB are not enough");
        talk(&mut loudest, start, 2000, 2400, &[(1, 80), (2, 22)]);
        assert_eq!(loudest.heard_by(None)[0], seat(2));
        talk(&mut loudest, start, 2400, 2500, &[(1, 0), (2, 22)]);
        assert_eq!(
            loudest.heard_by(None)[0],
            seat(2),
            "not so soon after a change"
        );
    }

    #[test]
    fn who_loses_the_floor_or_stops_is_gone() {
        let start = Instant::now();
        let mut loudest = Loudest::default();
        talk(&mut loudest, start, 0, 100, &[(1, 20), (2, 30)]);
        assert!(loudest.keep(at(start, 100), |holder| holder == seat(2)));
        assert_eq!(loudest.heard_by(None), [seat(2)]);
        assert!(
            loudest.hear(at(start, 5000), seat(3), None),
            "the silent one made room"
        );
        assert_eq!(loudest.heard_by(None), [seat(3)]);
    }

    #[test]
    fn a_change_of_speaker_is_reported_once() {
        let start = Instant::now();
        let mut loudest = Loudest::default();
        talk(&mut loudest, start, 0, 200, &[(1, 20), (2, 127)]);
        assert_eq!(loudest.report(at(start, 200)), Some(vec![seat(1)]));
        assert_eq!(loudest.report(at(start, 600)), None);
        talk(&mut loudest, start, 600, 1000, &[(1, 127), (2, 127)]);
        assert_eq!(
            loudest.report(at(start, 1000)),
            None,
            "a pause between sentences"
        );
        talk(&mut loudest, start, 1000, 3000, &[(1, 127), (2, 20)]);
        assert_eq!(loudest.report(at(start, 3000)), Some(vec![seat(2)]));
    }
}
