package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
	"k8s.io/klog/v2"
)

const (
	resync     = time.Minute
	retryFirst = 100 * time.Millisecond
	retryMax   = 5 * time.Second
)

// allocator hands out addresses one after the other, and remembers each from
// the moment it decides on it: what the API server tells of other Services is
// always a little old, and two that come in the same millisecond must not get
// the same.
type allocator struct {
	client   kubernetes.Interface
	prefix   netip.Prefix
	services cache.SharedIndexInformer
	queue    workqueue.TypedRateLimitingInterface[string]
	// Who has which address, by namespace/name.
	owners map[netip.Addr]string
}

func newAllocator(client kubernetes.Interface, prefix netip.Prefix) *allocator {
	return &allocator{
		client:   client,
		prefix:   prefix,
		services: informers.NewSharedInformerFactory(client, resync).Core().V1().Services().Informer(),
		queue:    workqueue.NewTypedRateLimitingQueue(workqueue.NewTypedItemExponentialFailureRateLimiter[string](retryFirst, retryMax)),
		owners:   map[netip.Addr]string{},
	}
}

func (a *allocator) run(ctx context.Context) {
	enqueue := func(object any) {
		if key, err := cache.DeletionHandlingMetaNamespaceKeyFunc(object); err == nil {
			a.queue.Add(key)
		}
	}
	_, err := a.services.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    enqueue,
		UpdateFunc: func(_, object any) { enqueue(object) },
		DeleteFunc: enqueue,
	})
	if err != nil {
		klog.Fatal(err)
	}
	go a.services.Run(ctx.Done())
	if !cache.WaitForCacheSync(ctx.Done(), a.services.HasSynced) {
		return
	}
	// Addresses that were given before come first, so that nobody else gets one of them.
	for _, object := range a.services.GetStore().List() {
		service := object.(*v1.Service)
		for _, address := range addressesOf(service) {
			a.owners[address] = service.Namespace + "/" + service.Name
		}
	}
	context.AfterFunc(ctx, a.queue.ShutDown)
	for {
		key, stopped := a.queue.Get()
		if stopped {
			return
		}
		if err := a.sync(ctx, key); err != nil {
			klog.Errorf("%s: %v", key, err)
			a.queue.AddRateLimited(key)
		} else {
			a.queue.Forget(key)
		}
		a.queue.Done(key)
	}
}

// sync sees to it that a Service has the address that is its own. The API server
// itself clears the status of a Service that is none for LoadBalancers any more.
func (a *allocator) sync(ctx context.Context, key string) error {
	object, exists, err := a.services.GetStore().GetByKey(key)
	if err != nil {
		return err
	}
	if !exists || !wantsAddress(object.(*v1.Service)) {
		a.release(key)
		return nil
	}
	service := object.(*v1.Service)
	for _, address := range addressesOf(service) {
		if a.owners[address] == key {
			return nil
		}
	}
	address, err := a.reserve(key)
	if err != nil {
		return err
	}
	changed := service.DeepCopy()
	changed.Status.LoadBalancer.Ingress = []v1.LoadBalancerIngress{{IP: address.String()}}
	_, err = a.client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	if apierrors.IsNotFound(err) {
		return nil // Its deletion is on the way to here.
	}
	return err
}

// reserve finds the address that a Service has been given, or else the lowest
// that is free.
func (a *allocator) reserve(key string) (netip.Addr, error) {
	for address, owner := range a.owners {
		if owner == key {
			return address, nil
		}
	}
	for address := a.prefix.Masked().Addr(); a.prefix.Contains(address); address = address.Next() {
		if _, taken := a.owners[address]; !taken {
			a.owners[address] = key
			return address, nil
		}
	}
	return netip.Addr{}, fmt.Errorf("no address of %s is free", a.prefix)
}

func (a *allocator) release(key string) {
	for address, owner := range a.owners {
		if owner == key {
			delete(a.owners, address)
		}
	}
}

// wantsAddress leaves Services of a class to whoever made the class.
func wantsAddress(service *v1.Service) bool {
	return service.Spec.Type == v1.ServiceTypeLoadBalancer &&
		service.Spec.LoadBalancerClass == nil &&
		slices.Contains(service.Spec.IPFamilies, v1.IPv4Protocol)
}

func addressesOf(service *v1.Service) []netip.Addr {
	addresses := []netip.Addr{}
	for _, ingress := range service.Status.LoadBalancer.Ingress {
		if address, err := netip.ParseAddr(ingress.IP); err == nil {
			addresses = append(addresses, address)
		}
	}
	return addresses
}
