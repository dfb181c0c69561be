//! HTTPS by this server itself: certificates that the operator gives, taken up anew when their files change.

mod certificate;
mod listener;
mod pinned;
mod redirect;

pub use certificate::{
    Certificate, CertificateError, not_after, self_signed, subject_names, unbroken,
};
pub use listener::TlsListener;
pub use pinned::Pinned;
pub(crate) use redirect::router as redirect;
