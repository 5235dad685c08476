/** Everything that is checked before it reaches a node. Each check returns all problems it finds. */
export { InputError, throwProblems, type Problem } from "../../lib/problem";
export { validateChannelChange, validateChannelConfig } from "./validate-channel";
export * from "./validate-names";
