package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const (
	provisionerAnnotation = "volume.kubernetes.io/storage-provisioner"
	expandResync          = time.Minute
)

// expander grants every growth of a claim that the API server let through.
// A directory has no size of its own, so that granting it is only bookkeeping:
// first the volume's capacity, then the claim's.
type expander struct {
	client  kubernetes.Interface
	drivers []string
	claims  cache.SharedIndexInformer
	queue   workqueue.TypedRateLimitingInterface[string]
}

func newExpander(client kubernetes.Interface, drivers []string) *expander {
	e := &expander{
		client:  client,
		drivers: drivers,
		claims:  informers.NewSharedInformerFactory(client, expandResync).Core().V1().PersistentVolumeClaims().Informer(),
		queue:   workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[string](retryFirst, retryMax)),
	}
	handler := cache.ResourceEventHandlerFuncs{
		AddFunc:    e.enqueue,
		UpdateFunc: func(_, claim any) { e.enqueue(claim) },
	}
	if _, err := e.claims.AddEventHandler(handler); err != nil {
		klog.Fatal(err)
	}
	return e
}

func (e *expander) enqueue(object any) {
	if claim := object.(*v1.PersistentVolumeClaim); e.wantsMore(claim) {
		e.queue.Add(claim.Namespace + "/" + claim.Name)
	}
}

func (e *expander) wantsMore(claim *v1.PersistentVolumeClaim) bool {
	wanted := claim.Spec.Resources.Requests[v1.ResourceStorage]
	return claim.Status.Phase == v1.ClaimBound &&
		slices.Contains(e.drivers, claim.Annotations[provisionerAnnotation]) &&
		wanted.Cmp(claim.Status.Capacity[v1.ResourceStorage]) > 0
}

func (e *expander) run(ctx context.Context) {
	go e.claims.Run(ctx.Done())
	go func() {
		<-ctx.Done()
		e.queue.ShutDown()
	}()
	for {
		key, stopped := e.queue.Get()
		if stopped {
			return
		}
		if err := e.expand(ctx, key); err != nil {
			klog.ErrorS(err, "volume not expanded", "claim", key)
			e.queue.AddRateLimited(key)
		} else {
			e.queue.Forget(key)
		}
		e.queue.Done(key)
	}
}

func (e *expander) expand(ctx context.Context, key string) error {
	object, exists, err := e.claims.GetStore().GetByKey(key)
	if err != nil || !exists {
		return err
	}
	claim := object.(*v1.PersistentVolumeClaim)
	wanted := claim.Spec.Resources.Requests[v1.ResourceStorage]
	volume := patch("spec", wanted)
	if _, err := e.client.CoreV1().PersistentVolumes().Patch(ctx, claim.Spec.VolumeName, types.StrategicMergePatchType, volume, metav1.PatchOptions{}); err != nil {
		return err
	}
	_, err = e.client.CoreV1().PersistentVolumeClaims(claim.Namespace).Patch(
		ctx, claim.Name, types.StrategicMergePatchType, patch("status", wanted), metav1.PatchOptions{}, "status")
	return err
}

func patch(section string, size resource.Quantity) []byte {
	bytes, err := json.Marshal(map[string]any{section: map[string]any{"capacity": map[string]any{"storage": size.String()}}})
	if err != nil {
		klog.Fatal(err)
	}
	return bytes
}
