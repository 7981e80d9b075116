# Sourced by scripts/up and scripts/test: brings a fresh Debian machine to where orchestra builds and runs. Says what it does, does only
# what is missing.

say() { printf '%s\n' "$@" >&2; }
fail() { say "$@"; exit 7; }

cd "$(dirname "$0")/.." || exit 1

# need COMMAND PACKAGE: notes a Debian package when a command is not there.
missing=''
need() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

install_missing() {
  [ -n "$missing" ] || return 0
  as_root=''
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "missing:$missing. As root: apt-get install$missing"
    as_root=sudo
  fi
  command -v apt-get >/dev/null 2>&1 || fail "missing:$missing. Install them with your system's package manager."
  say "installing$missing"
  # A fresh machine has no package lists; an installed one may have old ones.
  # shellcheck disable=SC2086
  $as_root apt-get install -y --no-install-recommends $missing >/dev/null 2>&1 ||
    { $as_root apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends $missing >/dev/null; } ||
    fail "could not install$missing"
}

check_node() {
  command -v node >/dev/null 2>&1 || fail 'Node.js 20.19 or newer is needed; this machine has none'
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 or newer is needed; this is $(node --version)"
}

# Install scripts of packages are not run: only the tests need one of them (node-pty), and scripts/test builds that by name.
install_packages() {
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    say 'installing npm packages'
    # Not `npm ci`: it refuses a lock file without the packages of other platforms, which not every registry hands out.
    npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2 || fail 'npm install failed'
  fi
}

build() {
  if [ ! -e dist/bin/orchestra.js ] || [ -n "$(find src scripts package.json -newer dist/bin/orchestra.js -print -quit)" ]; then
    say 'building'
    node scripts/build.mjs || fail 'the build failed'
  fi
}
