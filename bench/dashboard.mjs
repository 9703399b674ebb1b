// Opens the dashboard as somebody does who looks around, and prints what that was like, as JSON: milliseconds.
// `node dashboard.mjs URL CAMERAS`

import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../.deps/browser/", import.meta.url))("playwright-core");
const [url, cameras] = process.argv.slice(2);
const LOOK_MS = 5000;

function observe() {
  window.tasks = [];
  new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ startTime, duration }) => [startTime, duration])))
    .observe({ type: "longtask", buffered: true });
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(60_000);
await page.addInitScript(observe);
await page.goto(url);
await page.waitForFunction((wanted) => document.querySelectorAll(".tile").length === wanted &&
  document.querySelectorAll("#events li").length >= 50 && document.querySelector(".tile canvas:not([hidden])"), Number(cameras));
const filled = await page.evaluate(() => performance.now());
await page.waitForTimeout(LOOK_MS);
for (let down = 0; down < 12; ++down) {
  await page.mouse.wheel(0, 900);
  await page.waitForTimeout(250);
}
for (let pages = 0; pages < 4; ++pages) {
  await page.evaluate(() => document.getElementById("older").click());
  await page.waitForTimeout(250);
}
await page.evaluate(() => { location.hash = "#/?type=fire"; });
await page.waitForTimeout(500);
await page.evaluate(() => { location.hash = "#/charts"; });
await page.waitForTimeout(500);
console.log(JSON.stringify(await page.evaluate((filled) => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  filled,
  // Chromium tells of tasks from 50 ms on.
  longest: Math.max(0, ...window.tasks.map(([, duration]) => duration)),
  elements: document.getElementsByTagName("*").length,
}), filled)));
await browser.close();
