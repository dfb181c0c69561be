#!/bin/sh
# Cài giaoban không cần Internet. Chạy bằng root trong thư mục vừa giải nén: ./install.sh
# Debian, Ubuntu: bằng gói .deb. Hệ khác có systemd: chép cùng những tệp ấy.
set -eu
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || { echo "Chạy bằng root: sudo ./install.sh" >&2; exit 1; }

echo "Kiểm tra tệp (SHA-256)…"
sha256sum --quiet --check SHA256SUMS || { echo "Tệp bị hỏng hoặc bị sửa: tải lại gói." >&2; exit 1; }

if command -v dpkg >/dev/null; then
  dpkg --install giaoban_*.deb
elif command -v systemd-sysusers >/dev/null; then
  # An operator's configuration stays as it is; so does /lib where it is a link to /usr/lib.
  keep=; [ -f /etc/giaoban/giaoban.toml ] && keep=--exclude=./etc/giaoban/giaoban.toml
  tar -C / --no-overwrite-dir --keep-directory-symlink $keep -xzf giaoban-files.tar.gz
  systemd-sysusers giaoban.conf
  systemd-tmpfiles --create giaoban.conf
  if [ -d /run/systemd/system ]; then
    sysctl --quiet --load=/usr/lib/sysctl.d/60-giaoban.conf || true
    systemctl daemon-reload
    systemctl enable giaoban
    systemctl restart giaoban
  fi
else
  echo "Máy này không có dpkg, cũng không có systemd: xem tai-lieu/operations/cai-dat.md." >&2
  exit 1
fi

echo
echo "Đã cài. Việc tiếp theo (tai-lieu/operations/cai-dat.md):"
echo "  1. sửa /etc/giaoban/giaoban.toml, rồi: giaoban config check && systemctl restart giaoban"
echo "  2. sudo -u giaoban giaoban doctor"
echo "  3. tạo tài khoản quản trị: sudo -u giaoban giaoban user add …"
