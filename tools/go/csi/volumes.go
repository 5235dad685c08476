package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const (
	volumesFolder   = "volumes"
	snapshotsFolder = "snapshots"
	// dataFolder has the files of a volume or snapshot.
	dataFolder = "data"
	// podsFolder of a volume has an empty file for each pod that has it mounted, named by the pod's UID.
	podsFolder = "pods"
	// factsFile of a snapshot is written before the folder gets its name.
	factsFile = "snapshot.json"
	// volumeMode lets no pod write without fsGroup, as on a freshly formatted disk.
	volumeMode = 0o755
)

var errInvalid = errors.New("an id is a name without slashes")

// volumes are directories: <root>/volumes/<id> and <root>/snapshots/<id>. What has such a name is complete.
type volumes struct {
	root string
}

// snapshotFacts are the facts about a snapshot that its files do not tell.
type snapshotFacts struct {
	Source string
	Taken  time.Time
	Size   int64
}

func (v volumes) path(folder, id string, elements ...string) (string, error) {
	if id == "" || strings.ContainsAny(id, "/\x00") || strings.HasPrefix(id, ".") {
		return "", errInvalid
	}
	return filepath.Join(append([]string{v.root, folder, id}, elements...)...), nil
}

// create makes a volume, empty or with the files of a snapshot. A volume that exists stays as it is.
func (v volumes) create(id, snapshot string) error {
	path, err := v.path(volumesFolder, id)
	if err != nil {
		return err
	}
	return v.build(path, func(partial string) error {
		if err := os.Mkdir(filepath.Join(partial, podsFolder), 0o755); err != nil {
			return err
		}
		data := filepath.Join(partial, dataFolder)
		if snapshot == "" {
			return errors.Join(os.Mkdir(data, volumeMode), os.Chmod(data, volumeMode))
		}
		source, err := v.path(snapshotsFolder, snapshot, dataFolder)
		if err != nil {
			return err
		}
		_, err = copyTree(source, data)
		return err
	})
}

// snapshot copies a volume while the pods that use it are frozen. A snapshot that exists stays as it is.
func (v volumes) snapshot(id, volume string, freezer freezer) (snapshotFacts, error) {
	path, err := v.path(snapshotsFolder, id)
	if err != nil {
		return snapshotFacts{}, err
	}
	source, err := v.path(volumesFolder, volume)
	if err != nil {
		return snapshotFacts{}, err
	}
	err = v.build(path, func(partial string) error {
		thaw, err := freezer.freeze(v.users(source))
		defer thaw()
		if err != nil {
			return err
		}
		facts := snapshotFacts{Source: volume, Taken: time.Now()}
		if facts.Size, err = copyTree(filepath.Join(source, dataFolder), filepath.Join(partial, dataFolder)); err != nil {
			return err
		}
		text, err := json.Marshal(facts)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(partial, factsFile), text, 0o644)
	})
	if err != nil {
		return snapshotFacts{}, err
	}
	return readFacts(path)
}

func readFacts(path string) (facts snapshotFacts, err error) {
	text, err := os.ReadFile(filepath.Join(path, factsFile))
	if err != nil {
		return facts, err
	}
	return facts, json.Unmarshal(text, &facts)
}

// build fills a folder under another name first, so that an interrupted start leaves nothing half made.
func (v volumes) build(path string, fill func(partial string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	partial := filepath.Join(filepath.Dir(path), ".partial-"+filepath.Base(path))
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	if err := os.MkdirAll(partial, 0o755); err != nil {
		return err
	}
	if err := fill(partial); err != nil {
		return err
	}
	return os.Rename(partial, path)
}

func (v volumes) remove(folder, id string) error {
	path, err := v.path(folder, id)
	if err != nil {
		return err
	}
	return os.RemoveAll(path)
}

// users are the UIDs of the pods that have a volume mounted.
func (v volumes) users(path string) []string {
	entries, _ := os.ReadDir(filepath.Join(path, podsFolder))
	users := []string{}
	for _, entry := range entries {
		users = append(users, entry.Name())
	}
	return users
}

func toStatus(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errInvalid):
		return status.Error(codes.InvalidArgument, err.Error())
	case errors.Is(err, fs.ErrNotExist):
		return status.Error(codes.NotFound, err.Error())
	default:
		return status.Error(codes.Internal, err.Error())
	}
}
