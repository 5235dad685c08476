import { parseQuantity } from "../../config/kit/quantity";

/** The rest is for what Go does not count: stacks of the operating system, memory-mapped files, short bursts. */
const shareOfLimit = 0.9;

/**
 * Tells a Go program how much memory its container may have, so that it collects garbage before the kernel kills it.
 * Other programs do not know the variable. https://pkg.go.dev/runtime#hdr-Environment_Variables
 *
 * @param memoryLimit the container's limit, a quantity that the config has checked.
 */
export function goMemoryLimit(memoryLimit: string): { name: string; value: string } {
  return { name: "GOMEMLIMIT", value: String(Math.floor((parseQuantity(memoryLimit) ?? 0) * shareOfLimit)) };
}
