#![no_main]
use giaoban_store::units::fuzzing::units_csv as run;
libfuzzer_sys::fuzz_target!(|input: &[u8]| run(input));
