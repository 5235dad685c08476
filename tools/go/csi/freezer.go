package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	freezeLimit = 5 * time.Second
	freezePoll  = 2 * time.Millisecond
)

// freezer stops pods where they are, by the cgroups of their nodes: all nodes are hosts of one machine, whose cgroups
// each of them sees.
type freezer struct {
	root string
}

// control is how a version of cgroups freezes: https://docs.kernel.org/admin-guide/cgroup-v1/freezer-subsystem.html and
// https://docs.kernel.org/admin-guide/cgroup-v2.html
type control struct {
	file, freeze, thaw     string
	stateFile, frozenState string
}

var (
	version1 = control{"freezer.state", "FROZEN", "THAWED", "freezer.state", "FROZEN"}
	version2 = control{"cgroup.freeze", "1", "0", "cgroup.events", "frozen 1"}
)

// freeze stops all processes of pods. A pod without a cgroup does not run. The returned function lets them go on, also
// after an error.
func (f freezer) freeze(pods []string) (thaw func(), err error) {
	root, control := filepath.Join(f.root, "freezer"), version1
	if _, err := os.Stat(root); err != nil {
		root, control = f.root, version2
	}
	groups, err := podGroups(root, pods)
	thaw = func() {
		for _, group := range groups {
			// A pod that ended in the meantime has no cgroup any more.
			_ = os.WriteFile(filepath.Join(group, control.file), []byte(control.thaw), 0)
		}
	}
	if err != nil {
		return thaw, err
	}
	for _, group := range groups {
		if err := os.WriteFile(filepath.Join(group, control.file), []byte(control.freeze), 0); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return thaw, err
		}
	}
	for _, group := range groups {
		if err := control.await(group); err != nil {
			return thaw, err
		}
	}
	return thaw, nil
}

func (c control) await(group string) error {
	for deadline := time.Now().Add(freezeLimit); ; time.Sleep(freezePoll) {
		state, err := os.ReadFile(filepath.Join(group, c.stateFile))
		if errors.Is(err, fs.ErrNotExist) || strings.Contains(string(state), c.frozenState) {
			return nil
		}
		if err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is %q after %s, instead of frozen", group, strings.TrimSpace(string(state)), freezeLimit)
		}
	}
}

// podGroups are the cgroups of pods, which the kubelet calls pod<UID>.
func podGroups(root string, pods []string) ([]string, error) {
	wanted := map[string]bool{}
	for _, pod := range pods {
		wanted["pod"+pod] = true
	}
	groups := []string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		if wanted[entry.Name()] {
			groups = append(groups, path)
			return fs.SkipDir
		}
		return nil
	})
	return groups, err
}
