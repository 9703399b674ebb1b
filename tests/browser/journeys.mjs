// What people do with the dashboard. `node journeys.mjs NAME URL REPORTS` goes one of these ways and exits with 1 where
// it does not come through.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { barriers, travel, until } from "./browser.mjs";

const tile = (page, camera) => page.getByRole("article", { name: `camera ${camera}` });
const rows = (page) => page.locator("#events li");
const title = (page) => page.locator("main:visible h2").first();

/// Both cameras' pictures change and an event arrives, without a reload.
async function watching({ page, url, shot }) {
  await page.goto(url);
  await page.evaluate(() => { window.opened = "once"; });
  for (const camera of ["hallway", "parking"]) {
    const picture = tile(page, camera).locator("canvas");
    await picture.waitFor();
    const first = await picture.screenshot();
    await until(async () => !first.equals(await picture.screenshot()), `another picture of ${camera}`);
    await tile(page, camera).getByText("online").waitFor();
  }
  const newest = () => rows(page).first().getAttribute("data-at");
  await rows(page).first().waitFor();
  const before = await newest();
  await until(async () => Number(await newest()) > Number(before), "a newer event than those there were");
  assert.equal(await page.evaluate(() => window.opened), "once", "the page was reloaded");
  await rows(page).first().locator("img.there").waitFor();
  await shot("overview");
}

/// A filter holds for stored and for new events, stands in the address and can be gone back from.
async function filtering({ page, url, shot }) {
  await page.goto(url);
  await rows(page).filter({ hasText: "hallway" }).first().waitFor();
  await rows(page).filter({ hasText: "parking" }).first().waitFor();
  await page.getByText("Filter", { exact: true }).click();
  const camera = page.locator("#filter [name=camera]");
  await camera.selectOption("parking");
  await page.waitForURL(/camera=parking/);
  const others = () => rows(page).filter({ hasText: "hallway" }).count();
  await rows(page).first().waitFor();
  assert.equal(await others(), 0);
  const before = Number(await rows(page).first().getAttribute("data-at"));
  await until(async () => Number(await rows(page).first().getAttribute("data-at")) > before, "a new event of parking");
  assert.equal(await others(), 0, "an event of another camera came in");
  await shot("filter");

  const link = page.url();
  await page.goBack();
  await rows(page).filter({ hasText: "hallway" }).first().waitFor();
  assert.equal(await camera.inputValue(), "");
  await page.goto("about:blank");
  await page.goto(link);  // As somebody who was sent it.
  await rows(page).first().waitFor();
  assert.equal(await others(), 0);
  await page.getByRole("button", { name: "Show all" }).click();
  await rows(page).filter({ hasText: "hallway" }).first().waitFor();
}

/// An event is opened, read and left by the keyboard alone.
async function reading({ page, url, shot }) {
  await page.goto(`${url}#/?camera=hallway`);
  await until(async () => (await rows(page).count()) >= 2, "two events of hallway");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  const chosen = await rows(page).locator("a:focus").getAttribute("href");
  await page.keyboard.press("Enter");
  await page.waitForURL((address) => address.hash === chosen);
  await title(page).filter({ hasText: "hallway" }).waitFor();
  for (const word of ["Track", "Fragment", "Producer's time", "Confidence"]) await page.getByText(word, { exact: true }).waitFor();
  const picture = page.locator("#event .frame img");
  await until(() => picture.evaluate((image) => image.naturalWidth > 0), "the event's picture");
  const box = page.locator("#event .boxes rect.first");
  await until(async () => (await box.boundingBox())?.width > 5, "its box");
  const [inner, outer] = [await box.boundingBox(), await picture.boundingBox()];
  assert.ok(inner.x >= outer.x - 3 && inner.x + inner.width <= outer.x + outer.width + 3, "the box lies in the picture");
  await shot("event");
  await page.getByLabel("Boxes").uncheck();
  assert.equal(await box.isVisible(), false);
  await page.keyboard.press("k");
  await page.waitForURL((address) => address.hash !== chosen);
  await page.keyboard.press("j");
  await page.waitForURL((address) => address.hash === chosen);
  await page.keyboard.press("?");
  await page.getByRole("heading", { name: "Keyboard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await page.waitForURL((address) => address.hash === "#/?camera=hallway");
  await page.locator("[name=q]").waitFor();  // The address changes before the page does.
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.name), "q");
}

/// The command that fetches footage, as a shell reads it: nothing in a name is a command of its own.
async function copying({ page, url }) {
  await page.goto(url);
  const clip = {
    StreamName: "front'; touch gone; '",
    ClipFragmentSelector: { FragmentSelectorType: "PRODUCER_TIMESTAMP", TimestampRange: { StartTimestamp: 1.5, EndTimestamp: 11.5 } },
  };
  const command = await page.evaluate(async (wanted) => (await import("/footage.js")).cliCommand(wanted), clip);
  const asked = execFileSync("bash", ["-c", `aws() { printf '%s\\n' "$@"; }\n${command}`], { encoding: "utf8" });
  const words = asked.split("\n");
  assert.equal(words[words.lastIndexOf("--stream-name") + 1], clip.StreamName);
  assert.deepEqual(JSON.parse(words[words.indexOf("--clip-fragment-selector") + 1]), clip.ClipFragmentSelector);
}

/// The charts have lines of what the service does, and say their values.
async function charting({ page, url, shot }) {
  await page.goto(`${url}#/charts`);
  const chart = page.getByRole("figure").filter({ hasText: "Frames a second, by camera" });
  await until(async () => (await chart.locator("path.line").count()) === 2, "lines of both cameras");
  await until(async () => /hallway [\d.]+/.test(await chart.locator(".legend").innerText()), "the newest value");
  await chart.getByText("Table").click();
  assert.match(await chart.locator("tbody tr").first().innerText(), /\d/);
  await chart.locator(".plot").focus();
  await page.keyboard.press("ArrowLeft");
  assert.match(await chart.locator(".moment").innerText(), /\d/);
  await shot("charts");
  assert.deepEqual(await barriers(page), []);
  const drawn = await page.evaluate(async () => {
    const { chosen } = await import("/chart.js");
    return chosen(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`camera ${at}`, [null, at]])), true);
  });
  assert.deepEqual(drawn.at(-1), ["13 others", [0, 78]], "of too many lines the lowest are summed up");
  assert.deepEqual(drawn[0], ["camera 19", [null, 19]]);
}

/// A region is drawn by the mouse, reshaped by the keyboard, and its YAML is what was drawn.
async function drawing({ page, url, shot }) {
  await page.goto(url);
  await tile(page, "hallway").getByRole("link", { name: "Regions" }).click();
  const canvas = page.locator(".canvas svg");
  await page.locator(".canvas canvas").waitFor();
  await page.getByRole("button", { name: "Draw a region" }).click();
  const { x, y, width, height } = await canvas.boundingBox();
  const click = (right, down) => page.mouse.click(x + right * width, y + down * height);
  for (const corner of [[0.2, 0.2], [0.6, 0.2], [0.6, 0.8], [0.2, 0.2]]) await click(...corner);
  const yaml = page.getByLabel("YAML");
  await yaml.filter({ hasText: "polygon" }).waitFor();
  const polygon = async () => JSON.parse((await yaml.innerText()).match(/polygon: (.*)/)[1]);
  const near = (found, wanted) => found.forEach((value, at) =>
    assert.ok(Math.abs(value - wanted[at]) < 0.01, `${found} is not ${wanted}`));
  near((await polygon()).flat(), [0.2, 0.2, 0.6, 0.2, 0.6, 0.8]);

  await page.getByRole("button", { name: "corner 3 of 3" }).focus();
  for (let step = 0; step < 10; ++step) await page.keyboard.press("ArrowLeft");
  near((await polygon())[2], [0.5, 0.8]);
  await page.keyboard.press("+");
  assert.equal((await polygon()).length, 4);
  await page.keyboard.press("Delete");
  await page.mouse.move(x + 0.2 * width, y + 0.2 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.1 * width, y + 0.3 * height, { steps: 4 });
  await page.mouse.up();
  near((await polygon())[0], [0.1, 0.3]);
  await page.getByRole("button", { name: "Undo" }).click();
  near((await polygon())[0], [0.2, 0.2]);

  await page.getByLabel("name", { exact: true }).fill("door: \"left\"");
  await page.getByLabel("what").selectOption("exclude");
  await yaml.filter({ hasText: 'name: "door: \\"left\\""' }).waitFor();
  await yaml.filter({ hasText: 'mode: "exclude"' }).waitFor();
  await shot("regions");
  assert.deepEqual(await barriers(page), []);
}

/// Each page in both themes and at phone width: nothing is wider than the screen or keeps people out. The pictures are for people
/// to look at.
async function looking({ page, url, shot }) {
  await page.goto(url);
  await rows(page).first().locator("img.there").waitFor();
  const event = await rows(page).first().locator("a").getAttribute("href");
  const places = { overview: "#/", event, charts: "#/charts", regions: "#/cameras/parking/regions" };
  for (const [colorScheme, width] of [["dark", 1280], ["dark", 390], ["light", 390]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 844 });
    for (const [name, hash] of Object.entries(places)) {
      await page.goto(`${url}${hash}`);
      await title(page).waitFor();
      await page.waitForLoadState("load");
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `${name} is ${wide} pixels wide on a screen of ${width}`);
      await shot(`${name}-${colorScheme}-${width}`);
      assert.deepEqual(await barriers(page), [], `${name}, ${colorScheme}, ${width}`);
    }
  }
  await page.goto(url);
  const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await back();
  await page.getByRole("button", { name: /^Colours/ }).click();
  await page.getByRole("button", { name: /^Colours: light/ }).click();
  assert.notEqual(await back(), light, "the toggle changes the colours");
  await page.reload();
  assert.notEqual(await back(), light, "and the choice is kept");
}

/// A text is found in labels, types, cameras and extras; each letter that is typed is no place of its own to go back to.
async function searching({ page, url }) {
  await page.goto(url);
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("HALL", { delay: 400 });
  await page.waitForURL(/q=HALL/);
  await until(async () => (await rows(page).count()) > 0, "events of hallway");
  assert.equal(await rows(page).filter({ hasText: "parking" }).count(), 0);
  await page.goBack();
  await rows(page).filter({ hasText: "parking" }).first().waitFor();
}

/// The footage of an event plays when it is asked for, and the request for it can be copied.
async function replaying({ page, url, shot }) {
  page.expected = /footage\.mp4$/;  // 503 until all of it is recorded; the page asks again.
  await page.goto(url);
  await rows(page).first().locator("a").click();
  await page.getByText("AWS CLI").click();
  assert.match(await page.locator(".footage pre").first().innerText(), /get-clip[^]*"TimestampRange":/);
  await page.getByRole("button", { name: "Play the footage" }).click();
  const video = page.locator("video");
  await until(() => video.evaluate((played) => played.currentTime > 0.5 && played.videoWidth > 0), "footage that plays");
  await shot("footage");
}

/// Of many stored events all can be reached, and few are on the page at a time.
async function paging({ page, url }) {
  await page.goto(url);
  await until(async () => (await rows(page).count()) === 50, "the newest events");
  const newest = await rows(page).first().getAttribute("data-id");
  const oldest = () => rows(page).last().getAttribute("data-at").then(Number);
  for (let pages = 0; pages < 7; ++pages) {
    const before = await oldest();
    await page.getByRole("button", { name: "Load older events" }).click();
    await until(async () => (await oldest()) < before, "older events");
  }
  assert.equal(await rows(page).count(), 300);
  const times = await rows(page).evaluateAll((all) => all.map((row) => Number(row.dataset.at)));
  assert.ok(times.every((at, place) => place === 0 || times[place - 1] - at === 1000), "none is left out");
  await page.getByRole("button", { name: "Back to the newest" }).click();
  await until(async () => (await rows(page).first().getAttribute("data-id")) === newest, "the newest again");
}

/// Where the token is needed it is asked for, once, and everything works with it.
async function entering({ page, url }) {
  page.expected = /^\/api\/(login|cameras)$/;  // 401 without it.
  await page.goto(url);
  const enter = async (token) => {
    await page.locator("#token").fill(token);
    await page.getByRole("button", { name: "Open" }).click();
  };
  await enter("not this one");
  await page.getByText("That is not this server's token.").waitFor();
  await enter(process.env.KINESIGHT_HTTP_TOKEN);
  await page.locator("#live.good").waitFor();
  await tile(page, "gate").locator("canvas").waitFor();
}

/// A region is drawn, saved, and there when the page is opened anew.
async function saving({ page, url }) {
  await page.goto(`${url}#/cameras/gate/regions`);
  await page.getByRole("button", { name: "Add a rectangle" }).click();
  await page.getByLabel("name", { exact: true }).fill("the gate");
  await page.getByRole("button", { name: "Save and apply" }).click();
  await page.getByRole("heading", { name: "Saved and applied" }).waitFor();
  await page.getByRole("button", { name: "Close" }).click();
  await page.reload();
  await page.getByLabel("YAML").filter({ hasText: "the gate" }).waitFor();
  await page.locator(".canvas canvas").waitFor();
}

/// A camera is paused and goes on; a configuration with a mistake is refused, with its line.
async function operating({ page, url }) {
  page.expected = /^\/api\/reload$/;  // 422: that is what is looked at.
  await page.goto(url);
  const gate = tile(page, "gate");
  const state = (name) => gate.locator(".badge").filter({ hasText: name }).waitFor();
  await state("online");
  await gate.getByRole("button", { name: "Pause" }).click();
  await state("paused");
  await gate.getByRole("button", { name: "Resume" }).click();
  await state("online");
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByText(/line \d+/).waitFor();
}

const journeys = {
  watching, filtering, reading, copying, charting, drawing, looking, searching, replaying, paging, entering, saving, operating,
};
const [name, url, reports] = process.argv.slice(2);
await travel(journeys[name], url, reports);
