package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// directories maps volumes to directories, as this process and as the nodes see them.
type directories struct {
	root, nodeRoot string
}

// create makes the volume's directory, owned by root, with exactly this mode,
// and returns its path on the nodes.
func (d directories) create(mode os.FileMode, elements ...string) (string, error) {
	relative := filepath.Join(elements...)
	path := filepath.Join(d.root, relative)
	if err := os.MkdirAll(path, 0o755); err != nil {
		return "", err
	}
	return filepath.Join(d.nodeRoot, relative), os.Chmod(path, mode)
}

// remove deletes what lies at a path of the nodes.
func (d directories) remove(nodePath string) error {
	relative, err := filepath.Rel(d.nodeRoot, nodePath)
	if err != nil || relative == "." || strings.HasPrefix(relative, "..") {
		return fmt.Errorf("volume path %q is not below %s", nodePath, d.nodeRoot)
	}
	return os.RemoveAll(filepath.Join(d.root, relative))
}
