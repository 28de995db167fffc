/** What cannot be undone takes a second click, beside the words that say what goes with it; complete without script. */
import type { Child } from "hono/jsx";

interface AskedTwiceProps {
  /** What the first click says. */
  readonly text: string;
  /** Of which of several it is, for whoever hears the page. */
  readonly of?: string;
  /** Whether it was clicked. */
  readonly isOpen?: boolean;
  /** What goes, and the button that does it. */
  readonly children: Child;
}

/** The first click opens what the second one does; the same click closes it again. For forms that have other buttons, too. */
export function AskedTwice({ text, of, isOpen = false, children }: AskedTwiceProps) {
  return (
    <details class="sure" open={isOpen}>
      <summary>
        {text}
        {of === undefined ? null : <span class="hidden"> ({of})</span>}
      </summary>
      <div>{children}</div>
    </details>
  );
}

interface SureProps extends Omit<AskedTwiceProps, "children"> {
  readonly action: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** What goes, and cannot be had back. */
  readonly goes: string;
  /** What the second click says. */
  readonly button: string;
}

export function Sure({ action, fields = {}, goes, button, ...first }: SureProps) {
  return (
    <AskedTwice {...first}>
      <p>{goes}</p>
      <form method="post" action={action}>
        {Object.entries(fields).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit">{button}</button>
      </form>
    </AskedTwice>
  );
}
