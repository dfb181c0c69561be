//! A deliberately simple model of roster, lobby, floor and roll call, beside the machine, under thousands of random scripts of
//! joins, cuts, commands, batches, failed appends and restarts on a virtual clock.
//!
//! `GIAOBAN_MODEL_SCRIPTS` sets how many scripts, `GIAOBAN_MODEL_SEED` which.

mod pair;
mod reference;
mod script;

use pair::Pair;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use script::steps;

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

#[test]
fn the_machine_does_what_the_model_does() {
    let mut runner = TestRunner::new(Config {
        cases: u32::try_from(from_environment("GIAOBAN_MODEL_SCRIPTS", 2_000)).unwrap(),
        rng_seed: RngSeed::Fixed(from_environment("GIAOBAN_MODEL_SEED", 1)),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    });
    // Most scripts begin where most happens: in a session with everybody there.
    let scripts = (0..4_u8, proptest::collection::vec(steps(), 1..60));
    let result = runner.run(&scripts, |(beginning, script)| {
        let mut pair = Pair::new();
        if beginning > 0 {
            pair.begin();
        }
        for step in &script {
            pair.step(step);
        }
        pair.world.check_replay();
        pair.world.verify_ledger();
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
