//! Briefings played by named participants on a virtual clock.

#![cfg(test)]

mod agenda;
mod attendance;
mod chat;
mod floor;
mod ledger;
mod lobby;
mod model;
mod quality;
mod replanned;
mod roll_call;
mod session;
mod stage;
mod storm;
mod tree;
mod wire;
mod world;
