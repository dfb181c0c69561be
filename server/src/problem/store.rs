use super::Problem;
use axum::http::StatusCode;
use giaoban_store::StoreError;

/// What the store says, as a refusal.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::store_unavailable(&error),
            StoreError::NotFound(_) => {
                Self::not_found("Không tìm thấy.", "There is no such thing.")
            }
            StoreError::Stale(_) => Self::new(
                StatusCode::CONFLICT,
                "revision_conflict",
                "Người khác vừa sửa. Tải lại rồi sửa tiếp.",
                "Somebody else has changed it. Load it again, then go on.",
            ),
            StoreError::Taken(_) => Self::new(
                StatusCode::CONFLICT,
                "taken",
                "Tên hoặc mã này đã có.",
                "This name or code is taken.",
            ),
            StoreError::UnknownReference(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "unknown_reference",
                "Có mục trỏ tới dữ liệu không tồn tại.",
                "It names something that is not there.",
            ),
            StoreError::Circular(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "circular",
                "Một phiên không thể là phiên con của chính nó.",
                "A briefing cannot be below itself.",
            ),
            StoreError::InvalidText => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "bad_text",
                "Nội dung có ký tự không lưu được.",
                "The text holds a character that cannot be kept.",
            ),
            StoreError::OutOfRange => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "out_of_range",
                "Có số lớn quá mức lưu được.",
                "A number is larger than can be kept.",
            ),
            StoreError::BadCursor => Self::new(
                StatusCode::BAD_REQUEST,
                "bad_cursor",
                "Vị trí trang không hợp lệ.",
                "The cursor is none that a page gave.",
            ),
            _ => Self::internal(&error),
        }
    }
}
