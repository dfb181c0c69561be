//! Writing what was read, with other numbers.

use super::Descriptor;
use super::bits::{BitReader, BitWriter};
use crate::codec::layers::Target;

const MANDATORY_BITS: usize = 24;
const FLAGS: usize = 5;

impl Descriptor {
    /// Appends the descriptor with another frame number, for a viewer that gets the layers of `choice`.
    pub(crate) fn write(&self, frame_number: u16, choice: Target, out: &mut Vec<u8>) {
        let start = out.len();
        let offered = self.active.unwrap_or_else(|| self.structure.all_targets());
        let left = offered & self.structure.targets_within(choice);
        if left == offered || left == 0 {
            out.extend_from_slice(&self.raw);
        } else {
            let mut from = BitReader::new(&self.raw);
            let mut bits = BitWriter::new(out);
            bits.copy(&mut from, MANDATORY_BITS);
            let flags = from.read(FLAGS).unwrap_or_default();
            bits.write(flags | 0b01000, FLAGS);
            let targets = usize::from(self.structure.targets);
            bits.copy(&mut from, usize::from(self.active_at));
            bits.write(left, targets);
            if self.active.is_some() {
                from.at += targets;
            }
            bits.copy(&mut from, usize::from(self.end));
        }
        if let Some(number) = out.get_mut(start + 1..start + 3) {
            number.copy_from_slice(&frame_number.to_be_bytes());
        }
    }
}
