//! Header fields of WHIP and WHEP.

use super::{FRAGMENT, Refusal, SDP};
use crate::rooms::IceServer;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Players and encoders in pages of other origins may use these endpoints: what authorises is the token, never a cookie.
pub(super) fn add_cors(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "location, etag, link, accept-patch, retry-after",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// `OPTIONS` of an endpoint: a preflight, and what may be posted (RFC 9725 section 4.2).
pub(super) async fn endpoint_options() -> Response {
    options("POST, OPTIONS", HeaderName::from_static("accept-post"), SDP)
}

/// `OPTIONS` of a session.
pub(super) async fn session_options() -> Response {
    options(
        "PATCH, DELETE, OPTIONS",
        HeaderName::from_static("accept-patch"),
        FRAGMENT,
    )
}

fn options(methods: &'static str, accepts: HeaderName, media_type: &'static str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    add_cors(headers);
    headers.insert(accepts, HeaderValue::from_static(media_type));
    headers.insert(header::ALLOW, HeaderValue::from_static(methods));
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(methods),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type, if-match"),
    );
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    response
}

/// The token of `Authorization: Bearer …` (RFC 6750 section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Result<String, Refusal> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .ok_or(Refusal::NoToken)?;
    let (scheme, token) = value.split_once(' ').ok_or(Refusal::NoToken)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refusal::NoToken);
    }
    Ok(token.trim().to_owned())
}

/// Whether the body is of this media type; parameters don't matter.
pub(super) fn must_be(headers: &HeaderMap, media_type: &'static str) -> Result<(), Refusal> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(essence);
    if given.is_some_and(|given| given.eq_ignore_ascii_case(media_type)) {
        Ok(())
    } else {
        Err(Refusal::MediaType(media_type))
    }
}

/// Whether the client takes an answer of this media type (RFC 9110 section 12.5.1); none asked for is any.
pub(super) fn must_accept(headers: &HeaderMap, media_type: &'static str) -> Result<(), Refusal> {
    let mut ranges = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(essence)
        .peekable();
    let any = |range: &str| {
        range == "*/*" || range == "application/*" || range.eq_ignore_ascii_case(media_type)
    };
    if ranges.peek().is_none() || ranges.any(any) {
        Ok(())
    } else {
        Err(Refusal::NotAcceptable)
    }
}

fn essence(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}

/// A strong entity tag for the `ice`-th ICE session.
pub(super) fn entity_tag(ice: u32) -> String {
    format!("\"ice-{ice}\"")
}

/// One `Link` for each address (RFC 9725 section 4.6).
pub(super) fn add_ice_servers(headers: &mut HeaderMap, servers: &[IceServer]) {
    for server in servers {
        for url in &server.urls {
            let mut link = format!("<{url}>; rel=\"ice-server\"");
            if let (Some(username), Some(credential)) = (&server.username, &server.credential) {
                link.push_str("; username=\"");
                link.push_str(username);
                link.push_str("\"; credential=\"");
                link.push_str(credential);
                link.push_str("\"; credential-type=\"password\"");
            }
            if let Ok(link) = HeaderValue::from_str(&link) {
                headers.append(header::LINK, link);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn each_address_of_an_ice_server_is_a_link_with_its_credentials() {
        let servers = [IceServer {
            urls: vec![
                "turn:a:3478".to_owned(),
                "turns:a:443?transport=tcp".to_owned(),
            ],
            username: Some("1767268800:seat".to_owned()),
            credential: Some("c2VjcmV0".to_owned()),
        }];
        let mut headers = HeaderMap::new();
        add_ice_servers(&mut headers, &servers);
        let links: Vec<_> = headers
            .get_all(header::LINK)
            .iter()
            .map(|link| link.to_str().unwrap())
            .collect();
        assert_eq!(links.len(), 2);
        assert_eq!(
            links[1],
            "<turns:a:443?transport=tcp>; rel=\"ice-server\"; username=\"1767268800:seat\"; \
             credential=\"c2VjcmV0\"; credential-type=\"password\""
        );
    }

    #[test]
    fn parameters_and_ranges_do_not_hinder() {
        let accepted = |value| must_accept(&with(header::ACCEPT, value), SDP).is_ok();
        assert!(accepted("application/sdp;q=0.5"));
        assert!(accepted("text/html, */*;q=0.1"));
        assert!(!accepted("application/json"));
        assert!(must_accept(&HeaderMap::new(), SDP).is_ok());
        assert!(
            must_be(
                &with(header::CONTENT_TYPE, "application/sdp; charset=utf-8"),
                SDP
            )
            .is_ok()
        );
        assert!(must_be(&with(header::CONTENT_TYPE, "text/plain"), SDP).is_err());
    }

    #[test]
    fn only_a_bearer_token_is_taken() {
        assert_eq!(
            bearer(&with(header::AUTHORIZATION, "bearer abc")).unwrap(),
            "abc"
        );
        assert!(bearer(&with(header::AUTHORIZATION, "Basic abc")).is_err());
        assert!(bearer(&HeaderMap::new()).is_err());
    }
}
