/** Small parts of the admin page. */
import { utcMinute } from "../core/local-time.ts";
import { Sure } from "./sure.tsx";

export function Action({
  action,
  text,
  fields = {},
}: {
  readonly action: string;
  readonly text: string;
  readonly fields?: Readonly<Record<string, string>>;
}) {
  return (
    <form method="post" action={action}>
      {Object.entries(fields).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit">{text}</button>
    </form>
  );
}

/** The state of a page whose buttons may need a second click. */
export interface Asking {
  /** Whether the page refreshes itself, which would close what a first click has opened. */
  readonly isRefreshed: boolean;
  /** The address that was clicked first on a page that refreshed itself. */
  readonly sure: string | undefined;
}

/** Like {@link Sure}; but on a page that refreshes itself, the first click leads to a page that does not. */
export function SureAction({
  action,
  text,
  goes,
  button,
  asking: { isRefreshed, sure },
}: { action: string; asking: Asking } & Pick<Parameters<typeof Sure>[0], "text" | "goes" | "button">) {
  if (isRefreshed)
    return (
      <a class="button" href={`/admin?${new URLSearchParams({ sure: action })}#sure`}>
        {text}
      </a>
    );
  return sure === action ? (
    <div id="sure">
      <Sure action={action} text={text} goes={goes} button={button} isOpen />
    </div>
  ) : (
    <Sure action={action} text={text} goes={goes} button={button} />
  );
}

export function Time({ at }: { at: string }) {
  return <time datetime={at}>{utcMinute(at)}</time>;
}

/** `1.4 kB`, `6.0 MB`, `12.3 GB`. */
export function sizeText(bytes: number): string {
  const [divisor, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}
