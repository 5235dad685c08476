import { problem } from "../../lib/problem";
import { containersOf, podOf } from "../pods";
import type { ResourceRule } from "../rule";
import { at } from "../values";

/** Images are pinned to one version. */
export const imageTags: ResourceRule = {
  name: "image-tags",
  description: "Every image has a tag of one version, or a digest: a restart must not bring another version.",
  check: (subject) =>
    containersOf(podOf(subject)).flatMap(({ path, spec }) => {
      const given = at(spec, "image");
      return typeof given === "string" && isPinned(given)
        ? []
        : [problem({ path: `${path}.image`, given, must: "have a tag of one version, or a digest", because })];
    }),
};

const because = "a restart may bring another version otherwise";

function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  // A colon before the last slash is the port of a registry.
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? "";
  // `stable` and `3` change with each release; `3.1` may.
  return /\d+[._-]\d+|[0-9a-f]{7,}/.test(tag);
}
