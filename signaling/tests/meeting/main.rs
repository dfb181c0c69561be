//! Briefings played by named participants on a virtual clock.

mod floor;
mod world;
