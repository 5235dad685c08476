export * from "../lib/problem";
