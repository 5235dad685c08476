// Command ccaas-builder is the external builder for chaincode that runs as a
// service of its own (package type "ccaas"). Installed under the names detect,
// build and release, it does what the peer expects of each:
//
//	detect  CODE METADATA          succeeds for metadata.json of type ccaas
//	build   CODE METADATA OUTPUT   checks connection.json, fills its templates, keeps META-INF
//	release OUTPUT RELEASE         hands connection.json and the state database indexes to the peer
//
// Contract: https://hyperledger-fabric.readthedocs.io/en/release-2.5/cc_launcher.html
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(step string, args []string) error {
	steps := map[string]struct {
		arguments int
		run       func(args []string) error
	}{
		"detect":  {2, func(a []string) error { return detect(a[1]) }},
		"build":   {3, func(a []string) error { return build(a[0], a[2], os.Getenv(templateEnvironment)) }},
		"release": {2, func(a []string) error { return release(a[0], a[1]) }},
	}
	s, known := steps[step]
	if !known {
		return fmt.Errorf("called as %q; the names are detect, build and release", step)
	}
	if len(args) != s.arguments {
		return fmt.Errorf("%s takes %d arguments, got %d", step, s.arguments, len(args))
	}
	return s.run(args)
}
