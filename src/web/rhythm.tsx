/** The days and the hour of a subscription: as fields of a form, and in words. */
import type { Subscription } from "../core/delivery.ts";

/** The values as a form has them. */
export interface Rhythm {
  readonly days: string;
  readonly hour: string;
  readonly zone: string;
}

const rhythms = [
  { value: "weekdays", text: "from Monday to Friday", days: [1, 2, 3, 4, 5] },
  { value: "daily", text: "every day", days: [1, 2, 3, 4, 5, 6, 7] },
  { value: "weekly", text: "on Mondays", days: [1] },
] as const;
const dayNames = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"] as const;

export function readRhythm(field: (name: string) => string): Rhythm {
  return { days: field("days"), hour: field("hour"), zone: field("zone") };
}

/** The times that a form means; `hour` is NaN if the field is not a number. */
export function timesOf({ days, hour, zone }: Rhythm): Pick<Subscription, "weekdays" | "hour" | "timeZone"> {
  const { days: weekdays } = rhythms.find(({ value }) => value === days) ?? rhythms[0];
  return { weekdays, hour: hour === "" ? Number.NaN : Number(hour), timeZone: zone };
}

export function rhythmText({ weekdays, hour, timeZone }: Pick<Subscription, "weekdays" | "hour" | "timeZone">): string {
  const named = rhythms.find(({ days }) => days.join() === weekdays.join())?.text;
  return `${named ?? `on ${weekdays.map((day) => dayNames[day - 1]).join(", ")}`} at ${hour}:00, ${timeZone}`;
}

export function RhythmFields({ rhythm: { days, hour, zone } }: { rhythm: Rhythm }) {
  return (
    <div class="grid">
      <label>
        When
        <select name="days">
          {rhythms.map(({ value, text }) => (
            <option value={value} selected={value === days}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label>
        Hour (0 to 23)
        <input name="hour" type="number" min={0} max={23} value={hour} required />
      </label>
      <label>
        Time zone
        <input name="zone" value={zone} placeholder="Europe/Berlin" required />
      </label>
    </div>
  );
}
