/** `npm run demo`: the demo command, through the same wiring as every other one. */
process.argv.splice(2, 0, "demo");
await import("../src/main.ts");
