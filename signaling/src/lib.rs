//! giaoban
