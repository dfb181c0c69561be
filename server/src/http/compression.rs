//! Pages, scripts and lists are compressed on the way out: a commune's link is 1 to 2 Mbps.

use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{
    DefaultPredicate, NotForContentType, Predicate, SizeAbove,
};

/// Shorter answers fit one packet anyway.
const WORTHWHILE: u64 = 1_024;
/// What is compressed already, or must not be: the network test sends noise to measure the link.
const NEVER: [NotForContentType; 3] = [
    NotForContentType::const_new("application/octet-stream"),
    NotForContentType::const_new("application/vnd."),
    NotForContentType::const_new("font/"),
];

pub(super) fn layer() -> CompressionLayer<impl Predicate> {
    let [noise, office, fonts] = NEVER;
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(
            DefaultPredicate::new()
                .and(SizeAbove::new(WORTHWHILE))
                .and(noise)
                .and(office)
                .and(fonts),
        )
}
