/** What TeX's commands stand for in Unicode (`\ss` → `ß`, `\v{s}` → `š`), from bibtex-parser's tables. */

/** Gives the text of a command, with its argument where it is an accent; undefined for one that is not known. */
export type TexCommands = (command: string) => string | undefined;

/** More different commands than any bibliography has; what is beyond them counts as unknown. Each costs a run of the parser. */
const mostCommands = 1_000;
const unknownMark = "\u0001";

/**
 * Opens the tables, of which there are megabytes: only those who read BibTeX wait for them. The parser takes seconds for a
 * thousand abstracts, so it is asked for one command at a time, and for each once.
 */
export async function openTexCommands(): Promise<TexCommands> {
  const { parse } = await import("@retorquere/bibtex-parser");
  const known = new Map<string, string | undefined>();
  const ask = (command: string): string | undefined => {
    try {
      const { entries } = parse(`@misc{k, note = {${command}}}`, { sentenceCase: false, unsupported: () => unknownMark });
      const text = entries[0]?.fields.note;
      // Beside the sign itself it begins the parser's own markup.
      const isMarkup = text?.includes("<") === true && text !== "<";
      return text === undefined || text.includes(unknownMark) || isMarkup ? undefined : text.normalize("NFC");
    } catch {
      // Commands that define others want arguments.
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
