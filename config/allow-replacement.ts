/** Stack file section `allowReplacement`: what the preview report may let go. The program itself does not read it. */
import { list, text } from "./kit/fields";

/** Kind as the report prints it, and a name of which something is said: no entry allows everything, or all of a kind. */
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
    "Resources with data or keys that may be replaced or deleted, as `make preview-report` prints them: `Kind/name`, " +
      "where `*` in the name stands for any characters. Without an entry here the report refuses the change. Remove the entry once it is done.",
  );
