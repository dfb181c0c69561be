//! Enumerations that are stored and sent as one word.

/// A word that is none of the values of its enumeration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a known {what}")]
pub struct UnknownValue {
    /// Name of the enumeration.
    pub what: &'static str,
    /// The word that was read.
    pub word: String,
}

/// Defines an enumeration whose values have one stable `snake_case` word each, the same in the
/// database, in JSON and in CSV.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable word of this value.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownValue;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::model::UnknownValue {
                        what: stringify!($name),
                        word: word.to_owned(),
                    }),
                }
            }
        }

        impl $crate::db::value::Param for $name {
            type Wire = String;

            fn into_wire(self) -> Result<String, $crate::StoreError> {
                Ok(self.as_str().to_owned())
            }
        }

        impl $crate::db::value::Field for $name {
            type Wire = String;

            fn from_wire(wire: String) -> Result<Self, $crate::db::value::BadField> {
                Ok(wire.parse::<Self>()?)
            }
        }
    };
}

pub(crate) use text_enum;
