use clap::Parser;
use giaoban_server::cli::Cli;
use std::process::ExitCode;

/// Gives freed memory back late instead of growing and trimming arenas at every burst, and mixes the threads' memory less.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
