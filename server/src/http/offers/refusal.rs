use super::{FRAGMENT, SDP, headers};
use crate::problem::Problem;
use crate::rooms::OfferError;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giaoban_media::MediaError;

/// Why WHIP or WHEP refuses.
#[derive(Debug)]
pub(in crate::http) enum Refusal {
    NoToken,
    MediaType(&'static str),
    NotAcceptable,
    NotSdp,
    PreconditionRequired,
    PreconditionFailed,
    Offer(OfferError),
}

impl From<OfferError> for Refusal {
    fn from(error: OfferError) -> Self {
        Self::Offer(error)
    }
}

impl From<MediaError> for Refusal {
    fn from(error: MediaError) -> Self {
        Self::Offer(OfferError::Media(error))
    }
}

impl Refusal {
    fn problem(&self) -> Problem {
        match self {
            Self::NoToken => Problem::new(
                StatusCode::UNAUTHORIZED,
                "token_missing",
                "Thiếu mã vào họp trong Authorization: Bearer.",
                "The join token is missing in Authorization: Bearer.",
            ),
            Self::MediaType(expected) => Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "media_type_unsupported",
                format!("Nội dung phải là {expected}."),
                format!("The body must be {expected}."),
            ),
            Self::NotAcceptable => Problem::new(
                StatusCode::NOT_ACCEPTABLE,
                "not_acceptable",
                "Máy chủ chỉ trả lời bằng application/sdp.",
                "The server answers with application/sdp only.",
            ),
            Self::NotSdp => Problem::new(
                StatusCode::BAD_REQUEST,
                "media_offer_invalid",
                "Nội dung không phải là mô tả phiên SDP.",
                "The body is not a session description.",
            ),
            Self::PreconditionRequired => Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "precondition_required",
                "Thiếu If-Match.",
                "If-Match is missing.",
            ),
            Self::PreconditionFailed => Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "Phiên ICE này đã được thay.",
                "That ICE session has been replaced.",
            ),
            Self::Offer(error) => offer_problem(error),
        }
    }
}

fn offer_problem(error: &OfferError) -> Problem {
    match error {
        OfferError::BadToken => Problem::new(
            StatusCode::UNAUTHORIZED,
            "token_invalid",
            "Mã vào họp không đúng hoặc đã hết hạn.",
            "The token is wrong or has expired.",
        ),
        OfferError::OtherBriefing => Problem::new(
            StatusCode::FORBIDDEN,
            "token_for_other_briefing",
            "Mã này là của phiên họp khác.",
            "This token belongs to another briefing.",
        ),
        OfferError::MayNotPublish => Problem::new(
            StatusCode::FORBIDDEN,
            "may_not_publish",
            "Mã này chỉ dùng để xem.",
            "This token is for watching only.",
        ),
        OfferError::Ended => Problem::new(
            StatusCode::CONFLICT,
            "briefing_ended",
            "Phiên họp đã kết thúc.",
            "The briefing is over.",
        ),
        OfferError::Refused(code) => Problem::new(
            StatusCode::CONFLICT,
            "seat_refused",
            format!("Không vào được phiên họp ({code:?})."),
            format!("The seat cannot be taken ({code:?})."),
        ),
        OfferError::WatchersFull { most } => Problem::new(
            StatusCode::CONFLICT,
            "watch_link_full",
            format!("Đường xem này chỉ dành cho {most} màn hình, đã đủ."),
            format!("This watch link is for {most} screens, and all are taken."),
        ),
        OfferError::UnknownSession | OfferError::Media(MediaError::UnknownPeer) => {
            Problem::not_found(
                "Không có phiên truyền này.",
                "There is no such media session.",
            )
        }
        OfferError::Media(MediaError::InvalidOffer(reason)) => Problem::new(
            StatusCode::BAD_REQUEST,
            "media_offer_invalid",
            "Mô tả phiên SDP không đúng.",
            "The session description is not valid.",
        )
        .with_detail(reason.clone(), reason.clone()),
        OfferError::Media(MediaError::UnacceptableOffer(reason)) => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "media_offer_unacceptable",
            "Không dùng được mô tả phiên SDP này.",
            "This session description cannot be used.",
        )
        .with_detail(*reason, *reason),
        OfferError::Media(MediaError::Stopping) | OfferError::Stopping => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "stopping",
            "Máy chủ đang khởi động lại.",
            "The server is restarting.",
        )
        .retry_after(2),
        OfferError::Store(cause) => Problem::store_unavailable(cause).retry_after(5),
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.problem().into_response();
        let sent = response.headers_mut();
        headers::add_cors(sent);
        let (name, value): (HeaderName, &'static str) = match self {
            Self::NoToken => (header::WWW_AUTHENTICATE, "Bearer"),
            Self::Offer(OfferError::BadToken) => {
                (header::WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
            }
            Self::Offer(OfferError::OtherBriefing | OfferError::MayNotPublish) => (
                header::WWW_AUTHENTICATE,
                "Bearer error=\"insufficient_scope\"",
            ),
            Self::MediaType(FRAGMENT) => (HeaderName::from_static("accept-patch"), FRAGMENT),
            Self::MediaType(_) => (HeaderName::from_static("accept-post"), SDP),
            _ => return response,
        };
        sent.insert(name, HeaderValue::from_static(value));
        response
    }
}
