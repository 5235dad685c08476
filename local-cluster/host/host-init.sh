#!/bin/bash
# Process 1 of a host: makes the host's own mounts, then keeps its services running.
#
#   host-init.sh NAME PROJECT STATE
#
# NAME     host name; its home is STATE/hosts/NAME
# PROJECT  the project's directory on the machine
# STATE    the cluster's directory, as hosts see it
#
# Runs in fresh mount, pid, uts and ipc namespaces and in the host's network namespace. Its mounts are
# private to the host and end with this process.
set -eu
name=$1
project=$2
state=$3

hostname "$name"

# A fixed path for the project comes first: the mounts below may hide its path on the machine.
mount -t tmpfs tmpfs /run
mkdir /run/project /run/cgroup
mount --rbind "$project" /run/project
home=$state/hosts/$name
log=$state/logs/$name

# A sysfs of this network namespace, with the machine's cgroups in it.
mount --rbind /sys/fs/cgroup /run/cgroup
umount -l /sys
mount -t sysfs sysfs /sys
mount --rbind /run/cgroup /sys/fs/cgroup
umount -l /run/cgroup

# The kubelet and containers pass mounts to each other.
mount --make-rshared /

# The host's own disk and identity.
mount --bind "$home/var-lib" /var/lib
mount --bind "$home/var-log" /var/log
mount --bind "$state/volumes" /srv
mount --bind "$home/hosts" /etc/hosts
if [ -e /etc/resolv.conf ]; then mount --bind "$home/resolv.conf" /etc/resolv.conf; fi

echo 1 >/proc/sys/net/ipv4/ip_forward
for interface in all eth0; do echo 0 >"/proc/sys/net/ipv4/conf/$interface/send_redirects"; done
# Replies of a Service's pod on the same node pass the bridge and must be seen by its address translation.
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables; fi

# Starts a service again when it ends, up to a number that no healthy service reaches.
supervise() {
  for ((starts = 0; starts < 1000; starts++)); do
    code=0
    "$home/services/$1" >>"$log/$1.log" 2>&1 || code=$?
    echo "-- $1 ended with code $code" >>"$log/$1.log" # diagnosis.ts counts these lines
    sleep 0.25 # between starts only: a service that fails at once must not take the machine's time
  done
}
for service in "$home"/services/*; do supervise "${service##*/}" & done

# Bash adopts the orphans of the namespace while it waits.
wait
