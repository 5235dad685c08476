import type * as pulumi from "@pulumi/pulumi";

/** `T` with every field, at any depth, allowed to be a Pulumi Output. */
export type DeepInput<T> = pulumi.Input<
  T extends (infer U)[]
    ? DeepInput<U>[]
    : T extends object
      ? { [K in keyof T]: undefined extends T[K] ? DeepInput<Exclude<T[K], undefined>> | undefined : DeepInput<T[K]> }
      : T
>;

/** Arguments of a resource whose plain inputs are `T`: the object itself is plain, its fields are Inputs. */
export type Args<T> = { [K in keyof T]: DeepInput<T[K]> };
