use crate::front::Places;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[limits]`: how much one server takes on, so that nobody can use all of it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Giới hạn để không ai dùng hết máy chủ")]
pub struct LimitsConfig {
    /// Most windows and devices in one briefing at once. The national briefing has 3,355 points.
    #[schemars(description = "Số người và thiết bị tối đa trong một phiên cùng lúc")]
    pub participants: u32,
    /// Most windows of one account at once, over all briefings.
    #[schemars(description = "Số cửa sổ họp tối đa của một tài khoản cùng lúc")]
    pub sockets_per_account: u32,
    /// Most briefings that one account plans within 24 hours; a weekly repetition counts as one.
    #[schemars(
        description = "Số phiên tối đa một tài khoản lập trong 24 giờ; một lịch lặp tính là một"
    )]
    pub briefings_per_day: u32,
    /// Requests of one account at once, and as many more in each minute.
    #[schemars(
        description = "Số yêu cầu REST một tài khoản gửi được một lúc, và thêm chừng ấy mỗi phút"
    )]
    pub requests_per_minute: u32,
    /// Most connections that have not sent a whole request yet.
    #[schemars(description = "Số kết nối tối đa chưa gửi trọn một yêu cầu")]
    pub waiting_connections: usize,
    /// Most of these from one address.
    #[schemars(description = "Trong đó, của một địa chỉ")]
    pub waiting_per_address: usize,
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            participants: 5_000,
            sockets_per_account: 16,
            briefings_per_day: 200,
            requests_per_minute: 1_200,
            waiting_connections: 4_096,
            waiting_per_address: 1_024,
        }
    }
}

impl LimitsConfig {
    #[must_use]
    pub fn places(&self) -> Places {
        Places {
            in_all: self.waiting_connections,
            of_address: self.waiting_per_address,
        }
    }
}
