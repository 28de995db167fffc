/** Irreversible actions need a second click, next to a text that says what will be lost; complete without script. */
import type { Child } from "hono/jsx";

interface AskedTwiceProps {
  /** The text of the first button. */
  readonly text: string;
  /** Names the item that the button belongs to, for screen readers. */
  readonly of?: string;
  /** Whether the first button was clicked. */
  readonly isOpen?: boolean;
  /** What will be lost, and the button that does it. */
  readonly children: Child;
}

/** The first click reveals the second button; clicking again hides it. For use in forms that have other buttons too. */
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
  /** What will be irrecoverably lost, as a sentence. */
  readonly goes: string;
  /** The text of the second button. */
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
