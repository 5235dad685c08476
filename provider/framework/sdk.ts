/** Classes for programs, made from declarations. */
import * as pulumi from "@pulumi/pulumi";
import { secretOutputs, type InputsOf, type OutputsOf, type ResourceDeclaration } from "./declaration";

/** `T` in which every field, at any depth, may be a Pulumi Output. */
export type DeepInput<T> = pulumi.Input<
  T extends (infer U)[]
    ? DeepInput<U>[]
    : T extends object
      ? { [K in keyof T]: undefined extends T[K] ? DeepInput<Exclude<T[K], undefined>> | undefined : DeepInput<T[K]> }
      : T
>;

/** Arguments of a resource with the plain inputs `T`: the object itself is plain, its fields are Inputs. */
export type Args<T> = { [K in keyof T]: DeepInput<T[K]> };

/** The class of a declared resource: `class Channel extends resourceClass(channel) {}`. */
export type ResourceClass<D extends ResourceDeclaration> = new (
  name: string,
  args: Args<InputsOf<D>>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & { readonly [K in keyof OutputsOf<D>]: pulumi.Output<OutputsOf<D>[K]> };

export function resourceClass<D extends ResourceDeclaration>(declaration: D): ResourceClass<D> {
  const outputs = Object.fromEntries(Object.keys(declaration.outputs).map((name) => [name, undefined]));
  const additionalSecretOutputs = secretOutputs(declaration);
  class Declared extends pulumi.CustomResource {
    constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) {
      const options =
        additionalSecretOutputs.length === 0 ? opts : pulumi.mergeOptions(opts, { additionalSecretOutputs });
      super(declaration.token, name, { ...outputs, ...args }, options);
    }
  }
  return Declared as unknown as ResourceClass<D>;
}
