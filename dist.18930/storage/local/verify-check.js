/** What every check of `verify` is given, and how it says what it found. */
/** Rows that are looked at in one turn. */
export const pageSize = 500;
/** Faults that are named one by one in a finding. */
export const mostExamples = 3;
export const ok = (detail) => ({ state: "ok", detail });
/**
 * @param faults what is wrong, one text for each case.
 * @param good what to say where nothing is.
 */
export function found(faults, good, repaired) {
    if (faults.length === 0)
        return ok(good);
    const more = faults.length > mostExamples ? ` (and ${faults.length - mostExamples} more)` : "";
    return { state: repaired ? "repaired" : "damaged", detail: `${faults.slice(0, mostExamples).join("; ")}${more}` };
}
//# sourceMappingURL=verify-check.js.map