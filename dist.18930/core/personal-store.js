/** What a key may do: read; read and change what is the person's own; everything. */
export const scopes = ["read", "write", "admin"];
//# sourceMappingURL=personal-store.js.map