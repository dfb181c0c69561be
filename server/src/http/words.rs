//! Schemas of the store's enumerations: the words are read from the store, so they can't differ.

use giaoban_store::{BriefingState, Locale, ParticipantRole, PointKind, Role, Tier};
use std::borrow::Cow;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! words {
    ($($(#[$meta:meta])* $name:ident of $source:ident;)+) => {$(
        $(#[$meta])*
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                RefOr::T(Schema::Object(
                    ObjectBuilder::new()
                        .schema_type(SchemaType::new(Type::String))
                        .enum_values(Some($source::ALL.iter().map(|word| word.as_str())))
                        .build(),
                ))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($source))
            }
        }
    )+};
}

words! {
    /// Level of a unit.
    TierWord of Tier;
    /// What an account may do within the subtree of a unit.
    RoleWord of Role;
    /// Where a briefing stands.
    BriefingStateWord of BriefingState;
    /// Role of a person in one briefing.
    ParticipantRoleWord of ParticipantRole;
    /// What a point is.
    PointKindWord of PointKind;
    /// Language of the interface.
    LocaleWord of Locale;
}
