/** The Unicode text of TeX's commands (`\ss` → `ß`, `\v{s}` → `š`), from bibtex-parser's tables. */

/** Returns the text of a command, with its argument if it is an accent; undefined for an unknown command. */
export type TexCommands = (command: string) => string | undefined;

/** More different commands than any bibliography has; further ones count as unknown. Each requires a run of the parser. */
const mostCommands = 1_000;
const unknownMark = "\u0001";

/**
 * Loads the tables, which take megabytes, only when BibTeX is read. The parser takes seconds for a thousand abstracts, so it is run once
 * for each different command instead.
 */
export async function openTexCommands(): Promise<TexCommands> {
  const { parse } = await import("@retorquere/bibtex-parser");
  const known = new Map<string, string | undefined>();
  const ask = (command: string): string | undefined => {
    try {
      const { entries } = parse(`@misc{k, note = {${command}}}`, { sentenceCase: false, unsupported: () => unknownMark });
      const text = entries[0]?.fields.note;
      // Apart from the sign itself, `<` begins the parser's own markup.
      const isMarkup = text?.includes("<") === true && text !== "<";
      return text === undefined || text.includes(unknownMark) || isMarkup ? undefined : text.normalize("NFC");
    } catch {
      // Commands that define others fail without arguments.
      return undefined;
    }
  };
  return (command) => {
    if (known.has(command)) return known.get(command);
    if (known.size >= mostCommands || command.length > 40) return undefined;
    const text = ask(command);
    known.set(command, text);
    return text;
  };
}
