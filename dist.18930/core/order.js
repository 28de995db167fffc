/** The one order of texts: by UTF-16 units, the same on every machine. */
export function compareText(a, b) {
    return a < b ? -1 : a > b ? 1 : 0;
}
//# sourceMappingURL=order.js.map