//! `/api/v1/auth/totp`: setting up a second factor, and giving it up.

use crate::app::App;
use crate::audit::Deed;
use crate::auth::{Caller, OwnAccount, password, throttle, totp};
use crate::http::body::Body;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(begin))
        .routes(routes!(confirm))
        .routes(routes!(disable))
}

/// Why a second factor was not changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum TotpRefusal {
    #[error("there is a second factor already")]
    On,
    #[error("no second factor is being set up")]
    Off,
    #[error("the code is wrong")]
    WrongCode,
    #[error("a code is needed")]
    CodeNeeded,
}

impl From<TotpRefusal> for Problem {
    fn from(refusal: TotpRefusal) -> Self {
        match refusal {
            TotpRefusal::On => Self::new(
                StatusCode::CONFLICT,
                "totp_enabled",
                "Tài khoản đã bật xác thực hai bước.",
                "The account has a second factor already.",
            ),
            TotpRefusal::Off => Self::new(
                StatusCode::CONFLICT,
                "totp_disabled",
                "Tài khoản chưa bật xác thực hai bước.",
                "The account has no second factor.",
            ),
            TotpRefusal::WrongCode => Self::new(
                StatusCode::UNAUTHORIZED,
                "bad_totp",
                "Mã xác thực không đúng hoặc đã dùng. Chờ mã mới rồi nhập lại.",
                "The code is wrong or was used already. Wait for the next one.",
            ),
            TotpRefusal::CodeNeeded => Self::new(
                StatusCode::UNAUTHORIZED,
                "totp_required",
                "Nhập mã xác thực trong ứng dụng trên điện thoại.",
                "Enter the code of your authenticator.",
            ),
        }
    }
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct BeginTotp {
    /// The account's password, so that an open browser is not enough.
    password: String,
}

/// What an authenticator needs. Shown this once.
#[derive(Serialize, utoipa::ToSchema)]
struct TotpSetup {
    /// Base 32, to be typed where no code can be scanned.
    secret: String,
    /// `otpauth://totp/…`
    uri: String,
    /// The same as a QR code: an SVG picture.
    qr_svg: String,
}

/// Begins to set up a second factor. Nothing changes until it is confirmed.
#[utoipa::path(
    post, path = "/auth/totp", tag = "auth", request_body = BeginTotp,
    responses(
        (status = 200, body = TotpSetup), (status = 401, description = "`bad_credentials`"),
        (status = 409, description = "`totp_enabled`"), (status = 429, description = "`too_many_attempts` or `too_many_requests`"),
    )
)]
async fn begin(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
    Body(given): Body<BeginTotp>,
) -> Result<Json<TotpSetup>, Problem> {
    confirm_password(&app, &caller, given.password).await?;
    let secret = totp::new_secret();
    let factors = app.store.second_factors();
    if !factors.begin(caller.account.id, &secret).await? {
        return Err(TotpRefusal::On.into());
    }
    let site = &app.config.site.unit_name;
    let code = totp::authenticator(&secret, &caller.account, site)
        .map_err(|error| Problem::internal(&error))?;
    let uri = code.to_url().map_err(|error| Problem::internal(&error))?;
    let qr_svg = QrCode::new(&uri)
        .map_err(|error| Problem::internal(&error))?
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .build();
    Ok(Json(TotpSetup {
        secret: totp_rs::Secret::from(secret).to_base32(),
        uri,
        qr_svg,
    }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmTotp {
    /// Six digits of the authenticator.
    code: String,
}

/// For when the authenticator is lost; each is good once. Shown this once.
#[derive(Serialize, utoipa::ToSchema)]
struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

/// Confirms the second factor with its first code: from now on every sign-in needs one.
#[utoipa::path(
    post, path = "/auth/totp/confirm", tag = "auth", request_body = ConfirmTotp,
    responses(
        (status = 200, body = RecoveryCodes), (status = 401, description = "`bad_totp`"),
        (status = 409, description = "`totp_enabled` or `totp_disabled`"),
    )
)]
async fn confirm(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
    Body(given): Body<ConfirmTotp>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let (factors, account, now) = (app.store.second_factors(), &caller.account, app.clock.now());
    let factor = factors.get(account.id).await?.ok_or(TotpRefusal::Off)?;
    if factor.confirmed_at.is_some() {
        return Err(TotpRefusal::On.into());
    }
    let step = totp::step_of(&factor.secret, account, given.code.trim(), now)
        .map_err(|error| Problem::internal(&error))?
        .ok_or(TotpRefusal::WrongCode)?;
    let recovery_codes = totp::recovery_codes();
    let hashes: Vec<Vec<u8>> = recovery_codes
        .iter()
        .map(|code| totp::hash_of(code))
        .collect();
    factors.confirm(account.id, step, &hashes, now).await?;
    app.audit.by(&caller, Deed::TotpEnabled).await?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct DisableTotp {
    password: String,
    /// Six digits of the authenticator, or a recovery code.
    code: String,
}

/// Gives the second factor up.
#[utoipa::path(
    post, path = "/auth/totp/disable", tag = "auth", request_body = DisableTotp,
    responses(
        (status = 204, description = "Sign-ins need no code any more"),
        (status = 401, description = "`bad_credentials` or `bad_totp`"), (status = 409, description = "`totp_disabled`"),
        (status = 429, description = "`too_many_attempts` or `too_many_requests`"),
    )
)]
async fn disable(
    State(app): State<App>,
    OwnAccount(caller): OwnAccount,
    Body(given): Body<DisableTotp>,
) -> Result<StatusCode, Problem> {
    confirm_password(&app, &caller, given.password).await?;
    let account = &caller.account;
    if !totp::is_on(&app.store, account.id).await? {
        return Err(TotpRefusal::Off.into());
    }
    let now = app.clock.now();
    let answer = totp::check(&app.store, account, Some(&given.code), now)
        .await
        .map_err(|error| Problem::internal(&error))?;
    if answer != totp::Answer::Passed {
        note_failure(&app, &caller).await?;
        return Err(TotpRefusal::WrongCode.into());
    }
    app.store.second_factors().remove(account.id).await?;
    app.audit.by(&caller, Deed::TotpDisabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller knows the password of the account. Guessing here is slowed down like guessing at sign-in.
pub(super) async fn confirm_password(
    app: &App,
    caller: &Caller,
    given: String,
) -> Result<(), Problem> {
    let account = &caller.account;
    let now = app.clock.now();
    if let Some(seconds) = throttle::name_must_wait(&app.store, &account.username, now).await? {
        return Err(super::login::LoginError::TooMany(seconds).into());
    }
    let hash = app.store.accounts().password_hash(account.id).await?;
    if password::verify(given, hash).await {
        return Ok(());
    }
    note_failure(app, caller).await?;
    Err(super::login::LoginError::BadCredentials.into())
}

async fn note_failure(app: &App, caller: &Caller) -> Result<(), Problem> {
    let (name, now) = (&caller.account.username, app.clock.now());
    app.store
        .login_attempts()
        .record(Uuid::now_v7(), name, now, false)
        .await?;
    Ok(app.audit.by(caller, Deed::SignInFailed).await?)
}
