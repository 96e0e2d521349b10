#!/usr/bin/env bash
# Proves the README: in an empty Debian root, cloned under a home folder that other users cannot enter and under a
# 90-character path, `make demo` comes up and `make test` passes. Needs root and debootstrap; about half an hour.
# FRESH_STEPS=demo or test does only that one; FRESH_ROOT keeps the root for a second look.
set -euo pipefail
cd "$(dirname "$0")/.."
source_tree=$PWD
root=${FRESH_ROOT:-$(mktemp -d /var/tmp/gridmap-fresh.XXXXXX)}
steps=${FRESH_STEPS:-demo test}
# Gigabytes nobody would look for: a run that fails or is broken off leaves none behind.
[ -n "${FRESH_ROOT:-}" ] || trap 'rm -rf "$root" "$root.log"' EXIT
folder=/home/clerk/$(printf 'a-path-as-long-as-some-offices-really-have-them/%.0s' 1 2)gridmap

say() { printf '%s\n' "fresh: $*" >&2; }
[ "$(id -u)" -eq 0 ] || { say "run as root: a chroot needs it."; exit 2; }
command -v debootstrap >/dev/null || { say "debootstrap is missing: apt-get install debootstrap"; exit 2; }

if [ ! -e "$root/etc/debian_version" ]; then
  say "making an empty Debian root in $root ..."
  debootstrap --variant=minbase --include=ca-certificates,git,make bookworm "$root" >"$root.log" 2>&1 || { tail -n 20 "$root.log" >&2; exit 1; }
fi
# mktemp makes it closed; a root every user may enter is what a machine has.
chmod 755 "$root"
# The site's own way to the network: name servers, certificates, package clients' settings.
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
chroot "$root" update-ca-certificates >/dev/null 2>&1
for file in /etc/pip.conf; do [ ! -e "$file" ] || cp "$file" "$root$file"; done

rm -rf "$root/home/clerk"
mkdir -p "$(dirname "$root$folder")"
git clone --quiet "$source_tree" "$root$folder"
chmod 700 "$root/home/clerk"
[ ${#folder} -ge 90 ] || { say "the path is only ${#folder} characters long"; exit 1; }

inside() { # a process and mount namespace of its own: whatever is started inside ends with it
  unshare --mount --pid --fork --kill-child bash -c '
    mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"; mount -t tmpfs tmpfs "$1/tmp"; mount -t sysfs sysfs "$1/sys"
    exec chroot "$1" env -i HOME=/home/clerk PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_DEFAULT_TIMEOUT=180 GRIDMAP_PORT="$3" bash -c "cd \"$2\" && $4"
  ' _ "$root" "$folder" "$port" "$1"
}

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')

answers() { python3 -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/readyz')" 2>/dev/null; }

for step in $steps; do
  case $step in
    demo)
      say "make demo ..."
      began=$SECONDS
      # A process group of its own: told to end, make and the server in it end, and the namespace with them.
      set -m
      inside "make demo" &
      server=$!
      set +m
      until answers; do
        kill -0 $server 2>/dev/null || { say "make demo ended before it was ready"; exit 1; }
        [ $((SECONDS - began)) -lt 1200 ] || { say "not ready after 20 minutes"; kill -TERM -- -$server; exit 1; }
        sleep 2
      done
      say "make demo: ready after $((SECONDS - began)) s"
      kill -TERM -- -$server
      wait $server || true
      if answers; then say "make demo did not stop when told to"; exit 1; fi
      ;;
    test)
      say "make test ..."
      inside "make test"
      ;;
  esac
done
say "seen to work in an empty Debian root: $steps"
