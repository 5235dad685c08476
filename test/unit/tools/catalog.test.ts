import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { catalog, groups, runtimePackages } from "../../../tools/installer/catalog";
import { neededGoVersion } from "../../../tools/installer/go-build";
import { paths, projectRoot } from "../../../tools/paths";
import { fillIn, type Tool } from "../../../tools/installer/tool";

/**
 * Agreement of the data with itself and with the pinned modules. Only an installation shows that upstream has the
 * downloads.
 */
describe("tools: catalog", () => {
  const packageJson = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };

  function findTool(name: string): Tool {
    const tool = catalog.find((entry) => entry.name === name);
    assert.ok(tool, `${name} is in the catalog`);
    return tool;
  }

  it("names every tool and every program once, since they share folders", () => {
    const names = catalog.map(({ name }) => name);
    const programs = catalog.flatMap((tool) => tool.programs);
    assert.deepEqual([...new Set(names)], names);
    assert.deepEqual([...new Set(programs)], programs);
  });

  it("has a list of Debian packages for each group, each package once", () => {
    assert.deepEqual(Object.keys(runtimePackages).sort(), [...groups].sort());
    for (const packages of Object.values(runtimePackages)) assert.deepEqual([...new Set(packages)], packages);
  });

  for (const tool of catalog) {
    describe(tool.name, () => {
      it("builds exactly its programs, so that a machine without a network gets all of them", () => {
        const built = tool.builds.flatMap((build) => Object.keys(build.packages));
        assert.deepEqual(built.sort(), [...tool.programs].sort());
      });

      it("names programs of one build after their packages, as Go does when it builds several", () => {
        for (const { packages } of tool.builds) {
          if (Object.keys(packages).length < 2) continue;
          for (const [program, goPackage] of Object.entries(packages)) assert.equal(basename(goPackage), program);
        }
      });

      it("pins its Go modules by a go.mod that names the Go version, and sums for all it requires", () => {
        for (const { module } of tool.builds) {
          const folder = join(paths.goModules, module);
          const goMod = readFileSync(join(folder, "go.mod"), "utf8");
          assert.match(neededGoVersion(goMod), /^\d+\.\d+/);
          assert.equal(existsSync(join(folder, "go.sum")), goMod.includes("require"), `go.sum of ${module}`);
        }
      });

      it("downloads its programs over TLS, each from one place", () => {
        for (const platform of [
          { os: "linux", arch: "amd64", nodeArch: "x64" },
          { os: "darwin", arch: "arm64", nodeArch: "arm64" },
        ]) {
          for (const { url, checksumUrl } of tool.downloads ?? []) {
            for (const text of checksumUrl === undefined ? [url] : [url, checksumUrl]) {
              assert.match(fillIn(text, tool.version, platform), /^https:\/\/[^{}]+$/);
            }
          }
        }
        const brought = (tool.downloads ?? []).flatMap(({ archive, program }) => [
          ...Object.values(archive ?? {}),
          ...(program === undefined ? [] : [program]),
        ]);
        if (tool.downloads) assert.deepEqual(brought.sort(), [...tool.programs].sort());
      });
    });
  }

  it("has the engine and the Kubernetes plugin at the versions of their npm packages, which speak their protocol", () => {
    assert.equal(findTool("pulumi").version, packageJson.dependencies["@pulumi/pulumi"]);
    assert.equal(findTool("pulumi-kubernetes").version, packageJson.dependencies["@pulumi/kubernetes"]);
  });

  for (const [name, requirement] of [
    ["pulumi", "github.com/pulumi/pulumi/pkg/v3 v"],
    ["kubernetes", "k8s.io/kubernetes v"],
    ["coredns", "github.com/coredns/coredns v"],
    ["geth", "github.com/ethereum/go-ethereum v"],
    ["kube-router", "github.com/k3s-io/kube-router/v2 v"],
  ] as const) {
    it(`builds ${name} from the version that it downloads, so that both behave alike`, () => {
      const tool = findTool(name);
      const goMod = readFileSync(join(paths.goModules, tool.builds[0]?.module ?? "", "go.mod"), "utf8");
      assert.ok(goMod.includes(requirement + tool.version), `go.mod has ${requirement}${tool.version}`);
    });
  }

  it("refuses a placeholder that nothing fills in", () => {
    const platform = { os: "linux", arch: "amd64", nodeArch: "x64" };
    assert.throws(
      () => fillIn("https://example.com/{flavour}", "1.0.0", platform),
      /uses \{flavour\}.*known are version, os, arch, nodeArch/,
    );
  });
});
