/** Form of tags, which each cloud defines for itself. */
import { problem, type Problem } from "../../lib/problem";
import { formatPath } from "../kit/problem";

/** Form of the tags of a cloud. */
interface TagForm {
  /** Form of a key. */
  key: RegExp;
  /** Form of a value. */
  value: RegExp;
  /** The form in words, after "must". */
  must: string;
  /** Number of tags that a resource can have. */
  most: number;
}

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export const awsTags: TagForm = {
  key: /^(?!aws:)[\p{L}\p{N}\p{Zs}+\-=._:/@]{1,128}$/iu,
  value: /^[\p{L}\p{N}\p{Zs}+\-=._:/@]{0,256}$/u,
  must:
    "be letters, digits, spaces and + - = . _ : / @, at most 128 in the key and 256 in the value, as AWS asks of tags; " +
    "keys with aws: are its own",
  most: 50,
};

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations, for storage accounts. */
export const azureTags: TagForm = {
  key: /^(?!microsoft|azure|windows)[^<>%&\\?/\p{Cc}]{1,128}$/iu,
  value: /^[^\p{Cc}]{0,256}$/u,
  must:
    "have 128 characters at most in the key, none of them < > % & \\ ? /, and 256 in the value, as Azure asks of tags; keys " +
    "with microsoft, azure and windows are its own",
  most: 50,
};

/** https://www.alibabacloud.com/help/en/resource-management/tag/user-guide/limits */
export const alibabaTags: TagForm = {
  key: /^(?!aliyun|acs:)(?!.*https?:\/\/)[^\p{Cc}]{1,128}$/u,
  value: /^(?!.*https?:\/\/)[^\p{Cc}]{0,128}$/u,
  must:
    "have 128 characters at most, key and value, without http:// and https://, as Alibaba Cloud asks of tags; keys with " +
    "aliyun and acs: are its own",
  most: 20,
};

/** https://cloud.google.com/compute/docs/labeling-resources#requirements */
export const googleLabels: TagForm = {
  key: /^[a-z][a-z0-9_-]{0,62}$/,
  value: /^[a-z0-9_-]{0,63}$/,
  must: "be lower case letters, digits, hyphens and underscores, key and value, as Google asks of labels",
  most: 64,
};

/** Finds the tags of a cluster that its cloud would refuse. */
export function tagsOf({ key: keyForm, value: valueForm, must, most }: TagForm) {
  return ({ tags = {} }: { tags?: Record<string, string | undefined> }): Problem[] => {
    const given = Object.keys(tags).length;
    const because = "the cloud takes no more on a resource";
    return [
      ...(given > most ? [problem({ path: "cluster.tags", given, must: `be ${most} tags at most`, because })] : []),
      ...Object.entries(tags).flatMap(([key, value]) =>
        keyForm.test(key) && valueForm.test(value ?? "")
          ? []
          : [problem({ path: formatPath(["cluster", "tags", key]), given: value, must })],
      ),
    ];
  };
}
