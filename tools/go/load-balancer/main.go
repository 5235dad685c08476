// Command load-balancer gives the LoadBalancer Services of a local cluster
// addresses of their own. That packets for such an address arrive is the work
// of kube-proxy and of the machine's routes.
package main

import (
	"context"
	"flag"
	"net/netip"
	"os/signal"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of a kubeconfig")
	addresses := flag.String("addresses", "", "IPv4 range to give addresses of, for example 10.240.1.0/24")
	flag.Parse()

	prefix, err := netip.ParsePrefix(*addresses)
	if err != nil {
		klog.Fatalf("-addresses: %v", err)
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatalf("no access to the API server: %v", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	newAllocator(kubernetes.NewForConfigOrDie(rest.AddUserAgent(config, "load-balancer")), prefix).run(ctx)
}
