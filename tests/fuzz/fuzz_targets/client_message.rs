#![no_main]
use giaoban_signaling::wire::fuzzing::client_message as run;
libfuzzer_sys::fuzz_target!(|input: &[u8]| run(input));
