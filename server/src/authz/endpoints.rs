//! Which operations each address needs. A route that is not here fails a test; what is here is tried by the tests with every
//! standing over HTTP.

#[cfg_attr(
    not(test),
    expect(
        clippy::enum_glob_use,
        reason = "each line begins with an operation's name"
    )
)]
use super::operation::Operation::{self, *};

/// Method, path, and operations that must all be allowed.
#[rustfmt::skip]
pub const ENDPOINTS: &[(&str, &str, &[Operation])] = &[
    ("get",    "/healthz", &[SeeServer]),
    ("get",    "/readyz", &[SeeServer]),
    ("get",    "/metrics", &[ReadMetrics]),
    ("get",    "/api/v1/openapi.json", &[SeeServer]),
    ("get",    "/api/v1/about", &[SeeServer]),
    ("get",    "/api/v1/network-test/ping", &[MeasureNetwork]),
    ("get",    "/api/v1/network-test/download", &[MeasureNetwork]),
    ("post",   "/api/v1/network-test/upload", &[MeasureNetwork]),
    ("post",   "/api/v1/auth/login", &[SignIn]),
    ("post",   "/api/v1/auth/logout", &[UseOwnAccount]),
    ("post",   "/api/v1/auth/logout-everywhere", &[UseOwnAccount]),
    ("post",   "/api/v1/auth/password", &[UseOwnAccount]),
    ("post",   "/api/v1/auth/totp", &[UseOwnAccount]),
    ("post",   "/api/v1/auth/totp/confirm", &[UseOwnAccount]),
    ("post",   "/api/v1/auth/totp/disable", &[UseOwnAccount]),
    ("get",    "/api/v1/auth/me", &[UseOwnAccount]),
    ("patch",  "/api/v1/auth/me", &[UseOwnAccount]),
    ("get",    "/api/v1/auth/calendar-key", &[UseOwnAccount, ListBriefings]),
    ("get",    "/api/v1/calendar.ics", &[PresentToken]),
    ("get",    "/api/v1/units", &[ReadUnits]),
    ("get",    "/api/v1/units/{code}", &[ReadUnits]),
    ("get",    "/api/v1/points", &[ReadPoints]),
    ("post",   "/api/v1/points", &[ManagePoints]),
    ("patch",  "/api/v1/points/{id}", &[ManagePoints]),
    ("get",    "/api/v1/accounts", &[ReadAccounts]),
    ("get",    "/api/v1/managed-accounts", &[ManageAccounts]),
    ("post",   "/api/v1/managed-accounts", &[ManageAccounts]),
    ("patch",  "/api/v1/managed-accounts/{id}", &[ManageAccounts]),
    ("post",   "/api/v1/managed-accounts/{id}/password", &[ManageAccounts]),
    ("post",   "/api/v1/managed-accounts/{id}/totp-off", &[ManageAccounts]),
    ("get",    "/api/v1/briefings", &[ListBriefings]),
    ("post",   "/api/v1/briefings", &[PlanBriefing]),
    ("get",    "/api/v1/briefings/{id}", &[ReadBriefing]),
    ("put",    "/api/v1/briefings/{id}", &[EditBriefing]),
    ("post",   "/api/v1/briefings/{id}/children", &[ReadBriefing, PlanBriefing]),
    ("post",   "/api/v1/briefings/{id}/cancel", &[EditBriefing]),
    ("get",    "/api/v1/briefings/{id}/points", &[ReadBriefing]),
    ("get",    "/api/v1/briefings/{id}/invitation.ics", &[ReadBriefing]),
    ("post",   "/api/v1/briefings/{id}/join", &[JoinBriefing]),
    ("get",    "/api/v1/briefings/{id}/watch-links", &[ManageWatchLinks]),
    ("post",   "/api/v1/briefings/{id}/watch-links", &[ManageWatchLinks]),
    ("delete", "/api/v1/briefings/{id}/watch-links/{link}", &[ManageWatchLinks]),
    ("get",    "/api/v1/briefings/{id}/attendance.json", &[ReadAttendance]),
    ("get",    "/api/v1/briefings/{id}/attendance.csv", &[ReadAttendance]),
    ("get",    "/api/v1/briefings/{id}/attendance.xlsx", &[ReadAttendance]),
    ("get",    "/api/v1/briefings/{id}/attendance.pdf", &[ReadAttendance]),
    ("get",    "/api/v1/briefings/{id}/ledger", &[ReadLedger]),
    ("get",    "/api/v1/briefings/{id}/ledger.jsonl", &[ReadLedger]),
    ("get",    "/api/v1/audit", &[ReadAudit]),
    ("get",    "/api/v1/audit.jsonl", &[ReadAudit]),
    ("get",    "/verify/{briefing}/{seq}/{hash}", &[VerifyPrintedHash]),
    ("get",    "/api/v1/ws", &[PresentToken]),
    ("post",   "/whip/{briefing}", &[PresentToken]),
    ("patch",  "/whip/{briefing}/{peer}", &[PresentToken]),
    ("delete", "/whip/{briefing}/{peer}", &[PresentToken]),
    ("post",   "/whep/{briefing}", &[PresentToken]),
    ("patch",  "/whep/{briefing}/{peer}", &[PresentToken]),
    ("delete", "/whep/{briefing}/{peer}", &[PresentToken]),
];
