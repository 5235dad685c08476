package main

import (
	"context"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// controller makes and removes volumes and snapshots.
type controller struct {
	csi.UnimplementedControllerServer
	volumes volumes
	freezer freezer
}

func (c *controller) ControllerGetCapabilities(context.Context, *csi.ControllerGetCapabilitiesRequest) (*csi.ControllerGetCapabilitiesResponse, error) {
	capabilities := []*csi.ControllerServiceCapability{}
	for _, rpc := range []csi.ControllerServiceCapability_RPC_Type{
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_VOLUME,
		csi.ControllerServiceCapability_RPC_CREATE_DELETE_SNAPSHOT,
	} {
		capabilities = append(capabilities, &csi.ControllerServiceCapability{
			Type: &csi.ControllerServiceCapability_Rpc{Rpc: &csi.ControllerServiceCapability_RPC{Type: rpc}},
		})
	}
	return &csi.ControllerGetCapabilitiesResponse{Capabilities: capabilities}, nil
}

func (c *controller) CreateVolume(_ context.Context, r *csi.CreateVolumeRequest) (*csi.CreateVolumeResponse, error) {
	if err := checkModes(r.VolumeCapabilities); err != nil {
		return nil, err
	}
	size := r.GetCapacityRange().GetRequiredBytes()
	source := r.GetVolumeContentSource()
	if source != nil && source.GetSnapshot() == nil {
		return nil, status.Error(codes.InvalidArgument, "a volume can be made of a snapshot, and of nothing else")
	}
	snapshot := source.GetSnapshot().GetSnapshotId()
	if err := c.volumes.create(r.Name, snapshot); err != nil {
		return nil, toStatus(err)
	}
	return &csi.CreateVolumeResponse{Volume: &csi.Volume{
		VolumeId:           r.Name,
		CapacityBytes:      size,
		ContentSource:      source,
		AccessibleTopology: chosenTopology(r.GetAccessibilityRequirements()),
	}}, nil
}

// checkModes refuses volumes for several nodes: a block volume attaches to one.
func checkModes(capabilities []*csi.VolumeCapability) error {
	for _, capability := range capabilities {
		switch mode := capability.GetAccessMode().GetMode(); mode {
		case csi.VolumeCapability_AccessMode_SINGLE_NODE_WRITER,
			csi.VolumeCapability_AccessMode_SINGLE_NODE_SINGLE_WRITER,
			csi.VolumeCapability_AccessMode_SINGLE_NODE_MULTI_WRITER:
		default:
			return status.Errorf(codes.InvalidArgument, "a block volume attaches to one node: access mode %s is not possible", mode)
		}
		if capability.GetBlock() != nil {
			return status.Error(codes.InvalidArgument, "volumeMode Block is not possible: a volume is a directory; use Filesystem")
		}
	}
	return nil
}

// chosenTopology is the zone of the node that the scheduler chose.
func chosenTopology(requirement *csi.TopologyRequirement) []*csi.Topology {
	for _, choices := range [][]*csi.Topology{requirement.GetPreferred(), requirement.GetRequisite()} {
		if len(choices) > 0 {
			return choices[:1]
		}
	}
	return nil
}

func (c *controller) DeleteVolume(_ context.Context, r *csi.DeleteVolumeRequest) (*csi.DeleteVolumeResponse, error) {
	return &csi.DeleteVolumeResponse{}, toStatus(c.volumes.remove(volumesFolder, r.VolumeId))
}

func (c *controller) ValidateVolumeCapabilities(_ context.Context, r *csi.ValidateVolumeCapabilitiesRequest) (*csi.ValidateVolumeCapabilitiesResponse, error) {
	if err := checkModes(r.VolumeCapabilities); err != nil {
		return &csi.ValidateVolumeCapabilitiesResponse{Message: err.Error()}, nil
	}
	return &csi.ValidateVolumeCapabilitiesResponse{
		Confirmed: &csi.ValidateVolumeCapabilitiesResponse_Confirmed{VolumeCapabilities: r.VolumeCapabilities},
	}, nil
}

func (c *controller) CreateSnapshot(_ context.Context, r *csi.CreateSnapshotRequest) (*csi.CreateSnapshotResponse, error) {
	snapshot, err := c.volumes.snapshot(r.Name, r.SourceVolumeId, c.freezer)
	if err != nil {
		return nil, toStatus(err)
	}
	return &csi.CreateSnapshotResponse{Snapshot: &csi.Snapshot{
		SnapshotId:     r.Name,
		SourceVolumeId: snapshot.Source,
		CreationTime:   timestamppb.New(snapshot.Taken),
		SizeBytes:      snapshot.Size,
		ReadyToUse:     true,
	}}, nil
}

func (c *controller) DeleteSnapshot(_ context.Context, r *csi.DeleteSnapshotRequest) (*csi.DeleteSnapshotResponse, error) {
	return &csi.DeleteSnapshotResponse{}, toStatus(c.volumes.remove(snapshotsFolder, r.SnapshotId))
}
