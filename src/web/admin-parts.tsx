/** Small parts of the page of whoever looks after the library. */
import { utcMinute } from "../core/local-time.ts";

export function Action({ action, text }: { action: string; text: string }) {
  return (
    <form method="post" action={action}>
      <button type="submit">{text}</button>
    </form>
  );
}

export function Time({ at }: { at: string }) {
  return <time datetime={at}>{utcMinute(at)}</time>;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
