/**
 * Lines of an init container's log by which it says what it waits for. The provider shows the last one, where a status of
 * Kubernetes says nothing but that the container runs.
 */

/** Name of the init containers that say so. */
export const speakingContainer = "catch-up";

/** Begins a line of a container that gets on by itself. */
export const busyMark = "busy: ";

/** Begins a line of a container that needs help, with the remedy behind it. */
export const stuckMark = "stuck: ";
