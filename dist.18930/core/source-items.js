/** What sources call their records, so that it means something when they delete one. */
export {};
//# sourceMappingURL=source-items.js.map