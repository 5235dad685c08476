import { containersOf, podSpecOf } from "../pods";
import type { ResourceRule } from "../rule";
import { textAt } from "../values";

/** Images are pinned to one version. */
export const imageTags: ResourceRule = {
  name: "image-tags",
  description: "Every image has a tag of one version, or a digest: a restart must not bring another version.",
  check: (subject) =>
    containersOf(podSpecOf(subject)).flatMap(({ title, spec }) => {
      const image = textAt(spec, "image");
      const problem = problemOf(image);
      return problem === undefined
        ? []
        : [`${title} has image "${image}" ${problem}; must have a tag of one version, or a digest`];
    }),
};

function problemOf(image: string): string | undefined {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  // A colon before the last slash is the port of a registry.
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  if (tag === undefined) return "without a tag";
  // `stable` and `3` change with each release; `3.1` may.
  return /\d+[._-]\d+|[0-9a-f]{7,}/.test(tag) ? undefined : `with the tag ${tag}`;
}
