package main

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// copyTree copies a directory with owners, modes and times, and returns the bytes of its files. Sockets and pipes, which
// no program expects to outlive it, are left out.
func copyTree(from, to string) (int64, error) {
	size := int64(0)
	folders := []string{}
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		switch entry.Type() {
		case fs.ModeDir:
			folders = append(folders, relative)
			return os.Mkdir(target, 0o700)
		case fs.ModeSymlink:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			if err := os.Symlink(link, target); err != nil {
				return err
			}
			return copyOwner(path, target)
		case 0:
			written, err := copyFile(path, target)
			size += written
			if err != nil {
				return err
			}
			return copyFacts(path, target)
		}
		return nil
	})
	if err != nil {
		return size, err
	}
	// The time of a folder changes with its entries, so folders come last, the innermost first.
	for _, relative := range slices.Backward(folders) {
		if err := copyFacts(filepath.Join(from, relative), filepath.Join(to, relative)); err != nil {
			return size, err
		}
	}
	return size, nil
}

func copyFile(from, to string) (int64, error) {
	source, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	written, err := io.Copy(target, source)
	if err != nil {
		target.Close()
		return written, err
	}
	return written, target.Close()
}

func copyOwner(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	return os.Lchown(to, int(owner.Uid), int(owner.Gid))
}

func copyFacts(from, to string) error {
	if err := copyOwner(from, to); err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.Chmod(to, info.Mode()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}
