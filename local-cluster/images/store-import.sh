#!/bin/bash
# Imports image archives into a containerd directory that no containerd is using.
#
#   store-import.sh ROOT ARCHIVE...
#
# Runs in fresh mount and pid namespaces: containerd and its mounts end with this script.
set -eu
root=$1
shift
mount --make-rprivate /
mount -t tmpfs tmpfs /run
socket=/run/containerd.sock
log=/run/containerd.log
cat >/run/containerd.toml <<END
version = 2
root = "$root"
state = "/run/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$socket"
[plugins."io.containerd.internal.v1.opt"]
  path = "$root/opt"
END
containerd --config=/run/containerd.toml >"$log" 2>&1 &
containerd=$!
tries=0
until [ -S "$socket" ]; do
  if ! kill -0 "$containerd" 2>/dev/null || [ $((tries += 1)) -gt 400 ]; then
    echo "containerd did not start:" >&2
    tail -n 5 "$log" >&2
    exit 1
  fi
  sleep 0.05
done

imports=()
for archive in "$@"; do
  ctr --address "$socket" --namespace k8s.io images import "$archive" >/dev/null &
  imports+=($!)
done
for import in "${imports[@]}"; do wait "$import"; done

kill "$containerd"
wait "$containerd" || true
