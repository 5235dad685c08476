#!/bin/sh
# start.sh FILE.ts ARGUMENTS...: runs a TypeScript file of this folder with the project's own Node.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$here/../../..
if [ -x "$root/.tools/node/node_modules/.bin/node" ]; then
  PATH="$root/.tools/node/node_modules/.bin:$PATH"
fi
file=$1
shift
exec node -r "$root/tools/runtime/typescript-cache.cjs" "$here/$file" "$@"
