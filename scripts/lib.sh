# Shared by the scripts: headings, timing, and installing what is missing. Sourced, not run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { printf '\n\033[1;31m%s\033[0m\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    fail "Cần quyền quản trị để chạy: $*   (needs root or sudo)"
  fi
}

# Installs the Debian packages that are not there yet.
need_debian() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "Hãy cài các gói này rồi chạy lại / install these, then run again: ${missing[*]}"
  say "Cài gói Debian / installing Debian packages: ${missing[*]}"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

need_toolchains() {
  [ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
  command -v cargo >/dev/null || fail "Thiếu Rust. Cài từ https://rustup.rs rồi chạy lại. (Rust is missing.)"
  command -v npm >/dev/null || fail "Thiếu Node.js 20 trở lên. Cài rồi chạy lại. (Node.js 20 or newer is missing.)"
}

# Installs Node packages when the lock file is newer than what is installed.
need_node_packages() {
  local folder=$1
  if [ ! -f "$folder/node_modules/.package-lock.json" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules/.package-lock.json" ]; then
    say "Cài gói Node / installing Node packages: $folder"
    # Not `npm ci`: it refuses where a registry mirror lacks the optional packages of other platforms.
    (cd "$folder" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-save --no-audit --no-fund --loglevel=error)
    touch "$folder/node_modules/.package-lock.json"
  fi
}

# The web client is compiled into the binary, so it comes first; rebuilt only when a source is newer.
build_web() {
  need_node_packages web-client
  if [ ! -f web-client/dist/index.html ] || [ -n "$(find web-client/src web-client/index.html web-client/package-lock.json web-client/vite.config.ts web-client/public -newer web-client/dist/index.html -print -quit 2>/dev/null)" ]; then
    say "Dựng giao diện web / building the web client"
    (cd web-client && npm run --silent build)
  fi
}

package_version() { sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1; }

BUILD_PACKAGES=(build-essential cmake pkg-config)
TEST_PACKAGES=(caddy chromium coturn faketime firefox-esr poppler-utils espeak-ng ffmpeg nginx-light openssl postgresql iproute2 python3-venv python3-gi gir1.2-gst-plugins-bad-1.0
  gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-nice)
