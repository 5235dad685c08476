/**
 * Catching up of Besu, which seals whenever its key is a validator's: the same node with a key of its own, until it has the
 * chain. The published image has bash, and nothing that calls JSON-RPC; bash itself opens connections.
 */
import { busyMark, stuckMark } from "../../../lib/container-words";
import { dataPath, temporaryPath } from "../specs/paths";
import {
  catchUpMarks,
  catchUpRemedy,
  chainVariables,
  emptyPeersSeconds,
  freshSeconds,
  quietSeconds,
  repeatSeconds,
} from "./client";

/** File of the key, which Besu makes. */
export const followingKeyPath = `${temporaryPath}/following-key`;

/** Program of a node. */
export const besuProgram = "/opt/besu/bin/besu";

/** File that every volume of Besu has from the first start on. */
const databaseFile = `${dataPath}/DATABASE_METADATA.json`;

/** Script of bash, for a node whose JSON-RPC is at `port` of loopback. It ends with 0 when the validator may seal. */
export function besuCatchUpScript(port: number): string {
  return `set -u
case "$${chainVariables.generation}" in
  "\${${chainVariables.begunHere}-}" | "\${${chainVariables.begunElsewhere}-}") ;;
  *) exit 0 ;;
esac
fetching=${catchUpMarks.begun}$${chainVariables.generation} fetched=${catchUpMarks.done}$${chainVariables.generation}
if [ -e ${databaseFile} ] && { [ ! -e "$fetching" ] || [ -e "$fetched" ]; }; then exit 0; fi
: > "$fetching"
${besuProgram} &
besu=$!
trap 'kill "$besu" 2> /dev/null; wait "$besu"; exit 143' TERM INT
answer=
ask() {
  local body='{"jsonrpc":"2.0","id":1,"method":"'$1'","params":['$2']}'
  answer=
  { exec 3<> /dev/tcp/127.0.0.1/${port}; } 2> /dev/null || return 1
  printf 'POST / HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \\
    "\${#body}" "$body" >&3
  IFS= read -r -d '' -t 10 answer <&3
  exec 3>&-
  [[ $answer == *'"result"'* ]]
}
number=0
field() {
  local pattern='"'$1'"[[:space:]]*:[[:space:]]*"0x([0-9a-fA-F]+)"'
  [[ $answer =~ $pattern ]] && number=$((16#\${BASH_REMATCH[1]}))
}
said= spoke=0
say() {
  if [ "$1" = "$said" ] && [ $((SECONDS - spoke)) -lt ${repeatSeconds} ]; then return; fi
  printf '%s\\n' "$1"
  said=$1 spoke=$SECONDS
}
lacks() {
  say "${stuckMark}the chain has begun, this volume has none of it, and $1; ${catchUpRemedy}"
}
height=-1 changed=$SECONDS target=0
look() {
  ask net_peerCount '' && field result || return 1
  local peers=$number isSyncing=no now
  ask eth_syncing '' || return 1
  if field highestBlock; then
    isSyncing=yes
    if [ "$number" -gt "$target" ]; then target=$number; fi
  fi
  ask eth_getBlockByNumber '"latest",false' && field number || return 1
  if [ "$number" -ne "$height" ]; then height=$number changed=$SECONDS; fi
  field timestamp || return 1
  printf -v now '%(%s)T' -1
  if [ "$peers" -gt 0 ] && [ "$height" -gt 0 ] && [ $isSyncing = no ] && [ "$height" -ge "$target" ] &&
    { [ $((now - number)) -lt ${freshSeconds} ] || [ $((SECONDS - changed)) -gt ${quietSeconds} ]; }; then
    return 0
  fi
  if [ "$peers" -eq 0 ]; then lacks 'no peer is connected'
  elif [ "$height" -eq 0 ] && [ $isSyncing = no ] && [ $((SECONDS - changed)) -gt ${emptyPeersSeconds} ]; then lacks 'no peer has it'
  elif [ "$target" -gt "$height" ]; then say "${busyMark}fetches the chain, block $height of $target"
  else say "${busyMark}fetches the chain, block $height"
  fi
  return 1
}
until look; do
  sleep 1 &
  wait $!
  kill -0 "$besu" 2> /dev/null || { wait "$besu"; echo 'Besu ended' >&2; exit 1; }
done
say "${busyMark}has the chain up to block $height"
kill "$besu"
wait "$besu"
: > "$fetched"
`;
}
