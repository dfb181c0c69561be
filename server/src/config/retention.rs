use crate::personal::Class;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[retention]`: after how many days what ledgers say about people is erased. Unset: kept. The facts themselves, and their
/// chain, stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    description = "Sau bao nhiêu ngày thì xóa dữ liệu cá nhân trong sổ phiên; bỏ trống: giữ"
)]
pub struct RetentionConfig {
    #[schemars(description = "Họ tên, chức vụ")]
    pub identity_days: Option<u32>,
    #[schemars(description = "Tin nhắn")]
    pub message_days: Option<u32>,
    #[schemars(description = "Lý do vắng, lý do mời ra")]
    pub note_days: Option<u32>,
    #[schemars(description = "Điện thoại kỹ thuật")]
    pub contact_days: Option<u32>,
}

impl RetentionConfig {
    /// How long a class is kept.
    #[must_use]
    pub fn days(&self, class: Class) -> Option<u32> {
        match class {
            Class::Identity => self.identity_days,
            Class::Message => self.message_days,
            Class::Note => self.note_days,
            Class::Contact => self.contact_days,
        }
    }
}
