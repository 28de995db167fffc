/** The parameters of a page's address, and what of them is not understood: left out of the answer, and said on the page. */
import type { Context } from "hono";
import { choiceRule, type TextRule, wholeNumberRule } from "../engine/parameter-rules.ts";

/** A parameter that is left out. */
export interface Misread {
  readonly name: string;
  /** As it was typed. */
  readonly text: string;
  /** What stands against it, behind its name. */
  readonly fault: string;
}

/** Longer texts stand in no field. */
const longestText = 200;
/** That a page names. */
const mostNamed = 10;
/** What mail programs and networks append to links: nobody typed it. */
const appended = /^(?:utm_|mc_|(?:fb|g|ms)clid$)/;

/** Reads what a page knows; what nobody asked for is not understood either. Fields of forms that are empty are not set. */
export class AddressReader {
  private readonly known = new Set<string>();
  private readonly faults: Misread[] = [];

  constructor(private readonly parameters: URLSearchParams) {}

  /** Empty for what is not set, and for what is not understood. */
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

  /** Undefined for what is none of them. */
  choice<C extends string>(name: string, choices: readonly C[]): C | undefined {
    const text = this.text(name, choiceRule(choices));
    return choices.find((one) => one === text);
  }

  /** From 1, which is the first one too where none is said. */
  page(last?: number): number {
    return Number(this.text("page", wholeNumberRule(1, last)) || 1);
  }

  /** @param others parameters that were read elsewhere. */
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

/** What of its address a page has left out. */
export function NotUnderstood({ misread }: { misread: readonly Misread[] }) {
  if (misread.length === 0) return null;
  return (
    <div class="problem" role="status">
      <p>Part of this page’s address was not understood, and is ignored:</p>
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
