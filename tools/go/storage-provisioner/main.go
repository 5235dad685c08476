// Command storage-provisioner makes the volumes of a local cluster: zonal block
// volumes (ReadWriteOnce) and file volumes shared by all nodes (ReadWriteMany).
//
// A volume is a directory below -root, which every node has mounted at
// -node-root. No helper pod takes part, so that a volume costs a mkdir and one
// API call, as near as a directory gets to what a cloud's CSI driver does:
//
//	block/<zone>/<volume>  a "local" volume tied to its zone; the kubelet applies fsGroup to it
//	file/<volume>          a "hostPath" volume open to every user, as on an NFS export
package main

import (
	"context"
	"flag"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v10/controller"
)

// A stack of a few dozen nodes asks for all its volumes in the same second.
const (
	workers    = 32
	qps        = 200
	burst      = 400
	retryFirst = 200 * time.Millisecond
	retryMax   = 10 * time.Second
)

func main() {
	kubeconfig := flag.String("kubeconfig", "", "path of a kubeconfig; empty: the pod's service account")
	root := flag.String("root", "/srv", "directory of the volumes as this process sees it")
	nodeRoot := flag.String("node-root", "/srv", "the same directory as the nodes see it")
	block := flag.String("block", "", "driver names, separated by commas, that get block volumes")
	file := flag.String("file", "", "driver names, separated by commas, that get file volumes")
	listen := flag.String("listen", ":9810", "address of /healthz")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		klog.Fatalf("no access to the API server: %v", err)
	}
	config.QPS, config.Burst = qps, burst
	client := kubernetes.NewForConfigOrDie(rest.AddUserAgent(config, "storage-provisioner"))

	directories := directories{root: *root, nodeRoot: *nodeRoot}
	blockDrivers, fileDrivers := names(*block), names(*file)
	controllers := []*controller.ProvisionController{}
	if len(blockDrivers) > 0 {
		controllers = append(controllers, newController(ctx, client, blockDrivers, &blockProvisioner{client, directories}))
	}
	if len(fileDrivers) > 0 {
		controllers = append(controllers, newController(ctx, client, fileDrivers, &fileProvisioner{directories}))
	}
	for _, c := range controllers {
		go c.Run(ctx)
	}
	go newExpander(client, append(blockDrivers, fileDrivers...)).run(ctx)
	go serveHealth(*listen, controllers)
	<-ctx.Done()
}

func names(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

func newController(ctx context.Context, client kubernetes.Interface, drivers []string, p controller.Provisioner) *controller.ProvisionController {
	return controller.NewProvisionController(klog.FromContext(ctx), client, drivers[0], p,
		controller.AdditionalProvisionerNames(drivers[1:]),
		controller.LeaderElection(false),
		controller.Threadiness(workers),
		controller.FailedProvisionThreshold(0),
		controller.FailedDeleteThreshold(0),
		controller.RateLimiter(workqueue.NewTypedItemExponentialFailureRateLimiter[any](retryFirst, retryMax)))
}

func serveHealth(address string, controllers []*controller.ProvisionController) {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		for _, c := range controllers {
			if !c.HasRun() {
				http.Error(w, "starting", http.StatusServiceUnavailable)
				return
			}
		}
	})
	klog.Fatal(http.ListenAndServe(address, nil))
}
