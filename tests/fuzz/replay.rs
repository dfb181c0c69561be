//! Runs fuzz targets over the committed corpus, as ordinary tests: what a fuzzer once found stays found.

use std::path::Path;

/// A target's name, and what it does with an input.
pub(crate) type Target = (&'static str, fn(&[u8]));

/// Every target over every file of its folder. Names each file before it is run, so that a failure tells which it was.
pub(crate) fn replay(targets: &[Target]) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("tests/fuzz/corpus"))
        .find(|folder| folder.is_dir())
        .unwrap();
    for (name, run) in targets {
        let mut count = 0;
        for file in std::fs::read_dir(corpus.join(name)).unwrap() {
            let path = file.unwrap().path();
            println!("{}", path.display());
            run(&std::fs::read(&path).unwrap());
            count += 1;
        }
        assert!(count > 0, "no corpus for {name}");
    }
}
