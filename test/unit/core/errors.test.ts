/** The table of errors, and the handling of those not thrown on purpose. */
import { describe, expect, it } from "vitest";
import { AppError, errorCodes, toAppError } from "../../../src/core/errors.ts";

function withCode(code: string): Error {
  return Object.assign(new Error(`it failed: ${code}`), { code });
}

describe("errors", () => {
  it("have a stable code in snake case, a status, an exit code and a title", () => {
    expect(errorCodes.length).toBeGreaterThan(20);
    for (const code of errorCodes) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      const { status, exitCode, title } = new AppError(code, "message").outcome;
      expect([400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 500, 501, 503, 507]).toContain(status);
      expect(code === "cancelled" ? [130] : [1, 2]).toContain(exitCode);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
    }
    expect(new Set(errorCodes.map((code) => new AppError(code, "").outcome.title)).size).toBe(errorCodes.length);
  });

  it("say what to do about them", () => {
    expect(new AppError("internal", "It broke.").explanation).toBe("It broke.");
    expect(new AppError("internal", "It broke.", { mend: "Mend it." }).explanation).toBe("It broke. Mend it.");
  });

  it("quote the beginning of the input, however long it is", () => {
    const word = new AppError("paper_not_found", `There is no paper ${"x".repeat(100_000)} in the library.`, {
      mend: `Import ${"y".repeat(100_000)} first.`,
    });
    expect(word.message).toMatch(/^There is no paper x{500}… in the library\.$/);
    expect(word.mend).toMatch(/^Import y{500}… first\.$/);
    const prose = new AppError("invalid_request", `“${"so on and ".repeat(10_000)}” is no query.`).message;
    expect(prose.length).toBeLessThan(4_000);
    expect(prose).toMatch(/^“so on and .* … .*so on and ” is no query\.$/);
    const path = `/${"a folder of a name/".repeat(100)}`;
    expect(new AppError("file_unreadable", `${path} is a folder.`).message).toBe(`${path} is a folder.`);
  });

  it("keep their cause", () => {
    const cause = new Error("deeper");
    expect(new AppError("internal", "It broke.", { cause }).cause).toBe(cause);
    expect("cause" in new AppError("internal", "It broke.")).toBe(false);
  });

  it("of the system are distinguished", () => {
    const codes = {
      ENOSPC: "storage_full",
      EDQUOT: "storage_full",
      SQLITE_FULL: "storage_full",
      EIO: "storage_failed",
      EMFILE: "storage_failed",
      SQLITE_IOERR_FSYNC: "storage_failed",
      SQLITE_CORRUPT: "library_damaged",
      SQLITE_CORRUPT_INDEX: "library_damaged",
      SQLITE_NOTADB: "library_damaged",
      SQLITE_BUSY: "library_busy",
      SQLITE_BUSY_SNAPSHOT: "library_busy",
      SQLITE_CONSTRAINT: "internal",
    };
    for (const [system, code] of Object.entries(codes)) {
      const thrown = withCode(system);
      const error = toAppError(thrown);
      expect([system, error.code]).toEqual([system, code]);
      expect(error.cause).toBe(thrown);
      expect(error.mend === undefined).toBe(code === "internal");
    }
  });

  it("do not call a read-only disk broken", () => {
    expect(toAppError(withCode("EROFS"))).toMatchObject({
      code: "storage_failed",
      message: expect.stringContaining("no permission to write"),
    });
  });

  it("of any kind become an AppError, and one stays itself", () => {
    const known = new AppError("timed_out", "It took too long.");
    expect(toAppError(known)).toBe(known);
    for (const [thrown, message] of [
      [new TypeError("wrong"), "wrong"],
      ["text", "text"],
      [undefined, "undefined"],
      [null, "null"],
      [{ code: 5 }, "[object Object]"],
    ] as const)
      expect(toAppError(thrown)).toMatchObject({ code: "internal", message });
  });
});

it("of a damaged database recommend no backup before the damage is known", () => {
  const { code, mend } = toAppError(Object.assign(new Error("database disk image is malformed"), { code: "SQLITE_CORRUPT" }));
  expect([code, mend]).toEqual(["library_damaged", expect.stringMatching(/^Run `paperkin verify`: it says what is wrong/)]);
});
