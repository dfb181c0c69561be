//! Who receives what: the plan and the voices turned into slots.

pub(crate) mod assign;
pub(crate) mod loudest;
pub(crate) mod router;
