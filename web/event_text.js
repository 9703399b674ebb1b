// An event in words and addresses, for the feed and for its page.

/// What an update says of an object that has had its event.
const UPDATES = { better: "seen better", still: "still there", ended: "gone" };

/// "knife", "knife +1" (two at once), "knife, gone".
export function heading({ label, extras }) {
  const others = extras.objects?.length ?? 0;
  const update = extras.update ? `, ${UPDATES[extras.update] ?? extras.update}` : "";
  return label + (others ? ` +${others}` : "") + update;
}

/// Where this server has an event's snapshot: a bucket's keys may have another prefix, {camera}/{y}/{m}/{d}/{ts}.jpg stays.
export const snapshotUrl = ({ extras }) => `/snapshots/${extras.snapshot.split("/").slice(-5).join("/")}`;

export const percent = (share) => `${Math.round(share * 100)} %`;

/// When an event's picture was taken, by its key: Unix milliseconds. That of an object's end shows it before.
export const pictureTime = ({ extras }) => Number(extras.snapshot.split("/").at(-1).replace(".jpg", ""));

const TO_THE_MILLISECOND = {
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
  hourCycle: "h23",
};

/// A time for people; `ms` is Unix milliseconds.
export const clockTime = (ms) => new Date(ms).toLocaleString([], TO_THE_MILLISECOND);

/// Shows a picture; tries again, as an event travels faster than its snapshot gets to the disk.
export function withTries(image, url, tries = 4) {
  image.onerror = () => {
    image.removeAttribute("src");
    if (tries > 1) setTimeout(() => withTries(image, url, tries - 1), 1000);
  };
  image.src = url;
}
