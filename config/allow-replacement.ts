/**
 * Stack file section `allowReplacement`: resources that the preview report lets be replaced or deleted. The program
 * itself does not read it.
 */
import { list, text } from "./kit/fields";

/**
 * Kind as in the report, and a name with at least one character other than `*`: no entry allows everything, or a whole
 * kind.
 */
const form = /^[A-Z][A-Za-z0-9]*\/(?!\*+$)[^\s/]+$/;

export const allowReplacementSchema = list(
  text(
    form,
    'kind and name of a resource as the preview report prints them, for example "StatefulSet/trade-org1-peer0"; ' +
      "`*` in the name stands for any characters, but not for the whole of it",
  ),
  { of: "resources" },
)
  .default([])
  .describe(
    "Resources with data or keys that may be replaced or deleted, in the form of `make preview-report`: `Kind/name`, " +
      "where `*` in the name stands for any characters. Default: none; the report refuses such changes. Remove the entry after the change.",
  );
