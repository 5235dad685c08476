export type { Alert } from "./alert";
export { backupAlerts } from "./backup-alerts";
export { blockWindow, ethereumAlerts } from "./ethereum-alerts";
export { aloneMatcher, fabricAlerts } from "./fabric-alerts";
export { nodeAlerts } from "./node-alerts";
export { ruleGroups, type ExpectedCertificate, type ExpectedNode, type Rule, type RuleGroups } from "./rules";
export { scrapeConfig, type ScrapedPods } from "./scrape-config";
