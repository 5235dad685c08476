import { basename } from "node:path";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const provider = [
  String.raw`^(\.\./)+(config|components|policy|local-cluster|tools|samples|bench)(/|$)`,
  "provider/ builds on ledger/ and lib/ alone.",
];

/** Of the domains of the provider none imports another one without need. */
const domains = (...others) => [
  String.raw`^(\.\./)+(${others.join("|")}|registry|main)(/|$)`,
  "A domain of provider/ does not know the others: registry.ts and main.ts alone know all of them.",
];

const belowWorkloads = [
  [String.raw`/(fabric|ethereum)(/|$)`, "A cluster and its storage know no workload."],
  [String.raw`^(\.\./)+(local-cluster|tools|samples|bench)/`, "components/ does not know that it runs locally."],
];

/** Direction of imports, see docs/architecture.md: nothing flows backwards. */
const rooms = [
  {
    files: ["ledger/**"],
    refuses: [
      [String.raw`^@pulumi/`, "ledger/ is pure domain code: it knows no Pulumi."],
      [
        String.raw`^(\.\./)+(config|components|provider|policy|local-cluster|tools|samples|bench)(/|$)`,
        "ledger/ imports no other room but lib/.",
      ],
      [
        String.raw`^(node:)?(fs|tls|http|https|http2|dns|dgram|child_process|worker_threads)(/|$)`,
        "ledger/ does no I/O: take the data as a parameter.",
      ],
      [
        String.raw`/lib/(process|process-identity|progress|wait|broken-pipe|user-error|find-program|http-text)$`,
        "ledger/ does no I/O: of lib/ it takes what is computed.",
      ],
      [String.raw`^(node:)?net$`, "ledger/ does no I/O: of node:net it takes isIP.", ["isIP", "isIPv4", "isIPv6"]],
    ],
  },
  { files: ["provider/**"], refuses: [provider] },
  {
    files: ["provider/framework/**"],
    refuses: [
      [
        String.raw`^(\.\./)+(?!\.\./|lib/)`,
        "provider/framework/ is Pulumi's plugin protocol for any provider: it imports nothing of the project but lib/.",
      ],
    ],
  },
  {
    files: ["provider/kubernetes/**"],
    refuses: [
      [
        String.raw`^(\.\./)+(?!\.\./|framework/|lib/)`,
        "provider/kubernetes/ knows pods and workloads, and nothing of what runs in them.",
      ],
    ],
  },
  { files: ["provider/pki/**"], refuses: [provider, domains("kubernetes", "fabric", "ethereum")] },
  { files: ["provider/fabric/**"], refuses: [provider, domains("pki", "ethereum")] },
  { files: ["provider/ethereum/**"], refuses: [provider, domains("pki", "fabric")] },
  {
    files: ["lib/**"],
    refuses: [[String.raw`^\.\./`, "lib/ is what rooms that may not know each other share: it knows none of them."]],
  },
  {
    files: ["config/**"],
    refuses: [
      [
        String.raw`^(\.\./)+(components|provider|policy|local-cluster|tools|samples|bench)(/|$)`,
        "config/ is the language of stack files: it builds on ledger/ alone.",
      ],
      [String.raw`^@pulumi/`, "config/ knows no Pulumi: load.ts reads the running stack, and nothing else does."],
    ],
    ignores: ["config/load.ts"],
  },
  {
    files: ["components/clouds/**"],
    ignores: ["components/clouds/local.ts"],
    refuses: [
      ...belowWorkloads,
      [
        String.raw`^(\.\./)+storage(/|$)`,
        "Clouds give storage its drivers, and know nothing of what it makes of them.",
      ],
    ],
  },
  {
    files: ["components/storage/**"],
    refuses: [
      ...belowWorkloads,
      [String.raw`/clouds/(?!index$|managed-cluster$)`, "Storage knows the StorageDriver interface, no vendor."],
    ],
  },
  { files: ["components/kubernetes/**"], refuses: belowWorkloads },
  {
    files: ["components/workload/**"],
    refuses: [
      [String.raw`/(fabric|ethereum)(/|$)`, "What every network is made of knows no kind of network."],
      [String.raw`/clouds(/|$)`, "What every network is made of knows no cluster."],
      [String.raw`^(\.\./)+provider/(?!sdk$)`, "Workloads use the provider through provider/sdk."],
      [String.raw`^(\.\./)+(local|tools|samples|bench)/`, "components/ does not know that it runs locally."],
    ],
  },
  {
    files: ["components/fabric/**", "components/ethereum/**"],
    refuses: [
      [String.raw`/clouds/(?!index$|managed-cluster$)`, "Workloads know the ManagedCluster interface, no vendor."],
      [String.raw`^(\.\./)+provider/(?!sdk$)`, "Workloads use the provider through provider/sdk."],
      [String.raw`^(\.\./)+(local-cluster|tools|samples|bench)/`, "components/ does not know that it runs locally."],
    ],
  },
  {
    files: ["policy/**"],
    refuses: [
      [
        String.raw`^(\.\./)+(config|components|provider|ledger|local-cluster|tools|samples|bench)(/|$)`,
        "policy/ judges resources as any program may ask for them: it knows no room of this one.",
      ],
    ],
  },
  {
    files: ["samples/**"],
    refuses: [
      [
        String.raw`^(\.\./)+(components|provider|ledger|local-cluster|tools|bench|policy|test)/`,
        "samples/ is copied by users: it imports nothing of the project.",
      ],
    ],
  },
  {
    files: ["tools/**", "local-cluster/**"],
    refuses: [
      [
        String.raw`^(\.\./)+(config(?!/check-file$)|components|provider|ledger)(/|$)`,
        "What starts the program does not import it: of config/ it takes check-file, which knows no Pulumi.",
      ],
    ],
  },
];

/** Every field of an exported interface of arguments, options, settings or inputs has a doc comment. */
const documentedFields = {
  create: ({ report, sourceCode }) => ({
    "ExportNamedDeclaration > TSInterfaceDeclaration[id.name=/(Args|Options|Settings|Inputs)$/] > TSInterfaceBody > *"(
      field,
    ) {
      const comment = sourceCode.getCommentsBefore(field).at(-1);
      if (comment?.type === "Block" && comment.value.startsWith("*")) return;
      report({ node: field, message: "A field of a public interface says its meaning, unit and default: /** ... */." });
    },
  }),
};

/** The longest line of Prettier (.prettierrc). */
const lineWidth = 120;

/** One form of bodies: on the line of their `if` where they fit, in braces otherwise. ESLint's `curly` has the second half. */
const bodyOnOneLine = {
  meta: {
    type: "layout",
    fixable: "code",
    messages: { braces: "The body fits on the line of its `if`: leave out the braces." },
    schema: [],
  },
  create: ({ sourceCode, report }) => ({
    IfStatement(node) {
      const { consequent: body, alternate, parent } = node;
      const [only, ...others] = body.type === "BlockStatement" ? body.body : [];
      if (alternate || parent.alternate === node || only === undefined || others.length > 0) return;
      if (
        !/^(Expression|Return|Throw|Continue|Break)/.test(only.type) ||
        sourceCode.getCommentsInside(body).length > 0
      ) {
        return;
      }
      const text = sourceCode.getText(only);
      const head = sourceCode.text.slice(node.range[0], body.range[0]);
      if (/\n/.test(head + text) || node.loc.start.column + head.length + text.length > lineWidth) return;
      report({ node: body, messageId: "braces", fix: (fixer) => fixer.replaceText(body, text) });
    },
  }),
};

/** Names of files: `channel-config.ts`, `channel-config.test.ts`. */
const kebabCaseFile = {
  meta: { type: "suggestion", messages: { name: "The name of a file is in kebab case: {{name}}" }, schema: [] },
  create: ({ filename, report }) => ({
    Program(node) {
      const name = basename(filename);
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/.test(name)) report({ node, messageId: "name", data: { name } });
    },
  }),
};

const project = {
  rules: {
    "body-on-one-line": bodyOnOneLine,
    "documented-fields": documentedFields,
    "kebab-case-file": kebabCaseFile,
  },
};

export default defineConfig(
  globalIgnores(["**/node_modules/", ".tools/", ".local/", "tools/go/", "**/dist/", "test/golden/expected/"]),
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { project },
    rules: {
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "project/body-on-one-line": "error",
      "project/kebab-case-file": "error",
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Interfaces ask for promises where an implementation has nothing to wait for.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      // A constant is no louder than another variable. What is taken apart keeps the names that it has.
      "@typescript-eslint/naming-convention": [
        "error",
        // Names of others' fields, and places that a list of parameters leaves unused.
        { selector: ["variable", "parameter"], modifiers: ["destructured"], format: null },
        { selector: ["variable", "parameter"], filter: "^_+$", format: null },
        { selector: ["variable", "classProperty"], format: ["camelCase"], leadingUnderscore: "allow" },
        { selector: ["function", "parameter", "classMethod"], format: ["camelCase"], leadingUnderscore: "allow" },
        { selector: "typeLike", format: ["PascalCase"] },
      ],
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      "@typescript-eslint/no-unnecessary-type-arguments": "error",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["config/**", "test/**", "samples/**"],
    rules: { "project/documented-fields": "error" },
  },
  {
    files: ["ledger/**/*.ts", "config/**/*.ts", "provider/**/*.ts", "components/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: ":matches(BinaryExpression, SwitchCase) > Literal[value=/^(besu|goquorum|geth)$/]",
          message: "Logic names no Ethereum client: read a field of its ClientFacts (ledger/ethereum/clients).",
        },
      ],
    },
  },
  {
    // Built on packages of its own that are not installed here; `npm run build` in samples/chaincode checks its types.
    files: ["samples/chaincode/src/asset-transfer-contract.ts"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { experimentalDecorators: true, emitDecoratorMetadata: true } },
  },
  // Its npm packages are its own, and not there before its image is built: their types would be unknown.
  { files: ["samples/chaincode/**"], extends: [tseslint.configs.disableTypeChecked] },
  ...rooms.map(({ files, ignores = [], refuses }) => ({
    files,
    ignores,
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: refuses.map(([regex, message, allowImportNames]) => ({ regex, message, allowImportNames })) },
      ],
    },
  })),
);
