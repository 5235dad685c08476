import type { Entry } from "./entry";

/** Parts that several images share. */

/** An executable. */
export function binary(source: string, path: string): Entry {
  return { kind: "file", path, source, mode: 0o755 };
}

/** Files that programs expect of any system: users, name lookup order, a directory for temporary files. */
export function base(): Entry[] {
  const users = "root:x:0:0:root:/:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n";
  const groups = "root:x:0:\nnobody:x:65534:\n";
  return [
    { kind: "text", path: "etc/passwd", text: users, mode: 0o644 },
    { kind: "text", path: "etc/group", text: groups, mode: 0o644 },
    { kind: "text", path: "etc/nsswitch.conf", text: "hosts: files dns\n", mode: 0o644 },
    { kind: "directory", path: "tmp", mode: 0o1777 },
  ];
}
