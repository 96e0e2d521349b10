#!/usr/bin/env bash
# Installs what is missing and nothing else. `run`: what `make demo` needs; `test`: that and the tests' tools.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:-run}

say() { printf '%s\n' "gridmap setup: $*" >&2; }

have_postgis() {
  compgen -G '/usr/lib/postgresql/*/lib/postgis-3.so' >/dev/null || [ -e "$(pg_config --pkglibdir 2>/dev/null)/postgis-3.so" ]
}

missing_packages() {
  have_postgis || echo postgresql-postgis
  command -v python3 >/dev/null || echo python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  [ "$purpose" != test ] || command -v chromium >/dev/null || echo chromium
  # The browser driver's own program needs it, and an empty Debian does not have it.
  [ "$purpose" != test ] || compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || echo libatomic1
}

install_packages() {
  local packages=("$@")
  local line="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
  if ! command -v apt-get >/dev/null; then
    say "missing: ${packages[*]}. This is no Debian: use environment.yml (conda), see README.md."
    exit 1
  fi
  if [ "$(id -u)" -ne 0 ]; then
    say "missing: ${packages[*]}. Run this one line as root, then try again:"
    say "  sudo sh -c '$line'"
    exit 1
  fi
  # Without this Debian starts a server of its own that nobody asked for.
  if ! dpkg -s postgresql-common >/dev/null 2>&1; then
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/gridmap.conf
  fi
  say "installing ${packages[*]} (about a minute) ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >&2
  apt-get install -y -q --no-install-recommends "${packages[@]}" >&2
}

environment_stamp() { { cat pyproject.toml; python3 -c 'import sys; print(sys.version)'; echo "$purpose"; } | sha256sum | cut -c1-16; }

make_environment() {
  local stamp=.venv/.gridmap-$purpose
  if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$(environment_stamp)" ]; then return; fi
  # A folder that was moved or half made does not start; make it anew.
  if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "making the Python environment .venv ..."
    rm -rf .venv
    python3 -m venv .venv
  fi
  say "installing the Python packages (one or two minutes) ..."
  .venv/bin/python -m pip install --quiet --upgrade 'pip>=25.1' >&2
  local wanted=(--editable .)
  [ "$purpose" != test ] || wanted+=(--group dev)
  .venv/bin/python -m pip install --progress-bar off "${wanted[@]}" 2>&1 | { grep -E '^(Collecting|Successfully|ERROR)' >&2 || true; }
  environment_stamp >"$stamp"
}

mapfile -t packages < <(missing_packages)
[ ${#packages[@]} -eq 0 ] || install_packages "${packages[@]}"
make_environment
