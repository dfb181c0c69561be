//! The machine knows no socket, no runtime and no database: its dependencies say so.

#![cfg(test)]

use std::process::Command;

#[test]
fn nothing_that_does_io_is_below_this_crate() {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "-p",
            "giaoban-signaling",
            "-e",
            "normal",
            "--prefix",
            "none",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.contains("giaoban-signaling"));
    for banned in ["tokio", "axum", "sqlx", "hyper", "mio", "reqwest"] {
        let found = tree
            .lines()
            .any(|line| line.split(' ').next() == Some(banned));
        assert!(!found, "{banned} is below the pure crate:\n{tree}");
    }
}
