//! `POST /api/v1/auth/password`

use super::totp::confirm_password;
use crate::app::App;
use crate::audit::Deed;
use crate::auth::OwnAccount;
use crate::auth::password::{self, MAX_LENGTH, MIN_LENGTH, PasswordError};
use crate::http::body::Body;
use crate::http::validation::Fields;
use crate::problem::Problem;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(change))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current_password: String,
    /// 12 to 128 characters.
    new_password: String,
}

/// Changes the own password. Every other sign-in of the account and every join token given to it ends.
#[utoipa::path(
    post, path = "/auth/password", tag = "auth", request_body = ChangePassword,
    responses(
        (status = 204, description = "Changed"), (status = 401, description = "`bad_credentials`"),
        (status = 422, description = "`invalid_fields`"), (status = 429, description = "`too_many_attempts` or `too_many_requests`"),
    )
)]
async fn change(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
    Body(given): Body<ChangePassword>,
) -> Result<StatusCode, Problem> {
    let new = given.new_password;
    let same = new == given.current_password;
    confirm_password(&app, &caller, given.current_password).await?;
    if same && caller.account.password_until.is_some() {
        let mut fields = Fields::default();
        fields.refuse(
            "new_password",
            "same",
            "Chọn mật khẩu khác mật khẩu đã được cấp.",
            "Choose another than the one you were given.",
        );
        return fields.check().map(|()| StatusCode::NO_CONTENT);
    }
    let hashed = tokio::task::spawn_blocking(move || password::hash(&new))
        .await
        .map_err(|error| Problem::internal(&error))?;
    let hash = match hashed {
        Ok(hash) => hash,
        Err(PasswordError::Length) => {
            let mut fields = Fields::default();
            fields.refuse(
                "new_password",
                "bad_length",
                format!("Từ {MIN_LENGTH} đến {MAX_LENGTH} ký tự."),
                format!("{MIN_LENGTH} to {MAX_LENGTH} characters."),
            );
            return fields.check().map(|()| StatusCode::NO_CONTENT);
        }
        Err(error) => return Err(Problem::internal(&error)),
    };
    let account = caller.account.id;
    app.store
        .accounts()
        .set_password(account, &hash, app.clock.now())
        .await?;
    app.store
        .sessions()
        .revoke_all(account, Some(caller.session.id))
        .await?;
    super::logout::revoke_tokens(&app, account).await?;
    app.audit.by(&caller, Deed::PasswordChanged).await?;
    Ok(StatusCode::NO_CONTENT)
}
