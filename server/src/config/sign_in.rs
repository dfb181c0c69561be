use super::list::list;
use giaoban_store::{Grant, Role};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[sign_in]`: what signing in asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Đăng nhập")]
pub struct SignInConfig {
    /// Whoever has one of these roles for any unit must have a second factor: without it the account can be signed in to, and
    /// do nothing but set it up.
    #[serde(deserialize_with = "list")]
    #[schemars(
        with = "Vec<String>",
        description = "Vai trò bắt buộc xác thực hai bước, chẳng hạn `administrator`, `secretary`: chưa bật thì chỉ vào được trang Tài khoản để bật. Bỏ trống: ai muốn thì bật"
    )]
    pub second_factor_roles: Vec<Role>,
}

impl SignInConfig {
    /// Whether an account with these roles must have a second factor.
    #[must_use]
    pub fn requires_second_factor(&self, grants: &[Grant]) -> bool {
        grants
            .iter()
            .any(|grant| self.second_factor_roles.contains(&grant.role))
    }
}
