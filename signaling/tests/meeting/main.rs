//! Briefings played by named participants on a virtual clock.

#![cfg(test)]

mod floor;
mod model;
mod world;
