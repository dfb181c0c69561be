//! The web client's protocol types are these very types. The generated file is committed; this test fails when it differs.
//! `GIAOBAN_UPDATE=1 cargo test -p giaoban-signaling --test typescript` writes it anew.

use giaoban_signaling::wire::{ClientMessage, PROTOCOL, ServerMessage};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = "../web-client/src/protocol/generated.ts";

/// Every declared type that is reachable from the two message types, by name.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_none() {
            // Strings, numbers, lists: nothing to declare, but their parts may be.
            return;
        }
        let name = T::name(&self.config);
        if self.by_name.contains_key(&name) {
            return;
        }
        let docs = T::docs().unwrap_or_default();
        let declaration = T::decl(&self.config);
        self.by_name
            .insert(name, format!("{docs}export {declaration}\n"));
        T::visit_dependencies(self);
    }
}

fn generate() -> String {
    let mut declarations = Declarations {
        config: Config::default(),
        by_name: BTreeMap::new(),
    };
    declarations.visit::<ClientMessage>();
    declarations.visit::<ServerMessage>();
    let mut text = String::from(
        "// Generated from the crate giaoban-signaling. To change it, change the Rust types and run\n\
         // GIAOBAN_UPDATE=1 cargo test -p giaoban-signaling --test typescript\n\n",
    );
    let _ = writeln!(text, "export const PROTOCOL = {PROTOCOL};\n");
    for declaration in declarations.by_name.values() {
        text.push_str(declaration);
        text.push('\n');
    }
    format!("{}\n", text.trim_end())
}

#[test]
fn the_web_clients_types_are_the_protocols_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let generated = generate();
    if std::env::var_os("GIAOBAN_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "{FILE} is not what the Rust types say; run with GIAOBAN_UPDATE=1 and commit it"
    );
}
