/** The parameters of a page's address. Those that are not understood are ignored, and listed on the page. */
import type { Context } from "hono";
import { choiceRule, type TextRule, wholeNumberRule } from "../engine/parameter-rules.ts";

/** A parameter that is ignored. */
export interface Misread {
  readonly name: string;
  /** As typed. */
  readonly text: string;
  /** What is wrong with it, as the rest of a sentence that begins with its name. */
  readonly fault: string;
}

/** Longer values are cut. */
const longestText = 200;
/** The number of ignored parameters that a page lists by name. */
const mostNamed = 10;
/** Parameters that mail programs and networks append to links, and that nobody typed. */
const appended = /^(?:utm_|mc_|(?:fb|g|ms)clid$)/;

/**
 * Reads the parameters that a page knows; all others count as not understood. Empty parameters, as from the fields of a form, count as
 * absent.
 */
export class AddressReader {
  private readonly known = new Set<string>();
  private readonly faults: Misread[] = [];

  constructor(private readonly parameters: URLSearchParams) {}

  /** Empty if the parameter is absent or not understood. */
  text(name: string, rule: TextRule = () => undefined, longest = longestText): string {
    this.known.add(name);
    const [text = "", ...more] = this.parameters
      .getAll(name)
      .map((one) => one.trim().slice(0, longest))
      .filter((one) => one !== "");
    const fault = text === "" ? undefined : rule(text);
    if (fault !== undefined) this.faults.push({ name, text, fault });
    if (more.some((other) => other !== text))
      this.faults.push({ name, text: "", fault: "it may stand only once; all but the first one are left out" });
    return fault === undefined ? text : "";
  }

  /** Undefined if the parameter is absent or none of the choices. */
  choice<C extends string>(name: string, choices: readonly C[]): C | undefined {
    const text = this.text(name, choiceRule(choices));
    return choices.find((one) => one === text);
  }

  /** The number of a page from 1, which is also the default. */
  page(last?: number): number {
    return Number(this.text("page", wholeNumberRule(1, last)) || 1);
  }

  /** @param others names of parameters that were read elsewhere. */
  misread(others: readonly string[] = []): Misread[] {
    const unknown = [...new Set(this.parameters.keys())].filter(
      (name) => !this.known.has(name) && !others.includes(name) && !appended.test(name),
    );
    return [...this.faults, ...unknown.map((name) => ({ name, text: "", fault: "there is no such parameter" }))];
  }
}

export function addressOf(c: Context): AddressReader {
  return new AddressReader(new URL(c.req.url).searchParams);
}

/** Lists the parameters that a page has ignored. */
export function NotUnderstood({ misread }: { misread: readonly Misread[] }) {
  if (misread.length === 0) return null;
  return (
    <div class="problem" role="status">
      <p>Part of this page's address was not understood, and is ignored:</p>
      <ul>
        {misread.slice(0, mostNamed).map(({ name, fault }) => (
          <li>
            {name.slice(0, 40).toWellFormed()}: {fault}
          </li>
        ))}
        {misread.length > mostNamed ? <li>and {misread.length - mostNamed} more</li> : null}
      </ul>
    </div>
  );
}
