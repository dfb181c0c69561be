//! The layers of a scalable stream, told alike for all codecs that have them.

/// A choice of layers: everything up to this resolution and this frame rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// 0 to 3.
    pub(crate) spatial: u8,
    /// 0 to 3.
    pub(crate) temporal: u8,
}

const LAYERS: u8 = 4;

impl Target {
    pub(crate) const ALL: Self = Self {
        spatial: LAYERS - 1,
        temporal: LAYERS - 1,
    };

    pub(crate) fn every() -> impl DoubleEndedIterator<Item = Self> {
        (0..LAYERS * LAYERS).map(|index| Self {
            spatial: index / LAYERS,
            temporal: index % LAYERS,
        })
    }

    /// Whether it asks for no more than another.
    pub(crate) const fn is_within(self, other: Self) -> bool {
        self.spatial <= other.spatial && self.temporal <= other.temporal
    }

    const fn bit(self) -> u16 {
        1 << (self.spatial * LAYERS + self.temporal)
    }
}

/// A set of choices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Targets(u16);

impl Targets {
    pub(crate) const ALL: Self = Self(u16::MAX);

    pub(crate) const fn has(self, target: Target) -> bool {
        self.0 & target.bit() != 0
    }

    pub(crate) const fn add(&mut self, target: Target) {
        self.0 |= target.bit();
    }

    pub(crate) const fn remove(&mut self, targets: Self) {
        self.0 &= !targets.0;
    }
}

impl FromIterator<Target> for Targets {
    fn from_iter<I: IntoIterator<Item = Target>>(targets: I) -> Self {
        let mut all = Self::default();
        for target in targets {
            all.add(target);
        }
        all
    }
}

/// Where a packet stands among the layers of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) spatial: u8,
    pub(crate) temporal: u8,
    /// The choices that cannot do without it.
    pub(crate) needed: Targets,
    /// Whether it is the last packet of its layer of the picture.
    pub(crate) ends: bool,
}

/// Chooses the packets of a scalable stream for one viewer: moves to other layers only at pictures from which they can be
/// decoded with what the viewer has been sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Selector {
    current: Target,
    wanted: Target,
    /// The choices of which nothing was left out since the last key frame.
    complete: Targets,
    picture: Option<u32>,
}

impl Default for Selector {
    fn default() -> Self {
        Self {
            current: Target::ALL,
            wanted: Target::ALL,
            complete: Targets::default(),
            picture: None,
        }
    }
}

impl Selector {
    pub(crate) const fn want(&mut self, target: Target) {
        self.wanted = target;
    }

    /// Another stream follows, of which nothing is known yet.
    pub(crate) const fn restart(&mut self) {
        *self = Self {
            current: self.wanted,
            wanted: self.wanted,
            complete: Targets(0),
            picture: None,
        };
    }

    pub(crate) const fn current(&self) -> Target {
        self.current
    }

    /// Whether only a key frame brings what is wanted.
    pub(crate) fn needs_keyframe(&self) -> bool {
        let resolution = self.current.spatial != self.wanted.spatial
            && !self.complete.has(Target {
                spatial: self.wanted.spatial,
                temporal: 0,
            });
        let rate = self.current.temporal < self.wanted.temporal
            && !self.complete.has(Target {
                temporal: self.wanted.temporal,
                ..self.current
            });
        self.picture.is_some() && (resolution || rate)
    }

    /// Whether the packet is for the viewer. `in_order`: it is newer than all before; `starts_keyframe`: a decoder can
    /// start with it.
    pub(crate) fn take(
        &mut self,
        frame: Frame,
        timestamp: u32,
        starts_keyframe: bool,
        in_order: bool,
    ) -> bool {
        if in_order && (self.picture != Some(timestamp) || starts_keyframe) {
            self.picture = Some(timestamp);
            self.start_picture(frame, starts_keyframe);
        }
        let takes = frame.needed.has(self.current);
        if !takes {
            self.complete.remove(frame.needed);
        }
        takes
    }

    fn start_picture(&mut self, frame: Frame, starts_keyframe: bool) {
        if starts_keyframe {
            self.complete = Targets::ALL;
        } else if frame.temporal == 0 {
            // In all structures in use, pictures of higher frame rates lean on nothing before the last base picture.
            let complete = self.complete;
            self.complete = Target::every()
                .filter(|target| {
                    complete.has(Target {
                        temporal: 0,
                        ..*target
                    })
                })
                .collect();
        }
        let best = Target::every()
            .rev()
            .find(|target| target.is_within(self.wanted) && self.complete.has(*target));
        self.current = best.unwrap_or(self.current);
    }
}

#[cfg(test)]
#[path = "layers_test.rs"]
mod tests;
