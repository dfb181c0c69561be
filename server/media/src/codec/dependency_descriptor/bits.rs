//! Fields that end anywhere in an octet.

#[derive(Clone, Copy, Debug)]
pub(super) struct BitReader<'a> {
    octets: &'a [u8],
    pub(super) at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) const fn new(octets: &'a [u8]) -> Self {
        Self { octets, at: 0 }
    }

    /// The next `count` bits, at most 32; `None` behind the end.
    pub(super) fn read(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let octet = *self.octets.get(self.at / 8)?;
            value = (value << 1) | u32::from((octet >> (7 - self.at % 8)) & 1);
            self.at += 1;
        }
        Some(value)
    }

    pub(super) fn flag(&mut self) -> Option<bool> {
        Some(self.read(1)? == 1)
    }

    /// As few bits, at most 8, as an octet holds.
    pub(super) fn small(&mut self, count: usize) -> Option<u8> {
        u8::try_from(self.read(count)?).ok()
    }

    /// A value below `limit` in the fewest bits (the specification's `ns(n)`).
    pub(super) fn below(&mut self, limit: u32) -> Option<u32> {
        let width = (u32::BITS - limit.leading_zeros()) as usize;
        let short = (1_u32 << width) - limit;
        let value = self.read(width.checked_sub(1)?)?;
        if value < short {
            return Some(value);
        }
        Some((value << 1) + self.read(1)? - short)
    }
}

/// Appends bits to a buffer.
#[derive(Debug)]
pub(super) struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Bits of the last octet that are taken.
    taken: usize,
}

impl<'a> BitWriter<'a> {
    pub(super) const fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, taken: 8 }
    }

    pub(super) fn write(&mut self, value: u32, count: usize) {
        for bit in (0..count).rev() {
            if self.taken == 8 {
                self.out.push(0);
                self.taken = 0;
            }
            if (value >> bit) & 1 == 1
                && let Some(last) = self.out.last_mut()
            {
                *last |= 0x80 >> self.taken;
            }
            self.taken += 1;
        }
    }

    /// Copies bits up to position `end` of the reader's octets; stops where they end.
    pub(super) fn copy(&mut self, from: &mut BitReader, end: usize) {
        while from.at < end {
            let count = (end - from.at).min(32);
            let Some(value) = from.read(count) else {
                return;
            };
            self.write(value, count);
        }
    }
}
