//! The web client is compiled in, so a new build of it must lead to a new build of the server.
fn main() {
    println!("cargo::rerun-if-changed=../web-client/dist");
}
