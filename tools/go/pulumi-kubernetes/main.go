// Command pulumi-resource-kubernetes is the upstream Kubernetes provider built
// from its Go module. The module leaves out the generated schema and Terraform
// mapping; the engine asks for them only to generate SDKs, so empty ones serve.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	provider.Serve("kubernetes", version.Version, []byte("{}"), []byte("{}"))
}
