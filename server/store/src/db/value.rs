//! How Rust values travel to and from both databases.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use sqlx::{Decode, Encode, Postgres, Sqlite, Type};
use uuid::Uuid;

use crate::StoreError;
use crate::model::ids::UnitCode;

/// Why a stored value could not be read back.
pub(crate) type BadField = Box<dyn std::error::Error + Send + Sync>;

/// A type that both drivers carry.
pub(crate) trait Wire:
    Send
    + 'static
    + Type<Sqlite>
    + Type<Postgres>
    + for<'q> Encode<'q, Sqlite>
    + for<'q> Encode<'q, Postgres>
    + for<'r> Decode<'r, Sqlite>
    + for<'r> Decode<'r, Postgres>
{
}

impl<T> Wire for T where
    T: Send
        + 'static
        + Type<Sqlite>
        + Type<Postgres>
        + for<'q> Encode<'q, Sqlite>
        + for<'q> Encode<'q, Postgres>
        + for<'r> Decode<'r, Sqlite>
        + for<'r> Decode<'r, Postgres>
{
}

/// A value that can be bound to a query.
pub(crate) trait Param {
    type Wire: Wire;

    fn into_wire(self) -> Result<Self::Wire, StoreError>;
}

/// A value that can be read from a row.
pub(crate) trait Field: Sized {
    type Wire: Wire;

    fn from_wire(wire: Self::Wire) -> Result<Self, BadField>;
}

impl<T: Param> Param for Option<T>
where
    Option<T::Wire>: Wire,
{
    type Wire = Option<T::Wire>;

    fn into_wire(self) -> Result<Self::Wire, StoreError> {
        self.map(T::into_wire).transpose()
    }
}

impl<T: Field> Field for Option<T>
where
    Option<T::Wire>: Wire,
{
    type Wire = Option<T::Wire>;

    fn from_wire(wire: Self::Wire) -> Result<Self, BadField> {
        wire.map(T::from_wire).transpose()
    }
}

macro_rules! as_they_are {
    ($($type:ty),+) => {
        $(
            impl Param for $type {
                type Wire = Self;

                fn into_wire(self) -> Result<Self, StoreError> {
                    Ok(self)
                }
            }

            impl Field for $type {
                type Wire = Self;

                fn from_wire(wire: Self) -> Result<Self, BadField> {
                    Ok(wire)
                }
            }
        )+
    };
}

as_they_are!(bool, i64, Uuid, NaiveDate, Vec<u8>);

impl Param for &[u8] {
    type Wire = Vec<u8>;

    fn into_wire(self) -> Result<Vec<u8>, StoreError> {
        Ok(self.to_vec())
    }
}

impl<const N: usize> Param for [u8; N] {
    type Wire = Vec<u8>;

    fn into_wire(self) -> Result<Vec<u8>, StoreError> {
        Ok(self.to_vec())
    }
}

impl<const N: usize> Field for [u8; N] {
    type Wire = Vec<u8>;

    fn from_wire(wire: Vec<u8>) -> Result<Self, BadField> {
        let length = wire.len();
        Self::try_from(wire).map_err(|_| format!("{length} bytes instead of {N}").into())
    }
}

/// PostgreSQL refuses a NUL in text and SQLite cuts there when it compares: both refuse it here.
impl Param for String {
    type Wire = Self;

    fn into_wire(self) -> Result<Self, StoreError> {
        if self.contains('\0') {
            return Err(StoreError::InvalidText);
        }
        Ok(self)
    }
}

impl Field for String {
    type Wire = Self;

    fn from_wire(wire: Self) -> Result<Self, BadField> {
        Ok(wire)
    }
}

impl Param for &str {
    type Wire = String;

    fn into_wire(self) -> Result<String, StoreError> {
        self.to_owned().into_wire()
    }
}

impl Param for &String {
    type Wire = String;

    fn into_wire(self) -> Result<String, StoreError> {
        self.clone().into_wire()
    }
}

impl Param for UnitCode {
    type Wire = String;

    fn into_wire(self) -> Result<String, StoreError> {
        String::from(self).into_wire()
    }
}

impl Param for &UnitCode {
    type Wire = String;

    fn into_wire(self) -> Result<String, StoreError> {
        self.as_str().into_wire()
    }
}

impl Field for UnitCode {
    type Wire = String;

    fn from_wire(wire: String) -> Result<Self, BadField> {
        Ok(Self::from(wire))
    }
}

/// Every number is a BIGINT: the databases have no unsigned ones.
macro_rules! as_bigint {
    ($($type:ty),+) => {
        $(
            impl Param for $type {
                type Wire = i64;

                fn into_wire(self) -> Result<i64, StoreError> {
                    i64::try_from(self).map_err(|_| StoreError::OutOfRange)
                }
            }

            impl Field for $type {
                type Wire = i64;

                fn from_wire(wire: i64) -> Result<Self, BadField> {
                    Ok(<$type>::try_from(wire)?)
                }
            }
        )+
    };
}

as_bigint!(u32, u64, usize);

/// PostgreSQL keeps microseconds: cut here, so that both databases give back the same.
pub(crate) fn whole_micros(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

impl Param for DateTime<Utc> {
    type Wire = Self;

    fn into_wire(self) -> Result<Self, StoreError> {
        Ok(whole_micros(self))
    }
}

impl Field for DateTime<Utc> {
    type Wire = Self;

    fn from_wire(wire: Self) -> Result<Self, BadField> {
        Ok(wire)
    }
}

impl Param for crate::model::lease::Fence {
    type Wire = i64;

    fn into_wire(self) -> Result<i64, StoreError> {
        self.0.into_wire()
    }
}
