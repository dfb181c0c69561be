//! `GET /api/v1/about`: what the sign-in page needs to know before anybody has signed in.

use crate::app::App;
use crate::demo;
use crate::problem::Language;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(about))
}

/// This server, as anybody may know it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct About {
    name: &'static str,
    version: &'static str,
    /// Who runs it.
    unit_name: String,
    /// Telephone of the technician on duty.
    #[schema(required)]
    support_phone: Option<String>,
    /// Runs with demonstration data.
    demo: bool,
    /// Under `demo`: the accounts to try.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    demo_accounts: Vec<DemoAccount>,
}

/// An account of the demonstration.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct DemoAccount {
    username: String,
    label: String,
}

/// This server, as anybody may know it.
#[utoipa::path(get, path = "/about", tag = "site", security(()), responses((status = 200, body = About)))]
async fn about(State(app): State<App>, headers: HeaderMap) -> Json<About> {
    Json(About {
        name: "giaoban",
        version: env!("CARGO_PKG_VERSION"),
        unit_name: app.config.site.unit_name.clone(),
        support_phone: app.config.site.support_phone.clone(),
        demo: app.demo,
        demo_accounts: if app.demo {
            demo_accounts(Language::of(&headers))
        } else {
            Vec::new()
        },
    })
}

fn demo_accounts(language: Language) -> Vec<DemoAccount> {
    demo::PEOPLE
        .iter()
        .map(|person| DemoAccount {
            username: person.username.to_owned(),
            label: match language {
                Language::Vietnamese => person.label_vi,
                Language::English => person.label_en,
            }
            .to_owned(),
        })
        .collect()
}
