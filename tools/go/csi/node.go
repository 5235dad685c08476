package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/container-storage-interface/spec/lib/go/csi"
)

const zoneKey = "topology.kubernetes.io/zone"

// nodeServer mounts volumes into the pods of a node.
type nodeServer struct {
	csi.UnimplementedNodeServer
	volumes    volumes
	node, zone string
}

// zoneOf reads a node's zone from a list such as node-1=zone-a,node-2=zone-b.
func zoneOf(zones, node string) (string, error) {
	for _, pair := range strings.Split(zones, ",") {
		if name, zone, ok := strings.Cut(pair, "="); ok && name == node {
			return zone, nil
		}
	}
	return "", fmt.Errorf("-zones is %q, and has no zone of node %s", zones, node)
}

func (n *nodeServer) NodeGetInfo(context.Context, *csi.NodeGetInfoRequest) (*csi.NodeGetInfoResponse, error) {
	return &csi.NodeGetInfoResponse{
		NodeId:             n.node,
		AccessibleTopology: &csi.Topology{Segments: map[string]string{zoneKey: n.zone}},
	}, nil
}

func (n *nodeServer) NodeGetCapabilities(context.Context, *csi.NodeGetCapabilitiesRequest) (*csi.NodeGetCapabilitiesResponse, error) {
	return &csi.NodeGetCapabilitiesResponse{}, nil
}

func (n *nodeServer) NodePublishVolume(_ context.Context, r *csi.NodePublishVolumeRequest) (*csi.NodePublishVolumeResponse, error) {
	source, err := n.volumes.path(volumesFolder, r.VolumeId, dataFolder)
	if err != nil {
		return nil, toStatus(err)
	}
	if err := os.MkdirAll(r.TargetPath, 0o750); err != nil {
		return nil, toStatus(err)
	}
	mounted, err := isMounted(r.TargetPath)
	if err != nil {
		return nil, toStatus(err)
	}
	if err := n.note(r.VolumeId, r.TargetPath); err != nil {
		return nil, toStatus(err)
	}
	if mounted {
		return &csi.NodePublishVolumeResponse{}, nil
	}
	if err := syscall.Mount(source, r.TargetPath, "", syscall.MS_BIND, ""); err != nil {
		return nil, toStatus(fmt.Errorf("mount of %s: %w", r.VolumeId, err))
	}
	if r.Readonly {
		if err := syscall.Mount("", r.TargetPath, "", syscall.MS_BIND|syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
			return nil, toStatus(fmt.Errorf("read-only mount of %s: %w", r.VolumeId, err))
		}
	}
	return &csi.NodePublishVolumeResponse{}, nil
}

func (n *nodeServer) NodeUnpublishVolume(_ context.Context, r *csi.NodeUnpublishVolumeRequest) (*csi.NodeUnpublishVolumeResponse, error) {
	mounted, err := isMounted(r.TargetPath)
	if err != nil {
		return nil, toStatus(err)
	}
	if mounted {
		if err := syscall.Unmount(r.TargetPath, 0); err != nil {
			return nil, toStatus(fmt.Errorf("unmount of %s: %w", r.VolumeId, err))
		}
	}
	if err := os.Remove(r.TargetPath); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, toStatus(err)
	}
	path, err := n.podFile(r.VolumeId, r.TargetPath)
	if err != nil {
		return nil, toStatus(err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, toStatus(err)
	}
	return &csi.NodeUnpublishVolumeResponse{}, nil
}

// note remembers the pod that uses a volume.
func (n *nodeServer) note(volume, target string) error {
	path, err := n.podFile(volume, target)
	if err != nil {
		return err
	}
	return os.WriteFile(path, nil, 0o644)
}

// podFile is the file that says that a pod uses a volume. Its UID is in the kubelet's path: .../pods/<UID>/volumes/...
func (n *nodeServer) podFile(volume, target string) (string, error) {
	parts := strings.Split(filepath.Clean(target), "/")
	for i := 0; i+2 < len(parts); i++ {
		if parts[i] == "pods" && parts[i+2] == "volumes" {
			return n.volumes.path(volumesFolder, volume, podsFolder, parts[i+1])
		}
	}
	return "", fmt.Errorf("%s is no path of a pod's volume", target)
}

// isMounted reads the kernel's list: a bind mount has the device of its surroundings.
func isMounted(target string) (bool, error) {
	file, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return false, err
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) > 4 && fields[4] == filepath.Clean(target) {
			return true, nil
		}
	}
	return false, nil
}
