//! The machine and the store don't know each other: the same UUID has a type in each.

use uuid::Uuid;

/// The same id in the other's type.
pub(crate) fn same<To: From<Uuid>>(id: impl Into<Uuid>) -> To {
    To::from(id.into())
}
