#![no_main]
use giaoban_media::fuzzing::dependency_descriptor as run;
libfuzzer_sys::fuzz_target!(|input: &[u8]| run(input));
