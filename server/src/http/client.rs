//! The web client, compiled in. Its routes live in the browser, so an address that names no file gets the page.

use crate::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../web-client/dist"]
#[allow_missing = true]
struct Dist;

const PAGE: &str = "index.html";
/// Vite puts a hash of the content into the names of everything in this folder.
const HASHED: &str = "assets/";
const FOREVER: &str = "public, max-age=31536000, immutable";

pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if is_ours(path) {
        return Problem::not_found("Không có địa chỉ này.", "There is nothing at this address.")
            .into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(response) = file(path, &headers) {
        return response;
    }
    if path.starts_with(HASHED) {
        // A page of an older version asks for a part that is gone: the page instead would be taken for a script.
        return StatusCode::NOT_FOUND.into_response();
    }
    file(PAGE, &headers).unwrap_or_else(|| Html(NOT_BUILT).into_response())
}

/// Addresses of programs, where a page would only confuse.
fn is_ours(path: &str) -> bool {
    ["api/", "whip/", "whep/", "feeds/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

fn file(path: &str, headers: &HeaderMap) -> Option<Response> {
    if path.is_empty() {
        return None;
    }
    let plain = Dist::get(path)?;
    let etag = etag(&plain);
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        plain.data.into_response()
    };
    let set = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(&with_charset(kind.essence_str())) {
        set.insert(header::CONTENT_TYPE, kind);
    }
    set.insert(header::ETAG, etag);
    set.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static(if path.starts_with(HASHED) {
            FOREVER
        } else {
            "no-cache"
        }),
    );
    Some(response)
}

fn with_charset(kind: &str) -> String {
    if kind.starts_with("text/") || kind.ends_with("javascript") {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_owned()
    }
}

fn etag(file: &EmbeddedFile) -> HeaderValue {
    use base64::Engine as _;
    let hash = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..12]);
    // Weak: on the way out the file may be compressed.
    HeaderValue::from_str(&format!("W/\"{hash}\"")).unwrap_or(HeaderValue::from_static("W/\"\""))
}

/// Shown when the server was built before the web client was.
const NOT_BUILT: &str = r#"<!doctype html>
<html lang="vi">
<meta charset="utf-8">
<title>giaoban</title>
<body>
<h1>Chưa có giao diện web</h1>
<p>Máy chủ đang chạy, nhưng được biên dịch khi chưa có giao diện web. Chạy các lệnh sau rồi khởi động lại:</p>
<pre>cd web-client
npm ci
npm run build
cd ..
cargo build</pre>
<h1 lang="en">The web client is not built</h1>
<p lang="en">The server runs, but it was compiled without the web client. Run the commands above and start it again. <code>make run</code> does all of this.</p>
</body>
</html>
"#;

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(path: &'static str) -> Response {
        serve(Method::GET, Uri::from_static(path), HeaderMap::new()).await
    }

    #[tokio::test]
    async fn a_route_of_the_client_gets_the_page() {
        let response = get("/phien/1/hop").await;
        assert_eq!(response.status(), StatusCode::OK);
        let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
        assert!(kind.starts_with("text/html"), "{kind}");
    }

    #[tokio::test]
    async fn an_unknown_address_of_a_program_is_not_a_page() {
        assert_eq!(get("/api/v1/nothing").await.status(), StatusCode::NOT_FOUND);
        assert_eq!(
            get("/assets/gone-1234.js").await.status(),
            StatusCode::NOT_FOUND
        );
    }
}
