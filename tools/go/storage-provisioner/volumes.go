package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v10/controller"
)

const (
	blockMode = 0o755
	fileMode  = 0o777
)

// blockProvisioner makes volumes for one node at a time, in the zone of the
// node that the scheduler chose.
type blockProvisioner struct {
	client      kubernetes.Interface
	directories directories
}

func (p *blockProvisioner) Provision(ctx context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	for _, mode := range o.PVC.Spec.AccessModes {
		if mode != v1.ReadWriteOnce && mode != v1.ReadWriteOncePod {
			return nil, controller.ProvisioningFinished, fmt.Errorf(
				"a block volume attaches to one node: access mode %s is not possible; use ReadWriteOnce, or a file storage class", mode)
		}
	}
	zone, err := p.zone(ctx, o)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	path, err := p.directories.create(blockMode, "block", zone, o.PVName)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	volume := newVolume(o, v1.PersistentVolumeSource{Local: &v1.LocalVolumeSource{Path: path}})
	volume.Spec.NodeAffinity = inZone(zone)
	return volume, controller.ProvisioningFinished, nil
}

func (p *blockProvisioner) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	return p.directories.remove(volume.Spec.Local.Path)
}

// zone is that of the chosen node; a class that binds at once gets any zone,
// always the same one for the same volume.
func (p *blockProvisioner) zone(ctx context.Context, o controller.ProvisionOptions) (string, error) {
	if o.SelectedNode != nil {
		if zone := o.SelectedNode.Labels[v1.LabelTopologyZone]; zone != "" {
			return zone, nil
		}
		return "", fmt.Errorf("node %s has no label %s", o.SelectedNode.Name, v1.LabelTopologyZone)
	}
	nodes, err := p.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{LabelSelector: v1.LabelTopologyZone})
	if err != nil {
		return "", err
	}
	if len(nodes.Items) == 0 {
		return "", fmt.Errorf("no node has the label %s", v1.LabelTopologyZone)
	}
	zones := []string{}
	for _, node := range nodes.Items {
		zones = append(zones, node.Labels[v1.LabelTopologyZone])
	}
	slices.Sort(zones)
	zones = slices.Compact(zones)
	hash := fnv.New32a()
	hash.Write([]byte(o.PVName))
	return zones[hash.Sum32()%uint32(len(zones))], nil
}

// fileProvisioner makes volumes that every node can mount at the same time.
type fileProvisioner struct {
	directories directories
}

func (p *fileProvisioner) Provision(_ context.Context, o controller.ProvisionOptions) (*v1.PersistentVolume, controller.ProvisioningState, error) {
	path, err := p.directories.create(fileMode, "file", o.PVName)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	source := v1.PersistentVolumeSource{HostPath: &v1.HostPathVolumeSource{Path: path}}
	return newVolume(o, source), controller.ProvisioningFinished, nil
}

func (p *fileProvisioner) Delete(_ context.Context, volume *v1.PersistentVolume) error {
	return p.directories.remove(volume.Spec.HostPath.Path)
}

func newVolume(o controller.ProvisionOptions, source v1.PersistentVolumeSource) *v1.PersistentVolume {
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: o.PVName},
		Spec: v1.PersistentVolumeSpec{
			AccessModes:                   o.PVC.Spec.AccessModes,
			Capacity:                      v1.ResourceList{v1.ResourceStorage: o.PVC.Spec.Resources.Requests[v1.ResourceStorage]},
			PersistentVolumeReclaimPolicy: *o.StorageClass.ReclaimPolicy,
			PersistentVolumeSource:        source,
		},
	}
}

func inZone(zone string) *v1.VolumeNodeAffinity {
	return &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{NodeSelectorTerms: []v1.NodeSelectorTerm{{
		MatchExpressions: []v1.NodeSelectorRequirement{{
			Key: v1.LabelTopologyZone, Operator: v1.NodeSelectorOpIn, Values: []string{zone},
		}},
	}}}}
}
