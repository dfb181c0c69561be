//! What the fuzzers have found interesting, through the same functions, on every run of the tests.

#![expect(
    clippy::unwrap_used,
    reason = "a corpus that cannot be read should fail the test"
)]

#[path = "../../../tests/fuzz/replay.rs"]
mod replay;

#[test]
fn no_input_of_the_corpus_breaks_a_parser() {
    replay::replay(&[("units_csv", giaoban_store::units::fuzzing::units_csv)]);
}
