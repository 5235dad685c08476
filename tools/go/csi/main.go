// Command csi-driver makes block volumes of a local cluster and takes snapshots of
// them, as the Container Storage Interface (CSI) asks for it:
// https://github.com/container-storage-interface/spec/blob/master/spec.md
//
// A volume is a directory below -root, which every node has mounted at the same
// path; the kubelet sees it through a bind mount. A snapshot is a copy, made
// while the pods that use the volume are frozen: it has what a disk has at one
// moment. One process serves the sidecars of the control plane; one per node
// serves the kubelet, to which it registers itself.
package main

import (
	"flag"
	"log"
	"net"
	"os"
	"path/filepath"

	"github.com/container-storage-interface/spec/lib/go/csi"
	"google.golang.org/grpc"
	registration "k8s.io/kubelet/pkg/apis/pluginregistration/v1"
)

func main() {
	name := flag.String("driver", "", "name of the driver")
	root := flag.String("root", "/srv/csi", "directory of volumes and snapshots, the same on every node")
	socket := flag.String("socket", "/csi/csi.sock", "socket that serves CSI")
	node := flag.String("node", "", "name of this node; empty: serve the control plane")
	zones := flag.String("zones", "", "zone of each node, for example node-1=zone-a,node-2=zone-b")
	cgroups := flag.String("cgroups", "/sys/fs/cgroup", "where the cgroups of all nodes are mounted")
	registry := flag.String("registry", "/var/lib/kubelet/plugins_registry", "where the kubelet looks for drivers")
	flag.Parse()

	volumes := volumes{root: *root}
	server := grpc.NewServer()
	csi.RegisterIdentityServer(server, &identity{name: *name})
	if *node == "" {
		csi.RegisterControllerServer(server, &controller{volumes: volumes, freezer: freezer{root: *cgroups}})
	} else {
		zone, err := zoneOf(*zones, *node)
		if err != nil {
			log.Fatal(err)
		}
		csi.RegisterNodeServer(server, &nodeServer{volumes: volumes, node: *node, zone: zone})
		go register(filepath.Join(*registry, *name+"-reg.sock"), *name, *socket)
	}
	serve(server, *socket)
}

// register answers the kubelet, which watches its directory of registrations and there learns the socket that serves CSI.
func register(socket, driver, endpoint string) {
	server := grpc.NewServer()
	registration.RegisterRegistrationServer(server, &registrar{driver: driver, endpoint: endpoint})
	serve(server, socket)
}

func serve(server *grpc.Server, socket string) {
	if err := os.MkdirAll(filepath.Dir(socket), 0o755); err != nil {
		log.Fatal(err)
	}
	if err := os.Remove(socket); err != nil && !os.IsNotExist(err) {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(server.Serve(listener))
}
