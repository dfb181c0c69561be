//! What somebody who comes back has missed.

use super::chat::SHOWN;
use super::dirty::Section;
use super::roster::Seat;
use super::view::{Class, Eye};
use crate::ids::PointId;
use crate::wire::Change;

impl Eye<'_> {
    /// What a seat that saw everything up to `seq` has to be told; `None` if only the whole view will do.
    pub(crate) fn since(&self, seat: &Seat, seq: u64) -> Option<Vec<Change>> {
        let marks = &self.state.marks;
        if seq > self.state.head.seq || seat.scope_changed > seq || marks.everything() > seq {
            return None;
        }
        let class = Class::of(seat);
        let touched = |sections: &[Section]| {
            sections.iter().any(|section| {
                marks.section(*section) > seq || self.live.section_since(*section, seq)
            })
        };
        let mut changes = Vec::new();
        let groups: [(&[Section], Section); 6] = [
            (&[Section::Briefing], Section::Briefing),
            (&[Section::Phase], Section::Phase),
            (&[Section::Floor, Section::Queue], Section::Floor),
            (&[Section::Stage, Section::Shares], Section::Stage),
            (&[Section::Agenda], Section::Agenda),
            (&[Section::Roll, Section::RollProgress], Section::Roll),
        ];
        for (watched, section) in groups {
            if touched(watched) {
                changes.extend(self.change(seat, section));
            }
        }
        if seat.changed > seq || self.state.row_changed(seat.point) > seq {
            changes.push(Change::Me(self.me(seat)));
        }
        let newer =
            |point: PointId| self.state.row_changed(point) > seq || self.live.row_since(point, seq);
        let rows = if class == Class::Board {
            let lines = self.state.invited.setup.points.iter();
            self.rows_of(lines.map(|line| line.point).filter(|point| newer(*point)))
        } else {
            self.rows_of([seat.point].into_iter().filter(|point| newer(*point)))
        };
        if !rows.is_empty() {
            changes.push(Change::Points(rows));
        }
        if class > Class::Waiting {
            let chat = self.state.chat.readable(seat, seq);
            debug_assert!(chat.len() <= SHOWN, "a view shows no more");
            if !chat.is_empty() {
                changes.push(Change::Chat(chat));
            }
        }
        if class == Class::Board {
            changes.push(Change::Counts(self.all_counts()));
            if touched(&[Section::Lobby]) {
                changes.push(Change::Lobby(self.lobby(class)));
            }
            if touched(&[Section::Children]) {
                changes.push(Change::Children(self.children(class)));
            }
            let quality: Vec<_> = self.live.qualities.since(seq).cloned().collect();
            if !quality.is_empty() {
                changes.push(Change::Quality(quality));
            }
        }
        Some(changes)
    }
}
