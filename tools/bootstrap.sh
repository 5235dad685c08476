# Sourced by the commands in tools/ with $root set. Afterwards `node` on PATH is new enough for this project, and
# node_modules agrees with package-lock.json. Takes a few milliseconds when nothing has to be done.

# shellcheck shell=sh disable=SC2154 # root comes from the command that sources this

say() {
  echo "$1" >&2
}

fail() {
  say "error: $1"
  exit 1
}

# Succeeds when the machine's Node.js is 22.19 or newer, which the HTTP client of @kubernetes/client-node needs.
machine_node_is_new_enough() {
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  [ "$major" -gt 22 ] || { [ "$major" -eq 22 ] && [ "$minor" -ge 19 ]; }
}

# npm writes node_modules/.package-lock.json; newer than package-lock.json, it comes from an installation by hand.
npm_packages_are_current() {
  cmp -s "$root/package-lock.json" "$root/node_modules/.installed-package-lock.json" ||
    [ "$root/node_modules/.package-lock.json" -nt "$root/package-lock.json" ]
}

install_npm_packages() {
  command -v npm >/dev/null ||
    fail "npm is missing: install Node.js with npm (https://nodejs.org/en/download; on Debian: apt-get install nodejs npm) and run this again."
  say "npm packages: installing what package-lock.json lists"
  (cd "$root" && npm ci --no-audit --no-fund --loglevel=error >/dev/null) ||
    fail "npm ci failed: its own message is above. Run this again when the cause is gone."
  cp "$root/package-lock.json" "$root/node_modules/.installed-package-lock.json"
}

# One at a time: a second npm ci would remove node_modules under the first one.
# File descriptor 9 holds the lock until this shell has installed, or ends for any reason.
install_npm_packages_once() {
  mkdir -p "$root/.tools"
  exec 9>"$root/.tools/npm.lock"
  if command -v flock >/dev/null && ! flock -n 9; then
    say "npm packages: another command is installing them, waiting for it"
    flock -w 600 9 || fail "npm packages: the other command did not end in 10 minutes. Stop it and run this again."
  fi
  npm_packages_are_current || install_npm_packages
  exec 9>&-
}

if ! machine_node_is_new_enough; then
  command -v node >/dev/null ||
    fail "Node.js is missing: install it with npm (https://nodejs.org/en/download; on Debian: apt-get install nodejs npm) and run this again."
  sh "$root/tools/node.sh"
  PATH="$root/.tools/node/node_modules/.bin:$PATH"
  export PATH
fi

npm_packages_are_current || install_npm_packages_once
