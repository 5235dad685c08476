import { parseQuantity } from "../../config/kit/quantity";

/** The rest is for memory that Go does not count: stacks of the operating system, memory-mapped files, short bursts. */
const shareOfLimit = 0.9;

/**
 * Tells a Go program the memory of its container, so that it collects garbage before the kernel kills it. Programs in
 * other languages ignore the variable. https://pkg.go.dev/runtime#hdr-Environment_Variables
 *
 * @param memoryLimit Limit of the container, a quantity that the config has checked.
 */
export function goMemoryLimit(memoryLimit: string): { name: string; value: string } {
  return { name: "GOMEMLIMIT", value: String(Math.floor((parseQuantity(memoryLimit) ?? 0) * shareOfLimit)) };
}
