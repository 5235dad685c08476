import { readFileSync } from "node:fs";
import { get } from "node:http";
import { createDialer } from "./clients/dialer";
async function main() {
  const dialer = createDialer(readFileSync(".local/cluster/kubeconfig.json", "utf8"));
  const pod = process.argv[2]!;
  const node = { name: "dns", mspId: "X", namespace: "kube-system", pod, host: "x", port: 8080, tlsCaCertificates: "" };
  const signal = AbortSignal.timeout(20000);
  console.log(await dialer.presence({ ...node, pod: "nope" }, signal), await dialer.presence(node, signal));
  let t = performance.now();
  const route = await dialer.dial(node, 8080, { signal, status: console.log });
  console.log("dial", (performance.now() - t).toFixed(0), "ms");
  for (let i = 0; i < 5; i++) { t = performance.now(); await new Promise<void>((resolve, reject) => get({ host: route.host, port: route.port, path: "/health", agent: false }, (r) => { r.resume(); r.on("end", () => { console.log(r.statusCode, (performance.now() - t).toFixed(0), "ms"); resolve(); }); }).on("error", reject)); }
  const closed = await dialer.dial(node, 9, { signal, status: console.log });
  await new Promise<void>((resolve) => get({ host: closed.host, port: closed.port, path: "/", agent: false }).on("error", (e) => { console.log("closed port:", e.message, closed.failure?.()); resolve(); }));
  await route.close(); await closed.close();
}
void main();
