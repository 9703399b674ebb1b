// Chromium on the dashboard, with what no page may do watched for: an error, a request to another host, a breach of the
// strictest content security policy.

import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";

const installed = createRequire(new URL("../../.deps/browser/", import.meta.url));
const { chromium } = installed("playwright-core");
const AXE = readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");
const POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const PATIENCE_MS = 60_000;

/// Runs `journey({page, url, shot})` in a browser of its own; throws what went wrong in it, or in the page.
export async function travel(journey, url, reports) {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const faults = watch(page, url);
    await page.route((address) => address.pathname === "/", withPolicy);
    mkdirSync(reports, { recursive: true });
    const shot = (name) => page.screenshot({ path: `${reports}/${name}.png` });
    try {
      await journey({ page, url, shot });
    } catch (error) {
      await shot(`${journey.name}-failed`);
      throw error;
    }
    if (faults.length) throw new Error(`the page did what it may not:\n${[...new Set(faults)].join("\n")}`);
  } finally {
    await browser.close();
  }
}

async function withPolicy(route) {
  const response = await route.fetch();
  await route.fulfill({ response, headers: { ...response.headers(), "Content-Security-Policy": POLICY } });
}

function watch(page, url) {
  const faults = [];
  page.on("pageerror", (error) => faults.push(`error: ${error.stack}`));
  page.on("console", (message) => {
    // What could not be loaded is below, with its status.
    if (message.type() === "error" && !message.text().startsWith("Failed to load")) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) faults.push(`a request to ${request.url()}`);
  });
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    const late = (response.status() === 404 && pathname.startsWith("/snapshots/")) ||  // Before it is on the disk.
      (response.status() === 503 && pathname.endsWith("/latest.jpg"));  // Before there is one.
    if (response.status() >= 400 && !late && !page.expected?.test(pathname)) faults.push(`${response.status()} of ${pathname}`);
  });
  return faults;
}

/// Waits until `look()` gives something true, and gives that.
export async function until(look, what) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await new Promise((later) => setTimeout(later, 100));
  }
}

/// What keeps people from using the page as it stands: roles, names, contrast and order by the rules of WCAG 2.2 AA, as axe
/// checks them.
export async function barriers(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, any }) =>
    `${id}: ${help}: ${target.join(" ")} ${any[0]?.message ?? ""}`));
}
