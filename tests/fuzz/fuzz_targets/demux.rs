#![no_main]
use giaoban_media::fuzzing::demux as run;
libfuzzer_sys::fuzz_target!(|input: &[u8]| run(input));
