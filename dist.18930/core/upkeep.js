/** Faults that are kept: the last ones. */
export const keptFaults = 20;
//# sourceMappingURL=upkeep.js.map